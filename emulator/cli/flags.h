// File: emulator/cli/flags.h
//
// The command line, read once into typed options. No other file sees a flag.
#ifndef LAZULI_EMULATOR_CLI_FLAGS_H_
#define LAZULI_EMULATOR_CLI_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/log.h"
#include "emulator/cli/client_environment.h"
#include "emulator/cli/shell_format.h"
#include "emulator/server/server_options.h"

namespace lazuli::emulator {

// How the commands that talk to a running server reach it.
struct ClientOptions {
  std::string server;        // "host:port" or "unix:PATH"
  std::string admin_secret;  // to sign in as the administrator
  std::string
      as;  // the principal to call as: object id, client id or name; empty: the administrator
  std::string resource;       // the audience of `lazuli token`
  std::string cause;          // of `lazuli revoke` and `lazuli restore`; empty: not said
  std::string template_file;  // of a new sandbox; empty: none
  std::string file;           // of `lazuli fault add`
  bool all = false;           // of `lazuli fault remove`
  std::string claims_file;    // of `lazuli attest`; empty: none
  std::string authority;      // of `lazuli attest`; empty: the server's own
};

// How the commands that set clients up (env, run, trust) do it.
struct EnvironmentOptions {
  NamesMode mode = NamesMode::kTransparent;
  Shell shell = Shell::kBash;
  bool isolate = false;
  std::string ready_file;     // of the server to use; empty: none
  std::string https_address;  // where a server without a ready file is looked for
  std::string chaos_file;     // the schedule that a command runs under; empty: none
  std::string sandbox;        // to be in; empty: none
  std::string client_secret;  // of its service principal; empty: not known
  std::string admin_secret;
};

// Parses the command line; what is no flag comes back, the command first. A flag that does not
// exist ends the process with a message and exit code 1; --help with `usage` and all flags, and
// --version with `version`.
std::vector<std::string> ParseFlags(int argc, char** argv, const std::string& usage,
                                    const std::string& version);

// INVALID_ARGUMENT naming the flag that cannot be read.
absl::StatusOr<ServerOptions> ServerOptionsFromFlags();
absl::StatusOr<ClientOptions> ClientOptionsFromFlags();
absl::StatusOr<EnvironmentOptions> EnvironmentOptionsFromFlags();
// The same for commands that ask a server: when no flag says which, that of LAZULI_READY_FILE, so
// that they find it where `lazuli run` and `lazuli env` set clients up.
absl::StatusOr<EnvironmentOptions> RunningServerOptionsFromFlags();
absl::StatusOr<LogLevel> LogLevelFromFlags();

// Whether a server is to end with the process that started it.
bool ExitsWithParent();
// Where a server tells that it is ready; -1: nowhere.
int ReadyFd();

// ServerOptionsFromFlags() for a server that lives as long as one command or one parent: on any
// free ports unless the flags name others than the usual, with its ready file at `ready_file`.
absl::StatusOr<ServerOptions> ThrowAwayServerOptions(const std::string& ready_file);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_FLAGS_H_

// File: emulator/cli/client_environment.h
//
// The environment variables that lead unmodified Azure clients to an emulator.
//
// Transparent mode: every client keeps Azure's own names, and its proxy setting leads to the
// emulator. Local mode: clients are told of https://localhost:PORT, and the proxy only resolves
// names below localhost, which not every system does.
#ifndef LAZULI_EMULATOR_CLI_CLIENT_ENVIRONMENT_H_
#define LAZULI_EMULATOR_CLI_CLIENT_ENVIRONMENT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

enum class NamesMode { kTransparent, kLocal };

// "transparent" or "local"; INVALID_ARGUMENT naming the flag `mode` for anything else.
absl::StatusOr<NamesMode> ParseNamesMode(absl::string_view text);

// The sandbox that clients are led to.
struct ClientSandbox {
  std::string id;
  std::string tenant_id;
  std::string subscription_id;
  std::string client_id;
  std::string client_secret;  // empty: whoever made the sandbox knows it
};

// What is known of a server and of the files that were written for its clients.
struct ClientSettings {
  NamesMode mode = NamesMode::kTransparent;
  std::string address;          // "127.0.0.1:8443": where the server speaks HTTP and HTTPS
  std::string ca_file;          // its authority's certificate in PEM
  std::string trust_store;      // the same for Java
  std::string azure_folder;     // where az keeps its state
  std::string ready_file;       // may be empty
  std::string admin_secret;     // of the service principal that clients sign in as
  std::string identity_secret;  // IDENTITY_HEADER; empty: unknown
  std::optional<ClientSandbox> sandbox;
};

struct ClientEnvironment {
  // In the order in which people read them.
  std::vector<std::pair<std::string, std::string>> set;
  // What must not be set: it would lead a client past the emulator.
  std::vector<std::string> unset;
};

ClientEnvironment MakeClientEnvironment(const ClientSettings& settings);

// One word of JAVA_TOOL_OPTIONS, which the Java machine splits at white space outside of quotes and
// knows no escapes in.
std::string QuoteJavaOption(absl::string_view option);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_CLIENT_ENVIRONMENT_H_

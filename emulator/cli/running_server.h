// File: emulator/cli/running_server.h
//
// Finds the HTTPS face of a server that runs.
#ifndef LAZULI_EMULATOR_CLI_RUNNING_SERVER_H_
#define LAZULI_EMULATOR_CLI_RUNNING_SERVER_H_

#include <string>

#include "absl/status/statusor.h"

namespace lazuli::emulator {

struct RunningServer {
  std::string address;  // "127.0.0.1:8443"
  std::string ca_pem;   // its authority's certificate
  // The following are known from a ready file only.
  std::string ready_file;  // an absolute path
  std::string identity_secret;
  std::string id;  // tells it from the servers before it: its process id; else its port
};

// The server that wrote `ready_file`, or, when that is empty, the one at `https_address`
// ("127.0.0.1:8443"), which has to run for that. INVALID_ARGUMENT for a ready file that cannot be
// read and for a server without HTTPS; UNAVAILABLE when nobody answers.
absl::StatusOr<RunningServer> FindRunningServer(const std::string& ready_file,
                                                const std::string& https_address);

// "127.0.0.1:8443" of "https://localhost:8443" or of "0.0.0.0:8443": where a process of this
// machine reaches the server. An address rather than a name, which might lead to the wrong family.
std::string LoopbackAddress(const std::string& url_or_address);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_RUNNING_SERVER_H_

// File: emulator/cli/client_files.h
//
// The files that clients of an emulator need beside environment variables.
#ifndef LAZULI_EMULATOR_CLI_CLIENT_FILES_H_
#define LAZULI_EMULATOR_CLI_CLIENT_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

struct ClientFiles {
  std::string ca_file;       // the authority's certificate in PEM
  std::string trust_store;   // the same for Java
  std::string azure_folder;  // where az keeps its state: made, with nothing in it from us
};

// Writes PREFIX.ca.pem and PREFIX.truststore.p12, replacing what has these names, and makes the
// folder PREFIX.azure-SERVER_ID, mode 0700, where it does not exist: az remembers what one server
// told it, so that each server has a folder of its own. INVALID_ARGUMENT when something cannot be
// written or `ca_pem` holds no certificate.
absl::StatusOr<ClientFiles> WriteClientFiles(const std::string& prefix, absl::string_view ca_pem,
                                             absl::string_view server_id);

// A private folder below the system's folder for temporary files that is the same each time for
// `name`. INVALID_ARGUMENT when somebody else has it.
absl::StatusOr<std::string> PrivateFolder(absl::string_view name);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_CLIENT_FILES_H_

// File: emulator/server/ready_file.h
//
// Tells whoever started the server that it serves, and where.
#ifndef LAZULI_EMULATOR_SERVER_READY_FILE_H_
#define LAZULI_EMULATOR_SERVER_READY_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

struct ReadyInfo {
  std::string grpc;  // host:port, or unix:PATH
  int64_t pid = 0;
  std::string version;
  uint64_t seed = 0;
  std::string ready_file;  // the file that holds this, an absolute path; empty: none does
  // These four are empty in a server without HTTPS.
  std::string https;            // "https://localhost:8443"; plain HTTP answers there, too
  std::string ca_file;          // the authority's certificate in PEM
  std::string operator_token;   // for control from another machine
  std::string identity_secret;  // what IDENTITY_HEADER and MSI_SECRET have to hold
};

// {"grpc":"127.0.0.1:5000","pid":1,"version":"...","seed":1}, and what is not empty of the others
// under their own names.
std::string FormatReadyInfo(const ReadyInfo& info);
// INVALID_ARGUMENT when `json` is no such text.
absl::StatusOr<ReadyInfo> ParseReadyInfo(absl::string_view json);

// Writes the line to `path` with mode 0600: atomically, so that a reader sees the whole of it or no
// file.
absl::Status WriteReadyFile(const std::string& path, const ReadyInfo& info);

// What WriteReadyFile wrote. INVALID_ARGUMENT when there is no such file or it holds something
// else.
absl::StatusOr<ReadyInfo> ReadReadyFile(const std::string& path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_READY_FILE_H_

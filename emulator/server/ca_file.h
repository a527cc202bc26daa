// File: emulator/server/ca_file.h
//
// The authority's certificate as a file, which clients are told to trust.
#ifndef LAZULI_EMULATOR_SERVER_CA_FILE_H_
#define LAZULI_EMULATOR_SERVER_CA_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// Removed with this object: the authority's key dies with the process, and a certificate of before
// would only mislead. Not thread safe.
class CaFile {
 public:
  // Writes `pem` to `path`, readable by everybody, so that a reader sees the whole of it or no
  // file. INVALID_ARGUMENT when it cannot be written.
  static absl::StatusOr<std::unique_ptr<CaFile>> Write(const std::string& path,
                                                       absl::string_view pem);
  ~CaFile() { Remove(); }

  CaFile(const CaFile&) = delete;
  CaFile& operator=(const CaFile&) = delete;

  const std::string& path() const { return path_; }

  // Idempotent.
  void Remove();

 private:
  explicit CaFile(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  bool is_there_ = true;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_CA_FILE_H_

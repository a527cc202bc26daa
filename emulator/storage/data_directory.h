// File: emulator/storage/data_directory.h
//
// The directory that a server's state lies in: one process's at a time, and its owner's alone.
#ifndef LAZULI_EMULATOR_STORAGE_DATA_DIRECTORY_H_
#define LAZULI_EMULATOR_STORAGE_DATA_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace lazuli::emulator {

// Locked while this lives; the lock ends with the process, however that ends. Not thread safe.
class DataDirectory {
 public:
  // Makes the directory if there is none, with mode 0700, which one that is empty or holds our data
  // already is given, too. DataDirectoryInUseError, ForeignDataDirectoryError for one with
  // other files, DataDirectoryUnusableError, also for a read-only one.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(const std::string& path);
  ~DataDirectory();

  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }
  // Where the database lies; there may be none yet.
  std::string database_path() const { return path_ + "/lazuli.db"; }

 private:
  DataDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_DATA_DIRECTORY_H_

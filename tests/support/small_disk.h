// File: tests/support/small_disk.h
//
// A disk of a test's own, which can be full and can be read-only, for root too.
#ifndef LAZULI_TESTS_SUPPORT_SMALL_DISK_H_
#define LAZULI_TESTS_SUPPORT_SMALL_DISK_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/program.h"

namespace lazuli::emulator {

// A file system in memory that only this process and those that it starts see; it is gone with the
// object.
class SmallDisk {
 public:
  // With room for `bytes`. The first call gives this process mounts of its own, and a network with
  // loopback alone, and so comes before anything has made a thread. FAILED_PRECONDITION, with the
  // step that the system refuses, where that is not possible.
  static absl::StatusOr<std::unique_ptr<SmallDisk>> Mount(size_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::string& path() const { return folder_.path(); }
  std::string File(const std::string& name) const { return folder_.File(name); }
  // From now on it cannot be written. FAILED_PRECONDITION.
  absl::Status MakeReadOnly();

 private:
  SmallDisk() = default;

  const TemporaryFolder folder_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_SMALL_DISK_H_

#include "tests/support/small_disk.h"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "emulator/cli/isolation.h"

namespace lazuli::emulator {

namespace {

constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV;  // NOLINT: the kernel's type

absl::Status NotAllowed(absl::string_view step) {
  return absl::FailedPreconditionError(
      absl::StrCat("a disk of its own is not possible here: ", step, ": ", std::strerror(errno)));
}

absl::Status EnterOwnMounts() {
  // Also for whoever is not root: to whom a network of its own is given, mounts are as well.
  LAZULI_RETURN_IF_ERROR(EnterLoopbackNetwork());
  if (unshare(CLONE_NEWNS) != 0) return NotAllowed("mounts of its own");
  // Nobody else shall see what is mounted.
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return NotAllowed("private mounts");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SmallDisk>> SmallDisk::Mount(size_t bytes) {
  static const auto* const entered = new absl::Status(EnterOwnMounts());
  LAZULI_RETURN_IF_ERROR(*entered);
  std::unique_ptr<SmallDisk> disk(new SmallDisk());
  const std::string options = absl::StrCat("mode=0700,size=", bytes);
  if (mount("none", disk->path().c_str(), "tmpfs", kFlags, options.c_str()) != 0) {
    return NotAllowed("a file system in memory");
  }
  return disk;
}

SmallDisk::~SmallDisk() {
  // Also while somebody who is about to end still has a file of it open. Without a mount it fails.
  umount2(path().c_str(), MNT_DETACH);
}

absl::Status SmallDisk::MakeReadOnly() {
  if (mount("none", path().c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | kFlags, nullptr) !=
      0) {
    return NotAllowed("a read-only file system");
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

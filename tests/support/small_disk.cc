#include "tests/support/small_disk.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

namespace {

constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV;  // NOLINT: the kernel's type

absl::Status NotAllowed(absl::string_view step) {
  return absl::FailedPreconditionError(
      absl::StrCat("a disk of its own is not possible here: ", step, ": ", std::strerror(errno)));
}

absl::Status WriteTo(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  const bool is_written =
      file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const absl::Status status = is_written ? absl::OkStatus() : NotAllowed(path);
  if (file >= 0) close(file);
  return status;
}

absl::Status EnterOwnMounts() {
  const uid_t user = getuid();
  const gid_t group = getgid();
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return NotAllowed("mounts of its own");
    // user_namespaces(7): without this a group cannot be mapped.
    LAZULI_RETURN_IF_ERROR(WriteTo("/proc/self/setgroups", "deny"));
    LAZULI_RETURN_IF_ERROR(WriteTo("/proc/self/uid_map", absl::StrCat("0 ", user, " 1\n")));
    LAZULI_RETURN_IF_ERROR(WriteTo("/proc/self/gid_map", absl::StrCat("0 ", group, " 1\n")));
  }
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

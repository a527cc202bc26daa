#include "emulator/cli/isolation.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

namespace {

absl::Status NotAllowed(absl::string_view step) {
  return PreconditionError(
      absl::StrCat("--isolate is not possible here: ", step, ": ", std::strerror(errno)));
}

absl::Status WriteTo(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  const bool is_written =
      file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const absl::Status status = is_written ? absl::OkStatus() : NotAllowed(path);
  if (file >= 0) close(file);
  return status;
}

absl::Status StartLoopback() {
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0) return NotAllowed("loopback");
  ifreq request = {};
  std::strncpy(request.ifr_name, "lo", sizeof(request.ifr_name) - 1);
  bool is_up = ioctl(control, SIOCGIFFLAGS, &request) == 0;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);  // NOLINT: the kernel's type
  is_up = is_up && ioctl(control, SIOCSIFFLAGS, &request) == 0;
  const absl::Status status = is_up ? absl::OkStatus() : NotAllowed("loopback");
  close(control);
  return status;
}

}  // namespace

absl::Status EnterLoopbackNetwork() {
  const uid_t user = getuid();
  const gid_t group = getgid();
  // Whoever may do it without one keeps out of a user namespace, in which root is less than root.
  if (unshare(CLONE_NEWNET) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return NotAllowed("a network of its own");
    // user_namespaces(7): without this a group cannot be mapped.
    LAZULI_RETURN_IF_ERROR(WriteTo("/proc/self/setgroups", "deny"));
    LAZULI_RETURN_IF_ERROR(WriteTo("/proc/self/uid_map", absl::StrCat(user, " ", user, " 1\n")));
    LAZULI_RETURN_IF_ERROR(WriteTo("/proc/self/gid_map", absl::StrCat(group, " ", group, " 1\n")));
  }
  return StartLoopback();
}

}  // namespace lazuli::emulator

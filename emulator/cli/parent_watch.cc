#include "emulator/cli/parent_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <iterator>
#include <thread>  // NOLINT: it waits for what only the kernel can tell
#include <utility>

#include "absl/status/status.h"

namespace lazuli::emulator {

namespace {

// A descriptor that becomes readable when the process has ended, or -1. glibc wraps the call only
// from 2.36 on.
int OpenProcess(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

bool HasOtherEnd(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return false;
  return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

class PollingParentWatch final : public ParentWatch {
 public:
  // Owns `process` and `stop`; what is -1 is not looked at.
  PollingParentWatch(int process, int input, int stop, std::function<void()> on_gone)
      : process_(process), stop_(stop) {
    thread_ = std::thread([this, input, on_gone = std::move(on_gone)] { Watch(input, on_gone); });
  }

  ~PollingParentWatch() override {
    const uint64_t one = 1;
    // An event counter at zero takes it at once.
    while (write(stop_, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
    thread_.join();
    close(stop_);
    if (process_ >= 0) close(process_);
  }

 private:
  void Watch(int input, const std::function<void()>& on_gone) {
    // A hang-up is told without being asked for. POLLRDHUP: the other end of a socket will write no
    // more.
    pollfd all[] = {{stop_, POLLIN, 0}, {process_, POLLIN, 0}, {input, POLLRDHUP, 0}};
    while (poll(all, std::size(all), -1) < 0 && errno == EINTR) {
    }
    if (all[0].revents == 0) on_gone();
  }

  const int process_;
  const int stop_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ParentWatch>> ParentWatch::Start(pid_t parent, int input,
                                                                std::function<void()> on_gone) {
  if (!HasOtherEnd(input)) input = -1;
  const int process = parent > 0 ? OpenProcess(parent) : -1;
  if (process < 0 && input < 0) {
    return absl::InvalidArgumentError(
        "--exit_with_parent: this system does not let the parent be watched; give the server a "
        "pipe as its standard input and close the other end to stop it");
  }
  const int stop = eventfd(0, EFD_CLOEXEC);
  if (stop < 0) {
    if (process >= 0) close(process);
    return absl::UnavailableError("cannot watch the parent: no descriptor is left");
  }
  return std::make_unique<PollingParentWatch>(process, input, stop, std::move(on_gone));
}

}  // namespace lazuli::emulator

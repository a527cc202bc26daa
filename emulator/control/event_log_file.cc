#include "emulator/control/event_log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/log.h"
#include "emulator/control/event_stream.h"
#include "emulator/json/encoder.h"

namespace lazuli::emulator {

namespace {

// Events a write, at most: a burst becomes few system calls and bounded memory.
constexpr size_t kBatch = 1024;

}  // namespace

absl::StatusOr<std::unique_ptr<EventLogFile>> EventLogFile::Open(const std::string& path,
                                                                 EventLog* log, Mode mode) {
  const int file =
      ::open(path.c_str(),
             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (mode == Mode::kReplace ? O_TRUNC : 0),
             S_IRUSR | S_IWUSR);
  if (file < 0 || ::fchmod(file, S_IRUSR | S_IWUSR) != 0) {
    return InvalidInputError("event_log", absl::StrCat("cannot be written: ", path));
  }
  std::unique_ptr<EventLogFile> follower(new EventLogFile(file, log));
  follower->subscription_ = log->Subscribe([raw = follower.get()] { raw->Follow(); });
  follower->Follow();
  return follower;
}

EventLogFile::~EventLogFile() {
  log_->Unsubscribe(subscription_);
  ::close(file_);
}

void EventLogFile::Follow() {
  MutexLock lock(&mu_);
  while (true) {
    const absl::StatusOr<std::vector<Event>> events = log_->ListAfter(written_, kBatch);
    // Cannot fall behind: every append waits for this.
    if (!events.ok() || events->empty()) return;
    std::string lines;
    for (const Event& event : *events) {
      const absl::StatusOr<std::string> json = EncodeJson(ToRecord(event), {.mask_secrets = true});
      if (json.ok()) absl::StrAppend(&lines, *json, "\n");
    }
    written_ = events->back().sequence;
    if (::write(file_, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size())) {
      Log(LogLevel::kError, "event_log_not_written", {});
    }
  }
}

}  // namespace lazuli::emulator

// File: emulator/control/event_log_file.h
//
// The history as a file: one JSON object a line, as it happens.
#ifndef LAZULI_EMULATOR_CONTROL_EVENT_LOG_FILE_H_
#define LAZULI_EMULATOR_CONTROL_EVENT_LOG_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "base/event_log.h"
#include "base/mutex.h"

namespace lazuli::emulator {

// Writes each event before the append that made it returns, so that a reader who saw an answer
// finds what it did. Thread safe.
class EventLogFile {
 public:
  // Replaces `path`, with mode 0600, or goes on with it. `log` outlives this. INVALID_ARGUMENT when
  // the file cannot be written.
  enum class Mode { kReplace, kAppend };
  static absl::StatusOr<std::unique_ptr<EventLogFile>> Open(const std::string& path, EventLog* log,
                                                            Mode mode = Mode::kReplace);
  ~EventLogFile();

  EventLogFile(const EventLogFile&) = delete;
  EventLogFile& operator=(const EventLogFile&) = delete;

 private:
  EventLogFile(int file, EventLog* log)
      : file_(file), log_(log), written_(log->first_sequence() - 1) {}
  // Writes what has not been written yet.
  void Follow() ABSL_LOCKS_EXCLUDED(mu_);

  const int file_;
  EventLog* const log_;
  EventLog::SubscriptionId subscription_ = 0;
  Mutex mu_;
  uint64_t written_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CONTROL_EVENT_LOG_FILE_H_

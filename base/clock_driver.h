// File: base/clock_driver.h
//
// Moves the virtual time and fires the timers that come due. The four ways of time:
//
//   real        a thread waits for the next due timer
//   manual      time moves only through Advance*
//   scaled:N    N virtual seconds a real second
//   auto        as manual, but when no call has been in flight for some real milliseconds, time
//   jumps
//               to the next due timer, so that pollers of real clients end by themselves
#ifndef LAZULI_BASE_CLOCK_DRIVER_H_
#define LAZULI_BASE_CLOCK_DRIVER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/change_gate.h"
#include "base/clock.h"
#include "base/timer_queue.h"

namespace lazuli {

enum class ClockMode {
  kReal,    // virtual time runs beside the machine's clock
  kManual,  // virtual time moves only through Advance*
  kScaled,  // virtual time runs `scale` times as fast as the machine's steady clock
  kAuto,    // as kManual, and jumps to the next due timer when nobody is calling
};

struct ClockOptions {
  ClockMode mode = ClockMode::kReal;
  // Virtual seconds a real second; only for kScaled, > 0.
  double scale = 1.0;
  // Where virtual time starts; nullopt: the real now.
  std::optional<absl::Time> start_time;
  // kAuto: how long no call must have been in flight, in real time, before time jumps. Counts anew
  // after each jump, so that a poller can look in between.
  absl::Duration auto_idle = absl::Milliseconds(5);
};

// Parses "real", "manual", "auto" and "scaled:N" (N a positive number, at most
// limits::kMaxClockScale). INVALID_ARGUMENT for anything else.
absl::StatusOr<ClockOptions> ParseClockOptions(absl::string_view text);
// The inverse, for display.
std::string ClockModeName(const ClockOptions& options);

// Owns the clock and the timers. Thread safe.
class ClockDriver {
 public:
  // Each timer that fires is a change of `gate` by itself, which outlives the driver; null: there
  // is nothing to keep whole.
  explicit ClockDriver(const ClockOptions& options, ChangeGate* gate = nullptr);
  ~ClockDriver();  // Stops.

  ClockDriver(const ClockDriver&) = delete;
  ClockDriver& operator=(const ClockDriver&) = delete;

  // Valid as long as the driver.
  const Clock& clock() const;
  TimerQueue& timers();
  const ClockOptions& options() const;

  // Starts the thread that real, scaled and auto time need; nothing for manual time. Once: a driver
  // that was stopped does not start again.
  void Start();
  // Ends it; a timer that is firing is finished first. Idempotent. Not to be called from a timer.
  void Stop();

  // Each moves time forward, fires every timer due on the way, one after the other in order, each
  // at its own due time and finished before the next, and returns the new time when all is settled.
  // Only in manual and auto mode, else FAILED_PRECONDITION; a time before now, a negative duration
  // or a time that the clock cannot show (MaxClockTime()) is INVALID_ARGUMENT. Concurrent calls are
  // served one after the other. Not to be called from a timer; from inside of a change it steps out
  // of it meanwhile. Counts as a change itself, that of the time.
  absl::StatusOr<absl::Time> AdvanceTo(absl::Time time);
  absl::StatusOr<absl::Time> AdvanceBy(absl::Duration duration);
  // To the due time of the earliest timer; with none scheduled (or only ones beyond MaxClockTime())
  // time stays.
  absl::StatusOr<absl::Time> AdvanceToNextTimer();

  // While one of these lives, a call is in flight and auto time does not move by itself. Costs
  // nothing in other modes.
  class InFlight {
   public:
    explicit InFlight(ClockDriver* driver);
    ~InFlight();
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

   private:
    ClockDriver* const driver_;
  };

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_CLOCK_DRIVER_H_

// File: emulator/dispatch/held_calls.h
//
// Calls that wait for a time to come. No thread waits with them.
#ifndef LAZULI_EMULATOR_DISPATCH_HELD_CALLS_H_
#define LAZULI_EMULATOR_DISPATCH_HELD_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock_driver.h"
#include "base/mutex.h"
#include "base/timer_queue.h"

namespace lazuli::emulator {

// Thread safe. Whether somebody still waits for a held call is asked several times a second.
class HeldCalls {
 public:
  // At most so many wait at a time. Own choice.
  static constexpr size_t kMaxHeld = 10'000;

  // Called once, without locks: with OK when the time has come; with CallDroppedError when nobody
  // waits for the call any more; with ShuttingDownError at End(); with ServerBusyError when too
  // many calls are held.
  using Release = absl::AnyInvocable<void(absl::Status)>;

  // `clock_driver` moves virtual time. It outlives this, and is stopped before this is destroyed.
  explicit HeldCalls(ClockDriver* clock_driver);
  ~HeldCalls();  // Ends.

  HeldCalls(const HeldCalls&) = delete;
  HeldCalls& operator=(const HeldCalls&) = delete;

  // Until `delay` of virtual time is over; released by the timer, on its thread.
  void HoldVirtual(absl::Duration delay, std::function<bool()> is_cancelled, Release release);
  // Until `delay` of real time is over; released on a thread of this, which others wait for: what
  // takes long belongs elsewhere.
  void HoldReal(absl::Duration delay, std::function<bool()> is_cancelled, Release release);

  // Releases all, now and from now on. Idempotent. Not to be called by a Release.
  void End();

  // How many wait.
  size_t size() const;

 private:
  struct Held {
    TimerQueue* timers = nullptr;
    TimerId timer;
    std::function<bool()> is_cancelled;
    Release release;
  };

  void Hold(ClockDriver* driver, absl::Duration delay, std::function<bool()> is_cancelled,
            Release release) ABSL_LOCKS_EXCLUDED(mu_);
  void OnDue(uint64_t id) ABSL_LOCKS_EXCLUDED(mu_);
  // Lets go of those that nobody waits for.
  void Watch() ABSL_LOCKS_EXCLUDED(mu_);
  void ArmWatchLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  ClockDriver* const virtual_time_;
  ClockDriver real_time_;

  mutable Mutex mu_;
  bool is_ended_ ABSL_GUARDED_BY(mu_) = false;
  bool is_watching_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t next_id_ ABSL_GUARDED_BY(mu_) = 1;
  std::map<uint64_t, Held> held_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_HELD_CALLS_H_

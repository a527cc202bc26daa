// File: base/clock.h
//
// "Now", injected. Everything the emulator decides by time asks a Clock; only base/clock_driver.cc
// knows what moves it.
#ifndef LAZULI_BASE_CLOCK_H_
#define LAZULI_BASE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace lazuli {

// Tells the time. A virtual clock never goes backwards; the machine's own (RealClock in
// base/real_time.h) does what its machine does. Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The instants that a ManualClock can show: about the years 1678 to 2262.
inline absl::Time MinClockTime() { return absl::FromUnixNanos(INT64_MIN); }
inline absl::Time MaxClockTime() { return absl::FromUnixNanos(INT64_MAX); }

// A clock that stands still until somebody sets it. Resolution: one nanosecond. Instants outside of
// [MinClockTime(), MaxClockTime()] become the nearer of the two. Thread safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(absl::Time start);
  absl::Time Now() const override;
  // Moves to `now`; a time before the present one is ignored, so that the clock never goes back.
  void Set(absl::Time now);

 private:
  std::atomic<int64_t> unix_nanos_;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_CLOCK_H_

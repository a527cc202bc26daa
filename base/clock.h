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

// Tells the virtual time. Never goes backwards. Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// A clock that stands still until somebody sets it. Resolution: one nanosecond. Thread safe.
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

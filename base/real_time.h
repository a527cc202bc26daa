// File: base/real_time.h
//
// The one door to the machine's own clock, for the few things that clients judge by theirs:
// lifetimes of tokens, date windows of signed requests, deadlines. Everything else asks the virtual
// Clock.
#ifndef LAZULI_BASE_REAL_TIME_H_
#define LAZULI_BASE_REAL_TIME_H_

#include "absl/time/time.h"
#include "base/clock.h"

namespace lazuli {

// The machine's wall clock. Goes back when the machine's clock is set back. Thread safe.
absl::Time RealNow();

// RealNow() as a Clock, so that a test can inject a ManualClock in its place. Thread safe.
class RealClock final : public Clock {
 public:
  absl::Time Now() const override { return RealNow(); }
};

}  // namespace lazuli

#endif  // LAZULI_BASE_REAL_TIME_H_

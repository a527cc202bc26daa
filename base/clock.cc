#include "base/clock.h"

namespace lazuli {

ManualClock::ManualClock(absl::Time start) : unix_nanos_(absl::ToUnixNanos(start)) {}

absl::Time ManualClock::Now() const {
  return absl::FromUnixNanos(unix_nanos_.load(std::memory_order_acquire));
}

void ManualClock::Set(absl::Time now) {
  const int64_t wanted = absl::ToUnixNanos(now);
  int64_t present = unix_nanos_.load(std::memory_order_relaxed);
  while (present < wanted &&
         !unix_nanos_.compare_exchange_weak(present, wanted, std::memory_order_acq_rel)) {
  }
}

}  // namespace lazuli

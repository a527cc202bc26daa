#include "base/real_time.h"

#include "absl/time/clock.h"

namespace lazuli {

absl::Time RealNow() { return absl::Now(); }

}  // namespace lazuli

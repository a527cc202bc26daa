#include "emulator/https/transport/transport_context.h"

#include "base/real_time.h"

namespace lazuli::emulator::transport {

bool ConnectionCount::WaitUntilNone(absl::Duration timeout) {
  const absl::Time give_up = RealNow() + timeout;
  MutexLock lock(&mu_);
  while (count_ > 0) {
    const absl::Duration left = give_up - RealNow();
    if (left <= absl::ZeroDuration()) return false;
    none_.WaitWithTimeout(&mu_, left);
  }
  return true;
}

}  // namespace lazuli::emulator::transport

#include "emulator/chaos/delays.h"

#include <utility>

namespace lazuli::emulator {

DelayValues Delays::Get() const {
  MutexLock lock(&mu_);
  return values_;
}

DelayValues Delays::Set(std::optional<absl::Duration> policy_propagation,
                        std::optional<absl::Duration> detection, absl::Time now) {
  MutexLock lock(&mu_);
  if (policy_propagation.has_value() && *policy_propagation != values_.policy_propagation) {
    Record("policy propagation delay", values_.policy_propagation, *policy_propagation, now);
    parts_.vaults->SetPolicyPropagationDelay(*policy_propagation);
    parts_.roles->SetDelay(*policy_propagation);
    values_.policy_propagation = *policy_propagation;
  }
  if (detection.has_value() && *detection != values_.detection) {
    Record("detection delay", values_.detection, *detection, now);
    parts_.accounts->SetDetectionDelay(*detection);
    values_.detection = *detection;
  }
  return values_;
}

void Delays::Record(const char* which, absl::Duration from, absl::Duration to, absl::Time now) {
  Event event;
  event.time = now;
  event.kind = "chaos";
  event.resource = which;
  event.from = absl::FormatDuration(from);
  event.to = absl::FormatDuration(to);
  event.cause = "delay set";
  parts_.events->Append(std::move(event));
}

}  // namespace lazuli::emulator

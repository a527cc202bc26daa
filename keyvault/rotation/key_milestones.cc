#include "keyvault/rotation/key_milestones.h"

namespace lazuli::keyvault {
namespace {

std::optional<absl::Time> RotationDue(const RotationPolicy* policy, const KeyAge& age) {
  const LifetimeAction* const rotate = policy == nullptr ? nullptr : policy->rotate();
  if (rotate == nullptr || !age.rotatable) return std::nullopt;
  if (rotate->trigger == LifetimeTrigger::kTimeAfterCreate) {
    return rotate->duration.After(age.created);
  }
  if (!age.expires.has_value()) return std::nullopt;
  return rotate->duration.Before(*age.expires);
}

std::optional<absl::Time> NearExpiryDue(const RotationPolicy* policy, const KeyAge& age,
                                        absl::Time now) {
  if (!age.expires.has_value() || age.told.near == age.expires || *age.expires <= now) {
    return std::nullopt;
  }
  const LifetimeAction* const notify = policy == nullptr ? nullptr : policy->notify();
  const PolicyDuration before =
      notify == nullptr ? DefaultNotifyAction().duration : notify->duration;
  return before.Before(*age.expires);
}

}  // namespace

std::optional<DueMilestone> NextMilestone(const RotationPolicy* policy, const KeyAge& age,
                                          absl::Time now) {
  std::optional<DueMilestone> next;
  // In the order in which they are done when they are due together.
  const auto consider = [&next](Milestone milestone, std::optional<absl::Time> due) {
    if (!due.has_value() || (next.has_value() && next->due <= *due)) return;
    next = DueMilestone{milestone, *due};
  };
  consider(Milestone::kNearExpiry, NearExpiryDue(policy, age, now));
  if (age.told.expired != age.expires) consider(Milestone::kExpired, age.expires);
  consider(Milestone::kRotate, RotationDue(policy, age));
  return next;
}

}  // namespace lazuli::keyvault

// File: keyvault/rotation/key_milestones.h
//
// What the passing of time brings to a key, and to anything else that expires.
#ifndef LAZULI_KEYVAULT_ROTATION_KEY_MILESTONES_H_
#define LAZULI_KEYVAULT_ROTATION_KEY_MILESTONES_H_

#include <optional>

#include "absl/time/time.h"
#include "keyvault/rotation/rotation_policy.h"

namespace lazuli::keyvault {

enum class Milestone { kNearExpiry, kExpired, kRotate };

// The exp of the latest version of which it was told that it is near, and that it was reached:
// another exp is news.
struct ExpiryTold {
  std::optional<absl::Time> near;
  std::optional<absl::Time> expired;

  friend bool operator==(const ExpiryTold&, const ExpiryTold&) = default;
};

// The latest version of a live key, and what was already done about it.
struct KeyAge {
  absl::Time created;
  std::optional<absl::Time> expires;
  // A disabled key waits with its rotation until it is enabled again: a new version would give back
  // what was taken on purpose.
  bool rotatable = true;
  ExpiryTold told;
};

struct DueMilestone {
  Milestone milestone = Milestone::kNearExpiry;
  absl::Time due;
};

// What comes next, seen from `now`; `policy` may be null, which notifies as DefaultNotifyAction()
// says. May lie in the past: then it is to be done now. Of what is due at the same time, rotation
// comes last. An expiry that was reached is no longer near. Nullopt: nothing will ever come.
std::optional<DueMilestone> NextMilestone(const RotationPolicy* policy, const KeyAge& age,
                                          absl::Time now);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ROTATION_KEY_MILESTONES_H_

// File: keyvault/rotation/rotation_policy.h
//
// When a key rotates, and when it is told that its expiry is near.
#ifndef LAZULI_KEYVAULT_ROTATION_ROTATION_POLICY_H_
#define LAZULI_KEYVAULT_ROTATION_ROTATION_POLICY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/rotation/policy_duration.h"

namespace lazuli::keyvault {

// Kept by number: none ever changes its own.
enum class LifetimeActionType { kRotate, kNotify };
enum class LifetimeTrigger { kTimeAfterCreate, kTimeBeforeExpiry };

// "Rotate" or "Notify", as the service writes them. Lives for ever.
absl::string_view LifetimeActionTypeName(LifetimeActionType type);

struct LifetimeAction {
  LifetimeActionType type = LifetimeActionType::kNotify;
  LifetimeTrigger trigger = LifetimeTrigger::kTimeBeforeExpiry;
  PolicyDuration duration;

  friend bool operator==(const LifetimeAction&, const LifetimeAction&) = default;
};

// What a caller says; texts as they came.
struct RotationPolicyInput {
  struct Action {
    std::optional<std::string> time_after_create;
    std::optional<std::string> time_before_expiry;
    std::string type;  // in any letter case
  };
  std::vector<Action> actions;
  std::optional<std::string> expiry_time;
};

// Of all versions of a key together. A value.
struct RotationPolicy {
  // At most one of each type, in the order of the caller.
  std::vector<LifetimeAction> actions;
  // How long a new version lives; without it a new version does not expire.
  std::optional<PolicyDuration> expiry_time;
  absl::Time created;  // whole seconds
  absl::Time updated;  // whole seconds

  // Null when there is none.
  const LifetimeAction* rotate() const { return Find(LifetimeActionType::kRotate); }
  const LifetimeAction* notify() const { return Find(LifetimeActionType::kNotify); }

  // The exp of a version that is made at `created`.
  std::optional<absl::Time> ExpiryOf(absl::Time created) const;

  friend bool operator==(const RotationPolicy&, const RotationPolicy&) = default;

 private:
  const LifetimeAction* Find(LifetimeActionType type) const;
};

// Notify 30 days before expiry: what keys have without a policy, and what a policy gets that does
// not say when to notify.
LifetimeAction DefaultNotifyAction();

// Checks what Key Vault's documentation asks for; its texts are not known and say here what is
// wrong. Rotation comes 7 days after creation and 7 days before expiry at the earliest and latest,
// a version lives 28 days at least, and only rotation may count from creation. The times of the
// policy are left to the caller. BadKeyParameterError, with the member as JSON spells it.
absl::StatusOr<RotationPolicy> ReadRotationPolicy(const RotationPolicyInput& input);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ROTATION_ROTATION_POLICY_H_

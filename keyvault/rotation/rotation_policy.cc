#include "keyvault/rotation/rotation_policy.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/excerpt.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"

namespace lazuli::keyvault {
namespace {

constexpr char kExpiryTime[] = "attributes.expiryTime";
constexpr char kDefaultNotification[] = "P30D";

absl::Duration Days(int days) { return absl::Hours(24) * days; }
absl::Duration MinRotationGap() { return Days(limits::keyvault::kMinRotationGapDays); }

std::string ActionField(size_t index, absl::string_view member) {
  return absl::StrCat("lifetimeActions[", index, "].", member);
}

absl::StatusOr<PolicyDuration> ReadDuration(absl::string_view text, absl::string_view field) {
  absl::StatusOr<PolicyDuration> duration = PolicyDuration::Parse(text);
  if (!duration.ok()) {
    return BadKeyParameterError(
        field, absl::StrCat("'", Excerpt(text), "': ", duration.status().message()));
  }
  return duration;
}

absl::StatusOr<LifetimeActionType> ReadType(absl::string_view text, absl::string_view field) {
  for (const LifetimeActionType type : {LifetimeActionType::kRotate, LifetimeActionType::kNotify}) {
    if (absl::EqualsIgnoreCase(text, LifetimeActionTypeName(type))) return type;
  }
  return BadKeyParameterError(
      field, absl::StrCat("It must be 'Rotate' or 'Notify', not '", Excerpt(text), "'."));
}

absl::StatusOr<LifetimeAction> ReadAction(const RotationPolicyInput::Action& input, size_t index) {
  LifetimeAction action;
  LAZULI_ASSIGN_OR_RETURN(action.type, ReadType(input.type, ActionField(index, "action.type")));
  const std::string trigger = ActionField(index, "trigger");
  if (input.time_after_create.has_value() == input.time_before_expiry.has_value()) {
    return BadKeyParameterError(
        trigger, "It must have exactly one of 'timeAfterCreate' and 'timeBeforeExpiry'.");
  }
  if (input.time_after_create.has_value()) {
    const std::string field = absl::StrCat(trigger, ".timeAfterCreate");
    if (action.type == LifetimeActionType::kNotify) {
      return BadKeyParameterError(field, "A 'Notify' action takes 'timeBeforeExpiry' only.");
    }
    action.trigger = LifetimeTrigger::kTimeAfterCreate;
    LAZULI_ASSIGN_OR_RETURN(action.duration, ReadDuration(*input.time_after_create, field));
  } else {
    LAZULI_ASSIGN_OR_RETURN(
        action.duration,
        ReadDuration(*input.time_before_expiry, absl::StrCat(trigger, ".timeBeforeExpiry")));
  }
  return action;
}

// A rotation against the shortest distances from creation and expiry.
absl::Status CheckRotate(const LifetimeAction& action,
                         const std::optional<PolicyDuration>& expiry_time, size_t index) {
  constexpr int kGap = limits::keyvault::kMinRotationGapDays;
  const bool after_create = action.trigger == LifetimeTrigger::kTimeAfterCreate;
  const std::string field =
      ActionField(index, after_create ? "trigger.timeAfterCreate" : "trigger.timeBeforeExpiry");
  if (action.duration.AtLeast() < MinRotationGap()) {
    return BadKeyParameterError(field, absl::StrCat("A key rotates at least ", kGap,
                                                    after_create ? " days after its creation."
                                                                 : " days before its expiry."));
  }
  if (!expiry_time.has_value()) {
    if (after_create) return absl::OkStatus();
    return BadKeyParameterError(field,
                                "'attributes.expiryTime' must be set to rotate before expiry.");
  }
  if (expiry_time->LongerThan(action.duration) < MinRotationGap()) {
    return BadKeyParameterError(
        field, absl::StrCat("It must leave at least ", kGap, " days ",
                            after_create ? "before the expiry" : "after the creation",
                            " of a version that lives for '", expiry_time->text(), "'."));
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view LifetimeActionTypeName(LifetimeActionType type) {
  return type == LifetimeActionType::kRotate ? "Rotate" : "Notify";
}

std::optional<absl::Time> RotationPolicy::ExpiryOf(absl::Time created) const {
  if (!expiry_time.has_value()) return std::nullopt;
  return expiry_time->After(created);
}

const LifetimeAction* RotationPolicy::Find(LifetimeActionType type) const {
  const auto found =
      std::find_if(actions.begin(), actions.end(),
                   [type](const LifetimeAction& action) { return action.type == type; });
  return found == actions.end() ? nullptr : &*found;
}

LifetimeAction DefaultNotifyAction() {
  LifetimeAction action;
  action.duration = *PolicyDuration::Parse(kDefaultNotification);
  return action;
}

absl::StatusOr<RotationPolicy> ReadRotationPolicy(const RotationPolicyInput& input) {
  RotationPolicy policy;
  if (input.actions.size() > limits::keyvault::kMaxLifetimeActions) {
    return BadKeyParameterError(
        "lifetimeActions",
        absl::StrCat("There may be at most ", limits::keyvault::kMaxLifetimeActions,
                     ": one 'Rotate' and one 'Notify'."));
  }
  if (input.expiry_time.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(policy.expiry_time, ReadDuration(*input.expiry_time, kExpiryTime));
    constexpr int kShortest = limits::keyvault::kMinRotationExpiryDays;
    if (policy.expiry_time->AtLeast() < Days(kShortest)) {
      return BadKeyParameterError(kExpiryTime,
                                  absl::StrCat("It must be at least ", kShortest, " days."));
    }
  }
  for (size_t i = 0; i < input.actions.size(); ++i) {
    LAZULI_ASSIGN_OR_RETURN(LifetimeAction action, ReadAction(input.actions[i], i));
    const bool is_rotate = action.type == LifetimeActionType::kRotate;
    if ((is_rotate ? policy.rotate() : policy.notify()) != nullptr) {
      return BadKeyParameterError(ActionField(i, "action.type"),
                                  absl::StrCat("There is more than one '",
                                               LifetimeActionTypeName(action.type), "' action."));
    }
    if (is_rotate) LAZULI_RETURN_IF_ERROR(CheckRotate(action, policy.expiry_time, i));
    policy.actions.push_back(std::move(action));
  }
  if (policy.notify() == nullptr) policy.actions.push_back(DefaultNotifyAction());
  return policy;
}

}  // namespace lazuli::keyvault

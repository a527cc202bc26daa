#include "keyvault/service/rotation_policy_conversion.h"

#include "absl/strings/str_cat.h"
#include "keyvault/names.h"
#include "proto/time.h"

namespace lazuli::keyvault {
namespace {

void WriteAction(const LifetimeAction& action, v1::KeyRotationPolicy::LifetimeAction* message) {
  v1::KeyRotationPolicy::Trigger* const trigger = message->mutable_trigger();
  if (action.trigger == LifetimeTrigger::kTimeAfterCreate) {
    trigger->set_time_after_create(action.duration.text());
  } else {
    trigger->set_time_before_expiry(action.duration.text());
  }
  message->mutable_action()->set_type(std::string(LifetimeActionTypeName(action.type)));
}

}  // namespace

RotationPolicyInput ReadRotationPolicyInput(const v1::KeyRotationPolicy& message) {
  RotationPolicyInput input;
  for (const v1::KeyRotationPolicy::LifetimeAction& action : message.lifetime_actions()) {
    RotationPolicyInput::Action& read = input.actions.emplace_back();
    const v1::KeyRotationPolicy::Trigger& trigger = action.trigger();
    if (trigger.has_time_after_create()) read.time_after_create = trigger.time_after_create();
    if (trigger.has_time_before_expiry()) read.time_before_expiry = trigger.time_before_expiry();
    read.type = action.action().type();
  }
  if (message.attributes().has_expiry_time()) {
    input.expiry_time = message.attributes().expiry_time();
  }
  return input;
}

void WriteRotationPolicy(const RotationPolicy* policy, absl::string_view vault_name,
                         absl::string_view key_name, v1::KeyRotationPolicy* message) {
  message->set_id(absl::StrCat(KeyId(vault_name, key_name), "/rotationpolicy"));
  v1::KeyRotationPolicy::Attributes* const attributes = message->mutable_attributes();
  if (policy == nullptr) {
    WriteAction(DefaultNotifyAction(), message->add_lifetime_actions());
    return;
  }
  for (const LifetimeAction& action : policy->actions) {
    WriteAction(action, message->add_lifetime_actions());
  }
  if (policy->expiry_time.has_value()) attributes->set_expiry_time(policy->expiry_time->text());
  *attributes->mutable_created() = ToProto(policy->created);
  *attributes->mutable_updated() = ToProto(policy->updated);
}

}  // namespace lazuli::keyvault

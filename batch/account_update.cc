// Changing an account's settings: identity and encryption, checked first and then changed together.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/boringssl.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/customer_key.h"
#include "batch/errors.h"
#include "batch/limits.h"

namespace lazuli::batch {

absl::StatusOr<Account::PreparedIdentity> Account::PrepareIdentity(
    const AccountEnvironment& environment, const AccountId& id, absl::string_view tenant_id,
    const IdentitySpec& spec, const AccountIdentity& present) {
  if (spec.type != IdentityType::kUserAssigned && !spec.user_assigned_ids.empty()) {
    return InvalidPropertyValueError(
        "identity.userAssignedIdentities", spec.user_assigned_ids.front(),
        "User-assigned identities need the identity type 'UserAssigned'.");
  }
  PreparedIdentity prepared;
  prepared.identity.type = spec.type;
  switch (spec.type) {
    case IdentityType::kNone:
      return prepared;
    case IdentityType::kSystemAssigned: {
      if (present.type == IdentityType::kSystemAssigned) {
        prepared.identity = present;
        return prepared;
      }
      LAZULI_ASSIGN_OR_RETURN(prepared.identity.identity,
                              environment.identities->CreateSystemAssigned(id.ArmId(), tenant_id));
      prepared.created = true;
      return prepared;
    }
    case IdentityType::kUserAssigned:
      break;
  }
  if (spec.user_assigned_ids.empty()) return MissingIdentityIdsError();
  if (spec.user_assigned_ids.size() > limits::batch::kMaxUserAssignedIdentities) {
    return TooManyIdentitiesError(spec.user_assigned_ids.size());
  }
  const std::string& resource_id = spec.user_assigned_ids.front();
  absl::StatusOr<ManagedIdentity> found = environment.identities->FindUserAssigned(resource_id);
  if (absl::IsNotFound(found.status())) return IdentityNotFoundError(resource_id);
  LAZULI_RETURN_IF_ERROR(found.status());
  if (!absl::EqualsIgnoreCase(found->tenant_id, tenant_id)) {
    return IdentityInOtherTenantError(resource_id);
  }
  prepared.identity.identity = *std::move(found);
  prepared.identity.identity.resource_id = resource_id;
  return prepared;
}

absl::Status Account::Update(const CallContext& ctx, const AccountChange& change) {
  MutexLock manage_lock(&manage_mu_);
  AccountIdentity present;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckServingLocked());
    present = identity_;
  }
  PreparedIdentity prepared{present};
  if (change.identity.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(prepared,
                            PrepareIdentity(*env_, id_, tenant_id_, *change.identity, present));
  }
  absl::Status status;
  {
    MutexLock key_lock(&key_mu_);
    status = Change(change, prepared.identity, ctx.now);
  }
  // Without the key lock: the directory tells its listeners, who may ask accounts to look again.
  const bool dropped = present.type == IdentityType::kSystemAssigned &&
                       prepared.identity.type != IdentityType::kSystemAssigned;
  if (status.ok() ? dropped : prepared.created) env_->identities->DeleteSystemAssigned(arm_id_);
  return status;
}

absl::Status Account::Change(const AccountChange& change, const AccountIdentity& identity,
                             absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(std::optional<Protection> protection,
                          PrepareProtection(change, identity, now));
  {
    MutexLock lock(&mu_);
    now_ = now;
    changed_.Mark();
    if (change.tags.has_value()) tags_ = *change.tags;
    if (change.authentication_modes.has_value()) {
      authentication_modes_ = *change.authentication_modes;
    }
    identity_ = identity;
    if (protection.has_value()) {
      const std::string before = ProtectionNameLocked();
      const KeyAccess state_before = access_.state();
      ProtectLocked(*std::move(protection), data_key_.Copy(), now);
      if (before != ProtectionNameLocked()) {
        RecordAccountEventLocked(before, ProtectionNameLocked(), "encryption changed");
      }
      if (state_before != access_.state()) {
        RecordAccountEventLocked(KeyAccessName(state_before), KeyAccessName(access_.state()),
                                 "encryption changed");
      }
    }
  }
  // Published after the checks: what changed in between is seen by looking again.
  PublishDependency();
  Probe(now, "account updated");
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Account::Protection>> Account::PrepareProtection(
    const AccountChange& change, const AccountIdentity& identity, absl::Time now) {
  std::optional<KeyIdentifier> present;
  SecureBytes data_key;
  {
    MutexLock lock(&mu_);
    // Asked again: a probe may have come between.
    LAZULI_RETURN_IF_ERROR(CheckServingLocked());
    present = protection_.customer_key;
    data_key = data_key_.Copy();
  }
  const std::optional<KeyIdentifier>& target =
      change.encryption.has_value() ? change.encryption->customer_key : present;
  if (!target.has_value()) {
    if (!present.has_value()) return std::nullopt;
    LAZULI_RETURN_IF_ERROR(CheckMayLeaveKey(now));
    return Protection();
  }
  if (!change.encryption.has_value() && !change.identity.has_value()) return std::nullopt;
  if (!present.has_value() && !created_with_identity_ && !env_->options.allow_cmk_on_any_account) {
    return CustomerKeyOnExistingAccountError();
  }
  if (identity.type == IdentityType::kNone) {
    return present.has_value() ? IdentityInUseError(present->text)
                               : CustomerKeyNeedsIdentityError(target->text);
  }
  LAZULI_ASSIGN_OR_RETURN(
      CustomerWrap wrap,
      WrapWithCustomerKey(env_->keys, identity.identity, tenant_id_, *target, data_key, now));
  return Protection{target, std::move(wrap.in_use), std::move(wrap.wrapped.ciphertext)};
}

absl::Status Account::CheckMayLeaveKey(absl::Time now) {
  Finding finding = Look(now);
  if (finding.refusal.ok()) Unwrap(&finding, now);
  if (finding.refusal.ok() || finding.unanswered) return finding.refusal;
  MutexLock lock(&mu_);
  return AccountUnavailableError(
      absl::StrCat("The customer-managed key is not accessible: ", finding.reason),
      protection_.in_use.text, std::nullopt);
}

void Account::ProtectLocked(Protection protection, const SecureBytes& data_key, absl::Time now) {
  protection_ = std::move(protection);
  if (protection_.customer_key.has_value()) {
    // No second way to the data key stays behind.
    platform_key_.reset();
    access_.Apply(KeyAccessEvent::kCustomerKeySet, now);
    return;
  }
  platform_key_ = std::make_unique<const PlatformKey>(arm_id_);
  protection_.wrapped_data_key = platform_key_->Wrap(data_key);
  access_.Apply(KeyAccessEvent::kPlatformKeySet, now);
  // Nothing is left to be watched.
  DisarmLocked(Timer::kProbe);
  DisarmLocked(Timer::kKeyTime);
  DisarmLocked(Timer::kDetection);
}

std::string Account::ProtectionNameLocked() const {
  return protection_.customer_key.has_value() ? protection_.in_use.text : "Microsoft.Batch";
}

void Account::PublishDependency() {
  std::optional<KeyDependency> dependency;
  {
    MutexLock lock(&mu_);
    if (protection_.customer_key.has_value()) {
      dependency = KeyDependency{
          id_.name_space, protection_.customer_key->vault_name, protection_.customer_key->key_name,
          identity_.identity.principal_id,
          identity_.type == IdentityType::kUserAssigned ? identity_.identity.resource_id
                                                        : std::string()};
    }
  }
  if (dependency == published_) return;
  published_ = dependency;
  if (env_->observer != nullptr) env_->observer->OnKeyDependencyChanged(arm_id_, dependency);
}

}  // namespace lazuli::batch

#include "emulator/chaos/permission_causes.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/chaos/errors.h"
#include "keyvault/access_policy.h"
#include "keyvault/permission.h"
#include "keyvault/vault_record.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {
namespace {

using keyvault::AccessPolicy;
using keyvault::AccessPolicyChange;
using keyvault::Permission;
using keyvault::PermissionKind;
using keyvault::PermissionSet;
using keyvault::VaultAddress;
using keyvault::VaultRecord;
using keyvault::VaultRecordPtr;

// What an account does with its key, as roles call it.
constexpr absl::string_view kKeyDataActions[] = {"microsoft.keyvault/vaults/keys/read",
                                                 "microsoft.keyvault/vaults/keys/wrap/action",
                                                 "microsoft.keyvault/vaults/keys/unwrap/action"};

std::vector<AccessPolicy> PoliciesOf(const VaultRecord& vault, absl::string_view object_id) {
  std::vector<AccessPolicy> policies;
  for (const AccessPolicy& policy : vault.settings.access_policies.entries()) {
    if (absl::EqualsIgnoreCase(policy.object_id, object_id)) policies.push_back(policy);
  }
  return policies;
}

// The verbs that `granted` stands for, without `taken`: "all" is spelled out.
std::vector<std::string> Without(const std::vector<std::string>& granted, Permission taken) {
  std::vector<std::string> left;
  for (const std::string& text : granted) {
    PermissionSet set;
    set.AddNamed(PermissionKind::kKeys, text);
    for (const Permission permission : keyvault::PermissionsOf(PermissionKind::kKeys)) {
      if (permission == taken || !set.Has(permission)) continue;
      std::string name(keyvault::PermissionName(permission));
      if (std::find(left.begin(), left.end(), name) == left.end()) left.push_back(std::move(name));
    }
  }
  return left;
}

bool Grants(const AccessPolicy& policy, Permission permission) {
  PermissionSet set;
  for (const std::string& text : policy.keys) set.AddNamed(PermissionKind::kKeys, text);
  return set.Has(permission);
}

std::string PrincipalLabel(const CauseTarget& target) {
  return absl::StrCat("the account's identity ", target.identity.identity.principal_id);
}

absl::Status CheckUsesPolicies(absl::string_view cause, const VaultRecord& vault) {
  if (!vault.settings.uses_rbac()) return absl::OkStatus();
  return CauseDoesNotApplyError(cause,
                                absl::StrCat("the vault '", vault.address.name,
                                             "' uses role assignments; use 'role-removed'."));
}

// Policies that were narrowed or, when `after` is empty, removed.
class PoliciesTaken final : public TakenAway {
 public:
  PoliciesTaken(std::string what, const ChaosEngines& engines, VaultAddress address,
                std::vector<AccessPolicy> before, std::vector<AccessPolicy> after)
      : TakenAway(std::move(what)),
        vaults_(engines.vaults),
        address_(std::move(address)),
        before_(std::move(before)),
        after_(std::move(after)) {}

  absl::Status GiveBack(const CallContext& context) override {
    LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr present, vaults_->Get(address_));
    const std::string& object_id = before_.front().object_id;
    if (PoliciesOf(*present, object_id) != after_) {
      return ChangedMeanwhileError(absl::StrCat("Somebody changed the access policies of ",
                                                object_id, " in the vault '", address_.name, "'"));
    }
    // Appends what is not there.
    return vaults_->ChangeAccessPolicies(context, address_, AccessPolicyChange::kReplace, before_)
        .status();
  }

 private:
  keyvault::VaultRegistry* const vaults_;
  const VaultAddress address_;
  const std::vector<AccessPolicy> before_;
  const std::vector<AccessPolicy> after_;
};

TakeResult TakePermission(const ChaosEngines& engines, const CauseTarget& target, Permission taken,
                          absl::string_view cause, const CallContext& context) {
  LAZULI_RETURN_IF_ERROR(CheckUsesPolicies(cause, *target.vault));
  std::vector<AccessPolicy> before =
      PoliciesOf(*target.vault, target.identity.identity.principal_id);
  const absl::string_view name = keyvault::PermissionName(taken);
  if (std::none_of(before.begin(), before.end(),
                   [&](const AccessPolicy& policy) { return Grants(policy, taken); })) {
    return NothingToRevokeError(
        cause, absl::StrCat("no access policy gives ", name, " to ", PrincipalLabel(target), "."));
  }
  std::vector<AccessPolicy> after = before;
  for (AccessPolicy& policy : after) {
    if (Grants(policy, taken)) policy.keys = Without(policy.keys, taken);
  }
  const VaultAddress& address = target.vault->address;
  LAZULI_RETURN_IF_ERROR(
      engines.vaults->ChangeAccessPolicies(context, address, AccessPolicyChange::kReplace, after)
          .status());
  return std::make_unique<PoliciesTaken>(
      absl::StrCat("the permission ", name, " was taken from ", PrincipalLabel(target),
                   " in the vault '", address.name, "'"),
      engines, address, std::move(before), std::move(after));
}

// That of `assignment`, for `principal_id`.
RoleAssignmentSpec SpecOf(const RoleAssignment& assignment, const std::string& principal_id) {
  RoleAssignmentSpec spec;
  spec.role_definition_id = assignment.role->ArmId();
  spec.principal_id = principal_id;
  spec.description = assignment.description;
  return spec;
}

// Assigns all of them to `principal_id`, or none. Where the scope is gone there is nothing to be
// granted any more.
absl::Status PutAll(RoleAssignments* roles, const std::vector<RoleAssignment::Ptr>& assignments,
                    const std::string& principal_id) {
  std::vector<RoleAssignment::Ptr> made;
  for (const RoleAssignment::Ptr& assignment : assignments) {
    const absl::Status put =
        roles->Put(assignment->scope, assignment->name, SpecOf(*assignment, principal_id)).status();
    if (absl::IsNotFound(put)) continue;
    if (!put.ok()) {
      for (const RoleAssignment::Ptr& each : made) roles->Delete(each->scope, each->name);
      return put;
    }
    made.push_back(assignment);
  }
  return absl::OkStatus();
}

bool GivesKey(const RoleDefinition& role) {
  const auto matches = [](const std::vector<ActionPattern>& patterns, absl::string_view action) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [action](const ActionPattern& pattern) { return pattern.Matches(action); });
  };
  return std::any_of(
      std::begin(kKeyDataActions), std::end(kKeyDataActions), [&](absl::string_view action) {
        return matches(role.data_actions, action) && !matches(role.not_data_actions, action);
      });
}

class RolesTaken final : public TakenAway {
 public:
  RolesTaken(std::string what, const ChaosEngines& engines,
             std::vector<RoleAssignment::Ptr> assignments)
      : TakenAway(std::move(what)), roles_(engines.roles), assignments_(std::move(assignments)) {}

  absl::Status GiveBack(const CallContext&) override {
    for (const RoleAssignment::Ptr& assignment : assignments_) {
      for (const RoleAssignment::Ptr& present : roles_->ListOf(assignment->principal_id)) {
        if (present->scope == assignment->scope &&
            (present->role == assignment->role || present->name == assignment->name)) {
          return ChangedMeanwhileError(absl::StrCat("Somebody assigned a role to ",
                                                    assignment->principal_id, " at '",
                                                    assignment->scope.text(), "'"));
        }
      }
    }
    // All are of the account's one principal.
    return PutAll(roles_, assignments_, assignments_.front()->principal_id);
  }

 private:
  RoleAssignments* const roles_;
  const std::vector<RoleAssignment::Ptr> assignments_;
};

// The access policies of one principal in one vault.
struct VaultPolicies {
  VaultAddress address;
  std::vector<AccessPolicy> policies;
};

class IdentityTaken final : public TakenAway {
 public:
  IdentityTaken(const ChaosEngines& engines, UserAssignedIdentity identity,
                std::vector<RoleAssignment::Ptr> assignments, std::vector<VaultPolicies> policies)
      : TakenAway(
            absl::StrCat("the user-assigned identity '", identity.id.name(), "' was deleted")),
        engines_(engines),
        identity_(std::move(identity)),
        assignments_(std::move(assignments)),
        policies_(std::move(policies)) {}

  // Another principal comes of it, as with Azure, which is given what the one before had.
  absl::Status GiveBack(const CallContext& context) override {
    const ResourceId& id = identity_.id;
    if (engines_.identities->Get(id.subscription(), id.resource_group(), id.name()).ok()) {
      return ChangedMeanwhileError(
          absl::StrCat("Somebody made the user-assigned identity '", id.name(), "' anew"));
    }
    LAZULI_ASSIGN_OR_RETURN(
        const UserAssignedIdentities::PutResult made,
        engines_.identities->CreateOrUpdate(id.subscription(), id.resource_group(), id.name(),
                                            identity_.location, identity_.tags));
    const std::string& principal_id = made.identity.principal->object_id;
    absl::Status status = PutAll(engines_.roles, assignments_, principal_id);
    for (size_t i = 0; i < policies_.size() && status.ok(); ++i) {
      status = MovePolicies(policies_[i], principal_id, context);
    }
    if (!status.ok()) {
      // With it goes what it was given.
      engines_.identities->Delete(id.subscription(), id.resource_group(), id.name())
          .status()
          .IgnoreError();
      return status;
    }
    HaveAccountsLook(context);
    return absl::OkStatus();
  }

 private:
  // From the principal that is gone to the new one. A vault that is gone needs nothing.
  absl::Status MovePolicies(const VaultPolicies& vault, const std::string& principal_id,
                            const CallContext& context) {
    if (!engines_.vaults->Get(vault.address).ok()) return absl::OkStatus();
    std::vector<AccessPolicy> moved = vault.policies;
    for (AccessPolicy& policy : moved) policy.object_id = principal_id;
    LAZULI_RETURN_IF_ERROR(engines_.vaults
                               ->ChangeAccessPolicies(context, vault.address,
                                                      AccessPolicyChange::kRemove, vault.policies)
                               .status());
    return engines_.vaults
        ->ChangeAccessPolicies(context, vault.address, AccessPolicyChange::kAdd, moved)
        .status();
  }

  // Accounts know the identity by its former principal, of which nothing is told any more.
  void HaveAccountsLook(const CallContext& context) {
    std::vector<std::string> dependents;
    for (const Subscription& subscription : engines_.resources->ListSubscriptions()) {
      for (const auto& account : engines_.accounts->List(subscription.subscription_id, "")) {
        if (absl::EqualsIgnoreCase(account->Describe().identity.identity.resource_id,
                                   identity_.id.text())) {
          dependents.push_back(account->arm_id());
        }
      }
    }
    engines_.accounts->ReevaluateKeyAccess(dependents, context.now, "identity made anew");
  }

  const ChaosEngines engines_;
  const UserAssignedIdentity identity_;
  const std::vector<RoleAssignment::Ptr> assignments_;
  const std::vector<VaultPolicies> policies_;
};

std::vector<VaultPolicies> PoliciesEverywhere(const ChaosEngines& engines,
                                              const std::string& object_id) {
  std::vector<VaultPolicies> everywhere;
  for (const Subscription& subscription : engines.resources->ListSubscriptions()) {
    for (const VaultRecordPtr& vault :
         engines.vaults->List(subscription.subscription_id, "", "", SIZE_MAX).items) {
      std::vector<AccessPolicy> policies = PoliciesOf(*vault, object_id);
      if (!policies.empty()) everywhere.push_back({vault->address, std::move(policies)});
    }
  }
  return everywhere;
}

}  // namespace

TakeResult TakeGetPermission(const ChaosEngines& engines, const CauseTarget& target,
                             const CallContext& context) {
  return TakePermission(engines, target, Permission::kGet, "policy-without-get", context);
}

TakeResult TakeWrapKeyPermission(const ChaosEngines& engines, const CauseTarget& target,
                                 const CallContext& context) {
  return TakePermission(engines, target, Permission::kWrapKey, "policy-without-wrap", context);
}

TakeResult TakeUnwrapKeyPermission(const ChaosEngines& engines, const CauseTarget& target,
                                   const CallContext& context) {
  return TakePermission(engines, target, Permission::kUnwrapKey, "policy-without-unwrap", context);
}

TakeResult RemovePolicies(const ChaosEngines& engines, const CauseTarget& target,
                          const CallContext& context) {
  LAZULI_RETURN_IF_ERROR(CheckUsesPolicies("policy-removed", *target.vault));
  const VaultAddress& address = target.vault->address;
  std::vector<AccessPolicy> before =
      PoliciesOf(*target.vault, target.identity.identity.principal_id);
  if (before.empty()) {
    return NothingToRevokeError(
        "policy-removed", absl::StrCat("the vault '", address.name, "' has no access policy for ",
                                       PrincipalLabel(target), "."));
  }
  LAZULI_RETURN_IF_ERROR(
      engines.vaults->ChangeAccessPolicies(context, address, AccessPolicyChange::kRemove, before)
          .status());
  return std::make_unique<PoliciesTaken>(
      absl::StrCat("the access policy of ", PrincipalLabel(target), " in the vault '", address.name,
                   "' was removed"),
      engines, address, std::move(before), std::vector<AccessPolicy>());
}

TakeResult RemoveRoles(const ChaosEngines& engines, const CauseTarget& target, const CallContext&) {
  if (!target.vault->settings.uses_rbac()) {
    return CauseDoesNotApplyError("role-removed",
                                  absl::StrCat("the vault '", target.key.vault_name,
                                               "' uses access policies; use 'policy-removed'."));
  }
  LAZULI_ASSIGN_OR_RETURN(
      const ResourceId key,
      ResourceId::Parse(absl::StrCat(target.vault->arm_id, "/keys/", target.key.key_name)));
  std::vector<RoleAssignment::Ptr> removed;
  for (const RoleAssignment::Ptr& assignment :
       engines.roles->ListOf(target.identity.identity.principal_id)) {
    if (!assignment->scope.Contains(key) || !GivesKey(*assignment->role)) continue;
    if (engines.roles->Delete(assignment->scope, assignment->name) != nullptr) {
      removed.push_back(assignment);
    }
  }
  if (removed.empty()) {
    return NothingToRevokeError("role-removed", absl::StrCat("no role assignment gives the key to ",
                                                             PrincipalLabel(target), "."));
  }
  return std::make_unique<RolesTaken>(absl::StrCat("the role assignments that give the key to ",
                                                   PrincipalLabel(target), " were removed"),
                                      engines, std::move(removed));
}

TakeResult DeleteIdentity(const ChaosEngines& engines, const CauseTarget& target,
                          const CallContext&) {
  if (target.identity.type != batch::IdentityType::kUserAssigned) {
    return CauseDoesNotApplyError(
        "identity-deleted",
        "the account acts as its system-assigned identity, which goes with the account only.");
  }
  LAZULI_ASSIGN_OR_RETURN(const ResourceId id,
                          ResourceId::Parse(target.identity.identity.resource_id));
  LAZULI_ASSIGN_OR_RETURN(
      UserAssignedIdentity identity,
      engines.identities->Get(id.subscription(), id.resource_group(), id.name()));
  const std::string object_id = identity.principal->object_id;
  std::vector<RoleAssignment::Ptr> assignments = engines.roles->ListOf(object_id);
  std::vector<VaultPolicies> policies = PoliciesEverywhere(engines, object_id);
  LAZULI_RETURN_IF_ERROR(
      engines.identities->Delete(id.subscription(), id.resource_group(), id.name()).status());
  return std::make_unique<IdentityTaken>(engines, std::move(identity), std::move(assignments),
                                         std::move(policies));
}

}  // namespace lazuli::emulator

#include "keyvault/access_control.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "base/status_macros.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/errors.h"
#include "keyvault/firewall.h"
#include "keyvault/names.h"
#include "keyvault/permission.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kReadKeyAction = "Microsoft.KeyVault/vaults/keys/read";

// What a caller who may read a key could do with its public half anyway. Key Vault documentation,
// "Azure RBAC permissions": keys/read.
bool NeedsOnlyPublicHalf(PermissionKind kind, Permission permission) {
  return kind == PermissionKind::kKeys &&
         (permission == Permission::kEncrypt || permission == Permission::kWrapKey ||
          permission == Permission::kVerify);
}

absl::Status CheckNetwork(const VaultRecord& vault, const CallContext& context) {
  switch (JudgeNetwork(vault.settings.network, context)) {
    case NetworkVerdict::kAllowed:
      return absl::OkStatus();
    case NetworkVerdict::kRefusedByFirewall:
      return FirewallError(vault.label(), context);
    case NetworkVerdict::kRefusedByConnection:
      return ConnectionError(vault.label(), context);
  }
  return absl::OkStatus();
}

absl::Status CheckPolicies(const VaultRecord& vault, const CallContext& context,
                           PermissionKind kind, Permission wanted) {
  const Caller& caller = context.caller;
  const AccessPolicyTable::Grant grant =
      vault.PoliciesInForce(context.now).Find(caller, kind, wanted);
  if (!grant.found) return PolicyMissingError(vault.label(), caller, kind, wanted);
  if (!grant.permissions.Has(wanted)) {
    return PolicyVerbMissingError(vault.label(), caller, kind, wanted);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AccessControl::Authorize(const CallContext& context,
                                      const AccessQuestion& question) const {
  const std::optional<Permission> wanted = ParsePermission(question.kind, question.permission);
  if (!wanted.has_value()) {
    return InternalError(absl::StrCat("no such permission for ", PermissionKindName(question.kind),
                                      ": ", question.permission));
  }
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr vault,
                          registry_->Describe(question.vault_name, context.name_space));
  LAZULI_RETURN_IF_ERROR(CheckNetwork(*vault, context));
  const Caller& caller = context.caller;
  if (!absl::EqualsIgnoreCase(caller.tenant_id, vault->settings.tenant_id)) {
    return InvalidIssuerError(vault->settings.tenant_id, caller);
  }
  return vault->settings.uses_rbac() ? CheckRoles(*vault, context, question, *wanted)
                                     : CheckPolicies(*vault, context, question.kind, *wanted);
}

absl::Status AccessControl::CheckRoles(const VaultRecord& vault, const CallContext& context,
                                       const AccessQuestion& question, Permission wanted) const {
  const Caller& caller = context.caller;
  // The name is not judged yet; what is too long for an object names none.
  const std::string scope = question.object_name.empty()
                                ? vault.arm_id
                                : absl::StrCat(vault.arm_id, "/", PermissionKindName(question.kind),
                                               "/", Excerpt(question.object_name));
  if (roles_->HasDataAction(caller, scope, question.data_action)) return absl::OkStatus();
  if (NeedsOnlyPublicHalf(question.kind, wanted) &&
      roles_->HasDataAction(caller, scope, kReadKeyAction) && !IsSymmetric(context, question)) {
    return absl::OkStatus();
  }
  return RoleMissingError(vault.label(), caller, scope, question.data_action);
}

bool AccessControl::IsSymmetric(const CallContext& context, const AccessQuestion& question) const {
  const absl::StatusOr<VaultPtr> vault =
      registry_->FindLive(question.vault_name, context.name_space);
  if (!vault.ok()) return false;
  const absl::StatusOr<KeyVersionPtr> key =
      (*vault)->FindKey(question.object_name, question.object_version);
  if (!key.ok()) return false;
  const crypto::KeyType material = crypto::MaterialType((*key)->type);
  return material != crypto::KeyType::kRsa && material != crypto::KeyType::kEc;
}

absl::StatusOr<KeyVersionPtr> AccessControl::ResolveKeyForUse(const CallContext& context,
                                                              absl::string_view vault_name,
                                                              absl::string_view key_name,
                                                              absl::string_view key_version,
                                                              KeyOperation operation) const {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(vault_name, context.name_space));
  LAZULI_ASSIGN_OR_RETURN(KeyVersionPtr version, vault->FindKey(key_name, key_version));
  LAZULI_RETURN_IF_ERROR(CheckKeyVersionUse(*version, operation, context.now));
  return version;
}

}  // namespace lazuli::keyvault

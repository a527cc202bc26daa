#include "keyvault/access_control.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/firewall.h"
#include "keyvault/names.h"
#include "keyvault/permission.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kReadAction = "Microsoft.KeyVault/vaults/keys/read";

// What a caller who may read a key could do with its public half anyway. Every key that a vault
// holds is asymmetric. Key Vault documentation, "Azure RBAC permissions": keys/read.
bool NeedsOnlyPublicHalf(KeyPermission permission) {
  return permission == KeyPermission::kEncrypt || permission == KeyPermission::kWrapKey ||
         permission == KeyPermission::kVerify;
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
                           KeyPermission permission) {
  const Caller& caller = context.caller;
  const AccessPolicyTable::Grant grant = vault.PoliciesInForce(context.now).Find(caller);
  if (!grant.found) return PolicyMissingError(vault.label(), caller, permission);
  if (!grant.permissions.Has(permission)) {
    return PolicyVerbMissingError(vault.label(), caller, permission, grant.permissions);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AccessControl::AuthorizeKeyOperation(const CallContext& context,
                                                  absl::string_view vault_name,
                                                  absl::string_view key_name,
                                                  absl::string_view permission,
                                                  absl::string_view data_action) const {
  const std::optional<KeyPermission> wanted = ParseKeyPermission(permission);
  if (!wanted.has_value()) {
    return InternalError(absl::StrCat("no such permission for keys: ", permission));
  }
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr vault,
                          registry_->Describe(vault_name, context.name_space));
  LAZULI_RETURN_IF_ERROR(CheckNetwork(*vault, context));
  const Caller& caller = context.caller;
  if (!absl::EqualsIgnoreCase(caller.tenant_id, vault->settings.tenant_id)) {
    return InvalidIssuerError(vault->settings.tenant_id, caller);
  }
  if (!vault->settings.uses_rbac()) return CheckPolicies(*vault, context, *wanted);
  // The name is not judged yet; what is too long for a key names none.
  const std::string scope =
      key_name.empty() ? vault->arm_id : absl::StrCat(vault->arm_id, "/keys/", Excerpt(key_name));
  if (roles_->HasDataAction(caller, scope, data_action)) return absl::OkStatus();
  if (NeedsOnlyPublicHalf(*wanted) && roles_->HasDataAction(caller, scope, kReadAction)) {
    return absl::OkStatus();
  }
  return RoleMissingError(vault->label(), caller, scope, data_action);
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

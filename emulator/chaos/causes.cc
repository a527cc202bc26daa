#include "emulator/chaos/causes.h"

#include "absl/strings/match.h"
#include "emulator/chaos/key_causes.h"
#include "emulator/chaos/permission_causes.h"
#include "emulator/chaos/vault_causes.h"

namespace lazuli::emulator {
namespace {

constexpr Cause kCauses[] = {
    {"key-disabled", "every enabled version of the key is disabled", "they are enabled again",
     "KeyDisabled", DisableKey},
    {"version-disabled", "the version that the account uses is disabled", "it is enabled again",
     "KeyDisabled", DisableVersion},
    {"key-expired", "exp of the version in use is set to now", "its nbf and exp are put back",
     "KeyExpired", ExpireKey},
    {"key-not-yet-valid", "nbf of the version in use is set to a year from now",
     "its nbf and exp are put back", "KeyNotYetValid", PostponeKey},
    {"key-ops-without-wrap", "wrapKey is taken from the key_ops of the version in use",
     "its key_ops are put back", "KeyOperationForbidden", ForbidWrapKey},
    {"key-ops-without-unwrap", "unwrapKey is taken from the key_ops of the version in use",
     "its key_ops are put back", "KeyOperationForbidden", ForbidUnwrapKey},
    {"key-deleted", "the key is deleted", "the key is recovered", "KeyNotFound", DeleteKey},
    {"key-purged", "the key is deleted, and purged at the end of its retention", "", "KeyNotFound",
     PurgeKey},
    {"policy-without-get", "get is taken from the identity's access policy",
     "the policy is put back", "ForbiddenByPolicy", TakeGetPermission},
    {"policy-without-wrap", "wrapKey is taken from the identity's access policy",
     "the policy is put back", "ForbiddenByPolicy", TakeWrapKeyPermission},
    {"policy-without-unwrap", "unwrapKey is taken from the identity's access policy",
     "the policy is put back", "ForbiddenByPolicy", TakeUnwrapKeyPermission},
    {"policy-removed", "the identity's access policy is removed", "the policy is added again",
     "AccessDenied", RemovePolicies},
    {"role-removed", "the identity's role assignments that reach the key are removed",
     "they are made again under their names", "ForbiddenByRbac", RemoveRoles},
    {"identity-deleted", "the account's user-assigned identity is deleted",
     "it is made anew, as another principal, and given the roles and access policies of the former",
     "IdentityNotFound", DeleteIdentity},
    {"vault-deleted", "the vault is deleted", "the vault is recovered", "VaultNotFound",
     DeleteVault},
    {"firewall-closed", "the vault's firewall is closed, to trusted services too",
     "the network settings are put back", "ForbiddenByFirewall", CloseFirewall},
    {"public-access-disabled",
     "the vault's public network access is disabled, for trusted services too",
     "the network settings are put back", "ForbiddenByConnection", DisablePublicAccess},
};

}  // namespace

absl::Span<const Cause> AllCauses() { return kCauses; }

const Cause* FindCause(absl::string_view name) {
  for (const Cause& cause : kCauses) {
    if (absl::EqualsIgnoreCase(cause.name, name)) return &cause;
  }
  return nullptr;
}

}  // namespace lazuli::emulator

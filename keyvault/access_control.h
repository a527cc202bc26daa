// File: keyvault/access_control.h
//
// Who may do what with a key, and what a key may be used for: the one place where both are decided,
// for callers of the data plane and for whoever wants to know beforehand.
#ifndef LAZULI_KEYVAULT_ACCESS_CONTROL_H_
#define LAZULI_KEYVAULT_ACCESS_CONTROL_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"
#include "keyvault/role_checker.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {

// Thread safe. Decisions take about a microsecond; nothing is cached.
class AccessControl {
 public:
  // Both outlive the object.
  AccessControl(const VaultRegistry* registry, const RoleChecker* roles)
      : registry_(registry), roles_(roles) {}

  // Whether `context.caller` may use `permission` (a verb of access policies, e.g. "wrapKey") or,
  // in a vault that uses role assignments, `data_action` (e.g.
  // "Microsoft.KeyVault/vaults/keys/wrap/action") on the key; an empty `key_name` stands for the
  // vault. The key need not exist. Decided in this order: the vault (VaultNotFoundError), its
  // network settings (FirewallError, ConnectionError), the caller's tenant (InvalidIssuerError,
  // 401), then either its access policies (PolicyMissingError, PolicyVerbMissingError) or the role
  // assignments at the vault and the key (RoleMissingError). With roles keys/read also allows
  // encrypt, wrapKey and verify, which need the public half alone.
  absl::Status AuthorizeKeyOperation(const CallContext& context, absl::string_view vault_name,
                                     absl::string_view key_name, absl::string_view permission,
                                     absl::string_view data_action) const;

  // The version that `operation` would work with at `context.now`, or what refuses it before any
  // cryptography: VaultNotFoundError, KeyNotFoundError, and those of CheckKeyVersionUse. Does not
  // authorize.
  absl::StatusOr<KeyVersionPtr> ResolveKeyForUse(const CallContext& context,
                                                 absl::string_view vault_name,
                                                 absl::string_view key_name,
                                                 absl::string_view key_version,
                                                 KeyOperation operation) const;

  // The same without the version. For "get", which needs no more than existence, see
  // VaultRegistry::FindLive and Vault::FindKey.
  absl::Status CheckKeyUse(const CallContext& context, absl::string_view vault_name,
                           absl::string_view key_name, absl::string_view key_version,
                           KeyOperation operation) const {
    return ResolveKeyForUse(context, vault_name, key_name, key_version, operation).status();
  }

 private:
  const VaultRegistry* const registry_;
  const RoleChecker* const roles_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ACCESS_CONTROL_H_

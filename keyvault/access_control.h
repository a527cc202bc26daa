// File: keyvault/access_control.h
//
// Who may do what with the objects of a vault, and what a key may be used for: the one place where
// both are decided, for callers of the data plane and for whoever wants to know beforehand.
#ifndef LAZULI_KEYVAULT_ACCESS_CONTROL_H_
#define LAZULI_KEYVAULT_ACCESS_CONTROL_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/decision.h"
#include "keyvault/access_decision.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"
#include "keyvault/permission.h"
#include "keyvault/role_checker.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {

// What a caller wants to do.
struct AccessQuestion {
  absl::string_view vault_name;
  PermissionKind kind = PermissionKind::kKeys;
  // Of the key, secret or certificate, which need not exist; empty: it is about the vault.
  absl::string_view object_name = {};
  // Empty: the latest.
  absl::string_view object_version = {};
  // A verb of access policies, e.g. "wrapKey".
  absl::string_view permission = {};
  // What it takes in a vault that uses role assignments, e.g.
  // "Microsoft.KeyVault/vaults/keys/wrap/action".
  absl::string_view data_action = {};
  // About the object of that name that was deleted.
  bool is_about_deleted = false;
  // Changes a version that is there.
  bool is_update = false;
};

// Thread safe. Decisions take about a microsecond; nothing is cached.
class AccessControl {
 public:
  // Both outlive the object.
  AccessControl(const VaultRegistry* registry, const RoleChecker* roles)
      : registry_(registry), roles_(roles) {}

  // Whether `context.caller` may do it, and what says so. Decided in this order: the vault
  // (VaultNotFoundError), the caller's tenant (InvalidIssuerError, 401), the vault's network
  // settings (FirewallError, ConnectionError), then either its access policies (PolicyMissingError,
  // PolicyVerbMissingError) or the role assignments at the vault and the object (RoleMissingError).
  // With roles keys/read also allows encrypt, wrapKey and verify, which need the public half alone,
  // of a key that has one. INTERNAL for a verb that the kind does not have.
  absl::StatusOr<AccessDecision> Decide(const CallContext& context,
                                        const AccessQuestion& question) const;
  // OK, or the refusal of the decision.
  absl::Status Authorize(const CallContext& context, const AccessQuestion& question) const;
  // The part that can be told before anything is read of the request: up to the network settings.
  absl::Status CheckEntry(const CallContext& context, absl::string_view vault_name) const;

  // What would refuse a caller who may do it, by the state of the object: OK, or the error of the
  // operation, with what decided. Nothing is changed. What an operation refuses for what else its
  // request says is not foreseen. Of keys and secrets.
  absl::Status CheckState(const CallContext& context, const AccessQuestion& question) const;
  // What made `refusal`, an error of such an operation that does not say itself; nullopt for one
  // that the state did not make.
  std::optional<Decision> DescribeState(const CallContext& context, const AccessQuestion& question,
                                        const absl::Status& refusal) const;

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
  // Sets the verdict that the vault, the tenant and the network have, or kAllowed.
  void DecideEntry(const CallContext& context, AccessDecision* decision) const;
  // As Decide; `is_told`: whether what allows it is told as well, which costs more than to decide.
  absl::StatusOr<AccessDecision> DecideAll(const CallContext& context,
                                           const AccessQuestion& question, bool is_told) const;
  static void DecideByPolicies(const CallContext& context, AccessDecision* decision);
  void DecideByRoles(const CallContext& context, const AccessQuestion& question, bool is_told,
                     AccessDecision* decision) const;
  RoleAnswer AskRoles(const Caller& caller, absl::string_view scope, absl::string_view data_action,
                      bool is_told) const;
  // False for a key without a public half, and for one that does not exist: reading tells as much.
  bool IsSymmetric(const CallContext& context, const AccessQuestion& question) const;

  const VaultRegistry* const registry_;
  const RoleChecker* const roles_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ACCESS_CONTROL_H_

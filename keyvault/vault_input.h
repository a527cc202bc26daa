// File: keyvault/vault_input.h
//
// What a creation or an update of a vault says, and the rules that make settings of it.
#ifndef LAZULI_KEYVAULT_VAULT_INPUT_H_
#define LAZULI_KEYVAULT_VAULT_INPUT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "keyvault/access_policy.h"
#include "keyvault/firewall.h"
#include "keyvault/names.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// networkAcls; absent members stand for the service's default.
struct NetworkAclsInput {
  std::optional<std::string> bypass;          // "AzureServices" or "None", in any letter case
  std::optional<std::string> default_action;  // "Allow" or "Deny", likewise
  std::vector<std::string> ip_rules;
  std::vector<VirtualNetworkRule> virtual_network_rules;  // their ids as written
};

// Absent: the caller does not say.
struct VaultInput {
  // What is to be made or changed.
  VaultKind kind = VaultKind::kVault;
  std::optional<TagMap> tags;
  std::optional<std::string> tenant_id;
  std::optional<std::string> sku_family;
  std::optional<std::string> sku_name;
  std::optional<std::vector<AccessPolicy>> access_policies;
  std::optional<NetworkAclsInput> network_acls;
  std::optional<std::string> public_network_access;  // "Enabled" or "Disabled"
  std::optional<bool> enabled_for_deployment;
  std::optional<bool> enabled_for_disk_encryption;
  std::optional<bool> enabled_for_template_deployment;
  std::optional<bool> enable_soft_delete;
  std::optional<int> retention_days;
  std::optional<bool> rbac_authorization;
  std::optional<bool> purge_protection;
  // Managed HSMs.
  std::optional<std::vector<std::string>> initial_admin_object_ids;
};

// The rules, in which `context.subscription_tenant_id` is the tenant that the vault must name and
// nothing is changed on failure. Errors: InvalidTenantError, InvalidVaultPropertyError,
// PurgeProtectionIrreversibleError, SoftDeleteIrreversibleError, MissingVaultPropertyError,
// SkuNotSupportedError.
//
// A managed HSM has administrators, named when it is created, in the place of access policies, a
// tier of its own and always soft delete; its purge protection may be said to be off while it is.

// Of a new vault. Since api-version 2026-02-01 a vault uses role assignments unless it says
// otherwise. `allow_without_soft_delete`: enableSoftDelete may be false, as it could until 2025.
absl::StatusOr<VaultSettings> NewVaultSettings(const CallContext& context, const VaultInput& input,
                                               bool allow_without_soft_delete);

// Of a PUT on an existing vault: what is not said goes back to its default, except what never does
// by omission (soft delete, retention, purge protection, the kind of authorization and, with role
// assignments, the unused policies).
absl::StatusOr<VaultSettings> ReplaceVaultSettings(const CallContext& context,
                                                   const VaultSettings& old,
                                                   const VaultInput& input);

// Of a PATCH: what is not said stays.
absl::StatusOr<VaultSettings> PatchVaultSettings(const CallContext& context,
                                                 const VaultSettings& old, const VaultInput& input);

// The tags of a vault, checked against the limits. InvalidVaultPropertyError("tags").
absl::Status CheckVaultTags(const TagMap& tags);

// True when somebody may gain or lose access by the change.
bool AccessDiffers(const VaultSettings& a, const VaultSettings& b);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_INPUT_H_

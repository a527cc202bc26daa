#include "keyvault/vault_input.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"

namespace lazuli::keyvault {
namespace {

// From this api-version on a new vault uses role assignments unless it says otherwise. Versions are
// dates, so that they compare as texts. Key Vault documentation, "Prepare for Key Vault API version
// 2026-02-01 and later".
constexpr absl::string_view kRbacByDefaultSince = "2026-02-01";
constexpr size_t kDateLength = 10;

absl::StatusOr<bool> ParseChoice(absl::string_view path, const std::string& text,
                                 absl::string_view yes, absl::string_view no) {
  if (absl::EqualsIgnoreCase(text, yes)) return true;
  if (absl::EqualsIgnoreCase(text, no)) return false;
  return InvalidVaultPropertyError(path, absl::StrCat("It must be '", yes, "' or '", no, "'."));
}

absl::Status ApplyTenant(const CallContext& context, const std::optional<std::string>& tenant_id,
                         VaultSettings* settings) {
  if (!tenant_id.has_value()) return absl::OkStatus();
  if (!absl::EqualsIgnoreCase(*tenant_id, context.subscription_tenant_id)) {
    return InvalidTenantError();
  }
  settings->tenant_id = *tenant_id;
  return absl::OkStatus();
}

// In the spelling of the service; null when there is no such tier. Key Vault REST reference,
// "ManagedHsmSkuName".
const char* FindManagedHsmSku(const std::string& name) {
  for (const char* known : {"Standard_B1", "Custom_B6", "Custom_B32", "Custom_C10", "Custom_C42"}) {
    if (absl::EqualsIgnoreCase(name, known)) return known;
  }
  return nullptr;
}

absl::Status ApplyManagedHsmSku(const VaultInput& input, VaultSettings* settings) {
  if (input.sku_family.has_value() && !absl::StartsWithIgnoreCase(*input.sku_family, "B") &&
      !absl::StartsWithIgnoreCase(*input.sku_family, "C")) {
    return InvalidVaultPropertyError("sku.family", "It must be 'B' or 'C'.");
  }
  if (!input.sku_name.has_value()) return absl::OkStatus();
  const char* const name = FindManagedHsmSku(*input.sku_name);
  if (name == nullptr) return SkuNotSupportedError("sku.name", *input.sku_name);
  std::string& present = settings->managed_hsm->sku_name;
  if (!present.empty() && present != name) {
    return InvalidVaultPropertyError("sku.name", "It cannot be changed.");
  }
  present = name;
  return absl::OkStatus();
}

absl::Status ApplySku(const VaultInput& input, VaultSettings* settings) {
  if (settings->managed_hsm.has_value()) return ApplyManagedHsmSku(input, settings);
  if (input.sku_family.has_value() && !absl::EqualsIgnoreCase(*input.sku_family, "A")) {
    return InvalidVaultPropertyError("properties.sku.family", "It must be 'A'.");
  }
  if (!input.sku_name.has_value()) return absl::OkStatus();
  const std::optional<VaultSku> sku = ParseVaultSku(*input.sku_name);
  if (!sku.has_value()) return SkuNotSupportedError("properties.sku.name", *input.sku_name);
  settings->sku = *sku;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<IpRule>> ParseIpRules(const std::vector<std::string>& texts) {
  constexpr absl::string_view kPath = "properties.networkAcls.ipRules";
  if (texts.size() > limits::keyvault::kMaxIpRules) {
    return InvalidVaultPropertyError(
        kPath, absl::StrCat("A vault has at most ", limits::keyvault::kMaxIpRules, " IP rules."));
  }
  std::vector<IpRule> rules;
  rules.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    std::optional<IpRule> rule = ParseIpRule(texts[i]);
    if (!rule.has_value()) {
      return InvalidVaultPropertyError(
          absl::StrCat(kPath, "[", i, "].value"),
          "It must be an IPv4 address or a range in CIDR notation, e.g. '10.1.0.0/16'.");
    }
    rules.push_back(*std::move(rule));
  }
  return rules;
}

// ".../providers/Microsoft.Network/virtualNetworks/V/subnets/S", in lower case.
bool IsSubnetId(absl::string_view id) {
  return id.size() <= limits::keyvault::kMaxResourceIdLength &&
         absl::StartsWith(id, "/subscriptions/") &&
         absl::StrContains(id, "/providers/microsoft.network/virtualnetworks/") &&
         absl::StrContains(id, "/subnets/") && !absl::EndsWith(id, "/");
}

absl::StatusOr<std::vector<VirtualNetworkRule>> CheckVirtualNetworkRules(
    std::vector<VirtualNetworkRule> rules) {
  constexpr absl::string_view kPath = "properties.networkAcls.virtualNetworkRules";
  if (rules.size() > limits::keyvault::kMaxVirtualNetworkRules) {
    return InvalidVaultPropertyError(
        kPath, absl::StrCat("A vault has at most ", limits::keyvault::kMaxVirtualNetworkRules,
                            " virtual network rules."));
  }
  for (size_t i = 0; i < rules.size(); ++i) {
    absl::AsciiStrToLower(&rules[i].subnet_id);
    if (!IsSubnetId(rules[i].subnet_id)) {
      return InvalidVaultPropertyError(absl::StrCat(kPath, "[", i, "].id"),
                                       "It must be the resource id of a subnet.");
    }
  }
  return rules;
}

absl::Status ApplyNetwork(const VaultInput& input, NetworkSettings* network) {
  if (input.public_network_access.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(network->public_network_access,
                            ParseChoice("properties.publicNetworkAccess",
                                        *input.public_network_access, "Enabled", "Disabled"));
  }
  if (!input.network_acls.has_value()) return absl::OkStatus();
  const NetworkAclsInput& acls = *input.network_acls;
  network->bypass_azure_services = true;
  if (acls.bypass.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(
        network->bypass_azure_services,
        ParseChoice("properties.networkAcls.bypass", *acls.bypass, "AzureServices", "None"));
  }
  network->default_allow = true;
  if (acls.default_action.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(
        network->default_allow,
        ParseChoice("properties.networkAcls.defaultAction", *acls.default_action, "Allow", "Deny"));
  }
  LAZULI_ASSIGN_OR_RETURN(network->ip_rules, ParseIpRules(acls.ip_rules));
  LAZULI_ASSIGN_OR_RETURN(network->virtual_network_rules,
                          CheckVirtualNetworkRules(acls.virtual_network_rules));
  return absl::OkStatus();
}

// Vaults refuse false even when it changes nothing; the examples of managed HSMs say it.
absl::Status ApplyPurgeProtection(const VaultInput& input, VaultSettings* settings) {
  if (!input.purge_protection.has_value()) return absl::OkStatus();
  if (!*input.purge_protection &&
      (settings->purge_protection || !settings->managed_hsm.has_value())) {
    return PurgeProtectionIrreversibleError();
  }
  settings->purge_protection = *input.purge_protection;
  return absl::OkStatus();
}

// Soft delete, retention and purge protection of a vault that exists: each goes one way only.
absl::Status ApplyProtection(const VaultInput& input, VaultSettings* settings) {
  const bool had_soft_delete = settings->soft_delete;
  if (input.enable_soft_delete.has_value()) {
    if (!*input.enable_soft_delete && had_soft_delete) return SoftDeleteIrreversibleError();
    settings->soft_delete = *input.enable_soft_delete;
  }
  if (input.retention_days.has_value() && *input.retention_days != settings->retention_days) {
    if (had_soft_delete) {
      return InvalidVaultPropertyError("properties.softDeleteRetentionInDays",
                                       "It cannot be changed once soft delete is enabled.");
    }
    settings->retention_days = *input.retention_days;
  }
  return ApplyPurgeProtection(input, settings);
}

// What must hold of any vault's settings, however they came about.
absl::Status CheckProtection(const VaultSettings& settings) {
  if (settings.retention_days < limits::keyvault::kMinRetentionDays ||
      settings.retention_days > limits::keyvault::kMaxRetentionDays) {
    return InvalidVaultPropertyError(
        "properties.softDeleteRetentionInDays",
        absl::StrCat("It must be from ", limits::keyvault::kMinRetentionDays, " to ",
                     limits::keyvault::kMaxRetentionDays, "."));
  }
  if (settings.purge_protection && !settings.soft_delete) {
    return InvalidVaultPropertyError("properties.enablePurgeProtection",
                                     "Purge protection needs soft delete.");
  }
  return absl::OkStatus();
}

absl::Status ApplyAdmins(const VaultInput& input, VaultSettings* settings) {
  if (!settings->managed_hsm.has_value() || !input.initial_admin_object_ids.has_value()) {
    return absl::OkStatus();
  }
  constexpr absl::string_view kPath = "properties.initialAdminObjectIds";
  const std::vector<std::string>& admins = *input.initial_admin_object_ids;
  std::vector<std::string>& present = settings->managed_hsm->initial_admin_object_ids;
  if (!present.empty()) {
    const bool same = std::equal(
        admins.begin(), admins.end(), present.begin(), present.end(),
        [](const std::string& a, const std::string& b) { return absl::EqualsIgnoreCase(a, b); });
    return same ? absl::OkStatus() : InvalidVaultPropertyError(kPath, "They cannot be changed.");
  }
  if (admins.empty() || admins.size() > limits::keyvault::kMaxInitialAdmins) {
    return InvalidVaultPropertyError(
        kPath, absl::StrCat("There must be 1 to ", limits::keyvault::kMaxInitialAdmins, "."));
  }
  for (size_t i = 0; i < admins.size(); ++i) {
    if (!IsGuid(admins[i])) {
      return InvalidVaultPropertyError(absl::StrCat(kPath, "[", i, "]"), "It must be a GUID.");
    }
  }
  present = admins;
  return absl::OkStatus();
}

// What a PUT and a PATCH have in common.
absl::Status ApplyCommon(const CallContext& context, const VaultInput& input,
                         VaultSettings* settings) {
  LAZULI_RETURN_IF_ERROR(ApplyTenant(context, input.tenant_id, settings));
  LAZULI_RETURN_IF_ERROR(ApplySku(input, settings));
  LAZULI_RETURN_IF_ERROR(ApplyNetwork(input, &settings->network));
  if (input.rbac_authorization.has_value()) {
    settings->rbac_authorization = input.rbac_authorization;
  }
  if (input.enabled_for_deployment.has_value()) {
    settings->enabled_for_deployment = *input.enabled_for_deployment;
  }
  if (input.enabled_for_disk_encryption.has_value()) {
    settings->enabled_for_disk_encryption = input.enabled_for_disk_encryption;
  }
  if (input.enabled_for_template_deployment.has_value()) {
    settings->enabled_for_template_deployment = input.enabled_for_template_deployment;
  }
  if (input.access_policies.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(settings->access_policies,
                            AccessPolicyTable::Create(*input.access_policies, settings->tenant_id));
  }
  LAZULI_RETURN_IF_ERROR(ApplyAdmins(input, settings));
  return CheckProtection(*settings);
}

// What a PUT must say. `settings` tells what the kind of authorization will be.
absl::Status CheckRequired(const VaultInput& input, bool uses_rbac) {
  if (!input.tenant_id.has_value()) return MissingVaultPropertyError("properties.tenantId");
  if (input.kind == VaultKind::kManagedHsm) {
    if (!input.sku_name.has_value()) return MissingVaultPropertyError("sku.name");
    return absl::OkStatus();
  }
  if (!input.sku_name.has_value()) return MissingVaultPropertyError("properties.sku.name");
  if (!input.access_policies.has_value() && !uses_rbac) {
    return MissingVaultPropertyError("properties.accessPolicies");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<VaultSettings> NewVaultSettings(const CallContext& context, const VaultInput& input,
                                               bool allow_without_soft_delete) {
  VaultSettings settings;
  if (input.kind == VaultKind::kManagedHsm) {
    if (!input.initial_admin_object_ids.has_value()) {
      return MissingVaultPropertyError("properties.initialAdminObjectIds");
    }
    settings.managed_hsm.emplace();
    settings.sku = VaultSku::kPremium;
    allow_without_soft_delete = false;
  } else if (context.api_version.substr(0, kDateLength) >= kRbacByDefaultSince) {
    settings.rbac_authorization = true;
  }
  LAZULI_RETURN_IF_ERROR(
      CheckRequired(input, input.rbac_authorization.value_or(settings.uses_rbac())));
  settings.soft_delete = input.enable_soft_delete.value_or(true);
  if (!settings.soft_delete && !allow_without_soft_delete) {
    return InvalidVaultPropertyError("properties.enableSoftDelete",
                                     "A vault can no longer be created without soft delete.");
  }
  settings.retention_days = input.retention_days.value_or(limits::keyvault::kDefaultRetentionDays);
  LAZULI_RETURN_IF_ERROR(ApplyPurgeProtection(input, &settings));
  LAZULI_RETURN_IF_ERROR(ApplyCommon(context, input, &settings));
  return settings;
}

absl::StatusOr<VaultSettings> ReplaceVaultSettings(const CallContext& context,
                                                   const VaultSettings& old,
                                                   const VaultInput& input) {
  LAZULI_RETURN_IF_ERROR(CheckRequired(input, input.rbac_authorization.value_or(old.uses_rbac())));
  VaultSettings settings;
  settings.managed_hsm = old.managed_hsm;
  if (old.managed_hsm.has_value()) settings.sku = old.sku;
  settings.tenant_id = old.tenant_id;
  settings.access_policies = old.access_policies;
  settings.rbac_authorization = old.rbac_authorization;
  settings.soft_delete = old.soft_delete;
  settings.retention_days = old.retention_days;
  settings.purge_protection = old.purge_protection;
  LAZULI_RETURN_IF_ERROR(ApplyProtection(input, &settings));
  LAZULI_RETURN_IF_ERROR(ApplyCommon(context, input, &settings));
  return settings;
}

absl::StatusOr<VaultSettings> PatchVaultSettings(const CallContext& context,
                                                 const VaultSettings& old,
                                                 const VaultInput& input) {
  VaultSettings settings = old;
  LAZULI_RETURN_IF_ERROR(ApplyProtection(input, &settings));
  LAZULI_RETURN_IF_ERROR(ApplyCommon(context, input, &settings));
  return settings;
}

absl::Status CheckVaultTags(const TagMap& tags) {
  if (tags.size() > limits::keyvault::kMaxVaultTags) {
    return InvalidVaultPropertyError(
        "tags", absl::StrCat("A vault has at most ", limits::keyvault::kMaxVaultTags, " tags."));
  }
  for (const auto& [name, value] : tags) {
    if (name.empty() || name.size() > limits::keyvault::kMaxVaultTagNameLength ||
        value.size() > limits::keyvault::kMaxVaultTagValueLength) {
      return InvalidVaultPropertyError(
          "tags", absl::StrCat("A tag's name has 1 to ", limits::keyvault::kMaxVaultTagNameLength,
                               " characters and its value at most ",
                               limits::keyvault::kMaxVaultTagValueLength, "."));
    }
  }
  return absl::OkStatus();
}

bool AccessDiffers(const VaultSettings& a, const VaultSettings& b) {
  return a.tenant_id != b.tenant_id || a.uses_rbac() != b.uses_rbac() ||
         a.managed_hsm != b.managed_hsm || !(a.network == b.network) ||
         !(a.access_policies == b.access_policies);
}

}  // namespace lazuli::keyvault

#include "keyvault/vault_input.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

absl::Status ApplySku(const VaultInput& input, VaultSettings* settings) {
  if (input.sku_family.has_value() && !absl::EqualsIgnoreCase(*input.sku_family, "A")) {
    return InvalidVaultPropertyError("properties.sku.family", "It must be 'A'.");
  }
  if (!input.sku_name.has_value()) return absl::OkStatus();
  const std::optional<VaultSku> sku = ParseVaultSku(*input.sku_name);
  if (!sku.has_value()) {
    return InvalidVaultPropertyError("properties.sku.name", "It must be 'standard' or 'premium'.");
  }
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
  if (input.purge_protection.has_value()) {
    if (!*input.purge_protection) return PurgeProtectionIrreversibleError();
    settings->purge_protection = true;
  }
  return absl::OkStatus();
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
  return CheckProtection(*settings);
}

// What a PUT must say. `settings` tells what the kind of authorization will be.
absl::Status CheckRequired(const VaultInput& input, bool uses_rbac) {
  if (!input.tenant_id.has_value()) return MissingVaultPropertyError("properties.tenantId");
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
  if (context.api_version.substr(0, kDateLength) >= kRbacByDefaultSince) {
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
  if (input.purge_protection.has_value()) {
    if (!*input.purge_protection) return PurgeProtectionIrreversibleError();
    settings.purge_protection = true;
  }
  LAZULI_RETURN_IF_ERROR(ApplyCommon(context, input, &settings));
  return settings;
}

absl::StatusOr<VaultSettings> ReplaceVaultSettings(const CallContext& context,
                                                   const VaultSettings& old,
                                                   const VaultInput& input) {
  LAZULI_RETURN_IF_ERROR(CheckRequired(input, input.rbac_authorization.value_or(old.uses_rbac())));
  VaultSettings settings;
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
         !(a.network == b.network) || !(a.access_policies == b.access_policies);
}

}  // namespace lazuli::keyvault

#include "keyvault/service/vault_conversion.h"

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "keyvault/names.h"
#include "proto/common.pb.h"
#include "proto/time.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kVaultType = "Microsoft.KeyVault/vaults";
constexpr absl::string_view kDeletedVaultType = "Microsoft.KeyVault/deletedVaults";
constexpr absl::string_view kSkuFamily = "A";
// Callers hold tokens of service principals and managed identities only.
constexpr absl::string_view kCallerType = "Application";

template <typename Repeated>
std::vector<std::string> ReadList(const Repeated& list) {
  return std::vector<std::string>(list.begin(), list.end());
}

NetworkAclsInput ReadNetworkAcls(const v1::NetworkRuleSet& acls) {
  NetworkAclsInput input;
  if (acls.has_bypass()) input.bypass = acls.bypass();
  if (acls.has_default_action()) input.default_action = acls.default_action();
  for (const v1::IpRule& rule : acls.ip_rules()) input.ip_rules.push_back(rule.value());
  return input;
}

// What the properties of a PUT and of a PATCH have in common.
template <typename Properties>
void ReadProperties(const Properties& properties, VaultInput* input) {
  if (properties.has_tenant_id()) input->tenant_id = properties.tenant_id();
  if (properties.sku().has_family()) input->sku_family = properties.sku().family();
  if (properties.sku().has_name()) input->sku_name = properties.sku().name();
  if (properties.has_access_policies()) {
    input->access_policies = ReadAccessPolicies(properties.access_policies());
  }
  if (properties.has_network_acls()) {
    input->network_acls = ReadNetworkAcls(properties.network_acls());
  }
  if (properties.has_public_network_access()) {
    input->public_network_access = properties.public_network_access();
  }
  if (properties.has_enabled_for_deployment()) {
    input->enabled_for_deployment = properties.enabled_for_deployment();
  }
  if (properties.has_enabled_for_disk_encryption()) {
    input->enabled_for_disk_encryption = properties.enabled_for_disk_encryption();
  }
  if (properties.has_enabled_for_template_deployment()) {
    input->enabled_for_template_deployment = properties.enabled_for_template_deployment();
  }
  if (properties.has_enable_soft_delete()) {
    input->enable_soft_delete = properties.enable_soft_delete();
  }
  if (properties.has_soft_delete_retention_in_days()) {
    input->retention_days = properties.soft_delete_retention_in_days();
  }
  if (properties.has_enable_rbac_authorization()) {
    input->rbac_authorization = properties.enable_rbac_authorization();
  }
  if (properties.has_enable_purge_protection()) {
    input->purge_protection = properties.enable_purge_protection();
  }
}

template <typename Parameters>
VaultInput ReadParameters(const Parameters& parameters) {
  VaultInput input;
  if (parameters.has_tags()) {
    const auto& tags = parameters.tags().values();
    input.tags = TagMap(tags.begin(), tags.end());
  }
  ReadProperties(parameters.properties(), &input);
  return input;
}

void WriteNetworkAcls(const NetworkSettings& network, v1::NetworkRuleSet* acls) {
  acls->set_bypass(network.bypass_azure_services ? "AzureServices" : "None");
  acls->set_default_action(network.default_allow ? "Allow" : "Deny");
  for (const IpRule& rule : network.ip_rules) acls->add_ip_rules()->set_value(rule.text);
}

void WriteProperties(const VaultRecord& record, v1::VaultProperties* properties) {
  const VaultSettings& settings = record.settings;
  properties->set_tenant_id(settings.tenant_id);
  properties->mutable_sku()->set_family(std::string(kSkuFamily));
  properties->mutable_sku()->set_name(std::string(VaultSkuName(settings.sku)));
  WriteAccessPolicies(settings.access_policies, properties->mutable_access_policies());
  properties->set_vault_uri(VaultUri(record.name()));
  properties->set_enabled_for_deployment(settings.enabled_for_deployment);
  if (settings.enabled_for_disk_encryption.has_value()) {
    properties->set_enabled_for_disk_encryption(*settings.enabled_for_disk_encryption);
  }
  if (settings.enabled_for_template_deployment.has_value()) {
    properties->set_enabled_for_template_deployment(*settings.enabled_for_template_deployment);
  }
  properties->set_enable_soft_delete(settings.soft_delete);
  if (settings.soft_delete) {
    properties->set_soft_delete_retention_in_days(settings.retention_days);
  }
  if (settings.rbac_authorization.has_value()) {
    properties->set_enable_rbac_authorization(*settings.rbac_authorization);
  }
  if (settings.purge_protection) properties->set_enable_purge_protection(true);
  if (!settings.network.HasDefaultAcls()) {
    WriteNetworkAcls(settings.network, properties->mutable_network_acls());
  }
  properties->set_public_network_access(settings.network.public_network_access ? "Enabled"
                                                                               : "Disabled");
  properties->set_provisioning_state("Succeeded");
}

}  // namespace

std::vector<AccessPolicy> ReadAccessPolicies(const v1::AccessPolicies& policies) {
  std::vector<AccessPolicy> result;
  result.reserve(policies.values_size());
  for (const v1::AccessPolicyEntry& entry : policies.values()) {
    AccessPolicy policy;
    policy.tenant_id = entry.tenant_id();
    policy.object_id = entry.object_id();
    policy.application_id = entry.application_id();
    policy.keys = ReadList(entry.permissions().keys());
    policy.secrets = ReadList(entry.permissions().secrets());
    policy.certificates = ReadList(entry.permissions().certificates());
    policy.storage = ReadList(entry.permissions().storage());
    result.push_back(std::move(policy));
  }
  return result;
}

VaultInput ReadVaultInput(const v1::VaultCreateOrUpdateParameters& parameters) {
  return ReadParameters(parameters);
}

VaultInput ReadVaultInput(const v1::VaultPatchParameters& parameters) {
  return ReadParameters(parameters);
}

void WriteVault(const VaultRecord& record, v1::Vault* vault) {
  vault->set_id(record.arm_id);
  vault->set_name(record.name());
  vault->set_type(std::string(kVaultType));
  vault->set_location(record.location);
  for (const auto& [name, value] : record.tags) (*vault->mutable_tags())[name] = value;
  v1::SystemData* const system_data = vault->mutable_system_data();
  system_data->set_created_by(record.created_by);
  system_data->set_created_by_type(std::string(kCallerType));
  *system_data->mutable_created_at() = ToProto(record.created_at);
  system_data->set_last_modified_by(record.last_modified_by);
  system_data->set_last_modified_by_type(std::string(kCallerType));
  *system_data->mutable_last_modified_at() = ToProto(record.last_modified_at);
  WriteProperties(record, vault->mutable_properties());
}

void WriteDeletedVault(const VaultRecord& record, v1::DeletedVault* vault) {
  vault->set_id(DeletedVaultArmId(record.address.subscription_id, record.location, record.name()));
  vault->set_name(record.name());
  vault->set_type(std::string(kDeletedVaultType));
  v1::DeletedVault::Properties* const properties = vault->mutable_properties();
  properties->set_vault_id(record.arm_id);
  properties->set_location(record.location);
  *properties->mutable_deletion_date() = ToProto(record.deletion_date);
  *properties->mutable_scheduled_purge_date() = ToProto(record.scheduled_purge_date);
  for (const auto& [name, value] : record.tags) (*properties->mutable_tags())[name] = value;
  if (record.settings.purge_protection) properties->set_purge_protection_enabled(true);
}

void WriteAccessPolicies(const AccessPolicyTable& table, v1::AccessPolicies* policies) {
  for (const AccessPolicy& policy : table.entries()) {
    v1::AccessPolicyEntry* const entry = policies->add_values();
    entry->set_tenant_id(policy.tenant_id);
    entry->set_object_id(policy.object_id);
    if (!policy.application_id.empty()) entry->set_application_id(policy.application_id);
    v1::Permissions* const permissions = entry->mutable_permissions();
    permissions->mutable_keys()->Assign(policy.keys.begin(), policy.keys.end());
    permissions->mutable_secrets()->Assign(policy.secrets.begin(), policy.secrets.end());
    permissions->mutable_certificates()->Assign(policy.certificates.begin(),
                                                policy.certificates.end());
    permissions->mutable_storage()->Assign(policy.storage.begin(), policy.storage.end());
  }
}

}  // namespace lazuli::keyvault

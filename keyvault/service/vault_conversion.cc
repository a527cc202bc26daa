#include "keyvault/service/vault_conversion.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "keyvault/errors.h"
#include "keyvault/names.h"
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

// What the properties of a PUT and of a PATCH of vaults alone have in common.
template <typename Properties>
void ReadProperties(const Properties& properties, VaultInput* input) {
  if (properties.sku().has_family()) input->sku_family = properties.sku().family();
  if (properties.sku().has_name()) input->sku_name = properties.sku().name();
  if (properties.has_access_policies()) {
    input->access_policies = ReadAccessPolicies(properties.access_policies());
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
  if (properties.has_enable_rbac_authorization()) {
    input->rbac_authorization = properties.enable_rbac_authorization();
  }
}

template <typename Parameters>
VaultInput ReadParameters(const Parameters& parameters) {
  VaultInput input = ReadCommonInput(parameters);
  ReadProperties(parameters.properties(), &input);
  return input;
}

void WriteConnectionProperties(const PrivateEndpointConnection& connection,
                               v1::PrivateEndpointConnection::Properties* properties) {
  if (!connection.endpoint_id.empty()) {
    properties->mutable_private_endpoint()->set_id(connection.endpoint_id);
  }
  v1::PrivateEndpointConnection::ConnectionState* const state =
      properties->mutable_private_link_service_connection_state();
  state->set_status(std::string(PrivateEndpointStatusName(connection.status)));
  if (!connection.description.empty()) state->set_description(connection.description);
  state->set_actions_required("None");
  properties->set_provisioning_state("Succeeded");
}

std::string ConnectionId(const PrivateEndpointConnection& connection, const VaultRecord& of) {
  return absl::StrCat(of.arm_id, "/privateEndpointConnections/", connection.name);
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
  WriteConnectionItems(record, properties->mutable_private_endpoint_connections());
}

}  // namespace

NetworkAclsInput ReadNetworkAcls(const v1::NetworkRuleSet& acls) {
  NetworkAclsInput input;
  if (acls.has_bypass()) input.bypass = acls.bypass();
  if (acls.has_default_action()) input.default_action = acls.default_action();
  for (const v1::IpRule& rule : acls.ip_rules()) input.ip_rules.push_back(rule.value());
  for (const v1::VirtualNetworkRule& rule : acls.virtual_network_rules()) {
    VirtualNetworkRule& read = input.virtual_network_rules.emplace_back();
    read.subnet_id = rule.id();
    if (rule.has_ignore_missing_vnet_service_endpoint()) {
      read.ignore_missing_endpoint = rule.ignore_missing_vnet_service_endpoint();
    }
  }
  return input;
}

absl::StatusOr<bool> ReadRecovers(absl::string_view create_mode) {
  if (absl::EqualsIgnoreCase(create_mode, "recover")) return true;
  if (absl::EqualsIgnoreCase(create_mode, "default")) return false;
  return InvalidVaultPropertyError("properties.createMode", "It must be 'default' or 'recover'.");
}

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
  WriteSystemData(record, vault->mutable_system_data());
  WriteProperties(record, vault->mutable_properties());
}

void WriteNetworkAcls(const NetworkSettings& network, v1::NetworkRuleSet* acls) {
  acls->set_bypass(network.bypass_azure_services ? "AzureServices" : "None");
  acls->set_default_action(network.default_allow ? "Allow" : "Deny");
  for (const IpRule& rule : network.ip_rules) acls->add_ip_rules()->set_value(rule.text);
  for (const VirtualNetworkRule& rule : network.virtual_network_rules) {
    v1::VirtualNetworkRule* const written = acls->add_virtual_network_rules();
    written->set_id(rule.subnet_id);
    if (rule.ignore_missing_endpoint.has_value()) {
      written->set_ignore_missing_vnet_service_endpoint(*rule.ignore_missing_endpoint);
    }
  }
}

void WriteSystemData(const VaultRecord& record, v1::SystemData* system_data) {
  system_data->set_created_by(record.created_by);
  system_data->set_created_by_type(std::string(kCallerType));
  *system_data->mutable_created_at() = ToProto(record.created_at);
  system_data->set_last_modified_by(record.last_modified_by);
  system_data->set_last_modified_by_type(std::string(kCallerType));
  *system_data->mutable_last_modified_at() = ToProto(record.last_modified_at);
}

void WriteConnection(const PrivateEndpointConnection& connection, const VaultRecord& of,
                     v1::PrivateEndpointConnection* written) {
  written->set_id(ConnectionId(connection, of));
  written->set_name(connection.name);
  written->set_type(absl::StrCat(VaultResourceType(of.kind()), "/privateEndpointConnections"));
  written->set_location(of.location);
  WriteConnectionProperties(connection, written->mutable_properties());
}

void WriteConnectionItems(
    const VaultRecord& record,
    google::protobuf::RepeatedPtrField<v1::PrivateEndpointConnectionItem>* items) {
  for (const PrivateEndpointConnection& connection : record.private_endpoint_connections) {
    v1::PrivateEndpointConnectionItem* const item = items->Add();
    item->set_id(ConnectionId(connection, record));
    WriteConnectionProperties(connection, item->mutable_properties());
  }
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

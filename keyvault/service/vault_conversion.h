// File: keyvault/service/vault_conversion.h
//
// Between the messages of vaults.proto and the model of vaults. Reading judges nothing:
// the rules are in keyvault/vault_input.h.
#ifndef LAZULI_KEYVAULT_SERVICE_VAULT_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_VAULT_CONVERSION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "keyvault/access_policy.h"
#include "keyvault/firewall.h"
#include "keyvault/names.h"
#include "keyvault/private_endpoint.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_record.h"
#include "proto/common.pb.h"
#include "proto/provider_lists.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::keyvault {

// What a request is about: a vault, or a managed HSM. The name space is the caller's to add.
template <typename Request>
VaultAddress VaultAddressOf(const Request& request) {
  return {request.subscription_id(), request.resource_group_name(), request.vault_name()};
}
template <typename Request>
VaultAddress ManagedHsmAddressOf(const Request& request) {
  return ManagedHsmAddress(request.subscription_id(), request.resource_group_name(),
                           request.hsm_name());
}

std::vector<AccessPolicy> ReadAccessPolicies(const v1::AccessPolicies& policies);
VaultInput ReadVaultInput(const v1::VaultCreateOrUpdateParameters& parameters);
VaultInput ReadVaultInput(const v1::VaultPatchParameters& parameters);
NetworkAclsInput ReadNetworkAcls(const v1::NetworkRuleSet& acls);

// What vaults and managed HSMs have in common: tags and the properties of both.
template <typename Parameters>
VaultInput ReadCommonInput(const Parameters& parameters) {
  VaultInput input;
  if (parameters.has_tags()) {
    const auto& tags = parameters.tags().values();
    input.tags = TagMap(tags.begin(), tags.end());
  }
  const auto& properties = parameters.properties();
  if (properties.has_tenant_id()) input.tenant_id = properties.tenant_id();
  if (properties.has_enable_soft_delete()) {
    input.enable_soft_delete = properties.enable_soft_delete();
  }
  if (properties.has_soft_delete_retention_in_days()) {
    input.retention_days = properties.soft_delete_retention_in_days();
  }
  if (properties.has_enable_purge_protection()) {
    input.purge_protection = properties.enable_purge_protection();
  }
  if (properties.has_network_acls()) {
    input.network_acls = ReadNetworkAcls(properties.network_acls());
  }
  if (properties.has_public_network_access()) {
    input.public_network_access = properties.public_network_access();
  }
  return input;
}

// True for createMode "recover"; InvalidVaultPropertyError for what is no mode.
absl::StatusOr<bool> ReadRecovers(absl::string_view create_mode);
template <typename Properties>
absl::StatusOr<bool> ReadRecovers(const Properties& properties) {
  if (!properties.has_create_mode()) return false;
  return ReadRecovers(absl::string_view(properties.create_mode()));
}

// Members that the service leaves out are left out.
void WriteVault(const VaultRecord& record, v1::Vault* vault);
void WriteDeletedVault(const VaultRecord& record, v1::DeletedVault* vault);
void WriteAccessPolicies(const AccessPolicyTable& table, v1::AccessPolicies* policies);
void WriteNetworkAcls(const NetworkSettings& network, v1::NetworkRuleSet* acls);
void WriteSystemData(const VaultRecord& record, v1::SystemData* system_data);
// `of`: what it is connected to.
void WriteConnection(const PrivateEndpointConnection& connection, const VaultRecord& of,
                     v1::PrivateEndpointConnection* written);
// The connections as parts of the properties of what they are connected to.
void WriteConnectionItems(
    const VaultRecord& record,
    google::protobuf::RepeatedPtrField<v1::PrivateEndpointConnectionItem>* items);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_VAULT_CONVERSION_H_

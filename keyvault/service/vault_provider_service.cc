#include "keyvault/service/vault_provider_service.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/names.h"
#include "keyvault/private_endpoint.h"
#include "keyvault/service/provider_operations.h"
#include "keyvault/service/vault_conversion.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

// Both kinds have the same to say.

absl::Status ListLinks(const VaultRegistry& registry, const VaultAddress& address,
                       v1::PrivateLinkResourceListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, registry.Get(address));
  const bool is_vault = record->kind() == VaultKind::kVault;
  const char* const group = is_vault ? "vault" : "managedhsm";
  v1::PrivateLinkResource* const resource = response->add_value();
  resource->set_id(absl::StrCat(record->arm_id, "/privateLinkResources/", group));
  resource->set_name(group);
  resource->set_type(absl::StrCat(VaultResourceType(record->kind()), "/privateLinkResources"));
  v1::PrivateLinkResource::Properties* const properties = resource->mutable_properties();
  properties->set_group_id(group);
  properties->add_required_members("default");
  properties->add_required_zone_names(is_vault ? "privatelink.vaultcore.azure.net"
                                               : "privatelink.managedhsm.azure.net");
  return absl::OkStatus();
}

absl::Status ListConnections(const VaultRegistry& registry, const VaultAddress& address,
                             v1::PrivateEndpointConnectionListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, registry.Get(address));
  for (const PrivateEndpointConnection& connection : record->private_endpoint_connections) {
    WriteConnection(connection, *record, response->add_value());
  }
  return absl::OkStatus();
}

absl::Status GetConnection(const VaultRegistry& registry, const VaultAddress& address,
                           const std::string& name, v1::PrivateEndpointConnection* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, registry.Get(address));
  LAZULI_ASSIGN_OR_RETURN(const PrivateEndpointConnection connection,
                          registry.GetPrivateEndpointConnection(address, name));
  WriteConnection(connection, *record, response);
  return absl::OkStatus();
}

absl::Status PutConnection(VaultRegistry* registry, const CallContext& context,
                           const VaultAddress& address, const std::string& name,
                           const v1::PrivateEndpointConnectionParameters& parameters,
                           v1::PrivateEndpointConnection* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, registry->Get(address));
  const v1::PrivateEndpointConnection::Properties& properties = parameters.properties();
  const v1::PrivateEndpointConnection::ConnectionState& state =
      properties.private_link_service_connection_state();
  PrivateEndpointConnectionInput input;
  if (properties.private_endpoint().has_id()) {
    input.endpoint_id = properties.private_endpoint().id();
  }
  if (state.has_status()) input.status = state.status();
  if (state.has_description()) input.description = state.description();
  LAZULI_ASSIGN_OR_RETURN(const PrivateEndpointConnection connection,
                          registry->PutPrivateEndpointConnection(context, address, name, input));
  WriteConnection(connection, *record, response);
  return absl::OkStatus();
}

absl::Status DeleteConnection(VaultRegistry* registry, const CallContext& context,
                              const VaultAddress& address, const std::string& name,
                              v1::PrivateEndpointConnection* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, registry->Get(address));
  absl::StatusOr<PrivateEndpointConnection> deleted =
      registry->DeletePrivateEndpointConnection(context, address, name);
  if (absl::IsNotFound(deleted.status())) return absl::OkStatus();
  if (!deleted.ok()) return deleted.status();
  deleted->status = PrivateEndpointStatus::kDisconnected;
  WriteConnection(*deleted, *record, response);
  return absl::OkStatus();
}

}  // namespace

absl::Status VaultProviderService::ListVaultOperations(const CallContext&, const v1::Empty&,
                                                       v1::OperationListResult* response) const {
  WriteProviderOperations(response);
  return absl::OkStatus();
}

absl::Status VaultProviderService::ListVaultPrivateLinkResources(
    const CallContext&, const v1::VaultResourceRequest& request,
    v1::PrivateLinkResourceListResult* response) const {
  return ListLinks(*registry_, VaultAddressOf(request), response);
}

absl::Status VaultProviderService::ListVaultPrivateEndpointConnections(
    const CallContext&, const v1::VaultResourceRequest& request,
    v1::PrivateEndpointConnectionListResult* response) const {
  return ListConnections(*registry_, VaultAddressOf(request), response);
}

absl::Status VaultProviderService::GetVaultPrivateEndpointConnection(
    const CallContext&, const v1::VaultConnectionRequest& request,
    v1::PrivateEndpointConnection* response) const {
  return GetConnection(*registry_, VaultAddressOf(request), request.connection_name(), response);
}

absl::Status VaultProviderService::PutVaultPrivateEndpointConnection(
    const CallContext& context, const v1::PutVaultConnectionRequest& request,
    v1::PrivateEndpointConnection* response) const {
  return PutConnection(registry_, context, VaultAddressOf(request), request.connection_name(),
                       request.parameters(), response);
}

absl::Status VaultProviderService::DeleteVaultPrivateEndpointConnection(
    const CallContext& context, const v1::VaultConnectionRequest& request,
    v1::PrivateEndpointConnection* response) const {
  return DeleteConnection(registry_, context, VaultAddressOf(request), request.connection_name(),
                          response);
}

absl::Status VaultProviderService::ListManagedHsmPrivateLinkResources(
    const CallContext&, const v1::ManagedHsmResourceRequest& request,
    v1::PrivateLinkResourceListResult* response) const {
  return ListLinks(*registry_, ManagedHsmAddressOf(request), response);
}

absl::Status VaultProviderService::ListManagedHsmPrivateEndpointConnections(
    const CallContext&, const v1::ManagedHsmResourceRequest& request,
    v1::PrivateEndpointConnectionListResult* response) const {
  return ListConnections(*registry_, ManagedHsmAddressOf(request), response);
}

absl::Status VaultProviderService::GetManagedHsmPrivateEndpointConnection(
    const CallContext&, const v1::ManagedHsmConnectionRequest& request,
    v1::PrivateEndpointConnection* response) const {
  return GetConnection(*registry_, ManagedHsmAddressOf(request), request.connection_name(),
                       response);
}

absl::Status VaultProviderService::PutManagedHsmPrivateEndpointConnection(
    const CallContext& context, const v1::PutManagedHsmConnectionRequest& request,
    v1::PrivateEndpointConnection* response) const {
  return PutConnection(registry_, context, ManagedHsmAddressOf(request), request.connection_name(),
                       request.parameters(), response);
}

absl::Status VaultProviderService::DeleteManagedHsmPrivateEndpointConnection(
    const CallContext& context, const v1::ManagedHsmConnectionRequest& request,
    v1::PrivateEndpointConnection* response) const {
  return DeleteConnection(registry_, context, ManagedHsmAddressOf(request),
                          request.connection_name(), response);
}

}  // namespace lazuli::keyvault

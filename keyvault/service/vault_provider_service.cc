#include "keyvault/service/vault_provider_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "keyvault/names.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kProvider = "Microsoft.KeyVault";

struct OperationInfo {
  absl::string_view name;
  absl::string_view resource;
  absl::string_view operation;
  absl::string_view description;
  bool is_data_action = false;
};

// Those of what is emulated. Source: the list of operations of Microsoft.KeyVault.
constexpr OperationInfo kOperations[] = {
    {"Microsoft.KeyVault/vaults/read", "Key Vault", "View Key Vault",
     "View the properties of a key vault"},
    {"Microsoft.KeyVault/vaults/write", "Key Vault", "Update Key Vault",
     "Create a new key vault or update the properties of an existing key vault"},
    {"Microsoft.KeyVault/vaults/delete", "Key Vault", "Delete Key Vault", "Delete a key vault"},
    {"Microsoft.KeyVault/vaults/accessPolicies/write", "Access Policy", "Update Access Policy",
     "Update an existing access policy by merging or replacing, or add a new access policy"},
    {"Microsoft.KeyVault/checkNameAvailability/read", "Name", "Check Name Availability",
     "Check that a key vault name is valid and is not in use"},
    {"Microsoft.KeyVault/deletedVaults/read", "Soft Deleted Vault", "View Soft Deleted Vaults",
     "View the properties of soft deleted key vaults"},
    {"Microsoft.KeyVault/locations/deletedVaults/read", "Soft Deleted Vault",
     "View Soft Deleted Key Vault", "View the properties of a soft deleted key vault"},
    {"Microsoft.KeyVault/locations/deletedVaults/purge/action", "Soft Deleted Vault",
     "Purge Soft Deleted Key Vault", "Purge a soft deleted key vault"},
    {"Microsoft.KeyVault/vaults/keys/read", "Key", "Read Key Properties",
     "List keys in the specified vault, or read properties and public material of a key", true},
    {"Microsoft.KeyVault/vaults/keys/create/action", "Key", "Create Key", "Create a new key", true},
    {"Microsoft.KeyVault/vaults/keys/import/action", "Key", "Import Key", "Import a key", true},
    {"Microsoft.KeyVault/vaults/keys/update/action", "Key", "Update Key",
     "Update the specified attributes associated with the given key", true},
    {"Microsoft.KeyVault/vaults/keys/delete", "Key", "Delete Key", "Delete a key", true},
    {"Microsoft.KeyVault/vaults/keys/recover/action", "Key", "Recover Key", "Recover a deleted key",
     true},
    {"Microsoft.KeyVault/vaults/keys/purge/action", "Key", "Purge Key", "Purge a deleted key",
     true},
    {"Microsoft.KeyVault/vaults/keys/encrypt/action", "Key", "Encrypt", "Encrypt plaintext", true},
    {"Microsoft.KeyVault/vaults/keys/decrypt/action", "Key", "Decrypt", "Decrypt ciphertext", true},
    {"Microsoft.KeyVault/vaults/keys/wrap/action", "Key", "Wrap Key", "Wrap a symmetric key", true},
    {"Microsoft.KeyVault/vaults/keys/unwrap/action", "Key", "Unwrap Key", "Unwrap a symmetric key",
     true},
    {"Microsoft.KeyVault/vaults/keys/sign/action", "Key", "Sign", "Sign a message digest", true},
    {"Microsoft.KeyVault/vaults/keys/verify/action", "Key", "Verify",
     "Verify the signature of a message digest", true},
};

VaultAddress AddressOf(const v1::VaultResourceRequest& request) {
  return {request.subscription_id(), request.resource_group_name(), request.vault_name()};
}

}  // namespace

absl::Status VaultProviderService::ListVaultOperations(const CallContext&, const v1::Empty&,
                                                       v1::OperationListResult* response) const {
  for (const OperationInfo& info : kOperations) {
    v1::Operation* const operation = response->add_value();
    operation->set_name(std::string(info.name));
    operation->set_is_data_action(info.is_data_action);
    v1::Operation::Display* const display = operation->mutable_display();
    display->set_provider("Microsoft Key Vault");
    display->set_resource(std::string(info.resource));
    display->set_operation(std::string(info.operation));
    display->set_description(std::string(info.description));
  }
  return absl::OkStatus();
}

absl::Status VaultProviderService::ListVaultPrivateLinkResources(
    const CallContext&, const v1::VaultResourceRequest& request,
    v1::PrivateLinkResourceListResult* response) const {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, registry_->Get(AddressOf(request)));
  v1::PrivateLinkResource* const resource = response->add_value();
  resource->set_id(absl::StrCat(record->arm_id, "/privateLinkResources/vault"));
  resource->set_name("vault");
  resource->set_type(absl::StrCat(kProvider, "/vaults/privateLinkResources"));
  v1::PrivateLinkResource::Properties* const properties = resource->mutable_properties();
  properties->set_group_id("vault");
  properties->add_required_members("default");
  properties->add_required_zone_names("privatelink.vaultcore.azure.net");
  return absl::OkStatus();
}

absl::Status VaultProviderService::ListVaultPrivateEndpointConnections(
    const CallContext&, const v1::VaultResourceRequest& request,
    v1::PrivateEndpointConnectionListResult*) const {
  return registry_->Get(AddressOf(request)).status();
}

}  // namespace lazuli::keyvault

#include "keyvault/service/provider_operations.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace lazuli::keyvault {
namespace {

struct OperationInfo {
  absl::string_view name;  // after "Microsoft.KeyVault/"
  absl::string_view resource;
  absl::string_view operation;
  absl::string_view description;
};

constexpr OperationInfo kActions[] = {
    {"vaults/read", "Key Vault", "View Key Vault", "View the properties of a key vault"},
    {"vaults/write", "Key Vault", "Update Key Vault",
     "Create a new key vault or update the properties of an existing key vault"},
    {"vaults/delete", "Key Vault", "Delete Key Vault", "Delete a key vault"},
    {"vaults/accessPolicies/write", "Access Policy", "Update Access Policy",
     "Update an existing access policy by merging or replacing, or add a new access policy"},
    {"vaults/privateLinkResources/read", "Private Link Resource", "View Private Link Resources",
     "View the private link resources of a key vault"},
    {"vaults/privateEndpointConnections/read", "Private Endpoint Connection",
     "View Private Endpoint Connections", "View the private endpoint connections of a key vault"},
    {"vaults/privateEndpointConnections/write", "Private Endpoint Connection",
     "Update Private Endpoint Connection",
     "Create or update a private endpoint connection of a key vault"},
    {"vaults/privateEndpointConnections/delete", "Private Endpoint Connection",
     "Delete Private Endpoint Connection", "Delete a private endpoint connection of a key vault"},
    {"vaults/keys/read", "Key", "List Keys",
     "List the keys in a key vault, or read the current version of a key"},
    {"vaults/keys/write", "Key", "Create Key",
     "Create the first version of a new key if it does not exist"},
    {"vaults/keys/versions/read", "Key", "List Key Versions",
     "List the versions of a key, or read one of them"},
    {"checkNameAvailability/read", "Name", "Check Name Availability",
     "Check that a key vault name is valid and is not in use"},
    {"deletedVaults/read", "Soft Deleted Vault", "View Soft Deleted Vaults",
     "View the properties of soft deleted key vaults"},
    {"locations/deletedVaults/read", "Soft Deleted Vault", "View Soft Deleted Key Vault",
     "View the properties of a soft deleted key vault"},
    {"locations/deletedVaults/purge/action", "Soft Deleted Vault", "Purge Soft Deleted Key Vault",
     "Purge a soft deleted key vault"},
    {"managedHSMs/read", "Managed HSM", "View Managed HSM", "View the properties of a Managed HSM"},
    {"managedHSMs/write", "Managed HSM", "Update Managed HSM",
     "Create a new Managed HSM or update the properties of an existing Managed HSM"},
    {"managedHSMs/delete", "Managed HSM", "Delete Managed HSM", "Delete a Managed HSM"},
    {"managedHSMs/regions/read", "Managed HSM", "View Managed HSM Regions",
     "View the regions of a Managed HSM"},
    {"managedHSMs/privateLinkResources/read", "Private Link Resource",
     "View Private Link Resources", "View the private link resources of a Managed HSM"},
    {"managedHSMs/privateEndpointConnections/read", "Private Endpoint Connection",
     "View Private Endpoint Connections", "View the private endpoint connections of a Managed HSM"},
    {"managedHSMs/privateEndpointConnections/write", "Private Endpoint Connection",
     "Update Private Endpoint Connection",
     "Create or update a private endpoint connection of a Managed HSM"},
    {"managedHSMs/privateEndpointConnections/delete", "Private Endpoint Connection",
     "Delete Private Endpoint Connection", "Delete a private endpoint connection of a Managed HSM"},
    {"checkMhsmNameAvailability/read", "Name", "Check Managed HSM Name Availability",
     "Check that a Managed HSM name is valid and is not in use"},
    {"deletedManagedHsms/read", "Soft Deleted Managed HSM", "View Deleted Managed HSMs",
     "View the properties of deleted Managed HSMs"},
    {"locations/deletedManagedHsms/read", "Soft Deleted Managed HSM", "View Deleted Managed HSM",
     "View the properties of a deleted Managed HSM"},
    {"locations/deletedManagedHsms/purge/action", "Soft Deleted Managed HSM",
     "Purge Soft Deleted Managed HSM", "Purge a soft deleted Managed HSM"},
    {"operations/read", "Operations", "View Available Key Vault Operations",
     "List operations available on the Microsoft.KeyVault resource provider"},
};

constexpr OperationInfo kDataActions[] = {
    {"vaults/keys/read", "Key", "Read Key Properties",
     "List keys in the specified vault, or read properties and public material of a key"},
    {"vaults/keys/create/action", "Key", "Create Key", "Create a new key"},
    {"vaults/keys/import/action", "Key", "Import Key", "Import a key"},
    {"vaults/keys/update/action", "Key", "Update Key",
     "Update the specified attributes associated with the given key"},
    {"vaults/keys/delete", "Key", "Delete Key", "Delete a key"},
    {"vaults/keys/recover/action", "Key", "Recover Key", "Recover a deleted key"},
    {"vaults/keys/purge/action", "Key", "Purge Key", "Purge a deleted key"},
    {"vaults/keys/backup/action", "Key", "Backup Key", "Create a backup of a key"},
    {"vaults/keys/restore/action", "Key", "Restore Key", "Restore a key from a backup"},
    {"vaults/keys/rotate/action", "Key", "Rotate Key", "Create a new version of an existing key"},
    {"vaults/keys/release/action", "Key", "Release Key",
     "Release a key to an attested environment"},
    {"vaults/keys/encrypt/action", "Key", "Encrypt", "Encrypt plaintext"},
    {"vaults/keys/decrypt/action", "Key", "Decrypt", "Decrypt ciphertext"},
    {"vaults/keys/wrap/action", "Key", "Wrap Key", "Wrap a symmetric key"},
    {"vaults/keys/unwrap/action", "Key", "Unwrap Key", "Unwrap a symmetric key"},
    {"vaults/keys/sign/action", "Key", "Sign", "Sign a message digest"},
    {"vaults/keys/verify/action", "Key", "Verify", "Verify the signature of a message digest"},
    {"vaults/keyrotationpolicies/read", "Key Rotation Policy", "Read Key Rotation Policy",
     "Retrieve the rotation policy of a key"},
    {"vaults/keyrotationpolicies/write", "Key Rotation Policy", "Update Key Rotation Policy",
     "Update the rotation policy of a key"},
    {"managedHsm/rng/action", "Managed HSM", "Get Random Bytes",
     "Get random bytes from a Managed HSM"},
    {"vaults/secrets/readMetadata/action", "Secret", "Read Secret Properties",
     "List or view the properties of a secret, but not its value"},
    {"vaults/secrets/getSecret/action", "Secret", "Read Secret", "Get the value of a secret"},
    {"vaults/secrets/setSecret/action", "Secret", "Set Secret",
     "Create a new secret or a new version of it"},
    {"vaults/secrets/update/action", "Secret", "Update Secret",
     "Update the attributes of a secret"},
    {"vaults/secrets/delete", "Secret", "Delete Secret", "Delete a secret"},
    {"vaults/secrets/recover/action", "Secret", "Recover Secret", "Recover a deleted secret"},
    {"vaults/secrets/purge/action", "Secret", "Purge Secret", "Purge a deleted secret"},
    {"vaults/secrets/backup/action", "Secret", "Backup Secret", "Create a backup of a secret"},
    {"vaults/secrets/restore/action", "Secret", "Restore Secret", "Restore a secret from a backup"},
    {"vaults/certificates/read", "Certificate", "Read Certificate Properties",
     "List certificates in the specified vault, or get information about a certificate"},
    {"vaults/certificates/create/action", "Certificate", "Create Certificate",
     "Create a new certificate"},
    {"vaults/certificates/import/action", "Certificate", "Import Certificate",
     "Import an existing certificate with its private key"},
    {"vaults/certificates/update/action", "Certificate", "Update Certificate",
     "Update the specified attributes associated with the given certificate"},
    {"vaults/certificates/delete", "Certificate", "Delete Certificate", "Delete a certificate"},
    {"vaults/certificates/recover/action", "Certificate", "Recover Certificate",
     "Recover a deleted certificate"},
    {"vaults/certificates/purge/action", "Certificate", "Purge Certificate",
     "Purge a deleted certificate"},
    {"vaults/certificates/backup/action", "Certificate", "Backup Certificate",
     "Create a backup of a certificate"},
    {"vaults/certificates/restore/action", "Certificate", "Restore Certificate",
     "Restore a certificate from a backup"},
    {"vaults/certificatecas/read", "Certificate Issuer", "Read Certificate Issuer",
     "Read the issuers of certificates"},
    {"vaults/certificatecas/write", "Certificate Issuer", "Write Certificate Issuer",
     "Write the issuers of certificates"},
    {"vaults/certificatecas/delete", "Certificate Issuer", "Delete Certificate Issuer",
     "Delete the issuers of certificates"},
    {"vaults/certificatecontacts/write", "Certificate Contact", "Manage Certificate Contacts",
     "Manage the contacts of certificates"},
};

void WriteOperation(const OperationInfo& info, bool is_data_action, v1::Operation* operation) {
  operation->set_name(absl::StrCat("Microsoft.KeyVault/", info.name));
  operation->set_is_data_action(is_data_action);
  v1::Operation::Display* const display = operation->mutable_display();
  display->set_provider("Microsoft Key Vault");
  display->set_resource(std::string(info.resource));
  display->set_operation(std::string(info.operation));
  display->set_description(std::string(info.description));
}

}  // namespace

void WriteProviderOperations(v1::OperationListResult* list) {
  for (const OperationInfo& info : kActions) WriteOperation(info, false, list->add_value());
  for (const OperationInfo& info : kDataActions) WriteOperation(info, true, list->add_value());
}

}  // namespace lazuli::keyvault

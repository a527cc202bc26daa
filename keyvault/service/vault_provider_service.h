// File: keyvault/service/vault_provider_service.h
//
// What Microsoft.KeyVault has beside vaults and managed HSMs: lazuli.v1.VaultProvider.
#ifndef LAZULI_KEYVAULT_SERVICE_VAULT_PROVIDER_SERVICE_H_
#define LAZULI_KEYVAULT_SERVICE_VAULT_PROVIDER_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "keyvault/vault_registry.h"
#include "proto/common.pb.h"
#include "proto/provider_lists.pb.h"
#include "proto/vault_resources.pb.h"

namespace lazuli::keyvault {

// Thread safe. Callers are already authorized at the scope, and subscription and resource group
// exist. What is about a vault or a managed HSM answers VaultResourceNotFoundError where there is
// none.
class VaultProviderService {
 public:
  // Outlives the service.
  explicit VaultProviderService(VaultRegistry* registry) : registry_(registry) {}

  absl::Status ListVaultOperations(const CallContext& context, const v1::Empty& request,
                                   v1::OperationListResult* response) const;

  absl::Status ListVaultPrivateLinkResources(const CallContext& context,
                                             const v1::VaultResourceRequest& request,
                                             v1::PrivateLinkResourceListResult* response) const;
  absl::Status ListVaultPrivateEndpointConnections(
      const CallContext& context, const v1::VaultResourceRequest& request,
      v1::PrivateEndpointConnectionListResult* response) const;
  // PrivateEndpointConnectionNotFoundError.
  absl::Status GetVaultPrivateEndpointConnection(const CallContext& context,
                                                 const v1::VaultConnectionRequest& request,
                                                 v1::PrivateEndpointConnection* response) const;
  absl::Status PutVaultPrivateEndpointConnection(const CallContext& context,
                                                 const v1::PutVaultConnectionRequest& request,
                                                 v1::PrivateEndpointConnection* response) const;
  // Deleting one that is not there is no error.
  absl::Status DeleteVaultPrivateEndpointConnection(const CallContext& context,
                                                    const v1::VaultConnectionRequest& request,
                                                    v1::PrivateEndpointConnection* response) const;

  // The same of managed HSMs.
  absl::Status ListManagedHsmPrivateLinkResources(
      const CallContext& context, const v1::ManagedHsmResourceRequest& request,
      v1::PrivateLinkResourceListResult* response) const;
  absl::Status ListManagedHsmPrivateEndpointConnections(
      const CallContext& context, const v1::ManagedHsmResourceRequest& request,
      v1::PrivateEndpointConnectionListResult* response) const;
  absl::Status GetManagedHsmPrivateEndpointConnection(
      const CallContext& context, const v1::ManagedHsmConnectionRequest& request,
      v1::PrivateEndpointConnection* response) const;
  absl::Status PutManagedHsmPrivateEndpointConnection(
      const CallContext& context, const v1::PutManagedHsmConnectionRequest& request,
      v1::PrivateEndpointConnection* response) const;
  absl::Status DeleteManagedHsmPrivateEndpointConnection(
      const CallContext& context, const v1::ManagedHsmConnectionRequest& request,
      v1::PrivateEndpointConnection* response) const;

 private:
  VaultRegistry* const registry_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_VAULT_PROVIDER_SERVICE_H_

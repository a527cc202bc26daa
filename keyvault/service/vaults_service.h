// File: keyvault/service/vaults_service.h
//
// The operations of lazuli.v1.Vaults: vaults as resources.
#ifndef LAZULI_KEYVAULT_SERVICE_VAULTS_SERVICE_H_
#define LAZULI_KEYVAULT_SERVICE_VAULTS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "keyvault/vault_registry.h"
#include "proto/common.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::keyvault {

// Thread safe. Callers are already authorized at the scope, and subscription and resource group
// exist; `context.subscription_tenant_id` is set; what the description alone says of a request
// (required and unemulated members) is already checked. The rest of the input is checked before
// anything is changed; an
// error leaves `response` in an unspecified state.
class VaultsService {
 public:
  // Outlives the service.
  explicit VaultsService(VaultRegistry* registry) : registry_(registry) {}

  VaultsService(const VaultsService&) = delete;
  VaultsService& operator=(const VaultsService&) = delete;

  absl::Status CreateOrUpdateVault(const CallContext& context,
                                   const v1::CreateOrUpdateVaultRequest& request,
                                   v1::Vault* response);
  absl::Status UpdateVault(const CallContext& context, const v1::UpdateVaultRequest& request,
                           v1::Vault* response);
  absl::Status GetVault(const CallContext& context, const v1::VaultRequest& request,
                        v1::Vault* response);
  absl::Status DeleteVault(const CallContext& context, const v1::VaultRequest& request,
                           v1::Empty* response);
  absl::Status ListVaultsByResourceGroup(const CallContext& context,
                                         const v1::ListVaultsByResourceGroupRequest& request,
                                         v1::ListVaultsResponse* response);
  absl::Status ListVaultsBySubscription(const CallContext& context,
                                        const v1::ListVaultsBySubscriptionRequest& request,
                                        v1::ListVaultsResponse* response);
  absl::Status UpdateAccessPolicy(const CallContext& context,
                                  const v1::UpdateAccessPolicyRequest& request,
                                  v1::VaultAccessPolicyParameters* response);
  absl::Status ListDeletedVaults(const CallContext& context,
                                 const v1::ListVaultsBySubscriptionRequest& request,
                                 v1::ListDeletedVaultsResponse* response);
  absl::Status GetDeletedVault(const CallContext& context, const v1::DeletedVaultRequest& request,
                               v1::DeletedVault* response);
  absl::Status PurgeDeletedVault(const CallContext& context, const v1::DeletedVaultRequest& request,
                                 v1::Empty* response);
  absl::Status CheckVaultNameAvailability(const CallContext& context,
                                          const v1::CheckVaultNameAvailabilityRequest& request,
                                          v1::CheckNameAvailabilityResult* response);

 private:
  VaultRegistry* const registry_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_VAULTS_SERVICE_H_

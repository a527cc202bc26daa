// File: keyvault/service/managed_hsms_service.h
//
// The operations of lazuli.v1.ManagedHsms: managed HSM pools as resources.
#ifndef LAZULI_KEYVAULT_SERVICE_MANAGED_HSMS_SERVICE_H_
#define LAZULI_KEYVAULT_SERVICE_MANAGED_HSMS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "keyvault/vault_registry.h"
#include "proto/common.pb.h"
#include "proto/managed_hsms.pb.h"

namespace lazuli::keyvault {

// As VaultsService.
class ManagedHsmsService {
 public:
  // Outlives the service.
  explicit ManagedHsmsService(VaultRegistry* registry) : registry_(registry) {}

  ManagedHsmsService(const ManagedHsmsService&) = delete;
  ManagedHsmsService& operator=(const ManagedHsmsService&) = delete;

  absl::Status CreateOrUpdateManagedHsm(const CallContext& context,
                                        const v1::CreateOrUpdateManagedHsmRequest& request,
                                        v1::ManagedHsm* response);
  absl::Status UpdateManagedHsm(const CallContext& context,
                                const v1::UpdateManagedHsmRequest& request,
                                v1::ManagedHsm* response);
  absl::Status GetManagedHsm(const CallContext& context, const v1::ManagedHsmRequest& request,
                             v1::ManagedHsm* response);
  absl::Status DeleteManagedHsm(const CallContext& context, const v1::ManagedHsmRequest& request,
                                v1::Empty* response);
  absl::Status ListManagedHsmsByResourceGroup(
      const CallContext& context, const v1::ListManagedHsmsByResourceGroupRequest& request,
      v1::ListManagedHsmsResponse* response);
  absl::Status ListManagedHsms(const CallContext& context,
                               const v1::ListManagedHsmsRequest& request,
                               v1::ListManagedHsmsResponse* response);
  absl::Status ListDeletedManagedHsms(const CallContext& context,
                                      const v1::ListManagedHsmsRequest& request,
                                      v1::ListDeletedManagedHsmsResponse* response);
  absl::Status GetDeletedManagedHsm(const CallContext& context,
                                    const v1::DeletedManagedHsmRequest& request,
                                    v1::DeletedManagedHsm* response);
  absl::Status PurgeDeletedManagedHsm(const CallContext& context,
                                      const v1::DeletedManagedHsmRequest& request,
                                      v1::Empty* response);
  absl::Status CheckManagedHsmNameAvailability(
      const CallContext& context, const v1::CheckManagedHsmNameAvailabilityRequest& request,
      v1::CheckNameAvailabilityResult* response);
  absl::Status ListManagedHsmRegions(const CallContext& context,
                                     const v1::ManagedHsmRequest& request,
                                     v1::ListManagedHsmRegionsResponse* response);

 private:
  VaultRegistry* const registry_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_MANAGED_HSMS_SERVICE_H_

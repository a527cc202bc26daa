// File: emulator/arm/managed_hsms_service.cc
#include "emulator/arm/managed_hsms_service.h"

#include "emulator/arm/errors.h"

namespace lazuli::emulator {

absl::Status ManagedHsmsService::ListManagedHsms(const CallContext&,
                                                 const v1::ListManagedHsmsRequest&,
                                                 v1::ListManagedHsmsResponse*) const {
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::ListManagedHsmsByResourceGroup(
    const CallContext&, const v1::ListManagedHsmsByResourceGroupRequest&,
    v1::ListManagedHsmsResponse*) const {
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::ListDeletedManagedHsms(const CallContext&,
                                                        const v1::ListManagedHsmsRequest&,
                                                        v1::ListManagedHsmsResponse*) const {
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::GetManagedHsm(const CallContext&,
                                               const v1::ManagedHsmRequest& request,
                                               v1::ManagedHsm*) const {
  return ResourceNotFoundError("Microsoft.KeyVault/managedHSMs", request.hsm_name(),
                               request.resource_group_name());
}

}  // namespace lazuli::emulator

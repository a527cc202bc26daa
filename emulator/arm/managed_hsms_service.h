// File: emulator/arm/managed_hsms_service.h
//
// Managed HSM pools on the wire: lazuli.v1.ManagedHsms. There is never one.
#ifndef LAZULI_EMULATOR_ARM_MANAGED_HSMS_SERVICE_H_
#define LAZULI_EMULATOR_ARM_MANAGED_HSMS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "proto/vault_resources.pb.h"

namespace lazuli::emulator {

// Thread safe. The dispatcher has checked that subscription and resource group exist.
class ManagedHsmsService {
 public:
  absl::Status ListManagedHsms(const CallContext& context,
                               const v1::ListManagedHsmsRequest& request,
                               v1::ListManagedHsmsResponse* response) const;
  absl::Status ListManagedHsmsByResourceGroup(
      const CallContext& context, const v1::ListManagedHsmsByResourceGroupRequest& request,
      v1::ListManagedHsmsResponse* response) const;
  absl::Status ListDeletedManagedHsms(const CallContext& context,
                                      const v1::ListManagedHsmsRequest& request,
                                      v1::ListManagedHsmsResponse* response) const;
  absl::Status GetManagedHsm(const CallContext& context, const v1::ManagedHsmRequest& request,
                             v1::ManagedHsm* response) const;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_MANAGED_HSMS_SERVICE_H_

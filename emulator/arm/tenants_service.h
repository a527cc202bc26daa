// File: emulator/arm/tenants_service.h
//
// Tenants as Resource Manager shows them: lazuli.v1.Tenants.
#ifndef LAZULI_EMULATOR_ARM_TENANTS_SERVICE_H_
#define LAZULI_EMULATOR_ARM_TENANTS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/identity/directory.h"
#include "proto/common.pb.h"
#include "proto/resource_providers.pb.h"

namespace lazuli::emulator {

// Thread safe. `directory` outlives the service.
class TenantsService {
 public:
  explicit TenantsService(const Directory* directory) : directory_(directory) {}

  absl::Status ListTenantDescriptions(const CallContext& context, const v1::Empty& request,
                                      v1::ListTenantDescriptionsResponse* response) const;

 private:
  const Directory* const directory_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_TENANTS_SERVICE_H_

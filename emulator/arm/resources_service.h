// File: emulator/arm/resources_service.h
//
// The lists of all resources on the wire: lazuli.v1.Resources.
#ifndef LAZULI_EMULATOR_ARM_RESOURCES_SERVICE_H_
#define LAZULI_EMULATOR_ARM_RESOURCES_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/arm/resource_directory.h"
#include "proto/resource_providers.pb.h"

namespace lazuli::emulator {

// Thread safe. `resources` outlives the service.
class ResourcesService {
 public:
  explicit ResourcesService(const ResourceDirectory* resources) : resources_(resources) {}

  absl::Status ListResources(const CallContext& context, const v1::ListResourcesRequest& request,
                             v1::ListResourcesResponse* response) const;
  absl::Status ListResourcesByResourceGroup(const CallContext& context,
                                            const v1::ListResourcesByResourceGroupRequest& request,
                                            v1::ListResourcesResponse* response) const;

 private:
  const ResourceDirectory* const resources_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RESOURCES_SERVICE_H_

// File: emulator/arm/resource_groups_service.h
//
// Resource groups on the wire: lazuli.v1.ResourceGroups.
#ifndef LAZULI_EMULATOR_ARM_RESOURCE_GROUPS_SERVICE_H_
#define LAZULI_EMULATOR_ARM_RESOURCE_GROUPS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_assignments.h"
#include "proto/common.pb.h"
#include "proto/resources.pb.h"

namespace lazuli::emulator {

// Thread safe. The pointers outlive the service.
class ResourceGroupsService {
 public:
  ResourceGroupsService(ResourceDirectory* resources, RoleAssignments* roles);

  absl::Status CreateOrUpdateResourceGroup(const CallContext& context,
                                           const v1::CreateOrUpdateResourceGroupRequest& request,
                                           v1::ResourceGroup* response);
  absl::Status GetResourceGroup(const CallContext& context, const v1::ResourceGroupRequest& request,
                                v1::ResourceGroup* response);
  // OK when there is such a group.
  absl::Status CheckResourceGroupExistence(const CallContext& context,
                                           const v1::ResourceGroupRequest& request,
                                           v1::Empty* response);
  absl::Status UpdateResourceGroup(const CallContext& context,
                                   const v1::UpdateResourceGroupRequest& request,
                                   v1::ResourceGroup* response);
  absl::Status ListResourceGroups(const CallContext& context,
                                  const v1::ListResourceGroupsRequest& request,
                                  v1::ListResourceGroupsResponse* response);
  // Takes the resources in the group and the role assignments at it along.
  absl::Status DeleteResourceGroup(const CallContext& context,
                                   const v1::ResourceGroupRequest& request, v1::Empty* response);

 private:
  ResourceDirectory* const resources_;
  RoleAssignments* const roles_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RESOURCE_GROUPS_SERVICE_H_

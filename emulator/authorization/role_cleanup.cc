#include "emulator/authorization/role_cleanup.h"

#include "absl/strings/match.h"
#include "emulator/arm/resource_id.h"

namespace lazuli::emulator {

void RoleCleanup::OnSucceeded(const Method& method, const google::protobuf::Message& request) {
  if (method.plane != v1::PLANE_RESOURCE_MANAGER ||
      !absl::StartsWith(method.rule.http(), "DELETE "))
    return;
  const absl::StatusOr<ResourceId> scope = ResourceId::Parse(method.scope.Expand(request));
  // Deleting a role assignment is a call at the assignment's scope, which stays.
  if (!scope.ok() || scope->kind() != ResourceId::Kind::kResource ||
      absl::StrContains(method.rule.http(), "Microsoft.Authorization")) {
    return;
  }
  roles_->RemoveAssignmentsUnder(*scope, "resource deleted");
}

}  // namespace lazuli::emulator

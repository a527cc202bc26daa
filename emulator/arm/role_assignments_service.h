// File: emulator/arm/role_assignments_service.h
//
// Roles on the wire: lazuli.v1.RoleAssignments.
#ifndef LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENTS_SERVICE_H_
#define LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENTS_SERVICE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/arm/role_evaluator.h"
#include "proto/common.pb.h"
#include "proto/resources.pb.h"

namespace lazuli::emulator {

// Thread safe. The pointers outlive the service.
class RoleAssignmentsService {
 public:
  RoleAssignmentsService(RoleAssignments* assignments, const RoleEvaluator* evaluator);

  absl::Status CreateRoleAssignment(const CallContext& context,
                                    const v1::CreateRoleAssignmentRequest& request,
                                    v1::RoleAssignment* response);
  absl::Status GetRoleAssignment(const CallContext& context,
                                 const v1::RoleAssignmentRequest& request,
                                 v1::RoleAssignment* response);
  absl::Status ListRoleAssignments(const CallContext& context,
                                   const v1::ListRoleAssignmentsRequest& request,
                                   v1::ListRoleAssignmentsResponse* response);
  // Answers what was deleted; an empty message when there was none, which Azure answers with 204.
  absl::Status DeleteRoleAssignment(const CallContext& context,
                                    const v1::RoleAssignmentRequest& request,
                                    v1::RoleAssignment* response);
  absl::Status GetRoleDefinition(const CallContext& context,
                                 const v1::RoleDefinitionRequest& request,
                                 v1::RoleDefinition* response);
  absl::Status ListRoleDefinitions(const CallContext& context,
                                   const v1::ListRoleDefinitionsRequest& request,
                                   v1::ListRoleDefinitionsResponse* response);

 private:
  // Beyond the action, which the dispatcher has checked: that the role may be given or taken by the
  // caller.
  absl::Status CheckMayAssign(const Caller& caller, const ResourceId& scope,
                              absl::string_view action, const RoleDefinition& role) const;

  RoleAssignments* const assignments_;
  const RoleEvaluator* const evaluator_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENTS_SERVICE_H_

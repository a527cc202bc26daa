// File: emulator/arm/role_assignments_service.cc
#include "emulator/arm/role_assignments_service.h"

#include <string>
#include <vector>

#include "base/status_macros.h"
#include "emulator/arm/action_pattern.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_definitions.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kWrite = "Microsoft.Authorization/roleAssignments/write";
constexpr absl::string_view kDelete = "Microsoft.Authorization/roleAssignments/delete";

void Fill(const RoleAssignment& assignment, v1::RoleAssignment* message) {
  message->set_id(assignment.ArmId());
  message->set_name(assignment.name);
  message->set_type("Microsoft.Authorization/roleAssignments");
  v1::RoleAssignment::Properties* properties = message->mutable_properties();
  properties->set_scope(assignment.scope.text());
  // As Azure answers: below the subscription of the scope, where there is one.
  const std::string& subscription = assignment.scope.subscription();
  properties->set_role_definition_id(
      (subscription.empty() ? "" : "/subscriptions/" + subscription) + assignment.role->ArmId());
  properties->set_principal_id(assignment.principal_id);
  properties->set_principal_type("ServicePrincipal");
  if (!assignment.description.empty()) properties->set_description(assignment.description);
  *properties->mutable_created_on() = ToProto(assignment.created_on);
  *properties->mutable_updated_on() = ToProto(assignment.updated_on);
}

template <typename Field>
void FillPatterns(const std::vector<ActionPattern>& patterns, Field* field) {
  for (const ActionPattern& pattern : patterns) field->Add(std::string(pattern.text()));
}

void Fill(const RoleDefinition& role, v1::RoleDefinition* message) {
  message->set_id(role.ArmId());
  message->set_name(role.id);
  message->set_type("Microsoft.Authorization/roleDefinitions");
  v1::RoleDefinition::Properties* properties = message->mutable_properties();
  properties->set_role_name(role.name);
  properties->set_type("BuiltInRole");
  properties->set_description(role.description);
  properties->add_assignable_scopes("/");
  v1::RoleDefinition::Permission* permission = properties->add_permissions();
  FillPatterns(role.actions, permission->mutable_actions());
  FillPatterns(role.not_actions, permission->mutable_not_actions());
  FillPatterns(role.data_actions, permission->mutable_data_actions());
  FillPatterns(role.not_data_actions, permission->mutable_not_data_actions());
}

}  // namespace

RoleAssignmentsService::RoleAssignmentsService(RoleAssignments* assignments,
                                               const RoleEvaluator* evaluator)
    : assignments_(assignments), evaluator_(evaluator) {}

absl::Status RoleAssignmentsService::CheckMayAssign(const Caller& caller, const ResourceId& scope,
                                                    absl::string_view action,
                                                    const RoleDefinition& role) const {
  if (evaluator_->MayAssign(caller, scope.text(), action, role)) return absl::OkStatus();
  std::vector<std::string> considered =
      evaluator_->Explain(caller, scope.text(), action, /*is_data_action=*/false);
  considered.push_back("none of them may give or take the role '" + role.name + "'");
  return AuthorizationFailedError(caller, action, scope.text(), considered);
}

absl::Status RoleAssignmentsService::CreateRoleAssignment(
    const CallContext& context, const v1::CreateRoleAssignmentRequest& request,
    v1::RoleAssignment* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  const v1::RoleAssignment::Properties& properties = request.parameters().properties();
  if (const RoleDefinition* role = FindRole(properties.role_definition_id()); role != nullptr) {
    LAZULI_RETURN_IF_ERROR(CheckMayAssign(context.caller, scope, kWrite, *role));
  }
  LAZULI_ASSIGN_OR_RETURN(const RoleAssignments::PutResult result,
                          assignments_->Put(scope, request.role_assignment_name(),
                                            {.role_definition_id = properties.role_definition_id(),
                                             .principal_id = properties.principal_id(),
                                             .principal_type = properties.principal_type(),
                                             .description = properties.description()}));
  Fill(*result.assignment, response);
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::GetRoleAssignment(const CallContext&,
                                                       const v1::RoleAssignmentRequest& request,
                                                       v1::RoleAssignment* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  LAZULI_ASSIGN_OR_RETURN(const RoleAssignment::Ptr assignment,
                          assignments_->Get(scope, request.role_assignment_name()));
  Fill(*assignment, response);
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::ListRoleAssignments(
    const CallContext&, const v1::ListRoleAssignmentsRequest& request,
    v1::ListRoleAssignmentsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  for (const RoleAssignment::Ptr& assignment : assignments_->ListAtAndAbove(scope)) {
    Fill(*assignment, response->add_value());
  }
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::DeleteRoleAssignment(const CallContext& context,
                                                          const v1::RoleAssignmentRequest& request,
                                                          v1::RoleAssignment* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  const absl::StatusOr<RoleAssignment::Ptr> existing =
      assignments_->Get(scope, request.role_assignment_name());
  if (!existing.ok()) return absl::OkStatus();
  LAZULI_RETURN_IF_ERROR(CheckMayAssign(context.caller, scope, kDelete, *(*existing)->role));
  const RoleAssignment::Ptr removed = assignments_->Delete(scope, request.role_assignment_name());
  if (removed != nullptr) Fill(*removed, response);
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::ListRoleDefinitions(
    const CallContext&, const v1::ListRoleDefinitionsRequest&,
    v1::ListRoleDefinitionsResponse* response) {
  for (const RoleDefinition& role : BuiltInRoles()) Fill(role, response->add_value());
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

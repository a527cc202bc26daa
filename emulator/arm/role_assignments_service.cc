// File: emulator/arm/role_assignments_service.cc
#include "emulator/arm/role_assignments_service.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/arm/action_pattern.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/management_filter.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_definitions.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kWrite = "Microsoft.Authorization/roleAssignments/write";
constexpr absl::string_view kDelete = "Microsoft.Authorization/roleAssignments/delete";

// As Azure answers: below the subscription of the scope, where there is one. Clients compare the
// ids of assignments and definitions as texts.
std::string DefinitionId(const RoleDefinition& role, const ResourceId& scope) {
  if (scope.subscription().empty()) return role.ArmId();
  return absl::StrCat("/subscriptions/", scope.subscription(), role.ArmId());
}

// `asked`: the scope that the call names.
void Fill(const RoleAssignment& assignment, const ResourceId& asked, v1::RoleAssignment* message) {
  message->set_id(assignment.ArmId());
  message->set_name(assignment.name);
  message->set_type("Microsoft.Authorization/roleAssignments");
  v1::RoleAssignment::Properties* properties = message->mutable_properties();
  properties->set_scope(assignment.scope.text());
  // Of an assignment at the root, as the role is known where it was asked for.
  const bool at_root = assignment.scope.subscription().empty();
  properties->set_role_definition_id(
      DefinitionId(*assignment.role, at_root ? asked : assignment.scope));
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

void Fill(const RoleDefinition& role, const ResourceId& scope, v1::RoleDefinition* message) {
  message->set_id(DefinitionId(role, scope));
  message->set_name(role.id);
  message->set_type("Microsoft.Authorization/roleDefinitions");
  v1::RoleDefinition::Properties* properties = message->mutable_properties();
  properties->set_role_name(role.name);
  properties->set_type("BuiltInRole");
  properties->set_description(role.description);
  properties->add_assignable_scopes(std::string(1, '/'));
  v1::RoleDefinition::Permission* permission = properties->add_permissions();
  FillPatterns(role.actions, permission->mutable_actions());
  FillPatterns(role.not_actions, permission->mutable_not_actions());
  FillPatterns(role.data_actions, permission->mutable_data_actions());
  FillPatterns(role.not_data_actions, permission->mutable_not_data_actions());
}

bool IsFunction(const FilterTerm& term, absl::string_view name, size_t arguments) {
  return term.kind == FilterTerm::Kind::kFunction && term.name == std::string(name) &&
         term.values.size() == arguments;
}

bool IsEquality(const FilterTerm& term, absl::string_view name) {
  return term.kind == FilterTerm::Kind::kEqual && term.name == std::string(name);
}

bool IsAssignee(const FilterTerm& term) {
  return IsEquality(term, "principalid") || IsFunction(term, "assignedto", 1);
}

// What `knows` does not accept is an error.
absl::StatusOr<ManagementFilter> ReadFilter(absl::string_view text,
                                            bool (*knows)(const FilterTerm& term)) {
  LAZULI_ASSIGN_OR_RETURN(ManagementFilter filter, ManagementFilter::Parse(text));
  for (const FilterConjunction& terms : filter.alternatives()) {
    for (const FilterTerm& term : terms) {
      if (!knows(term)) {
        return InvalidFilterError(
            text, absl::StrCat("'", term.name, "' is not known here, or not in this form."));
      }
    }
  }
  return filter;
}

bool AssignmentHolds(const FilterTerm& term, const RoleAssignment& assignment,
                     const ResourceId& scope) {
  // Nobody is a member of a group here, so that both ways to name an assignee say the same.
  if (IsAssignee(term)) return absl::EqualsIgnoreCase(assignment.principal_id, term.values[0]);
  return assignment.scope.Contains(scope);
}

bool DefinitionHolds(const FilterTerm& term, const RoleDefinition& role) {
  if (IsEquality(term, "rolename")) return absl::EqualsIgnoreCase(role.name, term.values[0]);
  if (IsEquality(term, "type")) return absl::EqualsIgnoreCase("BuiltInRole", term.values[0]);
  // Built-in roles are known at every scope.
  return true;
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
  Fill(*result.assignment, scope, response);
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::GetRoleAssignment(const CallContext&,
                                                       const v1::RoleAssignmentRequest& request,
                                                       v1::RoleAssignment* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  LAZULI_ASSIGN_OR_RETURN(const RoleAssignment::Ptr assignment,
                          assignments_->Get(scope, request.role_assignment_name()));
  Fill(*assignment, scope, response);
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::ListRoleAssignments(
    const CallContext&, const v1::ListRoleAssignmentsRequest& request,
    v1::ListRoleAssignmentsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  LAZULI_ASSIGN_OR_RETURN(const ManagementFilter filter,
                          ReadFilter(request.filter(), [](const FilterTerm& term) {
                            return IsAssignee(term) || IsFunction(term, "atscope", 0);
                          }));
  for (const RoleAssignment::Ptr& assignment : assignments_->ListAround(scope)) {
    const bool listed = filter.Holds([&](const FilterConjunction& terms) {
      return std::all_of(terms.begin(), terms.end(), [&](const FilterTerm& term) {
        return AssignmentHolds(term, *assignment, scope);
      });
    });
    if (listed) Fill(*assignment, scope, response->add_value());
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
  if (removed != nullptr) Fill(*removed, scope, response);
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::GetRoleDefinition(const CallContext&,
                                                       const v1::RoleDefinitionRequest& request,
                                                       v1::RoleDefinition* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  const RoleDefinition* const role = FindRole(request.role_definition_id());
  if (role == nullptr) return RoleDefinitionNotFoundError(request.role_definition_id());
  Fill(*role, scope, response);
  return absl::OkStatus();
}

absl::Status RoleAssignmentsService::ListRoleDefinitions(
    const CallContext&, const v1::ListRoleDefinitionsRequest& request,
    v1::ListRoleDefinitionsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceId scope, ResourceId::Parse(request.scope()));
  LAZULI_ASSIGN_OR_RETURN(
      const ManagementFilter filter, ReadFilter(request.filter(), [](const FilterTerm& term) {
        return IsEquality(term, "rolename") || IsEquality(term, "type") ||
               IsFunction(term, "atscope", 0) || IsFunction(term, "atscopeandbelow", 0);
      }));
  for (const RoleDefinition& role : BuiltInRoles()) {
    const bool listed = filter.Holds([&role](const FilterConjunction& terms) {
      return std::all_of(terms.begin(), terms.end(),
                         [&role](const FilterTerm& term) { return DefinitionHolds(term, role); });
    });
    if (listed) Fill(role, scope, response->add_value());
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

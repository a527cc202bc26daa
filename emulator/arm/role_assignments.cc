// File: emulator/arm/role_assignments.cc
#include "emulator/arm/role_assignments.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/limits.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kPrincipalType = "ServicePrincipal";

absl::Status CheckSpec(const RoleAssignmentSpec& spec) {
  if (spec.role_definition_id.empty()) {
    return InvalidInputError("properties.roleDefinitionId", "It is required.");
  }
  if (spec.principal_id.empty()) {
    return InvalidInputError("properties.principalId", "It is required.");
  }
  if (spec.description.size() > limits::arm::kMaxRoleDescriptionBytes) {
    return InvalidInputError(
        "properties.description",
        absl::StrCat("It has more than ", limits::arm::kMaxRoleDescriptionBytes, " bytes."));
  }
  return absl::OkStatus();
}

bool SaysTheSame(const RoleAssignment& a, const RoleAssignment& b) {
  return a.scope == b.scope && a.role == b.role && a.principal_id == b.principal_id;
}

}  // namespace

std::string RoleAssignment::ArmId() const {
  return absl::StrCat(scope.kind() == ResourceId::Kind::kRoot ? "" : scope.text(),
                      "/providers/Microsoft.Authorization/roleAssignments/", name);
}

RoleAssignments::RoleAssignments(const Directory* directory, const ResourceDirectory* resources,
                                 IdDeriver ids, const Clock* clock, EventLog* events)
    : directory_(directory), resources_(resources), clock_(clock), events_(events) {
  RoleAssignment owner;
  owner.name = ids.Guid("/", "roleAssignment", 0);
  owner.role = FindRole(kOwnerRoleId);
  owner.principal_id = std::string(kAdminObjectId);
  owner.created_on = clock_->Now();
  owner.updated_on = owner.created_on;
  MutexLock lock(&mu_);
  InsertLocked(std::make_shared<const RoleAssignment>(std::move(owner)));
}

void RoleAssignments::AddListener(RoleListener* listener) {
  MutexLock lock(&mu_);
  listeners_.push_back(listener);
}

absl::Status RoleAssignments::CheckPrincipal(const ResourceId& scope,
                                             absl::string_view principal_id) const {
  std::string tenant;
  if (!scope.subscription().empty()) {
    LAZULI_ASSIGN_OR_RETURN(tenant, resources_->TenantOf(scope.subscription()));
  }
  const Principal::Ptr principal = directory_->FindByObjectId(principal_id);
  if (principal == nullptr || (!tenant.empty() && principal->tenant_id != tenant)) {
    return RolePrincipalNotFoundError(principal_id, tenant);
  }
  return absl::OkStatus();
}

absl::StatusOr<RoleAssignments::PutResult> RoleAssignments::Put(const ResourceId& scope,
                                                                absl::string_view name,
                                                                const RoleAssignmentSpec& spec) {
  if (!IsGuid(name)) return InvalidRoleAssignmentNameError(name);
  LAZULI_RETURN_IF_ERROR(CheckSpec(spec));
  LAZULI_RETURN_IF_ERROR(resources_->CheckScope(scope));
  RoleAssignment wanted;
  wanted.scope = scope;
  wanted.name = absl::AsciiStrToLower(name);
  wanted.role = FindRole(spec.role_definition_id);
  if (wanted.role == nullptr) return RoleDefinitionNotFoundError(spec.role_definition_id);
  wanted.principal_id = absl::AsciiStrToLower(spec.principal_id);
  wanted.description = spec.description;
  LAZULI_RETURN_IF_ERROR(CheckPrincipal(scope, wanted.principal_id));
  if (!spec.principal_type.empty() &&
      !absl::EqualsIgnoreCase(spec.principal_type, kPrincipalType)) {
    return UnmatchedPrincipalTypeError(wanted.principal_id, kPrincipalType, spec.principal_type);
  }

  wanted.created_on = clock_->Now();
  wanted.updated_on = wanted.created_on;
  LAZULI_ASSIGN_OR_RETURN(const PutResult result, Store(std::move(wanted)));
  if (!result.created) return result;
  // What went away before the assignment was there has not taken it along.
  absl::Status still = resources_->CheckScope(scope);
  if (still.ok()) still = CheckPrincipal(scope, result.assignment->principal_id);
  if (!still.ok()) {
    MutexLock lock(&mu_);
    EraseLocked({scope.key(), result.assignment->name});
    return still;
  }
  Announce({result.assignment}, /*created=*/true,
           absl::StrCat("role '", result.assignment->role->name, "' assigned"));
  return result;
}

absl::StatusOr<RoleAssignments::PutResult> RoleAssignments::Store(RoleAssignment wanted) {
  const Key key(wanted.scope.key(), wanted.name);
  MutexLock lock(&mu_);
  const auto found = assignments_.find(key);
  if (found != assignments_.end()) {
    if (!SaysTheSame(*found->second, wanted)) return RoleAssignmentUpdateError();
    wanted.created_on = found->second->created_on;
    auto updated = std::make_shared<const RoleAssignment>(std::move(wanted));
    EraseLocked(key);
    InsertLocked(updated);
    return PutResult{.assignment = std::move(updated), .created = false};
  }
  const auto of_principal = by_principal_.find(wanted.principal_id);
  if (of_principal != by_principal_.end()) {
    for (const RoleAssignment::Ptr& other : *of_principal->second) {
      if (SaysTheSame(*other, wanted)) return RoleAssignmentExistsError(other->name);
    }
  }
  const auto count = per_subscription_.find(absl::AsciiStrToLower(wanted.scope.subscription()));
  if (count != per_subscription_.end() &&
      count->second >= limits::arm::kMaxRoleAssignmentsPerSubscription) {
    return RoleAssignmentLimitError(limits::arm::kMaxRoleAssignmentsPerSubscription);
  }
  auto made = std::make_shared<const RoleAssignment>(std::move(wanted));
  InsertLocked(made);
  return PutResult{.assignment = std::move(made), .created = true};
}

absl::StatusOr<RoleAssignment::Ptr> RoleAssignments::Get(const ResourceId& scope,
                                                         absl::string_view name) const {
  const Key key(scope.key(), absl::AsciiStrToLower(name));
  MutexLock lock(&mu_);
  const auto found = assignments_.find(key);
  if (found == assignments_.end()) return RoleAssignmentNotFoundError(name);
  return found->second;
}

std::vector<RoleAssignment::Ptr> RoleAssignments::ListAround(const ResourceId& scope) const {
  MutexLock lock(&mu_);
  std::vector<RoleAssignment::Ptr> assignments;
  for (const auto& [key, assignment] : assignments_) {
    if (assignment->scope.Contains(scope) || scope.Contains(assignment->scope)) {
      assignments.push_back(assignment);
    }
  }
  return assignments;
}

std::vector<RoleAssignment::Ptr> RoleAssignments::ListOf(absl::string_view principal_id) const {
  const Snapshot snapshot = SnapshotOf(principal_id);
  return snapshot == nullptr ? std::vector<RoleAssignment::Ptr>() : *snapshot;
}

RoleAssignment::Ptr RoleAssignments::Delete(const ResourceId& scope, absl::string_view name) {
  const Key key(scope.key(), absl::AsciiStrToLower(name));
  RoleAssignment::Ptr removed;
  {
    MutexLock lock(&mu_);
    removed = EraseLocked(key);
  }
  if (removed != nullptr) {
    Announce({removed}, /*created=*/false,
             absl::StrCat("assignment of role '", removed->role->name, "' deleted"));
  }
  return removed;
}

void RoleAssignments::RemoveAssignmentsUnder(const ResourceId& scope, absl::string_view cause) {
  RemoveIf([&scope](const RoleAssignment& assignment) { return scope.Contains(assignment.scope); },
           std::string(cause));
}

RoleAssignments::Snapshot RoleAssignments::SnapshotOf(absl::string_view principal_id) const {
  const std::string key = absl::AsciiStrToLower(principal_id);
  MutexLock lock(&mu_);
  const auto found = by_principal_.find(key);
  return found == by_principal_.end() ? nullptr : found->second;
}

void RoleAssignments::OnPrincipalDeleted(const std::string& object_id, const std::string& cause) {
  RemoveIf([&object_id](
               const RoleAssignment& assignment) { return assignment.principal_id == object_id; },
           cause);
}

void RoleAssignments::RemoveIf(absl::FunctionRef<bool(const RoleAssignment&)> condition,
                               const std::string& cause) {
  std::vector<RoleAssignment::Ptr> removed;
  {
    MutexLock lock(&mu_);
    for (const auto& [key, assignment] : assignments_) {
      if (condition(*assignment)) removed.push_back(assignment);
    }
    for (const RoleAssignment::Ptr& assignment : removed) {
      EraseLocked({assignment->scope.key(), assignment->name});
    }
  }
  Announce(removed, /*created=*/false, cause);
}

void RoleAssignments::InsertLocked(RoleAssignment::Ptr assignment) {
  Snapshot& snapshot = by_principal_[assignment->principal_id];
  auto list = snapshot == nullptr ? std::make_shared<std::vector<RoleAssignment::Ptr>>()
                                  : std::make_shared<std::vector<RoleAssignment::Ptr>>(*snapshot);
  const auto before = [](const RoleAssignment::Ptr& a, const RoleAssignment::Ptr& b) {
    return std::tie(a->scope.key(), a->name) < std::tie(b->scope.key(), b->name);
  };
  list->insert(std::upper_bound(list->begin(), list->end(), assignment, before), assignment);
  snapshot = std::move(list);
  ++per_subscription_[absl::AsciiStrToLower(assignment->scope.subscription())];
  Key key(assignment->scope.key(), assignment->name);
  changed_.Mark(key);
  assignments_[std::move(key)] = std::move(assignment);
}

RoleAssignment::Ptr RoleAssignments::EraseLocked(const Key& key) {
  const auto found = assignments_.find(key);
  if (found == assignments_.end()) return nullptr;
  RoleAssignment::Ptr assignment = std::move(found->second);
  assignments_.erase(found);
  changed_.Mark(key);
  const auto of_principal = by_principal_.find(assignment->principal_id);
  auto list = std::make_shared<std::vector<RoleAssignment::Ptr>>(*of_principal->second);
  list->erase(std::find(list->begin(), list->end(), assignment));
  if (list->empty()) {
    by_principal_.erase(of_principal);
  } else {
    of_principal->second = std::move(list);
  }
  const auto count =
      per_subscription_.find(absl::AsciiStrToLower(assignment->scope.subscription()));
  if (--count->second == 0) per_subscription_.erase(count);
  return assignment;
}

void RoleAssignments::StartTracking() {
  MutexLock lock(&mu_);
  changed_.Start();
}

void RoleAssignments::ExportAll(StateVisitor visit) const {
  MutexLock lock(&mu_);
  for (const auto& [key, assignment] : assignments_) {
    visit(key.first, key.second, assignment.get());
  }
}

void RoleAssignments::ExportChanges(StateVisitor visit) {
  MutexLock lock(&mu_);
  for (const Key& key : changed_.Take()) {
    const auto found = assignments_.find(key);
    visit(key.first, key.second, found == assignments_.end() ? nullptr : found->second.get());
  }
}

void RoleAssignments::BeginRestore() {
  MutexLock lock(&mu_);
  assignments_.clear();
  by_principal_.clear();
  per_subscription_.clear();
}

absl::Status RoleAssignments::Restore(RoleAssignment assignment) {
  if (!IsGuid(assignment.name)) return absl::DataLossError("its name is no GUID");
  if (assignment.role == nullptr) return absl::DataLossError("its role is not known");
  if (directory_->FindByObjectId(assignment.principal_id) == nullptr) {
    return absl::DataLossError("its principal is missing");
  }
  MutexLock lock(&mu_);
  if (assignments_.count({assignment.scope.key(), assignment.name}) > 0) {
    return absl::DataLossError("another assignment has its name");
  }
  InsertLocked(std::make_shared<const RoleAssignment>(std::move(assignment)));
  return absl::OkStatus();
}

void RoleAssignments::Announce(const std::vector<RoleAssignment::Ptr>& assignments, bool created,
                               const std::string& cause) {
  std::vector<RoleListener*> listeners;
  {
    MutexLock lock(&mu_);
    listeners = listeners_;
  }
  for (const RoleAssignment::Ptr& assignment : assignments) {
    Event event;
    event.time = clock_->Now();
    event.kind = "roleAssignment";
    event.resource = assignment->ArmId();
    (created ? event.to : event.from) = "active";
    event.cause = absl::StrCat(cause, ", principal ", assignment->principal_id);
    events_->Append(std::move(event));
    for (RoleListener* listener : listeners) {
      listener->OnRolesChanged(assignment->principal_id, assignment->scope.text(), cause);
    }
  }
}

}  // namespace lazuli::emulator

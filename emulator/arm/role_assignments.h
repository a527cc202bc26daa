// File: emulator/arm/role_assignments.h
//
// Who has which role where.
#ifndef LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENTS_H_
#define LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENTS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/change_set.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/arm/role_listener.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/principal.h"

namespace lazuli::emulator {

// Immutable; shared.
struct RoleAssignment {
  using Ptr = std::shared_ptr<const RoleAssignment>;

  ResourceId scope;
  std::string name;  // a GUID in lower case
  const RoleDefinition* role = nullptr;
  std::string principal_id;  // an object id in lower case
  std::string description;
  absl::Time created_on;  // virtual
  absl::Time updated_on;

  // "SCOPE/providers/Microsoft.Authorization/roleAssignments/NAME".
  std::string ArmId() const;
};

// What a caller says of an assignment.
struct RoleAssignmentSpec {
  std::string role_definition_id;  // an ARM id or a GUID
  std::string principal_id;
  std::string principal_type;  // empty: not said
  std::string description;
};

// Thread safe. Its lock is a leaf; listeners are told after it is released. Gives the administrator
// the role Owner at "/" at start.
class RoleAssignments final : public PrincipalListener {
 public:
  // The pointers outlive this. Whoever makes it adds it to the directory's listeners, before
  // whoever depends on roles.
  RoleAssignments(const Directory* directory, const ResourceDirectory* resources, IdDeriver ids,
                  const Clock* clock, EventLog* events);

  void AddListener(RoleListener* listener);

  struct PutResult {
    RoleAssignment::Ptr assignment;
    bool created = false;
  };
  // Makes the assignment, or updates the description of one that says the same. The scope has to
  // exist, and the principal in the tenant of the scope's subscription (at "/": in any). Errors:
  // InvalidRoleAssignmentNameError, RoleDefinitionNotFoundError, RolePrincipalNotFoundError,
  // UnmatchedPrincipalTypeError, RoleAssignmentExistsError when the principal has that role there
  // already under another name, RoleAssignmentUpdateError when the name stands for another
  // assignment, RoleAssignmentLimitError, InvalidInput, those of ResourceDirectory::CheckScope.
  absl::StatusOr<PutResult> Put(const ResourceId& scope, absl::string_view name,
                                const RoleAssignmentSpec& spec);
  // Errors: RoleAssignmentNotFoundError.
  absl::StatusOr<RoleAssignment::Ptr> Get(const ResourceId& scope, absl::string_view name) const;
  // At the scope, above it and below it; by scope, then name.
  std::vector<RoleAssignment::Ptr> ListAround(const ResourceId& scope) const;
  // By scope, then name.
  std::vector<RoleAssignment::Ptr> ListOf(absl::string_view principal_id) const;
  // What was deleted, or null.
  RoleAssignment::Ptr Delete(const ResourceId& scope, absl::string_view name);
  // At the scope and below it, e.g. because the resource is gone. `cause` is for the event log.
  void RemoveAssignmentsUnder(const ResourceId& scope, absl::string_view cause);

  // The principal's assignments, to be asked without a copy: the vector never changes once it was
  // handed out. Null when there is none. The quick way of the evaluator.
  using Snapshot = std::shared_ptr<const std::vector<RoleAssignment::Ptr>>;
  Snapshot SnapshotOf(absl::string_view principal_id) const;

  // PrincipalListener: removes the principal's assignments.
  void OnPrincipalDeleted(const std::string& object_id, const std::string& cause) override;

  // --- the state

  // Notes from now on what changes, for ExportChanges.
  void StartTracking();
  // Is told what there is, by the scope's key and the name; null: deleted.
  using StateVisitor = absl::FunctionRef<void(const std::string& scope, const std::string& name,
                                              const RoleAssignment*)>;
  void ExportAll(StateVisitor visit) const;
  // Tells of what changed since the last call. No change is under way meanwhile.
  void ExportChanges(StateVisitor visit);

  // Take over what was exported, into an object that nobody uses yet: BeginRestore, which takes
  // away what was given at start, then each assignment. Without events, and nobody is told.
  // DATA_LOSS, saying why, for what cannot be.
  void BeginRestore();
  absl::Status Restore(RoleAssignment assignment);

 private:
  using Key = std::pair<std::string, std::string>;  // the scope's key, the name

  // That the principal exists where the scope asks for it. Errors: RolePrincipalNotFoundError,
  // those of ResourceDirectory::TenantOf.
  absl::Status CheckPrincipal(const ResourceId& scope, absl::string_view principal_id) const;
  absl::StatusOr<PutResult> Store(RoleAssignment wanted);
  void RemoveIf(absl::FunctionRef<bool(const RoleAssignment&)> condition, const std::string& cause);
  void InsertLocked(RoleAssignment::Ptr assignment) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // What was erased, or null.
  RoleAssignment::Ptr EraseLocked(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Events and listeners, for each assignment in turn.
  void Announce(const std::vector<RoleAssignment::Ptr>& assignments, bool created,
                const std::string& cause);

  const Directory* const directory_;
  const ResourceDirectory* const resources_;
  const Clock* const clock_;
  EventLog* const events_;

  mutable Mutex mu_;
  std::vector<RoleListener*> listeners_ ABSL_GUARDED_BY(mu_);
  std::map<Key, RoleAssignment::Ptr> assignments_ ABSL_GUARDED_BY(mu_);
  // By object id; copied on write, in the order of `assignments_`.
  std::unordered_map<std::string, Snapshot> by_principal_ ABSL_GUARDED_BY(mu_);
  // How many there are, by subscription id in lower case; empty: at "/".
  std::map<std::string, size_t> per_subscription_ ABSL_GUARDED_BY(mu_);
  ChangeSet<Key> changed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENTS_H_

// File: emulator/arm/role_evaluator.h
//
// Decides by role assignments what a caller may do.
#ifndef LAZULI_EMULATOR_ARM_ROLE_EVALUATOR_H_
#define LAZULI_EMULATOR_ARM_ROLE_EVALUATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_definitions.h"
#include "keyvault/role_checker.h"

namespace lazuli::emulator {

// Thread safe; holds no lock of its own. A role allows an action if one of its patterns matches and
// none of its not-patterns does; roles add up. An assignment counts at its scope and everywhere
// below. Owner, Contributor and Reader give no data actions in a vault. Scopes are ARM ids in any
// letter case.
//
// That the caller belongs to the tenant of the resource is checked elsewhere (for management calls
// by ResourceDirectory::CheckCallerTenant).
class RoleEvaluator final : public keyvault::RoleChecker {
 public:
  // `assignments` outlives this.
  explicit RoleEvaluator(const RoleAssignments* assignments);

  bool IsAllowed(const Caller& caller, absl::string_view scope, absl::string_view action,
                 bool is_data_action) const;
  // The assignment that gives the action to whoever has just these, or null.
  static const RoleAssignment* FindAmong(const std::vector<RoleAssignment::Ptr>& assignments,
                                         absl::string_view scope, absl::string_view action,
                                         bool is_data_action);
  // As IsAllowed; a denial is AuthorizationFailedError, whose details say which assignments were
  // looked at and why each did not help, with the decision (base/decision.h).
  absl::Status Check(const Caller& caller, absl::string_view scope, absl::string_view action,
                     bool is_data_action) const;
  // One line for each assignment of the caller that was looked at, or one that says that there is
  // none.
  std::vector<std::string> Explain(const Caller& caller, absl::string_view scope,
                                   absl::string_view action, bool is_data_action) const;

  // The same for whoever has just these; null: none.
  static std::vector<std::string> ExplainAmong(const RoleAssignments::Snapshot& assignments,
                                               absl::string_view scope, absl::string_view action,
                                               bool is_data_action);

  // keyvault::RoleChecker.
  keyvault::RoleAnswer FindDataAction(const Caller& caller, absl::string_view scope,
                                      absl::string_view data_action) const override;
  bool HasDataAction(const Caller& caller, absl::string_view scope,
                     absl::string_view data_action) const override {
    return IsAllowed(caller, scope, data_action, /*is_data_action=*/true);
  }
  keyvault::RoleAdvice Advise(const Caller& caller, absl::string_view scope,
                              absl::string_view data_action) const override;
  static keyvault::RoleAnswer AnswerOf(const RoleAssignment* assignment);
  // As Advise, for whoever has just these; null: none.
  static keyvault::RoleAdvice AdviseAmong(const RoleAssignments::Snapshot& assignments,
                                          absl::string_view scope, absl::string_view data_action);

  // Owner at "/": may use the emulator's own control.
  bool IsRootOwner(const Caller& caller) const;

  // True if a role of the caller allows `action` (writing or deleting role assignments) at `scope`
  // for `role`: some roles may give only certain others.
  bool MayAssign(const Caller& caller, absl::string_view scope, absl::string_view action,
                 const RoleDefinition& role) const;

 private:
  const RoleAssignments* const assignments_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ROLE_EVALUATOR_H_

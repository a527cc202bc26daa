// File: emulator/arm/role_evaluator.cc
#include "emulator/arm/role_evaluator.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/decision.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/limits.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_definitions.h"

namespace lazuli::emulator {
namespace {

// What is asked, in the form that assignments and patterns compare with.
struct Question {
  std::string scope;
  std::string action;
  bool is_data_action = false;
};

Question MakeQuestion(absl::string_view scope, absl::string_view action, bool is_data_action) {
  // As ResourceId::Parse reads an id: a slash too few at the start, one too many at the end.
  absl::ConsumePrefix(&scope, "/");
  absl::ConsumeSuffix(&scope, "/");
  return {.scope = absl::AsciiStrToLower(absl::StrCat("/", scope)),
          .action = absl::AsciiStrToLower(action),
          .is_data_action = is_data_action};
}

bool AnyMatches(const std::vector<ActionPattern>& patterns, absl::string_view action) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [action](const ActionPattern& pattern) { return pattern.Matches(action); });
}

enum class Verdict { kAllowed, kExcluded, kNotGiven };

Verdict JudgeBy(const std::vector<ActionPattern>& patterns,
                const std::vector<ActionPattern>& exceptions, absl::string_view action) {
  if (!AnyMatches(patterns, action)) return Verdict::kNotGiven;
  return AnyMatches(exceptions, action) ? Verdict::kExcluded : Verdict::kAllowed;
}

Verdict Judge(const RoleDefinition& role, const Question& question) {
  if (!question.is_data_action) {
    return JudgeBy(role.actions, role.not_actions, question.action);
  }
  const Verdict by_data = JudgeBy(role.data_actions, role.not_data_actions, question.action);
  if (by_data == Verdict::kAllowed || !absl::StartsWith(question.action, "microsoft.batch/")) {
    return by_data;
  }
  // Batch is older than data actions and kept its promise when it took them up: whoever has
  // Contributor or Owner on the account can submit jobs, and a Reader can list them (Batch
  // documentation, "Authenticate Azure Batch services with Microsoft Entra ID"). So here, and here
  // only, a role's control actions count for data actions too.
  return JudgeBy(role.actions, role.not_actions, question.action);
}

// How much a role gives: a pattern with a star counts for more than any number without, and for the
// more the earlier in its path the star may stand.
size_t Breadth(const std::vector<ActionPattern>& patterns) {
  size_t breadth = 0;
  for (const ActionPattern& pattern : patterns) {
    const absl::string_view text = pattern.text();
    const auto segments = static_cast<size_t>(std::count(text.begin(), text.end(), '/')) + 1;
    breadth += absl::StrContains(text, "*") ? 100'000 / segments : 1;
  }
  return breadth;
}

// The built-in role that gives the least of those that give the action, or null.
const RoleDefinition* NarrowestRoleFor(absl::string_view action, bool is_data_action) {
  const Question question = MakeQuestion("/", action, is_data_action);
  const RoleDefinition* narrowest = nullptr;
  size_t least = 0;
  for (const RoleDefinition& role : BuiltInRoles()) {
    if (Judge(role, question) != Verdict::kAllowed) continue;
    const size_t breadth =
        Breadth(is_data_action && !role.data_actions.empty() ? role.data_actions : role.actions);
    if (narrowest == nullptr || breadth < least) {
      narrowest = &role;
      least = breadth;
    }
  }
  return narrowest;
}

std::string Describe(const RoleAssignment& assignment) {
  return absl::StrCat("role '", assignment.role->name, "' at '", assignment.scope.text(), "'");
}

}  // namespace

RoleEvaluator::RoleEvaluator(const RoleAssignments* assignments) : assignments_(assignments) {}

bool RoleEvaluator::IsAllowed(const Caller& caller, absl::string_view scope,
                              absl::string_view action, bool is_data_action) const {
  const RoleAssignments::Snapshot assignments = assignments_->SnapshotOf(caller.object_id);
  return assignments != nullptr &&
         FindAmong(*assignments, scope, action, is_data_action) != nullptr;
}

const RoleAssignment* RoleEvaluator::FindAmong(const std::vector<RoleAssignment::Ptr>& assignments,
                                               absl::string_view scope, absl::string_view action,
                                               bool is_data_action) {
  const Question question = MakeQuestion(scope, action, is_data_action);
  for (const RoleAssignment::Ptr& assignment : assignments) {
    if (ScopeContains(assignment->scope.key(), question.scope) &&
        Judge(*assignment->role, question) == Verdict::kAllowed) {
      return assignment.get();
    }
  }
  return nullptr;
}

absl::Status RoleEvaluator::Check(const Caller& caller, absl::string_view scope,
                                  absl::string_view action, bool is_data_action) const {
  if (IsAllowed(caller, scope, action, is_data_action)) return absl::OkStatus();
  const std::vector<std::string> considered = Explain(caller, scope, action, is_data_action);
  Decision decision{.by = "role",
                    .allowed = false,
                    .reason = absl::StrCat("no role assignment gives ", action, " at ", scope),
                    .change = {},
                    .facts = {}};
  if (const RoleDefinition* role = NarrowestRoleFor(action, is_data_action); role != nullptr) {
    decision.change =
        absl::StrCat("assign '", role->name, "' to ", caller.object_id, " at ", scope);
  }
  decision.AddFact(is_data_action ? "dataAction" : "action", action);
  decision.AddFact("scope", scope);
  for (const std::string& line : considered) decision.AddFact("considered", line);
  return WithDecision(AuthorizationFailedError(caller, action, scope, considered), decision);
}

std::vector<std::string> RoleEvaluator::Explain(const Caller& caller, absl::string_view scope,
                                                absl::string_view action,
                                                bool is_data_action) const {
  return ExplainAmong(assignments_->SnapshotOf(caller.object_id), scope, action, is_data_action);
}

std::vector<std::string> RoleEvaluator::ExplainAmong(const RoleAssignments::Snapshot& assignments,
                                                     absl::string_view scope,
                                                     absl::string_view action,
                                                     bool is_data_action) {
  if (assignments == nullptr) return {"no role is assigned to the principal anywhere"};
  const Question question = MakeQuestion(scope, action, is_data_action);
  const absl::string_view kind = is_data_action ? "data action" : "action";
  std::vector<std::string> lines;
  for (const RoleAssignment::Ptr& assignment : *assignments) {
    if (lines.size() == limits::arm::kMaxExplainedAssignments) {
      lines.push_back(absl::StrCat("and ", assignments->size() - lines.size(), " more"));
      break;
    }
    if (!ScopeContains(assignment->scope.key(), question.scope)) {
      lines.push_back(absl::StrCat(Describe(*assignment), " does not reach the scope"));
      continue;
    }
    switch (Judge(*assignment->role, question)) {
      case Verdict::kAllowed:
        lines.push_back(absl::StrCat(Describe(*assignment), " gives the ", kind));
        break;
      case Verdict::kExcluded:
        lines.push_back(absl::StrCat(Describe(*assignment), " excepts the ", kind));
        break;
      case Verdict::kNotGiven:
        lines.push_back(absl::StrCat(Describe(*assignment), " does not give the ", kind));
        break;
    }
  }
  return lines;
}

keyvault::RoleAnswer RoleEvaluator::AnswerOf(const RoleAssignment* assignment) {
  if (assignment == nullptr) return {};
  return {.allowed = true,
          .assignment_id = assignment->ArmId(),
          .role = assignment->role->name,
          .scope = assignment->scope.text()};
}

keyvault::RoleAnswer RoleEvaluator::FindDataAction(const Caller& caller, absl::string_view scope,
                                                   absl::string_view data_action) const {
  const RoleAssignments::Snapshot assignments = assignments_->SnapshotOf(caller.object_id);
  if (assignments == nullptr) return {};
  return AnswerOf(FindAmong(*assignments, scope, data_action, /*is_data_action=*/true));
}

keyvault::RoleAdvice RoleEvaluator::Advise(const Caller& caller, absl::string_view scope,
                                           absl::string_view data_action) const {
  return AdviseAmong(assignments_->SnapshotOf(caller.object_id), scope, data_action);
}

keyvault::RoleAdvice RoleEvaluator::AdviseAmong(const RoleAssignments::Snapshot& assignments,
                                                absl::string_view scope,
                                                absl::string_view data_action) {
  keyvault::RoleAdvice advice;
  advice.considered = ExplainAmong(assignments, scope, data_action, /*is_data_action=*/true);
  if (const RoleDefinition* role = NarrowestRoleFor(data_action, /*is_data_action=*/true);
      role != nullptr) {
    advice.role = role->name;
  }
  return advice;
}

bool RoleEvaluator::IsRootOwner(const Caller& caller) const {
  const RoleAssignments::Snapshot assignments = assignments_->SnapshotOf(caller.object_id);
  return assignments != nullptr &&
         std::any_of(assignments->begin(), assignments->end(),
                     [](const RoleAssignment::Ptr& assignment) {
                       return assignment->scope.kind() == ResourceId::Kind::kRoot &&
                              absl::string_view(assignment->role->id) == kOwnerRoleId;
                     });
}

bool RoleEvaluator::MayAssign(const Caller& caller, absl::string_view scope,
                              absl::string_view action, const RoleDefinition& role) const {
  const RoleAssignments::Snapshot assignments = assignments_->SnapshotOf(caller.object_id);
  if (assignments == nullptr) return false;
  const Question question = MakeQuestion(scope, action, /*is_data_action=*/false);
  return std::any_of(
      assignments->begin(), assignments->end(), [&](const RoleAssignment::Ptr& assignment) {
        const std::vector<std::string>& assignable = assignment->role->assignable_roles;
        return ScopeContains(assignment->scope.key(), question.scope) &&
               Judge(*assignment->role, question) == Verdict::kAllowed &&
               (assignable.empty() ||
                std::find(assignable.begin(), assignable.end(), role.id) != assignable.end());
      });
}

}  // namespace lazuli::emulator

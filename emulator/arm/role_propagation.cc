#include "emulator/arm/role_propagation.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "emulator/arm/resource_id.h"

namespace lazuli::emulator {

RolePropagation::RolePropagation(const RoleAssignments* assignments, const RoleEvaluator* evaluator,
                                 const Clock* clock, TimerQueue* timers, RoleListener* dependents)
    : assignments_(assignments),
      evaluator_(evaluator),
      clock_(clock),
      timers_(timers),
      dependents_(dependents) {}

void RolePropagation::SetDelay(absl::Duration delay) {
  // Before the lock, which is a leaf.
  std::map<std::string, RoleAssignments::Snapshot> latest;
  if (delay > absl::ZeroDuration()) {
    for (const RoleAssignment::Ptr& assignment : assignments_->ListAround(ResourceId())) {
      latest[assignment->principal_id] = assignments_->SnapshotOf(assignment->principal_id);
    }
  }
  MutexLock lock(&mu_);
  delay_ = delay;
  latest_ = std::move(latest);
  if (delay_ > absl::ZeroDuration()) in_use_.store(true, std::memory_order_release);
}

std::vector<RolePropagation::Superseded> RolePropagation::SupersededOf(
    absl::string_view object_id) const {
  if (!in_use_.load(std::memory_order_acquire)) return {};
  const absl::Time now = clock_->Now();
  MutexLock lock(&mu_);
  const auto found = superseded_.find(absl::AsciiStrToLower(object_id));
  if (found == superseded_.end()) return {};
  std::vector<Superseded> in_force = found->second;
  std::erase_if(in_force, [now](const Superseded& former) { return former.until <= now; });
  return in_force;
}

keyvault::RoleAnswer RolePropagation::FindDataAction(const Caller& caller, absl::string_view scope,
                                                     absl::string_view data_action) const {
  const std::vector<Superseded> in_force = SupersededOf(caller.object_id);
  if (in_force.empty()) return evaluator_->FindDataAction(caller, scope, data_action);
  const RoleAssignments::Snapshot& former = in_force.front().assignments;
  if (former == nullptr) return {};
  return RoleEvaluator::AnswerOf(
      RoleEvaluator::FindAmong(*former, scope, data_action, /*is_data_action=*/true));
}

bool RolePropagation::HasDataAction(const Caller& caller, absl::string_view scope,
                                    absl::string_view data_action) const {
  const std::vector<Superseded> in_force = SupersededOf(caller.object_id);
  if (in_force.empty()) return evaluator_->HasDataAction(caller, scope, data_action);
  const RoleAssignments::Snapshot& former = in_force.front().assignments;
  return former != nullptr && RoleEvaluator::FindAmong(*former, scope, data_action,
                                                       /*is_data_action=*/true) != nullptr;
}

keyvault::RoleAdvice RolePropagation::Advise(const Caller& caller, absl::string_view scope,
                                             absl::string_view data_action) const {
  const std::vector<Superseded> in_force = SupersededOf(caller.object_id);
  if (in_force.empty()) return evaluator_->Advise(caller, scope, data_action);
  keyvault::RoleAdvice advice =
      RoleEvaluator::AdviseAmong(in_force.front().assignments, scope, data_action);
  // Each decides until its time, and the one after it from then on; the present ones are the last.
  for (size_t i = 0; i < in_force.size(); ++i) {
    const bool is_last = i + 1 == in_force.size();
    const RoleAssignments::Snapshot next =
        is_last ? assignments_->SnapshotOf(caller.object_id) : in_force[i + 1].assignments;
    if (next == nullptr || RoleEvaluator::FindAmong(*next, scope, data_action,
                                                    /*is_data_action=*/true) == nullptr) {
      continue;
    }
    advice.counts_from = in_force[i].until;
    break;
  }
  return advice;
}

void RolePropagation::OnRolesChanged(const std::string& object_id, const std::string& scope,
                                     const std::string&) {
  if (!in_use_.load(std::memory_order_acquire)) return;
  RoleAssignments::Snapshot present = assignments_->SnapshotOf(object_id);
  absl::Time due;
  {
    MutexLock lock(&mu_);
    if (delay_ == absl::ZeroDuration()) return;
    due = clock_->Now() + delay_;
    RoleAssignments::Snapshot before = std::exchange(latest_[object_id], std::move(present));
    std::vector<Superseded>& superseded = superseded_[object_id];
    if (!superseded.empty() && superseded.back().until >= due) {
      // What was superseded before goes on deciding as long: `before` never gets to.
      superseded.back().scopes.insert(scope);
      return;
    }
    superseded.push_back({std::move(before), due, {scope}});
  }
  timers_->Schedule(due, [this, object_id] { OnPropagated(object_id); });
}

void RolePropagation::OnPropagated(const std::string& object_id) {
  std::set<std::string> scopes;
  {
    const absl::Time now = clock_->Now();
    MutexLock lock(&mu_);
    const auto found = superseded_.find(object_id);
    if (found != superseded_.end()) {
      std::vector<Superseded>& superseded = found->second;
      while (!superseded.empty() && superseded.front().until <= now) {
        scopes.merge(superseded.front().scopes);
        superseded.erase(superseded.begin());
      }
      if (superseded.empty()) superseded_.erase(found);
    }
  }
  for (const std::string& scope : scopes) {
    dependents_->OnRolesChanged(object_id, scope, "role assignments propagated");
  }
}

}  // namespace lazuli::emulator

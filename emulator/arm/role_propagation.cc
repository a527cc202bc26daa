#include "emulator/arm/role_propagation.h"

#include <optional>
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

bool RolePropagation::HasDataAction(const Caller& caller, absl::string_view scope,
                                    absl::string_view data_action) const {
  if (!in_use_.load(std::memory_order_acquire)) {
    return evaluator_->HasDataAction(caller, scope, data_action);
  }
  const absl::Time now = clock_->Now();
  std::optional<RoleAssignments::Snapshot> former;
  {
    MutexLock lock(&mu_);
    if (const auto found = superseded_.find(absl::AsciiStrToLower(caller.object_id));
        found != superseded_.end()) {
      for (const Superseded& superseded : found->second) {
        if (superseded.until <= now) continue;
        former = superseded.assignments;
        break;
      }
    }
  }
  if (!former.has_value()) return evaluator_->HasDataAction(caller, scope, data_action);
  return *former != nullptr && RoleEvaluator::IsAllowedBy(**former, scope, data_action,
                                                          /*is_data_action=*/true);
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
    superseded_[object_id].push_back({std::move(before), due});
  }
  timers_->Schedule(due, [this, object_id, scope] { OnPropagated(object_id, scope); });
}

void RolePropagation::OnPropagated(const std::string& object_id, const std::string& scope) {
  {
    const absl::Time now = clock_->Now();
    MutexLock lock(&mu_);
    const auto found = superseded_.find(object_id);
    if (found != superseded_.end()) {
      std::erase_if(found->second,
                    [now](const Superseded& superseded) { return superseded.until <= now; });
      if (found->second.empty()) superseded_.erase(found);
    }
  }
  dependents_->OnRolesChanged(object_id, scope, "role assignments propagated");
}

}  // namespace lazuli::emulator

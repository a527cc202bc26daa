// What losing and regaining the account's key means.
#include <utility>
#include <vector>

#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/resource_names.h"
#include "batch/workload/task.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

constexpr char kKeyLost[] = "customer-managed key lost";
constexpr char kKeyRestored[] = "customer-managed key restored";

}  // namespace

std::vector<LossStep> Workload::PlanLoss(absl::string_view reason) {
  access_lost_ = true;
  loss_reason_ = std::string(reason);
  changed_counters_.Mark();
  std::vector<LossStep> steps;
  size_t count = 0;
  for (const auto& [ordinal, job] : jobs_) count += job->running.size();
  for (const auto& [ordinal, pool] : pools_) count += pool->nodes.size();
  steps.reserve(count);
  for (const auto& [job_ordinal, job] : jobs_) {
    for (const uint64_t ordinal : job->running) {
      const Task& task = *job->tasks.at(ordinal);
      // Within one loss nothing starts: a task that runs is still in the run that was planned for.
      auto apply = [this, epoch = loss_epoch_, job_ordinal = job_ordinal, ordinal](absl::Time now) {
        Task* found = epoch == loss_epoch_ ? FindTask(job_ordinal, ordinal) : nullptr;
        if (found == nullptr || found->state != TaskState::kRunning) return false;
        ReturnTask(*found, TaskTrigger::kRequeue, now, kKeyLost);
        return true;
      };
      steps.push_back(
          {"task", ResourceName(task), StateName(TaskState::kActive), std::move(apply)});
    }
  }
  for (const auto& [pool_ordinal, pool] : pools_) {
    for (const auto& [ordinal, node] : pool->nodes) {
      if (!NextState(node->state, NodeTrigger::kKeyLost).has_value()) continue;
      auto apply = [this, epoch = loss_epoch_, pool_ordinal = pool_ordinal,
                    ordinal = ordinal](absl::Time now) {
        Node* found = epoch == loss_epoch_ ? FindNode(pool_ordinal, ordinal) : nullptr;
        return found != nullptr && Move(*found, NodeTrigger::kKeyLost, now, kKeyLost);
      };
      steps.push_back(
          {"node", ResourceName(*node), StateName(NodeState::kUnusable), std::move(apply)});
    }
  }
  return steps;
}

std::vector<LossStep> Workload::PlanRestOfLoss() {
  if (!access_lost_) return {};
  return PlanLoss(std::string(loss_reason_));
}

void Workload::OnAccessRestored(absl::Time now) {
  if (!access_lost_) return;
  access_lost_ = false;
  ++loss_epoch_;
  changed_counters_.Mark();
  for (const auto& [pool_ordinal, pool] : pools_) {
    for (const auto& [ordinal, node] : pool->nodes) {
      const bool was_unusable = node->state == NodeState::kUnusable;
      const bool was_vacated = node->state == NodeState::kRunning && node->tasks.empty();
      if (!was_unusable && !was_vacated) continue;
      if (node->draining) {
        StartLeaving(*node, now, kKeyRestored);
      } else {
        Move(*node, was_unusable ? NodeTrigger::kKeyRestored : NodeTrigger::kVacated, now,
             kKeyRestored);
        FollowWishes(*node, now);
      }
    }
    Schedule(*pool->queue, now);
  }
  loss_reason_.clear();
}

void Workload::Clear() {
  const auto cancel = [this](TimerId timer) {
    if (timer.valid()) host_->Cancel(timer);
  };
  for (const auto& [pool_ordinal, pool] : pools_) {
    cancel(pool->timer);
    for (const auto& [ordinal, node] : pool->nodes) cancel(node->timer);
  }
  for (const auto& [job_ordinal, job] : jobs_) {
    cancel(job->timer);
    for (const uint64_t ordinal : job->running) cancel(job->tasks.at(ordinal)->run->end_timer);
  }
  NoteAllChanged();
  pools_by_id_.clear();
  jobs_by_id_.clear();
  pools_.clear();
  jobs_.clear();
  queues_.clear();
  pool_incarnations_.clear();
  active_jobs_ = 0;
  access_lost_ = false;
  ++loss_epoch_;
  loss_reason_.clear();
}

}  // namespace lazuli::batch

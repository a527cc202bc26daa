// The scheduler, and the runs of tasks from start to end.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/resource_names.h"
#include "batch/workload/task.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {

void Workload::Schedule(PoolQueue& queue, absl::Time now) {
  Pool* const pool = queue.pool;
  if (access_lost_ || pool == nullptr || pool->state != PoolState::kActive) return;
  // A job may leave the queue while its tasks start, but none enters.
  for (auto at = queue.ready_jobs.begin();
       at != queue.ready_jobs.end() && pool->slots.MaxFree() > 0;) {
    const auto rank = at->first;
    Job& job = *at->second;
    std::optional<uint64_t> next = job.ready.First(pool->slots.MaxFree());
    if (next.has_value()) {
      // Unsealed once for all that start now, and forgotten.
      const absl::StatusOr<std::string> specification =
          host_->protector().Unseal(RecordIdentity(job), job.sealed_as, job.sealed);
      while (next.has_value() && job.in_queue) {
        Task& task = *job.tasks.at(*next);
        StartTask(task, *pool->slots.Pick(pool->fill, task.required_slots), specification, now);
        next = job.ready.First(pool->slots.MaxFree());
      }
    }
    at = queue.ready_jobs.upper_bound(rank);
  }
}

void Workload::StartTask(Task& task, Node& node,
                         const absl::StatusOr<std::string>& job_specification, absl::Time now) {
  const absl::StatusOr<std::string> specification =
      host_->protector().Unseal(RecordIdentity(task), task.ordinal, task.sealed);
  if (!specification.ok() || !job_specification.ok()) {
    CompleteTask(task, TaskTrigger::kTerminate, TaskFailure::kSpecification, now,
                 "specification unreadable");
    return;
  }
  if (task.run == nullptr) task.run = std::make_unique<TaskRun>();
  TaskRun& run = *task.run;
  const RunPlan plan = options_.task_runner->Plan(*specification, *job_specification);
  absl::Duration duration = std::max(plan.duration, absl::ZeroDuration());
  if (run.retry_count > 0) duration = std::max(duration, limits::batch::kMinRetryDuration);
  run.times_out = duration > task.max_wall_clock_time;
  if (run.times_out) duration = task.max_wall_clock_time;

  ++run.number;
  run.node = &node;
  run.node_id = node.id;
  run.start_time = now;
  run.end_time = kNever;
  run.sealed_exit_code.clear();
  run.sealed_planned_exit_code =
      host_->protector().Seal(ExitCodeIdentity(task), task.ordinal, absl::StrCat(plan.exit_code));
  Move(task, TaskTrigger::kStart, now, absl::StrCat("scheduled on ", node.id));
  NoteChange(node);
  node.tasks.push_back(&task);
  node.free_slots -= task.required_slots;
  ++node.total_tasks_run;
  UpdateSlots(node);
  Move(node, NodeTrigger::kOccupied, now, "task started");

  run.end_timer = host_->Schedule(now + duration, WorkOf(task));
}

DeferredWork Workload::WorkOf(const Task& task) {
  auto apply = [this, job = task.job->ordinal, ordinal = task.ordinal,
                number = task.run->number](absl::Time due) {
    Task* found = FindTask(job, ordinal);
    if (found == nullptr || found->state != TaskState::kRunning || found->run->number != number) {
      return false;
    }
    found->run->end_timer = TimerId();
    OnRunEnd(*found, due);
    return true;
  };
  return DeferredWork{"task", ResourceName(task), StateName(TaskState::kCompleted),
                      std::move(apply)};
}

void Workload::OnRunEnd(Task& task, absl::Time now) {
  TaskRun& run = *task.run;
  PoolQueue& queue = *task.job->queue;
  if (run.times_out) {
    CompleteTask(task, TaskTrigger::kEnd, TaskFailure::kWallClock, now, "wall clock exceeded");
    Schedule(queue, now);
    return;
  }
  const absl::StatusOr<int32_t> exit_code = ExitCode(task, run.sealed_planned_exit_code);
  if (!exit_code.ok()) {
    CompleteTask(task, TaskTrigger::kEnd, TaskFailure::kSpecification, now,
                 "specification unreadable");
    Schedule(queue, now);
    return;
  }
  const bool succeeded = *exit_code == 0;
  const bool may_retry =
      task.max_retry_count == kUnlimited || run.retry_count < task.max_retry_count;
  if (!succeeded && may_retry) {
    ReturnTask(task, TaskTrigger::kRetry, now, "failed, may try again");
    Schedule(queue, now);
    return;
  }
  run.sealed_exit_code = std::move(run.sealed_planned_exit_code);
  CompleteTask(task, TaskTrigger::kEnd, succeeded ? TaskFailure::kNone : TaskFailure::kExitCode,
               now, succeeded ? "succeeded" : "failed");
  Schedule(queue, now);
}

void Workload::CompleteTask(Task& task, TaskTrigger trigger, TaskFailure failure, absl::Time now,
                            absl::string_view cause) {
  if (task.state == TaskState::kCompleted) return;
  if (task.run == nullptr) task.run = std::make_unique<TaskRun>();
  TaskRun& run = *task.run;
  run.result = failure == TaskFailure::kNone ? TaskResult::kSuccess : TaskResult::kFailure;
  run.failure = failure;
  run.end_time = now;
  Move(task, trigger, now, cause);
  if (run.node != nullptr && failure == TaskFailure::kNone) ++run.node->total_tasks_succeeded;
  LeaveNode(task, now);
  AfterTaskLeft(*task.job, now);
}

void Workload::ReturnTask(Task& task, TaskTrigger trigger, absl::Time now,
                          absl::string_view cause) {
  if (!Move(task, trigger, now, cause)) return;
  TaskRun& run = *task.run;
  if (trigger == TaskTrigger::kRetry) {
    ++run.retry_count;
    run.last_retry_time = now;
  } else {
    ++run.requeue_count;
    run.last_requeue_time = now;
  }
  LeaveNode(task, now);
  run.node_id.clear();
  AfterTaskLeft(*task.job, now);
}

void Workload::LeaveNode(Task& task, absl::Time now) {
  if (task.run == nullptr || task.run->node == nullptr) return;
  if (task.run->end_timer.valid()) host_->Cancel(std::exchange(task.run->end_timer, TimerId()));
  task.run->sealed_planned_exit_code.clear();
  Node& node = *std::exchange(task.run->node, nullptr);
  NoteChange(node);  // of the task it is noted by whoever takes it off
  node.tasks.erase(std::find(node.tasks.begin(), node.tasks.end(), &task));
  node.free_slots += task.required_slots;
  UpdateSlots(node);
  // While the key is lost, nodes go from running to unusable; what remains is put right at
  // restoration.
  if (access_lost_ || !node.tasks.empty()) return;
  if (node.draining) {
    StartLeaving(node, now, "its last task has ended");
  } else {
    Move(node, NodeTrigger::kVacated, now, "its last task has ended");
    FollowWishes(node, now);
  }
}

}  // namespace lazuli::batch

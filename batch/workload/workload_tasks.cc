// Tasks, but for their runs.
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "batch/workload/errors.h"
#include "batch/workload/job.h"
#include "batch/workload/job_open.h"
#include "batch/workload/page.h"
#include "batch/workload/pool.h"
#include "batch/workload/resource_names.h"
#include "batch/workload/task.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

std::optional<absl::Time> IfEver(absl::Time time) {
  if (time == kNever) return std::nullopt;
  return time;
}

}  // namespace

absl::StatusOr<Revision> Workload::Insert(Job& job, const NewTask& added, absl::Time now) {
  if (job.tasks_by_id.contains(added.id)) return TaskExistsError(job.id, added.id);
  const Pool* pool = job.queue->pool;
  if (pool != nullptr && added.required_slots > pool->slots_per_node) {
    return InvalidPropertyError(
        "requiredSlots", absl::StrCat(added.required_slots),
        absl::StrCat("The value must not exceed the pool's taskSlotsPerNode, which is ",
                     pool->slots_per_node));
  }
  auto owned = std::make_unique<Task>();
  Task& task = *owned;
  task.ordinal = NextOrdinal();
  task.job = &job;
  task.id = added.id;
  task.sealed = host_->protector().Seal(RecordIdentity(task), task.ordinal, added.specification);
  task.creation_time = task.state_transition_time = task.last_modified = now;
  task.max_wall_clock_time = added.max_wall_clock_time;
  task.retention_time = added.retention_time;
  task.required_slots = added.required_slots;
  task.max_retry_count = added.max_retry_count.value_or(job.max_task_retry_count);
  job.tasks_by_id.insert(&task);
  job.tasks.insert(job.tasks.end(), {task.ordinal, std::move(owned)});
  Count(task, +1);
  NoteChange(task);
  UpdateQueue(job);
  host_->RecordEvent("task", ResourceName(task), "", StateName(task.state), "added");
  return Revision{now, task.revision};
}

absl::StatusOr<Revision> Workload::AddTask(absl::string_view job_id, const NewTask& added,
                                           absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Job * job, JobById(job_id));
  LAZULI_RETURN_IF_ERROR(CheckOpen(*job));
  LAZULI_ASSIGN_OR_RETURN(const Revision revision, Insert(*job, added, now));
  Schedule(*job->queue, now);
  return revision;
}

absl::StatusOr<std::vector<AddedTask>> Workload::AddTasks(absl::string_view job_id,
                                                          absl::Span<const NewTask> added,
                                                          absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Job * job, JobById(job_id));
  LAZULI_RETURN_IF_ERROR(CheckOpen(*job));
  std::vector<AddedTask> results;
  results.reserve(added.size());
  for (const NewTask& task : added) {
    const absl::StatusOr<Revision> revision = Insert(*job, task, now);
    results.push_back({revision.status(), revision.ok() ? *revision : Revision()});
  }
  Schedule(*job->queue, now);
  return results;
}

absl::StatusOr<TaskView> Workload::View(const Task& task) const {
  TaskView view;
  const RecordProtector& protector = host_->protector();
  LAZULI_ASSIGN_OR_RETURN(view.specification,
                          protector.Unseal(RecordIdentity(task), task.ordinal, task.sealed));
  view.id = task.id;
  view.job_id = task.job->id;
  view.revision = Revision{task.last_modified, task.revision};
  view.creation_time = task.creation_time;
  view.state = task.state;
  view.state_transition_time = task.state_transition_time;
  if (task.previous_state_transition_time != kNever) {
    view.previous_state = task.previous_state;
    view.previous_state_transition_time = task.previous_state_transition_time;
  }
  view.required_slots = task.required_slots;
  view.max_wall_clock_time = task.max_wall_clock_time;
  view.retention_time = task.retention_time;
  view.max_retry_count = task.max_retry_count;
  if (task.run == nullptr) return view;
  const TaskRun& run = *task.run;
  view.start_time = IfEver(run.start_time);
  view.end_time = IfEver(run.end_time);
  view.result = run.result;
  view.failure = run.failure;
  view.retry_count = run.retry_count;
  view.last_retry_time = IfEver(run.last_retry_time);
  view.requeue_count = run.requeue_count;
  view.last_requeue_time = IfEver(run.last_requeue_time);
  if (!run.node_id.empty()) {
    view.node_id = run.node_id;
    view.pool_id = task.job->pool_id;
  }
  if (!run.sealed_exit_code.empty()) {
    LAZULI_ASSIGN_OR_RETURN(view.exit_code, ExitCode(task, run.sealed_exit_code));
  }
  return view;
}

absl::StatusOr<int32_t> Workload::ExitCode(const Task& task, absl::string_view sealed) const {
  LAZULI_ASSIGN_OR_RETURN(const std::string text,
                          host_->protector().Unseal(ExitCodeIdentity(task), task.ordinal, sealed));
  int32_t code = 0;
  if (!absl::SimpleAtoi(text, &code)) return absl::DataLossError("no exit code");
  return code;
}

absl::StatusOr<TaskView> Workload::GetTask(absl::string_view job_id,
                                           absl::string_view task_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Task* task, TaskById(job_id, task_id));
  return View(*task);
}

absl::StatusOr<Page<TaskView>> Workload::ListTasks(absl::string_view job_id,
                                                   const PageRequest& page) const {
  LAZULI_ASSIGN_OR_RETURN(const Job* job, JobById(job_id));
  return MakePage<TaskView>(job->tasks, page, [this](const Task& task) { return View(task); });
}

absl::StatusOr<Revision> Workload::TaskRevision(absl::string_view job_id,
                                                absl::string_view task_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Task* task, TaskById(job_id, task_id));
  return Revision{task->last_modified, task->revision};
}

absl::Status Workload::UpdateTask(absl::string_view job_id, absl::string_view task_id,
                                  const TaskConstraints& constraints, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Task * task, TaskById(job_id, task_id));
  if (task->job->state == JobState::kDeleting) return JobBeingDeletedError(job_id);
  if (task->state == TaskState::kCompleted) return TaskCompletedError(job_id, task_id);
  task->max_wall_clock_time = constraints.max_wall_clock_time;
  task->retention_time = constraints.retention_time;
  task->max_retry_count = constraints.max_retry_count.value_or(task->job->max_task_retry_count);
  NoteChange(*task);
  task->last_modified = now;
  ++task->revision;
  return absl::OkStatus();
}

absl::Status Workload::TerminateTask(absl::string_view job_id, absl::string_view task_id,
                                     absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Task * task, TaskById(job_id, task_id));
  if (task->job->state == JobState::kDeleting) return JobBeingDeletedError(job_id);
  if (task->state == TaskState::kCompleted) return TaskCompletedError(job_id, task_id);
  task->last_modified = now;
  ++task->revision;
  PoolQueue& queue = *task->job->queue;
  CompleteTask(*task, TaskTrigger::kTerminate, TaskFailure::kEnded, now,
               "task terminated by a user");
  Schedule(queue, now);
  return absl::OkStatus();
}

absl::Status Workload::ReactivateTask(absl::string_view job_id, absl::string_view task_id,
                                      absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Task * task, TaskById(job_id, task_id));
  LAZULI_RETURN_IF_ERROR(CheckOpen(*task->job));
  if (task->state != TaskState::kCompleted) return TaskNotCompletedError(job_id, task_id);
  if (task->run->result == TaskResult::kSuccess) return TaskSucceededError(job_id, task_id);
  task->last_modified = now;
  ++task->revision;
  Move(*task, TaskTrigger::kReactivate, now, "task reactivated by a user");
  TaskRun& run = *task->run;
  run.result = TaskResult::kNone;
  run.failure = TaskFailure::kNone;
  run.start_time = run.end_time = run.last_retry_time = kNever;
  run.retry_count = 0;
  run.node_id.clear();
  run.sealed_exit_code.clear();
  Schedule(*task->job->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::DeleteTask(absl::string_view job_id, absl::string_view task_id,
                                  absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Task * task, TaskById(job_id, task_id));
  Job& job = *task->job;
  if (job.state == JobState::kDeleting) return JobBeingDeletedError(job_id);
  host_->RecordEvent("task", ResourceName(*task), StateName(task->state), "",
                     "task deleted by a user");
  NoteChange(*task);
  LeaveNode(*task, now);
  Count(*task, -1);
  job.tasks_by_id.erase(task);
  job.tasks.erase(task->ordinal);
  UpdateQueue(job);
  AfterTaskLeft(job, now);
  Schedule(*job.queue, now);
  return absl::OkStatus();
}

}  // namespace lazuli::batch

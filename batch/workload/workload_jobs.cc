// Jobs.
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "batch/workload/errors.h"
#include "batch/workload/job.h"
#include "batch/workload/job_open.h"
#include "batch/workload/page.h"
#include "batch/workload/resource_names.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

// Batch REST reference, JobExecutionInformation.terminateReason.
constexpr char kWallClockReason[] = "MaxWallClockTimeExpiry";
constexpr char kAllTasksReason[] = "AllTasksComplete";
// What the service shows when a user gave no reason.
constexpr char kUserReason[] = "UserTerminate";

}  // namespace

absl::Status Workload::AddJob(const NewJob& added, absl::Time now) {
  if (const absl::StatusOr<Job*> present = JobById(added.id); present.ok()) {
    return (*present)->state == JobState::kDeleting ? JobBeingDeletedError(added.id)
                                                    : JobExistsError(added.id);
  }
  if (active_jobs_ >= options_.active_job_quota) {
    return ActiveJobQuotaReachedError(options_.active_job_quota);
  }
  auto owned = std::make_unique<Job>();
  Job& job = *owned;
  job.ordinal = NextOrdinal();
  job.id = added.id;
  job.pool_id = added.pool_id;
  job.sealed_as = job.ordinal;
  job.sealed = host_->protector().Seal(RecordIdentity(job), job.sealed_as, added.specification);
  job.queue = &QueueOf(added.pool_id);
  ++job.queue->jobs;
  job.counted = true;
  ++active_jobs_;
  job.revision.last_modified = now;
  job.creation_time = job.state_transition_time = now;
  job.priority = added.priority;
  job.max_parallel_tasks = added.max_parallel_tasks;
  job.max_task_retry_count = added.max_task_retry_count;
  job.max_wall_clock_time = added.max_wall_clock_time;
  job.on_all_tasks_complete = added.on_all_tasks_complete;
  jobs_by_id_[absl::AsciiStrToLower(job.id)] = &job;
  jobs_[job.ordinal] = std::move(owned);
  host_->RecordEvent("job", ResourceName(job), "", StateName(job.state), "added");
  StartJobTimer(job);
  return absl::OkStatus();
}

void Workload::StartJobTimer(Job& job) {
  NoteChange(job);
  if (job.timer.valid()) host_->Cancel(std::exchange(job.timer, TimerId()));
  ++job.timer_number;
  if (job.max_wall_clock_time >= MaxTimeSpan()) return;
  job.timer = host_->Schedule(job.creation_time + job.max_wall_clock_time, WorkOf(job));
}

DeferredWork Workload::WorkOf(const Job& job) {
  if (job.state == JobState::kDeleting) {
    auto remove = [this, ordinal = job.ordinal](absl::Time) {
      Job* found = FindJob(ordinal);
      if (found == nullptr || found->state != JobState::kDeleting) return false;
      RemoveJob(*found);
      return true;
    };
    return DeferredWork{"job", ResourceName(job), "gone", std::move(remove)};
  }
  auto end = [this, ordinal = job.ordinal, number = job.timer_number](absl::Time due) {
    Job* found = FindJob(ordinal);
    if (found == nullptr || found->timer_number != number || !IsOpen(*found)) return false;
    found->timer = TimerId();
    NoteChange(*found);
    EndJob(*found, kWallClockReason, due);
    Schedule(*found->queue, due);
    return true;
  };
  return DeferredWork{"job", ResourceName(job), StateName(JobState::kCompleted), std::move(end)};
}

absl::Status Workload::UpdateJob(const NewJob& changed, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Job * job, JobById(changed.id));
  LAZULI_RETURN_IF_ERROR(CheckOpen(*job));
  if (!absl::EqualsIgnoreCase(job->pool_id, changed.pool_id)) {
    if (job->state != JobState::kDisabled) return JobNotDisabledError(changed.id);
    MoveToPool(*job, changed.pool_id);
  }
  // Out of its queue while its rank changes.
  if (job->in_queue) {
    job->queue->ready_jobs.erase({-job->priority, job->ordinal});
    job->in_queue = false;
  }
  job->priority = changed.priority;
  job->max_parallel_tasks = changed.max_parallel_tasks;
  job->max_task_retry_count = changed.max_task_retry_count;
  NoteChange(*job);
  const bool ends_when_done = job->on_all_tasks_complete == OnAllTasksComplete::kNoAction &&
                              changed.on_all_tasks_complete == OnAllTasksComplete::kTerminateJob;
  job->on_all_tasks_complete = changed.on_all_tasks_complete;
  job->sealed_as = NextOrdinal();
  job->sealed =
      host_->protector().Seal(RecordIdentity(*job), job->sealed_as, changed.specification);
  job->revision.last_modified = now;
  ++job->revision.number;
  UpdateQueue(*job);
  if (job->max_wall_clock_time != changed.max_wall_clock_time) {
    job->max_wall_clock_time = changed.max_wall_clock_time;
    if (job->creation_time + job->max_wall_clock_time <= now) {
      EndJob(*job, kWallClockReason, now);
    } else {
      StartJobTimer(*job);
    }
  }
  // It may be done already.
  if (ends_when_done) AfterTaskLeft(*job, now);
  Schedule(*job->queue, now);
  return absl::OkStatus();
}

void Workload::MoveToPool(Job& job, absl::string_view pool_id) {
  --job.queue->jobs;
  ReleaseQueue(*job.queue);
  job.pool_id = std::string(pool_id);
  job.queue = &QueueOf(pool_id);
  ++job.queue->jobs;
}

absl::StatusOr<Revision> Workload::JobRevision(absl::string_view job_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Job* job, JobById(job_id));
  return job->revision;
}

absl::StatusOr<JobView> Workload::View(const Job& job) const {
  JobView view;
  const RecordProtector& protector = host_->protector();
  LAZULI_ASSIGN_OR_RETURN(view.specification,
                          protector.Unseal(RecordIdentity(job), job.sealed_as, job.sealed));
  if (job.sealed_reason.empty()) {
    view.terminate_reason = job.system_reason;
  } else {
    LAZULI_ASSIGN_OR_RETURN(view.terminate_reason,
                            protector.Unseal(ReasonIdentity(job), job.ordinal, job.sealed_reason));
  }
  view.id = job.id;
  view.pool_id = job.pool_id;
  view.revision = job.revision;
  view.creation_time = job.creation_time;
  view.state = job.state;
  view.state_transition_time = job.state_transition_time;
  if (job.previous_state_transition_time != kNever) {
    view.previous_state = job.previous_state;
    view.previous_state_transition_time = job.previous_state_transition_time;
  }
  view.priority = job.priority;
  view.max_parallel_tasks = job.max_parallel_tasks;
  view.max_wall_clock_time = job.max_wall_clock_time;
  view.max_task_retry_count = job.max_task_retry_count;
  view.on_all_tasks_complete = job.on_all_tasks_complete;
  if (job.end_time != kNever) view.end_time = job.end_time;
  return view;
}

absl::StatusOr<JobView> Workload::GetJob(absl::string_view job_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Job* job, JobById(job_id));
  return View(*job);
}

absl::StatusOr<Page<JobView>> Workload::ListJobs(const PageRequest& page) const {
  return MakePage<JobView>(jobs_, page, [this](const Job& job) { return View(job); });
}

absl::StatusOr<JobTaskCounts> Workload::CountTasks(absl::string_view job_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Job* job, JobById(job_id));
  return job->counts;
}

absl::Status Workload::DisableJob(absl::string_view job_id, DisableTasks tasks, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Job * job, JobById(job_id));
  LAZULI_RETURN_IF_ERROR(CheckOpen(*job));
  constexpr absl::string_view kCause = "job disabled by a user";
  NoteChange(*job);
  job->revision.last_modified = now;
  ++job->revision.number;
  Move(*job, JobTrigger::kDisable, now, kCause);
  switch (tasks) {
    case DisableTasks::kRequeue:
      RequeueRunningTasks(*job, now, kCause);
      break;
    case DisableTasks::kTerminate:
      EndRunningTasks(*job, now, kCause);
      break;
    case DisableTasks::kWait:
      break;
  }
  if (job->running.empty()) Move(*job, JobTrigger::kQuiet, now, kCause);
  Schedule(*job->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::EnableJob(absl::string_view job_id, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Job * job, JobById(job_id));
  LAZULI_RETURN_IF_ERROR(CheckOpen(*job));
  constexpr absl::string_view kCause = "job enabled by a user";
  if (!Move(*job, JobTrigger::kEnable, now, kCause)) return JobNotDisabledError(job_id);
  Move(*job, JobTrigger::kEnabled, now, kCause);
  job->revision.last_modified = now;
  ++job->revision.number;
  Schedule(*job->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::TerminateJob(absl::string_view job_id, absl::string_view reason,
                                    absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Job * job, JobById(job_id));
  LAZULI_RETURN_IF_ERROR(CheckOpen(*job));
  job->revision.last_modified = now;
  ++job->revision.number;
  NoteChange(*job);
  if (!reason.empty()) {
    job->sealed_reason = host_->protector().Seal(ReasonIdentity(*job), job->ordinal, reason);
  }
  EndJob(*job, kUserReason, now);
  Schedule(*job->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::DeleteJob(absl::string_view job_id, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Job * job, JobById(job_id));
  constexpr absl::string_view kCause = "job deleted by a user";
  if (!Move(*job, JobTrigger::kDelete, now, kCause)) return JobBeingDeletedError(job_id);
  job->revision.last_modified = now;
  ++job->revision.number;
  EndRunningTasks(*job, now, kCause);
  if (job->timer.valid()) host_->Cancel(job->timer);
  job->timer = host_->Schedule(now + options_.job_delete_time, WorkOf(*job));
  Schedule(*job->queue, now);
  return absl::OkStatus();
}

void Workload::EndJob(Job& job, const char* system_reason, absl::Time now) {
  if (!Move(job, JobTrigger::kTerminate, now, system_reason)) return;
  job.system_reason = system_reason;
  if (job.timer.valid()) host_->Cancel(std::exchange(job.timer, TimerId()));
  EndRunningTasks(job, now, "job terminated");
  Move(job, JobTrigger::kTerminated, now, system_reason);
  job.end_time = now;
}

void Workload::RequeueRunningTasks(Job& job, absl::Time now, absl::string_view cause) {
  const std::vector<uint64_t> running(job.running.begin(), job.running.end());
  for (const uint64_t ordinal : running) {
    ReturnTask(*job.tasks.at(ordinal), TaskTrigger::kRequeue, now, cause);
  }
}

void Workload::EndRunningTasks(Job& job, absl::Time now, absl::string_view cause) {
  const std::vector<uint64_t> running(job.running.begin(), job.running.end());
  for (const uint64_t ordinal : running) {
    CompleteTask(*job.tasks.at(ordinal), TaskTrigger::kTerminate, TaskFailure::kEnded, now, cause);
  }
}

void Workload::AfterTaskLeft(Job& job, absl::Time now) {
  if (!IsOpen(job)) return;
  if (job.on_all_tasks_complete == OnAllTasksComplete::kTerminateJob &&
      job.counts.tasks.active == 0 && job.counts.tasks.running == 0) {
    EndJob(job, kAllTasksReason, now);
    return;
  }
  if (job.running.empty()) Move(job, JobTrigger::kQuiet, now, "no task runs any more");
}

void Workload::RemoveJob(Job& job) {
  host_->RecordEvent("job", ResourceName(job), StateName(job.state), "", "deleted");
  NoteChange(job);
  if (changed_tasks_.started()) {
    for (const auto& [ordinal, task] : job.tasks) NoteChange(*task);
  }
  if (job.counted) --active_jobs_;
  --job.queue->jobs;
  ReleaseQueue(*job.queue);
  jobs_by_id_.erase(absl::AsciiStrToLower(job.id));
  jobs_.erase(job.ordinal);
}

}  // namespace lazuli::batch

#include "batch/service/job_conversion.h"

#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "batch/service/input.h"
#include "batch/service/output.h"
#include "batch/workload/errors.h"
#include "batch/workload/limits.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

constexpr char kNoAction[] = "noaction";
constexpr char kTerminateJob[] = "terminatejob";
constexpr char kExitOptions[] = "performexitoptionsjobaction";

absl::StatusOr<OnAllTasksComplete> ReadOnAllTasksComplete(const v1::JobAddParameter& job) {
  const std::string& value = job.on_all_tasks_complete();
  if (value.empty() || absl::EqualsIgnoreCase(value, kNoAction)) {
    return OnAllTasksComplete::kNoAction;
  }
  if (absl::EqualsIgnoreCase(value, kTerminateJob)) return OnAllTasksComplete::kTerminateJob;
  return InvalidPropertyError("onAllTasksComplete", "", "The values are noaction and terminatejob");
}

absl::Status CheckOnTaskFailure(const v1::JobAddParameter& job) {
  const std::string& value = job.on_task_failure();
  if (value.empty() || absl::EqualsIgnoreCase(value, kNoAction)) return absl::OkStatus();
  if (absl::EqualsIgnoreCase(value, kExitOptions)) return NotEmulatedError("onTaskFailure");
  return InvalidPropertyError("onTaskFailure", "",
                              "The values are noaction and performexitoptionsjobaction");
}

v1::JobState WriteState(JobState state) {
  switch (state) {
    case JobState::kActive:
      return v1::JOB_STATE_ACTIVE;
    case JobState::kDisabling:
      return v1::JOB_STATE_DISABLING;
    case JobState::kDisabled:
      return v1::JOB_STATE_DISABLED;
    case JobState::kEnabling:
      return v1::JOB_STATE_ENABLING;
    case JobState::kTerminating:
      return v1::JOB_STATE_TERMINATING;
    case JobState::kCompleted:
      return v1::JOB_STATE_COMPLETED;
    case JobState::kDeleting:
      return v1::JOB_STATE_DELETING;
  }
  return v1::JOB_STATE_UNSPECIFIED;
}

void WriteNumbers(const TaskNumbers& numbers, v1::TaskCounts* counts) {
  counts->set_active(static_cast<int32_t>(numbers.active));
  counts->set_running(static_cast<int32_t>(numbers.running));
  counts->set_completed(static_cast<int32_t>(numbers.completed));
  counts->set_succeeded(static_cast<int32_t>(numbers.succeeded));
  counts->set_failed(static_cast<int32_t>(numbers.failed));
}

}  // namespace

absl::StatusOr<NewJob> ReadJob(const v1::JobAddParameter& job) {
  LAZULI_RETURN_IF_ERROR(CheckId("id", job.id()));
  LAZULI_RETURN_IF_ERROR(CheckDisplayName(job.display_name()));
  LAZULI_RETURN_IF_ERROR(CheckId("poolInfo.poolId", job.pool_info().pool_id()));
  LAZULI_RETURN_IF_ERROR(CheckMetadata(job.metadata()));
  LAZULI_RETURN_IF_ERROR(
      CheckSettings("commonEnvironmentSettings", job.common_environment_settings()));
  LAZULI_RETURN_IF_ERROR(CheckOnTaskFailure(job));
  NewJob added;
  added.id = job.id();
  added.pool_id = job.pool_info().pool_id();
  LAZULI_ASSIGN_OR_RETURN(added.on_all_tasks_complete, ReadOnAllTasksComplete(job));
  added.priority = job.priority();
  if (added.priority < limits::batch::kMinJobPriority ||
      added.priority > limits::batch::kMaxJobPriority) {
    return OutOfRangePriorityError(added.priority, limits::batch::kMinJobPriority,
                                   limits::batch::kMaxJobPriority);
  }
  if (job.has_max_parallel_tasks()) {
    added.max_parallel_tasks = job.max_parallel_tasks();
    if (added.max_parallel_tasks != kUnlimited) {
      LAZULI_RETURN_IF_ERROR(CheckRange("maxParallelTasks", added.max_parallel_tasks, 1,
                                        std::numeric_limits<int32_t>::max()));
    }
  }
  const v1::JobConstraints& constraints = job.constraints();
  if (constraints.has_max_wall_clock_time()) {
    LAZULI_ASSIGN_OR_RETURN(
        added.max_wall_clock_time,
        ReadPositiveDuration("constraints.maxWallClockTime", constraints.max_wall_clock_time()));
  }
  added.max_task_retry_count = constraints.max_task_retry_count();
  LAZULI_RETURN_IF_ERROR(
      CheckRetryCount("constraints.maxTaskRetryCount", added.max_task_retry_count));
  added.specification = job.SerializeAsString();
  return added;
}

absl::StatusOr<NewJob> PatchJob(const JobView& view, const v1::JobPatchParameter& change) {
  LAZULI_ASSIGN_OR_RETURN(auto job, ReadSpecification<v1::JobAddParameter>(view.specification));
  if (change.has_priority()) job.set_priority(change.priority());
  if (change.has_max_parallel_tasks()) job.set_max_parallel_tasks(change.max_parallel_tasks());
  if (change.has_on_all_tasks_complete()) {
    job.set_on_all_tasks_complete(change.on_all_tasks_complete());
  }
  if (change.has_constraints()) *job.mutable_constraints() = change.constraints();
  if (change.has_pool_info()) *job.mutable_pool_info() = change.pool_info();
  if (change.has_metadata()) *job.mutable_metadata() = change.metadata().values();
  return ReadJob(job);
}

absl::StatusOr<NewJob> UpdateJob(const JobView& view, const v1::JobUpdateParameter& change) {
  LAZULI_ASSIGN_OR_RETURN(auto job, ReadSpecification<v1::JobAddParameter>(view.specification));
  job.clear_priority();
  job.clear_max_parallel_tasks();
  job.clear_on_all_tasks_complete();
  job.clear_constraints();
  if (change.has_priority()) job.set_priority(change.priority());
  if (change.has_max_parallel_tasks()) job.set_max_parallel_tasks(change.max_parallel_tasks());
  if (change.has_on_all_tasks_complete()) {
    job.set_on_all_tasks_complete(change.on_all_tasks_complete());
  }
  if (change.has_constraints()) *job.mutable_constraints() = change.constraints();
  *job.mutable_pool_info() = change.pool_info();
  *job.mutable_metadata() = change.metadata();
  return ReadJob(job);
}

absl::StatusOr<DisableTasks> ReadDisableTasks(v1::DisableJobOption option) {
  switch (option) {
    case v1::DISABLE_JOB_OPTION_REQUEUE:
      return DisableTasks::kRequeue;
    case v1::DISABLE_JOB_OPTION_TERMINATE:
      return DisableTasks::kTerminate;
    case v1::DISABLE_JOB_OPTION_WAIT:
      return DisableTasks::kWait;
    default:
      return MissingPropertyError("disableTasks");
  }
}

absl::Status WriteJob(const JobView& view, absl::string_view account_url, v1::CloudJob* job) {
  LAZULI_ASSIGN_OR_RETURN(auto added, ReadSpecification<v1::JobAddParameter>(view.specification));
  job->set_id(view.id);
  if (added.has_display_name()) job->set_display_name(added.display_name());
  job->set_url(JobUrl(account_url, view.id));
  job->set_e_tag(ETag(view.revision));
  *job->mutable_last_modified() = ToProto(view.revision.last_modified);
  *job->mutable_creation_time() = ToProto(view.creation_time);
  job->set_state(WriteState(view.state));
  *job->mutable_state_transition_time() = ToProto(view.state_transition_time);
  if (view.previous_state.has_value()) {
    job->set_previous_state(WriteState(*view.previous_state));
    *job->mutable_previous_state_transition_time() = ToProto(view.previous_state_transition_time);
  }
  job->set_priority(view.priority);
  job->set_max_parallel_tasks(view.max_parallel_tasks);
  *job->mutable_constraints()->mutable_max_wall_clock_time() =
      WriteDuration(view.max_wall_clock_time);
  job->mutable_constraints()->set_max_task_retry_count(view.max_task_retry_count);
  job->mutable_common_environment_settings()->Swap(added.mutable_common_environment_settings());
  job->mutable_pool_info()->set_pool_id(view.pool_id);
  job->set_on_all_tasks_complete(
      view.on_all_tasks_complete == OnAllTasksComplete::kNoAction ? kNoAction : kTerminateJob);
  job->set_on_task_failure(kNoAction);
  job->mutable_metadata()->Swap(added.mutable_metadata());
  job->set_uses_task_dependencies(false);
  job->set_allow_task_preemption(false);
  if (added.has_network_configuration()) {
    job->mutable_network_configuration()->Swap(added.mutable_network_configuration());
  }
  v1::JobExecutionInformation& execution = *job->mutable_execution_info();
  *execution.mutable_start_time() = ToProto(view.creation_time);
  execution.set_pool_id(view.pool_id);
  if (view.end_time.has_value()) *execution.mutable_end_time() = ToProto(*view.end_time);
  if (!view.terminate_reason.empty()) execution.set_terminate_reason(view.terminate_reason);
  return absl::OkStatus();
}

void WriteTaskCounts(const JobTaskCounts& counts, v1::TaskCountsResult* result) {
  WriteNumbers(counts.tasks, result->mutable_task_counts());
  WriteNumbers(counts.slots, result->mutable_task_slot_counts());
}

}  // namespace lazuli::batch

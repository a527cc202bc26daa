#include "batch/service/task_conversion.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "batch/service/input.h"
#include "batch/service/output.h"
#include "batch/workload/errors.h"
#include "batch/workload/limits.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

v1::TaskState WriteState(TaskState state) {
  switch (state) {
    case TaskState::kActive:
      return v1::TASK_STATE_ACTIVE;
    case TaskState::kRunning:
      return v1::TASK_STATE_RUNNING;
    case TaskState::kCompleted:
      return v1::TASK_STATE_COMPLETED;
  }
  return v1::TASK_STATE_UNSPECIFIED;
}

void WriteFailure(const char* category, const char* code, const char* message,
                  v1::TaskExecutionInformation* execution) {
  v1::TaskFailureInformation& failure = *execution->mutable_failure_info();
  failure.set_category(category);
  failure.set_code(code);
  failure.set_message(message);
}

// Codes: Batch documentation, task failure information.
void WriteFailure(TaskFailure failure, v1::TaskExecutionInformation* execution) {
  switch (failure) {
    case TaskFailure::kNone:
      return;
    case TaskFailure::kExitCode:
      WriteFailure("usererror", "FailureExitCode",
                   "The task exited with an exit code representing a failure", execution);
      return;
    case TaskFailure::kEnded:
      WriteFailure("usererror", "TaskEnded", "Task Was Ended by User Request", execution);
      return;
    case TaskFailure::kWallClock:
      WriteFailure("usererror", "TaskEnded",
                   "The task ran longer than its maxWallClockTime and was ended", execution);
      return;
    case TaskFailure::kSpecification:
      WriteFailure("servererror", "Unknown", "The task's specification could not be read",
                   execution);
      return;
  }
}

void WriteExecution(const TaskView& view, v1::TaskExecutionInformation* execution) {
  if (view.start_time.has_value()) *execution->mutable_start_time() = ToProto(*view.start_time);
  if (view.end_time.has_value()) *execution->mutable_end_time() = ToProto(*view.end_time);
  if (view.exit_code.has_value()) execution->set_exit_code(*view.exit_code);
  if (view.result == TaskResult::kSuccess) execution->set_result("success");
  if (view.result == TaskResult::kFailure) execution->set_result("failure");
  WriteFailure(view.failure, execution);
  execution->set_retry_count(view.retry_count);
  if (view.last_retry_time.has_value()) {
    *execution->mutable_last_retry_time() = ToProto(*view.last_retry_time);
  }
  execution->set_requeue_count(view.requeue_count);
  if (view.last_requeue_time.has_value()) {
    *execution->mutable_last_requeue_time() = ToProto(*view.last_requeue_time);
  }
}

// Takes the description apart.
void WriteDescription(v1::TaskAddParameter* added, v1::CloudTask* task) {
  if (added->has_display_name()) task->set_display_name(added->display_name());
  task->set_command_line(added->command_line());
  task->mutable_resource_files()->Swap(added->mutable_resource_files());
  task->mutable_environment_settings()->Swap(added->mutable_environment_settings());
  if (added->has_affinity_info()) {
    task->mutable_affinity_info()->Swap(added->mutable_affinity_info());
  }
  task->mutable_output_files()->Swap(added->mutable_output_files());
  if (added->has_container_settings()) {
    task->mutable_container_settings()->Swap(added->mutable_container_settings());
    // The service does not show secrets again.
    if (task->container_settings().has_registry()) {
      task->mutable_container_settings()->mutable_registry()->clear_password();
    }
  }
  if (added->has_authentication_token_settings()) {
    task->mutable_authentication_token_settings()->Swap(
        added->mutable_authentication_token_settings());
  }
  if (added->has_user_identity()) {
    task->mutable_user_identity()->Swap(added->mutable_user_identity());
  } else {
    v1::AutoUserSpecification& user = *task->mutable_user_identity()->mutable_auto_user();
    user.set_scope("pool");
    user.set_elevation_level("nonadmin");
  }
}

}  // namespace

absl::StatusOr<TaskConstraints> ReadConstraints(const v1::TaskConstraints& constraints) {
  TaskConstraints read;
  if (constraints.has_max_wall_clock_time()) {
    LAZULI_ASSIGN_OR_RETURN(
        read.max_wall_clock_time,
        ReadPositiveDuration("constraints.maxWallClockTime", constraints.max_wall_clock_time()));
  }
  if (constraints.has_retention_time()) {
    LAZULI_ASSIGN_OR_RETURN(
        read.retention_time,
        ReadPositiveDuration("constraints.retentionTime", constraints.retention_time()));
  }
  if (constraints.has_max_task_retry_count()) {
    read.max_retry_count = constraints.max_task_retry_count();
    LAZULI_RETURN_IF_ERROR(CheckRetryCount("constraints.maxTaskRetryCount", *read.max_retry_count));
  }
  return read;
}

absl::StatusOr<NewTask> ReadTask(const v1::TaskAddParameter& task) {
  LAZULI_RETURN_IF_ERROR(CheckId("id", task.id()));
  LAZULI_RETURN_IF_ERROR(CheckDisplayName(task.display_name()));
  if (absl::StripAsciiWhitespace(task.command_line()).empty()) {
    return MissingPropertyError("commandLine");
  }
  LAZULI_RETURN_IF_ERROR(CheckSettings("environmentSettings", task.environment_settings()));
  NewTask added;
  added.id = task.id();
  if (task.has_required_slots()) added.required_slots = task.required_slots();
  LAZULI_RETURN_IF_ERROR(
      CheckRange("requiredSlots", added.required_slots, 1, limits::batch::kMaxTaskSlotsPerNode));
  LAZULI_ASSIGN_OR_RETURN(const TaskConstraints constraints, ReadConstraints(task.constraints()));
  added.max_wall_clock_time = constraints.max_wall_clock_time;
  added.retention_time = constraints.retention_time;
  added.max_retry_count = constraints.max_retry_count;
  added.specification = task.SerializeAsString();
  return added;
}

absl::Status WriteTask(const TaskView& view, absl::string_view account_url, v1::CloudTask* task) {
  LAZULI_ASSIGN_OR_RETURN(auto added, ReadSpecification<v1::TaskAddParameter>(view.specification));
  task->set_id(view.id);
  task->set_url(TaskUrl(account_url, view.job_id, view.id));
  task->set_e_tag(ETag(view.revision));
  *task->mutable_last_modified() = ToProto(view.revision.last_modified);
  *task->mutable_creation_time() = ToProto(view.creation_time);
  task->set_state(WriteState(view.state));
  *task->mutable_state_transition_time() = ToProto(view.state_transition_time);
  if (view.previous_state.has_value()) {
    task->set_previous_state(WriteState(*view.previous_state));
    *task->mutable_previous_state_transition_time() = ToProto(view.previous_state_transition_time);
  }
  v1::TaskConstraints& constraints = *task->mutable_constraints();
  *constraints.mutable_max_wall_clock_time() = WriteDuration(view.max_wall_clock_time);
  *constraints.mutable_retention_time() = WriteDuration(view.retention_time);
  constraints.set_max_task_retry_count(view.max_retry_count);
  task->set_required_slots(view.required_slots);
  WriteDescription(&added, task);
  WriteExecution(view, task->mutable_execution_info());
  if (!view.node_id.empty()) {
    v1::ComputeNodeInformation& node = *task->mutable_node_info();
    node.set_affinity_id(absl::StrCat("TVM:", view.node_id));
    node.set_node_url(NodeUrl(account_url, view.pool_id, view.node_id));
    node.set_pool_id(view.pool_id);
    node.set_node_id(view.node_id);
    // Batch documentation, files and directories of a node.
    const std::string root = absl::StrCat("workitems/", view.job_id, "/job-1/", view.id);
    node.set_task_root_directory(root);
    node.set_task_root_directory_url(absl::StrCat(node.node_url(), "/files/", root));
  }
  return absl::OkStatus();
}

}  // namespace lazuli::batch

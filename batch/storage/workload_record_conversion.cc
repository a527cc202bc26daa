#include "batch/storage/workload_record_conversion.h"

#include "base/records.h"
#include "base/status_macros.h"
#include "batch/storage/account_records.pb.h"
#include "batch/storage/record_parts.h"
#include "batch/workload/states.h"
#include "batch/workload/types.h"

namespace lazuli::batch {
namespace {

using storage::JobRecord;
using storage::NodeRecord;
using storage::PoolNameRecord;
using storage::PoolRecord;
using storage::RevisionRecord;
using storage::TaskRecord;
using storage::WorkloadRecord;

void PutRevision(const Revision& revision, RevisionRecord* record) {
  PutTime(revision.last_modified, record->mutable_last_modified());
  record->set_number(revision.number);
}

Revision RevisionOf(const RevisionRecord& record, PartReader* parts) {
  return Revision{parts->ClockTime(record.has_last_modified(), record.last_modified()),
                  record.number()};
}

void PutRun(const TaskRun& run, TaskRecord::Run* record) {
  record->set_number(run.number);
  record->set_result(static_cast<int>(run.result));
  record->set_failure(static_cast<int>(run.failure));
  if (run.end_timer.valid()) PutTimer(run.end_timer, record->mutable_end_timer());
  record->set_times_out(run.times_out);
  if (!run.sealed_planned_exit_code.empty()) {
    record->set_sealed_planned_exit_code(run.sealed_planned_exit_code);
  }
  if (run.start_time != kNever) PutTime(run.start_time, record->mutable_start_time());
  if (run.end_time != kNever) PutTime(run.end_time, record->mutable_end_time());
  if (run.last_retry_time != kNever) {
    PutTime(run.last_retry_time, record->mutable_last_retry_time());
  }
  if (run.last_requeue_time != kNever) {
    PutTime(run.last_requeue_time, record->mutable_last_requeue_time());
  }
  record->set_retry_count(run.retry_count);
  record->set_requeue_count(run.requeue_count);
  record->set_node_id(run.node_id);
  if (!run.sealed_exit_code.empty()) record->set_sealed_exit_code(run.sealed_exit_code);
}

std::unique_ptr<TaskRun> RunOf(const TaskRecord::Run& record, PartReader* parts) {
  auto run = std::make_unique<TaskRun>();
  run->number = record.number();
  run->result = parts->EnumOf(record.result(), TaskResult::kFailure);
  run->failure = parts->EnumOf(record.failure(), TaskFailure::kSpecification);
  run->end_timer = parts->Timer(record.has_end_timer(), record.end_timer());
  run->times_out = record.times_out();
  run->sealed_planned_exit_code = record.sealed_planned_exit_code();
  run->start_time = parts->ClockTimeOrNever(record.has_start_time(), record.start_time());
  run->end_time = parts->ClockTimeOrNever(record.has_end_time(), record.end_time());
  run->last_retry_time =
      parts->ClockTimeOrNever(record.has_last_retry_time(), record.last_retry_time());
  run->last_requeue_time =
      parts->ClockTimeOrNever(record.has_last_requeue_time(), record.last_requeue_time());
  run->retry_count = record.retry_count();
  run->requeue_count = record.requeue_count();
  run->node_id = record.node_id();
  run->sealed_exit_code = record.sealed_exit_code();
  return run;
}

}  // namespace

std::string ToRecord(const WorkloadCounters& counters) {
  WorkloadRecord record;
  record.set_next_ordinal(counters.next_ordinal);
  record.set_access_lost(counters.access_lost);
  if (counters.access_lost) record.set_loss_reason(counters.loss_reason);
  return record.SerializeAsString();
}

absl::StatusOr<WorkloadCounters> CountersFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const WorkloadRecord record, ParseRecord<WorkloadRecord>(bytes));
  return WorkloadCounters{record.next_ordinal(), record.access_lost(), record.loss_reason()};
}

std::string PoolNameToRecord(uint64_t incarnations) {
  PoolNameRecord record;
  record.set_incarnations(incarnations);
  return record.SerializeAsString();
}

absl::StatusOr<uint64_t> PoolNameFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const PoolNameRecord record, ParseRecord<PoolNameRecord>(bytes));
  return record.incarnations();
}

std::string ToRecord(const Pool& pool) {
  PoolRecord record;
  record.set_id(pool.id);
  record.set_sealed(pool.sealed);
  record.set_sealed_as(pool.sealed_as);
  PutRevision(pool.revision, record.mutable_revision());
  PutTime(pool.creation_time, record.mutable_creation_time());
  record.set_state(static_cast<int>(pool.state));
  PutTime(pool.state_transition_time, record.mutable_state_transition_time());
  record.set_allocation_state(static_cast<int>(pool.allocation_state));
  PutTime(pool.allocation_state_transition_time, record.mutable_allocation_state_transition_time());
  record.set_target_dedicated(pool.target_dedicated);
  record.set_target_low_priority(pool.target_low_priority);
  record.set_slots_per_node(pool.slots_per_node);
  record.set_fill(static_cast<int>(pool.fill));
  PutDuration(pool.resize_timeout, record.mutable_resize_timeout());
  record.set_timer_number(pool.timer_number);
  if (pool.timer.valid()) PutTimer(pool.timer, record.mutable_timer());
  record.set_node_id_parent(pool.node_id_parent);
  record.set_next_node_number(pool.next_node_number);
  return record.SerializeAsString();
}

absl::StatusOr<std::unique_ptr<Pool>> PoolFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const PoolRecord record, ParseRecord<PoolRecord>(bytes));
  PartReader parts;
  auto pool = std::make_unique<Pool>();
  parts.Require(!record.id().empty(), "its id is missing");
  pool->id = record.id();
  pool->sealed = record.sealed();
  pool->sealed_as = record.sealed_as();
  pool->revision = RevisionOf(record.revision(), &parts);
  pool->creation_time = parts.ClockTime(record.has_creation_time(), record.creation_time());
  pool->state = parts.EnumOf(record.state(), PoolState::kDeleting);
  pool->state_transition_time =
      parts.ClockTime(record.has_state_transition_time(), record.state_transition_time());
  pool->allocation_state = parts.EnumOf(record.allocation_state(), AllocationState::kResizing);
  pool->allocation_state_transition_time = parts.ClockTime(
      record.has_allocation_state_transition_time(), record.allocation_state_transition_time());
  pool->target_dedicated = record.target_dedicated();
  pool->target_low_priority = record.target_low_priority();
  parts.Require(pool->target_dedicated >= 0 && pool->target_low_priority >= 0,
                "it is to have less than no nodes");
  pool->slots_per_node = record.slots_per_node();
  pool->fill = parts.EnumOf(record.fill(), NodeFillType::kPack);
  pool->resize_timeout = parts.Duration(record.has_resize_timeout(), record.resize_timeout());
  pool->timer_number = record.timer_number();
  pool->timer = parts.Timer(record.has_timer(), record.timer());
  pool->node_id_parent = record.node_id_parent();
  pool->next_node_number = record.next_node_number();
  LAZULI_RETURN_IF_ERROR(parts.status());
  return pool;
}

std::string ToRecord(const Node& node) {
  NodeRecord record;
  record.set_pool(node.pool->ordinal);
  record.set_id(node.id);
  record.set_number(node.number);
  record.set_dedicated(node.dedicated);
  record.set_draining(node.draining);
  record.set_scheduling(node.scheduling);
  record.set_reboot_pending(node.reboot_pending);
  record.set_state(static_cast<int>(node.state));
  PutTime(node.state_transition_time, record.mutable_state_transition_time());
  PutTime(node.allocation_time, record.mutable_allocation_time());
  if (node.last_boot_time.has_value()) {
    PutTime(*node.last_boot_time, record.mutable_last_boot_time());
  }
  record.set_timer_number(node.timer_number);
  record.set_awaited(static_cast<int>(node.awaited));
  if (node.timer.valid()) PutTimer(node.timer, record.mutable_timer());
  record.set_total_tasks_run(node.total_tasks_run);
  record.set_total_tasks_succeeded(node.total_tasks_succeeded);
  for (const Task* task : node.tasks) {
    NodeRecord::Task* const run = record.add_tasks();
    run->set_job(task->job->ordinal);
    run->set_task(task->ordinal);
  }
  return record.SerializeAsString();
}

absl::StatusOr<RestoredNode> NodeFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const NodeRecord record, ParseRecord<NodeRecord>(bytes));
  PartReader parts;
  RestoredNode restored{record.pool(), std::make_unique<Node>(), {}};
  Node& node = *restored.node;
  parts.Require(!record.id().empty(), "its id is missing");
  node.id = record.id();
  node.number = record.number();
  node.dedicated = record.dedicated();
  node.draining = record.draining();
  node.scheduling = record.scheduling();
  node.reboot_pending = record.reboot_pending();
  node.state = parts.EnumOf(record.state(), NodeState::kLeavingPool);
  node.state_transition_time =
      parts.ClockTime(record.has_state_transition_time(), record.state_transition_time());
  node.allocation_time = parts.ClockTime(record.has_allocation_time(), record.allocation_time());
  if (record.has_last_boot_time()) {
    node.last_boot_time = parts.ClockTime(true, record.last_boot_time());
  }
  node.timer_number = record.timer_number();
  node.awaited = parts.EnumOf(record.awaited(), NodeTimer::kGone);
  node.timer = parts.Timer(record.has_timer(), record.timer());
  node.total_tasks_run = record.total_tasks_run();
  node.total_tasks_succeeded = record.total_tasks_succeeded();
  restored.tasks.reserve(record.tasks_size());
  for (const NodeRecord::Task& task : record.tasks()) {
    restored.tasks.emplace_back(task.job(), task.task());
  }
  LAZULI_RETURN_IF_ERROR(parts.status());
  return restored;
}

std::string ToRecord(const Job& job) {
  JobRecord record;
  record.set_id(job.id);
  record.set_pool_id(job.pool_id);
  record.set_sealed(job.sealed);
  record.set_sealed_as(job.sealed_as);
  record.set_system_reason(job.system_reason);
  if (!job.sealed_reason.empty()) record.set_sealed_reason(job.sealed_reason);
  record.set_counted(job.counted);
  PutRevision(job.revision, record.mutable_revision());
  PutTime(job.creation_time, record.mutable_creation_time());
  record.set_state(static_cast<int>(job.state));
  record.set_previous_state(static_cast<int>(job.previous_state));
  PutTime(job.state_transition_time, record.mutable_state_transition_time());
  if (job.previous_state_transition_time != kNever) {
    PutTime(job.previous_state_transition_time, record.mutable_previous_state_transition_time());
  }
  if (job.end_time != kNever) PutTime(job.end_time, record.mutable_end_time());
  record.set_priority(job.priority);
  record.set_max_parallel_tasks(job.max_parallel_tasks);
  record.set_max_task_retry_count(job.max_task_retry_count);
  PutDuration(job.max_wall_clock_time, record.mutable_max_wall_clock_time());
  record.set_on_all_tasks_complete(static_cast<int>(job.on_all_tasks_complete));
  record.set_timer_number(job.timer_number);
  if (job.timer.valid()) PutTimer(job.timer, record.mutable_timer());
  return record.SerializeAsString();
}

absl::StatusOr<std::unique_ptr<Job>> JobFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const JobRecord record, ParseRecord<JobRecord>(bytes));
  PartReader parts;
  auto job = std::make_unique<Job>();
  parts.Require(!record.id().empty() && !record.pool_id().empty(), "an id is missing");
  job->id = record.id();
  job->pool_id = record.pool_id();
  job->sealed = record.sealed();
  job->sealed_as = record.sealed_as();
  job->system_reason = record.system_reason();
  job->sealed_reason = record.sealed_reason();
  job->counted = record.counted();
  job->revision = RevisionOf(record.revision(), &parts);
  job->creation_time = parts.ClockTime(record.has_creation_time(), record.creation_time());
  job->state = parts.EnumOf(record.state(), JobState::kDeleting);
  job->previous_state = parts.EnumOf(record.previous_state(), JobState::kDeleting);
  job->state_transition_time =
      parts.ClockTime(record.has_state_transition_time(), record.state_transition_time());
  job->previous_state_transition_time = parts.ClockTimeOrNever(
      record.has_previous_state_transition_time(), record.previous_state_transition_time());
  job->end_time = parts.ClockTimeOrNever(record.has_end_time(), record.end_time());
  job->priority = record.priority();
  job->max_parallel_tasks = record.max_parallel_tasks();
  job->max_task_retry_count = record.max_task_retry_count();
  job->max_wall_clock_time =
      parts.Duration(record.has_max_wall_clock_time(), record.max_wall_clock_time());
  job->on_all_tasks_complete =
      parts.EnumOf(record.on_all_tasks_complete(), OnAllTasksComplete::kTerminateJob);
  job->timer_number = record.timer_number();
  job->timer = parts.Timer(record.has_timer(), record.timer());
  LAZULI_RETURN_IF_ERROR(parts.status());
  return job;
}

std::string ToRecord(const Task& task) {
  TaskRecord record;
  record.set_job(task.job->ordinal);
  record.set_id(task.id);
  record.set_sealed(task.sealed);
  PutTime(task.creation_time, record.mutable_creation_time());
  PutTime(task.state_transition_time, record.mutable_state_transition_time());
  if (task.previous_state_transition_time != kNever) {
    PutTime(task.previous_state_transition_time, record.mutable_previous_state_transition_time());
  }
  PutTime(task.last_modified, record.mutable_last_modified());
  PutDuration(task.max_wall_clock_time, record.mutable_max_wall_clock_time());
  PutDuration(task.retention_time, record.mutable_retention_time());
  record.set_required_slots(task.required_slots);
  record.set_max_retry_count(task.max_retry_count);
  record.set_revision(task.revision);
  record.set_state(static_cast<int>(task.state));
  record.set_previous_state(static_cast<int>(task.previous_state));
  if (task.run != nullptr) PutRun(*task.run, record.mutable_run());
  return record.SerializeAsString();
}

absl::StatusOr<RestoredTask> TaskFromRecord(absl::string_view bytes) {
  LAZULI_ASSIGN_OR_RETURN(const TaskRecord record, ParseRecord<TaskRecord>(bytes));
  PartReader parts;
  RestoredTask restored{record.job(), std::make_unique<Task>()};
  Task& task = *restored.task;
  parts.Require(!record.id().empty(), "its id is missing");
  task.id = record.id();
  task.sealed = record.sealed();
  task.creation_time = parts.ClockTime(record.has_creation_time(), record.creation_time());
  task.state_transition_time =
      parts.ClockTime(record.has_state_transition_time(), record.state_transition_time());
  task.previous_state_transition_time = parts.ClockTimeOrNever(
      record.has_previous_state_transition_time(), record.previous_state_transition_time());
  task.last_modified = parts.ClockTime(record.has_last_modified(), record.last_modified());
  task.max_wall_clock_time =
      parts.Duration(record.has_max_wall_clock_time(), record.max_wall_clock_time());
  task.retention_time = parts.Duration(record.has_retention_time(), record.retention_time());
  task.required_slots = record.required_slots();
  task.max_retry_count = record.max_retry_count();
  task.revision = record.revision();
  task.state = parts.EnumOf(record.state(), TaskState::kCompleted);
  task.previous_state = parts.EnumOf(record.previous_state(), TaskState::kCompleted);
  if (record.has_run()) task.run = RunOf(record.run(), &parts);
  LAZULI_RETURN_IF_ERROR(parts.status());
  return restored;
}

}  // namespace lazuli::batch

// The frame of Workload: finding objects, and moving them from state to state.
#include "batch/workload/workload.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "batch/workload/errors.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/resource_names.h"
#include "batch/workload/task.h"

namespace lazuli::batch {
namespace {

// Objects in a map of owned ones by ordinal.
template <typename Map>
auto Find(const Map& map, uint64_t ordinal) {
  const auto at = map.find(ordinal);
  return at == map.end() ? nullptr : at->second.get();
}

void Add(TaskNumbers& numbers, const Task& task, int64_t amount) {
  switch (task.state) {
    case TaskState::kActive:
      numbers.active += amount;
      return;
    case TaskState::kRunning:
      numbers.running += amount;
      return;
    case TaskState::kCompleted:
      numbers.completed += amount;
      (task.run->result == TaskResult::kSuccess ? numbers.succeeded : numbers.failed) += amount;
      return;
  }
}

}  // namespace

Workload::Workload(WorkloadHost* host, WorkloadOptions options)
    : host_(host), options_(std::move(options)) {}

Workload::~Workload() = default;

Pool* Workload::FindPool(uint64_t ordinal) { return Find(pools_, ordinal); }

Node* Workload::FindNode(uint64_t pool_ordinal, uint64_t node_ordinal) {
  const Pool* pool = FindPool(pool_ordinal);
  return pool == nullptr ? nullptr : Find(pool->nodes, node_ordinal);
}

Job* Workload::FindJob(uint64_t ordinal) { return Find(jobs_, ordinal); }

Task* Workload::FindTask(uint64_t job_ordinal, uint64_t task_ordinal) {
  const Job* job = FindJob(job_ordinal);
  return job == nullptr ? nullptr : Find(job->tasks, task_ordinal);
}

absl::StatusOr<Pool*> Workload::PoolById(absl::string_view pool_id) const {
  const auto at = pools_by_id_.find(absl::AsciiStrToLower(pool_id));
  if (at == pools_by_id_.end()) return PoolNotFoundError(pool_id);
  return at->second;
}

absl::StatusOr<Job*> Workload::JobById(absl::string_view job_id) const {
  const auto at = jobs_by_id_.find(absl::AsciiStrToLower(job_id));
  if (at == jobs_by_id_.end()) return JobNotFoundError(job_id);
  return at->second;
}

absl::StatusOr<Task*> Workload::TaskById(absl::string_view job_id,
                                         absl::string_view task_id) const {
  const absl::StatusOr<Job*> job = JobById(job_id);
  if (!job.ok()) return job.status();
  const auto at = (*job)->tasks_by_id.find(task_id);
  if (at == (*job)->tasks_by_id.end()) return TaskNotFoundError(job_id, task_id);
  return *at;
}

absl::StatusOr<Node*> Workload::NodeById(absl::string_view pool_id,
                                         absl::string_view node_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Pool* pool, PoolById(pool_id));
  const auto at = pool->nodes_by_id.find(absl::AsciiStrToLower(node_id));
  if (at == pool->nodes_by_id.end()) return NodeNotFoundError(pool_id, node_id);
  return at->second;
}

PoolQueue& Workload::QueueOf(absl::string_view pool_id) {
  std::string key = absl::AsciiStrToLower(pool_id);
  std::unique_ptr<PoolQueue>& queue = queues_[key];
  if (queue == nullptr) {
    queue = std::make_unique<PoolQueue>();
    queue->key = std::move(key);
  }
  return *queue;
}

void Workload::ReleaseQueue(PoolQueue& queue) {
  if (queue.pool == nullptr && queue.jobs == 0) queues_.erase(std::string(queue.key));
}

bool Workload::Move(Pool& pool, PoolTrigger trigger, absl::Time now, absl::string_view cause) {
  const std::optional<PoolState> next = NextState(pool.state, trigger);
  if (!next.has_value()) return false;
  const PoolState from = std::exchange(pool.state, *next);
  pool.state_transition_time = now;
  NoteChange(pool);
  host_->RecordEvent("pool", ResourceName(pool), StateName(from), StateName(pool.state), cause);
  return true;
}

bool Workload::Move(Pool& pool, AllocationTrigger trigger, absl::Time now,
                    absl::string_view cause) {
  const std::optional<AllocationState> next = NextState(pool.allocation_state, trigger);
  if (!next.has_value()) return false;
  const AllocationState from = std::exchange(pool.allocation_state, *next);
  pool.allocation_state_transition_time = now;
  NoteChange(pool);
  host_->RecordEvent("pool", ResourceName(pool), StateName(from), StateName(pool.allocation_state),
                     cause);
  return true;
}

bool Workload::Move(Node& node, NodeTrigger trigger, absl::Time now, absl::string_view cause) {
  const std::optional<NodeState> next = NextState(node.state, trigger);
  if (!next.has_value()) return false;
  node.pool->unsettled_nodes -= Unsettled(node) ? 1 : 0;
  const NodeState from = std::exchange(node.state, *next);
  node.pool->unsettled_nodes += Unsettled(node) ? 1 : 0;
  node.state_transition_time = now;
  NoteChange(node);
  UpdateSlots(node);
  host_->RecordEvent("node", ResourceName(node), StateName(from), StateName(node.state), cause);
  return true;
}

void Workload::SetDraining(Node& node, bool draining) {
  node.pool->unsettled_nodes -= Unsettled(node) ? 1 : 0;
  node.draining = draining;
  NoteChange(node);
  node.pool->unsettled_nodes += Unsettled(node) ? 1 : 0;
  UpdateSlots(node);
}

bool Workload::Move(Job& job, JobTrigger trigger, absl::Time now, absl::string_view cause) {
  const std::optional<JobState> next = NextState(job.state, trigger);
  if (!next.has_value()) return false;
  job.previous_state = std::exchange(job.state, *next);
  job.previous_state_transition_time = std::exchange(job.state_transition_time, now);
  if (job.state == JobState::kCompleted && std::exchange(job.counted, false)) --active_jobs_;
  NoteChange(job);
  UpdateQueue(job);
  host_->RecordEvent("job", ResourceName(job), StateName(job.previous_state), StateName(job.state),
                     cause);
  return true;
}

bool Workload::Move(Task& task, TaskTrigger trigger, absl::Time now, absl::string_view cause) {
  const std::optional<TaskState> next = NextState(task.state, trigger);
  if (!next.has_value()) return false;
  Job& job = *task.job;
  Count(task, -1);
  task.previous_state = std::exchange(task.state, *next);
  task.previous_state_transition_time = std::exchange(task.state_transition_time, now);
  Count(task, +1);
  NoteChange(task);
  UpdateQueue(job);
  host_->RecordEvent("task", ResourceName(task), StateName(task.previous_state),
                     StateName(task.state), cause);
  return true;
}

void Workload::Count(const Task& task, int sign) {
  Job& job = *task.job;
  Add(job.counts.tasks, task, sign);
  Add(job.counts.slots, task, int64_t{sign} * task.required_slots);
  switch (task.state) {
    case TaskState::kActive:
      if (sign > 0) {
        job.ready.Add(task.required_slots, task.ordinal);
      } else {
        job.ready.Remove(task.required_slots, task.ordinal);
      }
      return;
    case TaskState::kRunning:
      if (sign > 0) {
        job.running.insert(task.ordinal);
      } else {
        job.running.erase(task.ordinal);
      }
      return;
    case TaskState::kCompleted:
      return;
  }
}

void Workload::UpdateQueue(Job& job) {
  const bool wanted = job.state == JobState::kActive && !job.ready.empty() &&
                      (job.max_parallel_tasks == kUnlimited ||
                       job.running.size() < static_cast<size_t>(job.max_parallel_tasks));
  if (wanted == job.in_queue) return;
  const std::pair<int32_t, uint64_t> rank(-job.priority, job.ordinal);
  if (wanted) {
    job.queue->ready_jobs.insert({rank, &job});
  } else {
    job.queue->ready_jobs.erase(rank);
  }
  job.in_queue = wanted;
}

void Workload::UpdateSlots(Node& node) {
  Pool& pool = *node.pool;
  const bool takes_tasks = !node.draining && node.scheduling && !node.reboot_pending &&
                           (node.state == NodeState::kIdle || node.state == NodeState::kRunning);
  const int32_t slots = takes_tasks ? node.free_slots : 0;
  if (slots == node.indexed_slots) return;
  pool.slots.Remove(node.indexed_slots, node.ordinal);
  pool.slots.Add(slots, node.ordinal, &node);
  node.indexed_slots = slots;
}

}  // namespace lazuli::batch

// Putting a workload together from what was stored.
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "batch/workload/workload_state.h"

namespace lazuli::batch {
namespace {

// Far above any count, and far enough below the end of the numbers.
constexpr uint64_t kMaxOrdinal = uint64_t{1} << 62;

absl::Status Unfit(absl::string_view what) { return absl::InvalidArgumentError(what); }

}  // namespace

absl::Status WorkloadRestorer::SetCounters(WorkloadCounters counters) {
  if (counters.next_ordinal == 0 || counters.next_ordinal > kMaxOrdinal) {
    return Unfit("the next ordinal is out of range");
  }
  workload_.next_ordinal_ = counters.next_ordinal;
  workload_.access_lost_ = counters.access_lost;
  workload_.loss_reason_ = std::move(counters.loss_reason);
  return absl::OkStatus();
}

absl::Status WorkloadRestorer::AddPoolName(absl::string_view key, uint64_t incarnations) {
  if (incarnations == 0) return Unfit("a pool id without pools");
  workload_.pool_incarnations_[key] = incarnations;
  return absl::OkStatus();
}

absl::Status WorkloadRestorer::AddPool(std::unique_ptr<Pool> owned) {
  Pool& pool = *owned;
  LAZULI_RETURN_IF_ERROR(CheckOrdinal(pool.ordinal));
  if (pool.slots_per_node < 1) return Unfit("nodes without slots");
  pool.key = absl::AsciiStrToLower(pool.id);
  pool.queue = &workload_.QueueOf(pool.id);
  if (pool.queue->pool != nullptr) return Unfit("another pool has its id");
  pool.queue->pool = &pool;
  workload_.pools_by_id_[pool.key] = &pool;
  if (!workload_.pools_.try_emplace(pool.ordinal, std::move(owned)).second) {
    return Unfit("another pool has its ordinal");
  }
  return Reschedule(pool.timer, workload_.WorkOf(pool));
}

absl::Status WorkloadRestorer::AddNode(uint64_t pool_ordinal, std::unique_ptr<Node> owned,
                                       const std::vector<TaskKey>& tasks) {
  Node& node = *owned;
  LAZULI_RETURN_IF_ERROR(CheckOrdinal(node.ordinal));
  Pool* const pool = workload_.FindPool(pool_ordinal);
  if (pool == nullptr) return Unfit("its pool is missing");
  node.pool = pool;
  if (!pool->nodes_by_id.try_emplace(node.id, &node).second) {
    return Unfit("another node of the pool has its id");
  }
  if (!pool->nodes.try_emplace(node.ordinal, std::move(owned)).second) {
    return Unfit("another node of the pool has its ordinal");
  }
  ++(node.dedicated ? pool->dedicated_nodes : pool->low_priority_nodes);
  pool->unsettled_nodes += Unsettled(node) ? 1 : 0;
  node.free_slots = pool->slots_per_node;
  node.tasks.resize(tasks.size());
  for (size_t i = 0; i < tasks.size(); ++i) {
    if (!places_.try_emplace(tasks[i], Place{&node, i}).second) {
      return Unfit("one of its tasks runs twice");
    }
  }
  workload_.UpdateSlots(node);
  return Reschedule(node.timer, workload_.WorkOf(node));
}

absl::Status WorkloadRestorer::AddJob(std::unique_ptr<Job> owned) {
  Job& job = *owned;
  LAZULI_RETURN_IF_ERROR(CheckOrdinal(job.ordinal));
  if (!workload_.jobs_by_id_.try_emplace(absl::AsciiStrToLower(job.id), &job).second) {
    return Unfit("another job has its id");
  }
  if (!workload_.jobs_.try_emplace(job.ordinal, std::move(owned)).second) {
    return Unfit("another job has its ordinal");
  }
  job.queue = &workload_.QueueOf(job.pool_id);
  ++job.queue->jobs;
  workload_.active_jobs_ += job.counted ? 1 : 0;
  return Reschedule(job.timer, workload_.WorkOf(job));
}

absl::Status WorkloadRestorer::AddTask(uint64_t job_ordinal, std::unique_ptr<Task> owned) {
  Task& task = *owned;
  LAZULI_RETURN_IF_ERROR(CheckOrdinal(task.ordinal));
  Job* const job = workload_.FindJob(job_ordinal);
  if (job == nullptr) return Unfit("its job is missing");
  if (task.required_slots < 1) return Unfit("it needs no slots");
  if (task.state != TaskState::kActive && task.run == nullptr) return Unfit("it has not run");
  task.job = job;
  if (!job->tasks_by_id.insert(&task).second) return Unfit("another task of the job has its id");
  const size_t before = job->tasks.size();
  job->tasks.insert(job->tasks.end(), {task.ordinal, std::move(owned)});
  if (job->tasks.size() == before) return Unfit("another task of the job has its ordinal");
  Workload::Count(task, +1);
  workload_.UpdateQueue(*job);
  if (task.state != TaskState::kRunning) return absl::OkStatus();
  LAZULI_RETURN_IF_ERROR(PlaceOnNode(task));
  return Reschedule(task.run->end_timer, workload_.WorkOf(task));
}

absl::Status WorkloadRestorer::PlaceOnNode(Task& task) {
  const auto place = places_.find({task.job->ordinal, task.ordinal});
  if (place == places_.end()) return Unfit("no node runs it");
  Node& node = *place->second.node;
  if (task.required_slots > node.free_slots) return Unfit("its node has no room for it");
  task.run->node = &node;
  node.tasks[place->second.index] = &task;
  node.free_slots -= task.required_slots;
  places_.erase(place);
  workload_.UpdateSlots(node);
  return absl::OkStatus();
}

std::optional<uint64_t> WorkloadRestorer::Finish() const {
  if (places_.empty()) return std::nullopt;
  return places_.begin()->second.node->ordinal;
}

absl::Status WorkloadRestorer::CheckOrdinal(uint64_t ordinal) const {
  if (ordinal == 0 || ordinal >= workload_.next_ordinal_) {
    return Unfit(absl::StrCat("its ordinal ", ordinal, " was never given"));
  }
  return absl::OkStatus();
}

absl::Status WorkloadRestorer::Reschedule(TimerId id, DeferredWork work) {
  if (!id.valid() || workload_.host_->Reschedule(id, std::move(work))) return absl::OkStatus();
  return Unfit("another timer has the id of its own");
}

}  // namespace lazuli::batch

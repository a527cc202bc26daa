// What is to be stored of a workload: noting it, and showing it.
#include "batch/workload/workload_state.h"

namespace lazuli::batch {

void Workload::StartTracking() {
  changed_counters_.Start();
  // Those of a new account have no record yet.
  changed_counters_.Mark();
  changed_pool_names_.Start();
  changed_pools_.Start();
  changed_nodes_.Start();
  changed_jobs_.Start();
  changed_tasks_.Start();
}

void Workload::NoteChange(const Pool& pool) { changed_pools_.Mark(pool.ordinal); }

void Workload::NoteChange(const Node& node) {
  changed_nodes_.Mark({node.pool->ordinal, node.ordinal});
}

void Workload::NoteChange(const Job& job) { changed_jobs_.Mark(job.ordinal); }

void Workload::NoteChange(const Task& task) {
  changed_tasks_.Mark({task.job->ordinal, task.ordinal});
}

void Workload::NoteAllChanged() {
  if (!changed_tasks_.started()) return;
  changed_counters_.Mark();
  for (const auto& [key, incarnations] : pool_incarnations_) changed_pool_names_.Mark(key);
  for (const auto& [pool_ordinal, pool] : pools_) {
    NoteChange(*pool);
    for (const auto& [ordinal, node] : pool->nodes) NoteChange(*node);
  }
  for (const auto& [job_ordinal, job] : jobs_) {
    NoteChange(*job);
    for (const auto& [ordinal, task] : job->tasks) NoteChange(*task);
  }
}

void Workload::VisitState(StateScope scope, WorkloadStateVisitor* visitor) {
  switch (scope) {
    case StateScope::kAll:
      return VisitAll(visitor);
    case StateScope::kChanged:
      return VisitChanged(visitor);
  }
}

void Workload::VisitAll(WorkloadStateVisitor* visitor) const {
  visitor->OnCounters({next_ordinal_, access_lost_, loss_reason_});
  for (const auto& [key, incarnations] : pool_incarnations_) {
    visitor->OnPoolName(key, incarnations);
  }
  for (const auto& [pool_ordinal, pool] : pools_) {
    visitor->OnPool(*pool);
    for (const auto& [ordinal, node] : pool->nodes) visitor->OnNode(*node);
  }
  for (const auto& [job_ordinal, job] : jobs_) {
    visitor->OnJob(*job);
    for (const auto& [ordinal, task] : job->tasks) visitor->OnTask(*task);
  }
}

void Workload::VisitChanged(WorkloadStateVisitor* visitor) {
  if (changed_counters_.Take()) visitor->OnCounters({next_ordinal_, access_lost_, loss_reason_});
  for (const std::string& key : changed_pool_names_.Take()) {
    const auto found = pool_incarnations_.find(key);
    visitor->OnPoolName(key, found == pool_incarnations_.end() ? 0 : found->second);
  }
  for (const uint64_t ordinal : changed_pools_.Take()) {
    const Pool* pool = FindPool(ordinal);
    pool != nullptr ? visitor->OnPool(*pool) : visitor->OnPoolGone(ordinal);
  }
  for (const auto& [pool_ordinal, ordinal] : changed_nodes_.Take()) {
    const Node* node = FindNode(pool_ordinal, ordinal);
    node != nullptr ? visitor->OnNode(*node) : visitor->OnNodeGone(ordinal);
  }
  for (const uint64_t ordinal : changed_jobs_.Take()) {
    const Job* job = FindJob(ordinal);
    job != nullptr ? visitor->OnJob(*job) : visitor->OnJobGone(ordinal);
  }
  for (const auto& [job_ordinal, ordinal] : changed_tasks_.Take()) {
    const Task* task = FindTask(job_ordinal, ordinal);
    task != nullptr ? visitor->OnTask(*task) : visitor->OnTaskGone(ordinal);
  }
}

}  // namespace lazuli::batch

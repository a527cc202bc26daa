// File: batch/workload/job.h
//
// One job with its tasks.
#ifndef LAZULI_BATCH_WORKLOAD_JOB_H_
#define LAZULI_BATCH_WORKLOAD_JOB_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/workload/pool.h"
#include "batch/workload/ready_tasks.h"
#include "batch/workload/states.h"
#include "batch/workload/task.h"
#include "batch/workload/types.h"

namespace lazuli::batch {

// Fields are written by Workload only.
struct Job {
  uint64_t ordinal = 0;
  std::string id;
  std::string pool_id;
  std::string sealed;      // the specification
  uint64_t sealed_as = 0;  // the record's generation
  // Why it was terminated: the service's own word, or else the user's.
  std::string system_reason;
  std::string sealed_reason;
  PoolQueue* queue = nullptr;
  bool in_queue = false;  // is among queue->ready_jobs
  bool counted = false;   // counts against the quota of active jobs
  Revision revision;
  absl::Time creation_time;
  JobState state = JobState::kActive;
  JobState previous_state = JobState::kActive;  // if previous_state_transition_time is not kNever
  absl::Time state_transition_time;
  absl::Time previous_state_transition_time = kNever;
  absl::Time end_time = kNever;
  int32_t priority = 0;
  int32_t max_parallel_tasks = kUnlimited;
  int32_t max_task_retry_count = 0;
  absl::Duration max_wall_clock_time;
  OnAllTasksComplete on_all_tasks_complete = OnAllTasksComplete::kNoAction;
  // The wall clock's, or the end of the deletion.
  uint32_t timer_number = 0;
  TimerId timer;
  absl::btree_map<uint64_t, std::unique_ptr<Task>> tasks;  // by ordinal
  absl::flat_hash_set<Task*, TaskIdHash, TaskIdEqual> tasks_by_id;
  ReadyTasks ready;                   // exactly the active ones
  absl::btree_set<uint64_t> running;  // exactly the running ones
  JobTaskCounts counts;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_JOB_H_

// File: batch/workload/task.h
//
// One task: small, for there may be hundreds of thousands. What only a task that has run needs
// stands apart.
#ifndef LAZULI_BATCH_WORKLOAD_TASK_H_
#define LAZULI_BATCH_WORKLOAD_TASK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/workload/states.h"
#include "batch/workload/types.h"

namespace lazuli::batch {

struct Job;
struct Node;

// Stands for "never" among the times below.
inline constexpr absl::Time kNever = absl::InfinitePast();

// What came of the runs of a task.
struct TaskRun {
  // 1 for the first run. Tells the end of one run from that of the next.
  uint32_t number = 0;
  TaskResult result = TaskResult::kNone;
  TaskFailure failure = TaskFailure::kNone;
  Node* node = nullptr;  // while it runs
  // While it runs: when the run ends, whether that is because its time is over, and, sealed as it
  // will rest when the task has completed, with which exit code.
  TimerId end_timer;
  bool times_out = false;
  std::string sealed_planned_exit_code;
  absl::Time start_time = kNever;
  absl::Time end_time = kNever;
  absl::Time last_retry_time = kNever;
  absl::Time last_requeue_time = kNever;
  int32_t retry_count = 0;
  int32_t requeue_count = 0;
  std::string node_id;           // where it runs or ran; empty when it waits
  std::string sealed_exit_code;  // empty if there is none
};

// Owned by its job. Fields are written by Workload only.
struct Task {
  uint64_t ordinal = 0;
  Job* job = nullptr;
  std::string id;
  std::string sealed;  // the specification
  absl::Time creation_time;
  absl::Time state_transition_time;
  absl::Time previous_state_transition_time = kNever;
  absl::Time last_modified;
  absl::Duration max_wall_clock_time;
  absl::Duration retention_time;
  int32_t required_slots = 1;
  int32_t max_retry_count = 0;
  uint32_t revision = 0;
  TaskState state = TaskState::kActive;
  TaskState previous_state = TaskState::kActive;  // if previous_state_transition_time is not kNever
  std::unique_ptr<TaskRun> run;                   // null: it has not run
};

// Finds tasks by id without regard to case and without a copy of the id.
struct TaskIdHash {
  using is_transparent = void;
  size_t operator()(absl::string_view id) const;
  size_t operator()(const Task* task) const { return (*this)(absl::string_view(task->id)); }
};
struct TaskIdEqual {
  using is_transparent = void;
  bool operator()(const Task* a, const Task* b) const { return Equal(a->id, b->id); }
  bool operator()(const Task* a, absl::string_view b) const { return Equal(a->id, b); }
  bool operator()(absl::string_view a, const Task* b) const { return Equal(a, b->id); }

 private:
  static bool Equal(absl::string_view a, absl::string_view b);
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_TASK_H_

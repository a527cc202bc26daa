// File: batch/workload/types.h
//
// What goes into a Workload and what comes out: plain values. A `specification` is the caller's own
// serialized description of an object; it rests sealed and is never looked into here (but by the
// TaskRunner). Everything else in these structs is what the scheduler needs and rests in clear.
#ifndef LAZULI_BATCH_WORKLOAD_TYPES_H_
#define LAZULI_BATCH_WORKLOAD_TYPES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "batch/workload/states.h"

namespace lazuli::batch {

// Azure's "no limit" of a number.
inline constexpr int32_t kUnlimited = -1;

// A part of a list, in the order in which the objects were added. Stable while others come and go.
struct PageRequest {
  uint64_t after = 0;      // Page::next of the page before; 0: from the start
  int max_results = 1000;  // >= 1
};
template <typename View>
struct Page {
  std::vector<View> items;
  uint64_t next = 0;  // 0: there is no more
};

// When an object was changed by a caller, and how often: makes its eTag.
struct Revision {
  absl::Time last_modified;
  uint32_t number = 0;
};

// --- Pools and nodes ---

enum class NodeFillType : uint8_t {
  kSpread,  // the next task goes to the node with the most free slots
  kPack,    // the next task goes to the node with the fewest free slots that are enough
};

// What happens to the tasks of a node that is taken out of its pool, or of service.
enum class NodeDeallocation : uint8_t {
  kRequeue,         // they wait for another node
  kTerminate,       // they end
  kTaskCompletion,  // the node stays until they have ended, or the resize times out
};

// Nodes to take out of their pool.
struct NodeRemoval {
  std::vector<std::string> node_ids;
  NodeDeallocation deallocation = NodeDeallocation::kRequeue;
  std::optional<absl::Duration> resize_timeout;  // absent: the pool's
};

struct NewPool {
  std::string id;
  int32_t target_dedicated = 0;
  int32_t target_low_priority = 0;
  int32_t slots_per_node = 1;
  NodeFillType fill = NodeFillType::kSpread;
  absl::Duration resize_timeout = absl::Minutes(15);
  std::string specification;
};

struct PoolResize {
  std::optional<int32_t> target_dedicated;  // absent: stays
  std::optional<int32_t> target_low_priority;
  NodeDeallocation deallocation = NodeDeallocation::kRequeue;
  std::optional<absl::Duration> resize_timeout;  // absent: the pool's
};

struct PoolView {
  std::string id;
  Revision revision;
  absl::Time creation_time;
  PoolState state = PoolState::kActive;
  absl::Time state_transition_time;
  AllocationState allocation_state = AllocationState::kSteady;
  absl::Time allocation_state_transition_time;
  int32_t current_dedicated = 0;
  int32_t current_low_priority = 0;
  int32_t target_dedicated = 0;
  int32_t target_low_priority = 0;
  int32_t slots_per_node = 1;
  NodeFillType fill = NodeFillType::kSpread;
  absl::Duration resize_timeout;
  std::string specification;
};

struct NodeView {
  std::string id;
  NodeState state = NodeState::kCreating;
  absl::Time state_transition_time;
  absl::Time allocation_time;
  std::optional<absl::Time> last_boot_time;
  std::string ip_address;
  bool dedicated = true;
  bool scheduling = true;
  int32_t total_tasks_run = 0;
  int32_t total_tasks_succeeded = 0;
  int32_t running_tasks = 0;
  int32_t running_slots = 0;
  // Why the node is unusable; empty otherwise.
  std::string error_code;
  std::string error_message;
};

// How many nodes of a pool are in each state, by static_cast<size_t>(NodeState).
using NodeNumbers = std::array<int32_t, kNodeStates>;
struct PoolNodeNumbers {
  std::string pool_id;
  NodeNumbers dedicated{};
  NodeNumbers low_priority{};
};

// --- Jobs ---

enum class OnAllTasksComplete : uint8_t { kNoAction, kTerminateJob };

// What happens to the running tasks of a job that is disabled.
enum class DisableTasks : uint8_t {
  kRequeue,    // they wait until the job is enabled
  kTerminate,  // they end
  kWait,       // they run on; the job is disabled when they have ended
};

struct NewJob {
  std::string id;
  std::string pool_id;  // need not exist
  int32_t priority = 0;
  int32_t max_parallel_tasks = kUnlimited;
  absl::Duration max_wall_clock_time = absl::InfiniteDuration();
  int32_t max_task_retry_count = 0;
  OnAllTasksComplete on_all_tasks_complete = OnAllTasksComplete::kNoAction;
  std::string specification;
};

struct JobView {
  std::string id;
  std::string pool_id;
  Revision revision;
  absl::Time creation_time;
  JobState state = JobState::kActive;
  absl::Time state_transition_time;
  std::optional<JobState> previous_state;
  absl::Time previous_state_transition_time;
  int32_t priority = 0;
  int32_t max_parallel_tasks = kUnlimited;
  absl::Duration max_wall_clock_time;
  int32_t max_task_retry_count = 0;
  OnAllTasksComplete on_all_tasks_complete = OnAllTasksComplete::kNoAction;
  std::optional<absl::Time> end_time;
  std::string terminate_reason;
  std::string specification;
};

struct TaskNumbers {
  int64_t active = 0;
  int64_t running = 0;
  int64_t completed = 0;
  int64_t succeeded = 0;
  int64_t failed = 0;

  friend bool operator==(const TaskNumbers&, const TaskNumbers&) = default;
};
struct JobTaskCounts {
  TaskNumbers tasks;
  TaskNumbers slots;
};

// --- Tasks ---

enum class TaskResult : uint8_t { kNone, kSuccess, kFailure };

// Why a completed task failed.
enum class TaskFailure : uint8_t {
  kNone,
  kExitCode,       // its process ended with another exit code than 0
  kEnded,          // a user ended it, or its job
  kWallClock,      // it ran longer than its constraint allows
  kSpecification,  // its specification could not be read
};

struct NewTask {
  std::string id;
  int32_t required_slots = 1;
  absl::Duration max_wall_clock_time = absl::InfiniteDuration();  // of each run
  absl::Duration retention_time = absl::Hours(7 * 24);
  std::optional<int32_t> max_retry_count;  // absent: the job's
  std::string specification;
};

// The new constraints of a task.
struct TaskConstraints {
  absl::Duration max_wall_clock_time = absl::InfiniteDuration();
  absl::Duration retention_time = absl::Hours(7 * 24);
  std::optional<int32_t> max_retry_count;  // absent: the job's
};

struct TaskView {
  std::string id;
  std::string job_id;
  Revision revision;
  absl::Time creation_time;
  TaskState state = TaskState::kActive;
  absl::Time state_transition_time;
  std::optional<TaskState> previous_state;
  absl::Time previous_state_transition_time;
  int32_t required_slots = 1;
  absl::Duration max_wall_clock_time;
  absl::Duration retention_time;
  int32_t max_retry_count = 0;
  // The latest run.
  std::optional<absl::Time> start_time;
  std::optional<absl::Time> end_time;
  std::optional<int32_t> exit_code;
  TaskResult result = TaskResult::kNone;
  TaskFailure failure = TaskFailure::kNone;
  int32_t retry_count = 0;
  std::optional<absl::Time> last_retry_time;
  int32_t requeue_count = 0;
  std::optional<absl::Time> last_requeue_time;
  // Where it runs or ran; empty when it waits.
  std::string pool_id;
  std::string node_id;
  std::string specification;
};

// What became of one task of a collection.
struct AddedTask {
  absl::Status status;
  Revision revision;  // when OK
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_TYPES_H_

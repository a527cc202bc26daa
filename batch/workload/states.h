// File: batch/workload/states.h
//
// The states of pools, nodes, jobs and tasks, and the only ways from one to the next. Whoever moves
// an object asks the function here first; a move that it does not know does not happen. Names are
// Azure's, in lower case, as its JSON spells them.
#ifndef LAZULI_BATCH_WORKLOAD_STATES_H_
#define LAZULI_BATCH_WORKLOAD_STATES_H_

#include <cstddef>
#include <cstdint>
#include <optional>

namespace lazuli::batch {

enum class PoolState : uint8_t {
  kActive,    // may hold nodes and take tasks
  kDeleting,  // its nodes leave; gone when they have
};
enum class PoolTrigger : uint8_t {
  kDelete,  // the user deletes the pool
};

enum class AllocationState : uint8_t {
  kSteady,    // as many nodes as the targets say, or a resize gave up
  kResizing,  // nodes are being made or removed
};
enum class AllocationTrigger : uint8_t {
  kResize,   // new targets
  kSettle,   // they are reached
  kTimeOut,  // the resize timeout passed before
  kStop,     // the user stops the resize
};

enum class NodeState : uint8_t {
  kCreating,     // the machine is being allocated
  kStarting,     // the machine boots
  kIdle,         // ready, runs nothing
  kRunning,      // runs at least one task
  kOffline,      // runs nothing, as the user has switched scheduling off
  kRebooting,    // on its way back to ready
  kUnusable,     // the account's key is lost
  kLeavingPool,  // on its way out
};
inline constexpr size_t kNodeStates = static_cast<size_t>(NodeState::kLeavingPool) + 1;
enum class NodeTrigger : uint8_t {
  kAllocated,    // the machine is there
  kBooted,       // it is ready
  kOccupied,     // its first task starts
  kVacated,      // its last task has ended
  kTakeOffline,  // scheduling is off and no task runs
  kBringBack,    // the user switches scheduling on again
  kReboot,       // the user reboots it
  kKeyLost,      // the account lost access to its key
  kKeyRestored,  // and got it back
  kLeave,        // a resize or the deletion of the pool takes it out
};

enum class JobState : uint8_t {
  kActive,       // its tasks may run
  kDisabling,    // no task starts; some still run
  kDisabled,     // no task runs
  kEnabling,     // on its way back to active
  kTerminating,  // its tasks are being ended
  kCompleted,    // takes no tasks any more
  kDeleting,     // gone soon
};
enum class JobTrigger : uint8_t {
  kDisable,     // the user disables the job
  kQuiet,       // the last running task of a disabling job has ended
  kEnable,      // the user enables it
  kEnabled,     // and it is
  kTerminate,   // the user, a constraint or the end of all tasks ends it
  kTerminated,  // and it is
  kDelete,      // the user deletes it
};

enum class TaskState : uint8_t {
  kActive,     // queued: waits for a node, or for its job
  kRunning,    // runs on a node
  kCompleted,  // ended, one way or another
};
enum class TaskTrigger : uint8_t {
  kStart,       // the scheduler found a node
  kEnd,         // it ended by itself, or its time was over
  kRetry,       // it failed and may try again
  kRequeue,     // it lost its node
  kTerminate,   // the user ends it, or its job
  kReactivate,  // the user gives a failed task another chance
};

// The state that follows, or nullopt where there is no such way.
std::optional<PoolState> NextState(PoolState state, PoolTrigger trigger);
std::optional<AllocationState> NextState(AllocationState state, AllocationTrigger trigger);
std::optional<NodeState> NextState(NodeState state, NodeTrigger trigger);
std::optional<JobState> NextState(JobState state, JobTrigger trigger);
std::optional<TaskState> NextState(TaskState state, TaskTrigger trigger);

// "leavingpool" and so on.
const char* StateName(PoolState state);
const char* StateName(AllocationState state);
const char* StateName(NodeState state);
const char* StateName(JobState state);
const char* StateName(TaskState state);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_STATES_H_

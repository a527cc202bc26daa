#include "batch/workload/states.h"

namespace lazuli::batch {

std::optional<PoolState> NextState(PoolState state, PoolTrigger trigger) {
  switch (trigger) {
    case PoolTrigger::kDelete:
      if (state == PoolState::kActive) return PoolState::kDeleting;
      break;
  }
  return std::nullopt;
}

std::optional<AllocationState> NextState(AllocationState state, AllocationTrigger trigger) {
  switch (trigger) {
    case AllocationTrigger::kResize:
      if (state == AllocationState::kSteady) return AllocationState::kResizing;
      break;
    case AllocationTrigger::kSettle:
    case AllocationTrigger::kTimeOut:
    case AllocationTrigger::kStop:
      if (state == AllocationState::kResizing) return AllocationState::kSteady;
      break;
  }
  return std::nullopt;
}

std::optional<NodeState> NextState(NodeState state, NodeTrigger trigger) {
  switch (trigger) {
    case NodeTrigger::kAllocated:
      if (state == NodeState::kCreating) return NodeState::kStarting;
      break;
    case NodeTrigger::kBooted:
      if (state == NodeState::kStarting || state == NodeState::kRebooting) return NodeState::kIdle;
      break;
    case NodeTrigger::kOccupied:
      if (state == NodeState::kIdle) return NodeState::kRunning;
      break;
    case NodeTrigger::kVacated:
      if (state == NodeState::kRunning) return NodeState::kIdle;
      break;
    case NodeTrigger::kTakeOffline:
      if (state == NodeState::kIdle) return NodeState::kOffline;
      break;
    case NodeTrigger::kBringBack:
      if (state == NodeState::kOffline) return NodeState::kIdle;
      break;
    case NodeTrigger::kReboot:
      if (state == NodeState::kIdle) return NodeState::kRebooting;
      break;
    case NodeTrigger::kKeyLost:
      // What boots or leaves goes on being what it is: its timers wait for the key. What is offline
      // runs nothing anyway.
      if (state == NodeState::kIdle || state == NodeState::kRunning) return NodeState::kUnusable;
      break;
    case NodeTrigger::kKeyRestored:
      if (state == NodeState::kUnusable) return NodeState::kIdle;
      break;
    case NodeTrigger::kLeave:
      if (state != NodeState::kLeavingPool) return NodeState::kLeavingPool;
      break;
  }
  return std::nullopt;
}

std::optional<JobState> NextState(JobState state, JobTrigger trigger) {
  switch (trigger) {
    case JobTrigger::kDisable:
      if (state == JobState::kActive) return JobState::kDisabling;
      break;
    case JobTrigger::kQuiet:
      if (state == JobState::kDisabling) return JobState::kDisabled;
      break;
    case JobTrigger::kEnable:
      if (state == JobState::kDisabling || state == JobState::kDisabled) return JobState::kEnabling;
      break;
    case JobTrigger::kEnabled:
      if (state == JobState::kEnabling) return JobState::kActive;
      break;
    case JobTrigger::kTerminate:
      if (state == JobState::kActive || state == JobState::kDisabling ||
          state == JobState::kDisabled) {
        return JobState::kTerminating;
      }
      break;
    case JobTrigger::kTerminated:
      if (state == JobState::kTerminating) return JobState::kCompleted;
      break;
    case JobTrigger::kDelete:
      if (state != JobState::kDeleting) return JobState::kDeleting;
      break;
  }
  return std::nullopt;
}

std::optional<TaskState> NextState(TaskState state, TaskTrigger trigger) {
  switch (trigger) {
    case TaskTrigger::kStart:
      if (state == TaskState::kActive) return TaskState::kRunning;
      break;
    case TaskTrigger::kEnd:
      if (state == TaskState::kRunning) return TaskState::kCompleted;
      break;
    case TaskTrigger::kRetry:
    case TaskTrigger::kRequeue:
      if (state == TaskState::kRunning) return TaskState::kActive;
      break;
    case TaskTrigger::kTerminate:
      if (state != TaskState::kCompleted) return TaskState::kCompleted;
      break;
    case TaskTrigger::kReactivate:
      if (state == TaskState::kCompleted) return TaskState::kActive;
      break;
  }
  return std::nullopt;
}

const char* StateName(PoolState state) {
  switch (state) {
    case PoolState::kActive:
      return "active";
    case PoolState::kDeleting:
      return "deleting";
  }
  return "";
}

const char* StateName(AllocationState state) {
  switch (state) {
    case AllocationState::kSteady:
      return "steady";
    case AllocationState::kResizing:
      return "resizing";
  }
  return "";
}

const char* StateName(NodeState state) {
  switch (state) {
    case NodeState::kCreating:
      return "creating";
    case NodeState::kStarting:
      return "starting";
    case NodeState::kIdle:
      return "idle";
    case NodeState::kRunning:
      return "running";
    case NodeState::kOffline:
      return "offline";
    case NodeState::kRebooting:
      return "rebooting";
    case NodeState::kUnusable:
      return "unusable";
    case NodeState::kLeavingPool:
      return "leavingpool";
  }
  return "";
}

const char* StateName(JobState state) {
  switch (state) {
    case JobState::kActive:
      return "active";
    case JobState::kDisabling:
      return "disabling";
    case JobState::kDisabled:
      return "disabled";
    case JobState::kEnabling:
      return "enabling";
    case JobState::kTerminating:
      return "terminating";
    case JobState::kCompleted:
      return "completed";
    case JobState::kDeleting:
      return "deleting";
  }
  return "";
}

const char* StateName(TaskState state) {
  switch (state) {
    case TaskState::kActive:
      return "active";
    case TaskState::kRunning:
      return "running";
    case TaskState::kCompleted:
      return "completed";
  }
  return "";
}

}  // namespace lazuli::batch

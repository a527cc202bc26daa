// File: batch/workload/node.h
//
// One compute node. All of it rests in clear.
#ifndef LAZULI_BATCH_WORKLOAD_NODE_H_
#define LAZULI_BATCH_WORKLOAD_NODE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/workload/states.h"

namespace lazuli::batch {

struct Pool;
struct Task;

// What a node's timer is for.
enum class NodeTimer : uint8_t {
  kAllocated,  // the machine is there
  kBooted,     // it is ready
  kGone,       // it has left
};

// Owned by its pool. Fields are written by Workload only.
struct Node {
  uint64_t ordinal = 0;
  Pool* pool = nullptr;
  std::string id;
  uint32_t number = 0;  // 0, 1, 2, ... in the pool
  bool dedicated = true;
  // Takes no more tasks, and leaves when the ones that it runs have ended.
  bool draining = false;
  // False when the user has switched scheduling off: takes no more tasks, and is offline when the
  // ones that it runs have ended.
  bool scheduling = true;
  // Takes no more tasks, and reboots when the ones that it runs have ended.
  bool reboot_pending = false;
  NodeState state = NodeState::kCreating;
  absl::Time state_transition_time;
  absl::Time allocation_time;
  std::optional<absl::Time> last_boot_time;
  // Tells a timer that came due from those that were set before or after it.
  uint32_t timer_number = 0;
  NodeTimer awaited = NodeTimer::kAllocated;  // what the timer is for
  TimerId timer;
  int32_t free_slots = 0;
  // What the pool's index of free slots has of this node; 0: it is not in there.
  int32_t indexed_slots = 0;
  int32_t total_tasks_run = 0;
  int32_t total_tasks_succeeded = 0;
  // Those that it runs, in the order in which they started.
  std::vector<Task*> tasks;
};

// A resize waits for these.
inline bool Unsettled(const Node& node) {
  return node.draining || node.state == NodeState::kCreating ||
         node.state == NodeState::kLeavingPool;
}

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_NODE_H_

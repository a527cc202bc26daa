// File: batch/workload/pool.h
//
// One pool, and the queue of the jobs that want to run in it.
#ifndef LAZULI_BATCH_WORKLOAD_POOL_H_
#define LAZULI_BATCH_WORKLOAD_POOL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/workload/node.h"
#include "batch/workload/node_slots.h"
#include "batch/workload/states.h"
#include "batch/workload/types.h"

namespace lazuli::batch {

struct Job;
struct Pool;

// The jobs for a pool id, whether or not there is such a pool: a job may wait for one. Lives while
// a pool or a job refers to it.
struct PoolQueue {
  std::string key;       // the pool's id in lower case
  Pool* pool = nullptr;  // null while there is none
  int32_t jobs = 0;      // how many refer to it
  // Those with a task that may start as soon as a node has room, in the order in which they are
  // served: by priority, the highest first, then by creation.
  absl::btree_map<std::pair<int32_t, uint64_t>, Job*> ready_jobs;  // by (-priority, ordinal)
};

// Fields are written by Workload only.
struct Pool {
  uint64_t ordinal = 0;
  std::string id;
  std::string key;         // the id in lower case
  std::string sealed;      // the specification
  uint64_t sealed_as = 0;  // the record's generation
  PoolQueue* queue = nullptr;
  Revision revision;
  absl::Time creation_time;
  PoolState state = PoolState::kActive;
  absl::Time state_transition_time;
  AllocationState allocation_state = AllocationState::kSteady;
  absl::Time allocation_state_transition_time;
  int32_t target_dedicated = 0;
  int32_t target_low_priority = 0;
  int32_t slots_per_node = 1;
  NodeFillType fill = NodeFillType::kSpread;
  absl::Duration resize_timeout;
  // The resize's timeout, or the end of the deletion.
  uint32_t timer_number = 0;
  TimerId timer;
  // What the ids of its nodes derive from: the account, the id, and how many pools of the id there
  // were before.
  std::string node_id_parent;
  uint32_t next_node_number = 0;
  std::map<uint64_t, std::unique_ptr<Node>> nodes;  // by ordinal
  absl::flat_hash_map<std::string, Node*> nodes_by_id;
  NodeSlots slots;
  // Of the nodes: how many are of each kind, and how many a resize waits for.
  int32_t dedicated_nodes = 0;
  int32_t low_priority_nodes = 0;
  int32_t unsettled_nodes = 0;  // creating, leaving or draining
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_POOL_H_

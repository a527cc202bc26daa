// File: batch/workload/node_slots.h
//
// The nodes of one pool that can take tasks, by free slots.
#ifndef LAZULI_BATCH_WORKLOAD_NODE_SLOTS_H_
#define LAZULI_BATCH_WORKLOAD_NODE_SLOTS_H_

#include <cstdint>
#include <utility>

#include "absl/container/btree_map.h"
#include "batch/workload/types.h"

namespace lazuli::batch {

struct Node;

// Not thread safe.
class NodeSlots {
 public:
  // A node without free slots is not entered.
  void Add(int32_t free_slots, uint64_t ordinal, Node* node);
  // `free_slots` as it was added with.
  void Remove(int32_t free_slots, uint64_t ordinal);
  // The most that any node has free; 0 if there is none.
  int32_t MaxFree() const;
  // The node for a task, the lowest ordinal among equals; nullptr if none has enough.
  Node* Pick(NodeFillType fill, int32_t required_slots) const;

 private:
  absl::btree_map<std::pair<int32_t, uint64_t>, Node*> nodes_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_NODE_SLOTS_H_

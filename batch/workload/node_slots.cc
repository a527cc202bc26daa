#include "batch/workload/node_slots.h"

namespace lazuli::batch {

void NodeSlots::Add(int32_t free_slots, uint64_t ordinal, Node* node) {
  if (free_slots > 0) nodes_.insert({{free_slots, ordinal}, node});
}

void NodeSlots::Remove(int32_t free_slots, uint64_t ordinal) {
  nodes_.erase({free_slots, ordinal});
}

int32_t NodeSlots::MaxFree() const { return nodes_.empty() ? 0 : nodes_.rbegin()->first.first; }

Node* NodeSlots::Pick(NodeFillType fill, int32_t required_slots) const {
  const int32_t max_free = MaxFree();
  if (max_free < required_slots) return nullptr;
  // The first of those with the most, or of those with just enough.
  const int32_t from = fill == NodeFillType::kSpread ? max_free : required_slots;
  return nodes_.lower_bound({from, 0})->second;
}

}  // namespace lazuli::batch

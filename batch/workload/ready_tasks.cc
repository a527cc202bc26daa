#include "batch/workload/ready_tasks.h"

namespace lazuli::batch {

void ReadyTasks::Add(int32_t slots, uint64_t ordinal) {
  if (by_slots_[slots].insert(ordinal).second) ++size_;
}

void ReadyTasks::Remove(int32_t slots, uint64_t ordinal) {
  const auto at = by_slots_.find(slots);
  if (at == by_slots_.end() || at->second.erase(ordinal) == 0) return;
  --size_;
  if (at->second.empty()) by_slots_.erase(at);
}

std::optional<uint64_t> ReadyTasks::First(int32_t free_slots) const {
  std::optional<uint64_t> first;
  for (const auto& [slots, ordinals] : by_slots_) {
    if (slots > free_slots) break;
    const uint64_t ordinal = *ordinals.begin();
    if (!first.has_value() || ordinal < *first) first = ordinal;
  }
  return first;
}

}  // namespace lazuli::batch

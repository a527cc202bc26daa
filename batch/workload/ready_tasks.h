// File: batch/workload/ready_tasks.h
//
// The queued tasks of one job, by order and by the slots that they need.
#ifndef LAZULI_BATCH_WORKLOAD_READY_TASKS_H_
#define LAZULI_BATCH_WORKLOAD_READY_TASKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"

namespace lazuli::batch {

// About 10 bytes a task. Not thread safe.
class ReadyTasks {
 public:
  void Add(int32_t slots, uint64_t ordinal);
  void Remove(int32_t slots, uint64_t ordinal);
  // The first task, by ordinal, that needs at most `free_slots`: one that fits runs before an
  // earlier one that does not.
  std::optional<uint64_t> First(int32_t free_slots) const;
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  // By slots. At most as many sets as a node may have slots; no empty ones.
  absl::btree_map<int32_t, absl::btree_set<uint64_t>> by_slots_;
  size_t size_ = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_READY_TASKS_H_

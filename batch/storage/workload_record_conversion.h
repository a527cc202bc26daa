// File: batch/storage/workload_record_conversion.h
//
// The work in an account as bytes and back. What is sealed stays so.
#ifndef LAZULI_BATCH_STORAGE_WORKLOAD_RECORD_CONVERSION_H_
#define LAZULI_BATCH_STORAGE_WORKLOAD_RECORD_CONVERSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/task.h"
#include "batch/workload/workload_state.h"

namespace lazuli::batch {

// Equal objects have equal bytes. Their own ordinals are not in there: they are the records' keys.
std::string ToRecord(const WorkloadCounters& counters);
std::string PoolNameToRecord(uint64_t incarnations);
std::string ToRecord(const Pool& pool);
std::string ToRecord(const Node& node);
std::string ToRecord(const Job& job);
std::string ToRecord(const Task& task);

// An object, with its ordinal not set, and what it belongs to.
struct RestoredNode {
  uint64_t pool = 0;
  std::unique_ptr<Node> node;
  std::vector<WorkloadRestorer::TaskKey> tasks;
};
struct RestoredTask {
  uint64_t job = 0;
  std::unique_ptr<Task> task;
};

// DATA_LOSS for bytes that ToRecord cannot have made.
absl::StatusOr<WorkloadCounters> CountersFromRecord(absl::string_view bytes);
absl::StatusOr<uint64_t> PoolNameFromRecord(absl::string_view bytes);
absl::StatusOr<std::unique_ptr<Pool>> PoolFromRecord(absl::string_view bytes);
absl::StatusOr<RestoredNode> NodeFromRecord(absl::string_view bytes);
absl::StatusOr<std::unique_ptr<Job>> JobFromRecord(absl::string_view bytes);
absl::StatusOr<RestoredTask> TaskFromRecord(absl::string_view bytes);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_STORAGE_WORKLOAD_RECORD_CONVERSION_H_

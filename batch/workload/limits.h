// File: batch/workload/limits.h
//
// Numbers that bound pools, jobs and tasks, each with its source.
#ifndef LAZULI_BATCH_WORKLOAD_LIMITS_H_
#define LAZULI_BATCH_WORKLOAD_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace lazuli::limits::batch {

// Batch REST reference, Pool - Add: "The ID can contain any combination of alphanumeric characters
// including hyphens and underscores, and cannot contain more than 64 characters." Jobs and tasks
// alike.
inline constexpr size_t kMaxIdLength = 64;
// Batch REST reference: "The display name need not be unique and can contain any Unicode characters
// up to a maximum length of 1024."
inline constexpr size_t kMaxDisplayNameLength = 1024;
// Batch REST reference, Pool - Add: "The minimum value is 5 minutes. If you specify a value less
// than 5 minutes, the Batch service returns an error"; the default is 15 minutes.
inline constexpr absl::Duration kMinResizeTimeout = absl::Minutes(5);
inline constexpr absl::Duration kDefaultResizeTimeout = absl::Minutes(15);
// Batch REST reference, Pool - Add: "The default value is 1. The maximum value is the smaller of 4
// times the number of cores of the vmSize of the pool or 256." Sizes of machines are not emulated,
// so the 256 stands alone.
inline constexpr int32_t kMaxTaskSlotsPerNode = 256;
// Batch REST reference, Job - Add: "Priority values can range from -1000 to 1000".
inline constexpr int32_t kMinJobPriority = -1000;
inline constexpr int32_t kMaxJobPriority = 1000;
// Batch REST reference, Task - Add Collection: "The maximum count of Tasks is 100. The total
// serialized size of this collection must be less than 1MB."
inline constexpr size_t kMaxTasksPerCollection = 100;
inline constexpr size_t kMaxCollectionBytes = size_t{1} << 20;
// Batch REST reference: "A maximum of 1000 ... can be returned", which is the default as well.
inline constexpr int32_t kMaxPageSize = 1000;
// Azure Batch documentation, quotas: the default for a new account, and what accounts in recorded
// traffic report.
inline constexpr int32_t kDefaultPoolQuota = 100;
inline constexpr int32_t kDefaultActiveJobQuota = 300;
// Batch REST reference, Pool - Remove Nodes: "A maximum of 100 nodes may be removed per request."
inline constexpr size_t kMaxNodesPerRemoval = 100;
// Batch REST reference, Account - List Pool Node Counts: "A maximum of 10 can be returned."
inline constexpr int32_t kMaxNodeCountsPageSize = 10;
// Own choice, in the place of a quota of cores: at about 400 bytes a node, more than any pool that
// Azure allows by default, and little enough for a laptop.
inline constexpr int32_t kMaxNodesPerPool = 10'000;
// Own choice: a try that repeats a failed one takes at least this long, as starting a process on a
// node does; without it a task that fails at once and may retry without limit would stop time.
inline constexpr absl::Duration kMinRetryDuration = absl::Seconds(1);

}  // namespace lazuli::limits::batch

#endif  // LAZULI_BATCH_WORKLOAD_LIMITS_H_

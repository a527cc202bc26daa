// File: batch/service/pool_conversion.h
//
// Between the messages of batch_pools.proto and the model of pools and nodes.
#ifndef LAZULI_BATCH_SERVICE_POOL_CONVERSION_H_
#define LAZULI_BATCH_SERVICE_POOL_CONVERSION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "batch/workload/types.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::batch {

// MissingRequiredProperty, InvalidPropertyValue, OutOfRangeInput, EmptyMetadataKey.
absl::StatusOr<NewPool> ReadPool(const v1::PoolAddParameter& pool);
absl::StatusOr<PoolResize> ReadResize(const v1::ResizePoolRequest& request);
absl::StatusOr<NodeRemoval> ReadRemoval(const v1::RemoveNodesRequest& request);
// Absent: requeue.
NodeDeallocation ReadTaskOption(v1::ComputeNodeRebootOption option);
NodeDeallocation ReadTaskOption(v1::DisableComputeNodeSchedulingOption option);
// The specification of `view` with the change applied: what the change lacks stays, or is removed.
absl::StatusOr<std::string> PatchPool(const PoolView& view, const v1::PoolPatchParameter& change);
absl::StatusOr<std::string> UpdatePool(const PoolView& view,
                                       const v1::PoolUpdatePropertiesParameter& change);

// With Batch's defaults for what was not given. DATA_LOSS if the specification cannot be read.
absl::Status WritePool(const PoolView& view, absl::string_view account_url, v1::CloudPool* pool);
// `pool`: the node's.
absl::Status WriteNode(const NodeView& view, const PoolView& pool, absl::string_view account_url,
                       v1::ComputeNode* node);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_POOL_CONVERSION_H_

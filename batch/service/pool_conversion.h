// File: batch/service/pool_conversion.h
//
// Between the messages of batch_pools.proto and the model of pools and nodes.
#ifndef LAZULI_BATCH_SERVICE_POOL_CONVERSION_H_
#define LAZULI_BATCH_SERVICE_POOL_CONVERSION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "batch/workload/types.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::batch {

// MissingRequiredProperty, InvalidPropertyValue, OutOfRangeInput, EmptyMetadataKey.
absl::StatusOr<NewPool> ReadPool(const v1::PoolAddParameter& pool);
absl::StatusOr<PoolResize> ReadResize(const v1::ResizePoolRequest& request);

// With Batch's defaults for what was not given. DATA_LOSS if the specification cannot be read.
absl::Status WritePool(const PoolView& view, absl::string_view account_url, v1::CloudPool* pool);
// `pool`: the node's.
absl::Status WriteNode(const NodeView& view, const PoolView& pool, absl::string_view account_url,
                       v1::ComputeNode* node);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_POOL_CONVERSION_H_

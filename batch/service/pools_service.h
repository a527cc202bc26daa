// File: batch/service/pools_service.h
//
// The operations of lazuli.v1.Pools: pools and nodes.
#ifndef LAZULI_BATCH_SERVICE_POOLS_SERVICE_H_
#define LAZULI_BATCH_SERVICE_POOLS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "batch/account_registry.h"
#include "proto/batch_pools.pb.h"
#include "proto/common.pb.h"

namespace lazuli::batch {

// Thread safe. Callers are already authorized, and what the description alone says of a request
// (required and unemulated members) is already checked. An account that does not serve calls is
// told first, then what is wrong with the input; then nothing was changed. Beside the errors named
// in batch/workload/workload.h those of Account::WithWorkload may come.
class PoolsService {
 public:
  // Outlives the service.
  explicit PoolsService(AccountRegistry* accounts) : accounts_(accounts) {}

  PoolsService(const PoolsService&) = delete;
  PoolsService& operator=(const PoolsService&) = delete;

  absl::Status AddPool(const CallContext& context, const v1::AddPoolRequest& request,
                       v1::ObjectRevision* response);
  absl::Status ListPools(const CallContext& context, const v1::ListPoolsRequest& request,
                         v1::ListPoolsResponse* response);
  absl::Status GetPool(const CallContext& context, const v1::GetPoolRequest& request,
                       v1::CloudPool* response);
  absl::Status PatchPool(const CallContext& context, const v1::PatchPoolRequest& request,
                         v1::ObjectRevision* response);
  absl::Status UpdatePoolProperties(const CallContext& context,
                                    const v1::UpdatePoolPropertiesRequest& request,
                                    v1::ObjectRevision* response);
  absl::Status DeletePool(const CallContext& context, const v1::PoolRequest& request,
                          v1::Empty* response);
  absl::Status ResizePool(const CallContext& context, const v1::ResizePoolRequest& request,
                          v1::ObjectRevision* response);
  absl::Status StopPoolResize(const CallContext& context, const v1::PoolRequest& request,
                              v1::ObjectRevision* response);
  absl::Status RemoveNodes(const CallContext& context, const v1::RemoveNodesRequest& request,
                           v1::ObjectRevision* response);
  absl::Status ListComputeNodes(const CallContext& context,
                                const v1::ListComputeNodesRequest& request,
                                v1::ListComputeNodesResponse* response);
  absl::Status GetComputeNode(const CallContext& context, const v1::GetComputeNodeRequest& request,
                              v1::ComputeNode* response);
  absl::Status RebootNode(const CallContext& context, const v1::RebootNodeRequest& request,
                          v1::ObjectRevision* response);
  absl::Status DisableNodeScheduling(const CallContext& context,
                                     const v1::DisableNodeSchedulingRequest& request,
                                     v1::ObjectRevision* response);
  absl::Status EnableNodeScheduling(const CallContext& context,
                                    const v1::ComputeNodeRequest& request,
                                    v1::ObjectRevision* response);

 private:
  AccountRegistry* const accounts_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_POOLS_SERVICE_H_

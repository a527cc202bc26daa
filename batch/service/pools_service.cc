#include "batch/service/pools_service.h"

#include <string>

#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/service/account_access.h"
#include "batch/service/input.h"
#include "batch/service/pool_conversion.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {

absl::Status PoolsService::AddPool(const CallContext& context, const v1::AddPoolRequest& request,
                                   v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const NewPool pool, ReadPool(request.pool()));
  return account->WithWorkload(
      context, [&](Workload& workload, absl::Time now) { return workload.AddPool(pool, now); });
}

absl::Status PoolsService::ListPools(const CallContext& context,
                                     const v1::ListPoolsRequest& request,
                                     v1::ListPoolsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page_request, ReadPage(request));
  Page<PoolView> page;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(page, workload.ListPools(page_request));
        return absl::OkStatus();
      }));
  for (const PoolView& view : page.items) {
    LAZULI_RETURN_IF_ERROR(WritePool(view, url, response->add_value()));
  }
  if (page.next != 0) response->set_next_link(WriteSkipToken(page.next));
  return absl::OkStatus();
}

absl::Status PoolsService::GetPool(const CallContext& context, const v1::PoolRequest& request,
                                   v1::CloudPool* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  PoolView view;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(view, workload.GetPool(request.pool_id()));
        return absl::OkStatus();
      }));
  return WritePool(view, url, response);
}

absl::Status PoolsService::DeletePool(const CallContext& context, const v1::PoolRequest& request,
                                      v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.DeletePool(request.pool_id(), now);
  });
}

absl::Status PoolsService::ResizePool(const CallContext& context,
                                      const v1::ResizePoolRequest& request, v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const PoolResize resize, ReadResize(request));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) {
    return workload.ResizePool(request.pool_id(), resize, now);
  });
}

absl::Status PoolsService::ListComputeNodes(const CallContext& context,
                                            const v1::ListComputeNodesRequest& request,
                                            v1::ListComputeNodesResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page_request, ReadPage(request));
  PoolView pool;
  Page<NodeView> page;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(pool, workload.GetPool(request.pool_id()));
        LAZULI_ASSIGN_OR_RETURN(page, workload.ListNodes(request.pool_id(), page_request));
        return absl::OkStatus();
      }));
  for (const NodeView& view : page.items) {
    LAZULI_RETURN_IF_ERROR(WriteNode(view, pool, url, response->add_value()));
  }
  if (page.next != 0) response->set_next_link(WriteSkipToken(page.next));
  return absl::OkStatus();
}

absl::Status PoolsService::GetComputeNode(const CallContext& context,
                                          const v1::ComputeNodeRequest& request,
                                          v1::ComputeNode* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, request.account()));
  PoolView pool;
  NodeView view;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(pool, workload.GetPool(request.pool_id()));
        LAZULI_ASSIGN_OR_RETURN(view, workload.GetNode(request.pool_id(), request.node_id()));
        return absl::OkStatus();
      }));
  return WriteNode(view, pool, url, response);
}

}  // namespace lazuli::batch

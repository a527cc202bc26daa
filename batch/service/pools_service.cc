#include "batch/service/pools_service.h"

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/service/account_access.h"
#include "batch/service/conditions.h"
#include "batch/service/input.h"
#include "batch/service/listing.h"
#include "batch/service/object_change.h"
#include "batch/service/object_select.h"
#include "batch/service/output.h"
#include "batch/service/pool_conversion.h"
#include "batch/service/revision.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

// Changes a pool that meets the conditions, and tells what it is then.
absl::Status Change(Account& account, const CallContext& context, const std::string& pool_id,
                    const Conditions& conditions,
                    absl::FunctionRef<absl::Status(Workload&, absl::Time now)> change,
                    v1::ObjectRevision* response) {
  const auto revision = [&](const Workload& workload) { return workload.PoolRevision(pool_id); };
  const auto url = [&](absl::string_view account_url) { return PoolUrl(account_url, pool_id); };
  return ChangeObject(account, context, {revision, url}, conditions, change, response);
}

// Does something to a node; nodes have no revisions.
template <typename Request>
absl::Status ChangeNode(Account& account, const CallContext& context, const Request& request,
                        absl::FunctionRef<absl::Status(Workload&, absl::Time now)> change,
                        v1::ObjectRevision* response) {
  return account.WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_RETURN_IF_ERROR(change(workload, now));
    response->set_data_service_id(
        NodeUrl(workload.options().account_url, request.pool_id(), request.node_id()));
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status PoolsService::AddPool(const CallContext& context, const v1::AddPoolRequest& request,
                                   v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const NewPool pool, ReadPool(request.pool()));
  Revision revision;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
        LAZULI_RETURN_IF_ERROR(workload.AddPool(pool, now));
        LAZULI_ASSIGN_OR_RETURN(revision, workload.PoolRevision(pool.id));
        url = PoolUrl(workload.options().account_url, pool.id);
        return absl::OkStatus();
      }));
  WriteAddedRevision(revision, url, response);
  return absl::OkStatus();
}

absl::Status PoolsService::ListPools(const CallContext& context,
                                     const v1::ListPoolsRequest& request,
                                     v1::ListPoolsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const ListQuery query, ReadListQuery<v1::CloudPool>(request));
  std::string url;
  const auto list = [&](const PageRequest& part) -> absl::StatusOr<Page<PoolView>> {
    Page<PoolView> page;
    LAZULI_RETURN_IF_ERROR(
        account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
          url = workload.options().account_url;
          LAZULI_ASSIGN_OR_RETURN(page, workload.ListPools(part));
          return absl::OkStatus();
        }));
    return page;
  };
  return FillList(
      query, list,
      [&](const PoolView& view, v1::CloudPool* pool) { return WritePool(view, url, pool); },
      response);
}

absl::Status PoolsService::GetPool(const CallContext& context, const v1::GetPoolRequest& request,
                                   v1::CloudPool* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  LAZULI_ASSIGN_OR_RETURN(const ObjectSelect select,
                          ObjectSelect::Parse(request.select(), *v1::CloudPool::descriptor()));
  LAZULI_RETURN_IF_ERROR(CheckExpand(request.expand()));
  PoolView view;
  std::string url;
  LAZULI_RETURN_IF_ERROR(
      account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
        url = workload.options().account_url;
        LAZULI_ASSIGN_OR_RETURN(view, workload.GetPool(request.pool_id()));
        return conditions.Check(view.revision, Conditions::For::kRead);
      }));
  LAZULI_RETURN_IF_ERROR(WritePool(view, url, response));
  select.Apply(response);
  return absl::OkStatus();
}

absl::Status PoolsService::PatchPool(const CallContext& context,
                                     const v1::PatchPoolRequest& request,
                                     v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  const auto change = [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(const PoolView view, workload.GetPool(request.pool_id()));
    LAZULI_ASSIGN_OR_RETURN(const std::string changed, batch::PatchPool(view, request.pool()));
    return workload.ReplacePoolSpecification(request.pool_id(), changed, now);
  };
  return Change(*account, context, request.pool_id(), conditions, change, response);
}

absl::Status PoolsService::UpdatePoolProperties(const CallContext& context,
                                                const v1::UpdatePoolPropertiesRequest& request,
                                                v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  const auto change = [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(const PoolView view, workload.GetPool(request.pool_id()));
    LAZULI_ASSIGN_OR_RETURN(const std::string changed, UpdatePool(view, request.pool()));
    return workload.ReplacePoolSpecification(request.pool_id(), changed, now);
  };
  return Change(*account, context, request.pool_id(), Conditions(), change, response);
}

absl::Status PoolsService::DeletePool(const CallContext& context, const v1::PoolRequest& request,
                                      v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  return account->WithWorkload(context, [&](Workload& workload, absl::Time now) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(const Revision revision, workload.PoolRevision(request.pool_id()));
    LAZULI_RETURN_IF_ERROR(conditions.Check(revision, Conditions::For::kWrite));
    return workload.DeletePool(request.pool_id(), now);
  });
}

absl::Status PoolsService::ResizePool(const CallContext& context,
                                      const v1::ResizePoolRequest& request,
                                      v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  LAZULI_ASSIGN_OR_RETURN(const PoolResize resize, ReadResize(request));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.ResizePool(request.pool_id(), resize, now);
  };
  return Change(*account, context, request.pool_id(), conditions, change, response);
}

absl::Status PoolsService::StopPoolResize(const CallContext& context,
                                          const v1::PoolRequest& request,
                                          v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.StopResize(request.pool_id(), now);
  };
  return Change(*account, context, request.pool_id(), conditions, change, response);
}

absl::Status PoolsService::RemoveNodes(const CallContext& context,
                                       const v1::RemoveNodesRequest& request,
                                       v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const Conditions conditions, Conditions::Read(request));
  LAZULI_ASSIGN_OR_RETURN(const NodeRemoval removal, ReadRemoval(request));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.RemoveNodes(request.pool_id(), removal, now);
  };
  return Change(*account, context, request.pool_id(), conditions, change, response);
}

absl::Status PoolsService::ListComputeNodes(const CallContext& context,
                                            const v1::ListComputeNodesRequest& request,
                                            v1::ListComputeNodesResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const ListQuery query, ReadListQuery<v1::ComputeNode>(request));
  PoolView pool;
  std::string url;
  const auto list = [&](const PageRequest& part) -> absl::StatusOr<Page<NodeView>> {
    Page<NodeView> page;
    LAZULI_RETURN_IF_ERROR(
        account->WithWorkload(context, [&](Workload& workload, absl::Time) -> absl::Status {
          url = workload.options().account_url;
          LAZULI_ASSIGN_OR_RETURN(pool, workload.GetPool(request.pool_id()));
          LAZULI_ASSIGN_OR_RETURN(page, workload.ListNodes(request.pool_id(), part));
          return absl::OkStatus();
        }));
    return page;
  };
  return FillList(
      query, list,
      [&](const NodeView& view, v1::ComputeNode* node) { return WriteNode(view, pool, url, node); },
      response);
}

absl::Status PoolsService::GetComputeNode(const CallContext& context,
                                          const v1::GetComputeNodeRequest& request,
                                          v1::ComputeNode* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  LAZULI_ASSIGN_OR_RETURN(const ObjectSelect select,
                          ObjectSelect::Parse(request.select(), *v1::ComputeNode::descriptor()));
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
  LAZULI_RETURN_IF_ERROR(WriteNode(view, pool, url, response));
  select.Apply(response);
  return absl::OkStatus();
}

absl::Status PoolsService::RebootNode(const CallContext& context,
                                      const v1::RebootNodeRequest& request,
                                      v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.RebootNode(request.pool_id(), request.node_id(),
                               ReadTaskOption(request.node_reboot_option()), now);
  };
  return ChangeNode(*account, context, request, change, response);
}

absl::Status PoolsService::DisableNodeScheduling(const CallContext& context,
                                                 const v1::DisableNodeSchedulingRequest& request,
                                                 v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.DisableScheduling(request.pool_id(), request.node_id(),
                                      ReadTaskOption(request.node_disable_scheduling_option()),
                                      now);
  };
  return ChangeNode(*account, context, request, change, response);
}

absl::Status PoolsService::EnableNodeScheduling(const CallContext& context,
                                                const v1::ComputeNodeRequest& request,
                                                v1::ObjectRevision* response) {
  LAZULI_ASSIGN_OR_RETURN(const auto account, FindServing(*accounts_, context, request.account()));
  const auto change = [&](Workload& workload, absl::Time now) {
    return workload.EnableScheduling(request.pool_id(), request.node_id(), now);
  };
  return ChangeNode(*account, context, request, change, response);
}

}  // namespace lazuli::batch

// What users do with single nodes.
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "batch/workload/errors.h"
#include "batch/workload/node.h"
#include "batch/workload/page.h"
#include "batch/workload/pool.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

constexpr absl::string_view kRebooted = "rebooted by a user";
constexpr absl::string_view kSchedulingOff = "scheduling disabled by a user";
constexpr absl::string_view kSchedulingOn = "scheduling enabled by a user";

bool IsLeaving(const Node& node) { return node.draining || node.state == NodeState::kLeavingPool; }

PoolNodeNumbers CountStates(const Pool& pool) {
  PoolNodeNumbers numbers;
  numbers.pool_id = pool.id;
  for (const auto& [ordinal, node] : pool.nodes) {
    ++(node->dedicated ? numbers.dedicated
                       : numbers.low_priority)[static_cast<size_t>(node->state)];
  }
  return numbers;
}

}  // namespace

absl::StatusOr<Page<PoolNodeNumbers>> Workload::CountNodes(const PageRequest& page) const {
  return MakePage<PoolNodeNumbers>(pools_, page, [](const Pool& pool) {
    return absl::StatusOr<PoolNodeNumbers>(CountStates(pool));
  });
}

absl::Status Workload::RebootNode(absl::string_view pool_id, absl::string_view node_id,
                                  NodeDeallocation tasks, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Node * node, NodeById(pool_id, node_id));
  if (IsLeaving(*node)) return NodeStateError(pool_id, node_id, NodeState::kLeavingPool);
  if (node->reboot_pending) return NodeStateError(pool_id, node_id, NodeState::kRebooting);
  if (node->state != NodeState::kIdle && node->state != NodeState::kRunning) {
    return NodeStateError(pool_id, node_id, node->state);
  }
  node->reboot_pending = true;
  NoteChange(*node);
  UpdateSlots(*node);
  FollowWishes(*node, now);
  EvictTasks(*node, tasks, now, kRebooted);
  Schedule(*node->pool->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::DisableScheduling(absl::string_view pool_id, absl::string_view node_id,
                                         NodeDeallocation tasks, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Node * node, NodeById(pool_id, node_id));
  if (IsLeaving(*node)) return NodeStateError(pool_id, node_id, NodeState::kLeavingPool);
  if (!node->scheduling) return NodeSchedulingUnchangedError(pool_id, node_id);
  node->scheduling = false;
  NoteChange(*node);
  UpdateSlots(*node);
  FollowWishes(*node, now);
  EvictTasks(*node, tasks, now, kSchedulingOff);
  Schedule(*node->pool->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::EnableScheduling(absl::string_view pool_id, absl::string_view node_id,
                                        absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Node * node, NodeById(pool_id, node_id));
  if (IsLeaving(*node)) return NodeStateError(pool_id, node_id, NodeState::kLeavingPool);
  if (node->scheduling) return NodeSchedulingUnchangedError(pool_id, node_id);
  node->scheduling = true;
  NoteChange(*node);
  Move(*node, NodeTrigger::kBringBack, now, kSchedulingOn);
  UpdateSlots(*node);
  Schedule(*node->pool->queue, now);
  return absl::OkStatus();
}

void Workload::FollowWishes(Node& node, absl::Time now) {
  if (node.state != NodeState::kIdle) return;
  if (node.reboot_pending) {
    node.reboot_pending = false;
    Move(node, NodeTrigger::kReboot, now, kRebooted);
    StartNodeTimer(node, NodeTimer::kBooted, options_.node_boot_time - options_.node_boot_time / 2,
                   now);
    return;
  }
  if (!node.scheduling) Move(node, NodeTrigger::kTakeOffline, now, kSchedulingOff);
}

}  // namespace lazuli::batch

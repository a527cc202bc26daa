// Pools and nodes.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "batch/workload/errors.h"
#include "batch/workload/node.h"
#include "batch/workload/page.h"
#include "batch/workload/pool.h"
#include "batch/workload/resource_names.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {
namespace {

constexpr char kLostCode[] = "CustomerManagedKeyUnavailable";
// What becomes of a node or a pool that leaves.
constexpr char kGone[] = "gone";

// Which nodes a resize takes first: a rank, and among equals the youngest.
int RetirementRank(const Node& node) {
  switch (node.state) {
    case NodeState::kCreating:
      return 0;
    case NodeState::kStarting:
    case NodeState::kRebooting:
      return 1;
    case NodeState::kUnusable:
    case NodeState::kOffline:
      return 2;
    case NodeState::kIdle:
      return 3;
    case NodeState::kRunning:
    case NodeState::kLeavingPool:
      return 4;
  }
  return 4;
}

bool Stays(const Node& node) { return !node.draining && node.state != NodeState::kLeavingPool; }

// Addresses as of a virtual network 10.0.0.0/8, of which Azure keeps the first four.
std::string IpAddress(uint32_t number) {
  const uint32_t host = number + 4;
  return absl::StrCat("10.", host >> 16 & 255, ".", host >> 8 & 255, ".", host & 255);
}

}  // namespace

absl::Status Workload::AddPool(const NewPool& added, absl::Time now) {
  if (const absl::StatusOr<Pool*> present = PoolById(added.id); present.ok()) {
    return (*present)->state == PoolState::kDeleting ? PoolBeingDeletedError(added.id)
                                                     : PoolExistsError(added.id);
  }
  if (pools_.size() >= static_cast<size_t>(options_.pool_quota)) {
    return PoolQuotaReachedError(options_.pool_quota);
  }
  auto owned = std::make_unique<Pool>();
  Pool& pool = *owned;
  pool.ordinal = NextOrdinal();
  pool.id = added.id;
  pool.key = absl::AsciiStrToLower(added.id);
  pool.sealed_as = pool.ordinal;
  pool.sealed = host_->protector().Seal(RecordIdentity(pool), pool.sealed_as, added.specification);
  pool.queue = &QueueOf(added.id);
  pool.queue->pool = &pool;
  pool.revision.last_modified = now;
  pool.creation_time = pool.state_transition_time = pool.allocation_state_transition_time = now;
  pool.target_dedicated = added.target_dedicated;
  pool.target_low_priority = added.target_low_priority;
  pool.slots_per_node = added.slots_per_node;
  pool.fill = added.fill;
  pool.resize_timeout = added.resize_timeout;
  pool.node_id_parent =
      absl::StrCat(options_.account_id, "/pools/", pool.key, "/", pool_incarnations_[pool.key]++);
  pools_by_id_[pool.key] = &pool;
  pools_[pool.ordinal] = std::move(owned);
  NoteChange(pool);
  changed_pool_names_.Mark(pool.key);
  host_->RecordEvent("pool", ResourceName(pool), "", StateName(pool.state), "added");
  StartResize(pool, NodeDeallocation::kRequeue, pool.resize_timeout, now);
  return absl::OkStatus();
}

absl::StatusOr<PoolView> Workload::View(const Pool& pool) const {
  PoolView view;
  LAZULI_ASSIGN_OR_RETURN(
      view.specification,
      host_->protector().Unseal(RecordIdentity(pool), pool.sealed_as, pool.sealed));
  view.id = pool.id;
  view.revision = pool.revision;
  view.creation_time = pool.creation_time;
  view.state = pool.state;
  view.state_transition_time = pool.state_transition_time;
  view.allocation_state = pool.allocation_state;
  view.allocation_state_transition_time = pool.allocation_state_transition_time;
  view.current_dedicated = pool.dedicated_nodes;
  view.current_low_priority = pool.low_priority_nodes;
  view.target_dedicated = pool.target_dedicated;
  view.target_low_priority = pool.target_low_priority;
  view.slots_per_node = pool.slots_per_node;
  view.fill = pool.fill;
  view.resize_timeout = pool.resize_timeout;
  return view;
}

absl::StatusOr<PoolView> Workload::GetPool(absl::string_view pool_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Pool* pool, PoolById(pool_id));
  return View(*pool);
}

absl::StatusOr<Page<PoolView>> Workload::ListPools(const PageRequest& page) const {
  return MakePage<PoolView>(pools_, page, [this](const Pool& pool) { return View(pool); });
}

absl::Status Workload::ResizePool(absl::string_view pool_id, const PoolResize& resize,
                                  absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Pool * pool, PoolById(pool_id));
  if (pool->state == PoolState::kDeleting) return PoolBeingDeletedError(pool_id);
  if (pool->allocation_state != AllocationState::kSteady) return PoolBeingResizedError(pool_id);
  pool->target_dedicated = resize.target_dedicated.value_or(pool->target_dedicated);
  pool->target_low_priority = resize.target_low_priority.value_or(pool->target_low_priority);
  pool->revision.last_modified = now;
  ++pool->revision.number;
  NoteChange(*pool);
  StartResize(*pool, resize.deallocation, resize.resize_timeout.value_or(pool->resize_timeout),
              now);
  Schedule(*pool->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::StopResize(absl::string_view pool_id, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Pool * pool, PoolById(pool_id));
  if (pool->state == PoolState::kDeleting) return PoolBeingDeletedError(pool_id);
  if (pool->allocation_state == AllocationState::kSteady) return absl::OkStatus();
  if (pool->timer.valid()) host_->Cancel(std::exchange(pool->timer, TimerId()));
  GiveUpResize(*pool, AllocationTrigger::kStop, now, "resize stopped by a user");
  pool->target_dedicated = pool->target_low_priority = 0;
  for (const auto& [ordinal, node] : pool->nodes) {
    if (Stays(*node)) ++(node->dedicated ? pool->target_dedicated : pool->target_low_priority);
  }
  pool->revision.last_modified = now;
  ++pool->revision.number;
  NoteChange(*pool);
  return absl::OkStatus();
}

absl::Status Workload::RemoveNodes(absl::string_view pool_id, const NodeRemoval& removal,
                                   absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Pool * pool, PoolById(pool_id));
  if (pool->state == PoolState::kDeleting) return PoolBeingDeletedError(pool_id);
  if (pool->allocation_state != AllocationState::kSteady) return PoolBeingResizedError(pool_id);
  std::map<uint64_t, Node*> nodes;  // by ordinal
  for (const std::string& id : removal.node_ids) {
    LAZULI_ASSIGN_OR_RETURN(Node * node, NodeById(pool_id, id));
    if (Stays(*node)) nodes[node->ordinal] = node;
  }
  constexpr absl::string_view kCause = "removed by a user";
  Move(*pool, AllocationTrigger::kResize, now, kCause);
  for (const auto& [ordinal, node] : nodes) {
    int32_t& target = node->dedicated ? pool->target_dedicated : pool->target_low_priority;
    target = std::max(target - 1, 0);
    SetDraining(*node, true);
  }
  for (const auto& [ordinal, node] : nodes) {
    RetireNode(*node, removal.deallocation, now, kCause);
  }
  pool->revision.last_modified = now;
  ++pool->revision.number;
  if (pool->unsettled_nodes > 0) {
    StartPoolTimer(*pool, removal.resize_timeout.value_or(pool->resize_timeout), now);
  }
  SettleResize(*pool, now);
  Schedule(*pool->queue, now);
  return absl::OkStatus();
}

absl::Status Workload::ReplacePoolSpecification(absl::string_view pool_id,
                                                absl::string_view specification, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Pool * pool, PoolById(pool_id));
  if (pool->state == PoolState::kDeleting) return PoolBeingDeletedError(pool_id);
  pool->sealed_as = NextOrdinal();
  pool->sealed = host_->protector().Seal(RecordIdentity(*pool), pool->sealed_as, specification);
  pool->revision.last_modified = now;
  ++pool->revision.number;
  NoteChange(*pool);
  return absl::OkStatus();
}

absl::StatusOr<Revision> Workload::PoolRevision(absl::string_view pool_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Pool* pool, PoolById(pool_id));
  return pool->revision;
}

absl::Status Workload::DeletePool(absl::string_view pool_id, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(Pool * pool, PoolById(pool_id));
  if (!Move(*pool, PoolTrigger::kDelete, now, "deleted by a user")) {
    return PoolBeingDeletedError(pool_id);
  }
  pool->revision.last_modified = now;
  ++pool->revision.number;
  for (const auto& [ordinal, node] : pool->nodes) SetDraining(*node, true);
  for (const auto& [ordinal, node] : pool->nodes) {
    RetireNode(*node, NodeDeallocation::kRequeue, now, "pool deleted");
  }
  // Set after the timers of the nodes, and so it fires after them.
  StartPoolTimer(*pool, options_.node_leave_time, now);
  return absl::OkStatus();
}

void Workload::StartResize(Pool& pool, NodeDeallocation how, absl::Duration timeout,
                           absl::Time now) {
  Move(pool, AllocationTrigger::kResize, now, "resize");
  FitNodes(pool, /*dedicated=*/true, pool.target_dedicated, how, now);
  FitNodes(pool, /*dedicated=*/false, pool.target_low_priority, how, now);
  if (pool.unsettled_nodes > 0) StartPoolTimer(pool, timeout, now);
  SettleResize(pool, now);
}

void Workload::FitNodes(Pool& pool, bool dedicated, int32_t target, NodeDeallocation how,
                        absl::Time now) {
  std::vector<Node*> staying;
  for (const auto& [ordinal, node] : pool.nodes) {
    if (node->dedicated == dedicated && Stays(*node)) staying.push_back(node.get());
  }
  const int32_t present = static_cast<int32_t>(staying.size());
  if (present <= target) {
    AddNodes(pool, target - present, dedicated, now);
    return;
  }
  std::sort(staying.begin(), staying.end(), [](const Node* a, const Node* b) {
    return std::make_tuple(RetirementRank(*a), b->ordinal) <
           std::make_tuple(RetirementRank(*b), a->ordinal);
  });
  staying.resize(static_cast<size_t>(present - target));
  for (Node* node : staying) SetDraining(*node, true);
  for (Node* node : staying) RetireNode(*node, how, now, "resize");
}

void Workload::SettleResize(Pool& pool, absl::Time now) {
  if (pool.state != PoolState::kActive || pool.unsettled_nodes > 0) return;
  if (!Move(pool, AllocationTrigger::kSettle, now, "resized")) return;
  if (pool.timer.valid()) host_->Cancel(std::exchange(pool.timer, TimerId()));
}

void Workload::GiveUpResize(Pool& pool, AllocationTrigger trigger, absl::Time now,
                            absl::string_view cause) {
  if (!Move(pool, trigger, now, cause)) return;
  for (const auto& [ordinal, node] : pool.nodes) {
    if (node->draining && node->state != NodeState::kLeavingPool) SetDraining(*node, false);
  }
  Schedule(*pool.queue, now);
}

void Workload::StartPoolTimer(Pool& pool, absl::Duration delay, absl::Time now) {
  if (pool.timer.valid()) host_->Cancel(pool.timer);
  ++pool.timer_number;
  pool.timer = host_->Schedule(now + delay, WorkOf(pool));
  NoteChange(pool);
}

DeferredWork Workload::WorkOf(const Pool& pool) {
  auto apply = [this, ordinal = pool.ordinal, number = pool.timer_number](absl::Time due) {
    Pool* found = FindPool(ordinal);
    if (found == nullptr || found->timer_number != number) return false;
    if (found->state == PoolState::kDeleting) {
      RemovePool(*found);
      return true;
    }
    if (found->allocation_state != AllocationState::kResizing) return false;
    found->timer = TimerId();
    NoteChange(*found);
    GiveUpResize(*found, AllocationTrigger::kTimeOut, due, "resize timeout");
    return true;
  };
  const char* const transition =
      pool.state == PoolState::kDeleting ? kGone : StateName(AllocationState::kSteady);
  return DeferredWork{"pool", ResourceName(pool), transition, std::move(apply)};
}

void Workload::AddNodes(Pool& pool, int32_t count, bool dedicated, absl::Time now) {
  for (int32_t i = 0; i < count; ++i) {
    auto owned = std::make_unique<Node>();
    Node& node = *owned;
    node.ordinal = NextOrdinal();
    node.pool = &pool;
    node.number = pool.next_node_number++;
    node.id = absl::StrCat(
        "tvm-", options_.ids.Hex32(pool.node_id_parent, "node", node.number).substr(0, 16));
    node.dedicated = dedicated;
    node.free_slots = pool.slots_per_node;
    node.allocation_time = node.state_transition_time = now;
    ++pool.unsettled_nodes;
    ++(dedicated ? pool.dedicated_nodes : pool.low_priority_nodes);
    pool.nodes_by_id[node.id] = &node;
    pool.nodes[node.ordinal] = std::move(owned);
    NoteChange(node);
    NoteChange(pool);
    host_->RecordEvent("node", ResourceName(node), "", StateName(node.state), "resize");
    StartNodeTimer(node, NodeTimer::kAllocated, options_.node_boot_time / 2, now);
  }
}

void Workload::StartNodeTimer(Node& node, NodeTimer timer, absl::Duration delay, absl::Time now) {
  if (node.timer.valid()) host_->Cancel(node.timer);
  ++node.timer_number;
  node.awaited = timer;
  node.timer = host_->Schedule(now + delay, WorkOf(node));
  NoteChange(node);
}

DeferredWork Workload::WorkOf(const Node& node) {
  const char* transition = "";
  switch (node.awaited) {
    case NodeTimer::kAllocated:
      transition = StateName(NodeState::kStarting);
      break;
    case NodeTimer::kBooted:
      transition = StateName(NodeState::kIdle);
      break;
    case NodeTimer::kGone:
      transition = kGone;
      break;
  }
  auto apply = [this, pool = node.pool->ordinal, ordinal = node.ordinal,
                number = node.timer_number](absl::Time due) {
    Node* found = FindNode(pool, ordinal);
    if (found == nullptr || found->timer_number != number) return false;
    found->timer = TimerId();
    NoteChange(*found);
    OnNodeTimer(*found, due);
    return true;
  };
  return DeferredWork{"node", ResourceName(node), transition, std::move(apply)};
}

void Workload::OnNodeTimer(Node& node, absl::Time now) {
  Pool& pool = *node.pool;
  switch (node.awaited) {
    case NodeTimer::kAllocated:
      Move(node, NodeTrigger::kAllocated, now, "allocated");
      StartNodeTimer(node, NodeTimer::kBooted,
                     options_.node_boot_time - options_.node_boot_time / 2, now);
      SettleResize(pool, now);
      return;
    case NodeTimer::kBooted:
      node.last_boot_time = now;
      Move(node, NodeTrigger::kBooted, now, "booted");
      FollowWishes(node, now);
      Schedule(*pool.queue, now);
      return;
    case NodeTimer::kGone:
      RemoveNode(node);
      SettleResize(pool, now);
      return;
  }
}

void Workload::RetireNode(Node& node, NodeDeallocation how, absl::Time now,
                          absl::string_view cause) {
  if (node.tasks.empty()) {
    StartLeaving(node, now, cause);
    return;
  }
  // The last of them to go takes the node with it.
  EvictTasks(node, how, now, cause);
}

void Workload::EvictTasks(Node& node, NodeDeallocation how, absl::Time now,
                          absl::string_view cause) {
  const std::vector<Task*> tasks = node.tasks;
  switch (how) {
    case NodeDeallocation::kRequeue:
      for (Task* task : tasks) ReturnTask(*task, TaskTrigger::kRequeue, now, cause);
      return;
    case NodeDeallocation::kTerminate:
      for (Task* task : tasks) {
        CompleteTask(*task, TaskTrigger::kTerminate, TaskFailure::kEnded, now, cause);
      }
      return;
    case NodeDeallocation::kTaskCompletion:
      return;
  }
}

void Workload::StartLeaving(Node& node, absl::Time now, absl::string_view cause) {
  if (!Move(node, NodeTrigger::kLeave, now, cause)) return;
  StartNodeTimer(node, NodeTimer::kGone, options_.node_leave_time, now);
}

void Workload::RemoveNode(Node& node) {
  Pool& pool = *node.pool;
  if (node.timer.valid()) host_->Cancel(node.timer);
  NoteChange(node);
  --pool.unsettled_nodes;
  --(node.dedicated ? pool.dedicated_nodes : pool.low_priority_nodes);
  host_->RecordEvent("node", ResourceName(node), StateName(node.state), "", "left the pool");
  pool.nodes_by_id.erase(node.id);
  pool.nodes.erase(node.ordinal);
}

void Workload::RemovePool(Pool& pool) {
  while (!pool.nodes.empty()) RemoveNode(*pool.nodes.begin()->second);
  host_->RecordEvent("pool", ResourceName(pool), StateName(pool.state), "", "nodes have left");
  NoteChange(pool);
  pool.queue->pool = nullptr;
  ReleaseQueue(*pool.queue);
  pools_by_id_.erase(pool.key);
  pools_.erase(pool.ordinal);
}

NodeView Workload::View(const Node& node) const {
  NodeView view;
  view.id = node.id;
  view.state = node.state;
  view.state_transition_time = node.state_transition_time;
  view.allocation_time = node.allocation_time;
  view.last_boot_time = node.last_boot_time;
  view.ip_address = IpAddress(node.number);
  view.dedicated = node.dedicated;
  view.scheduling = node.scheduling;
  view.total_tasks_run = node.total_tasks_run;
  view.total_tasks_succeeded = node.total_tasks_succeeded;
  view.running_tasks = static_cast<int32_t>(node.tasks.size());
  view.running_slots = node.pool->slots_per_node - node.free_slots;
  if (node.state == NodeState::kUnusable) {
    view.error_code = kLostCode;
    view.error_message =
        absl::StrCat("The account's customer-managed key cannot be used: ", loss_reason_);
  }
  return view;
}

absl::StatusOr<NodeView> Workload::GetNode(absl::string_view pool_id,
                                           absl::string_view node_id) const {
  LAZULI_ASSIGN_OR_RETURN(const Node* node, NodeById(pool_id, node_id));
  return View(*node);
}

absl::StatusOr<Page<NodeView>> Workload::ListNodes(absl::string_view pool_id,
                                                   const PageRequest& page) const {
  LAZULI_ASSIGN_OR_RETURN(const Pool* pool, PoolById(pool_id));
  return MakePage<NodeView>(
      pool->nodes, page, [this](const Node& node) { return absl::StatusOr<NodeView>(View(node)); });
}

}  // namespace lazuli::batch

#include "batch/service/pool_conversion.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "batch/service/input.h"
#include "batch/service/output.h"
#include "batch/workload/errors.h"
#include "batch/workload/limits.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

constexpr char kDefaultCommunicationMode[] = "default";
constexpr char kDefaultImageVersion[] = "latest";

absl::Status CheckTarget(absl::string_view property, int32_t target) {
  return CheckRange(property, target, 0, limits::batch::kMaxNodesPerPool);
}

absl::Status CheckMachine(const v1::PoolAddParameter& pool) {
  if (pool.vm_size().empty()) return MissingPropertyError("vmSize");
  if (!pool.has_virtual_machine_configuration()) {
    return MissingPropertyError("virtualMachineConfiguration");
  }
  for (const std::string& target :
       pool.virtual_machine_configuration().disk_encryption_configuration().targets()) {
    const std::string lower = absl::AsciiStrToLower(target);
    if (lower == "osdisk" || lower == "temporarydisk") continue;
    return InvalidPropertyError("virtualMachineConfiguration.diskEncryptionConfiguration.targets",
                                "", "The values are osdisk and temporarydisk");
  }
  return absl::OkStatus();
}

absl::Status CheckCommunicationMode(const std::string& text) {
  const std::string mode = absl::AsciiStrToLower(text);
  if (mode == "default" || mode == "classic" || mode == "simplified") return absl::OkStatus();
  return InvalidPropertyError("targetNodeCommunicationMode", "",
                              "The values are default, classic and simplified");
}

absl::Status CheckStartTask(const v1::StartTask& task) {
  if (task.command_line().empty()) return MissingPropertyError("startTask.commandLine");
  LAZULI_RETURN_IF_ERROR(
      CheckSettings("startTask.environmentSettings", task.environment_settings()));
  return CheckRetryCount("startTask.maxTaskRetryCount", task.max_task_retry_count());
}

absl::Status CheckUserAccounts(const v1::PoolAddParameter& pool) {
  for (int i = 0; i < pool.user_accounts_size(); ++i) {
    if (pool.user_accounts(i).name().empty()) {
      return MissingPropertyError(absl::StrCat("userAccounts[", i, "].name"));
    }
  }
  return absl::OkStatus();
}

NodeDeallocation ReadDeallocation(v1::ComputeNodeDeallocationOption option) {
  switch (option) {
    case v1::COMPUTE_NODE_DEALLOCATION_OPTION_TERMINATE:
      return NodeDeallocation::kTerminate;
    case v1::COMPUTE_NODE_DEALLOCATION_OPTION_TASK_COMPLETION:
    case v1::COMPUTE_NODE_DEALLOCATION_OPTION_RETAINED_DATA:
      return NodeDeallocation::kTaskCompletion;
    default:  // Also what is absent.
      return NodeDeallocation::kRequeue;
  }
}

// What a change of either kind may hold.
template <typename Change>
absl::Status CheckChange(const Change& change) {
  if (change.has_start_task()) LAZULI_RETURN_IF_ERROR(CheckStartTask(change.start_task()));
  if (change.has_target_node_communication_mode()) {
    LAZULI_RETURN_IF_ERROR(CheckCommunicationMode(change.target_node_communication_mode()));
  }
  return absl::OkStatus();
}

v1::PoolState WriteState(PoolState state) {
  switch (state) {
    case PoolState::kActive:
      return v1::POOL_STATE_ACTIVE;
    case PoolState::kDeleting:
      return v1::POOL_STATE_DELETING;
  }
  return v1::POOL_STATE_UNSPECIFIED;
}

v1::AllocationState WriteState(AllocationState state) {
  switch (state) {
    case AllocationState::kSteady:
      return v1::ALLOCATION_STATE_STEADY;
    case AllocationState::kResizing:
      return v1::ALLOCATION_STATE_RESIZING;
  }
  return v1::ALLOCATION_STATE_UNSPECIFIED;
}

v1::ComputeNodeState WriteState(NodeState state) {
  switch (state) {
    case NodeState::kCreating:
      return v1::COMPUTE_NODE_STATE_CREATING;
    case NodeState::kStarting:
      return v1::COMPUTE_NODE_STATE_STARTING;
    case NodeState::kIdle:
      return v1::COMPUTE_NODE_STATE_IDLE;
    case NodeState::kRunning:
      return v1::COMPUTE_NODE_STATE_RUNNING;
    case NodeState::kOffline:
      return v1::COMPUTE_NODE_STATE_OFFLINE;
    case NodeState::kRebooting:
      return v1::COMPUTE_NODE_STATE_REBOOTING;
    case NodeState::kUnusable:
      return v1::COMPUTE_NODE_STATE_UNUSABLE;
    case NodeState::kLeavingPool:
      return v1::COMPUTE_NODE_STATE_LEAVING_POOL;
  }
  return v1::COMPUTE_NODE_STATE_UNSPECIFIED;
}

// The service does not show secrets again.
void DropSecrets(v1::CloudPool* pool) {
  for (v1::UserAccount& user : *pool->mutable_user_accounts()) {
    user.clear_password();
    if (user.has_linux_user_configuration()) {
      user.mutable_linux_user_configuration()->clear_ssh_private_key();
    }
  }
  for (v1::MountConfiguration& mount : *pool->mutable_mount_configuration()) {
    if (mount.has_azure_blob_file_system_configuration()) {
      mount.mutable_azure_blob_file_system_configuration()->clear_account_key();
      mount.mutable_azure_blob_file_system_configuration()->clear_sas_key();
    }
    if (mount.has_cifs_mount_configuration()) {
      mount.mutable_cifs_mount_configuration()->clear_password();
    }
    if (mount.has_azure_file_share_configuration()) {
      mount.mutable_azure_file_share_configuration()->clear_account_key();
    }
  }
  if (pool->virtual_machine_configuration().has_container_configuration()) {
    for (v1::ContainerRegistry& registry : *pool->mutable_virtual_machine_configuration()
                                                ->mutable_container_configuration()
                                                ->mutable_container_registries()) {
      registry.clear_password();
    }
  }
  if (pool->start_task().container_settings().has_registry()) {
    pool->mutable_start_task()->mutable_container_settings()->mutable_registry()->clear_password();
  }
}

v1::StartTask WithDefaults(v1::StartTask task) {
  if (!task.has_max_task_retry_count()) task.set_max_task_retry_count(0);
  if (!task.has_wait_for_success()) task.set_wait_for_success(true);
  if (task.container_settings().has_registry()) {
    task.mutable_container_settings()->mutable_registry()->clear_password();
  }
  return task;
}

// What the caller described, with the defaults of what was left out.
void WriteDescription(const v1::PoolAddParameter& added, v1::CloudPool* pool) {
  if (added.has_display_name()) pool->set_display_name(added.display_name());
  pool->set_vm_size(added.vm_size());
  *pool->mutable_virtual_machine_configuration() = added.virtual_machine_configuration();
  v1::ImageReference& image =
      *pool->mutable_virtual_machine_configuration()->mutable_image_reference();
  if (!image.has_version() && !image.has_virtual_machine_image_id()) {
    image.set_version(kDefaultImageVersion);
  }
  pool->set_enable_auto_scale(false);
  pool->set_enable_inter_node_communication(added.enable_inter_node_communication());
  if (added.has_start_task()) *pool->mutable_start_task() = WithDefaults(added.start_task());
  *pool->mutable_metadata() = added.metadata();
  if (added.has_network_configuration()) {
    *pool->mutable_network_configuration() = added.network_configuration();
  }
  *pool->mutable_application_licenses() = added.application_licenses();
  *pool->mutable_user_accounts() = added.user_accounts();
  *pool->mutable_mount_configuration() = added.mount_configuration();
  pool->set_target_node_communication_mode(added.has_target_node_communication_mode()
                                               ? added.target_node_communication_mode()
                                               : kDefaultCommunicationMode);
  DropSecrets(pool);
}

}  // namespace

absl::StatusOr<NewPool> ReadPool(const v1::PoolAddParameter& pool) {
  LAZULI_RETURN_IF_ERROR(CheckId("id", pool.id()));
  LAZULI_RETURN_IF_ERROR(CheckDisplayName(pool.display_name()));
  LAZULI_RETURN_IF_ERROR(CheckMachine(pool));
  LAZULI_RETURN_IF_ERROR(CheckMetadata(pool.metadata()));
  if (pool.has_target_node_communication_mode()) {
    LAZULI_RETURN_IF_ERROR(CheckCommunicationMode(pool.target_node_communication_mode()));
  }
  LAZULI_RETURN_IF_ERROR(CheckUserAccounts(pool));
  if (pool.has_start_task()) LAZULI_RETURN_IF_ERROR(CheckStartTask(pool.start_task()));
  if (!pool.has_target_dedicated_nodes() && !pool.has_target_low_priority_nodes()) {
    return MissingPropertyError("targetDedicatedNodes");
  }
  NewPool added;
  added.id = pool.id();
  added.target_dedicated = pool.target_dedicated_nodes();
  added.target_low_priority = pool.target_low_priority_nodes();
  LAZULI_RETURN_IF_ERROR(CheckTarget("targetDedicatedNodes", added.target_dedicated));
  LAZULI_RETURN_IF_ERROR(CheckTarget("targetLowPriorityNodes", added.target_low_priority));
  if (pool.has_resize_timeout()) {
    LAZULI_ASSIGN_OR_RETURN(added.resize_timeout, ReadResizeTimeout(pool.resize_timeout()));
  } else {
    added.resize_timeout = limits::batch::kDefaultResizeTimeout;
  }
  if (pool.has_task_slots_per_node()) added.slots_per_node = pool.task_slots_per_node();
  LAZULI_RETURN_IF_ERROR(
      CheckRange("taskSlotsPerNode", added.slots_per_node, 1, limits::batch::kMaxTaskSlotsPerNode));
  if (pool.task_scheduling_policy().node_fill_type() == v1::COMPUTE_NODE_FILL_TYPE_PACK) {
    added.fill = NodeFillType::kPack;
  }
  added.specification = pool.SerializeAsString();
  return added;
}

absl::StatusOr<PoolResize> ReadResize(const v1::ResizePoolRequest& request) {
  if (!request.has_target_dedicated_nodes() && !request.has_target_low_priority_nodes()) {
    return MissingPropertyError("targetDedicatedNodes");
  }
  PoolResize resize;
  if (request.has_target_dedicated_nodes()) {
    LAZULI_RETURN_IF_ERROR(CheckTarget("targetDedicatedNodes", request.target_dedicated_nodes()));
    resize.target_dedicated = request.target_dedicated_nodes();
  }
  if (request.has_target_low_priority_nodes()) {
    LAZULI_RETURN_IF_ERROR(
        CheckTarget("targetLowPriorityNodes", request.target_low_priority_nodes()));
    resize.target_low_priority = request.target_low_priority_nodes();
  }
  if (request.has_resize_timeout()) {
    LAZULI_ASSIGN_OR_RETURN(resize.resize_timeout, ReadResizeTimeout(request.resize_timeout()));
  }
  resize.deallocation = ReadDeallocation(request.node_deallocation_option());
  return resize;
}

absl::StatusOr<NodeRemoval> ReadRemoval(const v1::RemoveNodesRequest& request) {
  if (static_cast<size_t>(request.node_list_size()) > limits::batch::kMaxNodesPerRemoval) {
    return OutOfRangePropertyError("nodeList", request.node_list_size(), 1,
                                   limits::batch::kMaxNodesPerRemoval);
  }
  NodeRemoval removal;
  removal.node_ids.assign(request.node_list().begin(), request.node_list().end());
  if (request.has_resize_timeout()) {
    LAZULI_ASSIGN_OR_RETURN(removal.resize_timeout, ReadResizeTimeout(request.resize_timeout()));
  }
  removal.deallocation = ReadDeallocation(request.node_deallocation_option());
  return removal;
}

NodeDeallocation ReadTaskOption(v1::ComputeNodeRebootOption option) {
  switch (option) {
    case v1::COMPUTE_NODE_REBOOT_OPTION_TERMINATE:
      return NodeDeallocation::kTerminate;
    case v1::COMPUTE_NODE_REBOOT_OPTION_TASK_COMPLETION:
    case v1::COMPUTE_NODE_REBOOT_OPTION_RETAINED_DATA:
      return NodeDeallocation::kTaskCompletion;
    default:  // Also what is absent.
      return NodeDeallocation::kRequeue;
  }
}

NodeDeallocation ReadTaskOption(v1::DisableComputeNodeSchedulingOption option) {
  switch (option) {
    case v1::DISABLE_COMPUTE_NODE_SCHEDULING_OPTION_TERMINATE:
      return NodeDeallocation::kTerminate;
    case v1::DISABLE_COMPUTE_NODE_SCHEDULING_OPTION_TASK_COMPLETION:
      return NodeDeallocation::kTaskCompletion;
    default:  // Also what is absent.
      return NodeDeallocation::kRequeue;
  }
}

absl::StatusOr<std::string> PatchPool(const PoolView& view, const v1::PoolPatchParameter& change) {
  LAZULI_RETURN_IF_ERROR(CheckChange(change));
  LAZULI_RETURN_IF_ERROR(CheckMetadata(change.metadata().values()));
  LAZULI_ASSIGN_OR_RETURN(auto pool, ReadSpecification<v1::PoolAddParameter>(view.specification));
  if (change.has_start_task()) *pool.mutable_start_task() = change.start_task();
  if (change.has_metadata()) *pool.mutable_metadata() = change.metadata().values();
  if (change.has_target_node_communication_mode()) {
    pool.set_target_node_communication_mode(change.target_node_communication_mode());
  }
  return pool.SerializeAsString();
}

absl::StatusOr<std::string> UpdatePool(const PoolView& view,
                                       const v1::PoolUpdatePropertiesParameter& change) {
  LAZULI_RETURN_IF_ERROR(CheckChange(change));
  LAZULI_RETURN_IF_ERROR(CheckMetadata(change.metadata()));
  LAZULI_ASSIGN_OR_RETURN(auto pool, ReadSpecification<v1::PoolAddParameter>(view.specification));
  pool.clear_start_task();
  if (change.has_start_task()) *pool.mutable_start_task() = change.start_task();
  *pool.mutable_metadata() = change.metadata();
  pool.clear_target_node_communication_mode();
  if (change.has_target_node_communication_mode()) {
    pool.set_target_node_communication_mode(change.target_node_communication_mode());
  }
  return pool.SerializeAsString();
}

absl::Status WritePool(const PoolView& view, absl::string_view account_url, v1::CloudPool* pool) {
  LAZULI_ASSIGN_OR_RETURN(const auto added,
                          ReadSpecification<v1::PoolAddParameter>(view.specification));
  pool->set_id(view.id);
  pool->set_url(PoolUrl(account_url, view.id));
  pool->set_e_tag(ETag(view.revision));
  *pool->mutable_last_modified() = ToProto(view.revision.last_modified);
  *pool->mutable_creation_time() = ToProto(view.creation_time);
  pool->set_state(WriteState(view.state));
  *pool->mutable_state_transition_time() = ToProto(view.state_transition_time);
  pool->set_allocation_state(WriteState(view.allocation_state));
  *pool->mutable_allocation_state_transition_time() =
      ToProto(view.allocation_state_transition_time);
  *pool->mutable_resize_timeout() = ToProto(view.resize_timeout);
  pool->set_current_dedicated_nodes(view.current_dedicated);
  pool->set_current_low_priority_nodes(view.current_low_priority);
  pool->set_target_dedicated_nodes(view.target_dedicated);
  pool->set_target_low_priority_nodes(view.target_low_priority);
  pool->set_task_slots_per_node(view.slots_per_node);
  pool->mutable_task_scheduling_policy()->set_node_fill_type(view.fill == NodeFillType::kSpread
                                                                 ? v1::COMPUTE_NODE_FILL_TYPE_SPREAD
                                                                 : v1::COMPUTE_NODE_FILL_TYPE_PACK);
  WriteDescription(added, pool);
  return absl::OkStatus();
}

absl::Status WriteNode(const NodeView& view, const PoolView& pool, absl::string_view account_url,
                       v1::ComputeNode* node) {
  LAZULI_ASSIGN_OR_RETURN(const auto added,
                          ReadSpecification<v1::PoolAddParameter>(pool.specification));
  node->set_id(view.id);
  node->set_url(NodeUrl(account_url, pool.id, view.id));
  node->set_state(WriteState(view.state));
  node->set_scheduling_state(view.scheduling ? "enabled" : "disabled");
  *node->mutable_state_transition_time() = ToProto(view.state_transition_time);
  if (view.last_boot_time.has_value()) {
    *node->mutable_last_boot_time() = ToProto(*view.last_boot_time);
  }
  *node->mutable_allocation_time() = ToProto(view.allocation_time);
  node->set_ip_address(view.ip_address);
  node->set_affinity_id(absl::StrCat("TVM:", view.id));
  node->set_vm_size(added.vm_size());
  node->set_total_tasks_run(view.total_tasks_run);
  node->set_running_tasks_count(view.running_tasks);
  node->set_running_task_slots_count(view.running_slots);
  node->set_total_tasks_succeeded(view.total_tasks_succeeded);
  if (!view.error_code.empty()) {
    v1::ComputeNodeError& error = *node->add_errors();
    error.set_code(view.error_code);
    error.set_message(view.error_message);
  }
  node->set_is_dedicated(view.dedicated);
  if (added.has_start_task()) {
    *node->mutable_start_task() = WithDefaults(added.start_task());
    if (view.last_boot_time.has_value()) {
      // A simulated node finishes it at once.
      v1::StartTaskInformation& info = *node->mutable_start_task_info();
      info.set_state("completed");
      *info.mutable_start_time() = ToProto(*view.last_boot_time);
      *info.mutable_end_time() = ToProto(*view.last_boot_time);
      info.set_exit_code(0);
      info.set_retry_count(0);
      info.set_result("success");
    }
  }
  *node->mutable_virtual_machine_info()->mutable_image_reference() =
      added.virtual_machine_configuration().image_reference();
  return absl::OkStatus();
}

}  // namespace lazuli::batch

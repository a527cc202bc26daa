#include "emulator/client/api.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "emulator/identity/well_known.h"
#include "proto/common.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

namespace {

constexpr char kLocation[] = "westus2";
constexpr int kTaskCollection = 100;

// Fills subscription and group of a Resource Manager request.
template <typename Request>
Request InGroup(const std::string& group) {
  Request request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(group);
  return request;
}

void AddPolicy(const std::string& tenant_id, const std::string& object_id,
               const std::vector<std::string>& permissions, v1::AccessPolicies* policies) {
  v1::AccessPolicyEntry& entry = *policies->add_values();
  entry.set_tenant_id(tenant_id);
  entry.set_object_id(object_id);
  for (const std::string& permission : permissions)
    entry.mutable_permissions()->add_keys(permission);
}

v1::KeyNameRequest KeyName(const std::string& vault, const std::string& key) {
  v1::KeyNameRequest request;
  request.set_vault_name(vault);
  request.set_key_name(key);
  return request;
}

void SetEncryption(const std::string& key_identifier, v1::EncryptionProperties* encryption) {
  if (key_identifier.empty()) {
    encryption->set_key_source(v1::KEY_SOURCE_MICROSOFT_BATCH);
    return;
  }
  encryption->set_key_source(v1::KEY_SOURCE_MICROSOFT_KEY_VAULT);
  encryption->mutable_key_vault_properties()->set_key_identifier(key_identifier);
}

}  // namespace

absl::Status Api::CallInto(absl::string_view name, const google::protobuf::Message& request,
                           google::protobuf::Message* response) {
  return client_->Call(absl::StrCat("lazuli.v1.", name), request, response);
}

std::string Api::VaultId(const std::string& name) const {
  return absl::StrCat("/subscriptions/", kDefaultSubscriptionId, "/resourceGroups/", group_,
                      "/providers/Microsoft.KeyVault/vaults/", name);
}

std::string Api::AccountId(const std::string& name) const {
  return absl::StrCat("/subscriptions/", kDefaultSubscriptionId, "/resourceGroups/", group_,
                      "/providers/Microsoft.Batch/batchAccounts/", name);
}

absl::Status Api::PutResourceGroup() {
  auto request = InGroup<v1::CreateOrUpdateResourceGroupRequest>(group_);
  request.mutable_parameters()->set_location(kLocation);
  return Call<v1::ResourceGroup>("ResourceGroups/CreateOrUpdateResourceGroup", request).status();
}

absl::StatusOr<v1::Identity> Api::PutIdentity(const std::string& name) {
  auto request = InGroup<v1::CreateOrUpdateIdentityRequest>(group_);
  request.set_resource_name(name);
  request.mutable_parameters()->set_location(kLocation);
  return Call<v1::Identity>("UserAssignedIdentities/CreateOrUpdateIdentity", request);
}

absl::Status Api::DeleteIdentity(const std::string& name) {
  auto request = InGroup<v1::IdentityRequest>(group_);
  request.set_resource_name(name);
  return Call<v1::Empty>("UserAssignedIdentities/DeleteIdentity", request).status();
}

absl::StatusOr<v1::RoleAssignment> Api::AssignRole(const std::string& scope,
                                                   const std::string& name, const std::string& role,
                                                   const std::string& principal_id) {
  v1::CreateRoleAssignmentRequest request;
  request.set_scope(scope);
  request.set_role_assignment_name(name);
  v1::RoleAssignment::Properties& properties = *request.mutable_parameters()->mutable_properties();
  properties.set_role_definition_id(
      absl::StrCat("/providers/Microsoft.Authorization/roleDefinitions/", role));
  properties.set_principal_id(principal_id);
  return Call<v1::RoleAssignment>("RoleAssignments/CreateRoleAssignment", request);
}

absl::Status Api::DeleteRoleAssignment(const std::string& scope, const std::string& name) {
  v1::RoleAssignmentRequest request;
  request.set_scope(scope);
  request.set_role_assignment_name(name);
  return Call<v1::RoleAssignment>("RoleAssignments/DeleteRoleAssignment", request).status();
}

absl::StatusOr<v1::Vault> Api::PutVault(const std::string& name, const VaultSpec& spec) {
  auto request = InGroup<v1::CreateOrUpdateVaultRequest>(group_);
  request.set_vault_name(name);
  request.mutable_parameters()->set_location(kLocation);
  v1::VaultProperties& properties = *request.mutable_parameters()->mutable_properties();
  const std::string tenant =
      spec.tenant_id.empty() ? std::string(kDefaultTenantId) : spec.tenant_id;
  properties.set_tenant_id(tenant);
  properties.mutable_sku()->set_family("A");
  properties.mutable_sku()->set_name("standard");
  properties.set_soft_delete_retention_in_days(spec.retention_days);
  if (!spec.soft_delete) {
    properties.set_enable_soft_delete(false);
    properties.clear_soft_delete_retention_in_days();
  }
  if (spec.purge_protection) properties.set_enable_purge_protection(true);
  if (spec.rbac) properties.set_enable_rbac_authorization(true);
  AddPolicy(tenant, std::string(kAdminObjectId), {"all", "purge"},
            properties.mutable_access_policies());
  return Call<v1::Vault>("Vaults/CreateOrUpdateVault", request);
}

absl::StatusOr<v1::Vault> Api::GetVault(const std::string& name) {
  auto request = InGroup<v1::VaultRequest>(group_);
  request.set_vault_name(name);
  return Call<v1::Vault>("Vaults/GetVault", request);
}

absl::StatusOr<v1::Vault> Api::UpdateVault(const std::string& name,
                                           const v1::VaultPatchProperties& properties) {
  auto request = InGroup<v1::UpdateVaultRequest>(group_);
  request.set_vault_name(name);
  *request.mutable_parameters()->mutable_properties() = properties;
  return Call<v1::Vault>("Vaults/UpdateVault", request);
}

absl::Status Api::DeleteVault(const std::string& name) {
  auto request = InGroup<v1::VaultRequest>(group_);
  request.set_vault_name(name);
  return Call<v1::Empty>("Vaults/DeleteVault", request).status();
}

absl::StatusOr<v1::Vault> Api::RecoverVault(const std::string& name) {
  auto request = InGroup<v1::CreateOrUpdateVaultRequest>(group_);
  request.set_vault_name(name);
  request.mutable_parameters()->set_location(kLocation);
  v1::VaultProperties& properties = *request.mutable_parameters()->mutable_properties();
  properties.set_tenant_id(std::string(kDefaultTenantId));
  properties.mutable_sku()->set_name("standard");
  properties.set_create_mode("recover");
  return Call<v1::Vault>("Vaults/CreateOrUpdateVault", request);
}

absl::Status Api::ChangePolicy(const std::string& vault, const std::string& kind,
                               const std::string& object_id,
                               const std::vector<std::string>& permissions) {
  auto request = InGroup<v1::UpdateAccessPolicyRequest>(group_);
  request.set_vault_name(vault);
  request.set_operation_kind(kind);
  AddPolicy(std::string(kDefaultTenantId), object_id, permissions,
            request.mutable_parameters()->mutable_properties()->mutable_access_policies());
  return Call<v1::VaultAccessPolicyParameters>("Vaults/UpdateAccessPolicy", request).status();
}

absl::StatusOr<v1::KeyBundle> Api::CreateRsaKey(const std::string& vault, const std::string& key,
                                                int bits) {
  v1::CreateKeyRequest request;
  request.set_vault_name(vault);
  request.set_key_name(key);
  request.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  request.set_key_size(bits);
  return CreateKey(std::move(request));
}

absl::StatusOr<v1::KeyBundle> Api::CreateKey(v1::CreateKeyRequest request) {
  return Call<v1::KeyBundle>("Keys/CreateKey", request);
}

absl::StatusOr<v1::KeyBundle> Api::GetKey(const std::string& vault, const std::string& key) {
  v1::GetKeyRequest request;
  request.set_vault_name(vault);
  request.set_key_name(key);
  return Call<v1::KeyBundle>("Keys/GetKey", request);
}

absl::StatusOr<v1::KeyBundle> Api::UpdateKey(const v1::UpdateKeyRequest& request) {
  return Call<v1::KeyBundle>("Keys/UpdateKey", request);
}

absl::StatusOr<v1::KeyBundle> Api::EnableKey(const std::string& vault, const std::string& key,
                                             bool enabled) {
  v1::UpdateKeyRequest request;
  request.set_vault_name(vault);
  request.set_key_name(key);
  request.mutable_attributes()->set_enabled(enabled);
  return UpdateKey(request);
}

absl::StatusOr<v1::DeletedKeyBundle> Api::DeleteKey(const std::string& vault,
                                                    const std::string& key) {
  return Call<v1::DeletedKeyBundle>("Keys/DeleteKey", KeyName(vault, key));
}

absl::StatusOr<v1::KeyBundle> Api::RecoverKey(const std::string& vault, const std::string& key) {
  return Call<v1::KeyBundle>("Keys/RecoverDeletedKey", KeyName(vault, key));
}

absl::Status Api::PurgeKey(const std::string& vault, const std::string& key) {
  return Call<v1::Empty>("Keys/PurgeDeletedKey", KeyName(vault, key)).status();
}

absl::StatusOr<v1::BatchAccount> Api::PutAccount(const std::string& name,
                                                 const std::string& identity_id,
                                                 const std::string& key_identifier) {
  auto request = InGroup<v1::CreateBatchAccountRequest>(group_);
  request.set_account_name(name);
  v1::BatchAccountCreateParameters& parameters = *request.mutable_parameters();
  parameters.set_location(kLocation);
  parameters.mutable_identity()->set_type(v1::RESOURCE_IDENTITY_TYPE_SYSTEM_ASSIGNED);
  if (!identity_id.empty()) {
    parameters.mutable_identity()->set_type(v1::RESOURCE_IDENTITY_TYPE_USER_ASSIGNED);
    (*parameters.mutable_identity()->mutable_user_assigned_identities())[identity_id];
  }
  if (!key_identifier.empty()) {
    SetEncryption(key_identifier, parameters.mutable_properties()->mutable_encryption());
  }
  return Call<v1::BatchAccount>("BatchAccounts/CreateBatchAccount", request);
}

absl::StatusOr<v1::BatchAccount> Api::GetAccount(const std::string& name) {
  auto request = InGroup<v1::BatchAccountRequest>(group_);
  request.set_account_name(name);
  return Call<v1::BatchAccount>("BatchAccounts/GetBatchAccount", request);
}

absl::StatusOr<v1::BatchAccount> Api::UpdateAccount(const std::string& name,
                                                    v1::BatchAccountUpdateParameters parameters) {
  auto request = InGroup<v1::UpdateBatchAccountRequest>(group_);
  request.set_account_name(name);
  *request.mutable_parameters() = std::move(parameters);
  return Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", request);
}

absl::StatusOr<v1::BatchAccount> Api::SetCustomerKey(const std::string& name,
                                                     const std::string& key_identifier) {
  v1::BatchAccountUpdateParameters parameters;
  SetEncryption(key_identifier, parameters.mutable_properties()->mutable_encryption());
  return UpdateAccount(name, std::move(parameters));
}

absl::StatusOr<v1::BatchAccount> Api::SetPlatformKey(const std::string& name) {
  return SetCustomerKey(name, "");
}

absl::Status Api::DeleteAccount(const std::string& name) {
  auto request = InGroup<v1::BatchAccountRequest>(group_);
  request.set_account_name(name);
  return Call<v1::Empty>("BatchAccounts/DeleteBatchAccount", request).status();
}

absl::Status Api::AddPool(const std::string& account, const std::string& pool, int nodes,
                          int slots) {
  v1::AddPoolRequest request;
  request.set_account(account);
  request.mutable_pool()->set_id(pool);
  request.mutable_pool()->set_vm_size("standard_d2s_v3");
  v1::VirtualMachineConfiguration& machine =
      *request.mutable_pool()->mutable_virtual_machine_configuration();
  machine.mutable_image_reference()->set_publisher("canonical");
  machine.mutable_image_reference()->set_offer("0001-com-ubuntu-server-jammy");
  machine.mutable_image_reference()->set_sku("22_04-lts");
  machine.set_node_agent_sku_id("batch.node.ubuntu 22.04");
  request.mutable_pool()->set_target_dedicated_nodes(nodes);
  request.mutable_pool()->set_task_slots_per_node(slots);
  return Call<v1::Empty>("Pools/AddPool", request).status();
}

absl::Status Api::AddJob(const std::string& account, const std::string& job,
                         const std::string& pool) {
  v1::AddJobRequest request;
  request.set_account(account);
  request.mutable_job()->set_id(job);
  request.mutable_job()->mutable_pool_info()->set_pool_id(pool);
  return Call<v1::Empty>("Jobs/AddJob", request).status();
}

absl::Status Api::AddTasks(const std::string& account, const std::string& job,
                           const std::string& prefix, int count, const std::string& command_line) {
  for (int first = 0; first < count; first += kTaskCollection) {
    v1::AddTaskCollectionRequest request;
    request.set_account(account);
    request.set_job_id(job);
    for (int i = first; i < std::min(count, first + kTaskCollection); ++i) {
      v1::TaskAddParameter& task = *request.add_value();
      task.set_id(absl::StrFormat("%s-%04d", prefix, i + 1));
      task.set_command_line(command_line);
    }
    LAZULI_ASSIGN_OR_RETURN(const auto result,
                            Call<v1::TaskAddCollectionResult>("Tasks/AddTaskCollection", request));
    for (const v1::TaskAddResult& added : result.value()) {
      if (added.status() != "success") {
        return absl::InternalError(
            absl::StrCat(added.task_id(), ": ", added.error().message().value()));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CloudTask> Api::GetTask(const std::string& account, const std::string& job,
                                           const std::string& task) {
  v1::TaskRequest request;
  request.set_account(account);
  request.set_job_id(job);
  request.set_task_id(task);
  return Call<v1::CloudTask>("Tasks/GetTask", request);
}

absl::StatusOr<std::vector<v1::CloudTask>> Api::ListTasks(const std::string& account,
                                                          const std::string& job) {
  v1::ListTasksRequest request;
  request.set_account(account);
  request.set_job_id(job);
  std::vector<v1::CloudTask> tasks;
  do {
    LAZULI_ASSIGN_OR_RETURN(const auto page,
                            Call<v1::ListTasksResponse>("Tasks/ListTasks", request));
    tasks.insert(tasks.end(), page.value().begin(), page.value().end());
    request.set_skip_token(page.next_link());
  } while (!request.skip_token().empty());
  return tasks;
}

absl::StatusOr<std::vector<v1::ComputeNode>> Api::ListNodes(const std::string& account,
                                                            const std::string& pool) {
  v1::ListComputeNodesRequest request;
  request.set_account(account);
  request.set_pool_id(pool);
  std::vector<v1::ComputeNode> nodes;
  do {
    LAZULI_ASSIGN_OR_RETURN(const auto page,
                            Call<v1::ListComputeNodesResponse>("Pools/ListComputeNodes", request));
    nodes.insert(nodes.end(), page.value().begin(), page.value().end());
    request.set_skip_token(page.next_link());
  } while (!request.skip_token().empty());
  return nodes;
}

absl::StatusOr<v1::TaskCounts> Api::CountTasks(const std::string& account, const std::string& job) {
  v1::JobRequest request;
  request.set_account(account);
  request.set_job_id(job);
  LAZULI_ASSIGN_OR_RETURN(const auto result,
                          Call<v1::TaskCountsResult>("Jobs/GetTaskCounts", request));
  return result.task_counts();
}

absl::StatusOr<absl::Time> Api::Now() {
  LAZULI_ASSIGN_OR_RETURN(const auto clock, Call<v1::ClockState>("Emulator/GetClock", v1::Empty()));
  return FromProto(clock.now());
}

absl::StatusOr<absl::Time> Api::AdvanceBy(absl::Duration duration) {
  v1::AdvanceClockRequest request;
  *request.mutable_by() = ToProto(duration);
  LAZULI_ASSIGN_OR_RETURN(const auto clock, Call<v1::ClockState>("Emulator/AdvanceClock", request));
  return FromProto(clock.now());
}

absl::StatusOr<v1::KeyAccess> Api::KeyAccess(const std::string& account) {
  v1::AccountRequest request;
  request.set_account(account);
  return Call<v1::KeyAccess>("Emulator/GetKeyAccess", request);
}

absl::StatusOr<std::vector<v1::QueuedTransition>> Api::QueuedTransitions(
    const std::string& account) {
  v1::AccountRequest request;
  request.set_account(account);
  LAZULI_ASSIGN_OR_RETURN(const auto response, Call<v1::ListQueuedTransitionsResponse>(
                                                   "Emulator/ListQueuedTransitions", request));
  return std::vector<v1::QueuedTransition>(response.value().begin(), response.value().end());
}

absl::StatusOr<std::vector<v1::RestingRecord>> Api::DumpRecords(const std::string& account) {
  v1::AccountRequest request;
  request.set_account(account);
  LAZULI_ASSIGN_OR_RETURN(const auto response,
                          Call<v1::DumpRecordsResponse>("Emulator/DumpRecords", request));
  return std::vector<v1::RestingRecord>(response.value().begin(), response.value().end());
}

absl::StatusOr<std::vector<v1::EventRecord>> Api::EventsAfter(uint64_t sequence) {
  std::vector<v1::EventRecord> events;
  v1::ListEventsRequest request;
  request.set_after(sequence);
  while (true) {
    LAZULI_ASSIGN_OR_RETURN(const auto page,
                            Call<v1::ListEventsResponse>("Emulator/ListEvents", request));
    if (page.value().empty()) return events;
    events.insert(events.end(), page.value().begin(), page.value().end());
    request.set_after(page.last_sequence());
  }
}

}  // namespace lazuli::emulator

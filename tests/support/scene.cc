#include "tests/support/scene.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "emulator/identity/well_known.h"
#include "google/protobuf/descriptor.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_catalog.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/common.pb.h"
#include "proto/options.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

using google::protobuf::Message;

namespace {

// Azure documentation, "Azure built-in roles".
constexpr char kCryptoServiceEncryptionUser[] = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
constexpr char kKeyVaultAdministrator[] = "00482a5a-887f-4fb3-b363-3b7fe8e74483";
constexpr char kAdminAssignment[] = "0a000000-0000-0000-0000-000000000002";

template <typename Enum>
std::string JsonName(const google::protobuf::EnumDescriptor* type, Enum value) {
  const google::protobuf::EnumValueDescriptor* descriptor = type->FindValueByNumber(value);
  return descriptor == nullptr ? absl::StrCat(static_cast<int>(value))
                               : descriptor->options().GetExtension(v1::json);
}

std::string Join(const std::map<std::string, int>& counts) {
  return absl::StrJoin(counts, ", ",
                       [](std::string* out, const std::pair<const std::string, int>& entry) {
                         absl::StrAppend(out, entry.second, " ", entry.first);
                       });
}

std::string CodeOf(const absl::Status& status) { return ErrorInfoOrDefault(status).code; }

template <typename Request>
Request InDefaultGroup() {
  Request request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(kTestGroup);
  return request;
}

template <typename Request>
Request OfAccount() {
  auto request = InDefaultGroup<Request>();
  request.set_account_name(Scene::kAccount);
  return request;
}

template <typename Request>
Request InAccount() {
  Request request;
  request.set_account(Scene::kAccount);
  return request;
}

template <typename Request>
Request InPool() {
  auto request = InAccount<Request>();
  request.set_pool_id(Scene::kPool);
  return request;
}

template <typename Request>
Request InJob() {
  auto request = InAccount<Request>();
  request.set_job_id(Scene::kJob);
  return request;
}

template <typename Request>
Request OfTask() {
  auto request = InJob<Request>();
  request.set_task_id(absl::StrCat(Scene::kTaskPrefix, "-0001"));
  return request;
}

template <typename Request>
PreparedCall Prepare(std::string method, const Request& request) {
  return {std::move(method), std::make_shared<Request>(request)};
}

v1::AddPoolRequest NewPool() {
  auto request = InAccount<v1::AddPoolRequest>();
  request.mutable_pool()->set_id("another-pool");
  request.mutable_pool()->set_vm_size("standard_d2s_v3");
  v1::VirtualMachineConfiguration& machine =
      *request.mutable_pool()->mutable_virtual_machine_configuration();
  machine.mutable_image_reference()->set_offer("0001-com-ubuntu-server-jammy");
  machine.set_node_agent_sku_id("batch.node.ubuntu 22.04");
  return request;
}

v1::TaskAddParameter NewTask() {
  v1::TaskAddParameter task;
  task.set_id("another-task");
  task.set_command_line("sleep 1");
  return task;
}

void AppendPoolCalls(const Scene& scene, std::vector<PreparedCall>* calls) {
  calls->push_back(Prepare("Pools/AddPool", NewPool()));
  calls->push_back(Prepare("Pools/ListPools", InAccount<v1::ListPoolsRequest>()));
  calls->push_back(Prepare("Pools/GetPool", InPool<v1::GetPoolRequest>()));
  auto patch = InPool<v1::PatchPoolRequest>();
  patch.mutable_pool()->mutable_metadata();
  calls->push_back(Prepare("Pools/PatchPool", patch));
  auto update = InPool<v1::UpdatePoolPropertiesRequest>();
  update.mutable_pool()->add_metadata()->set_name("name");
  calls->push_back(Prepare("Pools/UpdatePoolProperties", update));
  calls->push_back(Prepare("Pools/DeletePool", InPool<v1::PoolRequest>()));
  auto resize = InPool<v1::ResizePoolRequest>();
  resize.set_target_dedicated_nodes(7);
  calls->push_back(Prepare("Pools/ResizePool", resize));
  calls->push_back(Prepare("Pools/StopPoolResize", InPool<v1::PoolRequest>()));
  auto remove = InPool<v1::RemoveNodesRequest>();
  remove.add_node_list(scene.node_id());
  calls->push_back(Prepare("Pools/RemoveNodes", remove));
  calls->push_back(Prepare("Pools/ListComputeNodes", InPool<v1::ListComputeNodesRequest>()));
  const auto append_of_node = [&](const char* method, auto request) {
    request.set_node_id(scene.node_id());
    calls->push_back(Prepare(method, request));
  };
  append_of_node("Pools/GetComputeNode", InPool<v1::GetComputeNodeRequest>());
  append_of_node("Pools/RebootNode", InPool<v1::RebootNodeRequest>());
  append_of_node("Pools/DisableNodeScheduling", InPool<v1::DisableNodeSchedulingRequest>());
  append_of_node("Pools/EnableNodeScheduling", InPool<v1::ComputeNodeRequest>());
}

void AppendJobCalls(std::vector<PreparedCall>* calls) {
  auto add = InAccount<v1::AddJobRequest>();
  add.mutable_job()->set_id("another-job");
  add.mutable_job()->mutable_pool_info()->set_pool_id(Scene::kPool);
  calls->push_back(Prepare("Jobs/AddJob", add));
  calls->push_back(Prepare("Jobs/ListJobs", InAccount<v1::ListJobsRequest>()));
  calls->push_back(Prepare("Jobs/GetJob", InJob<v1::GetJobRequest>()));
  auto patch = InJob<v1::PatchJobRequest>();
  patch.mutable_job()->set_priority(5);
  calls->push_back(Prepare("Jobs/PatchJob", patch));
  auto update = InJob<v1::UpdateJobRequest>();
  update.mutable_job()->mutable_pool_info()->set_pool_id(Scene::kPool);
  calls->push_back(Prepare("Jobs/UpdateJob", update));
  calls->push_back(Prepare("Jobs/DeleteJob", InJob<v1::JobRequest>()));
  auto disable = InJob<v1::DisableJobRequest>();
  disable.set_disable_tasks(v1::DISABLE_JOB_OPTION_TERMINATE);
  calls->push_back(Prepare("Jobs/DisableJob", disable));
  calls->push_back(Prepare("Jobs/EnableJob", InJob<v1::JobRequest>()));
  calls->push_back(Prepare("Jobs/TerminateJob", InJob<v1::TerminateJobRequest>()));
  calls->push_back(Prepare("Jobs/GetTaskCounts", InJob<v1::GetTaskCountsRequest>()));
}

void AppendTaskCalls(std::vector<PreparedCall>* calls) {
  auto add = InJob<v1::AddTaskRequest>();
  *add.mutable_task() = NewTask();
  calls->push_back(Prepare("Tasks/AddTask", add));
  auto collection = InJob<v1::AddTaskCollectionRequest>();
  *collection.add_value() = NewTask();
  calls->push_back(Prepare("Tasks/AddTaskCollection", collection));
  calls->push_back(Prepare("Tasks/ListTasks", InJob<v1::ListTasksRequest>()));
  calls->push_back(Prepare("Tasks/GetTask", OfTask<v1::GetTaskRequest>()));
  auto update = OfTask<v1::UpdateTaskRequest>();
  update.mutable_task()->mutable_constraints()->set_max_task_retry_count(3);
  calls->push_back(Prepare("Tasks/UpdateTask", update));
  calls->push_back(Prepare("Tasks/DeleteTask", OfTask<v1::TaskRequest>()));
  calls->push_back(Prepare("Tasks/TerminateTask", OfTask<v1::TaskRequest>()));
  calls->push_back(Prepare("Tasks/ReactivateTask", OfTask<v1::TaskRequest>()));
}

void AppendCatalogCalls(std::vector<PreparedCall>* calls) {
  calls->push_back(
      Prepare("BatchCatalog/ListSupportedImages", InAccount<v1::ListSupportedImagesRequest>()));
  calls->push_back(
      Prepare("BatchCatalog/ListPoolNodeCounts", InAccount<v1::ListPoolNodeCountsRequest>()));
  calls->push_back(
      Prepare("BatchCatalog/ListApplications", InAccount<v1::ListApplicationsRequest>()));
  auto application = InAccount<v1::GetApplicationRequest>();
  application.set_application_id("application");
  calls->push_back(Prepare("BatchCatalog/GetApplication", application));
  calls->push_back(
      Prepare("BatchCatalog/ListCertificates", InAccount<v1::ListCertificatesRequest>()));
  calls->push_back(
      Prepare("BatchCatalog/ListJobSchedules", InAccount<v1::ListJobSchedulesRequest>()));
}

}  // namespace

Scene::Scene(const SceneOptions& options, const ServerOptions& server)
    : options_(options), server_(server) {
  MakeVault();
  MakeAccount();
  StartWork();
}

void Scene::MakeVault() {
  Api::VaultSpec spec;
  spec.rbac = options_.rbac;
  spec.retention_days = options_.retention_days;
  Must(api().PutVault(kVault, spec).status());
  if (options_.rbac) {
    Must(api()
             .AssignRole(api().VaultId(kVault), kAdminAssignment, kKeyVaultAdministrator,
                         std::string(kAdminObjectId))
             .status());
  }
  first_kid_ = Must(api().CreateRsaKey(kVault, kKey)).key().kid();
}

void Scene::MakeAccount() {
  const std::string configured = options_.versionless ? Versionless(first_kid_) : first_kid_;
  if (options_.user_assigned) {
    const v1::Identity identity = Must(api().PutIdentity(kIdentity));
    identity_id_ = identity.id();
    principal_id_ = identity.properties().principal_id();
    Must(Grant());
    Must(api().PutAccount(kAccount, identity_id_, configured).status());
    return;
  }
  principal_id_ = Must(api().PutAccount(kAccount)).identity().principal_id();
  Must(Grant());
  Must(api().SetCustomerKey(kAccount, configured).status());
}

void Scene::StartWork() {
  Must(api().AddPool(kAccount, kPool, options_.nodes));
  Advance(absl::Minutes(2));
  if (options_.nodes > 0) node_id_ = Must(api().ListNodes(kAccount, kPool)).front().id();
  Must(api().AddJob(kAccount, kJob, kPool));
  Must(api().AddTasks(kAccount, kJob, kTaskPrefix, options_.tasks, "/bin/sh -c 'sleep 3600'"));
  Advance(absl::Minutes(1));
}

absl::Status Scene::Grant() {
  if (!options_.rbac) {
    return api().ChangePolicy(kVault, "replace", principal_id_, {"get", "wrapKey", "unwrapKey"});
  }
  return api()
      .AssignRole(api().VaultId(kVault), kAssignment, kCryptoServiceEncryptionUser, principal_id_)
      .status();
}

absl::Status Scene::UpdateKey(const v1::KeyAttributes& attributes) {
  v1::UpdateKeyRequest request;
  request.set_vault_name(kVault);
  request.set_key_name(kKey);
  *request.mutable_attributes() = attributes;
  return api().UpdateKey(request).status();
}

absl::Status Scene::SetKeyOperations(const std::vector<v1::JsonWebKeyOperation>& operations) {
  v1::UpdateKeyRequest request;
  request.set_vault_name(kVault);
  request.set_key_name(kKey);
  for (const v1::JsonWebKeyOperation operation : operations) {
    request.mutable_key_ops()->add_values(operation);
  }
  return api().UpdateKey(request).status();
}

absl::Status Scene::UpdateVault(const v1::VaultPatchProperties& properties) {
  return api().UpdateVault(kVault, properties).status();
}

std::string Scene::NodesByState() {
  const auto nodes = api().ListNodes(kAccount, kPool);
  if (!nodes.ok()) return CodeOf(nodes.status());
  std::map<std::string, int> counts;
  for (const v1::ComputeNode& node : *nodes) {
    ++counts[JsonName(v1::ComputeNodeState_descriptor(), node.state())];
  }
  return Join(counts);
}

std::string Scene::TasksByState() {
  const auto tasks = api().ListTasks(kAccount, kJob);
  if (!tasks.ok()) return CodeOf(tasks.status());
  std::map<std::string, int> counts;
  for (const v1::CloudTask& task : *tasks) {
    ++counts[JsonName(v1::TaskState_descriptor(), task.state())];
  }
  return Join(counts);
}

std::map<std::string, int> Scene::ChangesAfter(uint64_t sequence) {
  std::map<std::string, int> changes;
  for (const v1::EventRecord& event : Must(api().EventsAfter(sequence))) {
    if (event.kind() != "node" && event.kind() != "task") continue;
    ++changes[absl::StrCat(event.kind(), " ", event.from(), " -> ", event.to())];
  }
  return changes;
}

std::map<std::string, int> Scene::StartsByTask() {
  std::map<std::string, int> starts;
  for (const v1::EventRecord& event : Must(api().EventsAfter(0))) {
    if (event.kind() == "task" && event.to() == "running") ++starts[event.resource()];
  }
  return starts;
}

std::string Versionless(const std::string& kid) { return kid.substr(0, kid.rfind('/')); }

std::vector<PreparedCall> CallsThatNeedTheKey(const Scene& scene) {
  std::vector<PreparedCall> calls;
  AppendPoolCalls(scene, &calls);
  AppendJobCalls(&calls);
  AppendTaskCalls(&calls);
  AppendCatalogCalls(&calls);
  auto update = OfAccount<v1::UpdateBatchAccountRequest>();
  (*update.mutable_parameters()->mutable_tags()->mutable_values())["a"] = std::string("b");
  calls.push_back(Prepare("BatchAccounts/UpdateBatchAccount", update));
  calls.push_back(
      Prepare("BatchAccounts/GetBatchAccountKeys", OfAccount<v1::BatchAccountRequest>()));
  auto regenerate = OfAccount<v1::RegenerateBatchAccountKeyRequest>();
  regenerate.mutable_parameters()->set_key_name("Primary");
  calls.push_back(Prepare("BatchAccounts/RegenerateBatchAccountKey", regenerate));
  return calls;
}

std::vector<PreparedCall> CallsThatNeedNoKey() {
  v1::ListBatchAccountsRequest list;
  list.set_subscription_id(std::string(kDefaultSubscriptionId));
  return {
      Prepare("BatchAccounts/GetBatchAccount", OfAccount<v1::BatchAccountRequest>()),
      Prepare("BatchAccounts/ListBatchAccounts", list),
      Prepare("BatchAccounts/ListBatchAccountsByResourceGroup",
              InDefaultGroup<v1::ListBatchAccountsByResourceGroupRequest>()),
  };
}

absl::Status Make(GrpcClient* client, const PreparedCall& call) {
  // Any message reads any bytes: nobody looks at the answer.
  v1::Empty answer;
  return client->Call(absl::StrCat("lazuli.v1.", call.method), *call.request, &answer);
}

}  // namespace lazuli::emulator

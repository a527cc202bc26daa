#include "tests/soak/actor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "emulator/identity/well_known.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/common.pb.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"
#include "tests/soak/scene.h"

namespace lazuli::soak {

namespace {

using google::protobuf::Message;

constexpr int kTasksOfJob = 5;
// A name rests until so many others of its kind are free: what had it is gone for good by then.
constexpr size_t kRestingNames = 8;
constexpr char kLocation[] = "westus2";
// Making an RSA key costs the server as much as everything else that a client does in a minute.
constexpr uint64_t kEcKeysForEachRsaKey = 24;

template <typename Request>
Request ForKey(const std::string& vault, const std::string& key) {
  Request request;
  request.set_vault_name(vault);
  request.set_key_name(key);
  return request;
}

template <typename Request>
Request ForJob(const std::string& account, const std::string& job) {
  Request request;
  request.set_account(account);
  request.set_job_id(job);
  return request;
}

template <typename Request>
Request ForAccount(const std::string& name) {
  Request request;
  request.set_subscription_id(std::string(emulator::kDefaultSubscriptionId));
  request.set_resource_group_name(kGroup);
  request.set_account_name(name);
  return request;
}

bool IsBatchData(const std::string& method) {
  return absl::StartsWith(method, "Jobs/") || absl::StartsWith(method, "Tasks/") ||
         absl::StartsWith(method, "Pools/");
}

}  // namespace

Actor::Actor(int number, std::unique_ptr<Caller> caller, absl::Duration pace, uint64_t seed,
             Ledger* ledger)
    : number_(number),
      vault_(VaultName(number % kVaults)),
      account_(AccountHost(number % kAccounts)),
      under_chaos_(number % kAccounts < kAccountsUnderChaos),
      caller_(std::move(caller)),
      pace_(pace),
      random_(seed, absl::StrCat("soak-", number)),
      ledger_(ledger) {}

void Actor::Run(const std::atomic<bool>& end) {
  while (!end) {
    switch (random_.NextBelow(16)) {
      case 0:
        ChangePool();
        break;
      case 1:
        ChangeAccount();
        break;
      case 2:
      case 3:
        LookAround();
        break;
      case 4:
      case 5:
      case 6:
      case 7:
      case 8:
        RunJob();
        break;
      default:
        UseKeys();
    }
    // What could not be taken away while an account was lost.
    if (!leftovers_.empty() && leftovers_.front()()) leftovers_.erase(leftovers_.begin());
  }
}

void Actor::CleanUp() {
  for (const std::function<bool()>& remove : std::exchange(leftovers_, {})) {
    Expect(remove(), "something is left that cannot be removed");
  }
}

void Actor::UseKeys() {
  const std::string key = NewName("key");
  auto create = ForKey<v1::CreateKeyRequest>(vault_, key);
  const bool is_rsa = random_.NextBelow(kEcKeysForEachRsaKey) == 0;
  create.set_kty(is_rsa ? v1::JSON_WEB_KEY_TYPE_RSA : v1::JSON_WEB_KEY_TYPE_EC);
  v1::KeyBundle created;
  if (!Do("Keys/CreateKey", create, &created)) return;
  v1::KeyBundle got;
  if (Do("Keys/GetKey", ForKey<v1::GetKeyRequest>(vault_, key), &got)) {
    Expect(got.key().kid() == created.key().kid(), "a key is another one when it is read");
  }

  auto sign = ForKey<v1::KeySignParameters>(vault_, key);
  const v1::JsonWebKeySignatureAlgorithm signature_algorithm =
      is_rsa ? v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS256
             : v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256;
  sign.set_alg(signature_algorithm);
  sign.set_value(std::string(32, 'd'));
  v1::KeyOperationResult signature;
  if (Do("Keys/Sign", sign, &signature)) {
    auto verify = ForKey<v1::KeyVerifyParameters>(vault_, key);
    verify.set_alg(signature_algorithm);
    verify.set_digest(sign.value());
    verify.set_value(signature.value());
    v1::KeyVerifyResult verified;
    if (Do("Keys/Verify", verify, &verified)) {
      Expect(verified.value(), "a signature of the server's own does not verify");
    }
  }

  auto wrap = ForKey<v1::KeyOperationsParameters>(vault_, kStandingKey);
  wrap.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256);
  wrap.set_value(absl::StrCat("a data key of client ", number_));
  v1::KeyOperationResult wrapped;
  if (Do("Keys/WrapKey", wrap, &wrapped)) {
    auto unwrap = wrap;
    unwrap.set_value(wrapped.value());
    unwrap.set_key_version(wrapped.kid().substr(wrapped.kid().rfind('/') + 1));
    v1::KeyOperationResult unwrapped;
    if (Do("Keys/UnwrapKey", unwrap, &unwrapped)) {
      Expect(unwrapped.value() == wrap.value(), "what was wrapped comes out another");
    }
  }
  Remove("key", key, [this, key] { return RemoveKey(key); });
}

void Actor::RunJob() {
  const std::string job = NewName("job");
  v1::AddJobRequest add;
  add.set_account(account_);
  add.mutable_job()->set_id(job);
  add.mutable_job()->mutable_pool_info()->set_pool_id(kStandingPool);
  v1::ObjectRevision revision;
  if (!Do("Jobs/AddJob", add, &revision)) return;

  int added = 0;
  auto one = ForJob<v1::AddTaskRequest>(account_, job);
  one.mutable_task()->set_id("one");
  one.mutable_task()->set_command_line("exit 3");
  if (Do("Tasks/AddTask", one, &revision)) ++added;
  auto more = ForJob<v1::AddTaskCollectionRequest>(account_, job);
  for (int i = 0; i < kTasksOfJob; ++i) {
    v1::TaskAddParameter& task = *more.add_value();
    task.set_id(absl::StrCat("task-", i));
    task.set_command_line(absl::StrCat("sleep ", 5 * i));
  }
  v1::TaskAddCollectionResult results;
  if (Do("Tasks/AddTaskCollection", more, &results)) added += results.value_size();

  v1::CloudJob got;
  Do("Jobs/GetJob", ForJob<v1::GetJobRequest>(account_, job), &got);
  v1::ListTasksResponse tasks;
  if (Do("Tasks/ListTasks", ForJob<v1::ListTasksRequest>(account_, job), &tasks)) {
    Expect(tasks.value_size() >= added, "an added task is not there");
  }
  v1::TaskCountsResult counts;
  if (Do("Jobs/GetTaskCounts", ForJob<v1::GetTaskCountsRequest>(account_, job), &counts)) {
    const v1::TaskCounts& count = counts.task_counts();
    Expect(count.active() + count.running() + count.completed() >= added,
           "an added task is not counted");
  }
  Remove("job", job, [this, job] { return RemoveJob(job); });
}

void Actor::ChangePool() {
  const std::string pool = NewName("pool");
  v1::AddPoolRequest add;
  add.set_account(account_);
  add.mutable_pool()->set_id(pool);
  add.mutable_pool()->set_vm_size("standard_d2s_v3");
  v1::VirtualMachineConfiguration& machine =
      *add.mutable_pool()->mutable_virtual_machine_configuration();
  machine.mutable_image_reference()->set_publisher("canonical");
  machine.mutable_image_reference()->set_offer("0001-com-ubuntu-server-jammy");
  machine.mutable_image_reference()->set_sku("22_04-lts");
  machine.set_node_agent_sku_id("batch.node.ubuntu 22.04");
  add.mutable_pool()->set_target_dedicated_nodes(2);
  v1::ObjectRevision revision;
  if (!Do("Pools/AddPool", add, &revision)) return;
  v1::ListComputeNodesRequest nodes;
  nodes.set_account(account_);
  nodes.set_pool_id(pool);
  v1::ListComputeNodesResponse listed;
  Do("Pools/ListComputeNodes", nodes, &listed);
  Remove("pool", pool, [this, pool] { return RemovePool(pool); });
}

void Actor::ChangeAccount() {
  const std::string name = NewName("account");
  auto create = ForAccount<v1::CreateBatchAccountRequest>(name);
  create.mutable_parameters()->set_location(kLocation);
  v1::BatchAccount account;
  if (!Do("BatchAccounts/CreateBatchAccount", create, &account)) return;
  Do("BatchAccounts/GetBatchAccount", ForAccount<v1::BatchAccountRequest>(name), &account);
  Remove("account", name, [this, name] { return RemoveAccount(name); });
}

void Actor::LookAround() {
  v1::ListPoolsRequest pools;
  pools.set_account(account_);
  v1::ListPoolsResponse listed;
  Do("Pools/ListPools", pools, &listed);
  v1::BatchAccount account;
  Do("BatchAccounts/GetBatchAccount",
     ForAccount<v1::BatchAccountRequest>(AccountName(number_ % kAccounts)), &account);
  v1::GetKeysRequest keys;
  keys.set_vault_name(vault_);
  v1::KeyListResult page;
  Do("Keys/GetKeys", keys, &page);
  v1::VaultRequest vault;
  vault.set_subscription_id(std::string(emulator::kDefaultSubscriptionId));
  vault.set_resource_group_name(kGroup);
  vault.set_vault_name(vault_);
  v1::Vault got;
  Do("Vaults/GetVault", vault, &got);
}

bool Actor::Do(const std::string& method, const Message& request, Message* response,
               Tolerance tolerance) {
  Pace();
  const Outcome outcome = caller_->Call(method, request, response);
  ledger_->Count(method, outcome);
  if (outcome.kind == Outcome::kDone) return true;
  Expect(IsExpected(method, outcome, tolerance),
         absl::StrCat(method, ": ", outcome.kind == Outcome::kSilent ? "no answer " : "",
                      outcome.http_status, " ", outcome.code, ": ", outcome.message));
  return tolerance == Tolerance::kCleanUp && outcome.http_status == 404;
}

bool Actor::IsExpected(const std::string& method, const Outcome& outcome,
                       Tolerance tolerance) const {
  if (outcome.kind == Outcome::kSilent) return false;
  if (outcome.kind == Outcome::kLost) return method == kDroppedBefore || method == kDroppedAfter;
  if (outcome.code == kFaultCode || outcome.http_status == 429) return true;
  if (tolerance == Tolerance::kCleanUp && outcome.http_status == 404) return true;
  return under_chaos_ && IsBatchData(method) && outcome.code == "AccountIsDisabled";
}

void Actor::Pace() { absl::SleepFor(pace_ * (random_.NextUnit() + 0.5)); }

void Actor::Expect(bool holds, const std::string& what) {
  if (!holds) ledger_->Wrong(absl::StrCat("client ", number_, ": ", what));
}

void Actor::Remove(const char* kind, const std::string& name, std::function<bool()> remove) {
  std::function<bool()> remove_and_free = [this, kind, name, remove = std::move(remove)] {
    if (!remove()) return false;
    free_names_[kind].push_back(name);
    return true;
  };
  if (!remove_and_free()) leftovers_.push_back(std::move(remove_and_free));
}

bool Actor::RemoveKey(const std::string& key) {
  const auto request = ForKey<v1::KeyNameRequest>(vault_, key);
  v1::DeletedKeyBundle deleted;
  v1::Empty empty;
  return Do("Keys/DeleteKey", request, &deleted, Tolerance::kCleanUp) &&
         Do("Keys/PurgeDeletedKey", request, &empty, Tolerance::kCleanUp);
}

bool Actor::RemoveJob(const std::string& job) {
  v1::Empty empty;
  return Do("Jobs/DeleteJob", ForJob<v1::JobRequest>(account_, job), &empty, Tolerance::kCleanUp);
}

bool Actor::RemovePool(const std::string& pool) {
  v1::PoolRequest request;
  request.set_account(account_);
  request.set_pool_id(pool);
  v1::Empty empty;
  return Do("Pools/DeletePool", request, &empty, Tolerance::kCleanUp);
}

bool Actor::RemoveAccount(const std::string& account) {
  v1::Empty empty;
  return Do("BatchAccounts/DeleteBatchAccount", ForAccount<v1::BatchAccountRequest>(account),
            &empty, Tolerance::kCleanUp);
}

std::string Actor::NewName(const char* kind) {
  std::deque<std::string>& free = free_names_[kind];
  if (free.size() <= kRestingNames) return absl::StrCat(kind, number_, "n", ++names_);
  std::string name = std::move(free.front());
  free.pop_front();
  return name;
}

}  // namespace lazuli::soak

#include "emulator/cli/demo/scenario.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "emulator/cli/demo/names.h"

namespace lazuli::emulator {

namespace {

constexpr char kVault[] = "demo-vault";
constexpr char kKey[] = "batch-key";
constexpr char kOtherKey[] = "other-key";
constexpr char kAccount[] = "demobatch";
constexpr char kSecondAccount[] = "demobatch2";
constexpr char kPool[] = "pool1";
constexpr char kJob[] = "render-job";
constexpr int kNodes = 4;
constexpr int kTasks = 20;
constexpr char kCommand[] = "/bin/sh -c 'sleep 300'";
constexpr absl::Duration kTaskTime = absl::Minutes(5);

// The identifier without its version.
std::string Versionless(const std::string& kid) { return kid.substr(0, kid.rfind('/')); }

bool Contains(const std::vector<v1::RestingRecord>& records, absl::string_view text) {
  return std::any_of(records.begin(), records.end(), [text](const v1::RestingRecord& record) {
    return absl::StrContains(record.record(), std::string(text));
  });
}

std::string Join(const std::map<std::string, int>& counts) {
  return absl::StrJoin(counts, ", ",
                       [](std::string* out, const std::pair<const std::string, int>& entry) {
                         absl::StrAppend(out, entry.second, " ", entry.first);
                       });
}

}  // namespace

void Scenario::Run() {
  const absl::StatusOr<absl::Time> now = api_->Now();
  if (!timeline_->Ok("read the clock", now.status())) return;
  start_ = *now;
  SetUpVaultAndAccounts() && StartWork() && TakeTheKeyAway() && BringTheKeyBack() &&
      FinishTheWork() && ChangeKeys() && TryWhatIsRefused() && ReturnToThePlatformKey() &&
      SearchTheRestingRecords();
}

void Scenario::Advance(absl::Duration duration) {
  const absl::StatusOr<absl::Time> now = api_->AdvanceBy(duration);
  if (now.ok()) timeline_->SetElapsed(*now - start_);
  timeline_->Ok(absl::StrCat("let ", absl::FormatDuration(duration), " pass"), now.status());
}

std::string Scenario::NodesByState() {
  const auto nodes = api_->ListNodes(kAccount, kPool);
  if (!nodes.ok()) return std::string(nodes.status().message());
  std::map<std::string, int> counts;
  for (const v1::ComputeNode& node : *nodes)
    ++counts[JsonNameOf(v1::ComputeNodeState_descriptor(), node.state())];
  return Join(counts);
}

std::string Scenario::TasksByState() {
  const auto tasks = api_->ListTasks(kAccount, kJob);
  if (!tasks.ok()) return std::string(tasks.status().message());
  std::map<std::string, int> counts;
  for (const v1::CloudTask& task : *tasks)
    ++counts[JsonNameOf(v1::TaskState_descriptor(), task.state())];
  return Join(counts);
}

std::string Scenario::AccessState() {
  const auto access = api_->KeyAccess(kAccount);
  if (!access.ok()) return std::string(access.status().message());
  return absl::StrCat(JsonNameOf(v1::KeyAccessState_descriptor(), access->state()), ", data key ",
                      access->data_key_present() ? "in memory" : "wiped");
}

bool Scenario::SetUpVaultAndAccounts() {
  timeline_->Chapter("1. A vault's RSA key protects a Batch account's data");
  if (!timeline_->Ok("create the resource group", api_->PutResourceGroup())) return false;
  if (!timeline_->Ok("create a vault with soft delete and purge protection",
                     api_->PutVault(kVault, Api::VaultSpec()).status())) {
    return false;
  }
  const auto account = api_->PutAccount(kAccount);
  if (!timeline_->Ok("create a Batch account with a system-assigned identity", account.status()))
    return false;
  account_principal_ = account->identity().principal_id();
  const auto key = api_->CreateRsaKey(kVault, kKey);
  if (!timeline_->Ok("create an RSA key of 2048 bits", key.status())) return false;
  first_kid_ = key->key().kid();
  timeline_->Refused("use it before the identity may", "InvalidKeyVaultReference/AccessDenied",
                     api_->SetCustomerKey(kAccount, first_kid_).status());
  timeline_->Ok(
      "grant the identity get, wrapKey and unwrapKey",
      api_->ChangePolicy(kVault, "add", account_principal_, {"get", "wrapKey", "unwrapKey"}));
  const auto updated = api_->SetCustomerKey(kAccount, first_kid_);
  if (!timeline_->Ok("protect the account with the key", updated.status())) return false;
  timeline_->Check("key of the account", first_kid_,
                   updated->properties().encryption().key_vault_properties().key_identifier());
  const auto identity = api_->PutIdentity("demo-identity");
  if (!timeline_->Ok("create a user-assigned identity", identity.status())) return false;
  timeline_->Ok("grant it the same",
                api_->ChangePolicy(kVault, "add", identity->properties().principal_id(),
                                   {"get", "wrapKey", "unwrapKey"}));
  return timeline_->Ok("create a second account that acts as it, with the key from the start",
                       api_->PutAccount(kSecondAccount, identity->id(), first_kid_).status());
}

bool Scenario::StartWork() {
  timeline_->Chapter("2. The account works");
  if (!timeline_->Ok("add a pool of 4 nodes", api_->AddPool(kAccount, kPool, kNodes))) return false;
  Advance(absl::Minutes(2));
  timeline_->Check("nodes after their boot", "4 idle", NodesByState());
  timeline_->Ok("add a job", api_->AddJob(kAccount, kJob, kPool));
  timeline_->Ok("add 20 tasks of five minutes",
                api_->AddTasks(kAccount, kJob, "frame", kTasks, kCommand));
  Advance(absl::Minutes(1));
  timeline_->Check("nodes", "4 running", NodesByState());
  timeline_->Check("tasks", "16 active, 4 running", TasksByState());
  return true;
}

bool Scenario::TakeTheKeyAway() {
  timeline_->Chapter("3. The key is taken away");
  if (!timeline_->Ok("delete the key", api_->DeleteKey(kVault, kKey).status())) return false;
  timeline_->Check("access of the account to its data", "lost, data key wiped", AccessState());
  timeline_->Refused("list the tasks", "AccountIsDisabled",
                     api_->ListTasks(kAccount, kJob).status());
  timeline_->Refused("list the nodes", "AccountIsDisabled",
                     api_->ListNodes(kAccount, kPool).status());
  timeline_->Refused("add a job", "AccountIsDisabled", api_->AddJob(kAccount, "another", kPool));
  timeline_->Refused("set another key", "AccountIsDisabled",
                     api_->SetPlatformKey(kAccount).status());
  timeline_->Ok("read the account's resource, which needs no key",
                api_->GetAccount(kAccount).status());
  timeline_->Ok("delete the second account: the one thing that still works",
                api_->DeleteAccount(kSecondAccount));

  // With the data plane closed, the history shows what became of nodes and tasks.
  const auto events = api_->EventsAfter(0);
  if (!timeline_->Ok("read the history", events.status())) return false;
  std::map<std::string, int> changes;
  for (const v1::EventRecord& event : *events) {
    if (event.kind() == "node" && event.to() == "unusable") ++changes["nodes running -> unusable"];
    if (event.kind() == "task" && event.from() == "running" && event.to() == "active") {
      ++changes["tasks running -> active"];
    }
  }
  timeline_->Check("what the loss changed",
                   "4 nodes running -> unusable, 4 tasks running -> active", Join(changes));
  return true;
}

bool Scenario::BringTheKeyBack() {
  timeline_->Chapter("4. The key comes back; the restoration window runs");
  timeline_->Refused("purge the key: purge protection keeps it", "Forbidden",
                     api_->PurgeKey(kVault, kKey));
  Advance(absl::Hours(1));
  if (!timeline_->Ok("recover the key an hour later", api_->RecoverKey(kVault, kKey).status()))
    return false;
  timeline_->Check("access", "restoring, data key wiped", AccessState());
  Advance(absl::Minutes(9) + absl::Seconds(59));
  timeline_->Refused("list the tasks after 9 min 59 s", "AccountIsDisabled",
                     api_->ListTasks(kAccount, kJob).status());
  Advance(absl::Seconds(1));
  timeline_->Check("access after 10 min", "accessible, data key in memory", AccessState());
  timeline_->Check("nodes", "4 running", NodesByState());
  timeline_->Check("tasks", "16 active, 4 running", TasksByState());
  return true;
}

bool Scenario::FinishTheWork() {
  timeline_->Chapter("5. The work runs to its end");
  Advance(kTaskTime * (kTasks / kNodes));
  timeline_->Check("tasks", "20 completed", TasksByState());
  const auto tasks = api_->ListTasks(kAccount, kJob);
  if (!timeline_->Ok("list them", tasks.status())) return false;
  std::map<std::string, int> runs;
  for (const v1::CloudTask& task : *tasks) {
    ++runs[absl::StrCat(task.execution_info().result(), ", requeued ",
                        task.execution_info().requeue_count(), " times, retried ",
                        task.execution_info().retry_count())];
  }
  timeline_->Check(
      "how they ran",
      "16 success, requeued 0 times, retried 0, 4 success, requeued 1 times, retried 0",
      Join(runs));
  const auto events = api_->EventsAfter(0);
  if (!timeline_->Ok("read the history", events.status())) return false;
  std::map<std::string, int> starts;
  for (const v1::EventRecord& event : *events) {
    if (event.kind() == "task" && event.to() == "running") ++starts[event.resource()];
  }
  std::map<std::string, int> by_starts;
  for (const auto& [task, count] : starts)
    ++by_starts[absl::StrCat("tasks started ", count, " times")];
  timeline_->Check("starts: once more where it was cut",
                   "16 tasks started 1 times, 4 tasks started 2 times", Join(by_starts));
  return true;
}

bool Scenario::ChangeKeys() {
  timeline_->Chapter("6. New version, other key, other sizes");
  const auto version = api_->CreateRsaKey(kVault, kKey);
  if (!timeline_->Ok("create a new version of the key", version.status())) return false;
  timeline_->Ok("use it", api_->SetCustomerKey(kAccount, version->key().kid()).status());
  for (const int bits : {2048, 3072, 4096}) {
    const std::string name = absl::StrCat(kOtherKey, "-", bits);
    const auto key = api_->CreateRsaKey(kVault, name, bits);
    if (!timeline_->Ok(absl::StrCat("create another key of ", bits, " bits"), key.status()))
      return false;
    timeline_->Ok("use it", api_->SetCustomerKey(kAccount, key->key().kid()).status());
  }
  const std::string followed = absl::StrCat(kOtherKey, "-2048");
  const auto key = api_->GetKey(kVault, followed);
  if (!timeline_->Ok("read one of them", key.status())) return false;
  timeline_->Ok("use it without a version",
                api_->SetCustomerKey(kAccount, Versionless(key->key().kid())).status());
  const auto newer = api_->CreateRsaKey(kVault, followed);
  if (!timeline_->Ok("create a new version of it", newer.status())) return false;
  const auto access = api_->KeyAccess(kAccount);
  timeline_->Check("the account followed", newer->key().kid(),
                   access.ok() ? access->key_identifier() : "");
  timeline_->Check("tasks are still there", "20 completed", TasksByState());
  return true;
}

bool Scenario::TryWhatIsRefused() {
  timeline_->Chapter("7. What is refused, and changes nothing");
  const auto before = api_->KeyAccess(kAccount);
  if (!timeline_->Ok("read the key in use", before.status())) return false;
  v1::CreateKeyRequest request;
  request.set_vault_name(kVault);
  request.set_key_name("ec-key");
  request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  request.set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P256);
  const auto ec_key = api_->CreateKey(request);
  if (!timeline_->Ok("create an EC key", ec_key.status())) return false;
  timeline_->Refused("protect the account with it", "InvalidPropertyValue",
                     api_->SetCustomerKey(kAccount, ec_key->key().kid()).status());
  timeline_->Ok("delete a key that nobody uses", api_->DeleteKey(kVault, "ec-key").status());
  timeline_->Refused("purge it", "Forbidden", api_->PurgeKey(kVault, "ec-key"));
  const auto after = api_->KeyAccess(kAccount);
  timeline_->Check("the key in use", before->key_identifier(),
                   after.ok() ? after->key_identifier() : "");
  return true;
}

bool Scenario::ReturnToThePlatformKey() {
  timeline_->Chapter("8. Back to the platform's key");
  if (!timeline_->Ok("return to Microsoft.Batch", api_->SetPlatformKey(kAccount).status()))
    return false;
  timeline_->Ok("delete the key that protected the account",
                api_->DeleteKey(kVault, absl::StrCat(kOtherKey, "-2048")).status());
  timeline_->Check("access", "platform, data key in memory", AccessState());
  timeline_->Check("tasks, unharmed", "20 completed", TasksByState());
  return true;
}

bool Scenario::SearchTheRestingRecords() {
  timeline_->Chapter("9. What rests is sealed");
  const auto records = api_->DumpRecords(kAccount);
  if (!timeline_->Ok("dump the bytes that rest", records.status())) return false;
  timeline_->Check("the job's id in them", "found",
                   Contains(*records, kJob) ? "found" : "not found");
  timeline_->Check("a task's command line in them", "not found",
                   Contains(*records, "sleep 300") ? "found" : "not found");
  const auto task = api_->GetTask(kAccount, kJob, "frame-0001");
  timeline_->Check("the same command line through the API", kCommand,
                   task.ok() ? task->command_line() : task.status().message());
  return true;
}

}  // namespace lazuli::emulator

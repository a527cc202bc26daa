#include "tests/crash/writer.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "emulator/identity/well_known.h"
#include "proto/batch_jobs.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

namespace {

constexpr int kKeyNames = 5;
constexpr int kMaxVersions = 12;
constexpr int kMaxJobs = 4;
constexpr int kTasksOfCollection = 20;

ModelledChange AddVersion(const std::string& key, int number) {
  return {absl::StrCat("create a version of ", key),
          [=](Api& api) {
            v1::CreateKeyRequest request;
            request.set_vault_name(kCrashVault);
            request.set_key_name(key);
            request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
            (*request.mutable_tags()->mutable_values())["tag"] = absl::StrCat(number);
            return api.CreateKey(std::move(request)).status();
          },
          [=](Model* model) {
            ModelKey& changed = model->keys[key];
            ++changed.versions;
            changed.tag = absl::StrCat(number);
          }};
}

ModelledChange TagKey(const std::string& key, int number) {
  return {absl::StrCat("tag ", key),
          [=](Api& api) {
            v1::UpdateKeyRequest request;
            request.set_vault_name(kCrashVault);
            request.set_key_name(key);
            (*request.mutable_tags()->mutable_values())["tag"] = absl::StrCat(number);
            return api.UpdateKey(request).status();
          },
          [=](Model* model) { model->keys[key].tag = absl::StrCat(number); }};
}

ModelledChange DeleteKey(const std::string& key) {
  return {absl::StrCat("delete ", key),
          [=](Api& api) { return api.DeleteKey(kCrashVault, key).status(); },
          [=](Model* model) {
            model->keys[key].deleted = true;
            model->keys[key].versions = 0;
          }};
}

ModelledChange PurgeKey(const std::string& key) {
  return {absl::StrCat("purge ", key), [=](Api& api) { return api.PurgeKey(kCrashVault, key); },
          [=](Model* model) { model->keys.erase(key); }};
}

ModelledChange ChangeKey(const Model& model, int number, RandomStream* random) {
  const std::string key = absl::StrCat("key-", random->NextBelow(kKeyNames));
  const auto found = model.keys.find(key);
  if (found == model.keys.end()) return AddVersion(key, number);
  if (found->second.deleted) return PurgeKey(key);
  if (found->second.versions >= kMaxVersions) return DeleteKey(key);
  switch (random->NextBelow(4)) {
    case 0:
      return DeleteKey(key);
    case 1:
      return TagKey(key, number);
    default:
      return AddVersion(key, number);
  }
}

ModelledChange AddJob(const std::string& job) {
  return {absl::StrCat("add ", job),
          [=](Api& api) { return api.AddJob(kCrashAccount, job, "no-pool-yet"); },
          [=](Model* model) { model->jobs[job] = {}; }};
}

ModelledChange AddTasks(const std::string& job, int number) {
  return {absl::StrCat("add tasks to ", job),
          [=](Api& api) {
            return api.AddTasks(kCrashAccount, job, absl::StrCat("set-", number),
                                kTasksOfCollection, "/bin/true");
          },
          [=](Model* model) { model->jobs[job].active += kTasksOfCollection; }};
}

// Looks for an active task first.
ModelledChange CompleteTask(const std::string& job) {
  return {absl::StrCat("complete a task of ", job),
          [=](Api& api) -> absl::Status {
            v1::ListTasksRequest list;
            list.set_account(kCrashAccount);
            list.set_job_id(job);
            list.set_filter("state eq 'active'");
            list.set_maxresults(1);
            const auto active = api.Call<v1::ListTasksResponse>("Tasks/ListTasks", list);
            if (!active.ok()) return active.status();
            v1::TaskRequest request;
            request.set_account(kCrashAccount);
            request.set_job_id(job);
            request.set_task_id(active->value(0).id());
            return api.Call<v1::ObjectRevision>("Tasks/TerminateTask", request).status();
          },
          [=](Model* model) {
            --model->jobs[job].active;
            ++model->jobs[job].completed;
          }};
}

ModelledChange ChangeJobs(const Model& model, int number, RandomStream* random) {
  const std::string job = absl::StrCat("job-", random->NextBelow(kMaxJobs));
  const auto found = model.jobs.find(job);
  if (found == model.jobs.end()) return AddJob(job);
  if (found->second.active == 0 || random->NextBelow(3) == 0) return AddTasks(job, number);
  return CompleteTask(job);
}

// Through the circle of an account's access: lost, restoring, accessible.
ModelledChange ChangeAccess(const Model& model) {
  if (model.access == "accessible") {
    return {"delete the account's key",
            [](Api& api) { return api.DeleteKey(kCrashKeyVault, kCrashKey).status(); },
            [](Model* changed) {
              changed->account_key_deleted = true;
              changed->access = "lost";
            }};
  }
  if (model.access == "lost") {
    return {"recover the account's key",
            [](Api& api) { return api.RecoverKey(kCrashKeyVault, kCrashKey).status(); },
            [](Model* changed) {
              changed->account_key_deleted = false;
              changed->access = "restoring";
            }};
  }
  return {"let the restoration window pass",
          [](Api& api) { return api.AdvanceBy(absl::Minutes(10)).status(); },
          [](Model* changed) { changed->access = "accessible"; }};
}

}  // namespace

ModelledChange TagGroup(int number) {
  return {"tag the resource group",
          [=](Api& api) {
            v1::CreateOrUpdateResourceGroupRequest request;
            request.set_subscription_id(std::string(kDefaultSubscriptionId));
            request.set_resource_group_name(kTestGroup);
            request.mutable_parameters()->set_location("westus2");
            (*request.mutable_parameters()->mutable_tags()->mutable_values())["tag"] =
                absl::StrCat(number);
            return api
                .Call<v1::ResourceGroup>("ResourceGroups/CreateOrUpdateResourceGroup", request)
                .status();
          },
          [=](Model* model) { model->group_tag = absl::StrCat(number); }};
}

ModelledChange DrawChange(const Model& model, int number, RandomStream* random) {
  switch (random->NextBelow(8)) {
    case 0:
    case 1:
    case 2:
      return ChangeKey(model, number, random);
    case 3:
    case 4:
      return ChangeJobs(model, number, random);
    case 5:
      return TagGroup(number);
    default:
      return ChangeAccess(model);
  }
}

}  // namespace lazuli::emulator

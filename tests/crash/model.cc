#include "tests/crash/model.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gtest/gtest.h"
#include "proto/resources.pb.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

namespace {

constexpr char kTag[] = "tag";
constexpr int kLockedTasks = 3;

std::string TagOf(const v1::Tags& tags) {
  const auto tag = tags.values().find(kTag);
  return tag == tags.values().end() ? "" : tag->second;
}

// The name in a key's identifier, https://VAULT.vault.azure.net/keys/NAME[/VERSION].
std::string NameOf(const std::string& kid) {
  const std::vector<std::string> parts = absl::StrSplit(kid, '/');
  return parts.size() > 4 ? parts[4] : kid;
}

// All pages of a listing.
template <typename Page, typename Request, typename Visit>
void ForEachListed(Api& api, const std::string& method, Request request, const Visit& visit) {
  while (true) {
    const Page page = Must(api.Call<Page>(method, request));
    for (const auto& item : page.value()) visit(item);
    if (page.next_link().empty()) return;
    request.set_skip_token(page.next_link());
  }
}

int CountVersions(Api& api, const std::string& key) {
  v1::GetKeyVersionsRequest request;
  request.set_vault_name(kCrashVault);
  request.set_key_name(key);
  int versions = 0;
  ForEachListed<v1::KeyListResult>(api, "Keys/GetKeyVersions", request,
                                   [&](const v1::KeyItem&) { ++versions; });
  return versions;
}

void ObserveKeys(Api& api, Model* model) {
  v1::GetKeysRequest request;
  request.set_vault_name(kCrashVault);
  ForEachListed<v1::KeyListResult>(api, "Keys/GetKeys", request, [&](const v1::KeyItem& item) {
    const std::string name = NameOf(item.kid());
    model->keys[name] = {false, CountVersions(api, name), TagOf(item.tags())};
  });
  ForEachListed<v1::DeletedKeyListResult>(
      api, "Keys/GetDeletedKeys", request, [&](const v1::DeletedKeyItem& item) {
        model->keys[NameOf(item.kid())] = {true, 0, TagOf(item.tags())};
      });
}

void ObserveJobs(Api& api, Model* model) {
  v1::ListJobsRequest request;
  request.set_account(kCrashAccount);
  const auto jobs = Must(api.Call<v1::ListJobsResponse>("Jobs/ListJobs", request));
  for (const v1::CloudJob& job : jobs.value()) {
    const v1::TaskCounts counts = Must(api.CountTasks(kCrashAccount, job.id()));
    model->jobs[job.id()] = {counts.active() + counts.running(), counts.completed()};
  }
  if (jobs.value().empty()) return;
  // Counts are kept beside the tasks, which are not.
  const std::string& job = jobs.value(0).id();
  const auto tasks = Must(api.ListTasks(kCrashAccount, job));
  const auto completed = std::count_if(tasks.begin(), tasks.end(), [](const v1::CloudTask& task) {
    return task.state() == v1::TASK_STATE_COMPLETED;
  });
  EXPECT_EQ(completed, model->jobs[job].completed) << job;
  EXPECT_EQ(static_cast<int>(tasks.size() - completed), model->jobs[job].active) << job;
}

bool IsDeleted(Api& api, const std::string& vault, const std::string& key) {
  v1::KeyNameRequest request;
  request.set_vault_name(vault);
  request.set_key_name(key);
  return api.Call<v1::DeletedKeyBundle>("Keys/GetDeletedKey", request).ok();
}

std::string NameOf(v1::KeyAccessState state) {
  switch (state) {
    case v1::KEY_ACCESS_STATE_ACCESSIBLE:
      return "accessible";
    case v1::KEY_ACCESS_STATE_LOST:
      return "lost";
    case v1::KEY_ACCESS_STATE_RESTORING:
      return "restoring";
    default:
      return "unexpected";
  }
}

void ObserveAccess(Api& api, Model* model) {
  const v1::KeyAccess access = Must(api.KeyAccess(kLockedAccount));
  model->access = NameOf(access.state());
  const bool serves = access.state() == v1::KEY_ACCESS_STATE_ACCESSIBLE;
  EXPECT_EQ(access.data_key_present(), serves) << model->access;
  const auto tasks = api.ListTasks(kLockedAccount, kLockedJob);
  if (serves) {
    LAZULI_EXPECT_OK(tasks.status());
    EXPECT_EQ(tasks.ok() ? static_cast<int>(tasks->size()) : 0, kLockedTasks);
  } else {
    EXPECT_THAT(tasks.status(), ErrorCodeIs("AccountIsDisabled")) << model->access;
  }
}

std::string GroupTag(Api& api) {
  v1::ResourceGroupRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(kTestGroup);
  return TagOf(
      Must(api.Call<v1::ResourceGroup>("ResourceGroups/GetResourceGroup", request)).tags());
}

}  // namespace

std::string Model::ToString() const {
  std::string text = absl::StrCat("group tag ", group_tag, "\naccount ", kLockedAccount, " ",
                                  access, account_key_deleted ? ", its key deleted\n" : "\n");
  for (const auto& [name, key] : keys) {
    absl::StrAppend(&text, "key ", name, key.deleted ? " deleted" : " live",
                    " versions=", key.versions, " tag=", key.tag, "\n");
  }
  for (const auto& [name, job] : jobs) {
    absl::StrAppend(&text, "job ", name, " active=", job.active, " completed=", job.completed,
                    "\n");
  }
  return text;
}

void MakeModelledObjects(Api& api) {
  Must(api.PutResourceGroup());
  Api::VaultSpec purgeable;
  purgeable.purge_protection = false;
  Must(api.PutVault(kCrashVault, purgeable).status());
  Must(api.PutVault(kCrashKeyVault, {}).status());
  Must(api.PutAccount(kCrashAccount).status());
  const v1::BatchAccount account = Must(api.PutAccount(kLockedAccount));
  Must(api.ChangePolicy(kCrashKeyVault, "add", account.identity().principal_id(),
                        {"get", "wrapKey", "unwrapKey"}));
  const v1::KeyBundle key = Must(api.CreateRsaKey(kCrashKeyVault, kCrashKey));
  Must(api.SetCustomerKey(kLockedAccount, key.key().kid()).status());
  Must(api.AddJob(kLockedAccount, kLockedJob, "no-pool-yet"));
  Must(api.AddTasks(kLockedAccount, kLockedJob, "task", kLockedTasks, "/bin/true"));
}

Model Observe(Api& api) {
  Model model;
  ObserveKeys(api, &model);
  ObserveJobs(api, &model);
  model.account_key_deleted = IsDeleted(api, kCrashKeyVault, kCrashKey);
  ObserveAccess(api, &model);
  model.group_tag = GroupTag(api);
  return model;
}

}  // namespace lazuli::emulator

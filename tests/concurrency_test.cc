// Many clients at once while the key comes and goes: nothing is lost, nothing runs twice, nobody
// waits for ever.
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>  // NOLINT: the clients
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_pools.pb.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

constexpr int kClients = 4;
constexpr int kRounds = 40;

// OK, or refused because the key is away.
bool Happened(const absl::Status& status) {
  if (!status.ok()) {
    EXPECT_EQ(ErrorInfoOrDefault(status).code, "AccountIsDisabled") << status;
  }
  return status.ok();
}

// One client: adds tasks, looks around. Answers how many tasks it got in.
int Work(Scene& scene, int number) {
  const std::unique_ptr<GrpcClient> client = scene.server().ConnectAs(std::string(kAdminAppId));
  Api api(client.get(), kTestGroup);
  int added = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string prefix = absl::StrCat("client-", number, "-", round);
    if (Happened(api.AddTasks(Scene::kAccount, Scene::kJob, prefix, 2, "sleep 90"))) added += 2;
    Happened(api.ListTasks(Scene::kAccount, Scene::kJob).status());
    Happened(api.ListNodes(Scene::kAccount, Scene::kPool).status());
    LAZULI_EXPECT_OK(api.KeyAccess(Scene::kAccount));
    LAZULI_EXPECT_OK(api.QueuedTransitions(Scene::kAccount));
    LAZULI_EXPECT_OK(api.DumpRecords(Scene::kAccount));
    LAZULI_EXPECT_OK(api.GetAccount(Scene::kAccount));
  }
  return added;
}

// Takes the key away and gives it back, by turns of several ways, while time goes on.
void ComeAndGo(Scene& scene, const std::atomic<bool>& done) {
  while (!done) {
    Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false).status());
    scene.Advance(absl::Minutes(1));
    Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, true).status());
    scene.Advance(absl::Minutes(11));
    Must(scene.api().ChangePolicy(Scene::kVault, "replace", scene.principal_id(), {"get"}));
    scene.Advance(absl::Seconds(30));
    Must(scene.Grant());
    scene.Advance(absl::Minutes(4));
    Must(scene.api().DeleteKey(Scene::kVault, Scene::kKey).status());
    Must(scene.api().RecoverKey(Scene::kVault, Scene::kKey).status());
    scene.Advance(absl::Minutes(20));
  }
}

TEST(ConcurrencyTest, NothingIsLostAndNothingRunsTwice) {
  Scene scene({.nodes = 5, .tasks = 5});
  std::atomic<bool> done{false};
  std::atomic<int> added{5};
  std::thread key([&] { ComeAndGo(scene, done); });
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] { added += Work(scene, c); });
  }
  for (std::thread& client : clients) client.join();
  done = true;
  key.join();
  EXPECT_GT(added, 5);

  scene.Advance(absl::Hours(24));
  EXPECT_EQ(scene.TasksByState(), absl::StrCat(added.load(), " completed"));
  EXPECT_EQ(scene.NodesByState(), "5 idle");
  std::map<std::string, int> starts;
  std::map<std::string, int> requeues;
  std::map<std::string, int> ends;
  for (const v1::EventRecord& event : Must(scene.api().EventsAfter(0))) {
    if (event.kind() != "task") continue;
    starts[event.resource()] += event.to() == "running" ? 1 : 0;
    requeues[event.resource()] += event.from() == "running" && event.to() == "active" ? 1 : 0;
    ends[event.resource()] += event.to() == "completed" ? 1 : 0;
  }
  EXPECT_EQ(ends.size(), static_cast<size_t>(added.load()));
  for (const auto& [task, count] : ends) {
    EXPECT_EQ(count, 1) << task;
    EXPECT_EQ(starts[task], requeues[task] + 1) << task;
  }
}

// Accounts are made and deleted while their key comes and goes.
TEST(ConcurrencyTest, AccountsComeAndGoWithTheirKey) {
  Scene scene({.user_assigned = true, .nodes = 0, .tasks = 1});
  const std::string identity = Must(scene.api().PutIdentity(Scene::kIdentity)).id();
  std::atomic<bool> done{false};
  std::thread key([&] {
    while (!done) {
      Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false).status());
      Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, true).status());
    }
  });
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      const std::unique_ptr<GrpcClient> client = scene.server().ConnectAs(std::string(kAdminAppId));
      Api api(client.get(), kTestGroup);
      const std::string name = absl::StrCat("account", c);
      for (int round = 0; round < kRounds; ++round) {
        const absl::Status created = api.PutAccount(name, identity, scene.first_kid()).status();
        if (created.ok()) {
          LAZULI_EXPECT_OK(api.KeyAccess(name));
        } else {
          EXPECT_EQ(ErrorInfoOrDefault(created).code, "InvalidKeyVaultReference") << created;
        }
        LAZULI_EXPECT_OK(api.DeleteAccount(name));
        EXPECT_THAT(api.GetAccount(name), ErrorCodeIs("ResourceNotFound"));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  done = true;
  key.join();
  scene.Advance(absl::Minutes(10));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
}

}  // namespace
}  // namespace lazuli::emulator

// A resource group goes with all that it holds, and what depends on that from elsewhere notices.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/resource_providers.pb.h"
#include "proto/resources.pb.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

absl::Status DeleteGroup(Api& api, const std::string& group = kTestGroup) {
  v1::ResourceGroupRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(group);
  return api.Call<v1::Empty>("ResourceGroups/DeleteResourceGroup", request).status();
}

std::vector<std::string> Resources(Api& api) {
  v1::ListResourcesRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  const auto list = Must(api.Call<v1::ListResourcesResponse>("Resources/ListResources", request));
  std::vector<std::string> names;
  for (const v1::GenericResource& resource : list.value()) names.push_back(resource.name());
  return names;
}

TEST(ResourceGroupTest, TakesAccountsVaultsAndIdentitiesAlong) {
  Scene scene({.user_assigned = true});
  EXPECT_THAT(Resources(scene.api()),
              ElementsAre(Scene::kAccount, Scene::kVault, Scene::kIdentity));
  const uint64_t before = scene.server().LastSequence();
  LAZULI_ASSERT_OK(DeleteGroup(scene.api()));
  EXPECT_THAT(Resources(scene.api()), IsEmpty());
  // The account went first: it never lost its key, and nothing in it did.
  for (const v1::EventRecord& event : Must(scene.api().EventsAfter(before))) {
    EXPECT_NE(event.kind(), "keyAccess") << event.DebugString();
    EXPECT_NE(event.to(), "unusable") << event.DebugString();
  }
  EXPECT_THAT(DeleteGroup(scene.api()), ErrorCodeIs("ResourceGroupNotFound"));
  EXPECT_FALSE(scene.TryService().ok());

  // The vault is soft-deleted, with its keys, and comes back where its group is again.
  EXPECT_THAT(scene.api().RecoverVault(Scene::kVault), ErrorCodeIs("ResourceGroupNotFound"));
  LAZULI_ASSERT_OK(scene.api().PutResourceGroup());
  LAZULI_ASSERT_OK(scene.api().RecoverVault(Scene::kVault));
  LAZULI_ASSERT_OK(scene.api().GetKey(Scene::kVault, Scene::kKey));
  // Names are free again.
  LAZULI_EXPECT_OK(scene.api().PutAccount(Scene::kAccount));
  LAZULI_EXPECT_OK(scene.api().PutIdentity(Scene::kIdentity));
}

TEST(ResourceGroupTest, AnAccountElsewhereLosesTheKeyOfADeletedGroupsVault) {
  Scene scene;
  // Another group, with an account of its own that hangs on the first group's vault.
  Api elsewhere(&scene.api().client(), "elsewhere");
  LAZULI_ASSERT_OK(elsewhere.PutResourceGroup());
  const std::string principal =
      Must(elsewhere.PutAccount("elsewherebatch")).identity().principal_id();
  LAZULI_ASSERT_OK(
      scene.api().ChangePolicy(Scene::kVault, "add", principal, {"get", "wrapKey", "unwrapKey"}));
  LAZULI_ASSERT_OK(elsewhere.SetCustomerKey("elsewherebatch", scene.first_kid()));
  LAZULI_ASSERT_OK(DeleteGroup(scene.api()));
  EXPECT_EQ(Must(elsewhere.KeyAccess("elsewherebatch")).state(), v1::KEY_ACCESS_STATE_LOST);
  LAZULI_ASSERT_OK(scene.api().PutResourceGroup());
  LAZULI_ASSERT_OK(scene.api().RecoverVault(Scene::kVault));
  scene.Advance(absl::Minutes(10));
  EXPECT_EQ(Must(elsewhere.KeyAccess("elsewherebatch")).state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
}

TEST(ResourceGroupTest, GoesAlsoWhileAnAccountInItHasLostItsKey) {
  Scene scene;
  LAZULI_ASSERT_OK(scene.api().DeleteKey(Scene::kVault, Scene::kKey));
  ASSERT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  LAZULI_ASSERT_OK(DeleteGroup(scene.api()));
  EXPECT_THAT(Resources(scene.api()), IsEmpty());
}

// Whatever calls are at work in the group, either they or its deletion are refused, and in the end
// nothing is left over.
TEST(ResourceGroupTest, StandsAgainstCallsAtTheSameTime) {
  TestServer server;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&server, &stop, i] {
      for (int round = 0; !stop; ++round) {
        (void)server.api().PutResourceGroup();
        (void)server.api().PutIdentity(absl::StrCat("identity-", i));
        (void)server.api().PutAccount(absl::StrCat("account", i));
        (void)server.api().PutVault(absl::StrCat("vault-", i, "-", round), {});
      }
    });
  }
  int deleted = 0;
  for (int i = 0; i < 5000 && deleted < 20; ++i) deleted += DeleteGroup(server.api()).ok() ? 1 : 0;
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(deleted, 0);
  (void)DeleteGroup(server.api());
  EXPECT_THAT(Resources(server.api()), IsEmpty());
  EXPECT_THAT(DeleteGroup(server.api()), ErrorCodeIs("ResourceGroupNotFound"));
}

}  // namespace
}  // namespace lazuli::emulator

// Many threads on one registry. What each call returns depends on the others; what must hold is
// said at the end of each test, and ThreadSanitizer watches the rest.
#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <thread>  // NOLINT
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/access_control.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 200;

void RunOnThreads(const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

TEST(ConcurrencyTest, VersionsAddedAtOnceAllExistUnderTheirOwnIds) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  std::vector<std::vector<std::string>> added(kThreads);
  RunOnThreads([&](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      added[thread].push_back(env.AddKey(vault.get(), "k")->version);
    }
  });
  std::set<std::string> ids;
  for (const auto& versions : added) ids.insert(versions.begin(), versions.end());
  EXPECT_EQ(ids.size(), static_cast<size_t>(kThreads * kRounds));
  EXPECT_EQ((*vault->ListKeyVersions("k", "", 2 * kThreads * kRounds)).items.size(), ids.size());
}

TEST(ConcurrencyTest, OneOfManyCreationsOfAVaultWins) {
  TestEnvironment env;
  std::atomic<int> created{0};
  RunOnThreads([&](int thread) {
    const absl::StatusOr<VaultRecordPtr> record = env.registry().CreateOrUpdate(
        env.Context(), TestEnvironment::Address("kv1", absl::StrCat("rg", thread)), kTestLocation,
        TestEnvironment::Input());
    if (record.ok()) {
      ++created;
    } else {
      EXPECT_THAT(record, ErrorCodeIs("VaultAlreadyExists"));
    }
  });
  EXPECT_EQ(created.load(), 1);
}

TEST(ConcurrencyTest, ReadersSeeWholeVersionsWhileWritersChangeThem) {
  TestEnvironment env;
  FakeRoleChecker roles;
  const AccessControl access(&env.registry(), &roles);
  VaultInput input = TestEnvironment::Input();
  input.access_policies = {TestEnvironment::Policy(kTestObject, {"all"})};
  const VaultPtr vault = env.CreateVault("kv1", input);
  env.AddKey(vault.get(), "k");
  RunOnThreads([&](int thread) {
    const CallContext context = env.Context();
    for (int i = 0; i < kRounds; ++i) {
      if (thread == 0) {
        // Either both members say A or both say B.
        KeyVersionUpdate update;
        update.tags = TagMap{{"side", i % 2 == 0 ? "A" : "B"}};
        update.not_before = absl::FromUnixSeconds(i % 2);
        LAZULI_EXPECT_OK(vault->UpdateKey(context.now, "k", "", update));
      } else if (thread == 1) {
        LAZULI_EXPECT_OK(env.registry().ChangeAccessPolicies(
            context, TestEnvironment::Address("kv1"),
            i % 2 == 0 ? AccessPolicyChange::kAdd : AccessPolicyChange::kRemove,
            {TestEnvironment::Policy("aaaaaaaa-0000-0000-0000-0000000000ff", {"get"})}));
      } else {
        LAZULI_EXPECT_OK(access.Authorize(
            context, {.vault_name = "kv1", .object_name = "k", .permission = "sign"}));
        const absl::StatusOr<KeyVersionPtr> key =
            access.ResolveKeyForUse(context, "kv1", "k", "", KeyOperation::kSign);
        LAZULI_ASSERT_OK(key);
        if ((*key)->tags.has_value()) {
          const bool side_a = (*key)->tags->at("side") == "A";
          EXPECT_EQ((*key)->attributes.not_before, absl::FromUnixSeconds(side_a ? 0 : 1));
        }
      }
    }
  });
}

TEST(ConcurrencyTest, TheWholeLifeOfVaultsAndKeysAtOnce) {
  VaultRegistryOptions options;
  options.object_deletion_delay = absl::Milliseconds(3);
  options.object_recovery_delay = absl::Milliseconds(2);
  TestEnvironment env(options);
  RunOnThreads([&](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      // Errors are part of the game: another thread was quicker.
      const CallContext context = env.Context();
      const VaultAddress address = TestEnvironment::Address(absl::StrCat("kv", i % 3));
      (void)env.registry().CreateOrUpdate(context, address, kTestLocation,
                                          TestEnvironment::Input());
      if (const absl::StatusOr<VaultPtr> vault = env.registry().FindLive(address.name);
          vault.ok()) {
        (void)(*vault)->AddKeyVersion(context.now, "k", TestEnvironment::NewVersion(), "CreateKey");
        (void)(*vault)->DeleteKey(context.now, "k");
        if (thread == 0) env.AdvanceBy(absl::Milliseconds(2));
        (void)(*vault)->RecoverKey(context.now, "k");
        (void)(*vault)->PurgeKey(context.now, "k");
        (void)(*vault)->ListKeys("", 10);
      }
      if (i % 5 == thread) {
        (void)env.registry().Delete(context, address);
        (void)env.registry().Recover(context, address, kTestLocation);
        (void)env.registry().Delete(context, address);
        (void)env.registry().PurgeDeleted(context, kTestSubscription, kTestLocation, address.name);
      }
      (void)env.registry().List(kTestSubscription, "", "", 10);
    }
  });
  // Whatever is left ends by itself.
  for (const char* name : {"kv0", "kv1", "kv2"}) {
    LAZULI_EXPECT_OK(env.registry().Delete(env.Context(), TestEnvironment::Address(name)));
  }
  env.AdvanceBy(absl::Hours(24) * 91);
  EXPECT_EQ(env.timers(), 0u);
  for (const char* name : {"kv0", "kv1", "kv2"}) {
    LAZULI_EXPECT_OK(env.registry().CheckNameAvailable(name));
  }
}

}  // namespace
}  // namespace lazuli::keyvault

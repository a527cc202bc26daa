#include "keyvault/vault.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr absl::Duration kDay = absl::Hours(24);

std::vector<std::string> Names(const Page<KeyVersionPtr>& page) {
  std::vector<std::string> names;
  for (const KeyVersionPtr& key : page.items) names.push_back(key->name);
  return names;
}

// --- versions

TEST(VaultTest, AKeyIsItsLatestVersionAndAnyOfTheOthers) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("My-Vault");
  const KeyVersionPtr first = env.AddKey(vault.get(), "Key");
  const KeyVersionPtr second = env.AddKey(vault.get(), "KEY");
  EXPECT_TRUE(IsHex32(first->version));
  EXPECT_NE(first->version, second->version);
  EXPECT_EQ(second->name, "Key");  // as first created
  EXPECT_EQ(second->kid,
            absl::StrCat("https://my-vault.vault.azure.net/keys/Key/", second->version));
  EXPECT_EQ(*vault->FindKey("key", ""), second);
  EXPECT_EQ(*vault->FindKey("kEY", first->version), first);
  EXPECT_THAT(vault->FindKey("key", std::string(32, '0')), ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(vault->FindKey("other", ""), ErrorCodeIs("KeyNotFound"));
}

TEST(VaultTest, TimesAreWholeSeconds) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const KeyVersionPtr key = env.AddKey(vault.get(), "k");
  EXPECT_EQ(key->created, env.now() - absl::Milliseconds(250));
  EXPECT_EQ(key->updated, key->created);
}

TEST(VaultTest, VersionIdsComeFromNamesAndOrdinalsAlone) {
  TestEnvironment a;
  TestEnvironment b;
  const VaultPtr in_a = a.CreateVault("kv1");
  const VaultPtr in_b = b.CreateVault("KV1");
  b.AddKey(in_b.get(), "another");  // shifts nothing
  b.AdvanceBy(kDay);
  EXPECT_EQ(a.AddKey(in_a.get(), "k")->version, b.AddKey(in_b.get(), "K")->version);
}

TEST(VaultTest, NoVersionIdComesTwice) {
  TestEnvironment env;
  std::set<std::string> seen;
  for (int vault_round = 0; vault_round < 2; ++vault_round) {
    const VaultPtr vault = env.CreateVault("kv1");
    for (int key_round = 0; key_round < 2; ++key_round) {
      EXPECT_TRUE(seen.insert(env.AddKey(vault.get(), "k")->version).second);
      EXPECT_TRUE(seen.insert(env.AddKey(vault.get(), "k")->version).second);
      LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "k"));
      LAZULI_ASSERT_OK(vault->PurgeKey(env.now(), "k"));
    }
    LAZULI_ASSERT_OK(env.registry().Delete(env.Context(), TestEnvironment::Address("kv1")));
    LAZULI_ASSERT_OK(
        env.registry().PurgeDeleted(env.Context(), kTestSubscription, kTestLocation, "kv1"));
  }
}

// --- updates

TEST(VaultTest, AnUpdateReplacesWhatItSaysAndLeavesTheRest) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  NewKeyVersion version = TestEnvironment::NewVersion();
  version.tags = TagMap{{"a", "1"}, {"b", "2"}};
  const KeyVersionPtr old = *vault->AddKeyVersion(env.now(), "k", std::move(version), "CreateKey");
  env.AdvanceBy(absl::Seconds(10));

  KeyVersionUpdate update;
  update.enabled = false;
  const KeyVersionPtr disabled = *vault->UpdateKey(env.now(), "K", "", update);
  EXPECT_FALSE(disabled->attributes.enabled);
  EXPECT_EQ(disabled->tags, old->tags);
  EXPECT_EQ(disabled->key_ops, old->key_ops);
  EXPECT_EQ(disabled->version, old->version);
  EXPECT_EQ(disabled->material, old->material);
  EXPECT_EQ(disabled->created, old->created);
  EXPECT_EQ(disabled->updated, old->updated + absl::Seconds(10));
  EXPECT_TRUE(old->attributes.enabled);  // whoever holds the old object sees no change

  update = {};
  update.tags = TagMap{{"c", "3"}};
  update.key_ops = std::vector<KeyOperation>{KeyOperation::kVerify};
  update.not_before = absl::FromUnixSeconds(100);
  const KeyVersionPtr replaced = *vault->UpdateKey(env.now(), "k", old->version, update);
  EXPECT_THAT(*replaced->tags, UnorderedElementsAre(testing::Pair("c", "3")));
  EXPECT_THAT(replaced->key_ops, ElementsAre(KeyOperation::kVerify));
  EXPECT_FALSE(replaced->attributes.enabled);
  EXPECT_EQ(replaced->attributes.not_before, absl::FromUnixSeconds(100));
  EXPECT_EQ(*vault->FindKey("k", ""), replaced);
}

TEST(VaultTest, AnUpdateOfAnOldVersionLeavesTheLatestAlone) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const KeyVersionPtr first = env.AddKey(vault.get(), "k");
  const KeyVersionPtr second = env.AddKey(vault.get(), "k");
  KeyVersionUpdate update;
  update.enabled = false;
  LAZULI_ASSERT_OK(vault->UpdateKey(env.now(), "k", first->version, update));
  EXPECT_EQ(*vault->FindKey("k", ""), second);
  EXPECT_FALSE((*vault->FindKey("k", first->version))->attributes.enabled);
}

TEST(VaultTest, ARefusedUpdateChangesNothing) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const KeyVersionPtr key =
      env.AddKey(vault.get(), "k", {true, absl::FromUnixSeconds(100), std::nullopt});
  env.listener().Take();
  KeyVersionUpdate update;
  update.expires = absl::FromUnixSeconds(100);
  EXPECT_THAT(vault->UpdateKey(env.now(), "k", "", update), ErrorCodeIs("BadParameter"));
  EXPECT_EQ(*vault->FindKey("k", ""), key);
  EXPECT_THAT(vault->UpdateKey(env.now(), "k", std::string(32, '0'), {}),
              ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(env.listener().Take(), IsEmpty());
}

// --- the lifecycle, every request in every state

// How a vault gets a key called "k" into each state.
struct StateCase {
  const char* name;
  std::function<void(TestEnvironment*, Vault*)> reach;
};

std::string Answer(const absl::Status& status) {
  if (status.ok()) return "200";
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return absl::StrCat(info.http_status, info.inner_code.empty() ? "" : " ", info.inner_code);
}

TEST(VaultTest, TimesOfAVersionCanBeTakenAway) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  KeyAttributes attributes;
  attributes.not_before = absl::FromUnixSeconds(1'000'000'000);
  attributes.expires = absl::FromUnixSeconds(5'000'000'000);
  env.AddKey(vault.get(), "k", attributes);
  KeyVersionUpdate update;
  update.clear_not_before = true;
  update.clear_expires = true;
  const auto updated = vault->UpdateKey(env.now(), "k", "", update);
  LAZULI_ASSERT_OK(updated.status());
  EXPECT_FALSE((*updated)->attributes.not_before.has_value());
  EXPECT_FALSE((*updated)->attributes.expires.has_value());
}

TEST(VaultTest, EveryRequestInEveryStateIsAnsweredAndMovesTheKey) {
  const auto make = [](TestEnvironment* env, Vault* vault) { env->AddKey(vault, "k"); };
  const auto drop = [make](TestEnvironment* env, Vault* vault) {
    make(env, vault);
    LAZULI_ASSERT_OK(vault->DeleteKey(env->now(), "k"));
  };
  const auto drop_fully = [drop](TestEnvironment* env, Vault* vault) {
    drop(env, vault);
    env->AdvanceBy(absl::Seconds(30));
  };
  const StateCase states[] = {
      {"absent", [](TestEnvironment*, Vault*) {}},
      {"live", make},
      {"deleting", drop},
      {"deleted", drop_fully},
      {"recovering",
       [drop_fully](TestEnvironment* env, Vault* vault) {
         drop_fully(env, vault);
         LAZULI_ASSERT_OK(vault->RecoverKey(env->now(), "k"));
       }},
  };
  const struct {
    const char* name;
    std::function<absl::Status(TestEnvironment*, Vault*)> send;
    // Answers in the order of `states`.
    std::vector<std::string> answers;
  } requests[] = {
      {"get",
       [](TestEnvironment*, Vault* v) { return v->FindKey("k", "").status(); },
       {"404", "200", "404", "404", "404"}},
      {"update",
       [](TestEnvironment* e, Vault* v) { return v->UpdateKey(e->now(), "k", "", {}).status(); },
       {"404", "200", "404", "404", "404"}},
      {"delete",
       [](TestEnvironment* e, Vault* v) { return v->DeleteKey(e->now(), "k").status(); },
       {"404", "200", "404", "404", "404"}},
      {"creatable",
       [](TestEnvironment*, Vault* v) { return v->CheckCreatable("k"); },
       {"200", "200", "409 ObjectIsBeingDeleted", "409 ObjectIsDeletedButRecoverable",
        "409 ObjectIsBeingRecovered"}},
      {"create",
       [](TestEnvironment* e, Vault* v) {
         return v->AddKeyVersion(e->now(), "k", TestEnvironment::NewVersion(), "CreateKey")
             .status();
       },
       {"200", "200", "409 ObjectIsBeingDeleted", "409 ObjectIsDeletedButRecoverable",
        "409 ObjectIsBeingRecovered"}},
      {"get deleted",
       [](TestEnvironment*, Vault* v) { return v->FindDeletedKey("k").status(); },
       {"404", "404", "404", "200", "404"}},
      {"recover",
       [](TestEnvironment* e, Vault* v) { return v->RecoverKey(e->now(), "k").status(); },
       {"404", "400 RequestNotAllowedOnNonDeletedObject", "409 ObjectIsBeingDeleted", "200",
        "409 ObjectIsBeingRecovered"}},
      {"purge",
       [](TestEnvironment* e, Vault* v) { return v->PurgeKey(e->now(), "k"); },
       {"404", "404", "409 ObjectIsBeingDeleted", "200", "409 ObjectIsBeingRecovered"}},
  };
  VaultRegistryOptions options;
  options.object_deletion_delay = absl::Seconds(30);
  options.object_recovery_delay = absl::Seconds(20);
  for (const auto& request : requests) {
    for (size_t i = 0; i < std::size(states); ++i) {
      TestEnvironment env(options);
      const VaultPtr vault = env.CreateVault("kv1");
      states[i].reach(&env, vault.get());
      EXPECT_EQ(Answer(request.send(&env, vault.get())), request.answers[i])
          << request.name << " when " << states[i].name;
    }
  }
}

TEST(VaultTest, DeletionAndRecoveryTakeTheTimeTheyAreGiven) {
  VaultRegistryOptions options;
  options.object_deletion_delay = absl::Seconds(30);
  options.object_recovery_delay = absl::Seconds(20);
  TestEnvironment env(options);
  const VaultPtr vault = env.CreateVault("kv1");
  const KeyVersionPtr key = env.AddKey(vault.get(), "k");
  const absl::Time deleted_at = env.now();
  const DeletedKey deleted = *vault->DeleteKey(deleted_at, "k");
  env.AdvanceBy(absl::Seconds(30) - absl::Nanoseconds(1));
  EXPECT_THAT(vault->FindDeletedKey("k"), ErrorCodeIs("KeyNotFound"));
  env.AdvanceBy(absl::Nanoseconds(1));
  // The retention counts from the request.
  EXPECT_EQ((*vault->FindDeletedKey("k")).scheduled_purge_date, deleted.scheduled_purge_date);

  env.listener().Take();
  LAZULI_ASSERT_OK(vault->RecoverKey(env.now(), "k"));
  EXPECT_THAT(env.listener().Take(), IsEmpty());
  env.AdvanceBy(absl::Seconds(20) - absl::Nanoseconds(1));
  EXPECT_THAT(vault->FindKey("k", ""), ErrorCodeIs("KeyNotFound"));
  env.AdvanceBy(absl::Nanoseconds(1));
  EXPECT_EQ(*vault->FindKey("k", ""), key);
  EXPECT_THAT(env.listener().Take(), ElementsAre("kv1/k: key recovered"));
  EXPECT_EQ(env.timers(), 0u);
}

TEST(VaultTest, RecoveryBringsAllVersionsBackAsTheyWere) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const KeyVersionPtr first = env.AddKey(vault.get(), "k");
  const KeyVersionPtr second = env.AddKey(vault.get(), "k");
  const DeletedKey deleted = *vault->DeleteKey(env.now(), "k");
  EXPECT_EQ(deleted.latest, second);
  EXPECT_EQ((*vault->FindDeletedKey("K")).latest, second);
  EXPECT_EQ(*vault->RecoverKey(env.now(), "k"), second);
  EXPECT_EQ(*vault->FindKey("k", first->version), first);
  EXPECT_EQ(*vault->FindKey("k", ""), second);
  env.AdvanceBy(100 * kDay);  // the purge that was scheduled is off
  EXPECT_EQ(*vault->FindKey("k", ""), second);
}

// --- retention and purge

TEST(VaultTest, ADeletedKeyIsPurgedWhenItsRetentionEnds) {
  TestEnvironment env;
  VaultInput input = TestEnvironment::Input();
  input.retention_days = 7;
  input.purge_protection = true;  // ends with the retention
  const VaultPtr vault = env.CreateVault("kv1", input);
  env.AddKey(vault.get(), "k");
  const DeletedKey deleted = *vault->DeleteKey(env.now(), "k");
  EXPECT_EQ(*deleted.deleted_date, env.now() - absl::Milliseconds(250));
  EXPECT_EQ(*deleted.scheduled_purge_date - *deleted.deleted_date, 7 * kDay);

  env.listener().Take();
  env.AdvanceTo(*deleted.scheduled_purge_date - absl::Nanoseconds(1));
  LAZULI_EXPECT_OK(vault->FindDeletedKey("k"));
  env.AdvanceTo(*deleted.scheduled_purge_date);
  EXPECT_THAT(vault->FindDeletedKey("k"), ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(env.listener().Take(), ElementsAre("kv1/k: key purged"));
  LAZULI_EXPECT_OK(vault->CheckCreatable("k"));
}

TEST(VaultTest, EachDeletionStartsItsOwnRetention) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  env.AddKey(vault.get(), "k");
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "k"));
  env.AdvanceBy(50 * kDay);
  LAZULI_ASSERT_OK(vault->RecoverKey(env.now(), "k"));
  const DeletedKey again = *vault->DeleteKey(env.now(), "k");
  env.AdvanceBy(80 * kDay);
  LAZULI_EXPECT_OK(vault->FindDeletedKey("k"));
  env.AdvanceTo(*again.scheduled_purge_date);
  EXPECT_THAT(vault->FindDeletedKey("k"), ErrorCodeIs("KeyNotFound"));
}

TEST(VaultTest, PurgeProtectionHoldsAlsoForWhatWasDeletedBefore) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  env.AddKey(vault.get(), "k");
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "k"));
  VaultInput protect;
  protect.purge_protection = true;
  LAZULI_ASSERT_OK(env.registry().Update(env.Context(), TestEnvironment::Address("kv1"), protect));
  const absl::Status refused = vault->PurgeKey(env.now(), "k");
  EXPECT_THAT(refused, ErrorCodeIs("Forbidden"));
  EXPECT_EQ(GetErrorInfo(refused)->http_status, 403);
  LAZULI_EXPECT_OK(vault->FindDeletedKey("k"));
  EXPECT_THAT(vault->PurgeKey(env.now(), "other"), ErrorCodeIs("KeyNotFound"));
}

TEST(VaultTest, WithoutSoftDeleteADeletedKeyIsGone) {
  VaultRegistryOptions options;
  options.allow_vaults_without_soft_delete = true;
  TestEnvironment env(options);
  VaultInput input = TestEnvironment::Input();
  input.enable_soft_delete = false;
  const VaultPtr vault = env.CreateVault("kv1", input);
  const KeyVersionPtr key = env.AddKey(vault.get(), "k");
  const DeletedKey deleted = *vault->DeleteKey(env.now(), "k");
  EXPECT_EQ(deleted.latest, key);
  EXPECT_FALSE(deleted.deleted_date.has_value());
  EXPECT_FALSE(deleted.scheduled_purge_date.has_value());
  EXPECT_THAT(vault->FindDeletedKey("k"), ErrorCodeIs("KeyNotFound"));
  EXPECT_EQ(env.timers(), 0u);
  env.AddKey(vault.get(), "k");
}

TEST(VaultTest, RetentionOfKeysGoesOnInADeletedVault) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  env.AddKey(vault.get(), "gone");
  env.AddKey(vault.get(), "kept");
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "gone"));
  env.AdvanceBy(50 * kDay);
  LAZULI_ASSERT_OK(env.registry().Delete(env.Context(), TestEnvironment::Address("kv1")));
  EXPECT_THAT(vault->FindKey("kept", ""), ErrorCodeIs("VaultNotFound"));
  EXPECT_THAT(vault->RecoverKey(env.now(), "gone"), ErrorCodeIs("VaultNotFound"));
  EXPECT_THAT(vault->CheckCreatable("new"), ErrorCodeIs("VaultNotFound"));
  EXPECT_THAT(vault->ListKeys("", 5), ErrorCodeIs("VaultNotFound"));
  env.AdvanceBy(50 * kDay);
  LAZULI_ASSERT_OK(
      env.registry().Recover(env.Context(), TestEnvironment::Address("kv1"), kTestLocation));
  LAZULI_EXPECT_OK(vault->FindKey("kept", ""));
  EXPECT_THAT(vault->FindDeletedKey("gone"), ErrorCodeIs("KeyNotFound"));
}

// --- listings

TEST(VaultTest, KeysAreListedByNameInUpperCasePageByPage) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  for (const char* name : {"b", "C", "a", "B2", "d"}) env.AddKey(vault.get(), name);
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "d"));
  const KeyVersionPtr latest = env.AddKey(vault.get(), "b");

  const Page<KeyVersionPtr> first = *vault->ListKeys("", 2);
  EXPECT_THAT(Names(first), ElementsAre("a", "b"));
  EXPECT_EQ(first.items[1], latest);
  EXPECT_TRUE(first.more);
  // What is deleted follows, but does not count as more.
  const Page<KeyVersionPtr> second = *vault->ListKeys("B", 2);
  EXPECT_THAT(Names(second), ElementsAre("B2", "C"));
  EXPECT_FALSE(second.more);

  const Page<DeletedKey> deleted = *vault->ListDeletedKeys("", 5);
  ASSERT_EQ(deleted.items.size(), 1u);
  EXPECT_EQ(deleted.items[0].latest->name, "d");
  EXPECT_FALSE(deleted.more);
  EXPECT_THAT((*vault->ListDeletedKeys("D", 5)).items, IsEmpty());
}

TEST(VaultTest, VersionsAreListedById) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  std::set<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.insert(env.AddKey(vault.get(), "k")->version);
  std::vector<std::string> listed;
  std::string after;
  for (bool more = true; more;) {
    const Page<KeyVersionPtr> page = *vault->ListKeyVersions("K", after, 2);
    for (const KeyVersionPtr& version : page.items) listed.push_back(version->version);
    after = listed.back();
    more = page.more;
  }
  EXPECT_EQ(listed, std::vector<std::string>(ids.begin(), ids.end()));
  EXPECT_THAT((*vault->ListKeyVersions("unknown", "", 2)).items, IsEmpty());
}

// --- what others are told

TEST(VaultTest, TheListenerHearsWhatCanChangeAccess) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  env.listener().Take();
  KeyVersionUpdate tags_only;
  tags_only.tags = TagMap{{"a", "1"}};
  KeyVersionUpdate disable;
  disable.enabled = false;
  KeyVersionUpdate no_ops;
  no_ops.key_ops.emplace();
  const struct {
    std::function<absl::Status()> act;
    std::vector<std::string> told;
  } steps[] = {
      {[&] { return (void)env.AddKey(vault.get(), "k"), absl::OkStatus(); },
       {"kv1/k: key created"}},
      {[&] { return (void)env.AddKey(vault.get(), "K"), absl::OkStatus(); },
       {"kv1/k: new key version"}},
      {[&] { return vault->UpdateKey(env.now(), "k", "", tags_only).status(); }, {}},
      {[&] { return vault->UpdateKey(env.now(), "k", "", disable).status(); },
       {"kv1/k: key updated"}},
      {[&] { return vault->UpdateKey(env.now(), "k", "", disable).status(); }, {}},
      {[&] { return vault->UpdateKey(env.now(), "k", "", no_ops).status(); },
       {"kv1/k: key updated"}},
      {[&] { return vault->DeleteKey(env.now(), "k").status(); }, {"kv1/k: key deleted"}},
      {[&] { return vault->RecoverKey(env.now(), "k").status(); }, {"kv1/k: key recovered"}},
      {[&] { return vault->DeleteKey(env.now(), "k").status(); }, {"kv1/k: key deleted"}},
      {[&] { return vault->PurgeKey(env.now(), "k"); }, {"kv1/k: key purged"}},
  };
  for (const auto& step : steps) {
    LAZULI_ASSERT_OK(step.act());
    EXPECT_EQ(env.listener().Take(), step.told);
  }
}

TEST(VaultTest, EveryChangeOfStateIsAnEvent) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const std::string id = env.AddKey(vault.get(), "Key")->version;
  KeyVersionUpdate disable;
  disable.enabled = false;
  LAZULI_ASSERT_OK(vault->UpdateKey(env.now(), "key", "", disable));
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "key"));
  LAZULI_ASSERT_OK(vault->RecoverKey(env.now(), "key"));
  const DeletedKey deleted = *vault->DeleteKey(env.now(), "key");
  env.AdvanceTo(*deleted.scheduled_purge_date);
  const std::string arm_id = VaultArmId(TestEnvironment::Address("kv1"));
  EXPECT_THAT(
      env.EventTexts(),
      ElementsAre(absl::StrCat("vault ", arm_id, ":  -> Live (CreateOrUpdateVault)"),
                  "key kv1/keys/Key:  -> Live (CreateKey)",
                  absl::StrCat("key kv1/keys/Key/", id, ":  -> Enabled (CreateKey)"),
                  absl::StrCat("key kv1/keys/Key/", id, ": Enabled -> Disabled (UpdateKey)"),
                  "key kv1/keys/Key: Live -> Deleted (DeleteKey)",
                  "key kv1/keys/Key: Deleted -> Live (RecoverDeletedKey)",
                  "key kv1/keys/Key: Live -> Deleted (DeleteKey)",
                  "key kv1/keys/Key: Deleted ->  (retention ended)"));
  EXPECT_EQ(env.events().ListAfter(0, 100)->back().time, *deleted.scheduled_purge_date);
}

TEST(VaultTest, PurgedMaterialLeavesTheEngine) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const KeyVersionPtr key = env.AddKey(vault.get(), "k");
  LAZULI_ASSERT_OK(env.engine().Sign(*key->material, key->kid, crypto::SignatureAlgorithm::kEs256,
                                     std::string(32, 'd')));
  EXPECT_EQ(env.engine().parsed_keys().size(), 1u);
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "k"));
  LAZULI_ASSERT_OK(vault->PurgeKey(env.now(), "k"));
  EXPECT_EQ(env.engine().parsed_keys().size(), 0u);
}

}  // namespace
}  // namespace lazuli::keyvault

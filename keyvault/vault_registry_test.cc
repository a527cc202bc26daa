#include "keyvault/vault_registry.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::Duration kDay = absl::Hours(24);
constexpr char kOtherSubscription[] = "22222222-2222-2222-2222-222222222223";

VaultAddress Address(absl::string_view name, absl::string_view group = "rg") {
  return TestEnvironment::Address(name, group);
}

absl::Status Create(TestEnvironment* env, const VaultAddress& address,
                    const VaultInput& input = TestEnvironment::Input(),
                    absl::string_view location = kTestLocation) {
  return env->registry().CreateOrUpdate(env->Context(), address, location, input).status();
}

absl::Status Recover(TestEnvironment* env, const VaultAddress& address,
                     absl::string_view location = kTestLocation) {
  return env->registry().Recover(env->Context(), address, location).status();
}

absl::Status Delete(TestEnvironment* env, const VaultAddress& address) {
  return env->registry().Delete(env->Context(), address);
}

absl::Status Purge(TestEnvironment* env, absl::string_view name) {
  return env->registry().PurgeDeleted(env->Context(), kTestSubscription, kTestLocation, name);
}

std::vector<std::string> Names(const Page<VaultRecordPtr>& page) {
  std::vector<std::string> names;
  for (const VaultRecordPtr& record : page.items) names.push_back(record->name());
  return names;
}

TEST(VaultRegistryTest, AVaultIsFoundByAddressAndByName) {
  TestEnvironment env;
  VaultInput input = TestEnvironment::Input();
  input.tags = TagMap{{"a", "1"}};
  LAZULI_ASSERT_OK(Create(&env, Address("My-Vault", "Group"), input, "West US 2"));
  const VaultRecordPtr record = *env.registry().Get(Address("my-vault", "GROUP"));
  EXPECT_EQ(record->name(), "My-Vault");
  EXPECT_EQ(record->arm_id, VaultArmId(Address("My-Vault", "Group")));
  EXPECT_EQ(record->location, "westus2");
  EXPECT_EQ(record->tags, *input.tags);
  EXPECT_EQ(record->created_by, kTestApplication);
  EXPECT_EQ(record->created_at, env.now());
  EXPECT_EQ(*env.registry().Describe("MY-VAULT"), record);
  EXPECT_EQ((*env.registry().FindLive("my-vault"))->record(), record);

  EXPECT_THAT(env.registry().Get(Address("my-vault", "other")), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(env.registry().Get({kOtherSubscription, "Group", "my-vault"}),
              ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(env.registry().Describe("other"), ErrorCodeIs("VaultNotFound"));
}

TEST(VaultRegistryTest, CreationJudgesNameAndLocation) {
  TestEnvironment env;
  EXPECT_THAT(Create(&env, Address("1vault")), ErrorCodeIs("VaultNameNotValid"));
  EXPECT_THAT(Create(&env, Address("kv1"), TestEnvironment::Input(), " "),
              ErrorCodeIs("BadRequest"));
  VaultInput bad_tags = TestEnvironment::Input();
  bad_tags.tags = TagMap{{"", "x"}};
  EXPECT_THAT(Create(&env, Address("kv1"), bad_tags), ErrorCodeIs("BadRequest"));
  EXPECT_THAT(env.registry().List(kTestSubscription, "", "", 10).items, IsEmpty());
  EXPECT_THAT(env.EventTexts(), IsEmpty());
  EXPECT_THAT(env.listener().Take(), IsEmpty());
}

TEST(VaultRegistryTest, NamesAreGloballyUniqueWhileLiveAndWhileDeleted) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1")));
  EXPECT_THAT(Create(&env, Address("KV1", "other")), ErrorCodeIs("VaultAlreadyExists"));
  EXPECT_THAT(Create(&env, {kOtherSubscription, "rg", "kv1"}), ErrorCodeIs("VaultAlreadyExists"));
  EXPECT_THAT(env.registry().CheckNameAvailable("kv1"), ErrorCodeIs("VaultAlreadyExists"));
  LAZULI_EXPECT_OK(env.registry().CheckNameAvailable("kv2"));
  EXPECT_THAT(env.registry().CheckNameAvailable("k"), ErrorCodeIs("VaultNameNotValid"));

  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  EXPECT_THAT(Create(&env, Address("kv1")), ErrorCodeIs("ConflictError"));
  EXPECT_THAT(Create(&env, Address("kv1", "other")), ErrorCodeIs("ConflictError"));
  EXPECT_THAT(Create(&env, {kOtherSubscription, "rg", "kv1"}), ErrorCodeIs("VaultAlreadyExists"));
  EXPECT_THAT(env.registry().CheckNameAvailable("kv1"), ErrorCodeIs("VaultAlreadyExists"));

  LAZULI_ASSERT_OK(Purge(&env, "kv1"));
  LAZULI_EXPECT_OK(env.registry().CheckNameAvailable("kv1"));
  LAZULI_EXPECT_OK(Create(&env, {kOtherSubscription, "rg", "kv1"}));
}

TEST(VaultRegistryTest, EachNameSpaceHasNamesOfItsOwn) {
  TestEnvironment env;
  VaultRegistry& registry = env.registry();
  const VaultAddress shared = Address("kv1");
  const VaultAddress own = {kOtherSubscription, "rg", "kv1", "ns"};
  LAZULI_ASSERT_OK(Create(&env, shared));
  EXPECT_EQ(registry.GuessNameSpace("kv1"), "");
  LAZULI_ASSERT_OK(Create(&env, own));
  EXPECT_THAT(env.listener().Take(), ElementsAre("kv1/: vault created", "kv1!ns/: vault created"));
  LAZULI_ASSERT_OK(Create(&env, {kOtherSubscription, "rg", "kv1-a", "ns"}));
  EXPECT_THAT(Create(&env, {kTestSubscription, "rg", "KV1", "ns"}),
              ErrorCodeIs("VaultAlreadyExists"));

  EXPECT_EQ((*registry.Describe("kv1"))->address.subscription_id, kTestSubscription);
  EXPECT_EQ((*registry.Describe("KV1", "ns"))->address.subscription_id, kOtherSubscription);
  EXPECT_THAT(registry.FindLive("kv1", "other"), ErrorCodeIs("VaultNotFound"));
  EXPECT_THAT(registry.FindLive("kv1!ns"), ErrorCodeIs("VaultNotFound"));
  EXPECT_THAT(registry.FindLive("kv1-a"), ErrorCodeIs("VaultNotFound"));
  EXPECT_EQ(registry.GuessNameSpace("kv1"), "");  // two have it
  EXPECT_EQ(registry.GuessNameSpace("kv1-a"), "ns");
  LAZULI_EXPECT_OK(registry.CheckNameAvailable("kv1-a"));
  EXPECT_THAT(registry.CheckNameAvailable("kv1-a", "ns"), ErrorCodeIs("VaultAlreadyExists"));

  // Page by page, as one page.
  const auto first = registry.List(kOtherSubscription, "", "", 1);
  ASSERT_EQ(first.items.size(), 1u);
  EXPECT_EQ(first.items[0]->name(), "kv1");
  EXPECT_TRUE(first.more);
  const auto second = registry.List(kOtherSubscription, "", "kv1", 1);
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items[0]->name(), "kv1-a");
  EXPECT_FALSE(second.more);

  // Versions of keys differ, and each vault has its own.
  const KeyVersionPtr here = env.AddKey(registry.FindLive("kv1")->get(), "k");
  const KeyVersionPtr there = env.AddKey(registry.FindLive("kv1", "ns")->get(), "k");
  EXPECT_NE(here->version, there->version);
  LAZULI_ASSERT_OK(Delete(&env, own));
  LAZULI_EXPECT_OK(registry.FindLive("kv1"));
  LAZULI_EXPECT_OK(registry.GetDeleted(kOtherSubscription, kTestLocation, "kv1"));
  EXPECT_THAT(registry.GetDeleted(kTestSubscription, kTestLocation, "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
}

TEST(VaultRegistryTest, ASubscriptionCanBeEmptiedOfDeletedVaultsForGood) {
  TestEnvironment env;
  VaultInput input = TestEnvironment::Input();
  input.purge_protection = true;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1"), input));
  LAZULI_ASSERT_OK(Create(&env, Address("kv2"), input));
  LAZULI_ASSERT_OK(Create(&env, {kOtherSubscription, "rg", "kv3"}, input));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  LAZULI_ASSERT_OK(Delete(&env, {kOtherSubscription, "rg", "kv3"}));
  EXPECT_THAT(Purge(&env, "kv1"), ErrorCodeIs("MethodNotAllowed"));
  env.registry().PurgeAllDeleted(kTestSubscription, env.now(), "emptied");
  LAZULI_EXPECT_OK(env.registry().CheckNameAvailable("kv1"));
  LAZULI_EXPECT_OK(env.registry().FindLive("kv2"));
  LAZULI_EXPECT_OK(env.registry().GetDeleted(kOtherSubscription, kTestLocation, "kv3"));
  EXPECT_THAT(env.EventTexts(), Contains(HasSubstr("Deleted ->  (emptied)")));
}

TEST(VaultRegistryTest, PutOnAnExistingVaultReplacesItsSettings) {
  TestEnvironment env;
  VaultInput input = TestEnvironment::Input();
  input.tags = TagMap{{"a", "1"}};
  LAZULI_ASSERT_OK(Create(&env, Address("kv1", "Group"), input));
  env.AdvanceBy(absl::Hours(1));
  input.sku_name = "premium";
  input.tags.reset();
  LAZULI_ASSERT_OK(Create(&env, Address("KV1", "group"), input));
  const VaultRecordPtr record = *env.registry().Get(Address("kv1", "group"));
  EXPECT_EQ(record->settings.sku, VaultSku::kPremium);
  EXPECT_THAT(record->tags, IsEmpty());
  EXPECT_EQ(record->arm_id, VaultArmId(Address("kv1", "Group")));
  EXPECT_EQ(record->last_modified_at - record->created_at, absl::Hours(1));
  EXPECT_THAT(Create(&env, Address("kv1", "group"), input, "eastus"),
              ErrorCodeIs("InvalidResourceLocation"));
}

TEST(VaultRegistryTest, PatchKeepsWhatItDoesNotSay) {
  TestEnvironment env;
  VaultInput input = TestEnvironment::Input();
  input.tags = TagMap{{"a", "1"}};
  LAZULI_ASSERT_OK(Create(&env, Address("kv1"), input));
  VaultInput patch;
  patch.public_network_access = "Disabled";
  LAZULI_ASSERT_OK(env.registry().Update(env.Context(), Address("kv1"), patch));
  VaultRecordPtr record = *env.registry().Get(Address("kv1"));
  EXPECT_FALSE(record->settings.network.public_network_access);
  EXPECT_EQ(record->tags, *input.tags);
  patch = {};
  patch.tags.emplace();
  LAZULI_ASSERT_OK(env.registry().Update(env.Context(), Address("kv1"), patch));
  record = *env.registry().Get(Address("kv1"));
  EXPECT_FALSE(record->settings.network.public_network_access);
  EXPECT_THAT(record->tags, IsEmpty());
  EXPECT_THAT(env.registry().Update(env.Context(), Address("kv2"), patch),
              ErrorCodeIs("ResourceNotFound"));
}

TEST(VaultRegistryTest, ARefusedChangeLeavesTheVaultAsItWas) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1")));
  const VaultRecordPtr before = *env.registry().Get(Address("kv1"));
  env.listener().Take();
  VaultInput patch;
  patch.sku_name = "premium";
  patch.retention_days = 10;
  EXPECT_THAT(env.registry().Update(env.Context(), Address("kv1"), patch),
              ErrorCodeIs("BadRequest"));
  EXPECT_THAT(
      env.registry().ChangeAccessPolicies(env.Context(), Address("kv1"), AccessPolicyChange::kAdd,
                                          {TestEnvironment::Policy("x", {"get"})}),
      ErrorCodeIs("BadRequest"));
  EXPECT_EQ(*env.registry().Get(Address("kv1")), before);
  EXPECT_THAT(env.listener().Take(), IsEmpty());
}

TEST(VaultRegistryTest, ADeletedVaultIsKeptAndComesBackAsItWas) {
  TestEnvironment env;
  VaultInput input = TestEnvironment::Input();
  input.access_policies = {TestEnvironment::Policy(kTestObject, {"get"})};
  input.retention_days = 7;
  input.sku_name = "premium";
  const VaultPtr vault = env.CreateVault("kv1", input);
  const KeyVersionPtr key = env.AddKey(vault.get(), "k");
  LAZULI_ASSERT_OK(Delete(&env, Address("KV1", "RG")));
  EXPECT_THAT(env.registry().Get(Address("kv1")), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(env.registry().FindLive("kv1"), ErrorCodeIs("VaultNotFound"));
  EXPECT_THAT(env.registry().Describe("kv1"), ErrorCodeIs("VaultNotFound"));
  const VaultRecordPtr deleted = *env.registry().GetDeleted(kTestSubscription, "West US 2", "Kv1");
  EXPECT_EQ(deleted->deletion_date, env.now() - absl::Milliseconds(250));
  EXPECT_EQ(deleted->scheduled_purge_date - deleted->deletion_date, 7 * kDay);
  LAZULI_EXPECT_OK(Delete(&env, Address("kv1")));  // nothing there: no error
  EXPECT_EQ(*env.registry().GetDeleted(kTestSubscription, kTestLocation, "kv1"), deleted);

  EXPECT_THAT(Recover(&env, Address("kv1", "other")), ErrorCodeIs("SoftDeletedVaultDoesNotExist"));
  EXPECT_THAT(Recover(&env, Address("kv1"), "eastus"), ErrorCodeIs("SoftDeletedVaultDoesNotExist"));
  EXPECT_THAT(Recover(&env, Address("kv2")), ErrorCodeIs("SoftDeletedVaultDoesNotExist"));
  LAZULI_ASSERT_OK(Recover(&env, Address("kv1")));
  EXPECT_THAT(Recover(&env, Address("kv1")), ErrorCodeIs("SoftDeletedVaultDoesNotExist"));
  const VaultRecordPtr back = *env.registry().Get(Address("kv1"));
  EXPECT_EQ(back->settings.sku, VaultSku::kPremium);
  EXPECT_EQ(back->settings.retention_days, 7);
  EXPECT_EQ(back->settings.access_policies.entries().size(), 1u);
  EXPECT_EQ(*(*env.registry().FindLive("kv1"))->FindKey("k", ""), key);
  EXPECT_EQ(env.timers(), 0u);  // the purge is off
}

TEST(VaultRegistryTest, DeletedVaultsAreFoundInTheirSubscriptionAndLocation) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1")));
  const VaultRegistry& registry = env.registry();
  EXPECT_THAT(registry.GetDeleted(kTestSubscription, kTestLocation, "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  LAZULI_EXPECT_OK(registry.GetDeleted(kTestSubscription, kTestLocation, "kv1"));
  EXPECT_THAT(registry.GetDeleted(kOtherSubscription, kTestLocation, "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_THAT(registry.GetDeleted(kTestSubscription, "eastus", "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_THAT(env.registry().PurgeDeleted(env.Context(), kTestSubscription, "eastus", "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
}

TEST(VaultRegistryTest, RetentionEndsInAPurgeEvenUnderProtection) {
  TestEnvironment env;
  VaultInput input = TestEnvironment::Input();
  input.retention_days = 7;
  input.purge_protection = true;
  const VaultPtr vault = env.CreateVault("kv1", input);
  const KeyVersionPtr key = env.AddKey(vault.get(), "k");
  env.AddKey(vault.get(), "deleted");
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "deleted"));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  EXPECT_THAT(Purge(&env, "kv1"), ErrorCodeIs("MethodNotAllowed"));
  const VaultRecordPtr deleted =
      *env.registry().GetDeleted(kTestSubscription, kTestLocation, "kv1");
  env.listener().Take();
  env.AdvanceTo(deleted->scheduled_purge_date - absl::Nanoseconds(1));
  LAZULI_EXPECT_OK(env.registry().GetDeleted(kTestSubscription, kTestLocation, "kv1"));
  env.AdvanceTo(deleted->scheduled_purge_date);
  EXPECT_THAT(env.registry().GetDeleted(kTestSubscription, kTestLocation, "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_THAT(env.listener().Take(), ElementsAre("kv1/deleted: key purged", "kv1/: vault purged"));
  EXPECT_EQ(env.timers(), 0u);
  EXPECT_EQ(key->material.use_count(), 2);  // this test's and the shared one: the vault let go

  const VaultPtr next = env.CreateVault("kv1");
  EXPECT_THAT(next->FindKey("k", ""), ErrorCodeIs("KeyNotFound"));
}

TEST(VaultRegistryTest, ARecoveredVaultThatIsDeletedAgainHasANewRetention) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1")));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  env.AdvanceBy(60 * kDay);
  LAZULI_ASSERT_OK(Recover(&env, Address("kv1")));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  env.AdvanceBy(60 * kDay);
  LAZULI_EXPECT_OK(env.registry().GetDeleted(kTestSubscription, kTestLocation, "kv1"));
  env.AdvanceBy(30 * kDay);
  EXPECT_THAT(env.registry().GetDeleted(kTestSubscription, kTestLocation, "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
}

TEST(VaultRegistryTest, PurgeProtectionIsForeverAndForTheVaultToo) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1")));
  VaultInput patch;
  patch.purge_protection = true;
  LAZULI_ASSERT_OK(env.registry().Update(env.Context(), Address("kv1"), patch));
  patch.purge_protection = false;
  EXPECT_THAT(env.registry().Update(env.Context(), Address("kv1"), patch),
              ErrorCodeIs("BadRequest"));
  LAZULI_ASSERT_OK(Create(&env, Address("kv1")));  // says nothing of it
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  const absl::Status refused = Purge(&env, "kv1");
  EXPECT_THAT(refused, ErrorCodeIs("MethodNotAllowed"));
  EXPECT_EQ(GetErrorInfo(refused)->http_status, 405);
}

TEST(VaultRegistryTest, WithoutSoftDeleteADeletedVaultIsGone) {
  VaultRegistryOptions options;
  options.allow_vaults_without_soft_delete = true;
  TestEnvironment env(options);
  VaultInput input = TestEnvironment::Input();
  input.enable_soft_delete = false;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1"), input));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  EXPECT_THAT(env.registry().GetDeleted(kTestSubscription, kTestLocation, "kv1"),
              ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_EQ(env.timers(), 0u);
  LAZULI_EXPECT_OK(Create(&env, Address("kv1", "other")));
}

TEST(VaultRegistryTest, ListingsGoByNameAndCanBeCut) {
  TestEnvironment env;
  for (const char* name : {"vault-b", "Vault-C", "vault-a"}) {
    LAZULI_ASSERT_OK(Create(&env, Address(name)));
  }
  LAZULI_ASSERT_OK(Create(&env, Address("vault-d", "other")));
  LAZULI_ASSERT_OK(Create(&env, {kOtherSubscription, "rg", "vault-e"}));
  LAZULI_ASSERT_OK(Create(&env, Address("vault-f")));
  LAZULI_ASSERT_OK(Delete(&env, Address("vault-f")));
  const VaultRegistry& registry = env.registry();
  const Page<VaultRecordPtr> first = registry.List(kTestSubscription, "", "", 2);
  EXPECT_THAT(Names(first), ElementsAre("vault-a", "vault-b"));
  EXPECT_TRUE(first.more);
  const Page<VaultRecordPtr> second = registry.List(kTestSubscription, "", "VAULT-B", 2);
  EXPECT_THAT(Names(second), ElementsAre("Vault-C", "vault-d"));
  EXPECT_FALSE(second.more);
  EXPECT_THAT(Names(registry.List(kTestSubscription, "RG", "", 9)),
              ElementsAre("vault-a", "vault-b", "Vault-C"));
  EXPECT_THAT(Names(registry.ListDeleted(kTestSubscription, "", 9)), ElementsAre("vault-f"));
  EXPECT_THAT(Names(registry.ListDeleted(kOtherSubscription, "", 9)), IsEmpty());
}

TEST(VaultRegistryTest, TheListenerHearsWhatCanChangeAccess) {
  TestEnvironment env;
  VaultInput close;
  close.network_acls.emplace().default_action = "Deny";
  VaultInput tags_only;
  tags_only.tags.emplace();
  const std::vector<AccessPolicy> policy = {TestEnvironment::Policy(kTestObject, {"get"})};
  const auto policies = [&](AccessPolicyChange change) {
    return env.registry()
        .ChangeAccessPolicies(env.Context(), Address("kv1"), change, policy)
        .status();
  };
  const auto update = [&](const VaultInput& input) {
    return env.registry().Update(env.Context(), Address("kv1"), input).status();
  };
  const struct {
    std::function<absl::Status()> act;
    std::vector<std::string> told;
  } steps[] = {
      {[&] { return Create(&env, Address("kv1")); }, {"kv1/: vault created"}},
      {[&] { return policies(AccessPolicyChange::kAdd); }, {"kv1/: access policies changed"}},
      {[&] { return policies(AccessPolicyChange::kAdd); }, {}},
      {[&] { return policies(AccessPolicyChange::kRemove); }, {"kv1/: access policies changed"}},
      {[&] { return update(tags_only); }, {}},
      {[&] { return update(close); }, {"kv1/: vault updated"}},
      {[&] { return Create(&env, Address("kv1")); }, {"kv1/: vault updated"}},
      {[&] { return Delete(&env, Address("kv1")); }, {"kv1/: vault deleted"}},
      {[&] { return Recover(&env, Address("kv1")); }, {"kv1/: vault recovered"}},
      {[&] { return Delete(&env, Address("kv1")); }, {"kv1/: vault deleted"}},
      {[&] { return Purge(&env, "kv1"); }, {"kv1/: vault purged"}},
  };
  for (const auto& step : steps) {
    LAZULI_ASSERT_OK(step.act());
    EXPECT_EQ(env.listener().Take(), step.told);
  }
}

TEST(VaultRegistryTest, EveryChangeIsAnEventOfTheVault) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("kv1")));
  LAZULI_ASSERT_OK(
      env.registry().ChangeAccessPolicies(env.Context(), Address("kv1"), AccessPolicyChange::kAdd,
                                          {TestEnvironment::Policy(kTestObject, {"get"})}));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  LAZULI_ASSERT_OK(Recover(&env, Address("kv1")));
  LAZULI_ASSERT_OK(Delete(&env, Address("kv1")));
  env.AdvanceBy(91 * kDay);
  const std::string vault = absl::StrCat("vault ", VaultArmId(Address("kv1")), ": ");
  EXPECT_THAT(env.EventTexts(), ElementsAre(vault + " -> Live (CreateOrUpdateVault)",
                                            vault + "Live -> Live (UpdateAccessPolicy)",
                                            vault + "Live -> Deleted (DeleteVault)",
                                            vault + "Deleted -> Live (CreateOrUpdateVault)",
                                            vault + "Live -> Deleted (DeleteVault)",
                                            vault + "Deleted ->  (retention ended)"));
}

}  // namespace
}  // namespace lazuli::keyvault

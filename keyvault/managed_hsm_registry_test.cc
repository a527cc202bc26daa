// Managed HSMs beside vaults in one registry.
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/names.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

VaultAddress Address(absl::string_view name) {
  return ManagedHsmAddress(kTestSubscription, "rg", name);
}

VaultInput Input() {
  VaultInput input;
  input.kind = VaultKind::kManagedHsm;
  input.tenant_id = kTestTenant;
  input.sku_name = "Standard_B1";
  input.initial_admin_object_ids = {kTestObject};
  return input;
}

absl::StatusOr<VaultRecordPtr> Create(TestEnvironment* env, const VaultAddress& address) {
  return env->registry().CreateOrUpdate(env->Context(), address, kTestLocation, Input());
}

std::vector<std::string> Names(const Page<VaultRecordPtr>& page) {
  std::vector<std::string> names;
  for (const VaultRecordPtr& record : page.items) names.push_back(record->name());
  return names;
}

TEST(ManagedHsmRegistryTest, AVaultAndAManagedHsmMayHaveOneName) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("same");
  const absl::StatusOr<VaultRecordPtr> hsm = Create(&env, Address("same"));
  LAZULI_ASSERT_OK(hsm.status());
  EXPECT_EQ((*hsm)->kind(), VaultKind::kManagedHsm);
  EXPECT_EQ((*hsm)->label().name, "same");
  EXPECT_THAT((*hsm)->arm_id, HasSubstr("/managedHSMs/same"));

  env.AddKey(vault.get(), "k");
  const VaultPtr pool = *env.registry().FindLive("Same.ManagedHsm");
  EXPECT_THAT(pool->FindKey("k", ""), ErrorCodeIs("KeyNotFound"));
  const KeyVersionPtr key = env.AddKey(pool.get(), "k");
  EXPECT_THAT(key->kid, HasSubstr("https://same.managedhsm.azure.net/keys/k/"));

  const VaultRegistry& registry = env.registry();
  EXPECT_THAT(Names(registry.List(kTestSubscription, "", "", 9)),
              ElementsAre("same", "same.managedhsm"));
  EXPECT_THAT(Names(registry.List(kTestSubscription, "rg", "", 9, VaultKind::kVault)),
              ElementsAre("same"));
  EXPECT_THAT(Names(registry.List(kTestSubscription, "rg", "", 9, VaultKind::kManagedHsm)),
              ElementsAre("same.managedhsm"));

  // Deleting one leaves the other.
  LAZULI_ASSERT_OK(env.registry().Delete(env.Context(), Address("same")));
  EXPECT_TRUE(registry.FindLive("same").ok());
  EXPECT_THAT(registry.FindLive("same.managedhsm"), ErrorCodeIs("VaultNotFound"));
  EXPECT_THAT(Names(registry.ListDeleted(kTestSubscription, "", 9, VaultKind::kManagedHsm)),
              ElementsAre("same.managedhsm"));
  EXPECT_TRUE(registry.ListDeleted(kTestSubscription, "", 9, VaultKind::kVault).items.empty());
  EXPECT_THAT(registry.GetDeleted(kTestSubscription, kTestLocation, "same"),
              ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_TRUE(registry.GetDeleted(kTestSubscription, kTestLocation, "same.managedhsm").ok());
}

TEST(ManagedHsmRegistryTest, OneIsNotReachedAsTheOther) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("hsm1")).status());
  VaultAddress disguised = TestEnvironment::Address("hsm1.managedhsm");
  EXPECT_THAT(env.registry().Get(disguised), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(env.registry().Update(env.Context(), disguised, {}), ErrorCodeIs("ResourceNotFound"));
  LAZULI_EXPECT_OK(env.registry().Delete(env.Context(), disguised));
  EXPECT_TRUE(env.registry().FindLive("hsm1.managedhsm").ok());
  EXPECT_THAT(env.registry().CreateOrUpdate(env.Context(), disguised, kTestLocation,
                                            TestEnvironment::Input()),
              ErrorCodeIs("VaultNameNotValid"));
  EXPECT_THAT(env.registry().CheckNameAvailable("hsm2.managedhsm"),
              ErrorCodeIs("VaultNameNotValid"));

  const absl::StatusOr<VaultRecordPtr> missing = env.registry().Get(Address("hsm2"));
  EXPECT_THAT(missing, ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(std::string(missing.status().message()),
              HasSubstr("'Microsoft.KeyVault/managedHSMs/hsm2'"));
}

TEST(ManagedHsmRegistryTest, NamesAreJudgedWithoutTheirEnding) {
  TestEnvironment env;
  for (const char* name : {"ab", "1hsm", "a--b", "h.m", "abcdefghijklmnopqrstuvwxy"}) {
    EXPECT_THAT(Create(&env, Address(name)), ErrorCodeIs("VaultNameNotValid")) << name;
  }
  const auto available = [&env](absl::string_view name) {
    return env.registry().CheckNameAvailable(ManagedHsmVaultName(name), "", VaultKind::kManagedHsm);
  };
  LAZULI_EXPECT_OK(available("abcdefghijklmnopqrstuvwx"));
  LAZULI_ASSERT_OK(Create(&env, Address("abcdefghijklmnopqrstuvwx")).status());
  EXPECT_THAT(available("abcdefghijklmnopqrstuvwx"), ErrorCodeIs("VaultAlreadyExists"));
  EXPECT_THAT(available("a"), ErrorCodeIs("VaultNameNotValid"));
}

TEST(ManagedHsmRegistryTest, ADeletedOneIsRecoveredOrPurgedAsAVaultIs) {
  TestEnvironment env;
  LAZULI_ASSERT_OK(Create(&env, Address("hsm1")).status());
  const VaultPtr pool = *env.registry().FindLive("hsm1.managedhsm");
  const KeyVersionPtr key = env.AddKey(pool.get(), "k");
  LAZULI_ASSERT_OK(env.registry().Delete(env.Context(), Address("hsm1")));
  EXPECT_THAT(Create(&env, Address("hsm1")), ErrorCodeIs("ConflictError"));
  LAZULI_ASSERT_OK(env.registry().Recover(env.Context(), Address("hsm1"), kTestLocation).status());
  const VaultPtr recovered = *env.registry().FindLive("hsm1.managedhsm");
  EXPECT_EQ((*recovered->FindKey("k", ""))->version, key->version);
  EXPECT_TRUE(recovered->record()->settings.IsInitialAdmin(kTestObject));

  LAZULI_ASSERT_OK(env.registry().Delete(env.Context(), Address("hsm1")));
  LAZULI_ASSERT_OK(env.registry().PurgeDeleted(env.Context(), kTestSubscription, kTestLocation,
                                               "hsm1.managedhsm"));
  EXPECT_TRUE(Create(&env, Address("hsm1")).ok());
}

}  // namespace
}  // namespace lazuli::keyvault

#include "keyvault/vault_objects.h"

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
#include "keyvault/object_traits.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SecretVersionPtr SetSecret(TestEnvironment& env, Vault* vault, absl::string_view name,
                           absl::string_view value) {
  const auto added =
      vault->Add<SecretTraits>(env.now(), name, TestEnvironment::NewSecret(value), "SetSecret");
  EXPECT_TRUE(added.ok()) << added.status();
  return added.ok() ? *added : nullptr;
}

// The inner code, or else the code; "OK".
std::string Answer(const absl::Status& status) {
  if (status.ok()) return "OK";
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return info.inner_code.empty() ? info.code : info.inner_code;
}

TEST(VaultObjectsTest, KindsOfObjectsHaveNamesOfTheirOwn) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const KeyVersionPtr key = env.AddKey(vault.get(), "name");
  const SecretVersionPtr secret = SetSecret(env, vault.get(), "Name", "v1");
  EXPECT_EQ(secret->id, absl::StrCat("https://kv1.vault.azure.net/secrets/Name/", secret->version));
  EXPECT_TRUE(IsHex32(secret->version));
  EXPECT_NE(secret->version, key->version);
  LAZULI_ASSERT_OK(vault->Delete<SecretTraits>(env.now(), "name").status());
  EXPECT_EQ(*vault->FindKey("name", ""), key);
  const absl::Status gone = vault->Find<SecretTraits>("name", "").status();
  EXPECT_THAT(gone, ErrorCodeIs("SecretNotFound"));
  EXPECT_THAT(std::string(gone.message()), HasSubstr("A secret with (name/id) name was not found"));
}

TEST(VaultObjectsTest, ChangesOfSecretsAreEventsButNobodyRelyingOnKeysIsTold) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  env.listener().Take();
  const size_t before = env.EventTexts().size();
  const SecretVersionPtr secret = SetSecret(env, vault.get(), "s", "hunter2");
  const auto disable = [](SecretVersion* version) {
    version->attributes.enabled = false;
    return absl::OkStatus();
  };
  LAZULI_ASSERT_OK(
      vault->Update<SecretTraits>(env.now(), "s", "", disable, "UpdateSecret").status());
  LAZULI_ASSERT_OK(vault->Delete<SecretTraits>(env.now(), "s").status());
  LAZULI_ASSERT_OK(vault->Recover<SecretTraits>(env.now(), "s").status());
  LAZULI_ASSERT_OK(vault->Delete<SecretTraits>(env.now(), "s").status());
  LAZULI_ASSERT_OK(vault->Purge<SecretTraits>(env.now(), "s"));
  std::vector<std::string> events = env.EventTexts();
  events.erase(events.begin(), events.begin() + static_cast<long>(before));
  const std::string version = absl::StrCat("secret kv1/secrets/s/", secret->version, ": ");
  EXPECT_THAT(events, ElementsAre("secret kv1/secrets/s:  -> Live (SetSecret)",
                                  version + " -> Enabled (SetSecret)",
                                  version + "Enabled -> Disabled (UpdateSecret)",
                                  "secret kv1/secrets/s: Live -> Deleted (DeleteSecret)",
                                  "secret kv1/secrets/s: Deleted -> Live (RecoverDeletedSecret)",
                                  "secret kv1/secrets/s: Live -> Deleted (DeleteSecret)",
                                  "secret kv1/secrets/s: Deleted ->  (PurgeDeletedSecret)"));
  EXPECT_THAT(env.listener().Take(), IsEmpty());
}

TEST(VaultObjectsTest, APurgeKeepsTheNameForTheTimeItIsGiven) {
  VaultRegistryOptions options;
  options.object_purge_delay = absl::Seconds(40);
  TestEnvironment env(options);
  const VaultPtr vault = env.CreateVault("kv1");
  env.AddKey(vault.get(), "k");
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "k").status());
  LAZULI_ASSERT_OK(vault->PurgeKey(env.now(), "k"));
  env.listener().Take();
  env.AdvanceBy(absl::Seconds(40) - absl::Nanoseconds(1));
  const absl::Status taken = vault->CheckCreatable("k");
  EXPECT_EQ(Answer(taken), "ObjectIsBeingDeleted");
  EXPECT_EQ(taken.message(),
            "Key k is currently being deleted and cannot be re-created; retry later.");
  EXPECT_EQ(Answer(vault->FindDeletedKey("k").status()), "KeyNotFound");
  EXPECT_EQ(Answer(vault->RecoverKey(env.now(), "k").status()), "ObjectIsBeingDeleted");
  EXPECT_EQ(Answer(vault->PurgeKey(env.now(), "k")), "ObjectIsBeingDeleted");
  EXPECT_TRUE(vault->ListDeletedKeys("", 9)->items.empty());
  EXPECT_THAT(env.listener().Take(), IsEmpty());
  env.AdvanceBy(absl::Nanoseconds(1));
  EXPECT_THAT(env.listener().Take(), ElementsAre("kv1/k: key purged"));
  EXPECT_EQ(env.timers(), 0u);
  LAZULI_EXPECT_OK(vault->CheckCreatable("k"));
}

TEST(VaultObjectsTest, ABackupBringsEveryVersionBackAsItWas) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const VaultPtr other = env.CreateVault("kv2");
  const SecretVersionPtr first = SetSecret(env, vault.get(), "s", "one");
  env.AdvanceBy(absl::Hours(1));
  const SecretVersionPtr second = SetSecret(env, vault.get(), "s", "two");
  LAZULI_ASSERT_OK_AND_ASSIGN(const ObjectCopy<SecretTraits> backup,
                              vault->Backup<SecretTraits>("S"));
  env.AdvanceBy(absl::Hours(1));
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecretVersionPtr restored,
                              other->RestoreBackup(env.now(), backup, "RestoreSecret"));
  EXPECT_EQ(restored->version, second->version);
  EXPECT_EQ(restored->id, absl::StrCat("https://kv2.vault.azure.net/secrets/s/", second->version));
  EXPECT_EQ(restored->created, second->created);
  EXPECT_EQ((*other->Find<SecretTraits>("s", first->version))->value->view(), "one");
  EXPECT_EQ(other->ListVersions<SecretTraits>("s", "", 9)->items.size(), 2u);
}

TEST(VaultObjectsTest, ABackupNeedsItsNameFree) {
  VaultRegistryOptions options;
  options.object_deletion_delay = absl::Seconds(5);
  options.object_purge_delay = absl::Seconds(5);
  TestEnvironment env(options);
  const VaultPtr vault = env.CreateVault("kv1");
  env.AddKey(vault.get(), "k");
  LAZULI_ASSERT_OK_AND_ASSIGN(const ObjectCopy<KeyTraits> backup, vault->Backup<KeyTraits>("k"));
  const auto restore = [&] {
    return vault->RestoreBackup(env.now(), backup, "RestoreKey").status();
  };
  const absl::Status conflict = restore();
  EXPECT_EQ(Answer(conflict), "Conflict");
  EXPECT_THAT(std::string(conflict.message()),
              HasSubstr(absl::StrCat("restoring the key 'https://kv1.vault.azure.net/keys/k/",
                                     backup.latest, "'.")));
  LAZULI_ASSERT_OK(vault->DeleteKey(env.now(), "k").status());
  EXPECT_EQ(Answer(restore()), "ObjectIsBeingDeleted");
  env.AdvanceBy(absl::Seconds(5));
  EXPECT_EQ(Answer(restore()), "Conflict");
  LAZULI_ASSERT_OK(vault->PurgeKey(env.now(), "k"));
  EXPECT_EQ(Answer(restore()), "ObjectIsBeingDeleted");
  env.AdvanceBy(absl::Seconds(5));
  env.listener().Take();
  LAZULI_EXPECT_OK(restore());
  EXPECT_THAT(env.listener().Take(), ElementsAre("kv1/k: key restored"));
}

TEST(VaultObjectsTest, NoVersionIdComesTwiceBesideRestoredOnes) {
  TestEnvironment env;
  TestEnvironment before;
  const VaultPtr old_vault = before.CreateVault("kv1");
  for (int i = 0; i < 3; ++i) SetSecret(before, old_vault.get(), "s", "x");
  LAZULI_ASSERT_OK_AND_ASSIGN(ObjectCopy<SecretTraits> backup,
                              old_vault->Backup<SecretTraits>("s"));
  // As when the object was purged and made anew before the backup: the first ids are missing.
  const VaultPtr vault = env.CreateVault("kv1");
  std::erase_if(backup.versions,
                [&](const SecretVersionPtr& v) { return v->version != backup.latest; });
  LAZULI_ASSERT_OK(vault->RestoreBackup(env.now(), backup, "RestoreSecret").status());
  for (int i = 0; i < 3; ++i) SetSecret(env, vault.get(), "s", "x");
  EXPECT_EQ(vault->ListVersions<SecretTraits>("s", "", 9)->items.size(), 4u);
}

TEST(VaultObjectsTest, ANameThatIsFreeAgainMayBeSpeltAnotherWay) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  SetSecret(env, vault.get(), "other", "x");
  const std::string first = SetSecret(env, vault.get(), "Name", "x")->version;
  LAZULI_ASSERT_OK(vault->Delete<SecretTraits>(env.now(), "name").status());
  EXPECT_EQ(vault->ListDeleted<SecretTraits>("", 9)->items.size(), 1u);
  LAZULI_ASSERT_OK(vault->Purge<SecretTraits>(env.now(), "NAME"));
  EXPECT_THAT(vault->ListDeleted<SecretTraits>("", 9)->items, IsEmpty());
  EXPECT_THAT(vault->Find<SecretTraits>("Name", ""), ErrorCodeIs("SecretNotFound"));
  EXPECT_THAT(vault->Find<SecretTraits>("Name", first), ErrorCodeIs("SecretNotFound"));
  const SecretVersionPtr second = SetSecret(env, vault.get(), "nAME", "y");
  EXPECT_NE(second->version, first);
  EXPECT_EQ(second->name, "nAME");
  const Page<SecretVersionPtr> page = *vault->List<SecretTraits>("", 1);
  EXPECT_THAT(page.items, ElementsAre(second));
  EXPECT_TRUE(page.more);
}

TEST(VaultObjectsTest, TheLatestVersionIsShownAsItWasUpdated) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  const std::string first = env.AddKey(vault.get(), "k")->version;
  const std::string second = env.AddKey(vault.get(), "k")->version;
  KeyVersionUpdate update;
  update.enabled = false;
  LAZULI_ASSERT_OK(vault->UpdateKey(env.now(), "k", first, update));
  EXPECT_TRUE((*vault->FindKey("k", ""))->attributes.enabled);
  LAZULI_ASSERT_OK(vault->UpdateKey(env.now(), "K", "", update));
  EXPECT_EQ((*vault->FindKey("k", ""))->version, second);
  EXPECT_FALSE((*vault->FindKey("k", ""))->attributes.enabled);
  EXPECT_FALSE((*vault->FindKey("k", second))->attributes.enabled);
  EXPECT_FALSE(vault->ListKeys("", 9)->items.at(0)->attributes.enabled);
}

TEST(VaultObjectsTest, APurgedVaultForgetsAllKinds) {
  TestEnvironment env;
  const VaultPtr vault = env.CreateVault("kv1");
  env.AddKey(vault.get(), "k");
  std::weak_ptr<const SecretVersion> secret = SetSecret(env, vault.get(), "s", "x");
  LAZULI_ASSERT_OK(vault->Delete<SecretTraits>(env.now(), "s").status());
  LAZULI_ASSERT_OK(env.registry().Delete(env.Context(), TestEnvironment::Address("kv1")));
  LAZULI_ASSERT_OK(
      env.registry().PurgeDeleted(env.Context(), kTestSubscription, kTestLocation, "kv1"));
  EXPECT_TRUE(secret.expired());
  EXPECT_EQ(env.timers(), 0u);
}

}  // namespace
}  // namespace lazuli::keyvault

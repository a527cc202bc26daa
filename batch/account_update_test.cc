// Changing the settings of an account: what is refused changes nothing.
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

std::string Kid(const std::string& key, int version) {
  return FakeKeyEncryptionClient::Kid("vault", key, version);
}

class AccountUpdateTest : public AccountFixture {
 protected:
  static AccountChange KeyChange(const std::string& identifier) {
    AccountChange change;
    change.encryption = EncryptionSpec{Key(identifier)};
    return change;
  }
  static AccountChange PlatformChange() {
    AccountChange change;
    change.encryption = EncryptionSpec();
    return change;
  }
  static AccountChange IdentityChange(IdentityType type, std::vector<std::string> ids = {}) {
    AccountChange change;
    change.identity = IdentitySpec{type, std::move(ids)};
    return change;
  }
  absl::Status Update(const AccountChange& change) { return account().Update(Context(), change); }
  std::string InUse() { return account().GetKeyAccess().key_identifier; }

  // All that a refused change must leave as it was.
  struct State {
    AccountView view;
    KeyAccessSnapshot access;
    std::string wrapped_data_key;
    size_t timers;
    size_t events;
    size_t told;
  };
  State Take() {
    return State{
        account().Describe(),   account().GetKeyAccess(), account().DumpRecords().front().sealed,
        clock_.timers().size(), events_.last_sequence(),  observer.told().size()};
  }
  void ExpectUntouched(const State& before) {
    const State after = Take();
    EXPECT_EQ(after.view.tags, before.view.tags);
    EXPECT_EQ(after.view.identity.type, before.view.identity.type);
    EXPECT_EQ(after.view.identity.identity.principal_id,
              before.view.identity.identity.principal_id);
    EXPECT_EQ(after.view.encryption.customer_key.has_value(),
              before.view.encryption.customer_key.has_value());
    EXPECT_EQ(after.view.authentication_modes, before.view.authentication_modes);
    EXPECT_EQ(after.access.state, before.access.state);
    EXPECT_EQ(after.access.key_identifier, before.access.key_identifier);
    EXPECT_EQ(after.access.data_key_present, before.access.data_key_present);
    EXPECT_EQ(after.wrapped_data_key, before.wrapped_data_key);
    EXPECT_EQ(after.timers, before.timers);
    EXPECT_EQ(after.events, before.events);
    EXPECT_EQ(after.told, before.told);
  }
  void MakeSystemAssigned() {
    AccountSpec spec = Spec();
    spec.identity.type = IdentityType::kSystemAssigned;
    MakeAccount(spec);
  }
};

TEST_F(AccountUpdateTest, AbsentFieldsStay) {
  AccountSpec spec = Spec();
  spec.tags = {{"a", "b"}};
  MakeAccount(spec);
  AccountChange change;
  change.authentication_modes = {AuthenticationMode::kAad};
  LAZULI_ASSERT_OK(Update(change));
  EXPECT_EQ(account().Describe().tags, spec.tags);
  EXPECT_THAT(account().Describe().authentication_modes, ElementsAre(AuthenticationMode::kAad));
  change = AccountChange();
  change.tags.emplace();
  LAZULI_ASSERT_OK(Update(change));
  EXPECT_THAT(account().Describe().tags, IsEmpty());
  EXPECT_THAT(account().Describe().authentication_modes, ElementsAre(AuthenticationMode::kAad));
}

TEST_F(AccountUpdateTest, SystemAssignedIdentityGetsItsKeyAfterCreation) {
  MakeSystemAssigned();
  LAZULI_ASSERT_OK(Update(KeyChange(Kid("key", 1))));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  EXPECT_EQ(InUse(), Kid("key", 1));
  EXPECT_THAT(Events("account"), ElementsAre(StartsWith(" -> platform: "),
                                             absl::StrCat("Microsoft.Batch -> ", Kid("key", 1),
                                                          ": encryption changed"),
                                             "platform -> accessible: encryption changed"));
  EXPECT_EQ(observer.told().back()->principal_id, absl::StrCat("system:", account().arm_id()));
  EXPECT_EQ(observer.told().back()->user_assigned_identity_id, "");
  // It is watched from now on.
  keys.RemoveVault("vault");
  AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(state(), KeyAccess::kLost);
}

TEST_F(AccountUpdateTest, OnlyAccountsCreatedWithAnIdentityTakeAKey) {
  MakeAccount(Spec());
  AccountChange change = KeyChange(Kid("key", 1));
  EXPECT_THAT(Update(change), ErrorCodeIs("OperationInvalidForCurrentState"));
  change.identity = IdentitySpec{IdentityType::kUserAssigned, {kIdentityId}};
  EXPECT_THAT(Update(change), ErrorCodeIs("OperationInvalidForCurrentState"));
  EXPECT_EQ(account().Describe().identity.type, IdentityType::kNone);
}

TEST_F(AccountUpdateTest, ASwitchRelaxesThat) {
  options().allow_cmk_on_any_account = true;
  MakeAccount(Spec());
  EXPECT_THAT(Update(KeyChange(Kid("key", 1))), ErrorCodeIs("InvalidPropertyValue"));
  AccountChange change = KeyChange(Kid("key", 1));
  change.identity = IdentitySpec{IdentityType::kUserAssigned, {kIdentityId}};
  LAZULI_EXPECT_OK(Update(change));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountUpdateTest, IdentityIsNotRemovedWhileTheKeyIsInUse) {
  MakeAccountWithKey();
  const State before = Take();
  EXPECT_THAT(Update(IdentityChange(IdentityType::kNone)), ErrorCodeIs("InvalidPropertyValue"));
  ExpectUntouched(before);
  // Together with the key it may go.
  AccountChange change = PlatformChange();
  change.identity = IdentitySpec();
  LAZULI_EXPECT_OK(Update(change));
  EXPECT_EQ(state(), KeyAccess::kPlatform);
  EXPECT_EQ(account().Describe().identity.type, IdentityType::kNone);
}

TEST_F(AccountUpdateTest, SwitchingTheIdentityTriesTheNewOne) {
  MakeAccountWithKey();
  identities.AddUserAssigned("second", "second principal");
  keys.Grant("second principal", {"get", "wrapKey"});
  const State before = Take();
  EXPECT_THAT(Update(IdentityChange(IdentityType::kUserAssigned, {"second"})),
              InnerCodeIs("ForbiddenByPolicy"));
  ExpectUntouched(before);
  keys.Grant("second principal", {"get", "wrapKey", "unwrapKey"});
  LAZULI_ASSERT_OK(Update(IdentityChange(IdentityType::kUserAssigned, {"second"})));
  EXPECT_EQ(observer.told().back()->principal_id, "second principal");
  // The old one is of no use any more.
  keys.Grant("user", {});
  KeyChanged();
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountUpdateTest, RefusedSystemAssignedIdentityIsTakenBack) {
  MakeAccountWithKey();
  keys.Grant(absl::StrCat("system:", account().arm_id()), {});
  const State before = Take();
  EXPECT_THAT(Update(IdentityChange(IdentityType::kSystemAssigned)), InnerCodeIs("AccessDenied"));
  ExpectUntouched(before);
  EXPECT_THAT(identities.system_assigned(), IsEmpty());
}

TEST_F(AccountUpdateTest, DroppedSystemAssignedIdentityIsDeleted) {
  MakeSystemAssigned();
  LAZULI_ASSERT_OK(Update(IdentityChange(IdentityType::kSystemAssigned)));
  EXPECT_THAT(identities.system_assigned(), ElementsAre(account().arm_id()));
  // The directory tells its listeners, who have the account look at its key: no lock is in the way.
  identities.SetOnDeleted([this] { KeyChanged("identity deleted"); });
  LAZULI_ASSERT_OK(Update(IdentityChange(IdentityType::kUserAssigned, {kIdentityId})));
  EXPECT_THAT(identities.system_assigned(), IsEmpty());
  EXPECT_EQ(account().Describe().identity.identity.principal_id, "user");
}

TEST_F(AccountUpdateTest, EachRefusedKeyLeavesTheAccountUntouched) {
  MakeAccountWithKey();
  const auto other = [this](const std::function<void(KeyDescription&)>& change) {
    keys.SetVersion("vault", "other", 1, [](KeyDescription& key) {
      key.key_type = "RSA";
      key.rsa_bits = 3072;
      key.key_ops = {"wrapKey", "unwrapKey"};
      key.enabled = true;
      key.not_before.reset();
      key.expires.reset();
    });
    keys.SetVersion("vault", "other", 1, change);
  };
  const std::vector<std::function<void(KeyDescription&)>> defects = {
      [](KeyDescription& key) { key.key_type = "EC"; },
      [](KeyDescription& key) { key.rsa_bits = 1024; },
      [](KeyDescription& key) { key.key_ops = {"unwrapKey"}; },
      [](KeyDescription& key) { key.key_ops = {"wrapKey"}; },
      [](KeyDescription& key) { key.enabled = false; },
      [](KeyDescription& key) { key.expires = absl::UnixEpoch(); },
      [](KeyDescription& key) { key.not_before = absl::FromUnixSeconds(9'000'000'000); },
  };
  const State before = Take();
  for (const auto& defect : defects) {
    other(defect);
    AccountChange change = KeyChange(Kid("other", 1));
    change.tags.emplace();
    change.tags->emplace("never", "seen");
    EXPECT_FALSE(Update(change).ok());
    ExpectUntouched(before);
  }
  EXPECT_THAT(Update(KeyChange(Kid("missing", 1))), ErrorCodeIs("InvalidKeyVaultReference"));
  keys.CorruptUnwrap(true);
  EXPECT_THAT(Update(KeyChange(Kid("key", 1))), ErrorCodeIs("InvalidKeyVaultReference"));
  keys.CorruptUnwrap(false);
  ExpectUntouched(before);
  other([](KeyDescription&) {});
  LAZULI_EXPECT_OK(Update(KeyChange(Kid("other", 1))));
  EXPECT_EQ(InUse(), Kid("other", 1));
}

TEST_F(AccountUpdateTest, AfterAChangeOfVersionTheOldOneMayGo) {
  MakeAccountWithKey();
  std::string sealed;
  InAccount([&] { sealed = workload().Seal("text"); });
  keys.SetVersion("vault", "key", 2, [](KeyDescription& key) { key.rsa_bits = 4096; });
  LAZULI_ASSERT_OK(Update(KeyChange(Kid("key", 2))));
  keys.SetVersion("vault", "key", 1, [](KeyDescription& key) { key.enabled = false; });
  KeyChanged();
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  InAccount([&] { EXPECT_THAT(workload().Unseal(sealed), IsOkAndHolds(std::string("text"))); });
}

TEST_F(AccountUpdateTest, AfterAChangeOfVaultTheOldOneMayGo) {
  MakeAccountWithKey();
  keys.SetVault("second", [](FakeVault&) {});
  keys.SetVersion("second", "key", 1, [](KeyDescription&) {});
  LAZULI_ASSERT_OK(Update(KeyChange(FakeKeyEncryptionClient::Kid("second", "key", 1))));
  EXPECT_EQ(observer.told().back()->vault_name, "second");
  keys.RemoveVault("vault");
  KeyChanged();
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountUpdateTest, ToVersionlessAndBack) {
  MakeAccountWithKey();
  keys.SetVersion("vault", "key", 2, [](KeyDescription&) {});
  LAZULI_ASSERT_OK(Update(KeyChange("https://vault.vault.azure.net/keys/key")));
  EXPECT_EQ(InUse(), Kid("key", 2));
  LAZULI_ASSERT_OK(Update(KeyChange(Kid("key", 1))));
  EXPECT_EQ(InUse(), Kid("key", 1));
  keys.SetVersion("vault", "key", 3, [](KeyDescription&) {});
  KeyChanged();
  EXPECT_EQ(InUse(), Kid("key", 1));
}

TEST_F(AccountUpdateTest, BackToThePlatformTheKeyMayGo) {
  MakeAccountWithKey();
  std::string sealed;
  InAccount([&] { sealed = workload().Seal("text"); });
  LAZULI_ASSERT_OK(Update(PlatformChange()));
  EXPECT_EQ(state(), KeyAccess::kPlatform);
  EXPECT_EQ(InUse(), "");
  EXPECT_EQ(observer.told().back(), std::nullopt);
  EXPECT_EQ(clock_.timers().size(), 0u);
  EXPECT_THAT(Events("account"),
              Contains(absl::StrCat(Kid("key", 1), " -> Microsoft.Batch: encryption changed")));
  keys.RemoveVault("vault");
  KeyChanged();
  AdvanceBy(absl::Hours(1));
  EXPECT_EQ(state(), KeyAccess::kPlatform);
  InAccount([&] { EXPECT_THAT(workload().Unseal(sealed), IsOkAndHolds(std::string("text"))); });
}

TEST_F(AccountUpdateTest, GoingBackNeedsTheKey) {
  // The account has not noticed yet.
  options().key_access.detection_delay = absl::Minutes(1);
  MakeAccountWithKey();
  const State before = Take();
  keys.SetVersion("vault", "key", 1, [](KeyDescription& key) { key.enabled = false; });
  const absl::Status refused = Update(PlatformChange());
  EXPECT_THAT(refused, ErrorCodeIs("AccountIsDisabled"));
  ExpectUntouched(before);
}

TEST_F(AccountUpdateTest, PlatformToPlatformChangesNothing) {
  MakeAccount(Spec());
  const State before = Take();
  LAZULI_EXPECT_OK(Update(PlatformChange()));
  ExpectUntouched(before);
}

TEST_F(AccountUpdateTest, SameKeyAgainIsCheckedAgain) {
  MakeAccountWithKey();
  const size_t events = Events("account").size();
  LAZULI_EXPECT_OK(Update(KeyChange(Kid("key", 1))));
  EXPECT_EQ(Events("account").size(), events);
  keys.SetVault("vault", [](FakeVault& vault) { vault.description.purge_protection = false; });
  EXPECT_THAT(Update(KeyChange(Kid("key", 1))), ErrorCodeIs("InvalidKeyVaultReference"));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountUpdateTest, WhatChangesBetweenCheckAndPublicationIsSeen) {
  MakeSystemAssigned();
  // As if the key were disabled after it was tried and before anybody knew that the account
  // depends on it.
  observer.SetOnTold([this] {
    keys.SetVersion("vault", "key", 1, [](KeyDescription& key) { key.enabled = false; });
  });
  LAZULI_ASSERT_OK(Update(KeyChange(Kid("key", 1))));
  EXPECT_EQ(state(), KeyAccess::kLost);
}

}  // namespace
}  // namespace lazuli::batch

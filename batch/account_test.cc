#include "batch/account.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "batch/account_fixture.h"
#include "batch/shared_key_mac.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using AccountTest = AccountFixture;

TEST_F(AccountTest, ShowsWhatItIs) {
  AccountSpec spec = Spec();
  spec.tags = {{"a", "b"}};
  MakeAccount(spec);
  const AccountView view = account().Describe();
  EXPECT_EQ(view.id.name, "account");
  EXPECT_EQ(view.endpoint, "account.westus2.batch.azure.com");
  EXPECT_THAT(view.node_management_endpoint, HasSubstr(".westus2.service.batch.azure.com"));
  EXPECT_TRUE(IsGuid(view.node_management_endpoint.substr(0, 36)));
  EXPECT_EQ(view.tags, spec.tags);
  EXPECT_EQ(view.identity.type, IdentityType::kNone);
  EXPECT_FALSE(view.encryption.customer_key.has_value());
  EXPECT_THAT(view.authentication_modes,
              ElementsAre(AuthenticationMode::kSharedKey, AuthenticationMode::kAad,
                          AuthenticationMode::kTaskAuthenticationToken));
  EXPECT_EQ(view.pool_quota, 100);
}

TEST_F(AccountTest, UserAssignedIdentityAndKeyAtCreation) {
  MakeAccountWithKey();
  const AccountView view = account().Describe();
  EXPECT_EQ(view.identity.type, IdentityType::kUserAssigned);
  EXPECT_EQ(view.identity.identity.principal_id, "user");
  EXPECT_EQ(view.identity.identity.resource_id, kIdentityId);
  EXPECT_EQ(view.encryption.customer_key->text, FakeKeyEncryptionClient::Kid("vault", "key", 1));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  EXPECT_THAT(observer.told(), ElementsAre(KeyDependency{"", "vault", "key", "user", kIdentityId}));
}

TEST_F(AccountTest, KeyAtCreationNeedsAUserAssignedIdentity) {
  AccountSpec spec = SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1));
  spec.identity = IdentitySpec{IdentityType::kSystemAssigned, {}};
  EXPECT_THAT(registry().CreateAccount(spec, now()), ErrorCodeIs("InvalidPropertyValue"));
  spec.identity = IdentitySpec();
  EXPECT_THAT(registry().CreateAccount(spec, now()), ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(identities.system_assigned(), IsEmpty());
  EXPECT_THAT(registry().List("sub", ""), IsEmpty());
}

TEST_F(AccountTest, RefusedCreationLeavesNothing) {
  keys.Grant("user", {"get"});
  EXPECT_THAT(
      registry().CreateAccount(SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1)), now()),
      ErrorCodeIs("InvalidKeyVaultReference"));
  EXPECT_THAT(registry().List("sub", ""), IsEmpty());
  EXPECT_EQ(clock_.timers().size(), 0u);
  EXPECT_THAT(Events("account"), IsEmpty());
  EXPECT_THAT(observer.told(), IsEmpty());
  // The name is free.
  MakeAccount(Spec());
}

TEST_F(AccountTest, IdentityRules) {
  AccountSpec spec = Spec();
  spec.identity.type = IdentityType::kUserAssigned;
  EXPECT_THAT(registry().CreateAccount(spec, now()), ErrorCodeIs("MissingIdentityIds"));
  spec.identity.user_assigned_ids = {kIdentityId, "another"};
  EXPECT_THAT(registry().CreateAccount(spec, now()), ErrorCodeIs("InvalidPropertyValue"));
  spec.identity.user_assigned_ids = {"missing"};
  EXPECT_THAT(registry().CreateAccount(spec, now()), ErrorCodeIs("InvalidPropertyValue"));
  identities.AddUserAssigned("foreign", "p", "other tenant");
  spec.identity.user_assigned_ids = {"foreign"};
  EXPECT_THAT(registry().CreateAccount(spec, now()), ErrorCodeIs("InvalidPropertyValue"));
  spec.identity = IdentitySpec{IdentityType::kNone, {kIdentityId}};
  EXPECT_THAT(registry().CreateAccount(spec, now()), ErrorCodeIs("InvalidPropertyValue"));
}

TEST_F(AccountTest, SystemAssignedIdentityLivesAsLongAsTheAccount) {
  AccountSpec spec = Spec();
  spec.identity.type = IdentityType::kSystemAssigned;
  MakeAccount(spec);
  EXPECT_THAT(identities.system_assigned(), ElementsAre(spec.id.ArmId()));
  EXPECT_EQ(account().Describe().identity.identity.principal_id,
            absl::StrCat("system:", spec.id.ArmId()));
  registry().DeleteAccount(spec.id, now());
  EXPECT_THAT(identities.system_assigned(), IsEmpty());
}

TEST_F(AccountTest, SharedKeys) {
  MakeAccount(Spec());
  LAZULI_ASSERT_OK_AND_ASSIGN(const SharedKeyPair first, account().ListSharedKeys());
  EXPECT_THAT(*Base64Decode(first.primary), SizeIs(64));
  EXPECT_THAT(*Base64Decode(first.secondary), SizeIs(64));
  EXPECT_NE(first.primary, first.secondary);
  LAZULI_ASSERT_OK_AND_ASSIGN(const SharedKeyPair second,
                              account().RegenerateSharedKey(SharedKeyName::kSecondary));
  EXPECT_EQ(second.primary, first.primary);
  EXPECT_NE(second.secondary, first.secondary);
  LAZULI_ASSERT_OK_AND_ASSIGN(const SharedKeyPair third,
                              account().RegenerateSharedKey(SharedKeyName::kPrimary));
  EXPECT_NE(third.primary, second.primary);
  EXPECT_EQ(third.secondary, second.secondary);
  LAZULI_ASSERT_OK_AND_ASSIGN(const SharedKeyPair listed, account().ListSharedKeys());
  EXPECT_EQ(listed.primary, third.primary);
}

TEST_F(AccountTest, SharedKeysNeedTheirAuthenticationMode) {
  AccountSpec spec = Spec();
  spec.authentication_modes = {AuthenticationMode::kAad};
  MakeAccount(spec);
  EXPECT_THAT(account().ListSharedKeys().status(), ErrorCodeIs("OperationInvalidForCurrentState"));
  EXPECT_THAT(account().RegenerateSharedKey(SharedKeyName::kPrimary).status(),
              ErrorCodeIs("OperationInvalidForCurrentState"));
}

TEST_F(AccountTest, KnowsWhatItsSharedKeysSigned) {
  MakeAccountWithKey();
  LAZULI_ASSERT_OK_AND_ASSIGN(const SharedKeyPair keys_before, account().ListSharedKeys());
  const auto sign = [](const std::string& key, const std::string& text) {
    return SharedKeyMac(SecureBytes(*Base64Decode(key)), text);
  };
  const std::vector<std::string> texts = {"first", "second"};
  EXPECT_EQ(account().FindSigned(texts, sign(keys_before.primary, "first")), 0u);
  EXPECT_EQ(account().FindSigned(texts, sign(keys_before.secondary, "second")), 1u);
  EXPECT_EQ(account().FindSigned(texts, sign(keys_before.primary, "third")), std::nullopt);
  EXPECT_EQ(account().FindSigned({}, sign(keys_before.primary, "first")), std::nullopt);
  // The old key stops at once, the other one goes on.
  LAZULI_ASSERT_OK(account().RegenerateSharedKey(SharedKeyName::kPrimary).status());
  EXPECT_EQ(account().FindSigned(texts, sign(keys_before.primary, "first")), std::nullopt);
  EXPECT_EQ(account().FindSigned(texts, sign(keys_before.secondary, "first")), 0u);
  // Who calls can be told without access to the key.
  keys.RemoveVault("vault");
  KeyChanged();
  EXPECT_EQ(account().FindSigned(texts, sign(keys_before.secondary, "first")), 0u);
  LAZULI_EXPECT_OK(account().CheckAuthenticationMode(AuthenticationMode::kSharedKey));
}

TEST_F(AccountTest, TakesCallersOfItsAuthenticationModesOnly) {
  AccountSpec spec = Spec();
  spec.authentication_modes = {AuthenticationMode::kAad};
  MakeAccount(spec);
  LAZULI_EXPECT_OK(account().CheckAuthenticationMode(AuthenticationMode::kAad));
  const absl::Status refused = account().CheckAuthenticationMode(AuthenticationMode::kSharedKey);
  EXPECT_THAT(refused, ErrorCodeIs("AuthenticationFailed"));
  EXPECT_EQ(ErrorInfoOrDefault(refused).details[0].message,
            "The specified type of authentication SharedKey is not allowed for this account.");
  AccountChange change;
  change.authentication_modes = {AuthenticationMode::kSharedKey};
  LAZULI_ASSERT_OK(account().Update(Context(), change));
  LAZULI_EXPECT_OK(account().CheckAuthenticationMode(AuthenticationMode::kSharedKey));
  EXPECT_THAT(account().CheckAuthenticationMode(AuthenticationMode::kAad),
              ErrorCodeIs("AuthenticationFailed"));
}

TEST_F(AccountTest, LostKeyClosesAllButReadingAndDeletion) {
  MakeAccountWithKey();
  keys.RemoveVault("vault");
  KeyChanged();
  const auto refused = ErrorCodeIs("AccountIsDisabled");
  EXPECT_THAT(account().ListSharedKeys().status(), refused);
  EXPECT_THAT(account().RegenerateSharedKey(SharedKeyName::kPrimary).status(), refused);
  EXPECT_THAT(account().Update(Context(), AccountChange()), refused);
  bool called = false;
  EXPECT_THAT(account().WithWorkloadHandle(Context(),
                                           [&](WorkloadHandle&, absl::Time) {
                                             called = true;
                                             return absl::OkStatus();
                                           }),
              refused);
  EXPECT_FALSE(called);
  EXPECT_THAT(
      registry().CreateAccount(SpecWithKey(FakeKeyEncryptionClient::Kid("vault", "key", 1)), now()),
      refused);
  EXPECT_EQ(account().Describe().encryption.customer_key->vault_name, "vault");
  EXPECT_THAT(account().DumpRecords(), SizeIs(2));
  registry().DeleteAccount(account().id(), now());
  EXPECT_THAT(registry().Get(account().id()).status(), ErrorCodeIs("ResourceNotFound"));
}

TEST_F(AccountTest, RecordsHoldTheWrappedDataKeyOnly) {
  MakeAccountWithKey();
  const std::vector<RestingBytes> records = account().DumpRecords();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_STREQ(records[0].kind, "datakey");
  EXPECT_THAT(records[0].clear, HasSubstr(FakeKeyEncryptionClient::Kid("vault", "key", 1)));
  EXPECT_THAT(records[0].sealed, HasSubstr("wrapped by"));
  EXPECT_STREQ(records[1].kind, "pool");
  registry().DeleteAccount(account().id(), now());
  MakeAccount(Spec());
  EXPECT_THAT(account().DumpRecords()[0].clear, HasSubstr("Microsoft.Batch"));
  // Nonce, key and tag.
  EXPECT_THAT(account().DumpRecords()[0].sealed, SizeIs(12 + 32 + 16));
}

TEST_F(AccountTest, ErrorsOfTheWorkPassThrough) {
  MakeAccount(Spec());
  EXPECT_THAT(
      account().WithWorkloadHandle(
          Context(), [](WorkloadHandle&, absl::Time) { return absl::AbortedError("of the work"); }),
      StatusIs(absl::StatusCode::kAborted));
}

TEST_F(AccountTest, WorkIsAppliedInTimeAndTold) {
  MakeAccount(Spec());
  InAccount([&] { workload().Schedule(now() + absl::Seconds(10), "node"); });
  AdvanceBy(absl::Seconds(10));
  EXPECT_THAT(log(), ElementsAre("node applied at 10s"));
}

TEST_F(AccountTest, AccountOutlivedByItsTimers) {
  MakeAccountWithKey();
  InAccount([&] { workload().Schedule(now() + absl::Seconds(10), "node"); });
  account_.reset();
  registry_.reset();
  EXPECT_EQ(clock_.timers().size(), 0u);
  AdvanceBy(absl::Hours(1));
}

}  // namespace
}  // namespace lazuli::batch

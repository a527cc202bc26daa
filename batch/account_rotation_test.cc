// An account whose key identifier names no version follows the newest one.
#include <string>

#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr char kVersionless[] = "https://vault.vault.azure.net/keys/key";

class AccountRotationTest : public AccountFixture {
 protected:
  void SetEnabled(bool enabled, int version) {
    keys.SetVersion("vault", "key", version,
                    [enabled](KeyDescription& key) { key.enabled = enabled; });
    KeyChanged("key updated");
  }
};

TEST_F(AccountRotationTest, VersionlessIdentifierFollowsNewVersions) {
  MakeAccount(SpecWithKey(kVersionless));
  std::string sealed;
  InAccount([&] { sealed = workload().Seal("text"); });
  EXPECT_EQ(account().GetKeyAccess().key_identifier,
            FakeKeyEncryptionClient::Kid("vault", "key", 1));
  keys.SetVersion("vault", "key", 2, [](KeyDescription&) {});
  KeyChanged("key created");
  EXPECT_EQ(account().GetKeyAccess().key_identifier,
            FakeKeyEncryptionClient::Kid("vault", "key", 2));
  EXPECT_THAT(Events("account"), Contains(HasSubstr("follows the newest version (key created)")));
  // The old version is of no use any more.
  SetEnabled(false, 1);
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  // The same data key.
  InAccount([&] { EXPECT_THAT(workload().Unseal(sealed), IsOkAndHolds(std::string("text"))); });
  SetEnabled(false, 2);
  EXPECT_EQ(state(), KeyAccess::kLost);
  SetEnabled(true, 2);
  AdvanceBy(absl::Minutes(10));
  InAccount([&] { EXPECT_THAT(workload().Unseal(sealed), IsOkAndHolds(std::string("text"))); });
}

TEST_F(AccountRotationTest, NewVersionThatCannotBeUsedIsNotFollowed) {
  MakeAccount(SpecWithKey(kVersionless));
  keys.SetVersion("vault", "key", 2,
                  [this](KeyDescription& key) { key.not_before = now() + absl::Minutes(5); });
  KeyChanged();
  KeyChanged();
  EXPECT_EQ(account().GetKeyAccess().key_identifier,
            FakeKeyEncryptionClient::Kid("vault", "key", 1));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  // Told once.
  EXPECT_EQ(Events("account").size(), 2u);
  EXPECT_THAT(Events("account").back(), HasSubstr("stays with this version"));
  // It is followed when its time has come.
  AdvanceBy(absl::Minutes(5));
  EXPECT_EQ(account().GetKeyAccess().key_identifier,
            FakeKeyEncryptionClient::Kid("vault", "key", 2));
}

TEST_F(AccountRotationTest, VersionedIdentifierStays) {
  MakeAccountWithKey();
  keys.SetVersion("vault", "key", 2, [](KeyDescription&) {});
  KeyChanged();
  EXPECT_EQ(account().GetKeyAccess().key_identifier,
            FakeKeyEncryptionClient::Kid("vault", "key", 1));
}

TEST_F(AccountRotationTest, VersionMadeDuringTheLossIsFollowedAfterIt) {
  MakeAccount(SpecWithKey(kVersionless));
  SetEnabled(false, 1);
  keys.SetVersion("vault", "key", 2, [](KeyDescription&) {});
  KeyChanged();
  // Only the old version can give the data key back.
  EXPECT_EQ(state(), KeyAccess::kLost);
  SetEnabled(true, 1);
  AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  EXPECT_EQ(account().GetKeyAccess().key_identifier,
            FakeKeyEncryptionClient::Kid("vault", "key", 2));
}

}  // namespace
}  // namespace lazuli::batch

// Every reason for which an account loses access to its key.
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string DetailOf(const absl::Status& status, const std::string& name) {
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    if (detail.code == name) return detail.message;
  }
  return "";
}

using AccountLossTest = AccountFixture;

struct Loss {
  std::string name;
  std::function<void(AccountFixture&)> take;
  std::function<void(AccountFixture&)> give;
  std::string reason_prefix;
  std::string reason_part;
};

std::function<void(AccountFixture&)> Version(std::function<void(KeyDescription&)> change) {
  return [change = std::move(change)](AccountFixture& test) {
    test.keys.SetVersion("vault", "key", 1, change);
  };
}

std::function<void(AccountFixture&)> Permissions(std::set<std::string> permissions) {
  return [permissions = std::move(permissions)](AccountFixture& test) {
    test.keys.Grant("user", permissions);
  };
}

std::function<void(AccountFixture&)> Deleted(bool deleted) {
  return [deleted](AccountFixture& test) {
    test.keys.SetKey("vault", "key", [deleted](FakeKey& key) { key.deleted = deleted; });
  };
}

std::function<void(AccountFixture&)> Firewall(bool closed) {
  return [closed](AccountFixture& test) {
    test.keys.SetVault("vault", [closed](FakeVault& vault) { vault.firewall_closed = closed; });
  };
}

std::vector<Loss> Losses() {
  const auto all = Permissions({"get", "wrapKey", "unwrapKey"});
  const auto restore_ops =
      Version([](KeyDescription& key) { key.key_ops = {"wrapKey", "unwrapKey"}; });
  const auto restore_times = Version([](KeyDescription& key) {
    key.not_before.reset();
    key.expires.reset();
  });
  return {
      {"KeyDisabled", Version([](KeyDescription& key) { key.enabled = false; }),
       Version([](KeyDescription& key) { key.enabled = true; }), "KeyDisabled: ", "disabled"},
      {"KeyExpired",
       Version([](KeyDescription& key) { key.expires = absl::FromUnixSeconds(1'000'000); }),
       restore_times, "KeyExpired: ", "expired"},
      {"KeyNotYetValid",
       Version([](KeyDescription& key) { key.not_before = absl::FromUnixSeconds(9'000'000); }),
       restore_times, "KeyNotYetValid: ", "not valid yet"},
      {"KeyDeleted", Deleted(true), Deleted(false), "KeyNotFound: ", "deleted or was purged"},
      {"VersionGone",
       [](AccountFixture& test) {
         test.keys.SetKey("vault", "key", [](FakeKey& key) {
           auto node = key.versions.extract(FakeKeyEncryptionClient::FakeVersion(1));
           node.key() = "aside";
           key.versions.insert(std::move(node));
         });
       },
       [](AccountFixture& test) {
         test.keys.SetKey("vault", "key", [](FakeKey& key) {
           auto node = key.versions.extract("aside");
           node.key() = FakeKeyEncryptionClient::FakeVersion(1);
           key.versions.insert(std::move(node));
         });
       },
       "KeyNotFound: ", "version in use"},
      {"NoWrapOp", Version([](KeyDescription& key) { key.key_ops = {"unwrapKey"}; }), restore_ops,
       "KeyOperationForbidden: ", "wrapKey"},
      {"NoUnwrapOp", Version([](KeyDescription& key) { key.key_ops = {"wrapKey"}; }), restore_ops,
       "KeyOperationForbidden: ", "unwrapKey"},
      {"NoGet", Permissions({"wrapKey", "unwrapKey"}), all, "ForbiddenByPolicy: ", "keys get"},
      {"NoWrap", Permissions({"get", "unwrapKey"}), all, "ForbiddenByPolicy: ", "keys wrapKey"},
      {"NoUnwrap", Permissions({"get", "wrapKey"}), all, "ForbiddenByPolicy: ", "keys unwrapKey"},
      {"PolicyRemoved", Permissions({}), all, "AccessDenied: ", "do not know"},
      {"IdentityDeleted",
       [](AccountFixture& test) {
         test.identities.RemoveUserAssigned(AccountFixture::kIdentityId);
       },
       [](AccountFixture& test) {
         test.identities.AddUserAssigned(AccountFixture::kIdentityId, "user");
       },
       "IdentityNotFound: ", AccountFixture::kIdentityId},
      {"VaultDeleted", [](AccountFixture& test) { test.keys.RemoveVault("vault"); },
       [](AccountFixture& test) { test.keys.SetVault("vault", [](FakeVault&) {}); },
       "VaultNotFound: ", "'vault'"},
      {"FirewallClosed", Firewall(true), Firewall(false), "ForbiddenByFirewall: ", "firewall"},
  };
}

TEST_F(AccountLossTest, EachLossHasItsReasonAndIsRestored) {
  for (const Loss& loss : Losses()) {
    SCOPED_TRACE(loss.name);
    registry().DeleteAccount(Spec().id, now());
    MakeAccountWithKey();
    ASSERT_EQ(state(), KeyAccess::kAccessible);
    loss.take(*this);
    KeyChanged();
    EXPECT_EQ(state(), KeyAccess::kLost);
    EXPECT_THAT(account().GetKeyAccess().reason, StartsWith(loss.reason_prefix));
    EXPECT_THAT(account().GetKeyAccess().reason, HasSubstr(loss.reason_part));
    EXPECT_FALSE(account().GetKeyAccess().data_key_present);
    const absl::Status refused = account().CheckServing();
    EXPECT_THAT(refused, ErrorCodeIs("AccountIsDisabled"));
    EXPECT_THAT(DetailOf(refused, "Reason"), HasSubstr(account().GetKeyAccess().reason));
    EXPECT_EQ(DetailOf(refused, "KeyIdentifier"), FakeKeyEncryptionClient::Kid("vault", "key", 1));
    loss.give(*this);
    KeyChanged();
    EXPECT_EQ(state(), KeyAccess::kRestoring);
    AdvanceBy(absl::Minutes(10));
    EXPECT_EQ(state(), KeyAccess::kAccessible);
    EXPECT_TRUE(account().GetKeyAccess().data_key_present);
    LAZULI_EXPECT_OK(account().CheckServing());
  }
}

}  // namespace
}  // namespace lazuli::batch

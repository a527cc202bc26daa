#include "batch/customer_key.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "batch/fake_key_encryption_client.h"
#include "batch/key_identifier.h"
#include "batch/limits.h"
#include "batch/managed_identity_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::HasSubstr;

constexpr char kVersionless[] = "https://vault.vault.azure.net/keys/key";

absl::Time Now() { return absl::FromUnixSeconds(1'000'000); }

KeyIdentifier Key(const std::string& text) { return KeyIdentifier::Parse(text).value(); }

class CustomerKeyTest : public testing::Test {
 protected:
  absl::StatusOr<CustomerWrap> Wrap(const std::string& key) {
    return WrapWithCustomerKey(&keys_, identity_, "tenant", Key(key), data_key_, Now());
  }

  FakeKeyEncryptionClient keys_;
  const ManagedIdentity identity_{"tenant", "user", "client", "id"};
  const SecureBytes data_key_{"0123456789abcdef0123456789abcdef"};
};

TEST_F(CustomerKeyTest, WrapsAndTriesToUnwrap) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const CustomerWrap wrap,
                              Wrap(FakeKeyEncryptionClient::Kid("vault", "key", 1)));
  EXPECT_EQ(keys_.wraps(), 1);
  EXPECT_EQ(keys_.unwraps(), 1);
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes back,
                              keys_.UnwrapKey(identity_, wrap.wrapped, Now()));
  EXPECT_EQ(back.view(), data_key_.view());
}

TEST_F(CustomerKeyTest, VersionlessIdentifierUsesTheLatestVersion) {
  keys_.SetVersion("vault", "key", 2, [](KeyDescription&) {});
  LAZULI_ASSERT_OK_AND_ASSIGN(const CustomerWrap wrap, Wrap(kVersionless));
  EXPECT_EQ(wrap.in_use.text, FakeKeyEncryptionClient::Kid("vault", "key", 2));
  EXPECT_EQ(wrap.wrapped.kid, wrap.in_use.text);
}

struct Precondition {
  std::string name;
  std::function<void(FakeKeyEncryptionClient&)> break_it;
  std::string code;
  std::string reason;
};

std::function<void(FakeKeyEncryptionClient&)> Version(std::function<void(KeyDescription&)> change) {
  return [change = std::move(change)](FakeKeyEncryptionClient& keys) {
    keys.SetVersion("vault", "key", 1, change);
  };
}

std::function<void(FakeKeyEncryptionClient&)> Vault(std::function<void(FakeVault&)> change) {
  return [change = std::move(change)](FakeKeyEncryptionClient& keys) {
    keys.SetVault("vault", change);
  };
}

std::function<void(FakeKeyEncryptionClient&)> Permissions(std::set<std::string> permissions) {
  return [permissions = std::move(permissions)](FakeKeyEncryptionClient& keys) {
    keys.Grant("user", permissions);
  };
}

std::vector<Precondition> Preconditions() {
  const std::string value = "InvalidPropertyValue";
  const std::string vault = "InvalidKeyVaultReference";
  return {
      {"VaultMissing", [](FakeKeyEncryptionClient& keys) { keys.RemoveVault("vault"); }, vault,
       "VaultNotFound"},
      {"OtherTenant", Vault([](FakeVault& v) { v.description.tenant_id = "other"; }), vault,
       "same Azure Active Directory tenant"},
      {"NoSoftDelete", Vault([](FakeVault& v) { v.description.soft_delete = false; }), vault,
       "soft delete"},
      {"NoPurgeProtection", Vault([](FakeVault& v) { v.description.purge_protection = false; }),
       vault, "purge protection"},
      {"Firewall", Vault([](FakeVault& v) { v.firewall_closed = true; }), vault,
       "ForbiddenByFirewall"},
      {"NoPolicy", Permissions({}), vault, "AccessDenied"},
      {"NoGet", Permissions({"wrapKey", "unwrapKey"}), vault, "keys get permission"},
      {"NoWrap", Permissions({"get", "unwrapKey"}), vault, "keys wrapKey permission"},
      {"NoUnwrap", Permissions({"get", "wrapKey"}), vault, "keys unwrapKey permission"},
      {"KeyDeleted",
       [](FakeKeyEncryptionClient& keys) {
         keys.SetKey("vault", "key", [](FakeKey& key) { key.deleted = true; });
       },
       vault, "KeyNotFound"},
      {"EllipticCurve", Version([](KeyDescription& k) { k.key_type = "EC"; }), value,
       "key type 'EC'"},
      {"Small", Version([](KeyDescription& k) { k.rsa_bits = 1024; }), value, "1024 bits"},
      {"NoWrapOp", Version([](KeyDescription& k) { k.key_ops = {"unwrapKey"}; }), value,
       "lack 'wrapKey'"},
      {"NoUnwrapOp", Version([](KeyDescription& k) { k.key_ops = {"wrapKey"}; }), value,
       "lack 'unwrapKey'"},
      {"Disabled", Version([](KeyDescription& k) { k.enabled = false; }), vault, "KeyDisabled"},
      {"NotYetValid", Version([](KeyDescription& k) { k.not_before = Now() + absl::Seconds(1); }),
       vault, "KeyNotYetValid"},
      {"Expired", Version([](KeyDescription& k) { k.expires = Now(); }), vault, "KeyExpired"},
      {"UnwrapsWrongly", [](FakeKeyEncryptionClient& keys) { keys.CorruptUnwrap(true); }, vault,
       "did not unwrap"},
  };
}

TEST_F(CustomerKeyTest, EachPreconditionHasItsOwnError) {
  for (const Precondition& precondition : Preconditions()) {
    SCOPED_TRACE(precondition.name);
    FakeKeyEncryptionClient keys;
    precondition.break_it(keys);
    const absl::Status status =
        WrapWithCustomerKey(&keys, identity_, "tenant", Key(kVersionless), data_key_, Now())
            .status();
    EXPECT_THAT(status, ErrorCodeIs(precondition.code));
    std::string reason;
    for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
      if (detail.code == "Reason") reason = detail.message;
    }
    EXPECT_THAT(reason, HasSubstr(precondition.reason));
    // Everything but the last is known without RSA work.
    EXPECT_EQ(keys.rsa_calls(), precondition.name == "UnwrapsWrongly" ? 2 : 0);
  }
}

TEST_F(CustomerKeyTest, SupportedSizesAndTypes) {
  for (const int bits : {2048, 3072, 4096}) {
    for (const char* const type : {"RSA", "RSA-HSM"}) {
      keys_.SetVersion("vault", "key", 1, [&](KeyDescription& key) {
        key.rsa_bits = bits;
        key.key_type = type;
      });
      LAZULI_EXPECT_OK(Wrap(kVersionless));
    }
  }
}

TEST_F(CustomerKeyTest, KeyIsUsableFromNotBeforeOn) {
  keys_.SetVersion("vault", "key", 1, [](KeyDescription& key) {
    key.not_before = Now();
    key.expires = Now() + absl::Seconds(1);
  });
  LAZULI_EXPECT_OK(Wrap(kVersionless));
}

TEST(DescribeKeyRefusalTest, ABusyVaultHasNotRefused) {
  ErrorInfo info;
  info.code = "Throttled";
  info.retry_after = absl::Seconds(7);
  for (const auto& [http_status, is_no_answer] : {std::pair{400, false},
                                                  {401, false},
                                                  {403, false},
                                                  {404, false},
                                                  {409, false},
                                                  {408, true},
                                                  {429, true},
                                                  {500, true},
                                                  {503, true}}) {
    info.http_status = http_status;
    const absl::Status error = MakeError(absl::StatusCode::kUnavailable, "Wait.", info);
    EXPECT_EQ(IsNoAnswer(error), is_no_answer) << http_status;
    EXPECT_EQ(absl::StrContains(DescribeKeyRefusal(error), "the vault gave no answer"),
              is_no_answer);
    EXPECT_EQ(RetryDelayOf(error), absl::Seconds(7));
  }
  EXPECT_FALSE(IsNoAnswer(absl::OkStatus()));
  EXPECT_EQ(RetryDelayOf(absl::UnavailableError("")), limits::batch::kKeyRetryDelay);
}

TEST(DescribeKeyRefusalTest, KeepsTheInnerCodeAndOneLine) {
  ErrorInfo info;
  info.code = "Forbidden";
  info.inner_code = "KeyDisabled";
  info.http_status = 403;
  const std::string reason = DescribeKeyRefusal(
      MakeError(absl::StatusCode::kPermissionDenied, "Not allowed.\r\nCaller: x\r\n", info));
  EXPECT_EQ(reason,
            "KeyDisabled: the key, or the version in use, is disabled. Not allowed. Caller: x");
  info.inner_code = "";
  info.code = "SomethingNew";
  EXPECT_EQ(DescribeKeyRefusal(MakeError(absl::StatusCode::kPermissionDenied, "No.", info)),
            "SomethingNew: the vault refused access to the key. No.");
  EXPECT_LT(DescribeKeyRefusal(
                MakeError(absl::StatusCode::kPermissionDenied, std::string(100'000, 'x'), info))
                .size(),
            700u);
}

}  // namespace
}  // namespace lazuli::batch

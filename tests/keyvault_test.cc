// Vaults and keys over gRPC, from creation to purge, and what their errors carry.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/keys.pb.h"
#include "proto/time.h"
#include "proto/vaults.pb.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kVault[] = "test-vault";
constexpr char kKey[] = "key1";
constexpr char kLocation[] = "westus2";
constexpr absl::Duration kDay = absl::Hours(24);

// A vault where keys can be purged.
Api::VaultSpec Unprotected(int retention_days = 90) {
  Api::VaultSpec spec;
  spec.purge_protection = false;
  spec.retention_days = retention_days;
  return spec;
}

class KeyVaultTest : public testing::Test {
 protected:
  Api& api() { return server_.api(); }
  void Advance(absl::Duration duration) { Must(api().AdvanceBy(duration).status()); }
  absl::Time Now() { return Must(api().Now()); }

  template <typename Request>
  Request OfVault(const std::string& name) {
    Request request;
    request.set_subscription_id(std::string(kDefaultSubscriptionId));
    request.set_vault_name(name);
    if constexpr (requires { request.set_location(kLocation); }) request.set_location(kLocation);
    if constexpr (requires { request.set_resource_group_name(kTestGroup); }) {
      request.set_resource_group_name(kTestGroup);
    }
    return request;
  }
  absl::StatusOr<v1::DeletedVault> GetDeletedVault(const std::string& name) {
    return api().Call<v1::DeletedVault>("Vaults/GetDeletedVault",
                                        OfVault<v1::DeletedVaultRequest>(name));
  }
  absl::Status PurgeVault(const std::string& name) {
    return api()
        .Call<v1::Empty>("Vaults/PurgeDeletedVault", OfVault<v1::DeletedVaultRequest>(name))
        .status();
  }
  bool IsNameAvailable(const std::string& name) {
    v1::CheckVaultNameAvailabilityRequest request;
    request.set_subscription_id(std::string(kDefaultSubscriptionId));
    request.mutable_parameters()->set_name(name);
    request.mutable_parameters()->set_type("Microsoft.KeyVault/vaults");
    return Must(api().Call<v1::CheckNameAvailabilityResult>("Vaults/CheckVaultNameAvailability",
                                                            request))
        .name_available();
  }
  v1::KeyBundle CreateEcKey(const std::string& key, v1::JsonWebKeyCurveName curve) {
    v1::CreateKeyRequest request;
    request.set_vault_name(kVault);
    request.set_key_name(key);
    request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    request.set_crv(curve);
    return Must(api().CreateKey(request));
  }
  absl::StatusOr<v1::DeletedKeyBundle> GetDeletedKey(const std::string& key) {
    v1::KeyNameRequest request;
    request.set_vault_name(kVault);
    request.set_key_name(key);
    return api().Call<v1::DeletedKeyBundle>("Keys/GetDeletedKey", request);
  }
  absl::StatusOr<std::string> Crypt(const std::string& method,
                                    v1::JsonWebKeyEncryptionAlgorithm alg,
                                    const std::string& value) {
    v1::KeyOperationsParameters request;
    request.set_vault_name(kVault);
    request.set_key_name(kKey);
    request.set_alg(alg);
    request.set_value(value);
    const auto result = api().Call<v1::KeyOperationResult>(absl::StrCat("Keys/", method), request);
    if (!result.ok()) return result.status();
    return result->value();
  }
  absl::StatusOr<std::string> Sign(const std::string& key, v1::JsonWebKeySignatureAlgorithm alg,
                                   const std::string& digest) {
    v1::KeySignParameters request;
    request.set_vault_name(kVault);
    request.set_key_name(key);
    request.set_alg(alg);
    request.set_value(digest);
    const auto result = api().Call<v1::KeyOperationResult>("Keys/Sign", request);
    if (!result.ok()) return result.status();
    return result->value();
  }
  absl::StatusOr<bool> Verify(const std::string& key, v1::JsonWebKeySignatureAlgorithm alg,
                              const std::string& digest, const std::string& signature) {
    v1::KeyVerifyParameters request;
    request.set_vault_name(kVault);
    request.set_key_name(key);
    request.set_alg(alg);
    request.set_digest(digest);
    request.set_value(signature);
    const auto result = api().Call<v1::KeyVerifyResult>("Keys/Verify", request);
    if (!result.ok()) return result.status();
    return result->value();
  }

  TestServer server_;
};

// Shows: Vaults/CreateOrUpdateVault, Vaults/GetVault, Vaults/DeleteVault, Vaults/GetDeletedVault
TEST_F(KeyVaultTest, AVaultComesGoesAndComesBack) {
  const v1::Vault vault = Must(api().PutVault(kVault, {}));
  EXPECT_EQ(vault.id(), api().VaultId(kVault));
  EXPECT_EQ(vault.properties().vault_uri(), "https://test-vault.vault.azure.net/");
  EXPECT_TRUE(vault.properties().enable_soft_delete());
  EXPECT_TRUE(vault.properties().enable_purge_protection());
  EXPECT_EQ(vault.properties().soft_delete_retention_in_days(), 90);
  const std::string kid = Must(api().CreateRsaKey(kVault, kKey)).key().kid();
  EXPECT_FALSE(IsNameAvailable(kVault));

  LAZULI_ASSERT_OK(api().DeleteVault(kVault));
  EXPECT_THAT(api().GetVault(kVault), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(api().GetKey(kVault, kKey), ErrorCodeIs("VaultNotFound"));
  const auto deleted = GetDeletedVault(kVault);
  LAZULI_ASSERT_OK(deleted);
  EXPECT_EQ(FromProto(deleted->properties().scheduled_purge_date()),
            FromProto(deleted->properties().deletion_date()) + kDay * 90);
  EXPECT_TRUE(deleted->properties().purge_protection_enabled());
  // Its name is not free, not even after a purge, which purge protection refuses.
  EXPECT_FALSE(IsNameAvailable(kVault));
  EXPECT_THAT(api().PutVault(kVault, {}), ErrorCodeIs("ConflictError"));
  EXPECT_THAT(PurgeVault(kVault), ErrorCodeIs("MethodNotAllowed"));

  LAZULI_ASSERT_OK(api().RecoverVault(kVault));
  const auto key = api().GetKey(kVault, kKey);
  LAZULI_ASSERT_OK(key);
  EXPECT_EQ(key->key().kid(), kid);
  EXPECT_THAT(GetDeletedVault(kVault), ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_THAT(api().RecoverVault("no-vault"), ErrorCodeIs("SoftDeletedVaultDoesNotExist"));
}

TEST_F(KeyVaultTest, APurgedVaultsNameIsFree) {
  Must(api().PutVault(kVault, Unprotected()).status());
  Must(api().CreateRsaKey(kVault, kKey).status());
  Must(api().DeleteVault(kVault));
  LAZULI_ASSERT_OK(PurgeVault(kVault));
  EXPECT_TRUE(IsNameAvailable(kVault));
  LAZULI_ASSERT_OK(api().PutVault(kVault, Unprotected()));
  EXPECT_THAT(api().GetKey(kVault, kKey), ErrorCodeIs("KeyNotFound"));
}

TEST_F(KeyVaultTest, RetentionEndsWithAPurgeEvenUnderProtection) {
  Must(api().PutVault(kVault, {}).status());
  Must(api().DeleteVault(kVault));
  Advance(kDay * 90 - absl::Seconds(1));
  LAZULI_EXPECT_OK(GetDeletedVault(kVault));
  Advance(absl::Seconds(1));
  EXPECT_THAT(GetDeletedVault(kVault), ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_TRUE(IsNameAvailable(kVault));

  Api::VaultSpec short_retention;
  short_retention.retention_days = 7;
  Must(api().PutVault(kVault, short_retention).status());
  Must(api().CreateRsaKey(kVault, kKey).status());
  Must(api().DeleteKey(kVault, kKey).status());
  Advance(kDay * 7 - absl::Seconds(1));
  LAZULI_EXPECT_OK(GetDeletedKey(kKey));
  Advance(absl::Seconds(1));
  EXPECT_THAT(GetDeletedKey(kKey), ErrorCodeIs("KeyNotFound"));
  LAZULI_EXPECT_OK(api().CreateRsaKey(kVault, kKey));
}

TEST_F(KeyVaultTest, ProtectionAndRetentionCannotBeTakenBack) {
  Must(api().PutVault(kVault, {}).status());
  v1::VaultPatchProperties properties;
  properties.set_enable_purge_protection(false);
  EXPECT_THAT(api().UpdateVault(kVault, properties), ErrorCodeIs("BadRequest"));
  properties.Clear();
  properties.set_enable_soft_delete(false);
  EXPECT_THAT(api().UpdateVault(kVault, properties), ErrorCodeIs("BadRequest"));
  properties.Clear();
  properties.set_soft_delete_retention_in_days(30);
  EXPECT_THAT(api().UpdateVault(kVault, properties), StatusIs(absl::StatusCode::kInvalidArgument));
  Api::VaultSpec without;
  without.soft_delete = false;
  without.purge_protection = false;
  EXPECT_THAT(api().PutVault("old-vault", without), StatusIs(absl::StatusCode::kInvalidArgument));
  for (const int days : {6, 91, 0, -1}) {
    EXPECT_THAT(api().PutVault("new-vault", Unprotected(days)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << days;
  }
  EXPECT_TRUE(Must(api().GetVault(kVault)).properties().enable_purge_protection());
}

// Shows: Keys/CreateKey, Keys/GetKey, Keys/DeleteKey, Keys/RecoverDeletedKey, Keys/PurgeDeletedKey
TEST_F(KeyVaultTest, AKeyComesGoesAndComesBack) {
  Must(api().PutVault(kVault, Unprotected()).status());
  const v1::KeyBundle first = Must(api().CreateRsaKey(kVault, kKey));
  EXPECT_THAT(first.key().kid(), HasSubstr("https://test-vault.vault.azure.net/keys/key1/"));
  EXPECT_EQ(first.key().n().size(), 256u);
  EXPECT_FALSE(first.key().has_d());
  EXPECT_EQ(first.attributes().recovery_level(), "Recoverable+Purgeable");
  const v1::KeyBundle second = Must(api().CreateRsaKey(kVault, kKey));
  EXPECT_NE(first.key().kid(), second.key().kid());
  EXPECT_EQ(Must(api().GetKey(kVault, kKey)).key().kid(), second.key().kid());

  const auto deleted = api().DeleteKey(kVault, kKey);
  LAZULI_ASSERT_OK(deleted);
  EXPECT_EQ(deleted->recovery_id(), "https://test-vault.vault.azure.net/deletedkeys/key1");
  EXPECT_EQ(FromProto(deleted->scheduled_purge_date()),
            FromProto(deleted->deleted_date()) + kDay * 90);
  EXPECT_THAT(api().GetKey(kVault, kKey), ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(api().CreateRsaKey(kVault, kKey), InnerCodeIs("ObjectIsDeletedButRecoverable"));
  LAZULI_ASSERT_OK(api().RecoverKey(kVault, kKey));
  // Every version is back.
  v1::GetKeyVersionsRequest versions;
  versions.set_vault_name(kVault);
  versions.set_key_name(kKey);
  EXPECT_EQ(Must(api().Call<v1::KeyListResult>("Keys/GetKeyVersions", versions)).value_size(), 2);
  EXPECT_THAT(api().RecoverKey(kVault, kKey), InnerCodeIs("RequestNotAllowedOnNonDeletedObject"));

  Must(api().DeleteKey(kVault, kKey).status());
  LAZULI_ASSERT_OK(api().PurgeKey(kVault, kKey));
  EXPECT_THAT(api().RecoverKey(kVault, kKey), ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(api().PurgeKey(kVault, kKey), ErrorCodeIs("KeyNotFound"));
  const std::string third = Must(api().CreateRsaKey(kVault, kKey)).key().kid();
  EXPECT_NE(third, first.key().kid());
  EXPECT_NE(third, second.key().kid());
}

TEST_F(KeyVaultTest, PurgeProtectionKeepsKeys) {
  Must(api().PutVault(kVault, {}).status());
  EXPECT_EQ(Must(api().CreateRsaKey(kVault, kKey)).attributes().recovery_level(), "Recoverable");
  Must(api().DeleteKey(kVault, kKey).status());
  const absl::Status refused = api().PurgeKey(kVault, kKey);
  EXPECT_THAT(refused, ErrorCodeIs("Forbidden"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("purge protection"));
  LAZULI_EXPECT_OK(api().RecoverKey(kVault, kKey));
}

// Shows: Keys/GetKeys, Keys/GetKeyVersions, Keys/GetDeletedKeys
TEST_F(KeyVaultTest, ListsComeInPages) {
  Must(api().PutVault(kVault, {}).status());
  std::set<std::string> created;
  for (int i = 0; i < 60; ++i) {
    const std::string name = absl::StrCat("key-", i);
    CreateEcKey(name, v1::JSON_WEB_KEY_CURVE_NAME_P256);
    created.insert(absl::StrCat("https://test-vault.vault.azure.net/keys/", name));
  }
  v1::GetKeysRequest request;
  request.set_vault_name(kVault);
  std::multiset<std::string> listed;
  std::vector<int> sizes;
  do {
    const auto page = api().Call<v1::KeyListResult>("Keys/GetKeys", request);
    LAZULI_ASSERT_OK(page);
    sizes.push_back(page->value_size());
    for (const v1::KeyItem& item : page->value()) listed.insert(item.kid());
    request.set_skip_token(page->next_link());
  } while (!request.skip_token().empty());
  EXPECT_THAT(sizes, ElementsAre(25, 25, 10));
  EXPECT_EQ(listed, std::multiset<std::string>(created.begin(), created.end()));

  // A page goes on where the last one ended, also when its last key is gone.
  request.clear_skip_token();
  request.set_maxresults(5);
  auto page = Must(api().Call<v1::KeyListResult>("Keys/GetKeys", request));
  ASSERT_EQ(page.value_size(), 5);
  const std::string last = page.value(4).kid();
  Must(api().DeleteKey(kVault, last.substr(last.rfind('/') + 1)).status());
  request.set_skip_token(page.next_link());
  page = Must(api().Call<v1::KeyListResult>("Keys/GetKeys", request));
  ASSERT_EQ(page.value_size(), 5);
  EXPECT_GT(page.value(0).kid(), last);

  request.set_maxresults(26);
  EXPECT_THAT(api().Call<v1::KeyListResult>("Keys/GetKeys", request), ErrorCodeIs("BadParameter"));
  request.set_maxresults(25);
  request.set_skip_token("no token");
  EXPECT_THAT(api().Call<v1::KeyListResult>("Keys/GetKeys", request), ErrorCodeIs("BadParameter"));
  request.clear_skip_token();
  EXPECT_EQ(Must(api().Call<v1::DeletedKeyListResult>("Keys/GetDeletedKeys", request)).value_size(),
            1);
}

// Shows: Keys/WrapKey, Keys/UnwrapKey, Keys/Encrypt, Keys/Decrypt
TEST_F(KeyVaultTest, WhatIsWrappedUnwraps) {
  Must(api().PutVault(kVault, {}).status());
  const std::string data_key(32, '\x5a');
  for (const int bits : {2048, 3072, 4096}) {
    const v1::KeyBundle key = Must(api().CreateRsaKey(kVault, kKey, bits));
    EXPECT_EQ(key.key().n().size(), static_cast<size_t>(bits / 8));
    for (const auto alg : {v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA1_5,
                           v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP,
                           v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256}) {
      const std::string wrapped = Must(Crypt("WrapKey", alg, data_key));
      EXPECT_EQ(wrapped.size(), static_cast<size_t>(bits / 8));
      EXPECT_THAT(Crypt("UnwrapKey", alg, wrapped), IsOkAndHolds(data_key));
      const std::string encrypted = Must(Crypt("Encrypt", alg, data_key));
      EXPECT_NE(encrypted, wrapped);
      EXPECT_THAT(Crypt("Decrypt", alg, encrypted), IsOkAndHolds(data_key));
      std::string damaged = wrapped;
      damaged[5] ^= 1;
      EXPECT_THAT(Crypt("UnwrapKey", alg, damaged), ErrorCodeIs("BadParameter"));
    }
  }
}

struct SignatureCase {
  v1::JsonWebKeyCurveName curve;  // unspecified: RSA
  v1::JsonWebKeySignatureAlgorithm alg;
  size_t digest_bytes;
};

// Shows: Keys/Sign, Keys/Verify
TEST_F(KeyVaultTest, WhatIsSignedVerifies) {
  Must(api().PutVault(kVault, {}).status());
  Must(api().CreateRsaKey(kVault, "rsa").status());
  constexpr auto kRsa = v1::JSON_WEB_KEY_CURVE_NAME_UNSPECIFIED;
  for (const SignatureCase& c :
       {SignatureCase{kRsa, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256, 32},
        SignatureCase{kRsa, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS384, 48},
        SignatureCase{kRsa, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS512, 64},
        SignatureCase{kRsa, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS256, 32},
        SignatureCase{kRsa, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS384, 48},
        SignatureCase{kRsa, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS512, 64},
        SignatureCase{v1::JSON_WEB_KEY_CURVE_NAME_P256, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256,
                      32},
        SignatureCase{v1::JSON_WEB_KEY_CURVE_NAME_P384, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES384,
                      48},
        SignatureCase{v1::JSON_WEB_KEY_CURVE_NAME_P521, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES512,
                      64}}) {
    SCOPED_TRACE(v1::JsonWebKeySignatureAlgorithm_Name(c.alg));
    const std::string key =
        c.curve == kRsa ? "rsa" : absl::StrCat("ec-", static_cast<int>(c.curve));
    if (c.curve != kRsa) CreateEcKey(key, c.curve);
    const std::string digest(c.digest_bytes, '\x11');
    std::string other = digest;
    other[0] ^= 1;
    const std::string signature = Must(Sign(key, c.alg, digest));
    EXPECT_THAT(Verify(key, c.alg, digest, signature), IsOkAndHolds(true));
    EXPECT_THAT(Verify(key, c.alg, other, signature), IsOkAndHolds(false));
    EXPECT_THAT(Sign(key, c.alg, digest.substr(1)), ErrorCodeIs("BadParameter"));
  }
}

// Shows: Keys/Encrypt, Keys/Decrypt, Keys/WrapKey, Keys/UnwrapKey, Keys/Sign, Keys/Verify
TEST_F(KeyVaultTest, AttributesDecideAboutEachOperation) {
  Must(api().PutVault(kVault, {}).status());
  Must(api().CreateRsaKey(kVault, kKey).status());
  constexpr auto kAlg = v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256;
  const std::string wrapped = Must(Crypt("WrapKey", kAlg, "data"));
  v1::UpdateKeyRequest update;
  update.set_vault_name(kVault);
  update.set_key_name(kKey);
  *update.mutable_attributes()->mutable_exp() = ToProto(Now() + absl::Minutes(1));
  Must(api().UpdateKey(update).status());
  Advance(absl::Minutes(1));
  // What was protected can still be read, nothing new is protected.
  EXPECT_THAT(Crypt("WrapKey", kAlg, "data"), InnerCodeIs("KeyExpired"));
  EXPECT_THAT(Crypt("Encrypt", kAlg, "data"), InnerCodeIs("KeyExpired"));
  EXPECT_THAT(Crypt("UnwrapKey", kAlg, wrapped), IsOkAndHolds(std::string("data")));
  LAZULI_EXPECT_OK(api().GetKey(kVault, kKey));
  Must(api().EnableKey(kVault, kKey, false).status());
  EXPECT_THAT(Crypt("UnwrapKey", kAlg, wrapped), InnerCodeIs("KeyDisabled"));
  LAZULI_EXPECT_OK(api().GetKey(kVault, kKey));
}

TEST_F(KeyVaultTest, TheFirewallLooksAtAddresses) {
  Must(api().PutVault(kVault, {}).status());
  Must(api().CreateRsaKey(kVault, kKey).status());
  v1::VaultPatchProperties closed;
  closed.mutable_network_acls()->set_default_action("Deny");
  Must(api().UpdateVault(kVault, closed).status());
  const absl::Status refused = api().GetKey(kVault, kKey).status();
  EXPECT_THAT(refused, InnerCodeIs("ForbiddenByFirewall"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("127.0.0.1"));
  // Management is not behind the firewall.
  LAZULI_EXPECT_OK(api().GetVault(kVault));
  for (const auto& [rule, allowed] :
       {std::pair("192.0.2.1", false), std::pair("192.0.2.0/24", false),
        std::pair("127.0.0.0/8", true), std::pair("127.0.0.1", true)}) {
    v1::VaultPatchProperties open = closed;
    open.mutable_network_acls()->add_ip_rules()->set_value(rule);
    Must(api().UpdateVault(kVault, open).status());
    EXPECT_EQ(api().GetKey(kVault, kKey).ok(), allowed) << rule;
  }
  v1::VaultPatchProperties disabled;
  disabled.set_public_network_access("Disabled");
  Must(api().UpdateVault(kVault, disabled).status());
  EXPECT_THAT(api().GetKey(kVault, kKey), InnerCodeIs("ForbiddenByConnection"));
}

TEST_F(KeyVaultTest, ErrorsCarryCodeInnerCodeStatusAndTarget) {
  Must(api().PutVault(kVault, {}).status());
  Must(api().CreateRsaKey(kVault, kKey).status());
  Must(api().EnableKey(kVault, kKey, false).status());
  struct Expected {
    absl::Status status;
    std::string code;
    std::string inner_code;
    int http_status;
    std::string target;
  };
  v1::CreateKeyRequest bad_size;
  bad_size.set_vault_name(kVault);
  bad_size.set_key_name("other");
  bad_size.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  bad_size.set_key_size(1234);
  v1::CreateKeyRequest no_type = bad_size;
  no_type.clear_kty();
  v1::CreateKeyRequest bad_name = bad_size;
  bad_name.set_key_name("no_such-name!");
  v1::CreateKeyRequest symmetric = bad_size;
  symmetric.set_kty(v1::JSON_WEB_KEY_TYPE_OCT);
  for (const Expected& e : std::vector<Expected>{
           {api().GetKey(kVault, "missing").status(), "KeyNotFound", "", 404, ""},
           {api().GetKey("missing-vault", kKey).status(), "VaultNotFound", "", 404, ""},
           {Crypt("Encrypt", v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP, "x").status(),
            "Forbidden", "KeyDisabled", 403, ""},
           {api().CreateKey(bad_size).status(), "BadParameter", "", 400, "key_size"},
           {api().CreateKey(no_type).status(), "BadParameter", "", 400, "kty"},
           {api().CreateKey(bad_name).status(), "BadParameter", "", 400, "key_name"},
           {api().CreateKey(symmetric).status(), "BadParameter", "KeyTypeNotSupported", 400, "kty"},
           {api().PutVault("1-bad-name", {}).status(), "VaultNameNotValid", "", 400, "vaultName"},
           {api().GetVault("missing-vault").status(), "ResourceNotFound", "", 404, ""}}) {
    const ErrorInfo info = ErrorInfoOrDefault(e.status);
    EXPECT_EQ(info.code, e.code) << e.status;
    EXPECT_EQ(info.inner_code, e.inner_code) << e.status;
    EXPECT_EQ(info.http_status, e.http_status) << e.status;
    EXPECT_EQ(info.target, e.target) << e.status;
    EXPECT_FALSE(e.status.message().empty());
  }
}

}  // namespace
}  // namespace lazuli::emulator

#include "keyvault/service/vault_keys_service.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/access_control.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault_input.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class VaultKeysServiceTest : public testing::Test {
 protected:
  VaultKeysServiceTest() : vault_(env_.CreateVault("kv1")) {}

  template <typename Request>
  static Request In(const std::string& vault) {
    Request request;
    request.set_subscription_id(kTestSubscription);
    request.set_resource_group_name("RG");
    request.set_vault_name(vault);
    return request;
  }
  static v1::CreateVaultKeyRequest Creation(const std::string& name) {
    auto request = In<v1::CreateVaultKeyRequest>("kv1");
    request.set_key_name(name);
    v1::VaultKeyProperties* const properties = request.mutable_parameters()->mutable_properties();
    properties->set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    properties->set_curve_name(v1::JSON_WEB_KEY_CURVE_NAME_P384);
    return request;
  }
  absl::Status Create(const v1::CreateVaultKeyRequest& request, v1::VaultKey* key) {
    return service_.CreateVaultKeyIfNotExist(env_.Context(), request, key);
  }

  TestEnvironment env_;
  FakeRoleChecker roles_;
  AccessControl access_{&env_.registry(), &roles_};
  crypto::KeyPool pool_{0};
  KeysService keys_{&env_.registry(), &access_, &env_.engine(), &pool_};
  VaultKeysService service_{&env_.registry(), &keys_};
  VaultPtr vault_;
};

// Shows: VaultKeys/CreateVaultKeyIfNotExist
TEST_F(VaultKeysServiceTest, AKeyIsMadeOnceAndNeverChanged) {
  auto request = Creation("k1");
  (*request.mutable_parameters()->mutable_tags()->mutable_values())["a"] = "1";
  request.mutable_parameters()->mutable_properties()->mutable_attributes()->set_enabled(false);
  v1::VaultKey made;
  LAZULI_ASSERT_OK(Create(request, &made));
  EXPECT_THAT(made.id(),
              EndsWith("/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv1/keys/k1"));
  EXPECT_EQ(made.type(), "Microsoft.KeyVault/vaults/keys");
  EXPECT_EQ(made.location(), kTestLocation);
  EXPECT_EQ(made.tags().at("a"), "1");
  const v1::VaultKeyProperties& properties = made.properties();
  EXPECT_EQ(properties.kty(), v1::JSON_WEB_KEY_TYPE_EC);
  EXPECT_EQ(properties.curve_name(), v1::JSON_WEB_KEY_CURVE_NAME_P384);
  EXPECT_FALSE(properties.has_key_size());
  EXPECT_FALSE(properties.attributes().enabled());
  EXPECT_EQ(properties.attributes().recovery_level(), "Recoverable+Purgeable");
  EXPECT_EQ(properties.key_uri(), "https://kv1.vault.azure.net/keys/k1");
  EXPECT_THAT(properties.key_uri_with_version(), HasSubstr("/keys/k1/"));

  auto another = In<v1::CreateVaultKeyRequest>("kv1");
  another.set_key_name("K1");
  another.mutable_parameters()->mutable_properties()->set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  v1::VaultKey same;
  LAZULI_ASSERT_OK(Create(another, &same));
  EXPECT_EQ(same.SerializeAsString(), made.SerializeAsString());
  EXPECT_EQ(vault_->ListKeyVersions("k1", "", 9)->items.size(), 1u);
}

// As when the data plane makes the key after it was looked up and before it is made here.
TEST_F(VaultKeysServiceTest, AKeyThatWasMadeMeanwhileIsNotChanged) {
  const KeyVersionPtr meanwhile = env_.AddKey(vault_.get(), "k1");
  v1::CreateKeyRequest request;
  request.set_vault_name("kv1");
  request.set_key_name("K1");
  request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  request.set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P384);
  v1::KeyBundle bundle;
  LAZULI_ASSERT_OK_AND_ASSIGN(const bool made,
                              keys_.CreateKeyIfNotExist(env_.Context(), request, &bundle));
  EXPECT_FALSE(made);
  EXPECT_EQ(bundle.key().kid(), meanwhile->kid);
  EXPECT_EQ(vault_->ListKeyVersions("k1", "", 9)->items.size(), 1u);
  // The data plane itself makes another version.
  LAZULI_ASSERT_OK(keys_.CreateKey(env_.Context(), request, &bundle));
  EXPECT_EQ(vault_->ListKeyVersions("k1", "", 9)->items.size(), 2u);
}

TEST_F(VaultKeysServiceTest, AKeyComesWithItsRotationPolicy) {
  auto request = Creation("k1");
  v1::KeyRotationPolicy* const policy =
      request.mutable_parameters()->mutable_properties()->mutable_rotation_policy();
  policy->mutable_attributes()->set_expiry_time("P1Y");
  v1::KeyRotationPolicy::LifetimeAction* const action = policy->add_lifetime_actions();
  action->mutable_trigger()->set_time_before_expiry("P30D");
  action->mutable_action()->set_type("rotate");
  v1::VaultKey made;
  LAZULI_ASSERT_OK(Create(request, &made));
  const v1::KeyRotationPolicy& shown = made.properties().rotation_policy();
  EXPECT_FALSE(shown.has_id());
  EXPECT_EQ(shown.attributes().expiry_time(), "P1Y");
  ASSERT_GE(shown.lifetime_actions_size(), 1);
  EXPECT_EQ(shown.lifetime_actions(0).action().type(), "rotate");
  EXPECT_NE((*vault_->FindRotationPolicy("k1")), nullptr);

  // A key that is there keeps its own, or goes without.
  made.Clear();
  LAZULI_ASSERT_OK(Create(Creation("plain"), &made));
  EXPECT_FALSE(made.properties().has_rotation_policy());
  request.set_key_name("plain");
  made.Clear();
  LAZULI_ASSERT_OK(Create(request, &made));
  EXPECT_FALSE(made.properties().has_rotation_policy());

  // With a policy that is none there is no key either.
  request.set_key_name("k2");
  action->mutable_trigger()->set_time_before_expiry("soon");
  EXPECT_THAT(Create(request, &made), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(vault_->FindKey("k2", "").status(), ErrorCodeIs("KeyNotFound"));
}

TEST_F(VaultKeysServiceTest, AKeyComesWithItsReleasePolicy) {
  VaultInput premium = TestEnvironment::Input();
  premium.sku_name = "premium";
  env_.CreateVault("kv2", premium);
  auto request = Creation("k1");
  request.set_vault_name("kv2");
  v1::VaultKeyProperties* const properties = request.mutable_parameters()->mutable_properties();
  properties->set_kty(v1::JSON_WEB_KEY_TYPE_EC_HSM);
  properties->mutable_release_policy()->set_data(
      R"({"anyOf":[{"allOf":[{"claim":"a","equals":"b"}],"authority":"https://a.example"}],)"
      R"("version":"1.0.0"})");
  v1::VaultKey made;
  // One goes with the other.
  EXPECT_THAT(Create(request, &made), ErrorCodeIs("BadParameter"));
  properties->mutable_attributes()->set_exportable(true);
  LAZULI_ASSERT_OK(Create(request, &made));
  const v1::KeyReleasePolicy& shown = made.properties().release_policy();
  EXPECT_EQ(shown.content_type(), "application/json; charset=utf-8");
  EXPECT_THAT(shown.data(), HasSubstr("https://a.example"));
  EXPECT_FALSE(shown.has_immutable());
  EXPECT_TRUE(made.properties().attributes().exportable());
}

TEST_F(VaultKeysServiceTest, AnRsaKeyTellsItsSize) {
  auto request = In<v1::CreateVaultKeyRequest>("kv1");
  request.set_key_name("rsa");
  v1::VaultKeyProperties* const properties = request.mutable_parameters()->mutable_properties();
  properties->set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  properties->mutable_key_ops()->add_values(v1::JSON_WEB_KEY_OPERATION_SIGN);
  v1::VaultKey key;
  LAZULI_ASSERT_OK(Create(request, &key));
  EXPECT_EQ(key.properties().key_size(), 2048);
  EXPECT_EQ(key.properties().key_ops().values_size(), 1);
  EXPECT_FALSE(key.properties().has_curve_name());
}

TEST_F(VaultKeysServiceTest, TheDataPlanesRulesHold) {
  v1::VaultKey key;
  auto request = Creation("k_1");
  EXPECT_THAT(Create(request, &key), ErrorCodeIs("BadParameter"));
  // Only a key that is not there is created.
  request.mutable_parameters()->mutable_properties()->clear_kty();
  EXPECT_THAT(Create(request, &key), ErrorCodeIs("BadParameter"));
  request.set_key_name("k1");
  EXPECT_THAT(Create(request, &key), ErrorCodeIs("BadRequest"));
  request = Creation("k1");
  request.mutable_parameters()->mutable_properties()->set_key_size(2048);
  EXPECT_THAT(Create(request, &key), ErrorCodeIs("BadParameter"));
  request = Creation("k1");
  request.set_vault_name("other");
  EXPECT_THAT(Create(request, &key), ErrorCodeIs("ResourceNotFound"));

  LAZULI_ASSERT_OK(Create(Creation("k1"), &key));
  LAZULI_ASSERT_OK(vault_->DeleteKey(env_.now(), "k1").status());
  EXPECT_THAT(Create(Creation("k1"), &key), ErrorCodeIs("Conflict"));
  // Nothing is left behind that would make a later call wait.
  EXPECT_THAT(Create(Creation("k1"), &key), ErrorCodeIs("Conflict"));
}

// Shows: VaultKeys/GetVaultKey, VaultKeys/ListVaultKeys, VaultKeys/GetVaultKeyVersion,
// VaultKeys/ListVaultKeyVersions
TEST_F(VaultKeysServiceTest, KeysAndVersionsAreListedAndRead) {
  for (int i = 0; i < 27; ++i) env_.AddKey(vault_.get(), absl::StrCat("key-", 10 + i));
  const KeyVersionPtr latest = env_.AddKey(vault_.get(), "key-10");
  auto list = In<v1::ListVaultKeysRequest>("kv1");
  v1::ListVaultKeysResponse page;
  LAZULI_ASSERT_OK(service_.ListVaultKeys(env_.Context(), list, &page));
  ASSERT_EQ(page.value_size(), 25);
  EXPECT_EQ(page.value(0).name(), "key-10");
  EXPECT_EQ(page.value(0).properties().key_uri_with_version(), latest->kid);
  list.set_skip_token(page.next_link());
  v1::ListVaultKeysResponse rest;
  LAZULI_ASSERT_OK(service_.ListVaultKeys(env_.Context(), list, &rest));
  EXPECT_EQ(rest.value_size(), 2);
  EXPECT_FALSE(rest.has_next_link());

  auto of_one = In<v1::ListVaultKeyVersionsRequest>("kv1");
  of_one.set_key_name("key-10");
  v1::ListVaultKeysResponse versions;
  LAZULI_ASSERT_OK(service_.ListVaultKeyVersions(env_.Context(), of_one, &versions));
  ASSERT_EQ(versions.value_size(), 2);
  EXPECT_EQ(versions.value(0).type(), "Microsoft.KeyVault/vaults/keys/versions");

  auto get = In<v1::VaultKeyVersionRequest>("kv1");
  get.set_key_name("key-10");
  get.set_version(latest->version);
  v1::VaultKey version;
  LAZULI_ASSERT_OK(service_.GetVaultKeyVersion(env_.Context(), get, &version));
  EXPECT_EQ(version.name(), latest->version);
  EXPECT_THAT(version.id(), EndsWith(absl::StrCat("/keys/key-10/versions/", latest->version)));
  get.set_version("latest");
  EXPECT_THAT(service_.GetVaultKeyVersion(env_.Context(), get, &version),
              ErrorCodeIs("BadParameter"));
  auto missing = In<v1::VaultKeyRequest>("kv1");
  missing.set_key_name("none");
  EXPECT_THAT(service_.GetVaultKey(env_.Context(), missing, &version), ErrorCodeIs("KeyNotFound"));
}

}  // namespace
}  // namespace lazuli::keyvault

// What a key must be, and what an account must have, before the key may protect the account: each
// refusal has an error of its own, and leaves everything as it was.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/identity.pb.h"
#include "proto/resources.pb.h"
#include "proto/time.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

constexpr char kBadKey[] = "bad-key";
constexpr char kOtherVault[] = "other-vault";
constexpr char kOtherTenant[] = "55555555-5555-5555-5555-555555555555";
constexpr char kOtherSubscription[] = "66666666-6666-6666-6666-666666666666";
constexpr char kOwner[] = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

// What a refused change answers.
struct Refusal {
  std::string code;
  // Of the details; empty: not looked at.
  std::string reason;
  std::string property_path;
  std::string inner_code;
};

// One precondition: makes everything but it hold, and answers the identifier that is then refused.
struct Precondition {
  std::string name;
  std::function<std::string(Scene&)> arrange;
  Refusal refusal;
};

void PrintTo(const Precondition& precondition, std::ostream* os) { *os << precondition.name; }

std::string DetailOf(const absl::Status& status, const std::string& code) {
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    if (detail.code == code) return detail.message;
  }
  return "";
}

void ExpectRefusal(const absl::Status& status, const Refusal& expected) {
  EXPECT_THAT(status, ErrorCodeIs(expected.code));
  EXPECT_THAT(status, InnerCodeIs(expected.inner_code));
  const ErrorInfo info = ErrorInfoOrDefault(status);
  EXPECT_EQ(info.http_status, expected.code == "OperationInvalidForCurrentState" ? 409 : 400);
  EXPECT_EQ(info.target, "BatchAccount");
  EXPECT_THAT(DetailOf(status, "Reason"), HasSubstr(expected.reason)) << status;
  if (!expected.property_path.empty()) {
    EXPECT_EQ(DetailOf(status, "PropertyPath"), expected.property_path) << status;
  }
}

// What an account needs of its key.
std::vector<std::string> Needed() { return {"get", "wrapKey", "unwrapKey"}; }

constexpr char kIdentifierPath[] = "properties.encryption.keyVaultProperties.keyIdentifier";

std::string CreateKey(Scene& scene, v1::CreateKeyRequest request) {
  if (!request.has_vault_name()) request.set_vault_name(Scene::kVault);
  request.set_key_name(kBadKey);
  if (!request.has_kty()) request.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  return Must(scene.api().CreateKey(request)).key().kid();
}

std::string CreateKeyWith(Scene& scene, const std::vector<v1::JsonWebKeyOperation>& operations) {
  v1::CreateKeyRequest request;
  for (const v1::JsonWebKeyOperation operation : operations)
    request.mutable_key_ops()->add_values(operation);
  return CreateKey(scene, request);
}

std::string CreateEcKey(Scene& scene, v1::JsonWebKeyCurveName curve) {
  v1::CreateKeyRequest request;
  request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  request.set_crv(curve);
  return CreateKey(scene, request);
}

std::string CreateDeletedKey(Scene& scene) {
  const std::string kid = CreateKey(scene, {});
  Must(scene.api().DeleteKey(Scene::kVault, kBadKey).status());
  return kid;
}

// A good key in a vault of its own, to which the account has access.
std::string CreateKeyInOtherVault(Scene& scene, const Api::VaultSpec& spec) {
  Must(scene.api().PutVault(kOtherVault, spec).status());
  Must(scene.api().ChangePolicy(kOtherVault, "add", scene.principal_id(), Needed()));
  return Must(scene.api().CreateRsaKey(kOtherVault, kBadKey)).key().kid();
}

// Access to the other vault is what is missing.
std::string CreateKeyWithPermissions(Scene& scene, const std::vector<std::string>& permissions) {
  const std::string kid = CreateKeyInOtherVault(scene, {});
  if (permissions.empty()) {
    Must(scene.api().ChangePolicy(kOtherVault, "remove", scene.principal_id(), Needed()));
  } else {
    Must(scene.api().ChangePolicy(kOtherVault, "replace", scene.principal_id(), permissions));
  }
  return kid;
}

// A vault of another tenant, made by that tenant's own administrator.
std::string CreateVaultInOtherTenant(Scene& scene) {
  v1::CreateTenantRequest tenant;
  tenant.set_tenant_id(kOtherTenant);
  Must(scene.api().Call<v1::Tenant>("Directory/CreateTenant", tenant).status());
  v1::CreateSubscriptionRequest subscription;
  subscription.set_subscription_id(kOtherSubscription);
  subscription.set_tenant_id(kOtherTenant);
  Must(scene.api()
           .Call<v1::Subscription>("Subscriptions/CreateSubscription", subscription)
           .status());
  v1::CreateServicePrincipalRequest principal;
  principal.set_tenant_id(kOtherTenant);
  principal.set_display_name("other-administrator");
  const std::string object_id = Must(scene.api().Call<v1::CreateServicePrincipalResponse>(
                                         "Directory/CreateServicePrincipal", principal))
                                    .principal()
                                    .object_id();
  Must(scene.api()
           .AssignRole(absl::StrCat("/subscriptions/", kOtherSubscription),
                       "0b000000-0000-0000-0000-000000000001", kOwner, object_id)
           .status());
  const std::unique_ptr<GrpcClient> client = scene.server().ConnectAs(object_id);
  Api other(client.get(), kTestGroup);
  v1::CreateOrUpdateResourceGroupRequest group;
  group.set_subscription_id(kOtherSubscription);
  group.set_resource_group_name(kTestGroup);
  group.mutable_parameters()->set_location("westus2");
  Must(other.Call<v1::ResourceGroup>("ResourceGroups/CreateOrUpdateResourceGroup", group).status());
  v1::CreateOrUpdateVaultRequest vault;
  vault.set_subscription_id(kOtherSubscription);
  vault.set_resource_group_name(kTestGroup);
  vault.set_vault_name(kOtherVault);
  vault.mutable_parameters()->set_location("westus2");
  v1::VaultProperties& properties = *vault.mutable_parameters()->mutable_properties();
  properties.set_tenant_id(kOtherTenant);
  properties.mutable_sku()->set_name("standard");
  properties.set_enable_purge_protection(true);
  v1::AccessPolicyEntry& policy = *properties.mutable_access_policies()->add_values();
  policy.set_tenant_id(kOtherTenant);
  policy.set_object_id(object_id);
  policy.mutable_permissions()->add_keys("all");
  Must(other.Call<v1::Vault>("Vaults/CreateOrUpdateVault", vault).status());
  return Must(other.CreateRsaKey(kOtherVault, kBadKey)).key().kid();
}

std::string CreateDisabledKey(Scene& scene) {
  v1::CreateKeyRequest request;
  request.mutable_attributes()->set_enabled(false);
  return CreateKey(scene, request);
}

std::string CreateExpiringKey(Scene& scene) {
  v1::CreateKeyRequest request;
  *request.mutable_attributes()->mutable_exp() = ToProto(scene.Now() + absl::Minutes(1));
  const std::string kid = CreateKey(scene, request);
  scene.Advance(absl::Minutes(1));
  return kid;
}

std::string CreateFutureKey(Scene& scene) {
  v1::CreateKeyRequest request;
  *request.mutable_attributes()->mutable_nbf() = ToProto(scene.Now() + absl::Minutes(1));
  return CreateKey(scene, request);
}

std::string CreateKeyBehindFirewall(Scene& scene) {
  const std::string kid = CreateKeyInOtherVault(scene, {});
  v1::VaultPatchProperties closed;
  closed.mutable_network_acls()->set_default_action("Deny");
  closed.mutable_network_acls()->set_bypass("None");
  Must(scene.api().UpdateVault(kOtherVault, closed).status());
  return kid;
}

std::function<std::string(Scene&)> Identifier(const std::string& identifier) {
  return [identifier](Scene&) { return identifier; };
}

std::vector<Precondition> Preconditions() {
  constexpr auto kWrap = v1::JSON_WEB_KEY_OPERATION_WRAP_KEY;
  constexpr auto kUnwrap = v1::JSON_WEB_KEY_OPERATION_UNWRAP_KEY;
  const auto path = [](const std::string& reason) {
    return Refusal{"InvalidPropertyValue", reason, kIdentifierPath, ""};
  };
  const auto reference = [](const std::string& reason, const std::string& inner_code = "") {
    return Refusal{"InvalidKeyVaultReference", reason, "", inner_code};
  };
  const auto with_permissions = [](std::vector<std::string> permissions) {
    return [permissions](Scene& scene) { return CreateKeyWithPermissions(scene, permissions); };
  };
  return {
      {"NoUrl", Identifier("batch-key"), path("")},
      {"NoKeyUrl", Identifier("https://scene-vault.vault.azure.net/secrets/batch-key"), path("")},
      {"NoVaultHost", Identifier("https://example.com/keys/batch-key"), path("")},
      {"VaultMissing", Identifier("https://no-such-vault.vault.azure.net/keys/batch-key"),
       reference("no-such-vault")},
      {"OtherTenant", CreateVaultInOtherTenant, reference("tenant")},
      {"NoSoftDelete",
       [](Scene& scene) {
         Api::VaultSpec spec;
         spec.purge_protection = false;
         spec.soft_delete = false;
         return CreateKeyInOtherVault(scene, spec);
       },
       reference("soft delete")},
      {"NoPurgeProtection",
       [](Scene& scene) {
         Api::VaultSpec spec;
         spec.purge_protection = false;
         return CreateKeyInOtherVault(scene, spec);
       },
       reference("purge protection")},
      {"NoPolicy", with_permissions({}), reference("AccessDenied", "AccessDenied")},
      {"NoGet", with_permissions({"wrapKey", "unwrapKey"}),
       reference("keys get permission", "ForbiddenByPolicy")},
      {"NoWrapKey", with_permissions({"get", "unwrapKey"}),
       reference("keys wrapKey permission", "ForbiddenByPolicy")},
      {"NoUnwrapKey", with_permissions({"get", "wrapKey"}),
       reference("keys unwrapKey permission", "ForbiddenByPolicy")},
      {"NoRole",
       [](Scene& scene) {
         Api::VaultSpec spec;
         spec.rbac = true;
         return CreateKeyInOtherVault(scene, spec);
       },
       reference("ForbiddenByRbac", "ForbiddenByRbac")},
      {"Firewall", CreateKeyBehindFirewall, reference("firewall", "ForbiddenByFirewall")},
      {"EcKey", [](Scene& scene) { return CreateEcKey(scene, v1::JSON_WEB_KEY_CURVE_NAME_P256); },
       path("'EC'")},
      {"LargeEcKey",
       [](Scene& scene) { return CreateEcKey(scene, v1::JSON_WEB_KEY_CURVE_NAME_P521); },
       path("'EC'")},
      {"KeyWithoutWrapKey", [=](Scene& scene) { return CreateKeyWith(scene, {kUnwrap}); },
       path("'wrapKey'")},
      {"KeyWithoutUnwrapKey", [=](Scene& scene) { return CreateKeyWith(scene, {kWrap}); },
       path("'unwrapKey'")},
      {"KeyDisabled", CreateDisabledKey, reference("disabled", "KeyDisabled")},
      {"KeyExpired", CreateExpiringKey, reference("expired", "KeyExpired")},
      {"KeyNotYetValid", CreateFutureKey, reference("before", "KeyNotYetValid")},
      {"KeyDeleted", CreateDeletedKey, reference("deleted", "KeyNotFound")},
      {"KeyMissing", Identifier("https://scene-vault.vault.azure.net/keys/no-such-key"),
       reference("KeyNotFound", "KeyNotFound")},
      {"VersionMissing",
       Identifier(
           "https://scene-vault.vault.azure.net/keys/batch-key/0123456789abcdef0123456789abcdef"),
       reference("KeyNotFound", "KeyNotFound")},
  };
}

ServerOptions PreconditionOptions() {
  ServerOptions options = TestOptions();
  options.allow_vaults_without_soft_delete = true;
  return options;
}

class EncryptionPreconditionTest : public testing::TestWithParam<Precondition> {};

// RBAC vaults need a role even of their administrator.
void LetAdministratorUse(Scene& scene) {
  Must(scene.api()
           .AssignRole("/", "0b000000-0000-0000-0000-000000000009",
                       "00482a5a-887f-4fb3-b363-3b7fe8e74483", std::string(kAdminObjectId))
           .status());
}

TEST_P(EncryptionPreconditionTest, IsRefusedAndChangesNothing) {
  Scene scene({.user_assigned = true}, PreconditionOptions());
  LetAdministratorUse(scene);
  const std::string identifier = GetParam().arrange(scene);
  // Once to take the place of a key that works, once to begin with.
  for (const bool from_platform : {false, true}) {
    if (from_platform) Must(scene.api().SetPlatformKey(Scene::kAccount).status());
    const std::string account = Must(scene.api().GetAccount(Scene::kAccount)).SerializeAsString();
    const std::string access = scene.Access().SerializeAsString();
    const uint64_t before = scene.server().LastSequence();

    const absl::Status refused = scene.api().SetCustomerKey(Scene::kAccount, identifier).status();
    ExpectRefusal(refused, GetParam().refusal);

    EXPECT_EQ(Must(scene.api().GetAccount(Scene::kAccount)).SerializeAsString(), account);
    EXPECT_EQ(scene.Access().SerializeAsString(), access);
    EXPECT_EQ(scene.server().LastSequence(), before);
    EXPECT_EQ(scene.TasksByState(), "2 active, 2 running");
  }

  // The same holds for an account that is created with the key, and then there is none.
  const std::string identity = Must(scene.api().PutIdentity(Scene::kIdentity)).id();
  const uint64_t before = scene.server().LastSequence();
  ExpectRefusal(scene.api().PutAccount("newaccount", identity, identifier).status(),
                GetParam().refusal);
  EXPECT_THAT(scene.api().GetAccount("newaccount"), ErrorCodeIs("ResourceNotFound"));
  EXPECT_EQ(scene.server().LastSequence(), before);
  // Its name is still free.
  LAZULI_EXPECT_OK(scene.api().PutAccount("newaccount", identity, scene.first_kid()));
}

INSTANTIATE_TEST_SUITE_P(Each, EncryptionPreconditionTest, testing::ValuesIn(Preconditions()),
                         [](const testing::TestParamInfo<Precondition>& info) {
                           return info.param.name;
                         });

v1::UpdateBatchAccountRequest Update(const std::string& account) {
  v1::UpdateBatchAccountRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(kTestGroup);
  request.set_account_name(account);
  return request;
}

TEST(EncryptionRequestTest, NeedsTheKeysPropertiesAndIdentifier) {
  Scene scene;
  v1::UpdateBatchAccountRequest request = Update(Scene::kAccount);
  v1::EncryptionProperties& encryption =
      *request.mutable_parameters()->mutable_properties()->mutable_encryption();
  encryption.set_key_source(v1::KEY_SOURCE_MICROSOFT_KEY_VAULT);
  const std::string account = Must(scene.api().GetAccount(Scene::kAccount)).SerializeAsString();
  const std::string properties_path = "properties.encryption.keyVaultProperties";
  ExpectRefusal(
      scene.api().Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", request).status(),
      {"MissingRequiredProperty", "", properties_path, ""});
  encryption.mutable_key_vault_properties();
  ExpectRefusal(
      scene.api().Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", request).status(),
      {"MissingRequiredProperty", "", kIdentifierPath, ""});
  EXPECT_EQ(Must(scene.api().GetAccount(Scene::kAccount)).SerializeAsString(), account);
}

// Creates an account of this identity type, with or without a customer's key.
absl::Status CreateAccount(Scene& scene, const std::string& name, v1::ResourceIdentityType type,
                           const std::string& key_identifier) {
  v1::CreateBatchAccountRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(kTestGroup);
  request.set_account_name(name);
  request.mutable_parameters()->set_location("westus2");
  request.mutable_parameters()->mutable_identity()->set_type(type);
  if (!key_identifier.empty()) {
    v1::EncryptionProperties& encryption =
        *request.mutable_parameters()->mutable_properties()->mutable_encryption();
    encryption.set_key_source(v1::KEY_SOURCE_MICROSOFT_KEY_VAULT);
    encryption.mutable_key_vault_properties()->set_key_identifier(key_identifier);
  }
  return scene.api().Call<v1::BatchAccount>("BatchAccounts/CreateBatchAccount", request).status();
}

int PrincipalCount(Scene& scene) {
  return Must(scene.api().Call<v1::ListPrincipalsResponse>("Directory/ListPrincipals",
                                                           v1::ListPrincipalsRequest()))
      .value_size();
}

TEST(EncryptionIdentityTest, CreationWithAKeyNeedsAnIdentityThatHasAccessAlready) {
  Scene scene;
  const int principals = PrincipalCount(scene);
  for (const v1::ResourceIdentityType type :
       {v1::RESOURCE_IDENTITY_TYPE_NONE, v1::RESOURCE_IDENTITY_TYPE_SYSTEM_ASSIGNED}) {
    ExpectRefusal(CreateAccount(scene, "newaccount", type, scene.first_kid()),
                  {"InvalidPropertyValue", "identity", kIdentifierPath, ""});
    EXPECT_THAT(scene.api().GetAccount("newaccount"), ErrorCodeIs("ResourceNotFound"));
  }
  EXPECT_EQ(PrincipalCount(scene), principals);
}

TEST(EncryptionIdentityTest, AnAccountThatWasCreatedWithoutAnIdentityIsTooOld) {
  Scene scene;
  LAZULI_ASSERT_OK(CreateAccount(scene, "oldaccount", v1::RESOURCE_IDENTITY_TYPE_NONE, ""));
  ExpectRefusal(scene.api().SetCustomerKey("oldaccount", scene.first_kid()).status(),
                {"OperationInvalidForCurrentState", "new accounts", "", ""});
  // An identity that it gets later does not make it new.
  v1::UpdateBatchAccountRequest request = Update("oldaccount");
  request.mutable_parameters()->mutable_identity()->set_type(
      v1::RESOURCE_IDENTITY_TYPE_SYSTEM_ASSIGNED);
  const auto updated =
      scene.api().Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", request);
  LAZULI_ASSERT_OK(updated);
  LAZULI_ASSERT_OK(
      scene.api().ChangePolicy(Scene::kVault, "add", updated->identity().principal_id(), Needed()));
  ExpectRefusal(scene.api().SetCustomerKey("oldaccount", scene.first_kid()).status(),
                {"OperationInvalidForCurrentState", "new accounts", "", ""});
}

TEST(EncryptionIdentityTest, ASwitchAllowsAnyAccountThatHasAnIdentity) {
  ServerOptions options = TestOptions();
  options.allow_cmk_on_any_account = true;
  Scene scene({}, options);
  LAZULI_ASSERT_OK(CreateAccount(scene, "oldaccount", v1::RESOURCE_IDENTITY_TYPE_NONE, ""));
  ExpectRefusal(scene.api().SetCustomerKey("oldaccount", scene.first_kid()).status(),
                {"InvalidPropertyValue", "managed identity", kIdentifierPath, ""});
  v1::UpdateBatchAccountRequest request = Update("oldaccount");
  request.mutable_parameters()->mutable_identity()->set_type(
      v1::RESOURCE_IDENTITY_TYPE_SYSTEM_ASSIGNED);
  const auto updated =
      scene.api().Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", request);
  LAZULI_ASSERT_OK(updated);
  LAZULI_ASSERT_OK(
      scene.api().ChangePolicy(Scene::kVault, "add", updated->identity().principal_id(), Needed()));
  LAZULI_EXPECT_OK(scene.api().SetCustomerKey("oldaccount", scene.first_kid()));
}

TEST(EncryptionIdentityTest, TheIdentityStaysWhileTheKeyIsOn) {
  Scene scene;
  const std::string account = Must(scene.api().GetAccount(Scene::kAccount)).SerializeAsString();
  v1::UpdateBatchAccountRequest none = Update(Scene::kAccount);
  none.mutable_parameters()->mutable_identity()->set_type(v1::RESOURCE_IDENTITY_TYPE_NONE);
  ExpectRefusal(
      scene.api().Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", none).status(),
      {"InvalidPropertyValue", "identity", "identity.type", ""});
  // Nor may one take its place that has no access.
  const std::string identity = Must(scene.api().PutIdentity("stranger")).id();
  v1::UpdateBatchAccountRequest stranger = Update(Scene::kAccount);
  v1::BatchAccountIdentity& wanted = *stranger.mutable_parameters()->mutable_identity();
  wanted.set_type(v1::RESOURCE_IDENTITY_TYPE_USER_ASSIGNED);
  (*wanted.mutable_user_assigned_identities())[identity];
  ExpectRefusal(
      scene.api().Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", stranger).status(),
      {"InvalidKeyVaultReference", "AccessDenied", "", "AccessDenied"});
  EXPECT_EQ(Must(scene.api().GetAccount(Scene::kAccount)).SerializeAsString(), account);
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);

  // With access it may, and then the account hangs on its rights.
  LAZULI_ASSERT_OK(scene.api().ChangePolicy(
      Scene::kVault, "add", Must(scene.api().PutIdentity("stranger")).properties().principal_id(),
      Needed()));
  LAZULI_ASSERT_OK(
      scene.api().Call<v1::BatchAccount>("BatchAccounts/UpdateBatchAccount", stranger));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  LAZULI_ASSERT_OK(
      scene.api().ChangePolicy(Scene::kVault, "remove", scene.principal_id(), Needed()));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  LAZULI_ASSERT_OK(scene.api().DeleteIdentity("stranger"));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
}

// The vault may lie in another resource group and in another subscription of the tenant.
TEST(EncryptionVaultTest, MayLieInAnotherGroup) {
  Scene scene({.nodes = 0});
  Api other(&scene.server().admin(), "another-group");
  LAZULI_ASSERT_OK(other.PutResourceGroup());
  LAZULI_ASSERT_OK(other.PutVault(kOtherVault, {}));
  LAZULI_ASSERT_OK(other.ChangePolicy(kOtherVault, "add", scene.principal_id(), Needed()));
  const std::string kid = Must(other.CreateRsaKey(kOtherVault, "key")).key().kid();
  LAZULI_EXPECT_OK(scene.api().SetCustomerKey(Scene::kAccount, kid));
  EXPECT_EQ(scene.Access().key_identifier(), kid);
}

}  // namespace
}  // namespace lazuli::emulator

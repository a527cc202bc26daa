#include "keyvault/access_control.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/access_decision.h"
#include "keyvault/access_policy.h"
#include "keyvault/permission.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::HasSubstr;

constexpr char kWrapAction[] = "Microsoft.KeyVault/vaults/keys/wrap/action";
constexpr char kReadAction[] = "Microsoft.KeyVault/vaults/keys/read";

AccessQuestion KeyQuestion(absl::string_view permission, absl::string_view data_action = "",
                           absl::string_view key = "k") {
  return {.vault_name = "kv1",
          .kind = PermissionKind::kKeys,
          .object_name = key,
          .permission = permission,
          .data_action = data_action};
}

class AccessControlTest : public testing::Test {
 protected:
  // "" when allowed, else the inner code or, where there is none, the code.
  std::string Refusal(const CallContext& context, absl::string_view permission,
                      absl::string_view data_action = "", absl::string_view key = "k") {
    const absl::Status status =
        access_.Authorize(context, KeyQuestion(permission, data_action, key));
    if (status.ok()) return "";
    const ErrorInfo info = ErrorInfoOrDefault(status);
    return info.inner_code.empty() ? info.code : info.inner_code;
  }

  void CreateVault(std::vector<std::string> verbs) {
    VaultInput input = TestEnvironment::Input();
    input.access_policies = {TestEnvironment::Policy(kTestObject, std::move(verbs))};
    env_.CreateVault("kv1", input);
  }

  void CreateRoleVault() {
    VaultInput input = TestEnvironment::Input();
    // Ignored where roles decide.
    input.access_policies = {TestEnvironment::Policy(kTestObject, {"all", "purge"})};
    input.rbac_authorization = true;
    env_.CreateVault("kv1", input);
  }

  TestEnvironment env_;
  FakeRoleChecker roles_;
  AccessControl access_{&env_.registry(), &roles_};
};

TEST_F(AccessControlTest, APolicyGrantsTheVerbsItNames) {
  for (const Permission granted : PermissionsOf(PermissionKind::kKeys)) {
    TestEnvironment env;
    VaultInput input = TestEnvironment::Input();
    const absl::string_view verb = PermissionName(granted);
    input.access_policies = {TestEnvironment::Policy(kTestObject, {std::string(verb)})};
    env.CreateVault("kv1", input);
    const AccessControl access(&env.registry(), &roles_);
    for (const Permission asked : PermissionsOf(PermissionKind::kKeys)) {
      const absl::Status status =
          access.Authorize(env.Context(), KeyQuestion(PermissionName(asked)));
      EXPECT_EQ(status.ok(), asked == granted) << verb << " " << PermissionName(asked);
    }
  }
}

TEST_F(AccessControlTest, EachKindOfObjectHasPermissionsOfItsOwn) {
  VaultInput input = TestEnvironment::Input();
  AccessPolicy policy = TestEnvironment::Policy(kTestObject, {"sign"});
  policy.secrets = {"get"};
  policy.certificates = {"list"};
  input.access_policies = {policy};
  env_.CreateVault("kv1", input);
  constexpr PermissionKind kKinds[] = {PermissionKind::kKeys, PermissionKind::kSecrets,
                                       PermissionKind::kCertificates};
  for (const PermissionKind kind : kKinds) {
    for (const Permission permission : PermissionsOf(kind)) {
      const bool granted =
          (kind == PermissionKind::kKeys && permission == Permission::kSign) ||
          (kind == PermissionKind::kSecrets && permission == Permission::kGet) ||
          (kind == PermissionKind::kCertificates && permission == Permission::kList);
      AccessQuestion question = KeyQuestion(PermissionName(permission));
      question.kind = kind;
      EXPECT_EQ(access_.Authorize(env_.Context(), question).ok(), granted)
          << PermissionKindName(kind) << " " << PermissionName(permission);
    }
  }
  AccessQuestion question = KeyQuestion("set");
  question.kind = PermissionKind::kSecrets;
  EXPECT_THAT(access_.Authorize(env_.Context(), question),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("does not have secrets set permission on key vault 'kv1;")));
}

TEST_F(AccessControlTest, RolesAreAskedAtTheObjectOfItsKind) {
  CreateRoleVault();
  const std::string vault = VaultArmId(TestEnvironment::Address("kv1"));
  const auto ask = [this](PermissionKind kind) {
    AccessQuestion question = KeyQuestion("get", "read-action", "n");
    question.kind = kind;
    return access_.Authorize(env_.Context(), question).ok();
  };
  roles_.Grant(kTestObject, absl::StrCat(vault, "/secrets/n"), "read-action");
  EXPECT_TRUE(ask(PermissionKind::kSecrets));
  EXPECT_FALSE(ask(PermissionKind::kKeys));
  EXPECT_FALSE(ask(PermissionKind::kCertificates));
  roles_.Grant(kTestObject, absl::StrCat(vault, "/certificates/n"), "read-action");
  EXPECT_TRUE(ask(PermissionKind::kCertificates));
}

TEST_F(AccessControlTest, PoliciesThatPropagateLetTheFormerDecideUntilThen) {
  CreateVault({"get", "wrapKey"});
  env_.registry().SetPolicyPropagationDelay(absl::Minutes(5));
  const auto change = [this](std::vector<std::string> verbs) {
    LAZULI_ASSERT_OK(env_.registry().ChangeAccessPolicies(
        env_.Context(), TestEnvironment::Address("kv1"), AccessPolicyChange::kReplace,
        {TestEnvironment::Policy(kTestObject, std::move(verbs))}));
  };
  change({"get"});
  EXPECT_EQ(Refusal(env_.Context(), "wrapKey"), "");
  env_.AdvanceBy(absl::Minutes(2));
  change({"get", "sign"});
  env_.listener().Take();
  env_.AdvanceBy(absl::Minutes(3));
  // The first change counts, the second not yet.
  EXPECT_THAT(env_.listener().Take(),
              testing::ElementsAre(HasSubstr("access policies propagated")));
  EXPECT_EQ(Refusal(env_.Context(), "wrapKey"), "ForbiddenByPolicy");
  EXPECT_EQ(Refusal(env_.Context(), "sign"), "ForbiddenByPolicy");
  env_.AdvanceBy(absl::Minutes(2));
  EXPECT_EQ(Refusal(env_.Context(), "sign"), "");
  // Without delay again, at once.
  env_.registry().SetPolicyPropagationDelay(absl::ZeroDuration());
  change({"get"});
  EXPECT_EQ(Refusal(env_.Context(), "sign"), "ForbiddenByPolicy");
}

TEST_F(AccessControlTest, PoliciesThatNeverCameToDecideAreNotKept) {
  CreateVault({"get"});
  env_.registry().SetPolicyPropagationDelay(absl::Minutes(5));
  for (int i = 0; i < 100; ++i) {
    LAZULI_ASSERT_OK(env_.registry().ChangeAccessPolicies(
        env_.Context(), TestEnvironment::Address("kv1"), AccessPolicyChange::kReplace,
        {TestEnvironment::Policy(kTestObject, {i % 2 == 0 ? "sign" : "verify"})}));
  }
  const absl::StatusOr<VaultPtr> vault = env_.registry().FindLive("kv1");
  LAZULI_ASSERT_OK(vault);
  EXPECT_EQ((*vault)->record()->superseded_policies.size(), 1u);
  EXPECT_EQ(env_.timers(), 1u);
  EXPECT_EQ(Refusal(env_.Context(), "get"), "");
  env_.listener().Take();
  env_.AdvanceBy(absl::Minutes(5));
  EXPECT_EQ(Refusal(env_.Context(), "get"), "ForbiddenByPolicy");
  EXPECT_EQ(Refusal(env_.Context(), "verify"), "");
  EXPECT_THAT(env_.listener().Take(),
              testing::ElementsAre(HasSubstr("access policies propagated")));
}

TEST_F(AccessControlTest, AllGrantsEverythingButPurge) {
  CreateVault({"ALL"});
  for (const Permission asked : PermissionsOf(PermissionKind::kKeys)) {
    EXPECT_EQ(Refusal(env_.Context(), PermissionName(asked)),
              asked == Permission::kPurge ? "ForbiddenByPolicy" : "");
  }
}

TEST_F(AccessControlTest, AllAndPurgeTogetherGrantEverything) {
  CreateVault({"all", "Purge"});
  EXPECT_EQ(Refusal(env_.Context(), "purge"), "");
  EXPECT_EQ(Refusal(env_.Context(), "get"), "");
}

TEST_F(AccessControlTest, VerbsAreComparedWithoutCase) {
  CreateVault({"WRAPKEY", "unwrapkey"});
  EXPECT_EQ(Refusal(env_.Context(), "wrapKey"), "");
  EXPECT_EQ(Refusal(env_.Context(), "UnwrapKey"), "");
  EXPECT_EQ(Refusal(env_.Context(), "get"), "ForbiddenByPolicy");
}

TEST_F(AccessControlTest, DenialsOfPoliciesTellTheCases) {
  CreateVault({"get"});
  CallContext context = env_.Context();
  EXPECT_THAT(access_.Authorize(context, KeyQuestion("wrapKey", kWrapAction)),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("does not have keys wrapKey permission on key vault "
                                 "'kv1;location=westus2'")));
  context.caller.object_id = "aaaaaaaa-0000-0000-0000-00000000000f";
  EXPECT_EQ(Refusal(context, "get"), "AccessDenied");
}

TEST_F(AccessControlTest, AVaultWithPoliciesDoesNotAskForRoles) {
  CreateVault({"get"});
  roles_.Grant(kTestObject, absl::StrCat(VaultArmId(TestEnvironment::Address("kv1")), "/keys/k"),
               kWrapAction);
  EXPECT_EQ(Refusal(env_.Context(), "wrapKey", kWrapAction), "ForbiddenByPolicy");
}

TEST_F(AccessControlTest, RolesAreAskedAtTheKeyOrTheVault) {
  CreateRoleVault();
  const std::string vault = VaultArmId(TestEnvironment::Address("kv1"));
  EXPECT_EQ(Refusal(env_.Context(), "unwrapKey", "unwrap"), "ForbiddenByRbac");
  roles_.Grant(kTestObject, absl::StrCat(vault, "/keys/k"), "unwrap");
  EXPECT_EQ(Refusal(env_.Context(), "unwrapKey", "unwrap"), "");
  EXPECT_EQ(Refusal(env_.Context(), "unwrapKey", "unwrap", "other"), "ForbiddenByRbac");
  EXPECT_EQ(Refusal(env_.Context(), "list", kReadAction, ""), "ForbiddenByRbac");
  roles_.Grant(kTestObject, vault, kReadAction);
  EXPECT_EQ(Refusal(env_.Context(), "list", kReadAction, ""), "");
  EXPECT_THAT(access_.Authorize(env_.Context(), KeyQuestion("sign", "sign-action")),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       testing::AllOf(HasSubstr("Action: 'sign-action'"),
                                      HasSubstr("/vaults/kv1/keys/k'"))));
}

TEST_F(AccessControlTest, WithRolesReadingAKeyIsEnoughForItsPublicHalf) {
  CreateRoleVault();
  roles_.Grant(kTestObject, absl::StrCat(VaultArmId(TestEnvironment::Address("kv1")), "/keys/k"),
               kReadAction);
  const struct {
    const char* permission;
    bool allowed;
  } cases[] = {
      {"get", true},      {"encrypt", true}, {"wrapKey", true},    {"verify", true},
      {"decrypt", false}, {"sign", false},   {"unwrapKey", false}, {"update", false},
      {"delete", false},  {"purge", false},  {"create", false},    {"recover", false},
  };
  for (const auto& c : cases) {
    const char* action =
        std::string(c.permission) == "get" ? kReadAction : "Microsoft.KeyVault/other";
    EXPECT_EQ(Refusal(env_.Context(), c.permission, action), c.allowed ? "" : "ForbiddenByRbac")
        << c.permission;
  }
}

TEST_F(AccessControlTest, AManagedHsmIsItsAdministratorsAndOfThoseWithRoles) {
  VaultInput input;
  input.kind = VaultKind::kManagedHsm;
  input.tenant_id = kTestTenant;
  input.sku_name = "Standard_B1";
  input.initial_admin_object_ids = {kTestObject};
  const VaultAddress address = ManagedHsmAddress(kTestSubscription, "rg", "hsm1");
  LAZULI_ASSERT_OK(
      env_.registry().CreateOrUpdate(env_.Context(), address, kTestLocation, input).status());
  AccessQuestion question = KeyQuestion("wrapKey", kWrapAction);
  question.vault_name = "hsm1.managedhsm";
  LAZULI_EXPECT_OK(access_.Authorize(env_.Context(), question));
  const absl::StatusOr<AccessDecision> decision = access_.Decide(env_.Context(), question);
  LAZULI_ASSERT_OK(decision.status());
  EXPECT_EQ(Describe(*decision, env_.Context()).by, "administrator");

  CallContext other = env_.Context();
  other.caller.object_id = "aaaaaaaa-0000-0000-0000-000000000002";
  EXPECT_THAT(access_.Authorize(other, question), ErrorCodeIs("Forbidden"));
  roles_.Grant(other.caller.object_id, absl::StrCat(VaultArmId(address), "/keys/k"), kWrapAction);
  LAZULI_EXPECT_OK(access_.Authorize(other, question));

  // Even its administrators find no secrets in it.
  question.kind = PermissionKind::kSecrets;
  question.permission = "get";
  EXPECT_THAT(access_.Authorize(env_.Context(), question), ErrorCodeIs("VaultNotFound"));
}

TEST_F(AccessControlTest, TenantComesBeforeNetworkAndNetworkBeforePermission) {
  CreateVault({});
  CallContext foreign = env_.Context();
  foreign.caller.tenant_id = "99999999-9999-9999-9999-999999999999";
  foreign.caller.issuer = "https://sts.windows.net/99999999-9999-9999-9999-999999999999/";
  EXPECT_EQ(Refusal(env_.Context(), "get"), "ForbiddenByPolicy");
  VaultInput close;
  close.network_acls.emplace().default_action = "Deny";
  LAZULI_ASSERT_OK(env_.registry().Update(env_.Context(), TestEnvironment::Address("kv1"), close));
  EXPECT_EQ(Refusal(env_.Context(), "get"), "ForbiddenByFirewall");
  EXPECT_THAT(access_.CheckEntry(env_.Context(), "kv1"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  close.public_network_access = "Disabled";
  LAZULI_ASSERT_OK(env_.registry().Update(env_.Context(), TestEnvironment::Address("kv1"), close));
  EXPECT_EQ(Refusal(env_.Context(), "get"), "ForbiddenByConnection");
  EXPECT_THAT(access_.Authorize(foreign, KeyQuestion("get")),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("AKV10032")));
  EXPECT_THAT(access_.CheckEntry(foreign, "kv1"),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("AKV10032")));
}

TEST_F(AccessControlTest, ARefusalByPolicyCarriesWhatDecidedAndTheChange) {
  VaultInput input = TestEnvironment::Input();
  input.access_policies = {TestEnvironment::Policy("aaaaaaaa-0000-0000-0000-00000000000f", {"all"}),
                           TestEnvironment::Policy(kTestObject, {"get", "list"})};
  env_.CreateVault("kv1", input);
  const std::optional<Decision> lacks =
      DecisionOf(access_.Authorize(env_.Context(), KeyQuestion("wrapKey")));
  ASSERT_TRUE(lacks.has_value());
  EXPECT_EQ(lacks->by, "accessPolicy");
  EXPECT_FALSE(lacks->allowed);
  EXPECT_EQ(lacks->change, "add 'wrapKey' to accessPolicies[1].permissions.keys");
  EXPECT_THAT(lacks->facts, testing::Contains(testing::Pair("policyIndex", "1")));
  EXPECT_THAT(lacks->facts, testing::Contains(testing::Pair("granted", "get, list")));

  CallContext stranger = env_.Context();
  stranger.caller.object_id = "aaaaaaaa-0000-0000-0000-00000000000e";
  const std::optional<Decision> none =
      DecisionOf(access_.Authorize(stranger, KeyQuestion("wrapKey")));
  ASSERT_TRUE(none.has_value());
  EXPECT_EQ(none->change,
            "add an access policy for aaaaaaaa-0000-0000-0000-00000000000e with 'wrapKey' in "
            "permissions.keys");

  const absl::StatusOr<AccessDecision> allowed =
      access_.Decide(env_.Context(), KeyQuestion("list"));
  ASSERT_TRUE(allowed.ok());
  const Decision description = Describe(*allowed, env_.Context());
  EXPECT_TRUE(description.allowed);
  EXPECT_EQ(description.reason,
            absl::StrCat("accessPolicies[1] of ", kTestObject, " grants 'list' for keys"));
  EXPECT_EQ(description.change, "");
}

TEST_F(AccessControlTest, WhatWillCountLaterIsToldWithItsTime) {
  CreateVault({"get"});
  env_.registry().SetPolicyPropagationDelay(absl::Minutes(5));
  LAZULI_ASSERT_OK(env_.registry().ChangeAccessPolicies(
      env_.Context(), TestEnvironment::Address("kv1"), AccessPolicyChange::kAdd,
      {TestEnvironment::Policy(kTestObject, {"sign"})}));
  const std::optional<Decision> refused =
      DecisionOf(access_.Authorize(env_.Context(), KeyQuestion("sign")));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->change, "advance the clock to 2030-01-01T00:05:00.25Z");
  env_.AdvanceBy(absl::Minutes(5));
  LAZULI_EXPECT_OK(access_.Authorize(env_.Context(), KeyQuestion("sign")));
}

TEST_F(AccessControlTest, ARefusalByRolesNamesTheRoleThatIsMissing) {
  CreateRoleVault();
  const std::string scope = absl::StrCat(VaultArmId(TestEnvironment::Address("kv1")), "/keys/k");
  const auto describe = [&] {
    const absl::StatusOr<AccessDecision> decision =
        access_.Decide(env_.Context(), KeyQuestion("sign", "sign-action"));
    return decision.ok() ? Describe(*decision, env_.Context()) : Decision();
  };
  EXPECT_EQ(describe().change, absl::StrCat("assign 'R' to ", kTestObject, " at ", scope));
  roles_.SetCountsFrom(env_.now() + absl::Minutes(1));
  EXPECT_EQ(describe().change, "advance the clock to 2030-01-01T00:01:00.25Z");
  roles_.Grant(kTestObject, scope, "sign-action");
  EXPECT_TRUE(describe().allowed);
  EXPECT_THAT(describe().facts,
              testing::Contains(testing::Pair("roleAssignmentId", scope + "/assignment")));
}

TEST_F(AccessControlTest, ATrustedServiceKeepsItsAccessWhileTheBypassIsOn) {
  CreateVault({"get"});
  const auto set = [this](const char* bypass, const char* public_access) {
    VaultInput patch;
    patch.network_acls.emplace().default_action = "Deny";
    patch.network_acls->bypass = bypass;
    patch.public_network_access = public_access;
    LAZULI_ASSERT_OK(
        env_.registry().Update(env_.Context(), TestEnvironment::Address("kv1"), patch));
  };
  CallContext trusted = env_.Context();
  trusted.trusted_service = true;
  set("AzureServices", "Enabled");
  EXPECT_EQ(Refusal(trusted, "get"), "");
  EXPECT_EQ(Refusal(trusted, "wrapKey"), "ForbiddenByPolicy");
  EXPECT_EQ(Refusal(env_.Context(), "get"), "ForbiddenByFirewall");
  set("AzureServices", "Disabled");
  EXPECT_EQ(Refusal(trusted, "get"), "");
  set("None", "Enabled");
  EXPECT_EQ(Refusal(trusted, "get"), "ForbiddenByFirewall");
  set("None", "Disabled");
  EXPECT_EQ(Refusal(trusted, "get"), "ForbiddenByConnection");
}

TEST_F(AccessControlTest, AnUnknownVaultOrPermissionIsNoDenial) {
  EXPECT_EQ(Refusal(env_.Context(), "get"), "VaultNotFound");
  CreateVault({"all"});
  EXPECT_THAT(access_.Authorize(env_.Context(), KeyQuestion("fly")),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_F(AccessControlTest, PermissionIsAskedBeforeExistence) {
  CreateVault({"get"});
  EXPECT_EQ(Refusal(env_.Context(), "get", "", "no-such-key"), "");
  EXPECT_EQ(Refusal(env_.Context(), "sign", "", "no-such-key"), "ForbiddenByPolicy");
}

TEST_F(AccessControlTest, UseOfAKeyIsJudgedByItsVersionAtTheTimeOfTheCall) {
  const VaultPtr vault = env_.CreateVault("kv1");
  const absl::Time expires = absl::FromUnixSeconds(absl::ToUnixSeconds(env_.now()) + 60);
  const KeyVersionPtr key =
      env_.AddKey(vault.get(), "k", {true, std::nullopt, expires});  // sign and verify
  const auto refusal = [this](absl::string_view version, KeyOperation operation) -> std::string {
    const absl::Status status = access_.CheckKeyUse(env_.Context(), "KV1", "K", version, operation);
    if (status.ok()) return "";
    const ErrorInfo info = ErrorInfoOrDefault(status);
    return info.inner_code.empty() ? info.code : info.inner_code;
  };
  EXPECT_EQ(refusal("", KeyOperation::kSign), "");
  EXPECT_EQ(refusal(key->version, KeyOperation::kSign), "");
  EXPECT_EQ(refusal("", KeyOperation::kWrapKey), "KeyOperationForbidden");
  EXPECT_EQ(refusal(std::string(32, '0'), KeyOperation::kSign), "KeyNotFound");
  EXPECT_EQ(*access_.ResolveKeyForUse(env_.Context(), "kv1", "k", "", KeyOperation::kVerify), key);

  env_.AdvanceTo(expires);
  EXPECT_EQ(refusal("", KeyOperation::kSign), "KeyExpired");
  EXPECT_EQ(refusal("", KeyOperation::kVerify), "");
  KeyVersionUpdate disable;
  disable.enabled = false;
  LAZULI_ASSERT_OK(vault->UpdateKey(env_.now(), "k", "", disable));
  EXPECT_EQ(refusal("", KeyOperation::kVerify), "KeyDisabled");
  LAZULI_ASSERT_OK(vault->DeleteKey(env_.now(), "k"));
  EXPECT_EQ(refusal("", KeyOperation::kVerify), "KeyNotFound");
  LAZULI_ASSERT_OK(env_.registry().Delete(env_.Context(), TestEnvironment::Address("kv1")));
  EXPECT_EQ(refusal("", KeyOperation::kVerify), "VaultNotFound");
}

}  // namespace
}  // namespace lazuli::keyvault

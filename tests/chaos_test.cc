// Chaos over gRPC: every cause takes an account's key and gives it back.
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/chaos.pb.h"
#include "proto/common.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "proto/time.h"
#include "proto/vaults.pb.h"
#include "tests/support/chaos_calls.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr absl::Duration kWindow = absl::Minutes(10);

// What of the world a cause touches, to compare before and after.
std::string Fingerprint(Scene& scene) {
  v1::KeyBundle key = Must(scene.api().GetKey(Scene::kVault, Scene::kKey));
  key.mutable_attributes()->clear_updated();
  return absl::StrCat(key.ShortDebugString(), "\n",
                      Must(scene.api().GetVault(Scene::kVault)).properties().ShortDebugString());
}

struct CauseCase {
  std::string cause;
  SceneOptions scene;
  std::string reason;
};

void PrintTo(const CauseCase& cause, std::ostream* os) { *os << cause.cause; }

std::vector<CauseCase> UndoableCauses() {
  const SceneOptions rbac = {.rbac = true};
  const SceneOptions user_assigned = {.user_assigned = true};
  return {{"key-disabled", {}, "KeyDisabled"},
          {"version-disabled", {}, "KeyDisabled"},
          {"key-expired", {}, "KeyExpired"},
          {"key-not-yet-valid", {}, "KeyNotYetValid"},
          {"key-ops-without-wrap", {}, "KeyOperationForbidden"},
          {"key-ops-without-unwrap", {}, "KeyOperationForbidden"},
          {"key-deleted", {}, "KeyNotFound"},
          {"policy-without-get", {}, "ForbiddenByPolicy"},
          {"policy-without-wrap", {}, "ForbiddenByPolicy"},
          {"policy-without-unwrap", {}, "ForbiddenByPolicy"},
          {"policy-removed", {}, "AccessDenied"},
          {"role-removed", rbac, "ForbiddenByRbac"},
          {"identity-deleted", user_assigned, "IdentityNotFound"},
          {"vault-deleted", {}, "VaultNotFound"},
          {"firewall-closed", {}, "ForbiddenByFirewall"},
          {"public-access-disabled", {}, "ForbiddenByConnection"}};
}

class ChaosCauseTest : public testing::TestWithParam<CauseCase> {};

TEST_P(ChaosCauseTest, TakesTheKeyAndGivesItBack) {
  const CauseCase& cause = GetParam();
  Scene scene(cause.scene);
  const std::string before = Fingerprint(scene);

  const v1::Revocation revoked = Must(Revoke(scene, cause.cause));
  EXPECT_EQ(revoked.cause(), cause.cause);
  EXPECT_EQ(revoked.key_access(), "lost") << revoked.what();
  EXPECT_TRUE(revoked.can_be_restored());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  EXPECT_FALSE(scene.Access().data_key_present());
  EXPECT_THAT(scene.Access().reason(), HasSubstr(cause.reason));
  EXPECT_THAT(scene.TryService(), ErrorCodeIs("AccountIsDisabled"));
  EXPECT_FALSE(Revoke(scene, cause.cause).ok());

  scene.Advance(absl::Hours(1));
  const v1::RestoreAccessResponse restored = Must(Restore(scene));
  ASSERT_THAT(restored.value(), SizeIs(1));
  EXPECT_EQ(restored.value(0).key_access(), "restoring");
  EXPECT_EQ(FromProto(restored.value(0).until()), scene.Now() + kWindow);
  // Another principal comes of an identity that is made anew.
  if (cause.cause != "identity-deleted") {
    EXPECT_EQ(Fingerprint(scene), before);
  }
  scene.Advance(kWindow - absl::Seconds(1));
  EXPECT_THAT(scene.TryService(), ErrorCodeIs("AccountIsDisabled"));
  scene.Advance(absl::Seconds(1));
  LAZULI_EXPECT_OK(scene.TryService());
  EXPECT_EQ(scene.TasksByState(), "2 active, 2 running");
  EXPECT_THAT(Restore(scene).status(), ErrorCodeIs("NothingRevoked"));

  // Once more: what was put back can be taken again.
  EXPECT_EQ(Must(Revoke(scene, cause.cause)).key_access(), "lost");
  EXPECT_EQ(Must(Restore(scene, cause.cause)).value(0).key_access(), "restoring");
}

INSTANTIATE_TEST_SUITE_P(Causes, ChaosCauseTest, testing::ValuesIn(UndoableCauses()),
                         [](const testing::TestParamInfo<CauseCase>& info) {
                           std::string name;
                           for (const char c : info.param.cause) {
                             if (c != '-') name.push_back(c);
                           }
                           return name;
                         });

TEST(ChaosTest, EveryCauseIsListedAndTried) {
  Scene scene;
  const auto listed =
      Must(scene.api().Call<v1::ListCausesResponse>("Chaos/ListCauses", v1::Empty()));
  std::vector<std::string> undoable;
  for (const v1::ChaosCause& cause : listed.value()) {
    EXPECT_FALSE(cause.takes().empty());
    if (cause.has_undo()) undoable.push_back(cause.name());
  }
  std::vector<std::string> tried;
  for (const CauseCase& cause : UndoableCauses()) tried.push_back(cause.cause);
  EXPECT_EQ(undoable, tried);
}

TEST(ChaosTest, WhatNobodyNamesIsTheKeyDisabled) {
  Scene scene;
  EXPECT_EQ(Must(Revoke(scene, "")).cause(), "key-disabled");
}

TEST(ChaosTest, APurgedKeyDoesNotComeBack) {
  Scene scene({.retention_days = 7});
  const v1::Revocation revoked = Must(Revoke(scene, "key-purged"));
  EXPECT_FALSE(revoked.can_be_restored());
  EXPECT_THAT(revoked.what(), HasSubstr("retention ends at 2026-01-08"));
  EXPECT_THAT(Restore(scene).status(), ErrorCodeIs("CannotBeRestored"));
  scene.Advance(absl::Hours(24) * 7);
  EXPECT_THAT(scene.Access().reason(), HasSubstr("purged"));
}

TEST(ChaosTest, WhatDoesNotFitIsRefusedAndChangesNothing) {
  Scene scene;
  const std::string before = Fingerprint(scene);
  EXPECT_THAT(Revoke(scene, "role-removed").status(), ErrorCodeIs("CauseDoesNotApply"));
  EXPECT_THAT(Revoke(scene, "identity-deleted").status(), ErrorCodeIs("CauseDoesNotApply"));
  EXPECT_THAT(Revoke(scene, "bad-luck").status(), ErrorCodeIs("UnknownCause"));
  EXPECT_EQ(Fingerprint(scene), before);
  LAZULI_EXPECT_OK(scene.TryService());
  Scene rbac({.rbac = true});
  EXPECT_THAT(Revoke(rbac, "policy-removed").status(), ErrorCodeIs("CauseDoesNotApply"));
  Must(rbac.api().PutAccount("plain").status());
  v1::RevokeAccessRequest request;
  request.set_account("plain");
  EXPECT_THAT(rbac.api().Call<v1::Revocation>("Chaos/RevokeAccess", request).status(),
              ErrorCodeIs("NoCustomerKey"));
}

TEST(ChaosTest, WhatAUserChangedMeanwhileIsLeftAlone) {
  Scene scene;
  Must(Revoke(scene, "key-disabled").status());
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, true).status());
  EXPECT_THAT(Restore(scene).status(), ErrorCodeIs("ChangedMeanwhile"));
  // It is forgotten, and can be taken anew.
  EXPECT_THAT(Restore(scene).status(), ErrorCodeIs("NothingRevoked"));
  Must(Revoke(scene, "key-disabled").status());
  Must(Restore(scene).status());

  Must(Revoke(scene, "policy-removed").status());
  Must(scene.Grant());
  EXPECT_THAT(Restore(scene).status(), ErrorCodeIs("ChangedMeanwhile"));
}

TEST(ChaosTest, SeveralCausesComeOffInTheReverseOrder) {
  Scene scene;
  const std::string before = Fingerprint(scene);
  Must(Revoke(scene, "key-ops-without-wrap").status());
  Must(Revoke(scene, "key-disabled").status());
  Must(Revoke(scene, "policy-without-get").status());
  std::vector<std::string> undone;
  const v1::RestoreAccessResponse restored = Must(Restore(scene));
  for (const v1::Revocation& each : restored.value()) undone.push_back(each.cause());
  EXPECT_THAT(undone, ElementsAre("policy-without-get", "key-disabled", "key-ops-without-wrap"));
  EXPECT_EQ(Fingerprint(scene), before);
}

TEST(ChaosTest, AnIdentityThatIsMadeAnewHasTheRolesOfTheFormer) {
  Scene scene({.rbac = true, .user_assigned = true});
  EXPECT_EQ(Must(Revoke(scene, "identity-deleted")).key_access(), "lost");
  const v1::RestoreAccessResponse restored = Must(Restore(scene));
  EXPECT_EQ(restored.value(0).key_access(), "restoring");
  scene.Advance(kWindow);
  LAZULI_EXPECT_OK(scene.TryService());
}

// Azure documentation, "Azure built-in roles".
constexpr char kCryptoServiceEncryptionUser[] = "e147488a-f6f5-4113-8e2d-b22465e65bf6";

class ChaosRolesTest : public testing::TestWithParam<std::string> {};

TEST_P(ChaosRolesTest, ComeBackAllOrNone) {
  Scene scene({.rbac = true, .user_assigned = true});
  const std::string vault = scene.api().VaultId(Scene::kVault);
  const std::string scope = vault.substr(0, vault.find("/providers/"));
  constexpr char kSecond[] = "0a000000-0000-0000-0000-000000000003";
  Must(scene.api()
           .AssignRole(scope, kSecond, kCryptoServiceEncryptionUser, scene.principal_id())
           .status());
  Must(Revoke(scene, GetParam()).status());
  // Somebody else has got the name of the one that is made last.
  Must(scene.api()
           .AssignRole(vault, Scene::kAssignment, kCryptoServiceEncryptionUser,
                       std::string(kAdminObjectId))
           .status());
  for (int time = 0; time < 2; ++time) {
    EXPECT_THAT(Restore(scene).status(), ErrorCodeIs("RoleAssignmentUpdateNotPermitted"));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
    // Nothing is left of the first.
    Must(scene.api()
             .AssignRole(scope, kSecond, kCryptoServiceEncryptionUser, std::string(kAdminObjectId))
             .status());
    Must(scene.api().DeleteRoleAssignment(scope, kSecond));
  }
  Must(scene.api().DeleteRoleAssignment(vault, Scene::kAssignment));
  EXPECT_EQ(Must(Restore(scene)).value(0).key_access(), "restoring");
}

INSTANTIATE_TEST_SUITE_P(Causes, ChaosRolesTest,
                         testing::Values("role-removed", "identity-deleted"),
                         [](const testing::TestParamInfo<std::string>& info) {
                           return std::string(info.param == "role-removed" ? "role" : "identity");
                         });

TEST(ChaosTest, ARoleWhoseScopeIsGoneDoesNotKeepTheOthersAway) {
  Scene scene({.rbac = true});
  const std::string vault = scene.api().VaultId(Scene::kVault);
  const std::string scope = vault.substr(0, vault.find("/providers/"));
  Must(scene.api()
           .AssignRole(scope, "0a000000-0000-0000-0000-000000000003", kCryptoServiceEncryptionUser,
                       scene.principal_id())
           .status());
  Must(Revoke(scene, "role-removed").status());
  Must(Revoke(scene, "vault-deleted").status());
  LAZULI_EXPECT_OK(Restore(scene, "role-removed").status());
  Must(Restore(scene).status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
}

// An account of the scene's name and identity in another region, under another key. Answers its
// ARM id.
std::string AddNamesake(Scene& scene) {
  constexpr char kGroup[] = "namesake-group";
  v1::CreateOrUpdateResourceGroupRequest group;
  group.set_subscription_id(std::string(kDefaultSubscriptionId));
  group.set_resource_group_name(kGroup);
  group.mutable_parameters()->set_location("eastus");
  Must(scene.api()
           .Call<v1::ResourceGroup>("ResourceGroups/CreateOrUpdateResourceGroup", group)
           .status());
  v1::CreateBatchAccountRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(kGroup);
  request.set_account_name(Scene::kAccount);
  v1::BatchAccountCreateParameters& parameters = *request.mutable_parameters();
  parameters.set_location("eastus");
  parameters.mutable_identity()->set_type(v1::RESOURCE_IDENTITY_TYPE_USER_ASSIGNED);
  const v1::Identity identity = Must(scene.api().PutIdentity(Scene::kIdentity));
  (*parameters.mutable_identity()->mutable_user_assigned_identities())[identity.id()];
  v1::EncryptionProperties& encryption = *parameters.mutable_properties()->mutable_encryption();
  encryption.set_key_source(v1::KEY_SOURCE_MICROSOFT_KEY_VAULT);
  encryption.mutable_key_vault_properties()->set_key_identifier(
      Must(scene.api().CreateRsaKey(Scene::kVault, "namesake-key")).key().kid());
  return Must(scene.api().Call<v1::BatchAccount>("BatchAccounts/CreateBatchAccount", request)).id();
}

TEST(ChaosTest, AccountsOfOneNameAreToldApart) {
  Scene scene({.user_assigned = true});
  const std::string here = scene.api().AccountId(Scene::kAccount);
  const std::string there = AddNamesake(scene);
  v1::ChaosSchedule schedule = ParseSchedule(R"({"steps": [
    {"at": "1m", "revoke": ["*"]}, {"at": "1h", "restore": ["*"]},
    {"at": "2h", "causes": ["key-deleted"]}, {"at": "2h", "causes": ["key-disabled"]},
    {"at": "3h", "restore": ["*"]}, {"at": "4h", "detectionDelay": "0s"}]})");
  schedule.mutable_steps(2)->add_revoke(here);
  schedule.mutable_steps(3)->add_revoke(there);
  Must(StartSchedule(scene, schedule).status());
  for (const absl::Duration step : {absl::Minutes(1), absl::Minutes(59)}) {
    scene.Advance(step);
    const v1::ChaosState state =
        Must(scene.api().Call<v1::ChaosState>("Chaos/GetChaos", v1::Empty()));
    ASSERT_THAT(state.revocations(), SizeIs(2));
    for (const v1::Revocation& each : state.revocations()) EXPECT_EQ(each.key_access(), "lost");
    scene.Advance(absl::Hours(1));
    EXPECT_THAT(Report(scene).state().revocations(), IsEmpty());
  }
  std::vector<std::string> deeds;
  const v1::ChaosSchedule executed = Export(scene);
  for (const v1::ChaosStep& step : executed.steps()) {
    EXPECT_EQ(step.outcome(), "OK") << step.ShortDebugString();
    if (step.causes().empty()) continue;
    deeds.push_back(absl::StrCat(step.revoke_size() > 0 ? step.revoke(0) : step.restore(0), " ",
                                 step.causes(0)));
  }
  EXPECT_THAT(deeds, UnorderedElementsAre(
                         absl::StrCat(here, " key-disabled"), absl::StrCat(there, " key-disabled"),
                         absl::StrCat(here, " key-disabled"), absl::StrCat(there, " key-disabled"),
                         absl::StrCat(here, " key-deleted"), absl::StrCat(there, " key-disabled"),
                         absl::StrCat(here, " key-deleted"), absl::StrCat(there, " key-disabled")));
}

TEST(ChaosTest, ANameThatSeveralHaveGivesNothingBack) {
  Scene scene({.user_assigned = true});
  LAZULI_ASSERT_OK(Revoke(scene, "key-disabled"));
  LAZULI_ASSERT_OK(scene.api().DeleteAccount(Scene::kAccount));
  AddNamesake(scene);
  LAZULI_ASSERT_OK(scene.api().PutAccount(Scene::kAccount));
  // It might mean either, and neither is the one from which something was taken.
  EXPECT_THAT(Restore(scene).status(), ErrorCodeIs("InvalidInput"));
  EXPECT_FALSE(Must(scene.api().GetKey(Scene::kVault, Scene::kKey)).attributes().enabled());
}

}  // namespace
}  // namespace lazuli::emulator

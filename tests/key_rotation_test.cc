// Rotation of keys in the whole program: by call over HTTPS, by policy as time passes, and what
// that means to an account that follows the key.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "emulator/server/server_options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/control.pb.h"
#include "proto/keys.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/program.h"
#include "tests/support/scene.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kDay = absl::Hours(24);
constexpr char kVaultHost[] = "kv1.vault.azure.net";
constexpr char kPolicyPath[] = "/keys/k/rotationpolicy?api-version=7.4";

void RotateAfter(Scene& scene, const std::string& time, const std::string& expiry) {
  v1::UpdateKeyRotationPolicyRequest request;
  request.set_vault_name(Scene::kVault);
  request.set_key_name(Scene::kKey);
  auto* const action = request.mutable_policy()->add_lifetime_actions();
  action->mutable_trigger()->set_time_after_create(time);
  action->mutable_action()->set_type("Rotate");
  request.mutable_policy()->mutable_attributes()->set_expiry_time(expiry);
  Must(scene.api().Call<v1::KeyRotationPolicy>("Keys/UpdateKeyRotationPolicy", request).status());
}

void Disable(Scene& scene, const std::string& kid) {
  v1::UpdateKeyRequest request;
  request.set_vault_name(Scene::kVault);
  request.set_key_name(Scene::kKey);
  request.set_key_version(kid.substr(kid.rfind('/') + 1));
  request.mutable_attributes()->set_enabled(false);
  Must(scene.api().UpdateKey(request).status());
}

std::vector<std::string> Notifications(Scene& scene, uint64_t after) {
  std::vector<std::string> kinds;
  for (const v1::EventRecord& event : Must(scene.api().EventsAfter(after))) {
    if (!absl::StartsWith(event.kind(), "Microsoft.")) continue;
    EXPECT_EQ(event.data().at("objectName"), Scene::kKey);
    kinds.push_back(event.kind());
  }
  return kinds;
}

TEST(KeyRotationTest, AnAccountWithAVersionlessKeyFollowsAutomaticRotation) {
  Scene scene({.versionless = true});
  const uint64_t before = scene.server().LastSequence();
  RotateAfter(scene, "P10D", "P40D");
  scene.Advance(kDay * 10 + absl::Minutes(1));
  const std::string second = scene.Access().key_identifier();
  EXPECT_NE(second, scene.first_kid());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  LAZULI_EXPECT_OK(scene.TryService());
  // What the account needs is wrapped by the new version: the old one may go.
  Disable(scene, scene.first_kid());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  scene.Advance(kDay * 10);
  EXPECT_NE(scene.Access().key_identifier(), second);
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  LAZULI_EXPECT_OK(scene.TryService());
  EXPECT_THAT(Notifications(scene, before), ElementsAre("Microsoft.KeyVault.KeyNewVersionCreated",
                                                        "Microsoft.KeyVault.KeyNearExpiry",
                                                        "Microsoft.KeyVault.KeyNewVersionCreated"));
}

TEST(KeyRotationTest, AnAccountWithAVersionStaysWithIt) {
  Scene scene;
  RotateAfter(scene, "P10D", "P40D");
  scene.Advance(kDay * 11);
  EXPECT_EQ(scene.Access().key_identifier(), scene.first_kid());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
}

v1::KeyRotationPolicy PolicyOf(Api& api) {
  v1::KeyNameRequest request;
  request.set_vault_name(Scene::kVault);
  request.set_key_name(Scene::kKey);
  return Must(api.Call<v1::KeyRotationPolicy>("Keys/GetKeyRotationPolicy", request));
}

std::string LatestKid(Api& api) { return Must(api.GetKey(Scene::kVault, Scene::kKey)).key().kid(); }

TEST(KeyRotationTest, APolicyAndItsNextRotationOutlastARestart) {
  const TemporaryFolder folder;
  ServerOptions options = TestOptions();
  options.data_dir = folder.File("data");
  std::string first;
  std::string policy;
  {
    Scene scene({.versionless = true}, options);
    RotateAfter(scene, "P10D", "P40D");
    scene.Advance(kDay * 9);
    first = scene.first_kid();
    policy = PolicyOf(scene.api()).DebugString();
  }
  EXPECT_THAT(policy, HasSubstr("P10D"));
  // The time goes on where it was.
  options.clock.start_time.reset();
  TestServer again(options);
  EXPECT_EQ(PolicyOf(again.api()).DebugString(), policy);
  EXPECT_EQ(LatestKid(again.api()), first);
  Must(again.api().AdvanceBy(absl::Hours(23)).status());
  EXPECT_EQ(LatestKid(again.api()), first);
  Must(again.api().AdvanceBy(absl::Hours(1)).status());
  const std::string second = LatestKid(again.api());
  EXPECT_NE(second, first);
  // And on and on, with the account behind it.
  Must(again.api().AdvanceBy(kDay * 10).status());
  const std::string third = LatestKid(again.api());
  EXPECT_NE(third, second);
  const v1::KeyAccess access = Must(again.api().KeyAccess(Scene::kAccount));
  EXPECT_EQ(access.key_identifier(), third);
  EXPECT_EQ(access.state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
}

class KeyRotationOverHttpsTest : public testing::Test {
 protected:
  KeyRotationOverHttpsTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {
    const std::string group =
        absl::StrCat("/subscriptions/", kDefaultSubscriptionId, "/resourceGroups/g");
    Send("PUT", "management.azure.com", absl::StrCat(group, "?api-version=2021-04-01"),
         R"({"location":"westus2"})", 201);
    Send("PUT", "management.azure.com",
         absl::StrCat(group, "/providers/Microsoft.KeyVault/vaults/kv1?api-version=2022-07-01"),
         absl::StrReplaceAll(
             R"({"location":"westus2","properties":{"tenantId":"$T","sku":{"family":"A",
             "name":"standard"},"accessPolicies":[{"tenantId":"$T","objectId":"$O",
             "permissions":{"keys":["create","get","rotate","getrotationpolicy",
             "setrotationpolicy"]}}]}})",
             {{"$T", kDefaultTenantId}, {"$O", kAdminObjectId}}));
    Send("POST", kVaultHost, "/keys/k/create?api-version=7.4",
         R"({"kty":"EC","crv":"P-384","tags":{"a":"b"}})");
  }

  std::string Send(const std::string& method, const std::string& host, const std::string& target,
                   const std::string& body, int status = 200) {
    const HttpResponse answer = face_.Send(method, host, target, body);
    EXPECT_EQ(answer.status, status) << answer.body;
    return answer.body;
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

// Shows: Keys/GetKeyRotationPolicy, Keys/UpdateKeyRotationPolicy
TEST_F(KeyRotationOverHttpsTest, APolicyIsShownAsTheServiceShowsIt) {
  EXPECT_EQ(Send("GET", kVaultHost, kPolicyPath, ""),
            R"({"id":"https://kv1.vault.azure.net/keys/k/rotationpolicy","lifetimeActions":[)"
            R"({"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],)"
            R"("attributes":{}})");
  const std::string shown =
      R"({"id":"https://kv1.vault.azure.net/keys/k/rotationpolicy","lifetimeActions":[)"
      R"({"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"Rotate"}},)"
      R"({"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],)"
      R"("attributes":{"expiryTime":"P48M","created":1767225600,"updated":1767225600}})";
  // Clients write null for what they leave out.
  EXPECT_EQ(Send("PUT", kVaultHost, kPolicyPath,
                 R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D",)"
                 R"("timeBeforeExpiry":null},"action":{"type":"rotate"}}],)"
                 R"("attributes":{"expiryTime":"P48M"}})"),
            shown);
  EXPECT_EQ(Send("GET", kVaultHost, kPolicyPath, ""), shown);
}

// Shows: Keys/RotateKey, Keys/UpdateKeyRotationPolicy
TEST_F(KeyRotationOverHttpsTest, ARotationGivesTheNewVersion) {
  Send("PUT", kVaultHost, kPolicyPath, R"({"attributes":{"expiryTime":"P30D"}})");
  const std::string before = Send("GET", kVaultHost, "/keys/k?api-version=7.4", "");
  const std::string rotated = Send("POST", kVaultHost, "/keys/k/rotate?api-version=7.4", "");
  EXPECT_THAT(rotated, HasSubstr(R"("crv":"P-384")"));
  EXPECT_THAT(rotated, HasSubstr(R"("tags":{"a":"b"})"));
  EXPECT_THAT(rotated, HasSubstr(R"("attributes":{"enabled":true,"exp":1769817600,)"
                                 R"("created":1767225600,"updated":1767225600,)"));
  EXPECT_NE(rotated, before);
  EXPECT_EQ(Send("GET", kVaultHost, "/keys/k?api-version=7.4", ""), rotated);
}

TEST_F(KeyRotationOverHttpsTest, WhatIsWrongIsSaid) {
  EXPECT_THAT(Send("PUT", kVaultHost, kPolicyPath,
                   R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P6D"},)"
                   R"("action":{"type":"Rotate"}}]})",
                   400),
              HasSubstr(R"("code":"BadParameter")"));
  EXPECT_THAT(Send("GET", kVaultHost, "/keys/none/rotationpolicy?api-version=7.4", "", 404),
              HasSubstr(R"("code":"KeyNotFound")"));
  EXPECT_THAT(Send("POST", kVaultHost, "/keys/none/rotate?api-version=7.4", "", 404),
              HasSubstr("A key with (name/id) none was not found in this key vault."));
  // As before 7.3.
  Send("GET", kVaultHost, "/keys/k/rotationpolicy?api-version=7.2", "", 400);
}

}  // namespace
}  // namespace lazuli::emulator

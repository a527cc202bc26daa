// Faults on the calls that an account makes to the vault of its key: what is a loss of access, and
// what is not.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/json/decoder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/control.pb.h"
#include "proto/faults.pb.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

// A rule on what the account's identity asks of the vault.
void AddProbeRule(Scene* scene, const std::string& operation, const std::string& action,
                  const std::string& more = "") {
  v1::FaultRule rule;
  Must(DecodeJson(
      absl::StrCat(R"({"id":"probe","match":{"operation":")", operation, R"(","principal":")",
                   scene->principal_id(), R"("},"action":)", action, more, "}"),
      &rule, nullptr));
  Must(scene->api().Call<v1::FaultRule>("Faults/CreateFaultRule", rule).status());
}

v1::FaultRule RemoveProbeRule(Scene* scene) {
  v1::FaultRuleRequest request;
  request.set_id("probe");
  return Must(scene->api().Call<v1::FaultRule>("Faults/DeleteFaultRule", request));
}

bool HasAccountEvent(Scene* scene, absl::string_view text) {
  for (const v1::EventRecord& event : Must(scene->api().EventsAfter(0))) {
    if (event.kind() == "account" && absl::StrContains(event.cause(), text)) return true;
  }
  return false;
}

TEST(KeyProbeFaultsTest, AVaultThatIsTooBusyIsNoLoss) {
  for (const char* action : {R"({"error":{"status":503}})", R"({"error":{"status":500}})",
                             R"({"throttle":{"calls":0,"window":"PT10S"}})",
                             R"({"drop":"beforeEffect"})", R"({"drop":"afterEffect"})"}) {
    for (const char* operation : {"GetKey", "WrapKey", "UnwrapKey"}) {
      SCOPED_TRACE(absl::StrCat(action, " ", operation));
      Scene scene;
      AddProbeRule(&scene, operation, action);
      scene.Advance(absl::Minutes(30));
      EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
      LAZULI_EXPECT_OK(scene.TryService());
      // Asked again well before the next of the usual looks.
      EXPECT_GT(RemoveProbeRule(&scene).acted(), 10);
      EXPECT_TRUE(HasAccountEvent(&scene, "the vault gave no answer"));
    }
  }
}

TEST(KeyProbeFaultsTest, ARefusalIsALossAndItsEndTheReturn) {
  for (const char* operation : {"GetKey", "WrapKey", "UnwrapKey"}) {
    SCOPED_TRACE(operation);
    Scene scene;
    AddProbeRule(&scene, operation,
                 R"({"error":{"status":403,"code":"Forbidden","innerCode":"ForbiddenByRbac"}})");
    scene.Advance(absl::Minutes(10));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
    EXPECT_THAT(scene.Access().reason(), HasSubstr("ForbiddenByRbac"));
    RemoveProbeRule(&scene);
    scene.Advance(absl::Minutes(10));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
    scene.Advance(absl::Minutes(10));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  }
}

// What the vault could not say for a while is noticed once it can.
TEST(KeyProbeFaultsTest, ALossBehindABusyVaultIsSeenWhenItAnswers) {
  Scene scene;
  AddProbeRule(&scene, "GetKey", R"({"error":{"status":429,"retryAfter":"PT5S"}})",
               R"(,"lifetime":"PT1M")");
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false).status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  scene.Advance(absl::Seconds(59));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  // As soon as the vault asked to be asked again.
  scene.Advance(absl::Seconds(6));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  EXPECT_THAT(scene.Access().reason(), HasSubstr("KeyDisabled"));
}

TEST(KeyProbeFaultsTest, ARestorationWaitsForABusyVault) {
  Scene scene;
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false).status());
  scene.Advance(absl::Minutes(1));
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, true).status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
  AddProbeRule(&scene, "UnwrapKey", R"({"error":{"status":503}})");
  scene.Advance(absl::Minutes(15));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
  EXPECT_FALSE(scene.Access().data_key_present());
  RemoveProbeRule(&scene);
  scene.Advance(absl::Minutes(1));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  LAZULI_EXPECT_OK(scene.TryService());
}

// A user's own rule for a user's own calls leaves the account alone.
TEST(KeyProbeFaultsTest, ARuleWithoutThePrincipalDoesNotTouchTheAccount) {
  Scene scene;
  v1::FaultRule rule;
  Must(DecodeJson(R"({"match":{"service":"Keys"},"action":{"error":{"status":403}}})", &rule,
                  nullptr));
  Must(scene.api().Call<v1::FaultRule>("Faults/CreateFaultRule", rule).status());
  EXPECT_EQ(scene.api().GetKey(Scene::kVault, Scene::kKey).status().code(),
            absl::StatusCode::kPermissionDenied);
  scene.Advance(absl::Minutes(30));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
}

// Settings that need the vault say that it is busy, and change nothing.
TEST(KeyProbeFaultsTest, AChangeOfTheKeyTellsThatTheVaultIsBusy) {
  Scene scene;
  const std::string key = Must(scene.api().CreateRsaKey(Scene::kVault, "other")).key().kid();
  AddProbeRule(&scene, "WrapKey", R"({"error":{"status":429}})");
  const absl::Status busy = scene.api().SetCustomerKey(Scene::kAccount, key).status();
  EXPECT_EQ(ErrorInfoOrDefault(busy).http_status, 429) << busy;
  EXPECT_EQ(scene.Access().key_identifier(), scene.first_kid());
  EXPECT_EQ(ErrorInfoOrDefault(scene.api().SetPlatformKey(Scene::kAccount).status()).http_status,
            429);
  RemoveProbeRule(&scene);
  LAZULI_EXPECT_OK(scene.api().SetCustomerKey(Scene::kAccount, key));
}

}  // namespace
}  // namespace lazuli::emulator

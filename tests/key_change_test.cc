// Changing what protects an account: to another version or key, following the newest, and back to
// the platform's key.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kOtherKey[] = "other-key";

std::string KeyInUse(Scene& scene) { return scene.Access().key_identifier(); }

std::string ConfiguredKey(Scene& scene) {
  return Must(scene.api().GetAccount(Scene::kAccount))
      .properties()
      .encryption()
      .key_vault_properties()
      .key_identifier();
}

std::string NewKey(Scene& scene, const std::string& name, int bits = 2048) {
  return Must(scene.api().CreateRsaKey(Scene::kVault, name, bits)).key().kid();
}

// The job and its tasks are as they were, and can be read.
void ExpectUnharmed(Scene& scene) {
  EXPECT_EQ(scene.TasksByState(), "2 active, 2 running");
  const auto task = scene.api().GetTask(Scene::kAccount, Scene::kJob, "task-0001");
  LAZULI_ASSERT_OK(task);
  EXPECT_EQ(task->command_line(), "/bin/sh -c 'sleep 3600'");
}

bool RecordsHold(Scene& scene, const std::string& text) {
  for (const v1::RestingRecord& record : Must(scene.api().DumpRecords(Scene::kAccount))) {
    if (absl::StrContains(record.record(), text)) return true;
  }
  return false;
}

TEST(KeyChangeTest, AfterAChangeTheOldKeyMayGo) {
  for (const int bits : {2048, 3072, 4096}) {
    Scene scene;
    const uint64_t before = scene.server().LastSequence();
    const std::string kid = NewKey(scene, kOtherKey, bits);
    LAZULI_ASSERT_OK(scene.api().SetCustomerKey(Scene::kAccount, kid));
    EXPECT_EQ(KeyInUse(scene), kid);
    EXPECT_EQ(ConfiguredKey(scene), kid);
    LAZULI_ASSERT_OK(scene.api().DeleteKey(Scene::kVault, Scene::kKey));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
    ExpectUnharmed(scene);
    EXPECT_THAT(scene.ChangesAfter(before), IsEmpty());
    // Now it hangs on the new one, which really unwraps what it wrapped.
    LAZULI_ASSERT_OK(scene.api().DeleteKey(Scene::kVault, kOtherKey));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
    LAZULI_ASSERT_OK(scene.api().RecoverKey(Scene::kVault, kOtherKey));
    scene.Advance(absl::Minutes(10));
    ExpectUnharmed(scene);
  }
}

TEST(KeyChangeTest, ANewVersionIsUsedWhenTheAccountIsTold) {
  Scene scene;
  const std::string second = NewKey(scene, Scene::kKey);
  scene.Advance(absl::Hours(1) - absl::Minutes(2));
  EXPECT_EQ(KeyInUse(scene), scene.first_kid());
  LAZULI_ASSERT_OK(scene.api().SetCustomerKey(Scene::kAccount, second));
  EXPECT_EQ(KeyInUse(scene), second);
  // The version before is not needed any more.
  v1::UpdateKeyRequest disable;
  disable.set_vault_name(Scene::kVault);
  disable.set_key_name(Scene::kKey);
  disable.set_key_version(scene.first_kid().substr(scene.first_kid().rfind('/') + 1));
  disable.mutable_attributes()->set_enabled(false);
  LAZULI_ASSERT_OK(scene.api().UpdateKey(disable));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  ExpectUnharmed(scene);
}

TEST(KeyChangeTest, AVersionlessIdentifierFollowsNewVersions) {
  Scene scene({.versionless = true});
  EXPECT_EQ(KeyInUse(scene), scene.first_kid());
  EXPECT_EQ(ConfiguredKey(scene), Versionless(scene.first_kid()));
  std::string last;
  for (int i = 0; i < 3; ++i) {
    last = NewKey(scene, Scene::kKey);
    EXPECT_EQ(KeyInUse(scene), last);
  }
  EXPECT_EQ(ConfiguredKey(scene), Versionless(scene.first_kid()));
  ExpectUnharmed(scene);
}

TEST(KeyChangeTest, AVersionlessIdentifierStaysWithAVersionThatWorks) {
  Scene scene({.versionless = true});
  v1::CreateKeyRequest request;
  request.set_vault_name(Scene::kVault);
  request.set_key_name(Scene::kKey);
  request.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  request.mutable_attributes()->set_enabled(false);
  const std::string disabled = Must(scene.api().CreateKey(request)).key().kid();
  EXPECT_EQ(KeyInUse(scene), scene.first_kid());
  ExpectUnharmed(scene);
  // As soon as the newest works it is followed.
  LAZULI_ASSERT_OK(scene.api().EnableKey(Scene::kVault, Scene::kKey, true));
  EXPECT_EQ(KeyInUse(scene), disabled);
  ExpectUnharmed(scene);
}

TEST(KeyChangeTest, AVersionMadeWhileTheKeyWasAwayIsFollowedAfterTheWindow) {
  Scene scene({.versionless = true});
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false).status());
  const std::string second = NewKey(scene, Scene::kKey);
  EXPECT_EQ(KeyInUse(scene), scene.first_kid());
  v1::UpdateKeyRequest enable;
  enable.set_vault_name(Scene::kVault);
  enable.set_key_name(Scene::kKey);
  enable.set_key_version(scene.first_kid().substr(scene.first_kid().rfind('/') + 1));
  enable.mutable_attributes()->set_enabled(true);
  LAZULI_ASSERT_OK(scene.api().UpdateKey(enable));
  scene.Advance(absl::Minutes(10));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  EXPECT_EQ(KeyInUse(scene), second);
  ExpectUnharmed(scene);
}

TEST(KeyChangeTest, BackAtThePlatformsKeyTheVaultMayGo) {
  Scene scene;
  const uint64_t before = scene.server().LastSequence();
  LAZULI_ASSERT_OK(scene.api().SetPlatformKey(Scene::kAccount));
  const v1::BatchAccount account = Must(scene.api().GetAccount(Scene::kAccount));
  EXPECT_EQ(account.properties().encryption().key_source(), v1::KEY_SOURCE_MICROSOFT_BATCH);
  EXPECT_FALSE(account.properties().encryption().has_key_vault_properties());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_PLATFORM);
  LAZULI_ASSERT_OK(scene.api().DeleteKey(Scene::kVault, Scene::kKey));
  LAZULI_ASSERT_OK(scene.api().DeleteVault(Scene::kVault));
  ExpectUnharmed(scene);
  EXPECT_THAT(scene.ChangesAfter(before), IsEmpty());
  scene.Advance(Scene::kTaskTime * 2);
  EXPECT_EQ(scene.TasksByState(), "4 completed");
}

TEST(KeyChangeTest, ThereAndBackAgain) {
  Scene scene;
  LAZULI_ASSERT_OK(scene.api().SetPlatformKey(Scene::kAccount));
  LAZULI_ASSERT_OK(scene.api().SetCustomerKey(Scene::kAccount, scene.first_kid()));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  ExpectUnharmed(scene);
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false).status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
}

TEST(KeyChangeTest, ALostKeyCannotBeLeft) {
  Scene scene;
  const std::string other = NewKey(scene, kOtherKey);
  Must(scene.api().DeleteKey(Scene::kVault, Scene::kKey).status());
  EXPECT_THAT(scene.api().SetCustomerKey(Scene::kAccount, other), ErrorCodeIs("AccountIsDisabled"));
  EXPECT_THAT(scene.api().SetPlatformKey(Scene::kAccount), ErrorCodeIs("AccountIsDisabled"));
  EXPECT_EQ(KeyInUse(scene), scene.first_kid());
}

// Protected data is ciphertext wherever it rests, with and without the key.
TEST(KeyChangeTest, WhatRestsIsSealed) {
  Scene scene;
  v1::AddTaskRequest add;
  add.set_account(Scene::kAccount);
  add.set_job_id(Scene::kJob);
  add.mutable_task()->set_id("telling-task");
  add.mutable_task()->set_display_name("telling display name");
  add.mutable_task()->set_command_line("telling command line");
  v1::EnvironmentSetting& setting = *add.mutable_task()->add_environment_settings();
  setting.set_name("TELLING_NAME");
  setting.set_value("telling value");
  LAZULI_ASSERT_OK(scene.api().Call<v1::Empty>("Tasks/AddTask", add));
  for (const bool enabled : {true, false}) {
    Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, enabled).status());
    EXPECT_TRUE(RecordsHold(scene, "telling-task"));
    for (const char* secret :
         {"telling display", "telling command", "TELLING", "telling value", "sleep 3600"}) {
      EXPECT_FALSE(RecordsHold(scene, secret)) << secret;
    }
  }
  // Nor does the history tell.
  for (const v1::EventRecord& event : Must(scene.api().EventsAfter(0))) {
    EXPECT_THAT(event.DebugString(), Not(HasSubstr("telling command")));
    EXPECT_THAT(event.DebugString(), Not(HasSubstr("telling value")));
  }
}

}  // namespace
}  // namespace lazuli::emulator

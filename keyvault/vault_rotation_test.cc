// Rotation of keys: by call, by policy as time passes, and what subscribers are told.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/event_log.h"
#include "base/iso8601.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/key_version.h"
#include "keyvault/rotation/rotation_policy.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_registry.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr absl::Duration kDay = absl::Hours(24);

absl::Time At(const char* text) { return *ParseIso8601Time(text); }

RotationPolicy RotateAfter(const char* time, std::optional<std::string> expiry = std::nullopt) {
  return *ReadRotationPolicy({{{time, std::nullopt, "Rotate"}}, expiry});
}
RotationPolicy RotateBefore(const char* time, const char* notify, const char* expiry) {
  return *ReadRotationPolicy(
      {{{std::nullopt, time, "Rotate"}, {std::nullopt, notify, "Notify"}}, expiry});
}

// The environment begins on 2030-01-01.
class VaultRotationTest : public testing::Test {
 protected:
  KeyVersionPtr Latest() { return *vault_->FindKey("k", ""); }
  size_t VersionCount() { return vault_->ListKeyVersions("k", "", 1000)->items.size(); }
  void SetPolicy(const RotationPolicy& policy) {
    LAZULI_ASSERT_OK(vault_->SetRotationPolicy(env_.now(), "k", policy));
  }
  void Update(const std::function<void(KeyVersionUpdate*)>& fill) {
    KeyVersionUpdate update;
    fill(&update);
    LAZULI_ASSERT_OK(vault_->UpdateKey(env_.now(), "k", "", update));
  }
  KeyAttributes Expiring(int days) {
    KeyAttributes attributes;
    attributes.expires = At("2030-01-01T00:00:00Z") + kDay * days;
    return attributes;
  }
  void AdvanceToDay(int day) { env_.AdvanceTo(At("2030-01-01T00:00:01Z") + kDay * day); }
  void AddKeyOn(crypto::Curve curve) {
    NewKeyVersion version = TestEnvironment::NewVersion();
    version.material = *crypto::KeyMaterial::GenerateEc(curve);
    LAZULI_ASSERT_OK(
        vault_->AddKeyVersion(env_.now(), "k", std::move(version), "CreateKey").status());
  }
  // Has it happen once the first of the following keys is being made for a rotation.
  void OnceWhileAKeyIsMade(const std::function<void()>& meanwhile) {
    keys_made_ = 0;
    env_.registry().SetKeyMaker(
        [this, meanwhile](const crypto::KeyMaterial& like, const crypto::Interrupted&) {
          if (++keys_made_ == 1) meanwhile();
          return crypto::KeyMaterial::GenerateEc(like.curve());
        });
  }

  TestEnvironment env_;
  VaultPtr vault_ = env_.CreateVault("kv1");
  int keys_made_ = 0;
};

TEST_F(VaultRotationTest, AVersionOfARotationIsLikeTheOldOneWithAnotherKey) {
  NewKeyVersion version = TestEnvironment::NewVersion();
  version.type = crypto::KeyType::kEcHsm;
  version.key_ops = {KeyOperation::kVerify};
  version.tags = TagMap{{"color", "blue"}};
  version.attributes.enabled = false;
  version.attributes.not_before = At("2030-02-01T00:00:00Z");
  version.attributes.expires = At("2030-03-01T00:00:00Z");
  version.material = *crypto::KeyMaterial::GenerateEc(crypto::Curve::kP384);
  const auto old = vault_->AddKeyVersion(env_.now(), "k", std::move(version), "CreateKey");
  LAZULI_ASSERT_OK(old);
  env_.AdvanceBy(kDay);
  env_.listener().Take();
  const auto rotated = vault_->RotateKey(env_.now(), "K");
  LAZULI_ASSERT_OK(rotated);
  const KeyVersion& made = **rotated;
  EXPECT_NE(made.version, (*old)->version);
  EXPECT_EQ(made.kid, absl::StrCat("https://kv1.vault.azure.net/keys/k/", made.version));
  EXPECT_EQ(made.type, crypto::KeyType::kEcHsm);
  EXPECT_THAT(made.key_ops, ElementsAre(KeyOperation::kVerify));
  EXPECT_EQ(made.tags, (*old)->tags);
  EXPECT_EQ(made.attributes, KeyAttributes());
  EXPECT_EQ(made.created, At("2030-01-02T00:00:00Z"));
  EXPECT_EQ(made.updated, made.created);
  EXPECT_EQ(made.material->curve(), crypto::Curve::kP384);
  EXPECT_NE(made.material->x(), (*old)->material->x());
  EXPECT_EQ(Latest(), *rotated);
  EXPECT_EQ(*vault_->FindKey("k", (*old)->version), *old) << "the old version stays as it was";
  EXPECT_THAT(env_.listener().Take(), ElementsAre("kv1/k: new key version"));
}

TEST_F(VaultRotationTest, ThePolicySaysHowLongANewVersionLives) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(*ReadRotationPolicy({{}, "P48M"}));
  EXPECT_EQ(Latest()->attributes.expires, std::nullopt) << "the present version is not touched";
  LAZULI_ASSERT_OK(vault_->RotateKey(env_.now(), "k"));
  EXPECT_EQ(*Latest()->attributes.expires - Latest()->created, kDay * 1461);
}

TEST_F(VaultRotationTest, OnlyLiveKeysRotateAndHavePolicies) {
  EXPECT_THAT(vault_->RotateKey(env_.now(), "k"), ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(vault_->FindRotationPolicy("k"), ErrorCodeIs("KeyNotFound"));
  env_.AddKey(vault_.get(), "k");
  EXPECT_EQ(*vault_->FindRotationPolicy("k"), nullptr);
  SetPolicy(RotateAfter("P30D"));
  LAZULI_ASSERT_OK(vault_->DeleteKey(env_.now(), "k"));
  EXPECT_THAT(vault_->RotateKey(env_.now(), "k"), ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(vault_->SetRotationPolicy(env_.now(), "k", RotateAfter("P30D")),
              ErrorCodeIs("KeyNotFound"));
  LAZULI_ASSERT_OK(env_.registry().Delete(env_.Context(), TestEnvironment::Address("kv1")));
  EXPECT_THAT(vault_->RotateKey(env_.now(), "k"), ErrorCodeIs("VaultNotFound"));
}

TEST_F(VaultRotationTest, APolicyKeepsTheTimeOfItsFirstSetting) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  env_.AdvanceBy(absl::Hours(1));
  SetPolicy(RotateAfter("P40D"));
  const auto policy = *vault_->FindRotationPolicy("k");
  EXPECT_EQ(policy->created, At("2030-01-01T00:00:00Z"));
  EXPECT_EQ(policy->updated, At("2030-01-01T01:00:00Z"));
  EXPECT_EQ(policy->rotate()->duration.text(), "P40D");
}

TEST_F(VaultRotationTest, KeysRotateAsTimePassesUntilTheirPolicyIsTakenAway) {
  const std::string first = env_.AddKey(vault_.get(), "k")->version;
  SetPolicy(RotateAfter("P10D", "P1M"));
  env_.listener().Take();
  AdvanceToDay(9);
  EXPECT_EQ(Latest()->version, first);
  AdvanceToDay(10);
  EXPECT_NE(Latest()->version, first);
  EXPECT_EQ(Latest()->created, At("2030-01-11T00:00:00Z"));
  EXPECT_EQ(Latest()->attributes.expires, At("2030-02-11T00:00:00Z"));
  EXPECT_THAT(env_.listener().Take(), ElementsAre("kv1/k: new key version"));
  AdvanceToDay(55);
  EXPECT_EQ(VersionCount(), 6u);
  EXPECT_EQ(Latest()->created, At("2030-02-20T00:00:00Z"));
  SetPolicy(*ReadRotationPolicy({}));
  AdvanceToDay(300);
  EXPECT_EQ(VersionCount(), 6u);
}

TEST_F(VaultRotationTest, RotationBeforeExpiryNeedsAnExpiry) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateBefore("P10D", "P5D", "P30D"));
  AdvanceToDay(100);
  EXPECT_EQ(VersionCount(), 1u);
  Update([&](KeyVersionUpdate* update) { update->expires = env_.now() + kDay * 15; });
  AdvanceToDay(104);
  EXPECT_EQ(VersionCount(), 1u);
  AdvanceToDay(106);
  EXPECT_EQ(VersionCount(), 2u);
  // From then on as the policy says.
  AdvanceToDay(126);
  EXPECT_EQ(VersionCount(), 3u);
}

TEST_F(VaultRotationTest, APolicyThatComesLateRotatesAtOnce) {
  env_.AddKey(vault_.get(), "k");
  AdvanceToDay(50);
  SetPolicy(RotateAfter("P30D"));
  env_.AdvanceBy(absl::ZeroDuration());
  EXPECT_EQ(VersionCount(), 2u);
  AdvanceToDay(79);
  EXPECT_EQ(VersionCount(), 2u);
  AdvanceToDay(81);
  EXPECT_EQ(VersionCount(), 3u);
}

TEST_F(VaultRotationTest, AManualRotationPutsTheNextOneOff) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  AdvanceToDay(20);
  LAZULI_ASSERT_OK(vault_->RotateKey(env_.now(), "k"));
  AdvanceToDay(49);
  EXPECT_EQ(VersionCount(), 2u);
  AdvanceToDay(51);
  EXPECT_EQ(VersionCount(), 3u);
}

TEST_F(VaultRotationTest, ADisabledKeyRotatesOnlyWhenItIsEnabledAgain) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  Update([](KeyVersionUpdate* update) { update->enabled = false; });
  AdvanceToDay(60);
  EXPECT_EQ(VersionCount(), 1u);
  Update([](KeyVersionUpdate* update) { update->enabled = true; });
  AdvanceToDay(61);
  EXPECT_EQ(VersionCount(), 2u);
}

TEST_F(VaultRotationTest, ADeletedKeyDoesNotRotateAndGoesOnAfterItsRecovery) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D", "P90D"));
  AdvanceToDay(10);
  LAZULI_ASSERT_OK(vault_->DeleteKey(env_.now(), "k"));
  AdvanceToDay(60);
  LAZULI_ASSERT_OK(vault_->RecoverKey(env_.now(), "k"));
  EXPECT_EQ(VersionCount(), 1u);
  EXPECT_EQ((*vault_->FindRotationPolicy("k"))->rotate()->duration.text(), "P30D");
  env_.AdvanceBy(absl::ZeroDuration());
  EXPECT_EQ(VersionCount(), 2u);
}

TEST_F(VaultRotationTest, APurgedKeyTakesItsPolicyAlong) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  LAZULI_ASSERT_OK(vault_->DeleteKey(env_.now(), "k"));
  LAZULI_ASSERT_OK(vault_->PurgeKey(env_.now(), "k"));
  EXPECT_EQ(env_.timers(), 0u);
  env_.AddKey(vault_.get(), "k");
  EXPECT_EQ(*vault_->FindRotationPolicy("k"), nullptr);
}

TEST_F(VaultRotationTest, KeysOfADeletedVaultRotateWhenItIsBack) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  LAZULI_ASSERT_OK(env_.registry().Delete(env_.Context(), TestEnvironment::Address("kv1")));
  AdvanceToDay(60);
  LAZULI_ASSERT_OK(
      env_.registry().Recover(env_.Context(), TestEnvironment::Address("kv1"), kTestLocation));
  EXPECT_EQ(VersionCount(), 1u);
  env_.AdvanceBy(absl::ZeroDuration());
  EXPECT_EQ(VersionCount(), 2u);
}

TEST_F(VaultRotationTest, SubscribersHearOfVersionsAndOfExpiry) {
  env_.AddKey(vault_.get(), "k", Expiring(90));
  AdvanceToDay(100);
  EXPECT_THAT(
      env_.NotificationTexts(),
      ElementsAre("0 KeyNewVersionCreated kv1/k", "60 KeyNearExpiry kv1/k", "90 KeyExpired kv1/k"));
}

TEST_F(VaultRotationTest, ThePolicySaysWhenTheExpiryIsNear) {
  env_.AddKey(vault_.get(), "k", Expiring(90));
  SetPolicy(RotateBefore("P10D", "P20D", "P90D"));
  AdvanceToDay(100);
  EXPECT_THAT(env_.NotificationTexts(),
              ElementsAre("0 KeyNewVersionCreated kv1/k", "70 KeyNearExpiry kv1/k",
                          "80 KeyNewVersionCreated kv1/k"))
      << "the old version's expiry is of no interest any more";
}

TEST_F(VaultRotationTest, EachExpiryIsToldOnceAndAnotherOneAnew) {
  env_.AddKey(vault_.get(), "k", Expiring(10));
  AdvanceToDay(5);
  Update([](KeyVersionUpdate* update) { update->tags = TagMap{{"a", "b"}}; });
  AdvanceToDay(6);
  Update([&](KeyVersionUpdate* update) { update->expires = env_.now() + kDay * 40; });
  AdvanceToDay(50);
  EXPECT_THAT(env_.NotificationTexts(),
              ElementsAre("0 KeyNewVersionCreated kv1/k", "0 KeyNearExpiry kv1/k",
                          "16 KeyNearExpiry kv1/k", "46 KeyExpired kv1/k"));
}

TEST_F(VaultRotationTest, ANotificationCarriesWhatAzureSends) {
  KeyAttributes attributes = Expiring(90);
  attributes.not_before = At("2030-01-01T00:00:00Z");
  const KeyVersionPtr key = env_.AddKey(vault_.get(), "k", attributes);
  const std::vector<Event> events = *env_.events().ListAfter(0, 100);
  const Event& event = events.back();
  EXPECT_EQ(event.kind, "Microsoft.KeyVault.KeyNewVersionCreated");
  EXPECT_EQ(event.resource, absl::StrCat("kv1/keys/k/", key->version));
  EXPECT_THAT(event.data,
              ElementsAre(Pair("id", key->kid), Pair("vaultName", "kv1"), Pair("objectType", "Key"),
                          Pair("objectName", "k"), Pair("version", key->version),
                          Pair("nbf", "1893456000"), Pair("exp", "1901232000")));
}

TEST_F(VaultRotationTest, AKeyThatIsNotMadeInTimeIsMadeByWhoComesNext) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  const auto maker = [](const crypto::KeyMaterial&,
                        const crypto::Interrupted&) -> absl::StatusOr<crypto::KeyMaterial::Ptr> {
    return absl::CancelledError("the process ends");
  };
  env_.registry().SetKeyMaker(maker);
  AdvanceToDay(31);
  EXPECT_EQ(VersionCount(), 1u);
  EXPECT_THAT(vault_->RotateKey(env_.now(), "k"), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(VaultRotationTest, ARotationByPolicyThatFailsIsToldAndTriedAgain) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  env_.registry().SetKeyMaker(
      [this](const crypto::KeyMaterial& like,
             const crypto::Interrupted&) -> absl::StatusOr<crypto::KeyMaterial::Ptr> {
        if (++keys_made_ <= 2) return absl::InternalError("no luck");
        return crypto::KeyMaterial::GenerateEc(like.curve());
      });
  AdvanceToDay(30);
  EXPECT_EQ(VersionCount(), 1u);
  env_.AdvanceBy(absl::Hours(1));
  EXPECT_EQ(VersionCount(), 1u);
  EXPECT_EQ(keys_made_, 2);
  env_.AdvanceBy(absl::Hours(1));
  EXPECT_EQ(VersionCount(), 2u);
  std::vector<std::string> told;
  const std::vector<Event> events = *env_.events().ListAfter(0, 100);
  for (const Event& event : events) {
    if (event.cause != "KeyRotateIfDue failed: no luck") continue;
    told.push_back(absl::StrCat(event.kind, " ", event.resource, " ", event.to));
  }
  EXPECT_THAT(told, ElementsAre("key kv1/keys/k Live", "key kv1/keys/k Live"));
  // From then on as the policy says.
  env_.AdvanceBy(kDay * 30);
  EXPECT_EQ(VersionCount(), 3u);
}

TEST_F(VaultRotationTest, ARotationThatFailedEndsWithItsPolicy) {
  env_.AddKey(vault_.get(), "k");
  SetPolicy(RotateAfter("P30D"));
  env_.registry().SetKeyMaker(
      [this](const crypto::KeyMaterial&,
             const crypto::Interrupted&) -> absl::StatusOr<crypto::KeyMaterial::Ptr> {
        ++keys_made_;
        return absl::InternalError("no luck");
      });
  AdvanceToDay(30);
  // A change does not wait for the hour.
  Update([](KeyVersionUpdate* update) { update->tags = TagMap{{"a", "b"}}; });
  env_.AdvanceBy(absl::ZeroDuration());
  EXPECT_EQ(keys_made_, 2);
  SetPolicy(*ReadRotationPolicy({}));
  EXPECT_EQ(env_.timers(), 0u);
  AdvanceToDay(40);
  EXPECT_EQ(keys_made_, 2);
  EXPECT_EQ(VersionCount(), 1u);
}

// While a key is made for a rotation, others go on: what they do decides.
TEST_F(VaultRotationTest, WhatHappensWhileTheKeyIsMadeCounts) {
  const struct {
    std::function<void()> meanwhile;
    size_t versions;
  } kCases[] = {
      {[] {}, 2},
      {[this] { env_.AddKey(vault_.get(), "k"); }, 2},
      {[this] { Update([](KeyVersionUpdate* update) { update->enabled = false; }); }, 1},
      {[this] { SetPolicy(*ReadRotationPolicy({})); }, 1},
      {[this] { SetPolicy(RotateAfter("P20D")); }, 2},
  };
  for (const auto& test : kCases) {
    vault_ = env_.CreateVault(absl::StrCat("kv-", &test - kCases));
    env_.AddKey(vault_.get(), "k");
    SetPolicy(RotateAfter("P30D"));
    bool asked = false;
    env_.registry().SetKeyMaker([&](const crypto::KeyMaterial& like, const crypto::Interrupted&) {
      if (!asked) test.meanwhile();
      asked = true;
      return crypto::KeyMaterial::GenerateEc(like.curve());
    });
    env_.AdvanceBy(kDay * 30);
    EXPECT_TRUE(asked);
    EXPECT_EQ(VersionCount(), test.versions) << &test - kCases;
    SetPolicy(*ReadRotationPolicy({}));
  }
}

TEST_F(VaultRotationTest, WhatIsUpdatedWhileTheKeyIsMadeIsInTheNewVersion) {
  for (const bool by_policy : {false, true}) {
    vault_ = env_.CreateVault(by_policy ? "kv-policy" : "kv-call");
    env_.AddKey(vault_.get(), "k");
    SetPolicy(RotateAfter("P30D"));
    OnceWhileAKeyIsMade([this] {
      Update([](KeyVersionUpdate* update) {
        update->key_ops = {KeyOperation::kVerify};
        update->tags = TagMap{{"color", "blue"}};
      });
    });
    if (by_policy) {
      env_.AdvanceBy(kDay * 30);
    } else {
      LAZULI_ASSERT_OK(vault_->RotateKey(env_.now(), "k").status());
    }
    ASSERT_EQ(VersionCount(), 2u);
    EXPECT_THAT(Latest()->key_ops, ElementsAre(KeyOperation::kVerify)) << by_policy;
    EXPECT_EQ(Latest()->tags, (TagMap{{"color", "blue"}})) << by_policy;
    SetPolicy(*ReadRotationPolicy({}));
  }
}

TEST_F(VaultRotationTest, ARotationThatAnotherOvertakesMakesItsKeyOnce) {
  env_.AddKey(vault_.get(), "k");
  OnceWhileAKeyIsMade([this] { LAZULI_EXPECT_OK(vault_->RotateKey(env_.now(), "k").status()); });
  const auto rotated = vault_->RotateKey(env_.now(), "k");
  LAZULI_ASSERT_OK(rotated);
  EXPECT_EQ(Latest(), *rotated);
  EXPECT_EQ(VersionCount(), 3u);
  EXPECT_EQ(keys_made_, 2);
}

TEST_F(VaultRotationTest, AKeyOfAnotherKindThatComesMeanwhileIsWhatIsRotated) {
  env_.AddKey(vault_.get(), "k");
  OnceWhileAKeyIsMade([this] { AddKeyOn(crypto::Curve::kP384); });
  LAZULI_ASSERT_OK(vault_->RotateKey(env_.now(), "k").status());
  EXPECT_EQ(VersionCount(), 3u);
  EXPECT_EQ(Latest()->material->curve(), crypto::Curve::kP384);
  EXPECT_EQ(keys_made_, 2);
}

TEST_F(VaultRotationTest, ARotationThatIsAlwaysOvertakenEndsWhenNobodyWaitsForIt) {
  env_.AddKey(vault_.get(), "k");
  env_.registry().SetKeyMaker([&](const crypto::KeyMaterial& like, const crypto::Interrupted&) {
    ++keys_made_;
    AddKeyOn(like.curve() == crypto::Curve::kP384 ? crypto::Curve::kP256 : crypto::Curve::kP384);
    return crypto::KeyMaterial::GenerateEc(like.curve());
  });
  const auto is_cancelled = [this] { return keys_made_ >= 3; };
  EXPECT_THAT(vault_->RotateKey(env_.now(), "k", is_cancelled),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(keys_made_, 3);
  EXPECT_EQ(VersionCount(), 4u);
}

TEST_F(VaultRotationTest, WhoMakesTheKeyIsToldWhetherAnybodyWaits) {
  env_.AddKey(vault_.get(), "k");
  env_.registry().SetKeyMaker(
      [](const crypto::KeyMaterial&,
         const crypto::Interrupted& interrupted) -> absl::StatusOr<crypto::KeyMaterial::Ptr> {
        EXPECT_TRUE(interrupted && interrupted());
        return absl::CancelledError("nobody waits");
      });
  EXPECT_THAT(vault_->RotateKey(env_.now(), "k", [] { return true; }),
              StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(VaultRotationTest, KeysThatWereStoredWithoutWhatComesNextGetIt) {
  env_.AddKey(vault_.get(), "k");
  KeyNameState state;
  state.name = "k";
  state.versions_made = 1;
  state.state = ObjectState::kLive;
  state.latest = Latest()->version;
  state.data.rotation_policy = std::make_shared<const RotationPolicy>(RotateAfter("P30D"));
  TestEnvironment next;
  VaultRegistry& registry = next.registry();
  LAZULI_ASSERT_OK(registry.RestoreVault({"kv1", 0, vault_->record()}));
  LAZULI_ASSERT_OK(registry.Restore<KeyTraits>("kv1", state, {*Latest()}));
  registry.FinishRestore();
  EXPECT_EQ(next.timers(), 0u);
  for (int i = 0; i < 2; ++i) {
    registry.AddMilestones(next.now());
    EXPECT_EQ(next.timers(), 1u);
  }
  next.AdvanceBy(kDay * 30);
  EXPECT_EQ((*registry.FindLive("kv1"))->ListKeyVersions("k", "", 9)->items.size(), 2u);
}

TEST_F(VaultRotationTest, SecretsTellOfTheirExpiryToo) {
  SecretVersion secret = TestEnvironment::NewSecret("hunter2");
  secret.attributes.expires = At("2030-03-02T00:00:00Z");
  LAZULI_ASSERT_OK(vault_->Add<SecretTraits>(env_.now(), "s", secret, "SetSecret"));
  AdvanceToDay(70);
  EXPECT_THAT(env_.NotificationTexts(),
              ElementsAre("0 SecretNewVersionCreated kv1/s", "30 SecretNearExpiry kv1/s",
                          "60 SecretExpired kv1/s"));
}

}  // namespace
}  // namespace lazuli::keyvault

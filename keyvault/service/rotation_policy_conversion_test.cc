#include "keyvault/service/rotation_policy_conversion.h"

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "keyvault/rotation/rotation_policy.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {
namespace {

v1::KeyRotationPolicy Message(const char* text) {
  v1::KeyRotationPolicy message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(RotationPolicyConversionTest, ShowsWhatWasWrittenWithIdAndTimes) {
  const RotationPolicyInput input = ReadRotationPolicyInput(Message(R"pb(
    id: "mine"
    lifetime_actions {
      trigger { time_after_create: "P18M" }
      action { type: "rotate" }
    }
    lifetime_actions {
      trigger { time_before_expiry: "P20D" }
      action { type: "NOTIFY" }
    }
    attributes {
      expiry_time: "P48M"
      created { seconds: 5 }
    }
  )pb"));
  absl::StatusOr<RotationPolicy> policy = ReadRotationPolicy(input);
  LAZULI_ASSERT_OK(policy);
  policy->created = absl::FromUnixSeconds(1'900'000'000);
  policy->updated = absl::FromUnixSeconds(1'900'000'001);
  v1::KeyRotationPolicy shown;
  WriteRotationPolicy(&*policy, "KV1", "k", &shown);
  EXPECT_EQ(shown.DebugString(), Message(R"pb(
                                   id: "https://kv1.vault.azure.net/keys/k/rotationpolicy"
                                   lifetime_actions {
                                     trigger { time_after_create: "P18M" }
                                     action { type: "Rotate" }
                                   }
                                   lifetime_actions {
                                     trigger { time_before_expiry: "P20D" }
                                     action { type: "Notify" }
                                   }
                                   attributes {
                                     expiry_time: "P48M"
                                     created { seconds: 1900000000 }
                                     updated { seconds: 1900000001 }
                                   }
                                 )pb")
                                     .DebugString());
}

TEST(RotationPolicyConversionTest, AKeyWithoutPolicyShowsTheNotificationThatItHas) {
  v1::KeyRotationPolicy shown;
  WriteRotationPolicy(nullptr, "kv1", "k", &shown);
  EXPECT_EQ(shown.DebugString(), Message(R"pb(
                                   id: "https://kv1.vault.azure.net/keys/k/rotationpolicy"
                                   lifetime_actions {
                                     trigger { time_before_expiry: "P30D" }
                                     action { type: "Notify" }
                                   }
                                   attributes {}
                                 )pb")
                                     .DebugString());
}

TEST(RotationPolicyConversionTest, WhatIsAbsentStaysAbsent) {
  const RotationPolicyInput input =
      ReadRotationPolicyInput(Message("lifetime_actions {} attributes {}"));
  ASSERT_EQ(input.actions.size(), 1u);
  EXPECT_EQ(input.actions[0].time_after_create, std::nullopt);
  EXPECT_EQ(input.actions[0].time_before_expiry, std::nullopt);
  EXPECT_EQ(input.actions[0].type, "");
  EXPECT_EQ(input.expiry_time, std::nullopt);
}

}  // namespace
}  // namespace lazuli::keyvault

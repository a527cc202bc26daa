#include "keyvault/backup/backup_sealer.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

constexpr BackupKind kKinds[] = {BackupKind::kKey, BackupKind::kSecret, BackupKind::kCertificate};

BackupScope Scope() { return {"11111111-0000-0000-0000-00000000000A", "europe"}; }

TEST(BackupSealerTest, OpensWhatItSealed) {
  const BackupSealer sealer;
  for (const BackupKind kind : kKinds) {
    const std::string blob = sealer.Seal(kind, Scope(), "contents");
    EXPECT_TRUE(absl::StartsWith(blob, BackupPrefix(kind)));
    EXPECT_FALSE(absl::StrContains(blob, "contents"));
    const auto opened = sealer.Open(kind, Scope(), blob);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->view(), "contents");
  }
}

TEST(BackupSealerTest, TheCaseOfTheSubscriptionIsNothing) {
  const BackupSealer sealer;
  BackupScope lower = Scope();
  lower.subscription_id.back() = 'a';
  EXPECT_TRUE(sealer.Open(BackupKind::kKey, lower, sealer.Seal(BackupKind::kKey, Scope(), "x"))
                  .has_value());
}

TEST(BackupSealerTest, EveryOtherPlaceRefusesIt) {
  const BackupSealer sealer;
  const std::string blob = sealer.Seal(BackupKind::kKey, Scope(), "contents");
  BackupScope other_geography = Scope();
  other_geography.geography = "france";
  BackupScope other_subscription = Scope();
  other_subscription.subscription_id[0] = '2';
  EXPECT_FALSE(sealer.Open(BackupKind::kKey, other_geography, blob).has_value());
  EXPECT_FALSE(sealer.Open(BackupKind::kKey, other_subscription, blob).has_value());
  EXPECT_FALSE(BackupSealer().Open(BackupKind::kKey, Scope(), blob).has_value());
}

TEST(BackupSealerTest, AnotherKindRefusesItWhateverItsBeginningSays) {
  const BackupSealer sealer;
  const std::string blob = sealer.Seal(BackupKind::kKey, Scope(), "contents");
  EXPECT_FALSE(sealer.Open(BackupKind::kSecret, Scope(), blob).has_value());
  const std::string disguised = std::string(BackupPrefix(BackupKind::kSecret)) +
                                blob.substr(BackupPrefix(BackupKind::kKey).size());
  EXPECT_FALSE(sealer.Open(BackupKind::kSecret, Scope(), disguised).has_value());
}

TEST(BackupSealerTest, WhatWasAlteredIsRefused) {
  const BackupSealer sealer;
  const std::string blob = sealer.Seal(BackupKind::kKey, Scope(), "contents");
  for (size_t i = 0; i < blob.size(); ++i) {
    std::string altered = blob;
    altered[i] = static_cast<char>(altered[i] ^ 0x10);
    EXPECT_FALSE(sealer.Open(BackupKind::kKey, Scope(), altered).has_value()) << i;
    EXPECT_FALSE(sealer.Open(BackupKind::kKey, Scope(), absl::string_view(blob).substr(0, i))) << i;
  }
}

TEST(BackupSealerTest, TheRootKeyIsWhatMakesTwoSealersOne) {
  const BackupSealer sealer;
  BackupSealer other;
  EXPECT_FALSE(other.SetRootKey(SecureBytes("short")));
  ASSERT_TRUE(other.SetRootKey(sealer.root_key()));
  EXPECT_TRUE(other.Open(BackupKind::kKey, Scope(), sealer.Seal(BackupKind::kKey, Scope(), "x")));
}

}  // namespace
}  // namespace lazuli::keyvault

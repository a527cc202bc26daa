#include "keyvault/backup/backup_sealer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {
namespace {

constexpr ObjectKind kKinds[] = {ObjectKind::kKey, ObjectKind::kSecret, ObjectKind::kCertificate};

BackupScope Scope() { return {"11111111-0000-0000-0000-00000000000A", "europe"}; }

TEST(BackupSealerTest, OpensWhatItSealed) {
  const BackupSealer sealer;
  for (const ObjectKind kind : kKinds) {
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
  EXPECT_TRUE(sealer.Open(ObjectKind::kKey, lower, sealer.Seal(ObjectKind::kKey, Scope(), "x"))
                  .has_value());
}

TEST(BackupSealerTest, EveryOtherPlaceRefusesIt) {
  const BackupSealer sealer;
  const std::string blob = sealer.Seal(ObjectKind::kKey, Scope(), "contents");
  BackupScope other_geography = Scope();
  other_geography.geography = "france";
  BackupScope other_subscription = Scope();
  other_subscription.subscription_id[0] = '2';
  EXPECT_FALSE(sealer.Open(ObjectKind::kKey, other_geography, blob).has_value());
  EXPECT_FALSE(sealer.Open(ObjectKind::kKey, other_subscription, blob).has_value());
  EXPECT_FALSE(BackupSealer().Open(ObjectKind::kKey, Scope(), blob).has_value());
}

TEST(BackupSealerTest, AnotherKindRefusesItWhateverItsBeginningSays) {
  const BackupSealer sealer;
  const std::string blob = sealer.Seal(ObjectKind::kKey, Scope(), "contents");
  EXPECT_FALSE(sealer.Open(ObjectKind::kSecret, Scope(), blob).has_value());
  const std::string disguised = std::string(BackupPrefix(ObjectKind::kSecret)) +
                                blob.substr(BackupPrefix(ObjectKind::kKey).size());
  EXPECT_FALSE(sealer.Open(ObjectKind::kSecret, Scope(), disguised).has_value());
}

TEST(BackupSealerTest, WhatWasAlteredIsRefused) {
  const BackupSealer sealer;
  const std::string blob = sealer.Seal(ObjectKind::kKey, Scope(), "contents");
  for (size_t i = 0; i < blob.size(); ++i) {
    std::string altered = blob;
    altered[i] = static_cast<char>(altered[i] ^ 0x10);
    EXPECT_FALSE(sealer.Open(ObjectKind::kKey, Scope(), altered).has_value()) << i;
    EXPECT_FALSE(sealer.Open(ObjectKind::kKey, Scope(), absl::string_view(blob).substr(0, i))) << i;
  }
}

TEST(BackupSealerTest, TheRootKeyIsWhatMakesTwoSealersOne) {
  const BackupSealer sealer;
  BackupSealer other;
  EXPECT_FALSE(other.SetRootKey(SecureBytes("short")));
  ASSERT_TRUE(other.SetRootKey(sealer.root_key()));
  EXPECT_TRUE(other.Open(ObjectKind::kKey, Scope(), sealer.Seal(ObjectKind::kKey, Scope(), "x")));
}

TEST(BackupSealerTest, BackupsMadeEarlierAreReadable) {
  // Sealed under the root key of the bytes 0 to 31, by another program.
  const struct {
    ObjectKind kind;
    absl::string_view prefix;
    absl::string_view sealed;
  } kBackups[] = {
      {ObjectKind::kKey, "&AzureKeyVaultKeyBackupV1.microsoft.com",
       "000102030405060708090a0bb9386f129ee0f3ee0852cbdccaaf67a1e9ea4ce5093fb561"},
      {ObjectKind::kSecret, "&AzureKeyVaultSecretBackupV1.microsoft.com",
       "000102030405060708090a0bb9386f129ee0f3ee67b64dea2f768caa3de2bdcd8a882eb9"},
      {ObjectKind::kCertificate, "&AzureKeyVaultCertificateBackupV1.microsoft.com",
       "000102030405060708090a0bb9386f129ee0f3ee4c55b9b905ae405e841e830ac095d768"},
  };
  SecureBytes root(32);
  for (size_t i = 0; i < root.size(); ++i) root.data()[i] = static_cast<uint8_t>(i);
  BackupSealer sealer;
  ASSERT_TRUE(sealer.SetRootKey(std::move(root)));
  for (const auto& backup : kBackups) {
    const auto opened = sealer.Open(
        backup.kind, Scope(), absl::StrCat(backup.prefix, absl::HexStringToBytes(backup.sealed)));
    ASSERT_TRUE(opened.has_value()) << backup.prefix;
    EXPECT_EQ(opened->view(), "contents");
  }
}

}  // namespace
}  // namespace lazuli::keyvault

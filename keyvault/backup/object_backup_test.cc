#include "keyvault/backup/object_backup.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

VaultRecord Vault(const std::string& subscription, const std::string& location) {
  VaultRecord vault;
  vault.address = {subscription, "rg", "vault"};
  vault.location = location;
  return vault;
}

ObjectBackup Backup() {
  ObjectBackup backup;
  backup.object = "object";
  backup.versions.push_back({"id-one", SecureBytes(absl::string_view("re\0cord", 7))});
  backup.versions.push_back({"id-two", SecureBytes()});
  for (const char* behind : {"key", "secret"}) {
    backup.behind.emplace_back().object = behind;
    backup.behind.back().versions.push_back({"id-one", SecureBytes(absl::string_view(behind))});
  }
  return backup;
}

VaultRecord ManagedHsm(const std::string& subscription_id, const std::string& location) {
  VaultRecord hsm = Vault(subscription_id, location);
  hsm.address.kind = VaultKind::kManagedHsm;
  return hsm;
}

TEST(ObjectBackupTest, BringsBackWhatWasPutIn) {
  const BackupSealer sealer;
  const BackupScope scope = BackupScopeOf(Vault("s", "westeurope"));
  const std::string blob = SealBackup(sealer, ObjectKind::kSecret, scope, Backup());
  // Another vault of the same subscription and geography.
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const ObjectBackup back,
      OpenBackup(sealer, ObjectKind::kSecret, BackupScopeOf(Vault("S", "northeurope")), blob));
  EXPECT_EQ(back.object, "object");
  ASSERT_EQ(back.versions.size(), 2u);
  EXPECT_EQ(back.versions[0].id, "id-one");
  EXPECT_EQ(back.versions[0].record.view(), absl::string_view("re\0cord", 7));
  EXPECT_EQ(back.versions[1].id, "id-two");
  ASSERT_EQ(back.behind.size(), 2u);
  EXPECT_EQ(back.behind[0].object, "key");
  EXPECT_EQ(back.behind[1].object, "secret");
  ASSERT_EQ(back.behind[1].versions.size(), 1u);
  EXPECT_EQ(back.behind[1].versions[0].record.view(), "secret");
}

TEST(ObjectBackupTest, WhatLiesBehindHasVersionsAsWell) {
  const BackupSealer sealer;
  const BackupScope scope = BackupScopeOf(Vault("s", "westeurope"));
  ObjectBackup backup = Backup();
  backup.behind[1].versions.clear();
  const std::string blob = SealBackup(sealer, ObjectKind::kCertificate, scope, backup);
  EXPECT_THAT(OpenBackup(sealer, ObjectKind::kCertificate, scope, blob).status(),
              ErrorCodeIs("BadParameter"));
}

TEST(ObjectBackupTest, ABadBlobIsABadParameterThatTellsNothing) {
  const BackupSealer sealer;
  const BackupScope scope = BackupScopeOf(Vault("s", "westeurope"));
  const std::string blob = SealBackup(sealer, ObjectKind::kKey, scope, Backup());
  const std::string nothing = SealBackup(sealer, ObjectKind::kKey, scope, ObjectBackup());
  const std::string no_message = sealer.Seal(ObjectKind::kKey, scope, "\xff\xff");
  const absl::Status errors[] = {
      OpenBackup(sealer, ObjectKind::kKey, BackupScopeOf(Vault("t", "westeurope")), blob).status(),
      OpenBackup(sealer, ObjectKind::kKey, BackupScopeOf(Vault("s", "eastus")), blob).status(),
      OpenBackup(sealer, ObjectKind::kKey, BackupScopeOf(ManagedHsm("s", "westeurope")), blob)
          .status(),
      OpenBackup(sealer, ObjectKind::kCertificate, scope, blob).status(),
      OpenBackup(sealer, ObjectKind::kKey, scope, "").status(),
      OpenBackup(sealer, ObjectKind::kKey, scope, "blob").status(),
      OpenBackup(sealer, ObjectKind::kKey, scope, nothing).status(),
      OpenBackup(sealer, ObjectKind::kKey, scope, no_message).status(),
  };
  for (const absl::Status& error : errors) {
    EXPECT_THAT(error, ErrorCodeIs("BadParameter"));
    EXPECT_EQ(error.message(), errors[0].message());
  }
}

}  // namespace
}  // namespace lazuli::keyvault

#include "keyvault/backup/object_backup.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/backup/backup_contents.pb.h"
#include "keyvault/backup/geography.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

void WipeRecords(storage::BackupContents* contents) {
  for (storage::BackupContents::Version& version : *contents->mutable_versions()) {
    WipeText(version.mutable_record());
  }
  for (storage::BackupContents& behind : *contents->mutable_behind()) WipeRecords(&behind);
}

void PutContents(const ObjectBackup& backup, storage::BackupContents* contents) {
  contents->set_object(backup.object);
  for (const BackupVersion& version : backup.versions) {
    storage::BackupContents::Version* const added = contents->add_versions();
    added->set_id(version.id);
    added->set_record(version.record.data(), version.record.size());
  }
  for (const ObjectBackup& behind : backup.behind) PutContents(behind, contents->add_behind());
}

// How deep they may lie is for protobuf's parser to say.
absl::StatusOr<ObjectBackup> TakeContents(storage::BackupContents* contents) {
  if (contents->versions().empty()) return InvalidBackupError();
  ObjectBackup backup;
  backup.object = std::move(*contents->mutable_object());
  for (storage::BackupContents::Version& version : *contents->mutable_versions()) {
    backup.versions.push_back(
        {std::move(*version.mutable_id()), TakeText(std::move(*version.mutable_record()))});
  }
  for (storage::BackupContents& behind : *contents->mutable_behind()) {
    LAZULI_ASSIGN_OR_RETURN(backup.behind.emplace_back(), TakeContents(&behind));
  }
  return backup;
}

}  // namespace

BackupScope BackupScopeOf(const VaultRecord& vault) {
  // Keys of vaults cannot be restored into managed HSMs, nor theirs into vaults.
  const bool is_hsm = vault.kind() == VaultKind::kManagedHsm;
  return {vault.address.subscription_id,
          absl::StrCat(GeographyOf(vault.location), is_hsm ? "/managedhsm" : "")};
}

std::string SealBackup(const BackupSealer& sealer, ObjectKind kind, const BackupScope& scope,
                       const ObjectBackup& backup) {
  storage::BackupContents contents;
  PutContents(backup, &contents);
  SecureBytes plain(contents.ByteSizeLong());
  contents.SerializeToArray(plain.data(), static_cast<int>(plain.size()));
  WipeRecords(&contents);
  return sealer.Seal(kind, scope, plain.view());
}

absl::StatusOr<ObjectBackup> OpenBackup(const BackupSealer& sealer, ObjectKind kind,
                                        const BackupScope& scope, absl::string_view blob) {
  const std::optional<SecureBytes> plain = sealer.Open(kind, scope, blob);
  storage::BackupContents contents;
  if (!plain.has_value() ||
      !contents.ParseFromArray(plain->data(), static_cast<int>(plain->size()))) {
    WipeRecords(&contents);
    return InvalidBackupError();
  }
  absl::StatusOr<ObjectBackup> backup = TakeContents(&contents);
  WipeRecords(&contents);
  return backup;
}

}  // namespace lazuli::keyvault

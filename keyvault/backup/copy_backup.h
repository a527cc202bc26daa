// File: keyvault/backup/copy_backup.h
//
// The backup of an object as a vault gives it and takes it (ObjectCopy), of any kind.
#ifndef LAZULI_KEYVAULT_BACKUP_COPY_BACKUP_H_
#define LAZULI_KEYVAULT_BACKUP_COPY_BACKUP_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/backup/object_backup.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/object_traits.h"
#include "keyvault/storage/vault_record_conversion.h"
#include "keyvault/vault_record.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {

// What is sealed of an object.
template <typename Traits>
ObjectBackup BackupOf(const ObjectCopy<Traits>& copy) {
  ObjectNameState<Traits> state;
  state.name = copy.name;
  state.state = ObjectState::kLive;
  state.latest = copy.latest;
  state.data = copy.data;
  ObjectBackup backup;
  backup.object = ToRecord(state);
  for (const VersionPtr<Traits>& version : copy.versions) {
    backup.versions.push_back({version->version, TakeText(ToRecord(*version))});
  }
  return backup;
}

// The inverse. InvalidBackupError for what BackupOf did not make.
template <typename Traits>
absl::StatusOr<ObjectCopy<Traits>> CopyOf(const ObjectBackup& backup) {
  absl::StatusOr<ObjectNameState<Traits>> state = NameFromRecord<Traits>(backup.object);
  if (!state.ok() || state->state != ObjectState::kLive) return InvalidBackupError();
  ObjectCopy<Traits> copy;
  copy.name = std::move(state->name);
  copy.latest = std::move(state->latest);
  copy.data = std::move(state->data);
  bool has_latest = false;
  for (const BackupVersion& saved : backup.versions) {
    absl::StatusOr<typename Traits::Version> version =
        VersionFromRecord<Traits>(saved.record.view());
    if (!version.ok() || !Traits::IsWhole(*version)) return InvalidBackupError();
    version->name = copy.name;
    version->version = saved.id;
    has_latest = has_latest || saved.id == copy.latest;
    copy.versions.push_back(std::make_shared<const typename Traits::Version>(*std::move(version)));
  }
  if (!has_latest) return InvalidBackupError();
  return copy;
}

// The bytes that the client of `vault` gets, never more than a request to restore them takes.
// BackupTooLargeError.
template <typename Traits>
absl::StatusOr<std::string> SealWithinLimits(const BackupSealer& sealer, const VaultRecord& vault,
                                             const ObjectBackup& backup) {
  if (backup.versions.size() > limits::keyvault::kMaxBackupVersions) {
    return BackupTooLargeError(Traits::kKind);
  }
  std::string blob = SealBackup(sealer, Traits::kKind, BackupScopeOf(vault), backup);
  if (blob.size() > limits::keyvault::kMaxBackupBytes) return BackupTooLargeError(Traits::kKind);
  return blob;
}

// As SealWithinLimits, of one object.
template <typename Traits>
absl::StatusOr<std::string> SealCopy(const BackupSealer& sealer, const VaultRecord& vault,
                                     const ObjectCopy<Traits>& copy) {
  return SealWithinLimits<Traits>(sealer, vault, BackupOf(copy));
}

// What SealCopy sealed for a vault of the same subscription and geography. InvalidBackupError for
// anything else.
template <typename Traits>
absl::StatusOr<ObjectCopy<Traits>> OpenCopy(const BackupSealer& sealer, const VaultRecord& vault,
                                            absl::string_view blob) {
  LAZULI_ASSIGN_OR_RETURN(const ObjectBackup backup,
                          OpenBackup(sealer, Traits::kKind, BackupScopeOf(vault), blob));
  return CopyOf<Traits>(backup);
}

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_BACKUP_COPY_BACKUP_H_

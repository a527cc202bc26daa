// File: keyvault/backup/object_backup.h
//
// The backup of one object of a vault, of any kind: its record and those of its versions, as they
// rest (keyvault/storage), sealed.
#ifndef LAZULI_KEYVAULT_BACKUP_OBJECT_BACKUP_H_
#define LAZULI_KEYVAULT_BACKUP_OBJECT_BACKUP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/object_kind.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

struct BackupVersion {
  std::string id;
  SecureBytes record;
};

// Of one name: what ToRecord made of its state and of each version.
struct ObjectBackup {
  std::string object;
  std::vector<BackupVersion> versions;
  // Of a certificate: its key and then its secret, once there are any.
  std::vector<ObjectBackup> behind;
};

// Where a vault's objects can be restored: of a managed HSM into managed HSMs alone.
BackupScope BackupScopeOf(const VaultRecord& vault);

// The bytes that the client gets.
std::string SealBackup(const BackupSealer& sealer, ObjectKind kind, const BackupScope& scope,
                       const ObjectBackup& backup);
// InvalidBackupError for whatever SealBackup did not make for the same kind and scope: it says
// nothing of what is wrong. What the records say is for the caller to read.
absl::StatusOr<ObjectBackup> OpenBackup(const BackupSealer& sealer, ObjectKind kind,
                                        const BackupScope& scope, absl::string_view blob);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_BACKUP_OBJECT_BACKUP_H_

// File: keyvault/backup/backup_sealer.h
//
// Backups as texts that only this emulator reads, and only for the subscription and the geography
// that they were made in. Key Vault documentation, "Azure Key Vault backup and restore": a backup
// can be restored in the same subscription and geography alone.
#ifndef LAZULI_KEYVAULT_BACKUP_BACKUP_SEALER_H_
#define LAZULI_KEYVAULT_BACKUP_BACKUP_SEALER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "base/aead_key.h"
#include "base/mutex.h"
#include "base/secure_bytes.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

// What every blob of the kind begins with, as Key Vault's do:
// "&AzureKeyVaultKeyBackupV1.microsoft.com". Lives for ever.
absl::string_view BackupPrefix(ObjectKind kind);

// Where a backup is made, and where alone it can be restored.
struct BackupScope {
  std::string subscription_id;  // in any letter case
  std::string geography;        // GeographyOf
};

// Thread safe. Every scope has a key of its own, derived from one root key, which is random and
// secret and rests with the state (backup_records.h).
class BackupSealer {
 public:
  // With a new root key.
  BackupSealer();
  BackupSealer(const BackupSealer&) = delete;
  BackupSealer& operator=(const BackupSealer&) = delete;

  // The prefix and the sealed contents: the bytes that a client keeps.
  std::string Seal(ObjectKind kind, const BackupScope& scope, absl::string_view contents) const;
  // nullopt unless `blob` was sealed for this kind and scope under this root key, and is whole.
  std::optional<SecureBytes> Open(ObjectKind kind, const BackupScope& scope,
                                  absl::string_view blob) const;

  SecureBytes root_key() const;
  // False, and nothing changes, unless `key` has the length of one.
  bool SetRootKey(SecureBytes key);

 private:
  AeadKey KeyOf(const BackupScope& scope) const;

  mutable Mutex mu_;
  SecureBytes root_key_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_BACKUP_BACKUP_SEALER_H_

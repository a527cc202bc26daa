// File: keyvault/backup/copy_codec.h
//
// The backups of whole objects of a vault, of every kind, to and from the bytes that clients keep.
#ifndef LAZULI_KEYVAULT_BACKUP_COPY_CODEC_H_
#define LAZULI_KEYVAULT_BACKUP_COPY_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/object_traits.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// `vault`: the one that the object lies in.
template <typename Traits>
std::string SealCopy(const BackupSealer& sealer, const VaultRecord& vault,
                     const ObjectCopy<Traits>& copy);
// `vault`: the one that is to get the object. InvalidBackupError for whatever SealCopy did not make
// for objects of that kind, and vaults of that subscription and geography.
template <typename Traits>
absl::StatusOr<ObjectCopy<Traits>> OpenCopy(const BackupSealer& sealer, const VaultRecord& vault,
                                            absl::string_view blob);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_BACKUP_COPY_CODEC_H_

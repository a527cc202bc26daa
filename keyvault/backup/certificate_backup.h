// File: keyvault/backup/certificate_backup.h
//
// The backup of a certificate with the key and the secret behind it (CertificateCopy).
#ifndef LAZULI_KEYVAULT_BACKUP_CERTIFICATE_BACKUP_H_
#define LAZULI_KEYVAULT_BACKUP_CERTIFICATE_BACKUP_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/object_traits.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// The bytes that the client of `vault` gets, never more than a request to restore them takes.
// BackupTooLargeError.
absl::StatusOr<std::string> SealCertificate(const BackupSealer& sealer, const VaultRecord& vault,
                                            const CertificateCopy& copy);

// What SealCertificate sealed for a vault of the same subscription and geography: to each issued
// version a key and a secret, all of one name. InvalidBackupError for anything else.
absl::StatusOr<CertificateCopy> OpenCertificate(const BackupSealer& sealer,
                                                const VaultRecord& vault, absl::string_view blob);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_BACKUP_CERTIFICATE_BACKUP_H_

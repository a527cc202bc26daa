#include "keyvault/backup/certificate_backup.h"

#include <set>
#include <string>

#include "base/status_macros.h"
#include "keyvault/backup/copy_backup.h"
#include "keyvault/backup/object_backup.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

// Its versions are those, under that name.
template <typename Traits>
bool Matches(const ObjectCopy<Traits>& copy, const std::string& name,
             const std::set<std::string>& ids) {
  std::set<std::string> own;
  for (const VersionPtr<Traits>& version : copy.versions) own.insert(version->version);
  return copy.name == name && own == ids;
}

}  // namespace

absl::StatusOr<std::string> SealCertificate(const BackupSealer& sealer, const VaultRecord& vault,
                                            const CertificateCopy& copy) {
  ObjectBackup backup = BackupOf(copy.certificate);
  if (!copy.key.versions.empty()) {
    backup.behind.push_back(BackupOf(copy.key));
    backup.behind.push_back(BackupOf(copy.secret));
  }
  return SealWithinLimits<CertificateTraits>(sealer, vault, backup);
}

absl::StatusOr<CertificateCopy> OpenCertificate(const BackupSealer& sealer,
                                                const VaultRecord& vault, absl::string_view blob) {
  LAZULI_ASSIGN_OR_RETURN(const ObjectBackup backup,
                          OpenBackup(sealer, CertificateTraits::kKind, BackupScopeOf(vault), blob));
  CertificateCopy copy;
  LAZULI_ASSIGN_OR_RETURN(copy.certificate, CopyOf<CertificateTraits>(backup));
  std::set<std::string> issued;
  for (const CertificateVersionPtr& version : copy.certificate.versions) {
    if (version->is_issued()) issued.insert(version->version);
  }
  if (issued.empty() && backup.behind.empty()) return copy;
  if (issued.empty() || backup.behind.size() != 2) return InvalidBackupError();
  LAZULI_ASSIGN_OR_RETURN(copy.key, CopyOf<KeyTraits>(backup.behind[0]));
  LAZULI_ASSIGN_OR_RETURN(copy.secret, CopyOf<SecretTraits>(backup.behind[1]));
  if (!Matches(copy.key, copy.certificate.name, issued) ||
      !Matches(copy.secret, copy.certificate.name, issued)) {
    return InvalidBackupError();
  }
  return copy;
}

}  // namespace lazuli::keyvault

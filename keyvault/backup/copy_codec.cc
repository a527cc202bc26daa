#include "keyvault/backup/copy_codec.h"

#include <memory>
#include <utility>

#include "base/ids.h"
#include "base/status_macros.h"
#include "keyvault/backup/object_backup.h"
#include "keyvault/errors.h"
#include "keyvault/names.h"
#include "keyvault/object_kind.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/storage/vault_record_conversion.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {
namespace {

BackupKind BackupKindOf(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kKey:
      return BackupKind::kKey;
    case ObjectKind::kSecret:
      return BackupKind::kSecret;
  }
  return BackupKind::kKey;
}

}  // namespace

template <typename Traits>
std::string SealCopy(const BackupSealer& sealer, const VaultRecord& vault,
                     const ObjectCopy<Traits>& copy) {
  ObjectNameState<Traits> state;
  state.name = copy.name;
  state.versions_made = copy.versions.size();
  state.state = ObjectState::kLive;
  state.latest = copy.latest;
  state.data = copy.data;
  ObjectBackup backup;
  backup.object = ToRecord(state);
  for (const VersionPtr<Traits>& version : copy.versions) {
    backup.versions.push_back({version->version, ToRecord(*version)});
  }
  return SealBackup(sealer, BackupKindOf(Traits::kKind), BackupScopeOf(vault), backup);
}

template <typename Traits>
absl::StatusOr<ObjectCopy<Traits>> OpenCopy(const BackupSealer& sealer, const VaultRecord& vault,
                                            absl::string_view blob) {
  LAZULI_ASSIGN_OR_RETURN(const ObjectBackup backup, OpenBackup(sealer, BackupKindOf(Traits::kKind),
                                                                BackupScopeOf(vault), blob));
  const absl::StatusOr<ObjectNameState<Traits>> state = NameFromRecord<Traits>(backup.object);
  if (!state.ok() || !IsValidObjectName(state->name)) return InvalidBackupError();
  ObjectCopy<Traits> copy;
  copy.name = state->name;
  copy.latest = state->latest;
  copy.data = state->data;
  bool has_latest = false;
  for (const BackupVersion& version : backup.versions) {
    auto read = VersionFromRecord<Traits>(version.record);
    if (!read.ok() || !IsHex32(version.id)) return InvalidBackupError();
    read->version = version.id;
    has_latest = has_latest || version.id == copy.latest;
    copy.versions.push_back(std::make_shared<const typename Traits::Version>(*std::move(read)));
  }
  if (!has_latest) return InvalidBackupError();
  return copy;
}

template std::string SealCopy(const BackupSealer&, const VaultRecord&,
                              const ObjectCopy<KeyTraits>&);
template std::string SealCopy(const BackupSealer&, const VaultRecord&,
                              const ObjectCopy<SecretTraits>&);
template absl::StatusOr<ObjectCopy<KeyTraits>> OpenCopy<KeyTraits>(const BackupSealer&,
                                                                   const VaultRecord&,
                                                                   absl::string_view);
template absl::StatusOr<ObjectCopy<SecretTraits>> OpenCopy<SecretTraits>(const BackupSealer&,
                                                                         const VaultRecord&,
                                                                         absl::string_view);

}  // namespace lazuli::keyvault

// File: keyvault/service/keys_service_backup.cc
//
// Keys as blobs that only the service reads, and back.
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/backup/copy_backup.h"
#include "keyvault/key_type_offer.h"
#include "keyvault/object_traits.h"
#include "keyvault/service/key_conversion.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/vault.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

// What a vault could not have been asked to make cannot be restored into it either.
absl::Status CheckVaultHolds(const VaultRecord& vault, const ObjectCopy<KeyTraits>& backup) {
  for (const KeyVersionPtr& version : backup.versions) {
    LAZULI_RETURN_IF_ERROR(CheckKeyTypeOffered(vault, version->type));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status KeysService::BackupKey(const CallContext& context, const v1::KeyNameRequest& request,
                                    v1::BackupKeyResult* response) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const ObjectCopy<KeyTraits> copy,
                          vault->Backup<KeyTraits>(request.key_name()));
  LAZULI_ASSIGN_OR_RETURN(std::string blob, SealCopy(*backup_sealer_, *vault->record(), copy));
  response->set_value(std::move(blob));
  return absl::OkStatus();
}

absl::Status KeysService::RestoreKey(const CallContext& context,
                                     const v1::RestoreKeyRequest& request,
                                     v1::KeyBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  const VaultRecordPtr record = vault->record();
  LAZULI_ASSIGN_OR_RETURN(const ObjectCopy<KeyTraits> backup,
                          OpenCopy<KeyTraits>(*backup_sealer_, *record, request.value()));
  LAZULI_RETURN_IF_ERROR(CheckVaultHolds(*record, backup));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr latest,
                          vault->RestoreBackup<KeyTraits>(context.now, backup, "RestoreKey"));
  WriteKeyBundle(*latest, record->settings, response);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault

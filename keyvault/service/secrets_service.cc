#include "keyvault/service/secrets_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/backup/copy_backup.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"
#include "keyvault/names.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "keyvault/service/object_conversion.h"
#include "keyvault/service/page_token.h"
#include "keyvault/vault.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

absl::Status CheckName(absl::string_view name) { return CheckObjectName("secret_name", name); }

absl::Status CheckContentType(absl::string_view content_type) {
  if (content_type.size() <= limits::keyvault::kMaxContentTypeLength) return absl::OkStatus();
  return BadObjectParameterError(
      "contentType",
      absl::StrCat("It has at most ", limits::keyvault::kMaxContentTypeLength, " characters."));
}

// What every answer about a secret has but its id.
template <typename Message>
void WriteCommon(const SecretVersion& version, const VaultSettings& vault, Message* message) {
  if (!version.content_type.empty()) message->set_content_type(version.content_type);
  WriteObjectAttributes(version, vault, message->mutable_attributes());
  WriteObjectTags(version.tags, message);
  if (version.managed) message->set_managed(true);
}

// Without the value.
void WriteBundle(const SecretVersion& version, const VaultSettings& vault,
                 v1::SecretBundle* bundle) {
  WriteCommon(version, vault, bundle);
  bundle->set_id(version.id);
  if (!version.kid.empty()) bundle->set_kid(version.kid);
}

void WriteValue(const SecretVersion& version, v1::SecretBundle* bundle) {
  const absl::string_view value = version.value->view();
  bundle->set_value(value.data(), value.size());
}

void WriteDeletedBundle(const DeletedSecret& deleted, const VaultRecord& vault,
                        v1::DeletedSecretBundle* bundle) {
  WriteObjectDeletion(ObjectKind::kSecret, deleted, vault, bundle);
  WriteCommon(*deleted.latest, vault.settings, bundle);
  bundle->set_id(deleted.latest->id);
  if (!deleted.latest->kid.empty()) bundle->set_kid(deleted.latest->kid);
}

}  // namespace

absl::Status SecretsService::SetSecret(const CallContext& context,
                                       const v1::SetSecretRequest& request,
                                       v1::SecretBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  if (request.value().size() > limits::keyvault::kMaxSecretSize) {
    return SecretTooLongError(limits::keyvault::kMaxSecretSize);
  }
  LAZULI_RETURN_IF_ERROR(CheckContentType(request.content_type()));
  SecretVersion version;
  version.value = std::make_shared<const SecureBytes>(request.value());
  version.content_type = request.content_type();
  LAZULI_ASSIGN_OR_RETURN(const ObjectAttributesInput attributes,
                          ReadObjectAttributes(request.attributes()));
  attributes.ApplyTo(&version.attributes);
  if (request.has_tags()) {
    LAZULI_ASSIGN_OR_RETURN(version.tags, ReadObjectTags(request.tags()));
  }
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const SecretVersionPtr added,
                          vault->Add<SecretTraits>(context.now, request.secret_name(),
                                                   std::move(version), "SetSecret"));
  WriteBundle(*added, vault->record()->settings, response);
  WriteValue(*added, response);
  return absl::OkStatus();
}

absl::Status SecretsService::GetSecret(const CallContext& context,
                                       const v1::GetSecretRequest& request,
                                       v1::SecretBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_RETURN_IF_ERROR(CheckObjectVersion("secret_version", "GET", request.secret_version()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(
      const SecretVersionPtr version,
      vault->Find<SecretTraits>(request.secret_name(), request.secret_version()));
  LAZULI_RETURN_IF_ERROR(CheckSecretShown(*version));
  WriteBundle(*version, vault->record()->settings, response);
  WriteValue(*version, response);
  return absl::OkStatus();
}

absl::Status SecretsService::UpdateSecret(const CallContext& context,
                                          const v1::UpdateSecretRequest& request,
                                          v1::SecretBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_RETURN_IF_ERROR(CheckObjectVersion("secret_version", "PATCH", request.secret_version()));
  LAZULI_RETURN_IF_ERROR(CheckContentType(request.content_type()));
  std::optional<TagMap> tags;
  if (request.has_tags()) {
    LAZULI_ASSIGN_OR_RETURN(tags, ReadObjectTags(request.tags()));
  }
  LAZULI_ASSIGN_OR_RETURN(const ObjectAttributesInput attributes,
                          ReadObjectAttributes(request.attributes()));
  const auto change = [&](SecretVersion* secret) {
    if (request.has_content_type()) secret->content_type = request.content_type();
    if (tags.has_value()) secret->tags = tags;
    attributes.ApplyTo(&secret->attributes);
    return absl::OkStatus();
  };
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(
      const SecretVersionPtr updated,
      vault->Update<SecretTraits>(context.now, request.secret_name(), request.secret_version(),
                                  change, "UpdateSecret"));
  WriteBundle(*updated, vault->record()->settings, response);
  return absl::OkStatus();
}

absl::Status SecretsService::DeleteSecret(const CallContext& context,
                                          const v1::SecretNameRequest& request,
                                          v1::DeletedSecretBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const DeletedSecret deleted,
                          vault->Delete<SecretTraits>(context.now, request.secret_name()));
  WriteDeletedBundle(deleted, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status SecretsService::GetSecrets(const CallContext& context,
                                        const v1::GetSecretsRequest& request,
                                        v1::SecretListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<SecretVersionPtr> secrets,
                          vault->List<SecretTraits>(page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const SecretVersionPtr& secret : secrets.items) {
    v1::SecretItem* const item = response->add_value();
    WriteCommon(*secret, record->settings, item);
    item->set_id(ObjectId(ObjectKind::kSecret, record->name(), secret->name));
  }
  if (secrets.more) response->set_next_link(EncodePageToken(secrets.items.back()->name));
  return absl::OkStatus();
}

absl::Status SecretsService::GetSecretVersions(const CallContext& context,
                                               const v1::GetSecretVersionsRequest& request,
                                               v1::SecretListResult* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(
      const Page<SecretVersionPtr> versions,
      vault->ListVersions<SecretTraits>(request.secret_name(), page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const SecretVersionPtr& version : versions.items) {
    v1::SecretItem* const item = response->add_value();
    WriteCommon(*version, record->settings, item);
    item->set_id(version->id);
  }
  if (versions.more) response->set_next_link(EncodePageToken(versions.items.back()->version));
  return absl::OkStatus();
}

absl::Status SecretsService::GetDeletedSecrets(const CallContext& context,
                                               const v1::GetSecretsRequest& request,
                                               v1::DeletedSecretListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<DeletedSecret> secrets,
                          vault->ListDeleted<SecretTraits>(page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const DeletedSecret& secret : secrets.items) {
    v1::DeletedSecretItem* const item = response->add_value();
    WriteObjectDeletion(ObjectKind::kSecret, secret, *record, item);
    WriteCommon(*secret.latest, record->settings, item);
    item->set_id(ObjectId(ObjectKind::kSecret, record->name(), secret.latest->name));
  }
  if (secrets.more) response->set_next_link(EncodePageToken(secrets.items.back().latest->name));
  return absl::OkStatus();
}

absl::Status SecretsService::GetDeletedSecret(const CallContext& context,
                                              const v1::SecretNameRequest& request,
                                              v1::DeletedSecretBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const DeletedSecret deleted,
                          vault->FindDeleted<SecretTraits>(request.secret_name()));
  WriteDeletedBundle(deleted, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status SecretsService::RecoverDeletedSecret(const CallContext& context,
                                                  const v1::SecretNameRequest& request,
                                                  v1::SecretBundle* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const SecretVersionPtr latest,
                          vault->Recover<SecretTraits>(context.now, request.secret_name()));
  WriteBundle(*latest, vault->record()->settings, response);
  return absl::OkStatus();
}

absl::Status SecretsService::PurgeDeletedSecret(const CallContext& context,
                                                const v1::SecretNameRequest& request,
                                                v1::Empty* response) {
  (void)response;
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  return vault->Purge<SecretTraits>(context.now, request.secret_name());
}

absl::Status SecretsService::BackupSecret(const CallContext& context,
                                          const v1::SecretNameRequest& request,
                                          v1::BackupSecretResult* response) {
  LAZULI_RETURN_IF_ERROR(CheckName(request.secret_name()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const ObjectCopy<SecretTraits> secret,
                          vault->Backup<SecretTraits>(request.secret_name()));
  LAZULI_ASSIGN_OR_RETURN(std::string blob, SealCopy(*sealer_, *vault->record(), secret));
  response->set_value(std::move(blob));
  return absl::OkStatus();
}

absl::Status SecretsService::RestoreSecret(const CallContext& context,
                                           const v1::RestoreSecretRequest& request,
                                           v1::SecretBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const ObjectCopy<SecretTraits> secret,
                          OpenCopy<SecretTraits>(*sealer_, *vault->record(), request.value()));
  LAZULI_ASSIGN_OR_RETURN(const SecretVersionPtr latest,
                          vault->RestoreBackup<SecretTraits>(context.now, secret, "RestoreSecret"));
  WriteBundle(*latest, vault->record()->settings, response);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault

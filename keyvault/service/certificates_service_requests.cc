// Requests for certificates, contacts and listings.
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/errors.h"
#include "keyvault/issued_certificate.h"
#include "keyvault/names.h"
#include "keyvault/service/certificate_conversion.h"
#include "keyvault/service/certificates_service.h"
#include "keyvault/service/object_conversion.h"
#include "keyvault/service/page_token.h"

namespace lazuli::keyvault {
namespace {

constexpr ObjectKind kKind = ObjectKind::kCertificate;

void WriteRequest(const CertificateView& view, const Vault& vault,
                  v1::CertificateOperation* response) {
  WriteCertificateOperation(*view.data.request, view.data.policy, vault.name(), view.version->name,
                            response);
}

}  // namespace

absl::StatusOr<CertificateView> CertificatesService::FindRequest(
    const Vault& vault, absl::string_view certificate_name) const {
  absl::StatusOr<CertificateView> view = vault.FindCertificate(certificate_name, "");
  if (absl::IsNotFound(view.status()) || (view.ok() && !view->data.request.has_value())) {
    return PendingCertificateNotFoundError(certificate_name);
  }
  return view;
}

absl::Status CertificatesService::GetCertificateOperation(const CallContext& context,
                                                          const v1::CertificateNameRequest& request,
                                                          v1::CertificateOperation* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateView view,
                          FindRequest(*vault, request.certificate_name()));
  WriteRequest(view, *vault, response);
  return absl::OkStatus();
}

absl::Status CertificatesService::UpdateCertificateOperation(
    const CallContext& context, const v1::UpdateCertificateOperationRequest& request,
    v1::CertificateOperation* response) {
  const std::string& name = request.certificate_name();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(context, request.vault_name(), name));
  LAZULI_ASSIGN_OR_RETURN(CertificateView view, FindRequest(*vault, name));
  if (request.cancellation_requested()) {
    LAZULI_ASSIGN_OR_RETURN(view, vault->ChangeCertificate(
                                      context.now, name,
                                      [&name](CertificateNameData* data) {
                                        if (!data->request.has_value())
                                          return PendingCertificateNotFoundError(name);
                                        if (!data->request->is_in_progress()) {
                                          return PendingCertificateNotInProgressError("update");
                                        }
                                        data->request->cancellation_requested = true;
                                        data->request->status =
                                            CertificateRequestStatus::kCancelled;
                                        data->request->key = nullptr;
                                        data->request->issue_at.reset();
                                        return absl::OkStatus();
                                      },
                                      "UpdateCertificateOperation"));
  }
  WriteRequest(view, *vault, response);
  return absl::OkStatus();
}

absl::Status CertificatesService::DeleteCertificateOperation(
    const CallContext& context, const v1::CertificateNameRequest& request,
    v1::CertificateOperation* response) {
  const std::string& name = request.certificate_name();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(context, request.vault_name(), name));
  LAZULI_ASSIGN_OR_RETURN(const CertificateView view, FindRequest(*vault, name));
  LAZULI_RETURN_IF_ERROR(vault
                             ->ChangeCertificate(
                                 context.now, name,
                                 [](CertificateNameData* data) {
                                   data->request.reset();
                                   return absl::OkStatus();
                                 },
                                 "DeleteCertificateOperation")
                             .status());
  WriteRequest(view, *vault, response);
  return absl::OkStatus();
}

absl::Status CertificatesService::MergeCertificate(const CallContext& context,
                                                   const v1::MergeCertificateRequest& request,
                                                   v1::CertificateBundle* response) {
  const std::string& name = request.certificate_name();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(context, request.vault_name(), name));
  if (request.x5c().empty()) return EmptyChainError();
  if (static_cast<size_t>(request.x5c_size()) > limits::certificates::kMaxChain) {
    return BadCertificateParameterError("x5c", "There are too many.");
  }
  LAZULI_ASSIGN_OR_RETURN(const CertificateView pending, FindRequest(*vault, name));
  if (!pending.data.request->is_in_progress()) {
    return PendingCertificateNotInProgressError("merge");
  }
  const std::vector<std::string> chain(request.x5c().begin(), request.x5c().end());
  for (const std::string& der : chain) {
    if (!ReadCertificateFacts(der).ok()) {
      return BadCertificateParameterError("x5c", "An item is no certificate.");
    }
  }
  CertificateNameData data = pending.data;
  const crypto::KeyMaterial::Ptr key = std::exchange(data.request->key, nullptr);
  if (!CertificateBelongsTo(chain.front(), *key)) return PublicKeyMismatchError();
  CertificateLabels labels{data.request->enabled, data.request->tags};
  if (request.attributes().has_enabled()) labels.enabled = request.attributes().enabled();
  if (request.has_tags()) {
    LAZULI_ASSIGN_OR_RETURN(labels.tags, ReadObjectTags(request.tags()));
  }
  data.request->status = CertificateRequestStatus::kCompleted;
  data.request->issue_at.reset();
  LAZULI_ASSIGN_OR_RETURN(IssuedCertificate issued,
                          AssembleCertificate(data.policy, chain, key, labels));
  LAZULI_ASSIGN_OR_RETURN(const CertificateView view,
                          vault->AddCertificate(context.now, name, std::move(issued), data,
                                                data.request->request_id, "MergeCertificate"));
  WriteCertificateBundle(view, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::GetCertificates(const CallContext& context,
                                                  const v1::GetCertificatesRequest& request,
                                                  v1::CertificateListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<CertificateVersionPtr> found,
                          vault->List<CertificateTraits>(page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const CertificateVersionPtr& version : found.items) {
    if (!version->is_issued() && !request.include_pending()) continue;
    WriteCertificateItem(*version, *record, ObjectId(kKind, record->name(), version->name),
                         response->add_value());
  }
  if (found.more) response->set_next_link(EncodePageToken(found.items.back()->name));
  return absl::OkStatus();
}

absl::Status CertificatesService::GetCertificateVersions(
    const CallContext& context, const v1::GetCertificateVersionsRequest& request,
    v1::CertificateListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(
      const Page<CertificateVersionPtr> found,
      vault->ListVersions<CertificateTraits>(request.certificate_name(), page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const CertificateVersionPtr& version : found.items) {
    WriteCertificateItem(*version, *record, version->id, response->add_value());
  }
  if (found.more) response->set_next_link(EncodePageToken(found.items.back()->version));
  return absl::OkStatus();
}

absl::Status CertificatesService::GetDeletedCertificates(
    const CallContext& context, const v1::GetCertificatesRequest& request,
    v1::DeletedCertificateListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<DeletedCertificate> found,
                          vault->ListDeleted<CertificateTraits>(page.after, page.limit));
  const VaultRecordPtr record = vault->record();
  for (const DeletedCertificate& deleted : found.items) {
    WriteDeletedCertificateItem(deleted, *record, response->add_value());
  }
  if (found.more) response->set_next_link(EncodePageToken(found.items.back().latest->name));
  return absl::OkStatus();
}

absl::Status CertificatesService::GetCertificateContacts(const CallContext& context,
                                                         const v1::CertificateVaultRequest& request,
                                                         v1::CertificateContacts* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  const VaultRecordPtr record = vault->record();
  if (record->certificate_contacts.empty()) return ContactsNotFoundError();
  WriteCertificateContacts(record->certificate_contacts, vault->name(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::SetCertificateContacts(
    const CallContext& context, const v1::SetCertificateContactsRequest& request,
    v1::CertificateContacts* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::vector<CertificateContact> contacts,
                          ReadCertificateContacts(request.contacts()));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_RETURN_IF_ERROR(
      vault->SetCertificateContacts(context.now, contacts, "SetCertificateContacts"));
  WriteCertificateContacts(contacts, vault->name(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::DeleteCertificateContacts(
    const CallContext& context, const v1::CertificateVaultRequest& request,
    v1::CertificateContacts* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  const VaultRecordPtr record = vault->record();
  if (record->certificate_contacts.empty()) return ContactsNotFoundError();
  LAZULI_RETURN_IF_ERROR(
      vault->SetCertificateContacts(context.now, {}, "DeleteCertificateContacts"));
  WriteCertificateContacts(record->certificate_contacts, vault->name(), response);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault

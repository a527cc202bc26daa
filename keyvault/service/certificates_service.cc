#include "keyvault/service/certificates_service.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "keyvault/backup/certificate_backup.h"
#include "keyvault/certificates/certificate_file.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/errors.h"
#include "keyvault/issued_certificate.h"
#include "keyvault/key_type_offer.h"
#include "keyvault/key_version.h"
#include "keyvault/names.h"
#include "keyvault/service/certificate_conversion.h"
#include "keyvault/service/object_conversion.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

template <typename Request>
absl::StatusOr<CertificateLabels> ReadLabels(const Request& request) {
  CertificateLabels labels;
  if (request.attributes().has_enabled()) labels.enabled = request.attributes().enabled();
  if (request.has_tags()) {
    LAZULI_ASSIGN_OR_RETURN(labels.tags, ReadObjectTags(request.tags()));
  }
  return labels;
}

// What such a vault holds, and what can be issued.
absl::Status CheckIssuable(const CertificatePolicy& policy, const VaultRecord& vault) {
  LAZULI_RETURN_IF_ERROR(CheckKeyTypeOffered(vault, policy.key_type));
  return CheckSubject(policy.subject);
}

// The policy of a creation: the request's or, for a certificate that is there, its own.
absl::StatusOr<CertificatePolicy> PolicyOfCreation(const v1::CreateCertificateRequest& request,
                                                   const std::optional<CertificateView>& present,
                                                   absl::Time now) {
  if (!request.has_policy()) {
    if (present.has_value()) return present->data.policy;
    return BadCertificateParameterError("policy", "A value is required.");
  }
  LAZULI_ASSIGN_OR_RETURN(const CertificatePolicyInput input,
                          ReadCertificatePolicy(request.policy()));
  LAZULI_ASSIGN_OR_RETURN(CertificatePolicy policy, MakeCertificatePolicy(input, now));
  if (present.has_value()) policy.created = present->data.policy.created;
  return policy;
}

}  // namespace

absl::StatusOr<VaultPtr> CertificatesService::FindVault(const CallContext& context,
                                                        absl::string_view vault_name,
                                                        absl::string_view certificate_name) const {
  if (!IsValidObjectName(certificate_name)) {
    return InvalidObjectNameError("certificate_name", certificate_name);
  }
  return registry_->FindLive(vault_name, context.name_space);
}

absl::StatusOr<crypto::KeyMaterial::Ptr> CertificatesService::MakeKey(
    const CallContext& context, const Vault& vault, absl::string_view certificate_name,
    const CertificatePolicy& policy) {
  if (policy.reuse_key) {
    const absl::StatusOr<KeyVersionPtr> present = vault.FindKey(certificate_name, "");
    if (present.ok() && KeyFitsPolicy(policy, *(*present)->material)) return (*present)->material;
  }
  if (crypto::MaterialType(policy.key_type) == crypto::KeyType::kEc) {
    return crypto::KeyMaterial::GenerateEc(policy.curve);
  }
  ChangeGate::Pause pause(change_gate_);
  return key_pool_->CreateRsa(policy.key_size, crypto::kDefaultPublicExponent,
                              context.is_cancelled);
}

absl::Status CertificatesService::CreateCertificate(const CallContext& context,
                                                    const v1::CreateCertificateRequest& request,
                                                    v1::CertificateOperation* response) {
  const std::string& name = request.certificate_name();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(context, request.vault_name(), name));
  LAZULI_RETURN_IF_ERROR(vault->CheckCertificateAddable(name));
  std::optional<CertificateView> present;
  if (absl::StatusOr<CertificateView> found = vault->FindCertificate(name, ""); found.ok()) {
    present = *std::move(found);
  }
  CertificateNameData data;
  LAZULI_ASSIGN_OR_RETURN(data.policy, PolicyOfCreation(request, present, context.now));
  LAZULI_ASSIGN_OR_RETURN(CertificateLabels labels, ReadLabels(request));
  LAZULI_RETURN_IF_ERROR(CheckIssuable(data.policy, *vault->record()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateIssuerPtr issuer,
                          vault->record()->IssuerOfPolicy(data.policy.issuer));
  LAZULI_ASSIGN_OR_RETURN(const crypto::KeyMaterial::Ptr key,
                          MakeKey(context, *vault, name, data.policy));
  CertificateRequest& pending = data.request.emplace();
  LAZULI_ASSIGN_OR_RETURN(pending.csr, MakeCertificateRequest(data.policy, *key));
  pending.request_id = vault->CertificateRequestId(context.now, name);
  const absl::Duration delay = vault->certificate_issue_delay();
  const bool issued_here = !data.policy.is_issued_elsewhere();
  const bool at_once = issued_here && delay <= absl::ZeroDuration();
  CertificateView view;
  if (at_once) {
    pending.status = CertificateRequestStatus::kCompleted;
    LAZULI_ASSIGN_OR_RETURN(IssuedCertificate issued,
                            IssueCertificate(data.policy, key, labels, issuer.get(), context.now));
    LAZULI_ASSIGN_OR_RETURN(view, vault->AddCertificate(context.now, name, std::move(issued), data,
                                                        "", "CreateCertificate"));
  } else {
    pending.key = key;
    pending.enabled = labels.enabled;
    pending.tags = std::move(labels.tags);
    if (issued_here) pending.issue_at = context.now + delay;
    LAZULI_ASSIGN_OR_RETURN(
        view, vault->RequestCertificate(context.now, name, data, "CreateCertificate"));
  }
  // Azure's service never has it done by the time of this answer, and clients that hear of an end
  // here never ask for the certificate.
  CertificateRequest begun = *view.data.request;
  begun.status = CertificateRequestStatus::kInProgress;
  WriteCertificateOperation(begun, view.data.policy, vault->name(), view.version->name, response);
  return absl::OkStatus();
}

absl::Status CertificatesService::ImportCertificate(const CallContext& context,
                                                    const v1::ImportCertificateRequest& request,
                                                    v1::CertificateBundle* response) {
  const std::string& name = request.certificate_name();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(context, request.vault_name(), name));
  LAZULI_RETURN_IF_ERROR(vault->CheckCertificateAddable(name));
  LAZULI_ASSIGN_OR_RETURN(const CertificatePolicyInput asked,
                          ReadCertificatePolicy(request.policy()));
  // As Azure does, which looks at nothing but what the policy says.
  std::optional<CertificateContentType> type = CertificateContentType::kPkcs12;
  if (asked.content_type.has_value()) type = ParseCertificateContentType(*asked.content_type);
  if (!type.has_value()) {
    return BadCertificatePolicyError("secret_props.contentType", "It is none that is known.");
  }
  LAZULI_ASSIGN_OR_RETURN(const CertificateFile file,
                          ReadCertificateFile(request.value(), request.pwd(), *type));
  LAZULI_ASSIGN_OR_RETURN(const CertificateFacts facts, ReadCertificateFacts(file.chain.front()));
  CertificateNameData data;
  LAZULI_ASSIGN_OR_RETURN(data.policy,
                          MakeImportedPolicy(facts, *file.key, file.type, asked, context.now));
  const VaultRecordPtr record = vault->record();
  LAZULI_RETURN_IF_ERROR(CheckKeyTypeOffered(*record, data.policy.key_type));
  LAZULI_RETURN_IF_ERROR(record->IssuerOfPolicy(data.policy.issuer).status());
  LAZULI_ASSIGN_OR_RETURN(const CertificateLabels labels, ReadLabels(request));
  LAZULI_ASSIGN_OR_RETURN(IssuedCertificate issued,
                          AssembleCertificate(data.policy, file.chain, file.key, labels));
  LAZULI_ASSIGN_OR_RETURN(
      const CertificateView view,
      vault->AddCertificate(context.now, name, std::move(issued), data, "", "ImportCertificate"));
  WriteCertificateBundle(view, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::GetCertificate(const CallContext& context,
                                                 const v1::GetCertificateRequest& request,
                                                 v1::CertificateBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  if (!request.certificate_version().empty() && !IsHex32(request.certificate_version())) {
    return InvalidObjectVersionError("certificate_version", "GET", request.certificate_version());
  }
  LAZULI_ASSIGN_OR_RETURN(
      const CertificateView view,
      vault->FindCertificate(request.certificate_name(), request.certificate_version()));
  WriteCertificateBundle(view, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::UpdateCertificate(const CallContext& context,
                                                    const v1::UpdateCertificateRequest& request,
                                                    v1::CertificateBundle* response) {
  const std::string& name = request.certificate_name();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(context, request.vault_name(), name));
  if (!request.certificate_version().empty() && !IsHex32(request.certificate_version())) {
    return InvalidObjectVersionError("certificate_version", "PATCH", request.certificate_version());
  }
  LAZULI_ASSIGN_OR_RETURN(const CertificateLabels labels, ReadLabels(request));
  LAZULI_ASSIGN_OR_RETURN(CertificateView view,
                          vault->FindCertificate(name, request.certificate_version()));
  if (request.has_policy()) {
    LAZULI_RETURN_IF_ERROR(ChangePolicy(context, vault.get(), name, request.policy()).status());
  }
  LAZULI_ASSIGN_OR_RETURN(
      view, vault->UpdateCertificate(
                context.now, name, request.certificate_version(), [&](CertificateVersion* version) {
                  // What is not issued cannot be used, whoever allows it.
                  if (request.attributes().has_enabled() && version->is_issued()) {
                    version->attributes.enabled = labels.enabled;
                  }
                  if (labels.tags.has_value()) version->tags = labels.tags;
                  return absl::OkStatus();
                }));
  WriteCertificateBundle(view, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::DeleteCertificate(const CallContext& context,
                                                    const v1::CertificateNameRequest& request,
                                                    v1::DeletedCertificateBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(const DeletedCertificateView view,
                          vault->DeleteCertificate(context.now, request.certificate_name()));
  WriteDeletedCertificateBundle(view, *vault->record(), response);
  return absl::OkStatus();
}

absl::StatusOr<CertificateView> CertificatesService::ChangePolicy(
    const CallContext& context, Vault* vault, absl::string_view name,
    const v1::CertificatePolicy& message) {
  LAZULI_ASSIGN_OR_RETURN(const CertificatePolicyInput input, ReadCertificatePolicy(message));
  const VaultRecordPtr record = vault->record();
  return vault->ChangeCertificate(
      context.now, name,
      [&](CertificateNameData* data) -> absl::Status {
        LAZULI_ASSIGN_OR_RETURN(
            data->policy, keyvault::UpdateCertificatePolicy(data->policy, input, context.now));
        // What names no issuer may be changed although the present one is gone.
        if (input.issuer.has_value()) {
          LAZULI_RETURN_IF_ERROR(record->IssuerOfPolicy(data->policy.issuer).status());
        }
        return CheckIssuable(data->policy, *record);
      },
      "UpdateCertificatePolicy");
}

absl::Status CertificatesService::GetCertificatePolicy(const CallContext& context,
                                                       const v1::CertificateNameRequest& request,
                                                       v1::CertificatePolicy* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateView view,
                          vault->FindCertificate(request.certificate_name(), ""));
  WriteCertificatePolicy(view.data.policy, vault->name(), view.version->name, response);
  return absl::OkStatus();
}

absl::Status CertificatesService::UpdateCertificatePolicy(
    const CallContext& context, const v1::UpdateCertificatePolicyRequest& request,
    v1::CertificatePolicy* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(
      const CertificateView view,
      ChangePolicy(context, vault.get(), request.certificate_name(), request.policy()));
  WriteCertificatePolicy(view.data.policy, vault->name(), view.version->name, response);
  return absl::OkStatus();
}

absl::Status CertificatesService::RecoverDeletedCertificate(
    const CallContext& context, const v1::CertificateNameRequest& request,
    v1::CertificateBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateView view,
                          vault->RecoverCertificate(context.now, request.certificate_name()));
  WriteCertificateBundle(view, *vault->record(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::PurgeDeletedCertificate(const CallContext& context,
                                                          const v1::CertificateNameRequest& request,
                                                          v1::Empty* response) {
  (void)response;
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  return vault->PurgeCertificate(context.now, request.certificate_name());
}

absl::Status CertificatesService::BackupCertificate(const CallContext& context,
                                                    const v1::CertificateNameRequest& request,
                                                    v1::BackupCertificateResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateCopy copy,
                          vault->BackupCertificate(request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(*response->mutable_value(),
                          SealCertificate(*sealer_, *vault->record(), copy));
  return absl::OkStatus();
}

absl::Status CertificatesService::RestoreCertificate(const CallContext& context,
                                                     const v1::RestoreCertificateRequest& request,
                                                     v1::CertificateBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  const VaultRecordPtr record = vault->record();
  LAZULI_ASSIGN_OR_RETURN(const CertificateCopy copy,
                          OpenCertificate(*sealer_, *record, request.value()));
  // What a vault could not have been asked to make cannot be restored into it either.
  LAZULI_RETURN_IF_ERROR(CheckKeyTypeOffered(*record, copy.certificate.data.policy.key_type));
  for (const KeyVersionPtr& version : copy.key.versions) {
    LAZULI_RETURN_IF_ERROR(CheckKeyTypeOffered(*record, version->type));
  }
  LAZULI_ASSIGN_OR_RETURN(const CertificateView view,
                          vault->RestoreCertificate(context.now, copy, "RestoreCertificate"));
  WriteCertificateBundle(view, *record, response);
  return absl::OkStatus();
}

absl::Status CertificatesService::GetDeletedCertificate(const CallContext& context,
                                                        const v1::CertificateNameRequest& request,
                                                        v1::DeletedCertificateBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVault(context, request.vault_name(), request.certificate_name()));
  LAZULI_ASSIGN_OR_RETURN(const DeletedCertificateView view,
                          vault->FindDeletedCertificate(request.certificate_name()));
  WriteDeletedCertificateBundle(view, *vault->record(), response);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault

// Issuers of certificates.
#include "absl/status/status.h"
#include "base/status_macros.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/errors.h"
#include "keyvault/names.h"
#include "keyvault/object_attributes.h"
#include "keyvault/service/certificates_service.h"
#include "keyvault/service/issuer_conversion.h"
#include "keyvault/service/object_conversion.h"
#include "keyvault/service/page_token.h"

namespace lazuli::keyvault {

absl::StatusOr<VaultPtr> CertificatesService::FindVaultOfIssuer(
    const CallContext& context, absl::string_view vault_name, absl::string_view issuer_name) const {
  if (!IsValidObjectName(issuer_name)) return InvalidObjectNameError("issuer_name", issuer_name);
  return registry_->FindLive(vault_name, context.name_space);
}

absl::Status CertificatesService::GetCertificateIssuers(
    const CallContext& context, const v1::GetCertificateIssuersRequest& request,
    v1::CertificateIssuerListResult* response) {
  LAZULI_ASSIGN_OR_RETURN(const PageRequest page, ReadPageRequest(request));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(request.vault_name(), context.name_space));
  LAZULI_ASSIGN_OR_RETURN(const Page<CertificateIssuerPtr> found,
                          vault->ListCertificateIssuers(page.after, page.limit));
  for (const CertificateIssuerPtr& issuer : found.items) {
    WriteCertificateIssuerItem(*issuer, vault->name(), response->add_value());
  }
  if (found.more) response->set_next_link(EncodePageToken(found.items.back()->name));
  return absl::OkStatus();
}

absl::Status CertificatesService::GetCertificateIssuer(const CallContext& context,
                                                       const v1::CertificateIssuerRequest& request,
                                                       v1::IssuerBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVaultOfIssuer(context, request.vault_name(), request.issuer_name()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateIssuerPtr issuer,
                          vault->FindCertificateIssuer(request.issuer_name()));
  WriteCertificateIssuer(*issuer, vault->name(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::SetCertificateIssuer(
    const CallContext& context, const v1::SetCertificateIssuerRequest& request,
    v1::IssuerBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVaultOfIssuer(context, request.vault_name(), request.issuer_name()));
  if (IsReservedIssuerName(request.issuer_name())) {
    return BadCertificateParameterError("issuer_name", "The name is reserved.");
  }
  LAZULI_ASSIGN_OR_RETURN(const CertificateIssuerPtr issuer,
                          vault->SetCertificateIssuer(context.now, request.issuer_name(),
                                                      ReadCertificateIssuer(request)));
  WriteCertificateIssuer(*issuer, vault->name(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::UpdateCertificateIssuer(
    const CallContext& context, const v1::UpdateCertificateIssuerRequest& request,
    v1::IssuerBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVaultOfIssuer(context, request.vault_name(), request.issuer_name()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateIssuerPtr issuer,
                          vault->UpdateCertificateIssuer(context.now, request.issuer_name(),
                                                         ReadCertificateIssuer(request)));
  WriteCertificateIssuer(*issuer, vault->name(), response);
  return absl::OkStatus();
}

absl::Status CertificatesService::DeleteCertificateIssuer(
    const CallContext& context, const v1::CertificateIssuerRequest& request,
    v1::IssuerBundle* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          FindVaultOfIssuer(context, request.vault_name(), request.issuer_name()));
  LAZULI_ASSIGN_OR_RETURN(const CertificateIssuerPtr issuer,
                          vault->DeleteCertificateIssuer(context.now, request.issuer_name()));
  WriteCertificateIssuer(*issuer, vault->name(), response);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault

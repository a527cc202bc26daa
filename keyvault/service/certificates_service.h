// File: keyvault/service/certificates_service.h
//
// The operations of lazuli.v1.Certificates: the Key Vault data plane.
#ifndef LAZULI_KEYVAULT_SERVICE_CERTIFICATES_SERVICE_H_
#define LAZULI_KEYVAULT_SERVICE_CERTIFICATES_SERVICE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "base/change_gate.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/vault.h"
#include "keyvault/vault_registry.h"
#include "proto/certificates.pb.h"
#include "proto/common.pb.h"

namespace lazuli::keyvault::crypto {
class KeyPool;
}  // namespace lazuli::keyvault::crypto

namespace lazuli::keyvault {

// Thread safe. Callers are already authorized, and what the description alone says of a request is
// already checked. The rest of the input is checked before anything is changed; an error leaves
// `response` in an unspecified state. What makes keys and certificates takes milliseconds of
// processor time: not for threads that serve sockets.
class CertificatesService {
 public:
  // All outlive the service. A key is made outside of the change that its creation is; a null
  // `change_gate`: there is nothing to keep whole.
  CertificatesService(VaultRegistry* registry, crypto::KeyPool* key_pool,
                      const BackupSealer* sealer, ChangeGate* change_gate = nullptr)
      : registry_(registry), key_pool_(key_pool), sealer_(sealer), change_gate_(change_gate) {}

  CertificatesService(const CertificatesService&) = delete;
  CertificatesService& operator=(const CertificatesService&) = delete;

  absl::Status CreateCertificate(const CallContext& context,
                                 const v1::CreateCertificateRequest& request,
                                 v1::CertificateOperation* response);
  absl::Status ImportCertificate(const CallContext& context,
                                 const v1::ImportCertificateRequest& request,
                                 v1::CertificateBundle* response);
  absl::Status GetCertificate(const CallContext& context, const v1::GetCertificateRequest& request,
                              v1::CertificateBundle* response);
  absl::Status UpdateCertificate(const CallContext& context,
                                 const v1::UpdateCertificateRequest& request,
                                 v1::CertificateBundle* response);
  absl::Status DeleteCertificate(const CallContext& context,
                                 const v1::CertificateNameRequest& request,
                                 v1::DeletedCertificateBundle* response);
  absl::Status GetCertificates(const CallContext& context,
                               const v1::GetCertificatesRequest& request,
                               v1::CertificateListResult* response);
  absl::Status GetCertificateVersions(const CallContext& context,
                                      const v1::GetCertificateVersionsRequest& request,
                                      v1::CertificateListResult* response);
  absl::Status GetCertificatePolicy(const CallContext& context,
                                    const v1::CertificateNameRequest& request,
                                    v1::CertificatePolicy* response);
  absl::Status UpdateCertificatePolicy(const CallContext& context,
                                       const v1::UpdateCertificatePolicyRequest& request,
                                       v1::CertificatePolicy* response);
  absl::Status GetCertificateOperation(const CallContext& context,
                                       const v1::CertificateNameRequest& request,
                                       v1::CertificateOperation* response);
  absl::Status UpdateCertificateOperation(const CallContext& context,
                                          const v1::UpdateCertificateOperationRequest& request,
                                          v1::CertificateOperation* response);
  absl::Status DeleteCertificateOperation(const CallContext& context,
                                          const v1::CertificateNameRequest& request,
                                          v1::CertificateOperation* response);
  absl::Status MergeCertificate(const CallContext& context,
                                const v1::MergeCertificateRequest& request,
                                v1::CertificateBundle* response);
  absl::Status GetDeletedCertificates(const CallContext& context,
                                      const v1::GetCertificatesRequest& request,
                                      v1::DeletedCertificateListResult* response);
  absl::Status GetDeletedCertificate(const CallContext& context,
                                     const v1::CertificateNameRequest& request,
                                     v1::DeletedCertificateBundle* response);
  absl::Status RecoverDeletedCertificate(const CallContext& context,
                                         const v1::CertificateNameRequest& request,
                                         v1::CertificateBundle* response);
  absl::Status PurgeDeletedCertificate(const CallContext& context,
                                       const v1::CertificateNameRequest& request,
                                       v1::Empty* response);
  absl::Status GetCertificateIssuers(const CallContext& context,
                                     const v1::GetCertificateIssuersRequest& request,
                                     v1::CertificateIssuerListResult* response);
  absl::Status GetCertificateIssuer(const CallContext& context,
                                    const v1::CertificateIssuerRequest& request,
                                    v1::IssuerBundle* response);
  absl::Status SetCertificateIssuer(const CallContext& context,
                                    const v1::SetCertificateIssuerRequest& request,
                                    v1::IssuerBundle* response);
  absl::Status UpdateCertificateIssuer(const CallContext& context,
                                       const v1::UpdateCertificateIssuerRequest& request,
                                       v1::IssuerBundle* response);
  absl::Status DeleteCertificateIssuer(const CallContext& context,
                                       const v1::CertificateIssuerRequest& request,
                                       v1::IssuerBundle* response);
  absl::Status BackupCertificate(const CallContext& context,
                                 const v1::CertificateNameRequest& request,
                                 v1::BackupCertificateResult* response);
  absl::Status RestoreCertificate(const CallContext& context,
                                  const v1::RestoreCertificateRequest& request,
                                  v1::CertificateBundle* response);
  absl::Status GetCertificateContacts(const CallContext& context,
                                      const v1::CertificateVaultRequest& request,
                                      v1::CertificateContacts* response);
  absl::Status SetCertificateContacts(const CallContext& context,
                                      const v1::SetCertificateContactsRequest& request,
                                      v1::CertificateContacts* response);
  absl::Status DeleteCertificateContacts(const CallContext& context,
                                         const v1::CertificateVaultRequest& request,
                                         v1::CertificateContacts* response);

 private:
  // The live vault that a request on the certificate is for.
  absl::StatusOr<VaultPtr> FindVault(const CallContext& context, absl::string_view vault_name,
                                     absl::string_view certificate_name) const;
  // The same of a request on an issuer.
  absl::StatusOr<VaultPtr> FindVaultOfIssuer(const CallContext& context,
                                             absl::string_view vault_name,
                                             absl::string_view issuer_name) const;
  absl::StatusOr<crypto::KeyMaterial::Ptr> MakeKey(const CallContext& context, const Vault& vault,
                                                   absl::string_view certificate_name,
                                                   const CertificatePolicy& policy);
  absl::StatusOr<CertificateView> ChangePolicy(const CallContext& context, Vault* vault,
                                               absl::string_view name,
                                               const v1::CertificatePolicy& message);
  // The certificate's request, and the error of a certificate that has none.
  absl::StatusOr<CertificateView> FindRequest(const Vault& vault,
                                              absl::string_view certificate_name) const;

  VaultRegistry* const registry_;
  crypto::KeyPool* const key_pool_;
  const BackupSealer* const sealer_;
  ChangeGate* const change_gate_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_CERTIFICATES_SERVICE_H_

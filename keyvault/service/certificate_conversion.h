// File: keyvault/service/certificate_conversion.h
//
// Between the messages of certificates.proto and the model of certificates. What reads a message
// checks it and names the field at fault as JSON spells it.
#ifndef LAZULI_KEYVAULT_SERVICE_CERTIFICATE_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_CERTIFICATE_CONVERSION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_contacts.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/vault_record.h"
#include "proto/certificates.pb.h"

namespace lazuli::keyvault {

// --- reading

// What the message says; the rules of policies are MakeCertificatePolicy's.
// KeyTypeNotSupportedError for symmetric keys; BadCertificatePolicyError.
absl::StatusOr<CertificatePolicyInput> ReadCertificatePolicy(const v1::CertificatePolicy& policy);
// BadCertificateParameterError.
absl::StatusOr<std::vector<CertificateContact>> ReadCertificateContacts(
    const v1::CertificateContacts& contacts);

// --- writing. Members that the service leaves out are left out.

void WriteCertificatePolicy(const CertificatePolicy& policy, absl::string_view vault_name,
                            absl::string_view certificate_name, v1::CertificatePolicy* message);
void WriteCertificateBundle(const CertificateView& view, const VaultRecord& vault,
                            v1::CertificateBundle* bundle);
void WriteDeletedCertificateBundle(const DeletedCertificateView& view, const VaultRecord& vault,
                                   v1::DeletedCertificateBundle* bundle);
// `id`: without the version in a list of certificates, with it in a list of versions.
void WriteCertificateItem(const CertificateVersion& version, const VaultRecord& vault,
                          absl::string_view id, v1::CertificateItem* item);
void WriteDeletedCertificateItem(const DeletedCertificate& deleted, const VaultRecord& vault,
                                 v1::DeletedCertificateItem* item);
void WriteCertificateOperation(const CertificateRequest& request, const CertificatePolicy& policy,
                               absl::string_view vault_name, absl::string_view certificate_name,
                               v1::CertificateOperation* operation);
void WriteCertificateContacts(const std::vector<CertificateContact>& contacts,
                              absl::string_view vault_name, v1::CertificateContacts* message);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_CERTIFICATE_CONVERSION_H_

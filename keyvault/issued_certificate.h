// File: keyvault/issued_certificate.h
//
// A certificate together with the key and the secret that are behind it.
#ifndef LAZULI_KEYVAULT_ISSUED_CERTIFICATE_H_
#define LAZULI_KEYVAULT_ISSUED_CERTIFICATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/key_version.h"
#include "keyvault/names.h"
#include "keyvault/secret_version.h"

namespace lazuli::keyvault {

// The vault says who they are: names, versions, ids and times are not set.
struct IssuedCertificate {
  CertificateVersion certificate;
  KeyVersion key;
  SecretVersion secret;
};

// Whether a version is enabled, and its tags.
struct CertificateLabels {
  bool enabled = true;
  std::optional<TagMap> tags;
};

// Whether `key` is one that the policy asks for, so that it can be used again.
bool KeyFitsPolicy(const CertificatePolicy& policy, const crypto::KeyMaterial& key);

// The versions that belong together. `chain` is DER, first the certificate of `key`; an exportable
// key lies in the secret as well. The key serves what the certificate's usages stand for, and all
// live as long as the certificate does. Errors: those of ReadCertificateFacts.
absl::StatusOr<IssuedCertificate> AssembleCertificate(const CertificatePolicy& policy,
                                                      const std::vector<std::string>& chain,
                                                      const crypto::KeyMaterial::Ptr& key,
                                                      const CertificateLabels& labels);

// A self-signed one. Errors: those of MakeSelfSignedCertificate.
absl::StatusOr<IssuedCertificate> IssueSelfSigned(const CertificatePolicy& policy,
                                                  const crypto::KeyMaterial::Ptr& key,
                                                  const CertificateLabels& labels, absl::Time now);
// One that `issuer` signs, with the certificate of its authority behind it in the chain; null: a
// self-signed one. Likewise.
absl::StatusOr<IssuedCertificate> IssueCertificate(const CertificatePolicy& policy,
                                                   const crypto::KeyMaterial::Ptr& key,
                                                   const CertificateLabels& labels,
                                                   const CertificateIssuer* issuer, absl::Time now);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ISSUED_CERTIFICATE_H_

// File: keyvault/certificates/x509_builder.h
//
// Makes certificates, and requests for them, as a policy says.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_X509_BUILDER_H_
#define LAZULI_KEYVAULT_CERTIFICATES_X509_BUILDER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault {

// OK, or BadCertificatePolicyError for a subject that cannot be read.
absl::Status CheckSubject(absl::string_view subject);

// DER of a self-signed certificate for `key`: valid from ten minutes before `now` until
// `validity_months` of the calendar after it, with a random serial number; signed with SHA-256, on
// P-384 and P-521 with SHA-384 and SHA-512. BadCertificatePolicyError for a subject that cannot be
// read. Takes a private operation of the key.
absl::StatusOr<std::string> MakeSelfSignedCertificate(const CertificatePolicy& policy,
                                                      const crypto::KeyMaterial& key,
                                                      absl::Time now);

// DER of the certificate of an authority of that name, of at most 64 bytes (RFC 5280, appendix A),
// that signs itself, valid from ten minutes before `now` and without an end.
absl::StatusOr<std::string> MakeAuthorityCertificate(absl::string_view common_name,
                                                     const crypto::KeyMaterial& key,
                                                     absl::Time now);

// As MakeSelfSignedCertificate, signed by the authority whose certificate in DER and key are given,
// as MakeAuthorityCertificate makes it.
absl::StatusOr<std::string> MakeSignedCertificate(const CertificatePolicy& policy,
                                                  const crypto::KeyMaterial& key,
                                                  absl::string_view authority,
                                                  const crypto::KeyMaterial& authority_key,
                                                  absl::Time now);

// DER of a PKCS #10 request that an issuer elsewhere can answer. Likewise.
absl::StatusOr<std::string> MakeCertificateRequest(const CertificatePolicy& policy,
                                                   const crypto::KeyMaterial& key);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_X509_BUILDER_H_

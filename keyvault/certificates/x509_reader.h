// File: keyvault/certificates/x509_reader.h
//
// What a certificate says of itself.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_X509_READER_H_
#define LAZULI_KEYVAULT_CERTIFICATES_X509_READER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault {

struct CertificateFacts {
  std::string subject;
  AlternativeNames alternative_names;
  std::vector<std::string> extended_key_usages;
  std::vector<KeyUsage> key_usages;
  absl::Time not_before;
  absl::Time not_after;
};

// UnreadablePemError for bytes that are no certificate in DER.
absl::StatusOr<CertificateFacts> ReadCertificateFacts(absl::string_view der);

// Whether the certificate is for the public part of `key`; false for what is no certificate.
bool CertificateBelongsTo(absl::string_view der, const crypto::KeyMaterial& key);

// "x5t": SHA-1 of the DER, 20 bytes.
std::string CertificateThumbprint(absl::string_view der);

// The policy of an imported certificate: what `facts` and `key` say and, where they say nothing,
// `asked`. Without a word it is issued elsewhere, and reported by mail at 80 % of its lifetime.
// BadCertificatePolicyError.
absl::StatusOr<CertificatePolicy> MakeImportedPolicy(const CertificateFacts& facts,
                                                     const crypto::KeyMaterial& key,
                                                     CertificateContentType type,
                                                     const CertificatePolicyInput& asked,
                                                     absl::Time now);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_X509_READER_H_

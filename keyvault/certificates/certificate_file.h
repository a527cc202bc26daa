// File: keyvault/certificates/certificate_file.h
//
// Certificates with their private keys in one file: PKCS #12 or PEM.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_FILE_H_
#define LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault {

struct CertificateFile {
  CertificateContentType type = CertificateContentType::kPkcs12;
  // DER, first the certificate of the key and then the others in their order; at least one.
  std::vector<std::string> chain;
  crypto::KeyMaterial::Ptr key;
};

// The value of a certificate's secret: PKCS #12 without a password in base64, or PEM with the key
// (PKCS #8) first. Without a key only the certificates. `chain` is DER, the leaf first.
absl::StatusOr<SecureBytes> WriteCertificateFile(CertificateContentType type,
                                                 const std::vector<std::string>& chain,
                                                 const crypto::KeyMaterial* key);

// Reads what is imported as being of `type`. A chain of one that is not first in the file is found
// by its key. Errors: UnreadablePkcs12Error (also for another password), UnreadablePemError (also
// for a key in another form than PKCS #8, the only one that Azure takes),
// PrivateKeyMissing...Error, PublicKeyMismatchError, BadCertificateParameterError for what is too
// long or would take too long (pkcs12_cost.h), and those of imported keys.
absl::StatusOr<CertificateFile> ReadCertificateFile(absl::string_view value,
                                                    absl::string_view password,
                                                    CertificateContentType type);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_FILE_H_

// File: base/x509_pem.h
//
// Certificates and keys as PEM, to read and to write.
#ifndef LAZULI_BASE_X509_PEM_H_
#define LAZULI_BASE_X509_PEM_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/boringssl_x509.h"
#include "base/secure_bytes.h"

namespace lazuli {

// The certificates of `pem` in their order, whatever else is in it; none when a certificate cannot
// be read.
std::vector<bssl::UniquePtr<X509>> ReadPemCertificates(absl::string_view pem);
// The first private key of `pem`: PKCS #8, PKCS #1 or SEC 1, without a password. Null when there is
// none that can be read.
bssl::UniquePtr<EVP_PKEY> ReadPemPrivateKey(absl::string_view pem);

// Empty when the library fails, which is but for want of memory; so is the next.
std::string CertificateToPem(X509* certificate);
// PKCS #8.
SecureBytes PrivateKeyToPem(EVP_PKEY* key);

}  // namespace lazuli

#endif  // LAZULI_BASE_X509_PEM_H_

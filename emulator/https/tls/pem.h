// File: emulator/https/tls/pem.h
//
// Certificates and keys as PEM that settings name.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_PEM_H_
#define LAZULI_EMULATOR_HTTPS_TLS_PEM_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/https/tls/boringssl_tls.h"

namespace lazuli::emulator {

// All below: INVALID_ARGUMENT with the target `option`, the setting that named the text or file.

// The certificates of `pem` in their order, at least one.
absl::StatusOr<std::vector<bssl::UniquePtr<X509>>> ParseCertificates(absl::string_view option,
                                                                     absl::string_view pem);
// The private key of `pem`: PKCS #8, PKCS #1 or SEC 1, without a password; RSA of at least 2048
// bits, or on P-256, P-384 or P-521.
absl::StatusOr<bssl::UniquePtr<EVP_PKEY>> ParsePrivateKey(absl::string_view option,
                                                          absl::string_view pem);
// The text of the file at `path`, which has a limit.
absl::StatusOr<std::string> ReadPemFile(absl::string_view option, const std::string& path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TLS_PEM_H_

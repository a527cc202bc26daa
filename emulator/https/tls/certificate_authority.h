// File: emulator/https/tls/certificate_authority.h
//
// The authority that vouches for every host the emulator stands for. Its certificate is never used
// for a host, and a host's never as an authority: strict clients refuse either.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_CERTIFICATE_AUTHORITY_H_
#define LAZULI_EMULATOR_HTTPS_TLS_CERTIFICATE_AUTHORITY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/https/tls/boringssl_tls.h"

namespace lazuli::emulator {

// What a TLS server shows and proves: certificates, the host's own first, and the private key.
struct TlsIdentity {
  std::vector<bssl::UniquePtr<CRYPTO_BUFFER>> chain;
  bssl::UniquePtr<EVP_PKEY> key;
  absl::Time not_after;
};

// A new private key on P-256.
absl::StatusOr<bssl::UniquePtr<EVP_PKEY>> GenerateTlsKey();

// Thread safe.
class CertificateAuthority {
 public:
  // A new one on P-256, valid around `now`. INTERNAL when the library fails.
  static absl::StatusOr<std::unique_ptr<CertificateAuthority>> Generate(absl::Time now);

  // One's own, in PEM: `certificates` begins with the authority's and goes on with those above it.
  // INVALID_ARGUMENT with the target ca_cert or ca_key when they cannot be read, are not an
  // authority's, do not belong together, or are not valid at `now`.
  static absl::StatusOr<std::unique_ptr<CertificateAuthority>> Load(absl::string_view certificates,
                                                                    absl::string_view private_key,
                                                                    absl::Time now);

  // What clients have to trust, in PEM.
  const std::string& certificate_pem() const { return certificate_pem_; }

  // Its key, in PEM. Secret.
  std::string private_key_pem() const;

  // A certificate for `names`, host names and addresses, on `key`, which is shared. Valid around
  // `now`, never longer than the authority's own.
  absl::StatusOr<TlsIdentity> Issue(const std::vector<std::string>& names, EVP_PKEY* key,
                                    absl::Time now) const;

 private:
  CertificateAuthority(std::vector<bssl::UniquePtr<X509>> certificates,
                       bssl::UniquePtr<EVP_PKEY> key, absl::Time not_after);

  // The authority's own first.
  const std::vector<bssl::UniquePtr<X509>> certificates_;
  const bssl::UniquePtr<EVP_PKEY> key_;
  const absl::Time not_after_;
  std::string certificate_pem_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TLS_CERTIFICATE_AUTHORITY_H_

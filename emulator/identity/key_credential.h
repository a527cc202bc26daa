// File: emulator/identity/key_credential.h
//
// What the signatures of a service principal are checked with: a certificate or a bare public key.
#ifndef LAZULI_EMULATOR_IDENTITY_KEY_CREDENTIAL_H_
#define LAZULI_EMULATOR_IDENTITY_KEY_CREDENTIAL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/boringssl.h"

namespace lazuli::emulator {

// Immutable and thread safe. Holds no secret.
class KeyCredential {
 public:
  using Ptr = std::shared_ptr<const KeyCredential>;

  // `pem`: one CERTIFICATE or one PUBLIC KEY; blocks of other kinds are passed over. The key: RSA
  // of 2048 to 8192 bits, or on P-256. Neither the certificate's issuer nor its signature matters,
  // as for Microsoft Entra. Errors: InvalidInput.
  static absl::StatusOr<Ptr> Parse(absl::string_view pem);

  // Takes what der() gave. Errors: as Parse.
  static absl::StatusOr<Ptr> FromDer(bool is_certificate, absl::string_view der);

  // The certificate, or the public key (SubjectPublicKeyInfo) where there is none.
  const std::string& der() const { return der_; }
  // SHA-1 of the certificate, or of the public key (SubjectPublicKeyInfo) where there is none: 40
  // hexadecimal digits in upper case, as Azure shows it.
  const std::string& thumbprint() const { return thumbprint_; }
  // True if `name` is what a signature's header may call the key: either hash in base64url (x5t,
  // x5t#S256), or the thumbprint (kid).
  bool IsNamed(absl::string_view name) const;

  bool is_certificate() const { return is_certificate_; }
  // Those of the certificate; for ever for a bare key.
  absl::Time not_before() const { return not_before_; }
  absl::Time not_after() const { return not_after_; }

  // True if `signature` is the key's over `text`. `algorithm`: RS256, PS256 or ES256 (RFC 7518
  // section 3.1); any other, and one that is not for this kind of key, matches nothing.
  bool Verify(absl::string_view algorithm, absl::string_view text,
              absl::string_view signature) const;

 private:
  KeyCredential() = default;

  // Hashes der_.
  void SetNames();

  bssl::UniquePtr<EVP_PKEY> key_;
  bool is_certificate_ = false;
  std::string der_;
  std::string thumbprint_;
  std::string sha1_base64url_;
  std::string sha256_base64url_;
  absl::Time not_before_ = absl::InfinitePast();
  absl::Time not_after_ = absl::InfiniteFuture();
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_KEY_CREDENTIAL_H_

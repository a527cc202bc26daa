// File: keyvault/release/jws_signer.h
//
// Signs what the emulator itself says, of a released key or an attested one: a compact JWS (RFC
// 7515) by a key that belongs to no vault, and a self-signed certificate for it.
#ifndef LAZULI_KEYVAULT_RELEASE_JWS_SIGNER_H_
#define LAZULI_KEYVAULT_RELEASE_JWS_SIGNER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault {

// Thread safe. The key is made when it is first needed, once, and lives as long as this; no lock is
// held while anything is signed.
class JwsSigner {
 public:
  struct Options {
    std::string name;     // what the key's id begins with: "release"
    std::string subject;  // of the certificate: "CN=..."
    // One by SHA-256, and what makes a key for it.
    crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::kEs256;
    std::function<absl::StatusOr<crypto::KeyMaterial::Ptr>()> make_key;
  };

  // The key with one certificate.
  struct Identity {
    crypto::KeyMaterial::Ptr key;
    std::string certificate;  // DER
    std::string header;       // alg, kid, x5t, x5t#S256 and x5c, in base64url
    absl::Time made;
  };
  using IdentityPtr = std::shared_ptr<const Identity>;

  // `engine` outlives this.
  JwsSigner(crypto::CryptoEngine* engine, Options options);
  JwsSigner(const JwsSigner&) = delete;
  JwsSigner& operator=(const JwsSigner&) = delete;

  // With a certificate that is valid at `now`, wherever the clock was set since the last one was
  // made. Errors: those of making a key.
  absl::StatusOr<IdentityPtr> IdentityAt(absl::Time now) ABSL_LOCKS_EXCLUDED(making_, mu_);
  absl::StatusOr<std::string> Sign(const Identity& identity, absl::string_view payload) const;

 private:
  // The last one, or null if that is not for `now`.
  IdentityPtr PresentAt(absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<IdentityPtr> Make(crypto::KeyMaterial::Ptr key, absl::Time now) const;

  crypto::CryptoEngine* const engine_;
  const Options options_;
  // Held by whoever makes an identity, before mu_: others wait for that one.
  Mutex making_;
  Mutex mu_;
  IdentityPtr identity_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_RELEASE_JWS_SIGNER_H_

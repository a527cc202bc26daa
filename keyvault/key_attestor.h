// File: keyvault/key_attestor.h
//
// What shows that a key is HSM-protected. Azure's modules sign it in forms of their makers; here it
// is signed by a key and a self-signed certificate of the emulator's own, made when first asked and
// gone with the process.
#ifndef LAZULI_KEYVAULT_KEY_ATTESTOR_H_
#define LAZULI_KEYVAULT_KEY_ATTESTOR_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/key_version.h"

namespace lazuli::keyvault {

// The attestations are compact JWS (RFC 7515) by ES256, whose payload says "kid", "kty", "part"
// ("private" or "public"), "exportable", "iat" and the public members of the key.
struct KeyAttestation {
  std::string certificate_pem;
  std::string private_key_attestation;
  std::string public_key_attestation;  // empty for symmetric keys, which have no such part
  std::string version;
};

// Thread safe.
class KeyAttestor {
 public:
  // KeyNotAttestableError for a software key.
  absl::StatusOr<KeyAttestation> Attest(const KeyVersion& key, absl::Time now);

 private:
  struct Signer {
    crypto::KeyMaterial::Ptr key;
    std::string certificate_pem;
    std::string thumbprint;  // of the certificate, "x5t#S256"
    absl::Time made;
  };

  // With a certificate that is valid at `now`.
  absl::StatusOr<Signer> SignerAt(absl::Time now);
  absl::StatusOr<std::string> Sign(const Signer& signer, const std::string& payload);

  crypto::CryptoEngine engine_{/*parsed_keys=*/1};
  Mutex mu_;
  Signer signer_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_KEY_ATTESTOR_H_

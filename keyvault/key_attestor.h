// File: keyvault/key_attestor.h
//
// What shows that a key is HSM-protected. Azure's modules sign it in forms of their makers; here it
// is signed by a key and a self-signed certificate of the emulator's own, made when first asked and
// gone with the process.
#ifndef LAZULI_KEYVAULT_KEY_ATTESTOR_H_
#define LAZULI_KEYVAULT_KEY_ATTESTOR_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/key_version.h"
#include "keyvault/release/jws_signer.h"

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
  // `engine` outlives this.
  explicit KeyAttestor(crypto::CryptoEngine* engine);

  // KeyNotAttestableError for a software key.
  absl::StatusOr<KeyAttestation> Attest(const KeyVersion& key, absl::Time now);

 private:
  JwsSigner signer_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_KEY_ATTESTOR_H_

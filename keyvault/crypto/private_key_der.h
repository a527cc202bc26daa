// File: keyvault/crypto/private_key_der.h
//
// The form in which private keys rest: RSAPrivateKey (RFC 8017, A.1.2) and ECPrivateKey (RFC 5915)
// with the curve's name and the public key. BoringSSL's own readers check a key against itself each
// time, which costs as much as using it, and know no P-256K; hence these. Symmetric keys rest as an
// OCTET STRING.
#ifndef LAZULI_KEYVAULT_CRYPTO_PRIVATE_KEY_DER_H_
#define LAZULI_KEYVAULT_CRYPTO_PRIVATE_KEY_DER_H_

#include <optional>

#include "absl/types/span.h"
#include "base/boringssl.h"
#include "base/secure_bytes.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault::crypto {

// The numbers of an RSA private key, in the order of RSAPrivateKey.
struct RsaNumbers {
  bssl::UniquePtr<BIGNUM> n;
  bssl::UniquePtr<BIGNUM> e;
  bssl::UniquePtr<BIGNUM> d;
  bssl::UniquePtr<BIGNUM> p;
  bssl::UniquePtr<BIGNUM> q;
  bssl::UniquePtr<BIGNUM> dp;
  bssl::UniquePtr<BIGNUM> dq;
  bssl::UniquePtr<BIGNUM> qi;
};

// Puts a key together, unchecked; every number must be there. Null only when memory ran out.
bssl::UniquePtr<RSA> MakeRsa(RsaNumbers numbers);

// nullopt only when memory ran out or the key lacks a part.
std::optional<SecureBytes> MarshalRsaPrivateKey(const RSA* key);
std::optional<SecureBytes> MarshalEcPrivateKey(Curve curve, const EC_KEY* key);

// Null for anything but exactly the form above. The form alone is judged (and that an EC point lies
// on its curve), not whether the parts agree.
bssl::UniquePtr<RSA> ParseRsaPrivateKey(absl::Span<const uint8_t> der);

struct ParsedEcKey {
  Curve curve;
  bssl::UniquePtr<EC_KEY> key;
};
std::optional<ParsedEcKey> ParseEcPrivateKey(absl::Span<const uint8_t> der);

// `key`: 16, 24 or 32 bytes.
SecureBytes MarshalSymmetricKey(absl::Span<const uint8_t> key);
// The key in `der`, valid as long as that; nullopt for any other form or size.
std::optional<absl::Span<const uint8_t>> ParseSymmetricKey(absl::Span<const uint8_t> der);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_PRIVATE_KEY_DER_H_

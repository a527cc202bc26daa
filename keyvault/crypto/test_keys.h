// File: keyvault/crypto/test_keys.h
//
// For tests: keys that are at hand at once, from published vectors.
#ifndef LAZULI_KEYVAULT_CRYPTO_TEST_KEYS_H_
#define LAZULI_KEYVAULT_CRYPTO_TEST_KEYS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "keyvault/crypto/jose_vectors.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {

// The JWK members of a vector, decoded; lets a test spoil one before it imports the key.
struct DecodedRsaKey {
  explicit DecodedRsaKey(const RsaVectorKey& vector);
  RsaJwk Jwk() const { return {n, e, d, p, q, dp, dq, qi}; }

  std::string n, e, d, p, q, dp, dq, qi;
};

struct DecodedEcKey {
  explicit DecodedEcKey(const EcVectorKey& vector);
  EcJwk Jwk() const { return {curve, x, y, d}; }

  Curve curve;
  std::string x, y, d;
};

// Each ends the test when the vector cannot be imported. A new instance each time.
KeyMaterial::Ptr ImportVector(const RsaVectorKey& vector);
KeyMaterial::Ptr ImportVector(const EcVectorKey& vector);

// 2048 bits; 4096 bits; two that differ.
KeyMaterial::Ptr TestRsaKey();
KeyMaterial::Ptr OtherTestRsaKey();
KeyMaterial::Ptr TestRsa4096Key();
// Generated, which takes no time.
KeyMaterial::Ptr TestEcKey(Curve curve);
KeyMaterial::Ptr TestSymmetricKey(int bits);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_TEST_KEYS_H_

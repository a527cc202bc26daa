// File: keyvault/crypto/evp_key.h
//
// Keys as BoringSSL's certificate functions take and give them.
#ifndef LAZULI_KEYVAULT_CRYPTO_EVP_KEY_H_
#define LAZULI_KEYVAULT_CRYPTO_EVP_KEY_H_

#include "absl/status/statusor.h"
#include "base/boringssl.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {

// Null for keys that BoringSSL's certificates do not know (P-256K), and when memory ran out.
bssl::UniquePtr<EVP_PKEY> EvpKeyOf(const KeyMaterial& material);

// Takes a private key from outside, with the checks of an import. Errors: InvalidKeyMaterialError,
// also for types of keys that Key Vault does not have; UnsupportedKeySizeError.
absl::StatusOr<KeyMaterial::Ptr> MaterialOf(const EVP_PKEY* key);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_EVP_KEY_H_

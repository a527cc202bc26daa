// File: keyvault/crypto/pkcs8.h
//
// Private keys in the form in which they travel between systems: PKCS #8 (RFC 5208), of P-256K too.
#ifndef LAZULI_KEYVAULT_CRYPTO_PKCS8_H_
#define LAZULI_KEYVAULT_CRYPTO_PKCS8_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {

// Of an RSA or EC key; InvalidKeyMaterialError("key") for a symmetric one. CryptoFailureError only
// when memory ran out.
absl::StatusOr<SecureBytes> ToPkcs8(const KeyMaterial& key);

// With the checks of an import. An EC key may lack its curve within, and its public key. Errors:
// InvalidKeyMaterialError("key"), UnsupportedKeySizeError.
absl::StatusOr<KeyMaterial::Ptr> FromPkcs8(absl::string_view der);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_PKCS8_H_

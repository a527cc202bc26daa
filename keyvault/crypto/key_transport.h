// File: keyvault/crypto/key_transport.h
//
// CKM_RSA_AES_KEY_WRAP: a key of any length under an RSA key. A fresh AES-256 key wraps it with
// padding (RFC 5649), RSA-OAEP wraps that. PKCS #11 Current Mechanisms 2.40, section 2.1.21; Key
// Vault documentation, "Import HSM-protected keys (BYOK)" and "Secure key release".
#ifndef LAZULI_KEYVAULT_CRYPTO_KEY_TRANSPORT_H_
#define LAZULI_KEYVAULT_CRYPTO_KEY_TRANSPORT_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {

// By the hash of RSA-OAEP and its MGF1: SHA-1, SHA-256, SHA-384.
enum class KeyTransport { kCkmRsaAesKeyWrap, kRsaAesKeyWrap256, kRsaAesKeyWrap384 };

// "CKM_RSA_AES_KEY_WRAP", "RSA_AES_KEY_WRAP_256", "RSA_AES_KEY_WRAP_384". Lives for ever.
absl::string_view KeyTransportName(KeyTransport transport);
// Exact.
std::optional<KeyTransport> ParseKeyTransport(absl::string_view name);

// OK for an RSA key that WrapForTransport takes: `n` and `e` big-endian, of 2048 to 8192 bits.
// InvalidKeyMaterialError.
absl::Status CheckTransportKey(absl::string_view n, absl::string_view e);

// `n` and `e` as above. InvalidKeyMaterialError for a key that cannot be used.
absl::StatusOr<std::string> WrapForTransport(KeyTransport transport, absl::string_view n,
                                             absl::string_view e, absl::string_view plaintext);
// IncorrectParameterError for whatever was not wrapped for `key`.
absl::StatusOr<SecureBytes> UnwrapFromTransport(KeyTransport transport, const KeyMaterial& key,
                                                absl::string_view wrapped);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_KEY_TRANSPORT_H_

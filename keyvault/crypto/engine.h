// File: keyvault/crypto/engine.h
//
// What Key Vault computes with a key. Whether a caller may, and whether the key allows it (enabled,
// nbf, exp, key_ops), is decided elsewhere.
#ifndef LAZULI_KEYVAULT_CRYPTO_ENGINE_H_
#define LAZULI_KEYVAULT_CRYPTO_ENGINE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/parsed_key_cache.h"

namespace lazuli::keyvault::crypto {

// Thread safe; no lock is held while it computes. `kid` is the identifier of the key, for messages
// only. A private RSA operation takes 1 ms (2048 bits) to 6 ms (4096 bits) of CPU time: not for a
// thread that serves sockets.
class CryptoEngine {
 public:
  explicit CryptoEngine(size_t parsed_keys = ParsedKeyCache::kDefaultCapacity);

  // Also wrapKey. The result has the size of the modulus. Errors: IncompatibleKeyTypeError,
  // PlaintextTooLongError.
  absl::StatusOr<std::string> Encrypt(const KeyMaterial& key, absl::string_view kid,
                                      EncryptionAlgorithm algorithm, absl::string_view plaintext);

  // Also unwrapKey. Errors: IncompatibleKeyTypeError; IncorrectParameterError for every ciphertext
  // that does not decrypt, whatever the reason.
  absl::StatusOr<SecureBytes> Decrypt(const KeyMaterial& key, absl::string_view kid,
                                      EncryptionAlgorithm algorithm, absl::string_view ciphertext);

  // Signs a digest that the caller computed. RS*: PKCS #1 v1.5 with the DigestInfo added; PS*: PSS
  // with a salt as long as the digest; ES*: r and s, each padded to the field's size (never DER).
  // Errors: IncompatibleKeyTypeError, IncompatibleCurveError, InvalidDigestLengthError("value").
  absl::StatusOr<std::string> Sign(const KeyMaterial& key, absl::string_view kid,
                                   SignatureAlgorithm algorithm, absl::string_view digest);

  // True if `signature` is one of `digest` by `key`. A signature that does not fit, of whatever
  // length, is false and no error. Errors: as Sign, with InvalidDigestLengthError("digest").
  absl::StatusOr<bool> Verify(const KeyMaterial& key, absl::string_view kid,
                              SignatureAlgorithm algorithm, absl::string_view digest,
                              absl::string_view signature);

  // Lets go of what the engine keeps of `key` in memory, e.g. when it is purged.
  void Forget(const KeyMaterial& key) { parsed_keys_.Forget(key); }

  const ParsedKeyCache& parsed_keys() const { return parsed_keys_; }

 private:
  ParsedKeyCache parsed_keys_;
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_ENGINE_H_

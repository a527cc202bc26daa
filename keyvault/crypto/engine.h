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

// A ciphertext and what has to be kept with it.
struct Sealed {
  std::string value;
  std::string iv;   // of GCM and CBC
  std::string tag;  // of GCM
};

// What goes into a cipher besides the text; what is empty is absent.
struct CipherMembers {
  absl::string_view iv = {};
  absl::string_view aad = {};
  absl::string_view tag = {};
};

// Thread safe; no lock is held while it computes. `kid` is the identifier of the key, for messages
// only. A private RSA operation takes 1 ms (2048 bits) to 6 ms (4096 bits) of CPU time: not for a
// thread that serves sockets.
class CryptoEngine {
 public:
  explicit CryptoEngine(size_t parsed_keys = ParsedKeyCache::kDefaultCapacity);

  // encrypt and wrapKey. GCM takes `aad` and makes its own iv of 12 bytes; CBC takes an iv of 16;
  // no other algorithm has members. Errors: IncompatibleKeyTypeError, IncompatibleKeySizeError,
  // MisplacedMemberError, MissingMemberError, InvalidLengthError, PlaintextTooLongError.
  absl::StatusOr<Sealed> Seal(const KeyMaterial& key, absl::string_view kid,
                              EncryptionAlgorithm algorithm, absl::string_view plaintext,
                              const CipherMembers& members);

  // decrypt and unwrapKey. Errors: as Seal; IncorrectParameterError for every ciphertext that does
  // not decrypt with its members, whatever the reason.
  absl::StatusOr<SecureBytes> Open(const KeyMaterial& key, absl::string_view kid,
                                   EncryptionAlgorithm algorithm, absl::string_view ciphertext,
                                   const CipherMembers& members);

  // Seal with one of RSA's algorithms. The result has the size of the modulus. Errors:
  // IncompatibleKeyTypeError, PlaintextTooLongError.
  absl::StatusOr<std::string> Encrypt(const KeyMaterial& key, absl::string_view kid,
                                      EncryptionAlgorithm algorithm, absl::string_view plaintext);

  // Open with one of RSA's algorithms. Errors: IncompatibleKeyTypeError, IncorrectParameterError.
  absl::StatusOr<SecureBytes> Decrypt(const KeyMaterial& key, absl::string_view kid,
                                      EncryptionAlgorithm algorithm, absl::string_view ciphertext);

  // Signs a digest that the caller computed. RS*: PKCS #1 v1.5 with the DigestInfo added; PS*: PSS
  // with a salt as long as the digest; ES*: r and s, each padded to the field's size (never DER).
  // RSNULL: PKCS #1 v1.5 of what was given, whatever it is; HS*: HMAC of what was given. Errors:
  // IncompatibleKeyTypeError, IncompatibleCurveError, IncompatibleKeySizeError,
  // InvalidDigestLengthError("value"), RawDigestTooLongError("value").
  absl::StatusOr<std::string> Sign(const KeyMaterial& key, absl::string_view kid,
                                   SignatureAlgorithm algorithm, absl::string_view digest);

  // True if `signature` is one of `digest` by `key`. A signature that does not fit, of whatever
  // length, is false and no error. Errors: as Sign, about "digest".
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

// File: base/aead_key.h
//
// AES-256-GCM with random nonces, for what the emulator itself seals.
#ifndef LAZULI_BASE_AEAD_KEY_H_
#define LAZULI_BASE_AEAD_KEY_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "base/boringssl.h"
#include "base/secure_bytes.h"

namespace lazuli {

// One key of 32 bytes with its schedule; both are wiped with the object. Immutable and thread safe.
class AeadKey {
 public:
  static constexpr size_t kKeyBytes = 32;
  static constexpr size_t kNonceBytes = 12;
  static constexpr size_t kTagBytes = 16;

  // `key` must have kKeyBytes.
  explicit AeadKey(SecureBytes key);
  ~AeadKey();
  AeadKey(const AeadKey&) = delete;
  AeadKey& operator=(const AeadKey&) = delete;

  // nonce || ciphertext || tag.
  std::string Seal(absl::string_view associated_data, absl::string_view plaintext) const;
  // nullopt if `sealed` was not sealed by this key with this associated data, or was altered.
  std::optional<SecureBytes> Open(absl::string_view associated_data,
                                  absl::string_view sealed) const;

  const SecureBytes& key() const { return key_; }

 private:
  SecureBytes key_;
  EVP_AEAD_CTX context_;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_AEAD_KEY_H_

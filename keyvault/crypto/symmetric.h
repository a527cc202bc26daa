// File: keyvault/crypto/symmetric.h
//
// AES and HMAC under a key that is given as bytes. The schedule of a key is made anew each time,
// which takes a fraction of a microsecond, and wiped. Keys have 16, 24 or 32 bytes; inputs are
// shorter than 1 GiB.
#ifndef LAZULI_KEYVAULT_CRYPTO_SYMMETRIC_H_
#define LAZULI_KEYVAULT_CRYPTO_SYMMETRIC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/secure_bytes.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault::crypto {

inline constexpr size_t kGcmIvSize = 12;
inline constexpr size_t kGcmTagSize = 16;
inline constexpr size_t kCbcIvSize = 16;
inline constexpr size_t kAesBlockSize = 16;

struct GcmCiphertext {
  std::string value;
  std::string tag;
};

// The second half of each pair gives nullopt for whatever is not the result of the first,
// and never tells why. The first halves and Hmac give nullopt when BoringSSL fails.

// `iv`: kGcmIvSize bytes; `tag`: kGcmTagSize bytes.
std::optional<GcmCiphertext> GcmSeal(absl::Span<const uint8_t> key, absl::string_view plaintext,
                                     absl::string_view iv, absl::string_view aad);
std::optional<SecureBytes> GcmOpen(absl::Span<const uint8_t> key, absl::string_view ciphertext,
                                   absl::string_view iv, absl::string_view aad,
                                   absl::string_view tag);

// `iv`: kCbcIvSize bytes. Without `padded` the plaintext has whole blocks.
std::optional<std::string> CbcEncrypt(absl::Span<const uint8_t> key, absl::string_view plaintext,
                                      absl::string_view iv, bool padded);
std::optional<SecureBytes> CbcDecrypt(absl::Span<const uint8_t> key, absl::string_view ciphertext,
                                      absl::string_view iv, bool padded);

// RFC 3394, or RFC 5649 if `padded`. Without it the plaintext has 16 bytes or more, in groups of
// eight; with it one byte or more.
std::optional<std::string> AesWrap(absl::Span<const uint8_t> key, absl::string_view plaintext,
                                   bool padded);
std::optional<SecureBytes> AesUnwrap(absl::Span<const uint8_t> key, absl::string_view ciphertext,
                                     bool padded);

// `algorithm`: one of HS*.
std::optional<std::string> Hmac(absl::Span<const uint8_t> key, SignatureAlgorithm algorithm,
                                absl::string_view message);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_SYMMETRIC_H_

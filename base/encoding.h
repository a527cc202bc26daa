// File: base/encoding.h
//
// Text forms of bytes. Decoding is strict: a wrong character, a wrong length or stray bits are
// refused.
#ifndef LAZULI_BASE_ENCODING_H_
#define LAZULI_BASE_ENCODING_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli {

// base64url without padding (RFC 4648 section 5), as JOSE and Key Vault write it.
std::string Base64UrlEncode(absl::string_view bytes);
// Also accepts correct padding.
std::optional<std::string> Base64UrlDecode(absl::string_view text);
// base64 with padding, as Batch account keys are written.
std::string Base64Encode(absl::string_view bytes);
std::optional<std::string> Base64Decode(absl::string_view text);
std::string HexEncode(absl::string_view bytes);  // lower case
std::optional<std::string> HexDecode(absl::string_view text);
// 32 bytes.
std::string Sha256(absl::string_view bytes);

}  // namespace lazuli

#endif  // LAZULI_BASE_ENCODING_H_

// File: batch/shared_key_mac.h
//
// What an account's shared key makes of a text.
#ifndef LAZULI_BATCH_SHARED_KEY_MAC_H_
#define LAZULI_BATCH_SHARED_KEY_MAC_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"

namespace lazuli::batch {

// HMAC-SHA256 (RFC 2104), 32 bytes.
std::string SharedKeyMac(const SecureBytes& key, absl::string_view text);

// Whether `mac` is SharedKeyMac(key, text). The time that it takes depends on lengths only.
bool HasSharedKeyMac(const SecureBytes& key, absl::string_view text, absl::string_view mac);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SHARED_KEY_MAC_H_

#include "batch/shared_key_mac.h"

#include <cstdint>
#include <cstring>

#include "base/boringssl.h"

namespace lazuli::batch {
namespace {

// What is hashed before the text, or before the inner digest.
SecureBytes Pad(const SecureBytes& key, uint8_t mask) {
  SecureBytes pad(SHA256_CBLOCK);
  // A key longer than a block stands for its digest.
  if (key.size() > SHA256_CBLOCK) {
    SHA256(key.data(), key.size(), pad.data());
  } else if (!key.empty()) {
    std::memcpy(pad.data(), key.data(), key.size());
  }
  for (size_t i = 0; i < pad.size(); ++i) pad.data()[i] ^= mask;
  return pad;
}

std::string Digest(const SecureBytes& pad, absl::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, pad.data(), pad.size());
  SHA256_Update(&context, text.data(), text.size());
  SHA256_Final(reinterpret_cast<uint8_t*>(digest.data()), &context);
  OPENSSL_cleanse(&context, sizeof(context));
  return digest;
}

}  // namespace

std::string SharedKeyMac(const SecureBytes& key, absl::string_view text) {
  constexpr uint8_t kInner = 0x36;
  constexpr uint8_t kOuter = 0x5c;
  return Digest(Pad(key, kOuter), Digest(Pad(key, kInner), text));
}

bool HasSharedKeyMac(const SecureBytes& key, absl::string_view text, absl::string_view mac) {
  const std::string expected = SharedKeyMac(key, text);
  return mac.size() == expected.size() &&
         CRYPTO_memcmp(mac.data(), expected.data(), expected.size()) == 0;
}

}  // namespace lazuli::batch

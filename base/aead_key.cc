#include "base/aead_key.h"

#include <cstdlib>
#include <utility>

#include "base/secure_random.h"

namespace lazuli {
namespace {

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

AeadKey::AeadKey(SecureBytes key) : key_(std::move(key)) {
  EVP_AEAD_CTX_zero(&context_);
  // Fails only for a key of the wrong length, which is a defect, or without memory.
  if (key_.size() != kKeyBytes || EVP_AEAD_CTX_init(&context_, EVP_aead_aes_256_gcm(), key_.data(),
                                                    key_.size(), kTagBytes, nullptr) != 1) {
    std::abort();
  }
}

AeadKey::~AeadKey() {
  EVP_AEAD_CTX_cleanup(&context_);
  // The key's schedule lies within the context, and the clean-up leaves it there.
  OPENSSL_cleanse(&context_, sizeof(context_));
}

std::string AeadKey::Seal(absl::string_view associated_data, absl::string_view plaintext) const {
  std::string sealed(kNonceBytes + plaintext.size() + kTagBytes, '\0');
  uint8_t* const out = reinterpret_cast<uint8_t*>(sealed.data());
  FillSecureRandom(absl::Span<uint8_t>(out, kNonceBytes));
  size_t written = 0;
  if (EVP_AEAD_CTX_seal(&context_, out + kNonceBytes, &written, sealed.size() - kNonceBytes, out,
                        kNonceBytes, Bytes(plaintext), plaintext.size(), Bytes(associated_data),
                        associated_data.size()) != 1) {
    // Only for more than 64 GiB.
    std::abort();
  }
  return sealed;
}

std::optional<SecureBytes> AeadKey::Open(absl::string_view associated_data,
                                         absl::string_view sealed) const {
  SecureBytes plaintext(sealed.size());
  size_t written = 0;
  if (sealed.size() < kNonceBytes + kTagBytes ||
      EVP_AEAD_CTX_open(&context_, plaintext.data(), &written, plaintext.size(), Bytes(sealed),
                        kNonceBytes, Bytes(sealed) + kNonceBytes, sealed.size() - kNonceBytes,
                        Bytes(associated_data), associated_data.size()) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  plaintext.Truncate(written);
  return plaintext;
}

}  // namespace lazuli

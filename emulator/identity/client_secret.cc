// File: emulator/identity/client_secret.cc
#include "emulator/identity/client_secret.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/boringssl.h"
#include "base/encoding.h"
#include "base/secure_bytes.h"
#include "base/secure_random.h"

namespace lazuli::emulator {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kGeneratedBytes = 30;  // 40 characters without padding

// Hashes piece by piece, so that no other copy of the secret is left behind.
std::string Hash(absl::string_view salt, absl::string_view secret) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, salt.data(), salt.size());
  SHA256_Update(&context, secret.data(), secret.size());
  SHA256_Final(reinterpret_cast<uint8_t*>(hash.data()), &context);
  OPENSSL_cleanse(&context, sizeof(context));
  return hash;
}

}  // namespace

ClientSecret::ClientSecret(absl::string_view secret)
    : salt_(SecureRandomBytes(kSaltBytes).view()), hash_(Hash(salt_, secret)) {}

std::optional<ClientSecret> ClientSecret::FromStored(absl::string_view salt,
                                                     absl::string_view hash) {
  ClientSecret secret;
  if (salt.empty() && hash.empty()) return secret;
  if (salt.size() != kSaltBytes || hash.size() != SHA256_DIGEST_LENGTH) return std::nullopt;
  secret.salt_ = std::string(salt);
  secret.hash_ = std::string(hash);
  return secret;
}

bool ClientSecret::Matches(absl::string_view secret) const {
  if (hash_.empty()) return false;
  const std::string hash = Hash(salt_, secret);
  return CRYPTO_memcmp(hash.data(), hash_.data(), hash_.size()) == 0;
}

std::string ClientSecret::Generate() {
  return Base64UrlEncode(SecureRandomBytes(kGeneratedBytes).view());
}

}  // namespace lazuli::emulator

#include "keyvault/crypto/symmetric.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/encoding.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/symmetric_vectors.h"

namespace lazuli::keyvault::crypto {
namespace {

std::string FromHex(const char* text) {
  const std::optional<std::string> bytes = HexDecode(text);
  EXPECT_TRUE(bytes.has_value()) << text;
  return bytes.value_or("");
}

absl::Span<const uint8_t> Key(const std::string& bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

std::string HexOf(const std::optional<std::string>& bytes) {
  return bytes.has_value() ? HexEncode(*bytes) : "nothing";
}

std::string HexOf(const std::optional<SecureBytes>& bytes) {
  return bytes.has_value() ? HexEncode(bytes->view()) : "nothing";
}

// All that differ from `bytes` in one bit.
std::vector<std::string> FlipsOf(const std::string& bytes) {
  std::vector<std::string> flips;
  for (size_t i = 0; i < bytes.size() * 8; ++i) {
    flips.push_back(bytes);
    flips.back()[i / 8] = static_cast<char>(flips.back()[i / 8] ^ (1 << (i % 8)));
  }
  return flips;
}

TEST(SymmetricVectorTest, KeysWrapAsPublished) {
  for (const WrapVector& vector : kWrapVectors) {
    const std::string key = FromHex(vector.key);
    const std::string ciphertext = FromHex(vector.ciphertext);
    EXPECT_EQ(HexOf(AesWrap(Key(key), FromHex(vector.plaintext), vector.padded)),
              vector.ciphertext);
    EXPECT_EQ(HexOf(AesUnwrap(Key(key), ciphertext, vector.padded)), vector.plaintext);
    for (const std::string& flipped : FlipsOf(ciphertext)) {
      EXPECT_EQ(HexOf(AesUnwrap(Key(key), flipped, vector.padded)), "nothing");
    }
    for (const std::string& flipped : FlipsOf(key)) {
      EXPECT_EQ(HexOf(AesUnwrap(Key(flipped), ciphertext, vector.padded)), "nothing");
    }
    EXPECT_EQ(HexOf(AesUnwrap(Key(key), ciphertext, !vector.padded)), "nothing");
  }
}

TEST(SymmetricVectorTest, CbcIsAsPublished) {
  for (const CbcVector& vector : kCbcVectors) {
    const std::string key = FromHex(vector.key);
    const std::string iv = FromHex(vector.iv);
    const std::string plaintext = FromHex(vector.plaintext);
    EXPECT_EQ(HexOf(CbcEncrypt(Key(key), plaintext, iv, /*padded=*/false)), vector.ciphertext);
    EXPECT_EQ(HexOf(CbcDecrypt(Key(key), FromHex(vector.ciphertext), iv, /*padded=*/false)),
              vector.plaintext);
    // Padding adds a block of its own to whole blocks, and changes nothing before.
    const std::optional<std::string> padded = CbcEncrypt(Key(key), plaintext, iv, /*padded=*/true);
    ASSERT_TRUE(padded.has_value());
    EXPECT_EQ(padded->size(), plaintext.size() + kAesBlockSize);
    EXPECT_EQ(HexEncode(padded->substr(0, plaintext.size())), vector.ciphertext);
  }
}

TEST(SymmetricVectorTest, GcmIsAsPublished) {
  for (const GcmVector& vector : kGcmVectors) {
    const std::string key = FromHex(vector.key);
    const std::string iv = FromHex(vector.iv);
    const std::string aad = FromHex(vector.aad);
    const std::string ciphertext = FromHex(vector.ciphertext);
    const std::string tag = FromHex(vector.tag);
    const std::optional<GcmCiphertext> sealed =
        GcmSeal(Key(key), FromHex(vector.plaintext), iv, aad);
    ASSERT_TRUE(sealed.has_value());
    EXPECT_EQ(HexEncode(sealed->value), vector.ciphertext);
    EXPECT_EQ(HexEncode(sealed->tag), vector.tag);
    EXPECT_EQ(HexOf(GcmOpen(Key(key), ciphertext, iv, aad, tag)), vector.plaintext);
    for (const std::string& flipped : FlipsOf(tag)) {
      EXPECT_EQ(HexOf(GcmOpen(Key(key), ciphertext, iv, aad, flipped)), "nothing");
    }
    for (const std::string& flipped : FlipsOf(ciphertext)) {
      EXPECT_EQ(HexOf(GcmOpen(Key(key), flipped, iv, aad, tag)), "nothing");
    }
    for (const std::string& flipped : FlipsOf(iv)) {
      EXPECT_EQ(HexOf(GcmOpen(Key(key), ciphertext, flipped, aad, tag)), "nothing");
    }
    for (const std::string& flipped : FlipsOf(aad)) {
      EXPECT_EQ(HexOf(GcmOpen(Key(key), ciphertext, iv, flipped, tag)), "nothing");
    }
    EXPECT_EQ(HexOf(GcmOpen(Key(key), ciphertext, iv, absl::StrCat(aad, "x"), tag)), "nothing");
    EXPECT_EQ(HexOf(GcmOpen(Key(key), ciphertext, iv, aad, tag.substr(0, 12))), "nothing");
  }
}

TEST(SymmetricVectorTest, HmacIsAsPublished) {
  const std::string key = Base64UrlDecode(kHmacKey).value_or("");
  const std::optional<std::string> mac =
      Hmac(Key(key), SignatureAlgorithm::kHs256, kHmacSigningInput);
  ASSERT_TRUE(mac.has_value());
  EXPECT_EQ(Base64UrlEncode(*mac), kHmacTag);
  // RFC 4231, 4.3 (test case 2), whose key is shorter than any that is offered.
  const std::string jefe = "Jefe";
  EXPECT_EQ(
      HexOf(Hmac(Key(jefe), SignatureAlgorithm::kHs384, "what do ya want for nothing?")),
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecf"
      "ab21649");
  EXPECT_EQ(
      HexOf(Hmac(Key(jefe), SignatureAlgorithm::kHs512, "what do ya want for nothing?")),
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f"
      "8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

}  // namespace
}  // namespace lazuli::keyvault::crypto

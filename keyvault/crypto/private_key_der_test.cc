#include "keyvault/crypto/private_key_der.h"

#include <optional>
#include <string>

#include "absl/types/span.h"
#include "base/boringssl.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/ec_curve.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

absl::Span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string Text(const SecureBytes& bytes) { return std::string(bytes.view()); }

std::string RsaDer() { return Text(TestRsaKey()->private_der()); }

std::string EcDer(Curve curve) { return Text(TestEcKey(curve)->private_der()); }

TEST(PrivateKeyDerTest, AnRsaKeyComesBackWhole) {
  const std::string der = RsaDer();
  const bssl::UniquePtr<RSA> key = ParseRsaPrivateKey(Bytes(der));
  ASSERT_TRUE(key);
  EXPECT_TRUE(RSA_check_key(key.get()));
  const std::optional<SecureBytes> again = MarshalRsaPrivateKey(key.get());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(Text(*again), der);
}

TEST(PrivateKeyDerTest, AnRsaKeyRestsInTheFormThatBoringSslReads) {
  const std::string der = RsaDer();
  const bssl::UniquePtr<RSA> key(
      RSA_private_key_from_bytes(reinterpret_cast<const uint8_t*>(der.data()), der.size()));
  EXPECT_TRUE(key);
}

TEST(PrivateKeyDerTest, AnEcKeyComesBackWholeOnEveryCurve) {
  for (const Curve curve : {Curve::kP256, Curve::kP256K, Curve::kP384, Curve::kP521}) {
    const std::string der = EcDer(curve);
    const std::optional<ParsedEcKey> parsed = ParseEcPrivateKey(Bytes(der));
    ASSERT_TRUE(parsed.has_value()) << CurveName(curve);
    EXPECT_EQ(parsed->curve, curve);
    EXPECT_TRUE(EC_KEY_check_key(parsed->key.get()));
    const std::optional<SecureBytes> again = MarshalEcPrivateKey(curve, parsed->key.get());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(Text(*again), der) << CurveName(curve);
  }
}

TEST(PrivateKeyDerTest, AnEcKeyRestsInTheFormThatBoringSslReads) {
  for (const Curve curve : {Curve::kP256, Curve::kP384, Curve::kP521}) {
    const std::string der = EcDer(curve);
    CBS cbs;
    CBS_init(&cbs, reinterpret_cast<const uint8_t*>(der.data()), der.size());
    const bssl::UniquePtr<EC_KEY> key(EC_KEY_parse_private_key(&cbs, nullptr));
    EXPECT_TRUE(key) << CurveName(curve);
    EXPECT_EQ(CBS_len(&cbs), 0u);
  }
}

TEST(PrivateKeyDerTest, NoPrefixAndNoExtensionOfAKeyIsRead) {
  for (const std::string& der : {RsaDer(), EcDer(Curve::kP256), EcDer(Curve::kP521)}) {
    for (size_t size = 0; size < der.size(); ++size) {
      const std::string cut = der.substr(0, size);
      EXPECT_FALSE(ParseRsaPrivateKey(Bytes(cut))) << size;
      EXPECT_FALSE(ParseEcPrivateKey(Bytes(cut)).has_value()) << size;
    }
    const std::string longer = der + '\0';
    EXPECT_FALSE(ParseRsaPrivateKey(Bytes(longer)));
    EXPECT_FALSE(ParseEcPrivateKey(Bytes(longer)).has_value());
  }
}

TEST(PrivateKeyDerTest, TheOtherTypeIsNotRead) {
  EXPECT_FALSE(ParseEcPrivateKey(Bytes(RsaDer())).has_value());
  EXPECT_FALSE(ParseRsaPrivateKey(Bytes(EcDer(Curve::kP256))));
}

TEST(PrivateKeyDerTest, AnUnknownCurveIsNotRead) {
  std::string der = EcDer(Curve::kP384);
  // The last byte of 1.3.132.0.34 makes it 1.3.132.0.33, P-224.
  const std::string oid("\x2b\x81\x04\x00\x22", 5);
  const size_t at = der.find(oid);
  ASSERT_NE(at, std::string::npos);
  der[at + 4] = 0x21;
  EXPECT_FALSE(ParseEcPrivateKey(Bytes(der)).has_value());
}

TEST(PrivateKeyDerTest, APointOffTheCurveIsNotRead) {
  std::string der = EcDer(Curve::kP256);
  der.back() ^= 1;
  EXPECT_FALSE(ParseEcPrivateKey(Bytes(der)).has_value());
}

TEST(PrivateKeyDerTest, AKeyWithoutItsPrivatePartCannotBeMarshalled) {
  const bssl::UniquePtr<EC_KEY> key(EC_KEY_new());
  ASSERT_TRUE(EC_KEY_set_group(key.get(), CurveGroup(Curve::kP256)));
  EXPECT_FALSE(MarshalEcPrivateKey(Curve::kP256, key.get()).has_value());
  const bssl::UniquePtr<RSA> rsa(RSA_new());
  EXPECT_FALSE(MarshalRsaPrivateKey(rsa.get()).has_value());
}

}  // namespace
}  // namespace lazuli::keyvault::crypto

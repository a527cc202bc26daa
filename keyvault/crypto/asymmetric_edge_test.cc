// Points, signatures and numbers at the edges of what RSA and elliptic curves allow.
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/boringssl.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/ec_curve.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/parsed_key.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kKid =
    "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";

struct CurveCase {
  Curve curve;
  SignatureAlgorithm algorithm;
};
constexpr CurveCase kCurves[] = {{Curve::kP256, SignatureAlgorithm::kEs256},
                                 {Curve::kP256K, SignatureAlgorithm::kEs256K},
                                 {Curve::kP384, SignatureAlgorithm::kEs384},
                                 {Curve::kP521, SignatureAlgorithm::kEs512}};

bssl::UniquePtr<BIGNUM> NumberOf(absl::string_view bytes) {
  return bssl::UniquePtr<BIGNUM>(
      BN_bin2bn(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), nullptr));
}

// Big-endian, `size` bytes; empty if that is too short.
std::string BytesOf(const BIGNUM* number, size_t size) {
  std::string bytes(size, '\0');
  if (!BN_bn2bin_padded(reinterpret_cast<uint8_t*>(bytes.data()), size, number)) return "";
  return bytes;
}

std::string OrderOf(Curve curve) {
  return BytesOf(EC_GROUP_get0_order(CurveGroup(curve)), CurveFieldSize(curve));
}

std::string PrimeOf(Curve curve) {
  bssl::UniquePtr<BIGNUM> p(BN_new());
  EXPECT_TRUE(EC_GROUP_get_curve_GFp(CurveGroup(curve), p.get(), nullptr, nullptr, nullptr));
  return BytesOf(p.get(), CurveFieldSize(curve));
}

// a - b and a + b.
std::string Difference(absl::string_view a, absl::string_view b, size_t size) {
  bssl::UniquePtr<BIGNUM> result(BN_new());
  EXPECT_TRUE(BN_sub(result.get(), NumberOf(a).get(), NumberOf(b).get()));
  return BytesOf(result.get(), size);
}
std::string Sum(absl::string_view a, absl::string_view b, size_t size) {
  bssl::UniquePtr<BIGNUM> result(BN_new());
  EXPECT_TRUE(BN_add(result.get(), NumberOf(a).get(), NumberOf(b).get()));
  return BytesOf(result.get(), size);
}

// The private number of a key: 32 to 66 bytes at a known place of its DER.
std::string PrivateOf(const KeyMaterial& key) {
  const absl::StatusOr<ParsedKey> parsed = ParsedKey::Parse(key);
  EXPECT_TRUE(parsed.ok());
  return BytesOf(EC_KEY_get0_private_key(parsed->ec()), CurveFieldSize(key.curve()));
}

TEST(EcImportEdgeTest, PointsThatAreNoneAreRefused) {
  for (const CurveCase& c : kCurves) {
    const size_t size = CurveFieldSize(c.curve);
    const KeyMaterial::Ptr key = TestEcKey(c.curve);
    const KeyMaterial::Ptr other = TestEcKey(c.curve);
    const std::string d = PrivateOf(*key);
    const std::string p = PrimeOf(c.curve);
    const std::string zero(size, '\0');
    const std::string one = zero.substr(1) + '\1';
    std::string off = key->y();
    off.back() = static_cast<char>(off.back() ^ 1);
    LAZULI_EXPECT_OK(KeyMaterial::ImportEc({c.curve, key->x(), key->y(), d}));
    const struct {
      const char* what;
      std::string x;
      std::string y;
    } cases[] = {
        {"the point at infinity, as some write it", zero, zero},
        {"not on the curve", key->x(), off},
        {"x and y exchanged", key->y(), key->x()},
        {"x is the prime of the field", p, key->y()},
        {"y is the prime of the field", key->x(), p},
        {"x is not reduced", std::string(size, '\xff'), key->y()},
        {"of small numbers", one, one},
        {"another key's point", other->x(), other->y()},
        {"the negated point", key->x(), Difference(p, key->y(), size)},
        {"x without y", key->x(), ""},
        {"y without x", "", key->y()},
        {"an encoded point for x", '\4' + key->x() + key->y(), key->y()},
        {"far too long", std::string(2'000, '\1'), key->y()},
    };
    for (const auto& point : cases) {
      EXPECT_THAT(KeyMaterial::ImportEc({c.curve, point.x, point.y, d}),
                  ErrorCodeIs("BadParameter"))
          << CurveName(c.curve) << ": " << point.what;
      EXPECT_EQ(ERR_peek_error(), 0u);
    }
  }
}

TEST(EcImportEdgeTest, APointOfOneCurveIsNoneOfAnother) {
  for (const CurveCase& c : kCurves) {
    const KeyMaterial::Ptr key = TestEcKey(c.curve);
    const std::string d = PrivateOf(*key);
    for (const CurveCase& other : kCurves) {
      EXPECT_EQ(KeyMaterial::ImportEc({other.curve, key->x(), key->y(), d}).ok(),
                other.curve == c.curve)
          << CurveName(c.curve) << " as " << CurveName(other.curve);
    }
  }
}

TEST(EcImportEdgeTest, PrivateNumbersLieBetweenZeroAndTheOrder) {
  for (const CurveCase& c : kCurves) {
    const size_t size = CurveFieldSize(c.curve);
    const KeyMaterial::Ptr key = TestEcKey(c.curve);
    const std::string d = PrivateOf(*key);
    const std::string n = OrderOf(c.curve);
    const std::string zero(size, '\0');
    for (const std::string& wrong : {std::string(), zero, n, Sum(n, d, size + 1),
                                     std::string(size + 8, '\xff'), Difference(n, d, size)}) {
      EXPECT_THAT(KeyMaterial::ImportEc({c.curve, key->x(), key->y(), wrong}),
                  ErrorCodeIs("BadParameter"))
          << CurveName(c.curve);
    }
    // Leading zeros change no number.
    LAZULI_EXPECT_OK(KeyMaterial::ImportEc({c.curve, '\0' + key->x(), '\0' + key->y(), '\0' + d}));
  }
}

TEST(EcdsaEdgeTest, HalvesOutsideOfTheirRangeAreFalse) {
  CryptoEngine engine;
  for (const CurveCase& c : kCurves) {
    const size_t size = CurveFieldSize(c.curve);
    const KeyMaterial::Ptr key = TestEcKey(c.curve);
    const std::string digest(DigestSize(c.algorithm), 'd');
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string good,
                                engine.Sign(*key, kKid, c.algorithm, digest));
    const std::string r = good.substr(0, size);
    const std::string s = good.substr(size);
    const std::string n = OrderOf(c.curve);
    const std::string zero(size, '\0');
    const std::string one = zero.substr(1) + '\1';
    const std::string most(size, '\xff');
    std::vector<std::string> wrong = {
        zero + zero,     zero + s,
        r + zero,        n + s,
        r + n,           n + n,
        one + one,       most + s,
        r + most,        most + most,
        s + r,           '\0' + good,
        good + '\0',     r.substr(1) + s,
        r + s.substr(1), good.substr(0, size),
        zero + good,     "",
    };
    // A number and the number plus the order are the same only until they are written down.
    const std::string r_plus = Sum(r, n, size);
    const std::string s_plus = Sum(s, n, size);
    if (!r_plus.empty()) wrong.push_back(r_plus + s);
    if (!s_plus.empty()) wrong.push_back(r + s_plus);
    for (const std::string& signature : wrong) {
      EXPECT_THAT(engine.Verify(*key, kKid, c.algorithm, digest, signature), IsOkAndHolds(false))
          << CurveName(c.curve) << " " << signature.size();
    }
    // The other signature of the pair that ECDSA has for each: as good as the first.
    EXPECT_THAT(engine.Verify(*key, kKid, c.algorithm, digest, r + Difference(n, s, size)),
                IsOkAndHolds(true));
  }
}

TEST(EcdsaEdgeTest, SignaturesKeepTheirLeadingZeros) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestEcKey(Curve::kP256);
  const std::string digest(32, 'd');
  bool r_seen = false;
  bool s_seen = false;
  // One of 256 begins with a zero; that none of 20,000 does happens once in 10^34.
  for (int i = 0; i < 20'000 && !(r_seen && s_seen); ++i) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature,
                                engine.Sign(*key, kKid, SignatureAlgorithm::kEs256, digest));
    ASSERT_EQ(signature.size(), 64u);
    if (signature[0] != '\0' && signature[32] != '\0') continue;
    r_seen = r_seen || signature[0] == '\0';
    s_seen = s_seen || signature[32] == '\0';
    EXPECT_THAT(engine.Verify(*key, kKid, SignatureAlgorithm::kEs256, digest, signature),
                IsOkAndHolds(true));
  }
  EXPECT_TRUE(r_seen);
  EXPECT_TRUE(s_seen);
  // P-521 has seven bits more than it needs: every half begins with a small byte.
  const KeyMaterial::Ptr wide = TestEcKey(Curve::kP521);
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const std::string signature,
      engine.Sign(*wide, kKid, SignatureAlgorithm::kEs512, std::string(64, 'd')));
  ASSERT_EQ(signature.size(), 132u);
  EXPECT_LE(static_cast<unsigned char>(signature[0]), 1);
  EXPECT_LE(static_cast<unsigned char>(signature[66]), 1);
}

TEST(EcdsaEdgeTest, ADigestThatIsZeroOrAboveTheOrderIsSignedAllTheSame) {
  CryptoEngine engine;
  for (const CurveCase& c : kCurves) {
    const KeyMaterial::Ptr key = TestEcKey(c.curve);
    for (const char fill : {'\0', '\xff'}) {
      const std::string digest(DigestSize(c.algorithm), fill);
      LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature,
                                  engine.Sign(*key, kKid, c.algorithm, digest));
      EXPECT_THAT(engine.Verify(*key, kKid, c.algorithm, digest, signature), IsOkAndHolds(true));
    }
  }
}

TEST(RsaEdgeTest, CiphertextsKeepTheirLeadingZeros) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  std::string found;
  for (int i = 0; i < 20'000 && found.empty(); ++i) {
    LAZULI_ASSERT_OK_AND_ASSIGN(
        const std::string ciphertext,
        engine.Encrypt(*key, kKid, EncryptionAlgorithm::kRsaOaep256, "text"));
    ASSERT_EQ(ciphertext.size(), 256u);
    if (ciphertext[0] == '\0') found = ciphertext;
  }
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(engine.Decrypt(*key, kKid, EncryptionAlgorithm::kRsaOaep256, found)->view(), "text");
  // Without its zero it is the same number, and too short all the same.
  EXPECT_EQ(engine.Decrypt(*key, kKid, EncryptionAlgorithm::kRsaOaep256, found.substr(1)).status(),
            IncorrectParameterError());
}

TEST(RsaEdgeTest, SignaturesKeepTheirLeadingZeros) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  std::string digest(32, '\0');
  std::string found;
  for (int i = 0; i < 10'000 && found.empty(); ++i) {
    digest[0] = static_cast<char>(i);
    digest[1] = static_cast<char>(i >> 8);
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature,
                                engine.Sign(*key, kKid, SignatureAlgorithm::kRs256, digest));
    ASSERT_EQ(signature.size(), 256u);
    if (signature[0] == '\0') found = signature;
  }
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(engine.Verify(*key, kKid, SignatureAlgorithm::kRs256, digest, found),
              IsOkAndHolds(true));
  EXPECT_THAT(engine.Verify(*key, kKid, SignatureAlgorithm::kRs256, digest, found.substr(1)),
              IsOkAndHolds(false));
}

TEST(RsaEdgeTest, RsNullSignsWhatItIsGivenWithoutADigestInfo) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  const auto null = SignatureAlgorithm::kRsNull;
  for (const size_t size : {0, 1, 36, 245}) {
    const std::string digest(size, 'd');
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature, engine.Sign(*key, kKid, null, digest));
    EXPECT_EQ(signature.size(), 256u);
    EXPECT_THAT(engine.Verify(*key, kKid, null, digest, signature), IsOkAndHolds(true));
    if (size < 245) {
      EXPECT_THAT(engine.Verify(*key, kKid, null, digest + '\0', signature), IsOkAndHolds(false));
    }
    if (size > 0) {
      EXPECT_THAT(engine.Verify(*key, kKid, null, digest.substr(1), signature),
                  IsOkAndHolds(false));
    }
    EXPECT_THAT(engine.Verify(*OtherTestRsaKey(), kKid, null, digest, signature),
                IsOkAndHolds(false));
  }
  EXPECT_THAT(engine.Sign(*key, kKid, null, std::string(246, 'd')),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("RSNULL with this key takes at most 245 bytes")));
  // With a DigestInfo before the digest (RFC 8017, section 9.2) it is what RS256 makes.
  const std::string digest(32, 'd');
  const std::string info = std::string(
      "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string raw, engine.Sign(*key, kKid, null, info + digest));
  EXPECT_THAT(engine.Sign(*key, kKid, SignatureAlgorithm::kRs256, digest), IsOkAndHolds(raw));
}

}  // namespace
}  // namespace lazuli::keyvault::crypto

#include "keyvault/crypto/algorithm.h"

#include <optional>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault::crypto {
namespace {

TEST(AlgorithmTest, NamesOfKeyTypesGoBothWays) {
  for (const absl::string_view name : {"RSA", "RSA-HSM", "EC", "EC-HSM", "oct-HSM"}) {
    const std::optional<KeyType> type = ParseKeyType(name);
    ASSERT_TRUE(type.has_value()) << name;
    EXPECT_EQ(KeyTypeName(*type), name);
  }
}

TEST(AlgorithmTest, NamesOfCurvesGoBothWays) {
  for (const absl::string_view name : {"P-256", "P-256K", "P-384", "P-521"}) {
    const std::optional<Curve> curve = ParseCurve(name);
    ASSERT_TRUE(curve.has_value()) << name;
    EXPECT_EQ(CurveName(*curve), name);
  }
}

TEST(AlgorithmTest, NamesOfEncryptionAlgorithmsGoBothWays) {
  for (const absl::string_view name :
       {"RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "A128GCM", "A192GCM", "A256GCM", "A128CBC", "A192CBC",
        "A256CBC", "A128CBCPAD", "A192CBCPAD", "A256CBCPAD", "A128KW", "A192KW", "A256KW",
        "CKM_AES_KEY_WRAP", "CKM_AES_KEY_WRAP_PAD"}) {
    const std::optional<EncryptionAlgorithm> algorithm = ParseEncryptionAlgorithm(name);
    ASSERT_TRUE(algorithm.has_value()) << name;
    EXPECT_EQ(EncryptionAlgorithmName(*algorithm), name);
  }
}

TEST(AlgorithmTest, UnknownNamesAreRefused) {
  for (const absl::string_view name :
       {"", "rsa", "RSA ", "oct", "P-192", "RSA-OAEP-512", "HS1", "A512GCM"}) {
    EXPECT_EQ(ParseCurve(name), std::nullopt) << name;
    EXPECT_EQ(ParseEncryptionAlgorithm(name), std::nullopt) << name;
    EXPECT_EQ(ParseSignatureAlgorithm(name), std::nullopt) << name;
  }
  EXPECT_EQ(ParseKeyType("rsa"), std::nullopt);
  EXPECT_EQ(ParseKeyType("oct"), std::nullopt);
}

TEST(AlgorithmTest, HsmFlavoursHaveTheMaterialOfTheOthers) {
  EXPECT_EQ(MaterialType(KeyType::kRsa), KeyType::kRsa);
  EXPECT_EQ(MaterialType(KeyType::kRsaHsm), KeyType::kRsa);
  EXPECT_EQ(MaterialType(KeyType::kEc), KeyType::kEc);
  EXPECT_EQ(MaterialType(KeyType::kEcHsm), KeyType::kEc);
  EXPECT_TRUE(IsHsm(KeyType::kRsaHsm));
  EXPECT_TRUE(IsHsm(KeyType::kEcHsm));
  EXPECT_EQ(MaterialType(KeyType::kOctHsm), KeyType::kOctHsm);
  EXPECT_TRUE(IsHsm(KeyType::kOctHsm));
  EXPECT_FALSE(IsHsm(KeyType::kRsa));
  EXPECT_FALSE(IsHsm(KeyType::kEc));
}

TEST(AlgorithmTest, OnlyThreeSizesOfRsaAreOffered) {
  for (const int bits : {2048, 3072, 4096}) {
    EXPECT_TRUE(IsSupportedRsaSize(bits)) << bits;
  }
  for (const int bits : {-2048, 0, 512, 1024, 2047, 2049, 2056, 4095, 8192}) {
    EXPECT_FALSE(IsSupportedRsaSize(bits)) << bits;
  }
}

TEST(AlgorithmTest, OnlyThreeSizesOfSymmetricKeysAreOffered) {
  for (const int bits : {128, 192, 256}) {
    EXPECT_TRUE(IsSupportedSymmetricSize(bits)) << bits;
  }
  for (const int bits : {-128, 0, 64, 127, 129, 255, 384, 512}) {
    EXPECT_FALSE(IsSupportedSymmetricSize(bits)) << bits;
  }
}

TEST(AlgorithmTest, EncryptionAlgorithmsAskForAKeyAndAPurpose) {
  struct Case {
    absl::string_view name;
    KeyType type;
    std::optional<int> bits;
    bool encrypts_data;
    bool wraps_keys;
  };
  const Case cases[] = {
      {"RSA-OAEP", KeyType::kRsa, std::nullopt, true, true},
      {"A128GCM", KeyType::kOctHsm, 128, true, false},
      {"A192CBC", KeyType::kOctHsm, 192, true, false},
      {"A256CBCPAD", KeyType::kOctHsm, 256, true, false},
      {"A192KW", KeyType::kOctHsm, 192, false, true},
      {"CKM_AES_KEY_WRAP", KeyType::kOctHsm, std::nullopt, false, true},
      {"CKM_AES_KEY_WRAP_PAD", KeyType::kOctHsm, std::nullopt, false, true},
  };
  for (const Case& c : cases) {
    const std::optional<EncryptionAlgorithm> algorithm = ParseEncryptionAlgorithm(c.name);
    ASSERT_TRUE(algorithm.has_value()) << c.name;
    EXPECT_EQ(RequiredKeyType(*algorithm), c.type) << c.name;
    EXPECT_EQ(RequiredKeyBits(*algorithm), c.bits) << c.name;
    EXPECT_EQ(EncryptsData(*algorithm), c.encrypts_data) << c.name;
    EXPECT_EQ(WrapsKeys(*algorithm), c.wraps_keys) << c.name;
  }
}

TEST(AlgorithmTest, WhatSignsNoDigestTakesWhatItIsGiven) {
  for (const absl::string_view name : {"RSNULL", "HS256", "HS384", "HS512"}) {
    const std::optional<SignatureAlgorithm> algorithm = ParseSignatureAlgorithm(name);
    ASSERT_TRUE(algorithm.has_value()) << name;
    EXPECT_EQ(SignatureAlgorithmName(*algorithm), name);
    EXPECT_EQ(DigestSize(*algorithm), 0u) << name;
    EXPECT_EQ(RequiredCurve(*algorithm), std::nullopt) << name;
    const bool is_rsa = name == "RSNULL";
    EXPECT_EQ(RequiredKeyType(*algorithm), is_rsa ? KeyType::kRsa : KeyType::kOctHsm) << name;
    EXPECT_EQ(RequiredKeyBits(*algorithm), is_rsa ? std::nullopt : std::optional<int>(256)) << name;
  }
  EXPECT_EQ(MaxRawDigestSize(256), 245u);
}

TEST(AlgorithmTest, SignatureAlgorithmsAskForADigestAndAKey) {
  struct Case {
    absl::string_view name;
    size_t digest_size;
    std::optional<Curve> curve;
  };
  const Case cases[] = {
      {"RS256", 32, std::nullopt}, {"RS384", 48, std::nullopt},   {"RS512", 64, std::nullopt},
      {"PS256", 32, std::nullopt}, {"PS384", 48, std::nullopt},   {"PS512", 64, std::nullopt},
      {"ES256", 32, Curve::kP256}, {"ES256K", 32, Curve::kP256K}, {"ES384", 48, Curve::kP384},
      {"ES512", 64, Curve::kP521},
  };
  for (const Case& c : cases) {
    const std::optional<SignatureAlgorithm> algorithm = ParseSignatureAlgorithm(c.name);
    ASSERT_TRUE(algorithm.has_value()) << c.name;
    EXPECT_EQ(SignatureAlgorithmName(*algorithm), c.name);
    EXPECT_EQ(DigestSize(*algorithm), c.digest_size) << c.name;
    EXPECT_EQ(RequiredCurve(*algorithm), c.curve) << c.name;
    EXPECT_EQ(RequiredKeyType(*algorithm), c.curve ? KeyType::kEc : KeyType::kRsa) << c.name;
  }
}

TEST(AlgorithmTest, PlaintextLimitsAreThoseOfThePadding) {
  EXPECT_EQ(MaxPlaintextSize(EncryptionAlgorithm::kRsa1_5, 256), 245u);
  EXPECT_EQ(MaxPlaintextSize(EncryptionAlgorithm::kRsaOaep, 256), 214u);
  EXPECT_EQ(MaxPlaintextSize(EncryptionAlgorithm::kRsaOaep256, 256), 190u);
  EXPECT_EQ(MaxPlaintextSize(EncryptionAlgorithm::kRsaOaep256, 512), 446u);
}

TEST(AlgorithmTest, FieldsHaveTheSizeOfTheCurve) {
  EXPECT_EQ(CurveFieldSize(Curve::kP256), 32u);
  EXPECT_EQ(CurveFieldSize(Curve::kP256K), 32u);
  EXPECT_EQ(CurveFieldSize(Curve::kP384), 48u);
  EXPECT_EQ(CurveFieldSize(Curve::kP521), 66u);
}

}  // namespace
}  // namespace lazuli::keyvault::crypto

#include "keyvault/crypto/key_material.h"

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Curve kCurves[] = {Curve::kP256, Curve::kP256K, Curve::kP384, Curve::kP521};

std::string TargetOf(const absl::StatusOr<KeyMaterial::Ptr>& key) {
  return ErrorInfoOrDefault(key.status()).target;
}

TEST(KeyMaterialTest, AGeneratedRsaKeyHasTheSizeAndExponentAskedFor) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, KeyMaterial::GenerateRsa(2048, 65537));
  EXPECT_EQ(key->type(), KeyType::kRsa);
  EXPECT_EQ(key->rsa_bits(), 2048);
  EXPECT_EQ(key->n().size(), 256u);
  EXPECT_NE(key->n()[0], '\0');
  EXPECT_EQ(Base64UrlEncode(key->e()), "AQAB");
  EXPECT_THAT(key->x(), IsEmpty());
  EXPECT_THAT(key->y(), IsEmpty());
}

TEST(KeyMaterialTest, ASmallExponentWorks) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, KeyMaterial::GenerateRsa(2048, 3));
  EXPECT_EQ(key->e(), "\x03");
}

TEST(KeyMaterialTest, SizesAndExponentsThatAreNotOfferedAreRefused) {
  for (const int bits : {-1, 0, 512, 1024, 2047, 2049, 8192, 1 << 30}) {
    EXPECT_THAT(KeyMaterial::GenerateRsa(bits, 65537), ErrorCodeIs("BadParameter")) << bits;
  }
  for (const uint64_t exponent :
       {0ull, 1ull, 2ull, 65536ull, 4294967296ull, 4294967297ull, ~0ull}) {
    const absl::StatusOr<KeyMaterial::Ptr> key = KeyMaterial::GenerateRsa(2048, exponent);
    EXPECT_THAT(key, StatusIs(absl::StatusCode::kInvalidArgument)) << exponent;
    EXPECT_EQ(TargetOf(key), "public_exponent") << exponent;
  }
}

TEST(KeyMaterialTest, AGenerationCanBeInterrupted) {
  int calls = 0;
  const absl::StatusOr<KeyMaterial::Ptr> key =
      KeyMaterial::GenerateRsa(4096, 65537, [&calls] { return ++calls == 3; });
  EXPECT_THAT(key, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(calls, 3);
}

TEST(KeyMaterialTest, AGeneratedEcKeyIsPaddedToTheField) {
  for (const Curve curve : kCurves) {
    // Enough of them that a coordinate with a leading zero turns up on most runs.
    for (int i = 0; i < 20; ++i) {
      LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, KeyMaterial::GenerateEc(curve));
      EXPECT_EQ(key->type(), KeyType::kEc);
      EXPECT_EQ(key->curve(), curve);
      EXPECT_EQ(key->x().size(), CurveFieldSize(curve));
      EXPECT_EQ(key->y().size(), CurveFieldSize(curve));
      EXPECT_THAT(key->n(), IsEmpty());
      EXPECT_EQ(key->rsa_bits(), 0);
    }
  }
}

TEST(KeyMaterialTest, NoTwoInstancesShareAnId) {
  std::set<uint64_t> ids;
  for (int i = 0; i < 10; ++i) {
    ids.insert(TestEcKey(Curve::kP256)->id());
    ids.insert(TestRsaKey()->id());
  }
  EXPECT_EQ(ids.size(), 20u);
  EXPECT_FALSE(ids.contains(0));
}

TEST(KeyMaterialTest, AnImportedRsaKeyKeepsItsParts) {
  for (const RsaVectorKey* vector : {&kRfc7515A2Key, &kRfc7516A1Key, &kRfc7516A2Key,
                                     &kRfc7520S34Key, &kRfc7520S51Key, &kRfc7520S52Key}) {
    const KeyMaterial::Ptr key = ImportVector(*vector);
    EXPECT_EQ(Base64UrlEncode(key->n()), vector->n);
    EXPECT_EQ(Base64UrlEncode(key->e()), vector->e);
  }
  EXPECT_EQ(TestRsa4096Key()->rsa_bits(), 4096);
}

TEST(KeyMaterialTest, AnImportedEcKeyKeepsItsParts) {
  for (const EcVectorKey* vector : {&kRfc7515A3Key, &kRfc7515A4Key, &kRfc7520S32Key}) {
    const KeyMaterial::Ptr key = ImportVector(*vector);
    EXPECT_EQ(key->curve(), vector->curve);
    EXPECT_EQ(Base64UrlEncode(key->x()), vector->x);
    EXPECT_EQ(Base64UrlEncode(key->y()), vector->y);
  }
}

TEST(KeyMaterialTest, LeadingZerosOfAMemberDoNotMatter) {
  DecodedRsaKey rsa(kRfc7515A2Key);
  for (std::string* member : {&rsa.n, &rsa.e, &rsa.d, &rsa.p}) {
    member->insert(0, 2, '\0');
  }
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, KeyMaterial::ImportRsa(rsa.Jwk()));
  EXPECT_EQ(Base64UrlEncode(key->n()), kRfc7515A2Key.n);
  DecodedEcKey ec(kRfc7515A3Key);
  ec.x.insert(0, 1, '\0');
  LAZULI_EXPECT_OK(KeyMaterial::ImportEc(ec.Jwk()));
}

TEST(KeyMaterialTest, EveryMemberOfAnRsaKeyIsNeeded) {
  const std::pair<const char*, std::string DecodedRsaKey::*> members[] = {
      {"n", &DecodedRsaKey::n},   {"e", &DecodedRsaKey::e},   {"d", &DecodedRsaKey::d},
      {"p", &DecodedRsaKey::p},   {"q", &DecodedRsaKey::q},   {"dp", &DecodedRsaKey::dp},
      {"dq", &DecodedRsaKey::dq}, {"qi", &DecodedRsaKey::qi},
  };
  for (const auto& [name, member] : members) {
    DecodedRsaKey missing(kRfc7515A2Key);
    (missing.*member).clear();
    const absl::StatusOr<KeyMaterial::Ptr> refused = KeyMaterial::ImportRsa(missing.Jwk());
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("needed")));
    EXPECT_EQ(TargetOf(refused), name);

    DecodedRsaKey endless(kRfc7515A2Key);
    (endless.*member).assign(100000, '\x7f');
    EXPECT_EQ(TargetOf(KeyMaterial::ImportRsa(endless.Jwk())), name);
  }
}

TEST(KeyMaterialTest, AnRsaKeyThatContradictsItselfIsRefused) {
  const std::pair<const char*, std::string DecodedRsaKey::*> members[] = {
      {"n", &DecodedRsaKey::n},   {"e", &DecodedRsaKey::e},   {"d", &DecodedRsaKey::d},
      {"p", &DecodedRsaKey::p},   {"q", &DecodedRsaKey::q},   {"dp", &DecodedRsaKey::dp},
      {"dq", &DecodedRsaKey::dq}, {"qi", &DecodedRsaKey::qi},
  };
  const DecodedRsaKey other(kRfc7516A1Key);
  for (const auto& [name, member] : members) {
    DecodedRsaKey spoilt(kRfc7515A2Key);
    (spoilt.*member).back() ^= 2;
    EXPECT_THAT(KeyMaterial::ImportRsa(spoilt.Jwk()), StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
    DecodedRsaKey zero(kRfc7515A2Key);
    (zero.*member).assign(1, '\0');
    EXPECT_THAT(KeyMaterial::ImportRsa(zero.Jwk()), StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
    if (member == &DecodedRsaKey::e) {
      continue;  // The other key has the same.
    }
    DecodedRsaKey mixed(kRfc7515A2Key);
    mixed.*member = other.*member;
    EXPECT_THAT(KeyMaterial::ImportRsa(mixed.Jwk()), StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
}

TEST(KeyMaterialTest, AnRsaKeyOfAnotherSizeIsRefused) {
  // A modulus of 2040 bits, whatever its parts are worth.
  DecodedRsaKey small(kRfc7515A2Key);
  small.n.erase(0, 1);
  const absl::StatusOr<KeyMaterial::Ptr> refused = KeyMaterial::ImportRsa(small.Jwk());
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key size")));
}

// The key of RFC 7515 A.2 with other exponents.
TEST(KeyMaterialTest, APublicExponentBeyond32BitsIsRefused) {
  RsaVectorKey largest = kRfc7515A2Key;
  largest.e = "_____w";
  largest.d =
      "Ei45dgvp_w7k2AN2-lB2a5YWuM1SJi8_0Jf7hrq4Y5xuS2r87lRDV2mRzPkf3OT6itlleeyEGq7ZuHgMGsvuN1ao"
      "VjXSHCr1SeE_K-Fhy-4kf8wbBV7gmJ1CyV4IP1Z0KFfn33DNaOPvXds6ATWkxSJ_9ypbEkLss4RFRqkaY3IorUNi"
      "CnEHDJSlxK0_7P9T6J4jk9pTEp7w9A1yy73EpFab99qoqpU4gi9GT6bg4KngzgXQFXhjeXrCZGFKxV2E-PCrFNHB"
      "xfmuX4zhNYoPs21KotT5uuPqALCa2AUdC6yqXk2E1PpclB-_jk63d1Y0_s5sBA_lXy8ongXnSysTcw";
  largest.dp =
      "yXzNCH5XDAwi9t4MXB5fxULZgunHyvK0KfblZGBzNOsKLU-nW0EvM4oRbEz3eYCndd4F_KRMZHYUWDVIpuoY8eNN"
      "9z7RVi8u2nSedgZF_YlwSdcC1rg9e14rlmIi0FcYqoVM1Nk-I7pxSPXa2924L1SmK22KnxQLGFEorfRi38k";
  largest.dq =
      "lL67IwW0C150N37ZPh37C26vSbC_VFbqv8JrDlmVuIguY7y-L53nooYyp-cuONuo5_DYB732trTlIaUn6ol91xZA"
      "i0rbqkHTLsvm6f5HaxrK6PdwcGG7e2Zh92yDG56cEqblaqIY8u2RWqgp1r4VdebUglz9SVZyOlzDj4emsYE";
  LAZULI_ASSERT_OK(KeyMaterial::ImportRsa(DecodedRsaKey(largest).Jwk()));
  RsaVectorKey larger = kRfc7515A2Key;
  larger.e = "AQAAAAE";
  larger.d =
      "Ljj09k9wna4tzhzYEc6TCIrFcI4h37yUp0wpJ5qLnfEElzXaaUnmsjyrRXVX4Fsw4lkQb0LPe8Nd4DX50ZzP6fRd"
      "aePboQkw6956SRBTlet5lqusWdnqKbgMJbTzz2hqO0I9qfWmO_nZmboZVPxOCxPTVx5svyIjUr4uR5Og772Ycc2u"
      "_iJ7chwpwkzmbLkqMfxWeO-GEBwmLn48C2O83vprohQelXjTtKWDxFBtijVYdhfauFlru1tprtl6lG05n7QoJGXX"
      "JTpqNXdZ1k_LPY5MnOYuP3RnK1kMKGzTIb6uQx_EirN-Pk7pf2ljZIWJuENdcgy769oyCfGrvIa2hQ";
  larger.dp =
      "1mEpl_RZ56LAiO9RHeF9ZIrnfo6iVRDEZMFul4V6RbHmKO6zIqZgMquY8LIuRfUD8RfwOfnjMbIusWOz8Njb63Xp"
      "09jNWw9hShURFiC4AissT6kk88HISzFtQ2OARo9XWm6cyl4sz9rGPoI2we-QEvrPRmcDWx-iUn9HsvRJ8zE";
  larger.dq =
      "QXzU_Vlw0pfkq7-G1ClkN57Xt5tGobnKe1GcuxrNq_-IE21lg3e1U-4QEiQQN6-E_HpbNy6fj149ZmE3VLiptwJ8"
      "IPBp2tjYlEJBYuBJTVWg1CBeddwd-frGRmKNXux6PrAfH9n0WoKz7lfMYdj_Nu_bxySnpjDcwkTT2BJ-tfM";
  const absl::StatusOr<KeyMaterial::Ptr> refused =
      KeyMaterial::ImportRsa(DecodedRsaKey(larger).Jwk());
  EXPECT_THAT(refused, ErrorCodeIs("BadParameter"));
  EXPECT_EQ(TargetOf(refused), "e");
}

TEST(KeyMaterialTest, KeysAreAlikeInTypeSizeCurveAndExponent) {
  const KeyMaterial::Ptr keys[] = {TestRsaKey(),
                                   TestRsa4096Key(),
                                   *KeyMaterial::GenerateRsa(2048, 3),
                                   TestEcKey(Curve::kP256),
                                   TestEcKey(Curve::kP256K),
                                   TestSymmetricKey(128),
                                   TestSymmetricKey(256)};
  for (const KeyMaterial::Ptr& key : keys) {
    for (const KeyMaterial::Ptr& other : keys) {
      EXPECT_EQ(key->IsLike(*other), key == other) << key->private_der().size();
    }
  }
  EXPECT_TRUE(TestRsaKey()->IsLike(*OtherTestRsaKey()));
  EXPECT_TRUE(TestEcKey(Curve::kP384)->IsLike(*TestEcKey(Curve::kP384)));
  EXPECT_TRUE(TestSymmetricKey(192)->IsLike(*TestSymmetricKey(192)));
}

TEST(KeyMaterialTest, AnRsaKeyWithTrivialFactorsIsRefused) {
  DecodedRsaKey trivial(kRfc7515A2Key);
  trivial.p = trivial.n;
  trivial.q = "\x01";
  EXPECT_THAT(KeyMaterial::ImportRsa(trivial.Jwk()), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeyMaterialTest, AnEcKeyThatContradictsItselfIsRefused) {
  struct Case {
    const char* what;
    const char* target;
    std::function<void(DecodedEcKey&)> spoil;
  };
  const Case cases[] = {
      {"no x", "x", [](DecodedEcKey& key) { key.x.clear(); }},
      {"no y", "y", [](DecodedEcKey& key) { key.y.clear(); }},
      {"no d", "d", [](DecodedEcKey& key) { key.d.clear(); }},
      {"off the curve", "x", [](DecodedEcKey& key) { key.y.back() ^= 1; }},
      {"x beyond the field", "x", [](DecodedEcKey& key) { key.x.assign(32, '\xff'); }},
      {"x of 33 bytes", "x", [](DecodedEcKey& key) { key.x.insert(0, 1, '\x01'); }},
      {"d of zero", "d", [](DecodedEcKey& key) { key.d.assign(32, '\0'); }},
      {"d beyond the order", "d", [](DecodedEcKey& key) { key.d.assign(32, '\xff'); }},
      {"d of another key", "d", [](DecodedEcKey& key) { key.d.back() ^= 1; }},
      {"another curve", "x", [](DecodedEcKey& key) { key.curve = Curve::kP384; }},
      {"another curve of that size", "x", [](DecodedEcKey& key) { key.curve = Curve::kP256K; }},
  };
  for (const Case& c : cases) {
    DecodedEcKey key(kRfc7515A3Key);
    c.spoil(key);
    const absl::StatusOr<KeyMaterial::Ptr> refused = KeyMaterial::ImportEc(key.Jwk());
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument)) << c.what;
    EXPECT_THAT(refused, ErrorCodeIs("BadParameter")) << c.what;
    EXPECT_EQ(TargetOf(refused), c.target) << c.what;
  }
}

TEST(KeyMaterialTest, StoredKeysComeBack) {
  const KeyMaterial::Ptr keys[] = {TestRsaKey(), TestRsa4096Key(), TestEcKey(Curve::kP256),
                                   TestEcKey(Curve::kP256K), TestEcKey(Curve::kP521)};
  for (const KeyMaterial::Ptr& key : keys) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr again,
                                KeyMaterial::FromDer(key->private_der().view()));
    EXPECT_EQ(again->type(), key->type());
    EXPECT_EQ(again->n(), key->n());
    EXPECT_EQ(again->e(), key->e());
    EXPECT_EQ(again->curve(), key->curve());
    EXPECT_EQ(again->x(), key->x());
    EXPECT_EQ(again->y(), key->y());
    EXPECT_EQ(again->private_der().view(), key->private_der().view());
    EXPECT_NE(again->id(), key->id());
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr unchanged,
                                KeyMaterial::FromUnchangedDer(key->private_der().view()));
    EXPECT_EQ(unchanged->type(), key->type());
    EXPECT_EQ(unchanged->n(), key->n());
    EXPECT_EQ(unchanged->e(), key->e());
    EXPECT_EQ(unchanged->curve(), key->curve());
    EXPECT_EQ(unchanged->x(), key->x());
    EXPECT_EQ(unchanged->y(), key->y());
    EXPECT_EQ(unchanged->private_der().view(), key->private_der().view());
  }
}

TEST(KeyMaterialTest, StoredKeysThatWereChangedAreRefused) {
  EXPECT_THAT(KeyMaterial::FromDer(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(KeyMaterial::FromDer("key"), StatusIs(absl::StatusCode::kInvalidArgument));
  const KeyMaterial::Ptr keys[] = {TestRsaKey(), TestEcKey(Curve::kP256)};
  for (const KeyMaterial::Ptr& key : keys) {
    const std::string der(key->private_der().view());
    for (size_t at = 8; at < der.size(); at += 37) {
      std::string changed = der;
      changed[at] ^= 0x10;
      EXPECT_THAT(KeyMaterial::FromDer(changed), Not(IsOk())) << at;
    }
  }
}

TEST(KeyMaterialTest, WhatIsNoKeyAtAllIsRefusedWithoutArithmetic) {
  for (const KeyMaterial::Ptr& key : {TestRsaKey(), TestEcKey(Curve::kP256)}) {
    const absl::string_view der = key->private_der().view();
    EXPECT_THAT(KeyMaterial::FromUnchangedDer(der.substr(0, der.size() - 1)), Not(IsOk()));
    EXPECT_THAT(KeyMaterial::FromUnchangedDer(absl::StrCat(der, "x")), Not(IsOk()));
  }
  EXPECT_THAT(KeyMaterial::FromUnchangedDer(""), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeyMaterialTest, AKeyRestsInLittleRoom) {
  EXPECT_LT(TestRsaKey()->private_der().size(), 1250u);
  EXPECT_EQ(TestEcKey(Curve::kP256)->private_der().size(), 121u);
}

TEST(SymmetricKeyMaterialTest, HasTheSizeThatWasAskedForAndNoPublicPart) {
  for (const int bits : {128, 192, 256}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, KeyMaterial::GenerateSymmetric(bits));
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr other, KeyMaterial::GenerateSymmetric(bits));
    EXPECT_EQ(key->type(), KeyType::kOctHsm);
    EXPECT_TRUE(key->is_symmetric());
    EXPECT_FALSE(key->is_rsa());
    EXPECT_FALSE(key->is_ec());
    EXPECT_EQ(key->symmetric_bits(), bits);
    EXPECT_EQ(key->rsa_bits(), 0);
    EXPECT_EQ(key->n() + key->e() + key->x() + key->y(), "");
    EXPECT_NE(key->private_der().view(), other->private_der().view());
  }
  for (const int bits : {-128, 0, 64, 512}) {
    EXPECT_THAT(KeyMaterial::GenerateSymmetric(bits), ErrorCodeIs("BadParameter")) << bits;
  }
  EXPECT_TRUE(TestRsaKey()->symmetric_key().empty());
}

TEST(SymmetricKeyMaterialTest, ComesBackFromItsStoredForm) {
  for (const size_t size : {16, 24, 32}) {
    const std::string k(size, 'k');
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, KeyMaterial::ImportSymmetric(k));
    const absl::string_view der = key->private_der().view();
    for (const auto& again : {KeyMaterial::FromDer(der), KeyMaterial::FromUnchangedDer(der)}) {
      LAZULI_ASSERT_OK(again);
      EXPECT_EQ((*again)->symmetric_key(), key->symmetric_key());
      EXPECT_EQ((*again)->private_der().view(), der);
    }
    EXPECT_FALSE(KeyMaterial::FromDer(der.substr(0, der.size() - 1)).ok());
    EXPECT_FALSE(KeyMaterial::FromDer(std::string(der) + "k").ok());
    EXPECT_FALSE(KeyMaterial::FromUnchangedDer(k).ok());
  }
  for (const size_t size : {0, 1, 15, 17, 31, 33, 64, 5000}) {
    EXPECT_THAT(KeyMaterial::ImportSymmetric(std::string(size, 'k')), ErrorCodeIs("BadParameter"));
  }
}

}  // namespace
}  // namespace lazuli::keyvault::crypto

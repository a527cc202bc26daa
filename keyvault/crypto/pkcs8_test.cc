#include "keyvault/crypto/pkcs8.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/boringssl.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

std::vector<KeyMaterial::Ptr> Keys() {
  return {TestRsaKey(),
          TestRsa4096Key(),
          TestEcKey(Curve::kP256),
          TestEcKey(Curve::kP384),
          TestEcKey(Curve::kP521),
          TestEcKey(Curve::kP256K)};
}

TEST(Pkcs8Test, AKeyComesBack) {
  for (const KeyMaterial::Ptr& key : Keys()) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes der, ToPkcs8(*key));
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr back, FromPkcs8(der.view()));
    EXPECT_EQ(back->type(), key->type());
    EXPECT_EQ(back->private_der().view(), key->private_der().view());
  }
}

// What BoringSSL reads as well, but for the curve that it does not know.
TEST(Pkcs8Test, OthersReadIt) {
  for (const KeyMaterial::Ptr& key : Keys()) {
    if (!key->is_rsa() && key->curve() == Curve::kP256K) continue;
    LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes der, ToPkcs8(*key));
    CBS cbs;
    CBS_init(&cbs, der.data(), der.size());
    const bssl::UniquePtr<EVP_PKEY> parsed(EVP_parse_private_key(&cbs));
    ASSERT_NE(parsed, nullptr);
    EXPECT_EQ(EVP_PKEY_id(parsed.get()), key->is_rsa() ? EVP_PKEY_RSA : EVP_PKEY_EC);
    EXPECT_EQ(CBS_len(&cbs), 0u);
  }
}

TEST(Pkcs8Test, AnEcKeyMayLackCurveAndPublicKeyWithin) {
  // P-256, d = 1: version, algorithm, and an ECPrivateKey of version and d alone.
  const std::string der = *HexDecode(
      "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420"
      "0000000000000000000000000000000000000000000000000000000000000001");
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, FromPkcs8(der));
  EXPECT_EQ(key->curve(), Curve::kP256);
  // The curve's generator.
  EXPECT_EQ(HexEncode(key->x()),
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
  std::string zero = der;
  zero.back() = '\0';
  EXPECT_THAT(FromPkcs8(zero), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(FromPkcs8(absl::string_view(der).substr(0, der.size() - 1)),
              ErrorCodeIs("BadParameter"));
}

TEST(Pkcs8Test, WhatWasSpoiledIsRefused) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes rsa, ToPkcs8(*TestRsaKey()));
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes ec, ToPkcs8(*TestEcKey(Curve::kP256)));
  for (const absl::string_view whole : {rsa.view(), ec.view()}) {
    EXPECT_THAT(FromPkcs8(std::string(whole) + "x"), ErrorCodeIs("BadParameter"));
    for (size_t i = 0; i < whole.size(); i += 13) {
      std::string spoiled(whole);
      spoiled[i] = static_cast<char>(spoiled[i] ^ 0x11);
      EXPECT_THAT(FromPkcs8(spoiled), ErrorCodeIs("BadParameter")) << i;
      EXPECT_THAT(FromPkcs8(whole.substr(0, i)), ErrorCodeIs("BadParameter")) << i;
    }
  }
}

}  // namespace
}  // namespace lazuli::keyvault::crypto

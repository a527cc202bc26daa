#include "emulator/identity/key_credential.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "emulator/identity/test_keys.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

absl::Time Midnight(int year) {
  return absl::FromCivil(absl::CivilDay(year, 1, 1), absl::UTCTimeZone());
}

TEST(KeyCredentialTest, ReadsACertificate) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr key,
                              KeyCredential::Parse(kTestRsaCertificate));
  EXPECT_TRUE(key->is_certificate());
  EXPECT_EQ(key->thumbprint(), "BD665DE48A15E537155DB649A32995312E73ADDB");
  EXPECT_EQ(key->not_before(), Midnight(2020));
  EXPECT_EQ(key->not_after(), Midnight(2120));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr old,
                              KeyCredential::Parse(kTestExpiredCertificate));
  EXPECT_EQ(old->not_before(), Midnight(1999));
  EXPECT_EQ(old->not_after(), Midnight(2010));
}

TEST(KeyCredentialTest, IsNamedAsSignaturesNameIt) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr key,
                              KeyCredential::Parse(kTestRsaCertificate));
  EXPECT_TRUE(key->IsNamed("vWZd5IoV5TcVXbZJoymVMS5zrds"));
  EXPECT_TRUE(key->IsNamed("vWZd5IoV5TcVXbZJoymVMS5zrds="));
  EXPECT_TRUE(key->IsNamed("EwQOMcqZieuUfPNCc2CN3kApq3pIVNRIag3jCE7UZSk"));
  EXPECT_TRUE(key->IsNamed("bd665de48a15e537155db649a32995312e73addb"));
  EXPECT_FALSE(key->IsNamed(""));
  EXPECT_FALSE(key->IsNamed("vwzd5ioV5TcVXbZJoymVMS5zrds"));
}

TEST(KeyCredentialTest, ABareKeyIsValidForEver) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr key, KeyCredential::Parse(kTestEcPublicKey));
  EXPECT_FALSE(key->is_certificate());
  EXPECT_EQ(key->not_before(), absl::InfinitePast());
  EXPECT_EQ(key->not_after(), absl::InfiniteFuture());
  EXPECT_EQ(key->thumbprint().size(), 40u);
}

TEST(KeyCredentialTest, PassesOverWhatElseIsInTheFile) {
  LAZULI_EXPECT_OK(KeyCredential::Parse(absl::StrCat(kTestRsaKey, kTestRsaCertificate)).status());
  LAZULI_EXPECT_OK(
      KeyCredential::Parse(absl::StrReplaceAll(kTestRsaCertificate, {{"\n", "\r\n"}})).status());
}

TEST(KeyCredentialTest, WhatIsKeptOfItIsThePublicPartAlone) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr alone,
                              KeyCredential::Parse(kTestRsaCertificate));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr beside_its_key,
                              KeyCredential::Parse(absl::StrCat(kTestRsaKey, kTestRsaCertificate)));
  EXPECT_EQ(beside_its_key->der(), alone->der());
}

TEST(KeyCredentialTest, ComesBackFromWhatIsKeptOfIt) {
  for (const absl::string_view pem : {kTestRsaCertificate, kTestEcPublicKey}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr key, KeyCredential::Parse(pem));
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr again,
                                KeyCredential::FromDer(key->is_certificate(), key->der()));
    EXPECT_EQ(again->thumbprint(), key->thumbprint());
    EXPECT_EQ(again->not_before(), key->not_before());
    EXPECT_EQ(again->not_after(), key->not_after());
    EXPECT_FALSE(KeyCredential::FromDer(!key->is_certificate(), key->der()).ok());
  }
}

TEST(KeyCredentialTest, ChecksEverySignatureOfItsKey) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr rsa,
                              KeyCredential::Parse(kTestRsaCertificate));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr ec,
                              KeyCredential::Parse(kTestEcCertificate));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr bare,
                              KeyCredential::Parse(kTestEcPublicKey));
  struct {
    const KeyCredential* credential;
    absl::string_view key;
    absl::string_view algorithm;
  } const cases[] = {{rsa.get(), kTestRsaKey, "RS256"},
                     {rsa.get(), kTestRsaKey, "PS256"},
                     {ec.get(), kTestEcKey, "ES256"},
                     {bare.get(), kTestEcKey, "ES256"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.algorithm));
    std::string signature = SignForTest(c.key, c.algorithm, "text");
    EXPECT_TRUE(c.credential->Verify(c.algorithm, "text", signature));
    EXPECT_FALSE(c.credential->Verify(c.algorithm, "test", signature));
    EXPECT_FALSE(c.credential->Verify(c.algorithm, "text", ""));
    EXPECT_FALSE(c.credential->Verify(c.algorithm, "text", std::string(64, '\0')));
    for (const char* other : {"RS256", "PS256", "ES256", "HS256", "none", ""}) {
      if (absl::string_view(other) == c.algorithm) continue;
      EXPECT_FALSE(c.credential->Verify(other, "text", signature)) << other;
    }
    signature[10] ^= 1;
    EXPECT_FALSE(c.credential->Verify(c.algorithm, "text", signature));
    signature.resize(signature.size() - 1);
    EXPECT_FALSE(c.credential->Verify(c.algorithm, "text", signature));
  }
}

TEST(KeyCredentialTest, RefusesWhatIsNoKeyForIt) {
  const std::string certificate(kTestRsaCertificate);
  for (const std::string& pem :
       {std::string(), std::string("x"), std::string(kTestRsaKey), std::string(kTestP384PublicKey),
        std::string(kTestSmallRsaPublicKey),
        // Cut off, and damaged within.
        certificate.substr(0, 300), certificate.substr(0, 100) + certificate.substr(300),
        absl::StrReplaceAll(certificate, {{"MII", "!!!"}}),
        absl::StrReplaceAll(certificate, {{"CERTIFICATE", "PUBLIC KEY"}}),
        absl::StrReplaceAll(kTestEcPublicKey, {{"PUBLIC KEY", "CERTIFICATE"}}),
        std::string("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
        std::string(100'000, 'x')}) {
    EXPECT_THAT(KeyCredential::Parse(pem).status(), ErrorCodeIs("InvalidInput"))
        << pem.substr(0, 500);
  }
}

// Whatever a byte of it is changed to: it is read or refused.
TEST(KeyCredentialTest, DamageDoesNoHarm) {
  std::string pem(kTestEcCertificate);
  for (size_t i = 28; i + 26 < pem.size(); ++i) {
    if (pem[i] == '\n') continue;
    const char kept = pem[i];
    pem[i] = kept == 'A' ? 'B' : 'A';
    const absl::StatusOr<KeyCredential::Ptr> parsed = KeyCredential::Parse(pem);
    if (!parsed.ok()) {
      EXPECT_THAT(parsed.status(), ErrorCodeIs("InvalidInput"));
    }
    pem[i] = kept;
  }
}

}  // namespace
}  // namespace lazuli::emulator

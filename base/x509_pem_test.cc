#include "base/x509_pem.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/boringssl_x509.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

bssl::UniquePtr<EVP_PKEY> NewKey() {
  const bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  EXPECT_EQ(EC_KEY_generate_key(ec.get()), 1);
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  EXPECT_EQ(EVP_PKEY_set1_EC_KEY(key.get(), ec.get()), 1);
  return key;
}

TEST(X509PemTest, AKeyIsReadAsItWasWritten) {
  const bssl::UniquePtr<EVP_PKEY> key = NewKey();
  const SecureBytes pem = PrivateKeyToPem(key.get());
  EXPECT_TRUE(absl::StartsWith(pem.view(), "-----BEGIN PRIVATE KEY-----\n"));
  const bssl::UniquePtr<EVP_PKEY> back = ReadPemPrivateKey(pem.view());
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(EVP_PKEY_cmp(back.get(), key.get()), 1);
}

// Also one behind the empty password, which would have to be tried.
TEST(X509PemTest, AKeyBehindAPasswordIsRefused) {
  const bssl::UniquePtr<EVP_PKEY> key = NewKey();
  char password[] = "password";
  for (const int length : {0, 8}) {
    const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
    ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(writer.get(), key.get(), EVP_aes_256_cbc(), password,
                                            length, nullptr, nullptr),
              1);
    const uint8_t* text = nullptr;
    size_t size = 0;
    BIO_mem_contents(writer.get(), &text, &size);
    const absl::string_view pem(reinterpret_cast<const char*>(text), size);
    ASSERT_TRUE(absl::StrContains(pem, "ENCRYPTED PRIVATE KEY"));
    EXPECT_EQ(ReadPemPrivateKey(pem), nullptr);
  }
}

TEST(X509PemTest, WhatIsNoKeyOrCertificateIsNothing) {
  EXPECT_EQ(ReadPemPrivateKey("text"), nullptr);
  EXPECT_TRUE(ReadPemCertificates("text").empty());
  EXPECT_TRUE(ReadPemCertificates("-----BEGIN CERTIFICATE-----\nAAAA\n").empty());
}

}  // namespace
}  // namespace lazuli

#include "keyvault/certificates/certificate_file.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/boringssl_x509.h"
#include "base/encoding.h"
#include "base/status_matchers.h"
#include "base/x509_pem.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string CertificateFor(const crypto::KeyMaterial& key) {
  const absl::Time now = absl::FromUnixSeconds(1'750'000'000);
  CertificatePolicyInput input;
  input.issuer = "Self";
  input.subject = "CN=host.example";
  input.key_type = key.type();
  if (!key.is_rsa()) input.curve = key.curve();
  return MakeSelfSignedCertificate(MakeCertificatePolicy(input, now).value(), key, now).value();
}

std::string Written(CertificateContentType type, const std::vector<std::string>& chain,
                    const crypto::KeyMaterial* key) {
  return std::string(WriteCertificateFile(type, chain, key).value().view());
}

class CertificateFileTest : public testing::TestWithParam<CertificateContentType> {};

TEST_P(CertificateFileTest, WhatIsWrittenIsRead) {
  for (const crypto::KeyMaterial::Ptr& key :
       {crypto::TestRsaKey(), crypto::TestEcKey(crypto::Curve::kP256),
        crypto::TestEcKey(crypto::Curve::kP521)}) {
    const std::string leaf = CertificateFor(*key);
    const std::string other = CertificateFor(*crypto::OtherTestRsaKey());
    const std::string value = Written(GetParam(), {leaf, other}, key.get());
    LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFile file,
                                ReadCertificateFile(value, "", GetParam()));
    EXPECT_EQ(file.type, GetParam());
    EXPECT_THAT(file.chain, ElementsAre(leaf, other));
    EXPECT_EQ(file.key->private_der().view(), key->private_der().view());
  }
}

TEST_P(CertificateFileTest, WithoutAKeyItIsNoImport) {
  const std::string leaf = CertificateFor(*crypto::TestRsaKey());
  const std::string value = Written(GetParam(), {leaf}, nullptr);
  EXPECT_THAT(ReadCertificateFile(value, "", GetParam()), ErrorCodeIs("BadParameter"));
}

INSTANTIATE_TEST_SUITE_P(Types, CertificateFileTest,
                         testing::Values(CertificateContentType::kPkcs12,
                                         CertificateContentType::kPem));

TEST(CertificateFileTypesTest, PemHasTheKeyInPkcs8) {
  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  const std::string value =
      Written(CertificateContentType::kPem, {CertificateFor(*key)}, key.get());
  EXPECT_TRUE(absl::StartsWith(value, "-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_THAT(value, HasSubstr("-----BEGIN CERTIFICATE-----\n"));
}

// PKCS #12 is written with that certificate first, and has no other order to be read in.
TEST(CertificateFileTypesTest, TheCertificateOfTheKeyComesFirstInPemAsWell) {
  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  const std::string leaf = CertificateFor(*key);
  const std::string one = CertificateFor(*crypto::OtherTestRsaKey());
  const std::string two = CertificateFor(*crypto::TestEcKey(crypto::Curve::kP256));
  const std::string value = Written(CertificateContentType::kPem, {one, two, leaf}, key.get());
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFile file,
                              ReadCertificateFile(value, "", CertificateContentType::kPem));
  EXPECT_THAT(file.chain, ElementsAre(leaf, one, two));
}

// The key of `pem` in PKCS #1 or SEC 1.
std::string KeyInOldForm(const std::string& pem) {
  const bssl::UniquePtr<EVP_PKEY> key = ReadPemPrivateKey(pem);
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  const int written =
      EVP_PKEY_id(key.get()) == EVP_PKEY_RSA
          ? PEM_write_bio_RSAPrivateKey(writer.get(), EVP_PKEY_get0_RSA(key.get()), nullptr,
                                        nullptr, 0, nullptr, nullptr)
          : PEM_write_bio_ECPrivateKey(writer.get(), EVP_PKEY_get0_EC_KEY(key.get()), nullptr,
                                       nullptr, 0, nullptr, nullptr);
  EXPECT_EQ(written, 1);
  const uint8_t* text = nullptr;
  size_t size = 0;
  BIO_mem_contents(writer.get(), &text, &size);
  return std::string(reinterpret_cast<const char*>(text), size);
}

TEST(CertificateFileTypesTest, PemIsReadAsPemAloneAndWithItsKeyInPkcs8Alone) {
  for (const crypto::KeyMaterial::Ptr& key :
       {crypto::TestRsaKey(), crypto::TestEcKey(crypto::Curve::kP256)}) {
    const std::string value =
        Written(CertificateContentType::kPem, {CertificateFor(*key)}, key.get());
    EXPECT_THAT(ReadCertificateFile(value, "", CertificateContentType::kPkcs12),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("PKCS#12")));
    const std::string certificate = value.substr(value.find("-----BEGIN CERTIFICATE"));
    EXPECT_THAT(ReadCertificateFile(absl::StrCat(KeyInOldForm(value), certificate), "",
                                    CertificateContentType::kPem),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unexpected format")));
  }
}

std::string PfxBehind(const char* password, const crypto::KeyMaterial& key,
                      int mac_iterations = 0) {
  const std::string plain = Written(CertificateContentType::kPkcs12, {CertificateFor(key)}, &key);
  const std::string der = Base64Decode(plain).value();
  const auto* at = reinterpret_cast<const uint8_t*>(der.data());
  const bssl::UniquePtr<PKCS12> file(d2i_PKCS12(nullptr, &at, der.size()));
  EVP_PKEY* opened_key = nullptr;
  X509* opened_certificate = nullptr;
  EXPECT_EQ(PKCS12_parse(file.get(), "", &opened_key, &opened_certificate, nullptr), 1);
  const bssl::UniquePtr<EVP_PKEY> key_owner(opened_key);
  const bssl::UniquePtr<X509> certificate_owner(opened_certificate);
  const bssl::UniquePtr<PKCS12> locked(PKCS12_create(
      password, nullptr, opened_key, opened_certificate, nullptr, 0, 0, 0, mac_iterations, 0));
  uint8_t* out = nullptr;
  const int size = i2d_PKCS12(locked.get(), &out);
  const bssl::UniquePtr<uint8_t> owner(out);
  return Base64Encode(std::string(reinterpret_cast<const char*>(out), static_cast<size_t>(size)));
}

TEST(CertificateFileTypesTest, APasswordOpensWhatItCloses) {
  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  const std::string value = PfxBehind("pass word", *key);
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const CertificateFile file,
      ReadCertificateFile(value, "pass word", CertificateContentType::kPkcs12));
  EXPECT_EQ(file.key->n(), key->n());
  for (const std::string wrong : {"", "other"}) {
    EXPECT_THAT(ReadCertificateFile(value, wrong, CertificateContentType::kPkcs12),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("PKCS#12")));
  }
}

TEST(CertificateFileTypesTest, AFileThatWouldTakeLongToOpenIsNotTried) {
  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  const int many = static_cast<int>(limits::certificates::kMaxIterations) + 1;
  EXPECT_THAT(
      ReadCertificateFile(PfxBehind("pass", *key, many), "pass", CertificateContentType::kPkcs12),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("iterations")));
  LAZULI_EXPECT_OK(
      ReadCertificateFile(PfxBehind("pass", *key, 100'000), "pass", CertificateContentType::kPkcs12)
          .status());
}

TEST(CertificateFileTypesTest, RefusesWhatDoesNotFit) {
  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  const std::string of_another = Written(CertificateContentType::kPem,
                                         {CertificateFor(*crypto::OtherTestRsaKey())}, key.get());
  EXPECT_THAT(ReadCertificateFile(of_another, "", CertificateContentType::kPem),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("does not match")));
  constexpr CertificateContentType kPkcs12 = CertificateContentType::kPkcs12;
  constexpr CertificateContentType kPem = CertificateContentType::kPem;
  const struct {
    CertificateContentType type;
    std::string value;
    const char* says;
  } cases[] = {
      {kPkcs12, "", "PKCS#12 X.509 certificate content can not be read"},
      {kPkcs12, "AAAA", "PKCS#12 X.509 certificate content can not be read"},
      {kPem, "", "PEM X.509 certificate content is in an unexpected"},
      {kPem, "-----BEGIN CERTIFICATE-----\nAAAA", "content is in an unexpected format"},
      {kPkcs12, std::string(limits::certificates::kMaxImportBytes, 'A'), "can not be read"},
      {kPkcs12, std::string(limits::certificates::kMaxImportBytes + 1, 'A'), "It is too long."},
  };
  for (const auto& c : cases) {
    const auto read = ReadCertificateFile(c.value, "", c.type);
    EXPECT_THAT(read, ErrorCodeIs("BadParameter"));
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(c.says)) << c.value.size();
  }
}

}  // namespace
}  // namespace lazuli::keyvault

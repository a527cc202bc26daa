#include "emulator/https/tls/pem.h"

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

std::string KeyPem(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(writer.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  const uint8_t* text = nullptr;
  size_t size = 0;
  BIO_mem_contents(writer.get(), &text, &size);
  return std::string(reinterpret_cast<const char*>(text), size);
}

bssl::UniquePtr<EVP_PKEY> EcKey(int curve) {
  const bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve));
  EC_KEY_generate_key(ec.get());
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  EVP_PKEY_set1_EC_KEY(key.get(), ec.get());
  return key;
}

bssl::UniquePtr<EVP_PKEY> RsaKey(int bits) {
  const bssl::UniquePtr<RSA> rsa(RSA_new());
  const bssl::UniquePtr<BIGNUM> e(BN_new());
  BN_set_word(e.get(), RSA_F4);
  RSA_generate_key_ex(rsa.get(), bits, e.get(), nullptr);
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  EVP_PKEY_set1_RSA(key.get(), rsa.get());
  return key;
}

TEST(PemTest, ReadsAPrivateKeyBack) {
  for (const int curve : {NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1}) {
    const bssl::UniquePtr<EVP_PKEY> key = EcKey(curve);
    LAZULI_ASSERT_OK_AND_ASSIGN(const bssl::UniquePtr<EVP_PKEY> read,
                                ParsePrivateKey("tls_key", KeyPem(key.get())));
    EXPECT_EQ(EVP_PKEY_cmp(key.get(), read.get()), 1);
  }
}

TEST(PemTest, RefusesWeakKeysAndWhatIsNone) {
  EXPECT_THAT(ParsePrivateKey("tls_key", KeyPem(RsaKey(1024).get())).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2048")));
  EXPECT_THAT(ParsePrivateKey("tls_key", KeyPem(EcKey(NID_secp224r1).get())).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("P-256")));
  for (const char* text :
       {"", "no key", "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n"}) {
    EXPECT_THAT(ParsePrivateKey("tls_key", text).status(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(PemTest, RefusesWhatIsNoCertificate) {
  for (const char* text :
       {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n"}) {
    EXPECT_THAT(ParseCertificates("tls_cert", text).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("certificate")));
  }
  // Nothing of it is left for the next user of the library.
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(PemTest, NamesTheFileThatCannotBeRead) {
  EXPECT_THAT(ReadPemFile("ca_cert", testing::TempDir() + "/no_such_file.pem").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no_such_file.pem")));
  const std::string path = testing::TempDir() + "/pem_test_long.pem";
  std::ofstream(path) << std::string(300'000, 'x');
  EXPECT_THAT(ReadPemFile("ca_cert", path).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too long")));
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/https/tls/server_certificates.h"

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/status_matchers.h"
#include "base/x509_fields.h"
#include "base/x509_pem.h"
#include "emulator/https/tls/limits.h"
#include "emulator/https/tls/pem.h"
#include "emulator/https/tls/x509_fields.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

bssl::UniquePtr<X509> LeafOf(const TlsIdentity& identity) {
  const uint8_t* der = CRYPTO_BUFFER_data(identity.chain.front().get());
  return bssl::UniquePtr<X509>(
      d2i_X509(nullptr, &der, CRYPTO_BUFFER_len(identity.chain.front().get())));
}

bool IsFor(const TlsIdentity& identity, const std::string& host) {
  return X509_check_host(LeafOf(identity).get(), host.data(), host.size(), 0, nullptr) == 1;
}

std::string KeyPem(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(writer.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  const uint8_t* text = nullptr;
  size_t size = 0;
  BIO_mem_contents(writer.get(), &text, &size);
  return std::string(reinterpret_cast<const char*>(text), size);
}

class ServerCertificatesTest : public testing::Test {
 protected:
  ServerCertificatesOptions Options() {
    ServerCertificatesOptions options;
    options.clock = &clock_;
    options.is_served = [](const std::string& name) {
      return absl::EndsWith(name, ".vault.azure.net");
    };
    return options;
  }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = absl::StrCat(testing::TempDir(), "/server_certificates_", name);
    std::ofstream(path) << text;
    return path;
  }

  ManualClock clock_{absl::FromUnixSeconds(1'767'225'600)};  // 2026-01-01T00:00:00Z
};

TEST_F(ServerCertificatesTest, MakesOneForEachNameOnce) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto certificates, ServerCertificates::Create(Options()));
  const auto first = certificates->For("kv1.vault.azure.net");
  EXPECT_TRUE(IsFor(*first, "kv1.vault.azure.net"));
  EXPECT_FALSE(IsFor(*first, "kv2.vault.azure.net"));
  EXPECT_EQ(certificates->For("KV1.Vault.azure.net"), first);
  EXPECT_NE(certificates->For("kv2.vault.azure.net"), first);
}

TEST_F(ServerCertificatesTest, GivesLocalhostsToWhomNamesNoneOrAForeignOne) {
  ServerCertificatesOptions options = Options();
  options.default_names = {"lazuli"};
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto certificates,
                              ServerCertificates::Create(std::move(options)));
  const auto unnamed = certificates->For("");
  EXPECT_TRUE(IsFor(*unnamed, "localhost"));
  EXPECT_TRUE(IsFor(*unnamed, "lazuli"));
  // An authority that machines trust must not vouch for the world's names.
  EXPECT_EQ(certificates->For("www.example.com"), unnamed);
  EXPECT_EQ(certificates->cached(), 1u);
}

TEST_F(ServerCertificatesTest, KeepsNoMoreThanItsLimit) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto certificates, ServerCertificates::Create(Options()));
  const auto kept = certificates->For("kept.vault.azure.net");
  for (size_t i = 0; i < limits::tls::kMaxLeaves + 10; ++i) {
    ASSERT_NE(certificates->For(absl::StrCat("kv", i, ".vault.azure.net")), nullptr);
    // What is used stays.
    EXPECT_EQ(certificates->For("kept.vault.azure.net"), kept);
  }
  EXPECT_EQ(certificates->cached(), limits::tls::kMaxLeaves);
}

TEST_F(ServerCertificatesTest, RenewsWhatIsAboutToExpire) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto certificates, ServerCertificates::Create(Options()));
  const auto first = certificates->For("kv1.vault.azure.net");
  clock_.Set(first->not_after - limits::tls::kLeafRenewal);
  const auto second = certificates->For("kv1.vault.azure.net");
  EXPECT_NE(second, first);
  EXPECT_GT(second->not_after, first->not_after);
}

TEST_F(ServerCertificatesTest, ShowsOnesOwnToEverybody) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto authority, CertificateAuthority::Generate(clock_.Now()));
  LAZULI_ASSERT_OK_AND_ASSIGN(const bssl::UniquePtr<EVP_PKEY> key, GenerateTlsKey());
  LAZULI_ASSERT_OK_AND_ASSIGN(const TlsIdentity own,
                              authority->Issue({"mine"}, key.get(), clock_.Now()));
  ServerCertificatesOptions options = Options();
  options.tls_cert = Write("own.pem", CertificateToPem(LeafOf(own).get()));
  options.tls_key = Write("own_key.pem", KeyPem(key.get()));
  options.ca_cert = Write("own_ca.pem", authority->certificate_pem());
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto certificates,
                              ServerCertificates::Create(std::move(options)));
  EXPECT_TRUE(IsFor(*certificates->For("kv1.vault.azure.net"), "mine"));
  EXPECT_EQ(certificates->ca_pem(), authority->certificate_pem());
}

TEST_F(ServerCertificatesTest, RefusesOneCertificateAsAuthorityAndAsHost) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const auto authority, CertificateAuthority::Generate(clock_.Now()));
  LAZULI_ASSERT_OK_AND_ASSIGN(const bssl::UniquePtr<EVP_PKEY> key, GenerateTlsKey());
  ServerCertificatesOptions options = Options();
  options.tls_cert = Write("both.pem", authority->certificate_pem());
  options.tls_key = Write("both_key.pem", KeyPem(key.get()));
  EXPECT_THAT(ServerCertificates::Create(std::move(options)).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("authority")));
}

TEST_F(ServerCertificatesTest, RefusesHalvesAndMixtures) {
  struct Case {
    const char* ca_cert;
    const char* ca_key;
    const char* tls_cert;
    const char* tls_key;
  };
  for (const Case& c : {Case{"a", "", "", ""}, Case{"", "a", "", ""}, Case{"", "", "a", ""},
                        Case{"", "", "", "a"}, Case{"a", "a", "a", "a"}, Case{"a", "", "", "a"}}) {
    ServerCertificatesOptions options = Options();
    options.ca_cert = c.ca_cert;
    options.ca_key = c.ca_key;
    options.tls_cert = c.tls_cert;
    options.tls_key = c.tls_key;
    EXPECT_THAT(ServerCertificates::Create(std::move(options)).status(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/https/tls/certificate_authority.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "base/x509_fields.h"
#include "base/x509_pem.h"
#include "emulator/https/tls/pem.h"
#include "emulator/https/tls/x509_fields.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01T00:00:00Z

bssl::UniquePtr<X509> Parse(const std::string& pem) {
  auto certificates = ParseCertificates("test", pem);
  return certificates.ok() ? std::move(certificates->front()) : nullptr;
}

bssl::UniquePtr<X509> LeafOf(const TlsIdentity& identity) {
  const uint8_t* der = CRYPTO_BUFFER_data(identity.chain.front().get());
  return bssl::UniquePtr<X509>(
      d2i_X509(nullptr, &der, CRYPTO_BUFFER_len(identity.chain.front().get())));
}

// Whether `leaf` is good for a server called `host` at `time`, to whom trusts `authority`.
bool Verifies(X509* leaf, X509* authority, const std::string& host, absl::Time time) {
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), authority);
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf, nullptr);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, absl::ToTimeT(time));
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) != 1) {
    ERR_clear_error();
    X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size());
  }
  const bool verifies = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  return verifies;
}

class CertificateAuthorityTest : public testing::Test {
 protected:
  void SetUp() override {
    LAZULI_ASSERT_OK_AND_ASSIGN(authority_, CertificateAuthority::Generate(kNow));
    LAZULI_ASSERT_OK_AND_ASSIGN(key_, GenerateTlsKey());
    certificate_ = Parse(authority_->certificate_pem());
    ASSERT_NE(certificate_, nullptr);
  }

  bssl::UniquePtr<X509> Issue(const std::vector<std::string>& names) {
    absl::StatusOr<TlsIdentity> identity = authority_->Issue(names, key_.get(), kNow);
    LAZULI_EXPECT_OK(identity);
    return identity.ok() ? LeafOf(*identity) : nullptr;
  }

  std::unique_ptr<CertificateAuthority> authority_;
  bssl::UniquePtr<EVP_PKEY> key_;
  bssl::UniquePtr<X509> certificate_;
};

TEST_F(CertificateAuthorityTest, VouchesForTheNamesAskedForAndForNoOthers) {
  const bssl::UniquePtr<X509> leaf =
      Issue({"kv1.vault.azure.net", "localhost", "127.0.0.1", "::1"});
  ASSERT_NE(leaf, nullptr);
  for (const char* host : {"kv1.vault.azure.net", "localhost", "127.0.0.1", "::1"}) {
    EXPECT_TRUE(Verifies(leaf.get(), certificate_.get(), host, kNow)) << host;
  }
  for (const char* host : {"kv2.vault.azure.net", "vault.azure.net", "127.0.0.2", "example.com"}) {
    EXPECT_FALSE(Verifies(leaf.get(), certificate_.get(), host, kNow)) << host;
  }
}

TEST_F(CertificateAuthorityTest, MarksAuthorityAndLeafAsWhatTheyAre) {
  const bssl::UniquePtr<X509> leaf = Issue({"localhost"});
  EXPECT_NE(X509_get_extension_flags(certificate_.get()) & EXFLAG_CA, 0u);
  EXPECT_EQ(X509_get_extension_flags(leaf.get()) & EXFLAG_CA, 0u);
  EXPECT_EQ(X509_get_key_usage(leaf.get()), static_cast<uint32_t>(KU_DIGITAL_SIGNATURE));
  EXPECT_NE(X509_get_key_usage(certificate_.get()) & KU_KEY_CERT_SIGN, 0u);
  // RFC 5280 sections 4.2.1.3 and 4.2.1.9: strict clients want these critical.
  for (const int nid : {NID_basic_constraints, NID_key_usage}) {
    for (X509* one : {certificate_.get(), leaf.get()}) {
      const int at = X509_get_ext_by_NID(one, nid, -1);
      ASSERT_GE(at, 0);
      EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(one, at)), 1) << nid;
    }
  }
  EXPECT_GE(X509_get_ext_by_NID(leaf.get(), NID_authority_key_identifier, -1), 0);
  EXPECT_GE(X509_get_ext_by_NID(leaf.get(), NID_subject_key_identifier, -1), 0);
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate_.get()));
  EXPECT_EQ(EVP_PKEY_id(key.get()), EVP_PKEY_EC);
}

TEST_F(CertificateAuthorityTest, IsValidFromABitBeforeNow) {
  const bssl::UniquePtr<X509> leaf = Issue({"localhost"});
  for (const absl::Duration age : {-absl::Hours(23), absl::ZeroDuration(), absl::Hours(24 * 390)}) {
    EXPECT_TRUE(Verifies(leaf.get(), certificate_.get(), "localhost", kNow + age)) << age;
  }
  for (const absl::Duration age : {-absl::Hours(25), absl::Hours(24 * 398)}) {
    EXPECT_FALSE(Verifies(leaf.get(), certificate_.get(), "localhost", kNow + age)) << age;
  }
}

TEST_F(CertificateAuthorityTest, TwoAreStrangersToOneAnother) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<CertificateAuthority> other,
                              CertificateAuthority::Generate(kNow));
  const bssl::UniquePtr<X509> other_certificate = Parse(other->certificate_pem());
  EXPECT_FALSE(Verifies(Issue({"localhost"}).get(), other_certificate.get(), "localhost", kNow));
  EXPECT_NE(X509_NAME_cmp(X509_get_subject_name(certificate_.get()),
                          X509_get_subject_name(other_certificate.get())),
            0);
}

TEST_F(CertificateAuthorityTest, TakesNamesLongerThanACommonNameMayBe) {
  const std::string name = absl::StrCat(std::string(60, 'a'), ".vault.azure.net");
  const bssl::UniquePtr<X509> leaf = Issue({name});
  ASSERT_NE(leaf, nullptr);
  EXPECT_TRUE(Verifies(leaf.get(), certificate_.get(), name, kNow));
}

// The strictest verifier at hand, as Python 3.13 uses it.
TEST_F(CertificateAuthorityTest, SatisfiesOpenSslsStrictCheck) {
  const bssl::UniquePtr<X509> leaf = Issue({"kv1.vault.azure.net"});
  const std::string folder = testing::TempDir();
  std::ofstream(folder + "/strict_ca.pem") << authority_->certificate_pem();
  std::ofstream(folder + "/strict_leaf.pem") << CertificateToPem(leaf.get());
  const std::string command = absl::StrCat(
      "openssl verify -x509_strict -purpose sslserver -verify_hostname kv1.vault.azure.net ",
      "-attime ", absl::ToUnixSeconds(kNow), " -CAfile ", folder, "/strict_ca.pem ", folder,
      "/strict_leaf.pem > ", folder, "/strict.txt 2>&1");
  const int code = std::system(command.c_str());
  if (WEXITSTATUS(code) == 127) GTEST_SKIP() << "there is no openssl command";
  std::ifstream said(folder + "/strict.txt");
  EXPECT_EQ(code, 0) << std::string(std::istreambuf_iterator<char>(said), {});
}

// A certificate of `authority`'s own making, as a user would bring it.
class LoadedAuthorityTest : public CertificateAuthorityTest {
 protected:
  static std::string KeyPem(EVP_PKEY* key) {
    const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(writer.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    const uint8_t* text = nullptr;
    size_t size = 0;
    BIO_mem_contents(writer.get(), &text, &size);
    return std::string(reinterpret_cast<const char*>(text), size);
  }

  // A self-signed certificate with these extensions.
  std::string SelfSigned(const char* constraints, const char* usage, absl::Time not_after) {
    const bssl::UniquePtr<X509> made(X509_new());
    X509* const x509 = made.get();
    EXPECT_TRUE(SetBasics(x509, kNow - absl::Hours(1), not_after) && SetSubject(x509, "mine") &&
                X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 &&
                X509_set_pubkey(x509, key_.get()) == 1 &&
                AddExtension(x509, x509, NID_basic_constraints, constraints) &&
                AddExtension(x509, x509, NID_key_usage, usage) &&
                AddExtension(x509, x509, NID_subject_key_identifier, "hash") &&
                X509_sign(x509, key_.get(), EVP_sha256()) > 0);
    return CertificateToPem(x509);
  }
};

TEST_F(LoadedAuthorityTest, VouchesAsAMadeOneDoes) {
  const std::string pem =
      SelfSigned("critical,CA:TRUE", "critical,keyCertSign", kNow + absl::Hours(48));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<CertificateAuthority> loaded,
                              CertificateAuthority::Load(pem, KeyPem(key_.get()), kNow));
  EXPECT_EQ(loaded->certificate_pem(), pem);
  LAZULI_ASSERT_OK_AND_ASSIGN(const bssl::UniquePtr<EVP_PKEY> leaf_key, GenerateTlsKey());
  LAZULI_ASSERT_OK_AND_ASSIGN(const TlsIdentity identity,
                              loaded->Issue({"localhost"}, leaf_key.get(), kNow));
  EXPECT_EQ(identity.chain.size(), 1u);
  // No leaf outlives its authority.
  EXPECT_EQ(identity.not_after, kNow + absl::Hours(48));
  EXPECT_TRUE(Verifies(LeafOf(identity).get(), Parse(pem).get(), "localhost", kNow));
}

TEST_F(LoadedAuthorityTest, RefusesWhatIsNoAuthority) {
  const absl::Time later = kNow + absl::Hours(1);
  const std::string key = KeyPem(key_.get());
  const auto code = [&](const std::string& pem) {
    return CertificateAuthority::Load(pem, key, kNow).status();
  };
  EXPECT_THAT(code(SelfSigned("critical,CA:FALSE", "critical,keyCertSign", later)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("authority")));
  EXPECT_THAT(code(SelfSigned("critical,CA:TRUE", "critical,digitalSignature", later)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("authority")));
  EXPECT_THAT(code(SelfSigned("critical,CA:TRUE", "critical,keyCertSign", kNow)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("valid")));
  // An authority, but another's.
  EXPECT_THAT(code(authority_->certificate_pem()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("does not belong")));
}

}  // namespace
}  // namespace lazuli::emulator

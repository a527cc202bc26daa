#include "keyvault/release/jws_signer.h"

#include <atomic>
#include <string>
#include <thread>  // NOLINT: what is tested is that they share one key
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::Duration kYear = absl::Hours(24 * 365);

absl::Time Now() { return absl::FromUnixSeconds(1'900'000'000); }

class JwsSignerTest : public testing::Test {
 protected:
  JwsSigner::Options Options() {
    return {.name = "release",
            .subject = "CN=signer",
            .algorithm = crypto::SignatureAlgorithm::kRs256,
            .make_key = [this]() -> absl::StatusOr<crypto::KeyMaterial::Ptr> {
              ++made_;
              if (!error_.ok()) return error_;
              return crypto::TestRsaKey();
            }};
  }

  std::atomic<int> made_{0};
  absl::Status error_;
  crypto::CryptoEngine engine_;
  JwsSigner signer_{&engine_, Options()};
};

TEST_F(JwsSignerTest, AStatementIsSignedByTheCertificateInItsHeader) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const JwsSigner::IdentityPtr identity, signer_.IdentityAt(Now()));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string jws, signer_.Sign(*identity, R"({"a":1})"));
  const std::vector<std::string> parts = absl::StrSplit(jws, '.');
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(Base64UrlDecode(parts[1]), R"({"a":1})");
  const std::string header = Base64UrlDecode(parts[0]).value_or("");
  const std::string thumbprint = Base64UrlEncode(CertificateThumbprint(identity->certificate));
  EXPECT_EQ(header, absl::StrCat(R"({"alg":"RS256","kid":"release-)", thumbprint, R"(","x5t":")",
                                 thumbprint, R"(","x5t#S256":")",
                                 Base64UrlEncode(Sha256(identity->certificate)), R"(","x5c":[")",
                                 Base64Encode(identity->certificate), R"("]})"));
  EXPECT_TRUE(CertificateBelongsTo(identity->certificate, *identity->key));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const bool valid,
      engine_.Verify(*identity->key, "", crypto::SignatureAlgorithm::kRs256,
                     Sha256(absl::StrCat(parts[0], ".", parts[1])), *Base64UrlDecode(parts[2])));
  EXPECT_TRUE(valid);
}

TEST_F(JwsSignerTest, TheCertificateIsValidWhereverTheClockIsSetAndTheKeyStays) {
  for (const absl::Time now : {Now(), Now() + 20 * kYear, Now() - 20 * kYear, Now()}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const JwsSigner::IdentityPtr identity, signer_.IdentityAt(now));
    LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFacts facts,
                                ReadCertificateFacts(identity->certificate));
    EXPECT_LE(facts.not_before, now);
    EXPECT_GT(facts.not_after, now);
  }
  EXPECT_EQ(made_, 1);
}

TEST_F(JwsSignerTest, ManyAtOnceMakeOneKey) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] {
      LAZULI_ASSERT_OK_AND_ASSIGN(const JwsSigner::IdentityPtr identity, signer_.IdentityAt(Now()));
      LAZULI_EXPECT_OK(signer_.Sign(*identity, "x").status());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made_, 1);
}

TEST_F(JwsSignerTest, AKeyThatCannotBeMadeIsAskedForAgain) {
  error_ = absl::UnavailableError("none");
  EXPECT_EQ(signer_.IdentityAt(Now()).status(), error_);
  error_ = absl::OkStatus();
  LAZULI_EXPECT_OK(signer_.IdentityAt(Now()).status());
  EXPECT_EQ(made_, 2);
}

}  // namespace
}  // namespace lazuli::keyvault

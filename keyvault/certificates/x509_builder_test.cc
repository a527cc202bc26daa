#include "keyvault/certificates/x509_builder.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/boringssl_x509.h"
#include "base/status_matchers.h"
#include "base/x509_fields.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault {
namespace {

using testing::ElementsAre;

// The last day of a month, so that the calendar shows.
const absl::Time kNow =
    absl::FromCivil(absl::CivilSecond(2027, 8, 31, 12, 0, 0), absl::UTCTimeZone());

CertificatePolicy PolicyFor(const crypto::KeyMaterial& key) {
  CertificatePolicyInput input;
  input.issuer = "Self";
  input.subject = "CN=host.example, O=\"Contoso, Ltd.\"";
  input.alternative_names =
      AlternativeNames{{"host.example", "*.host.example"}, {"a@b.example"}, {"user@domain"}};
  input.key_type = key.type();
  if (!key.is_rsa()) input.curve = key.curve();
  input.validity_months = 6;
  return MakeCertificatePolicy(input, kNow).value();
}

bssl::UniquePtr<X509> Parse(const std::string& der) {
  const auto* at = reinterpret_cast<const uint8_t*>(der.data());
  return bssl::UniquePtr<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

class X509BuilderTest : public testing::TestWithParam<std::optional<crypto::Curve>> {
 protected:
  const crypto::KeyMaterial::Ptr key_ =
      GetParam().has_value() ? crypto::TestEcKey(*GetParam()) : crypto::TestRsaKey();
};

TEST_P(X509BuilderTest, ACertificateSignsItselfAndSaysWhatThePolicySays) {
  const CertificatePolicy policy = PolicyFor(*key_);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string der,
                              MakeSelfSignedCertificate(policy, *key_, kNow));
  const bssl::UniquePtr<X509> x509 = Parse(der);
  ASSERT_NE(x509, nullptr);
  const bssl::UniquePtr<EVP_PKEY> public_key(X509_get_pubkey(x509.get()));
  EXPECT_EQ(X509_verify(x509.get(), public_key.get()), 1);
  EXPECT_TRUE(CertificateBelongsTo(der, *key_));
  EXPECT_FALSE(CertificateBelongsTo(der, *crypto::OtherTestRsaKey()));
  EXPECT_EQ(X509_check_ca(x509.get()), 0);
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFacts facts, ReadCertificateFacts(der));
  EXPECT_EQ(facts.subject, "CN=host.example, O=Contoso\\, Ltd.");
  EXPECT_EQ(facts.alternative_names, policy.alternative_names);
  EXPECT_EQ(facts.extended_key_usages, policy.extended_key_usages);
  EXPECT_EQ(facts.key_usages, policy.key_usages);
  EXPECT_EQ(facts.not_before, kNow - absl::Minutes(10));
  // 2028 is a leap year.
  EXPECT_EQ(facts.not_after,
            absl::FromCivil(absl::CivilSecond(2028, 2, 29, 12, 0, 0), absl::UTCTimeZone()));
}

TEST_P(X509BuilderTest, ARequestIsSignedByItsKey) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string der,
                              MakeCertificateRequest(PolicyFor(*key_), *key_));
  const auto* at = reinterpret_cast<const uint8_t*>(der.data());
  const bssl::UniquePtr<X509_REQ> request(
      d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
  ASSERT_NE(request, nullptr);
  const bssl::UniquePtr<EVP_PKEY> key(X509_REQ_get_pubkey(request.get()));
  EXPECT_EQ(X509_REQ_verify(request.get(), key.get()), 1);
  const auto extensions = X509_REQ_get_extensions(request.get());
  EXPECT_GE(X509v3_get_ext_by_NID(extensions, NID_subject_alt_name, -1), 0);
  EXPECT_GE(X509v3_get_ext_by_NID(extensions, NID_key_usage, -1), 0);
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}

INSTANTIATE_TEST_SUITE_P(Keys, X509BuilderTest,
                         testing::Values(std::nullopt, crypto::Curve::kP256, crypto::Curve::kP384,
                                         crypto::Curve::kP521));

TEST(X509BuilderNamesTest, NoTwoCertificatesAreTheSame) {
  const crypto::KeyMaterial::Ptr key = crypto::TestEcKey(crypto::Curve::kP256);
  const CertificatePolicy policy = PolicyFor(*key);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string one, MakeSelfSignedCertificate(policy, *key, kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string two, MakeSelfSignedCertificate(policy, *key, kNow));
  EXPECT_NE(CertificateThumbprint(one), CertificateThumbprint(two));
  EXPECT_EQ(CertificateThumbprint(one).size(), 20);
}

TEST(X509BuilderNamesTest, NoCertificateOutlivesTheCalendar) {
  const crypto::KeyMaterial::Ptr key = crypto::TestEcKey(crypto::Curve::kP256);
  const absl::Time last =
      absl::FromCivil(absl::CivilSecond(9999, 12, 31, 23, 59, 59), absl::UTCTimeZone());
  CertificatePolicy policy = PolicyFor(*key);
  policy.validity_months = 1200;
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const std::string der, MakeSelfSignedCertificate(policy, *key, last - absl::Hours(24 * 365)));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFacts facts, ReadCertificateFacts(der));
  EXPECT_EQ(facts.not_after, last);
}

TEST(X509BuilderNamesTest, ASubjectThatIsNoneIsRefused) {
  const crypto::KeyMaterial::Ptr key = crypto::TestEcKey(crypto::Curve::kP256);
  CertificatePolicy policy = PolicyFor(*key);
  policy.subject = "host.example";
  EXPECT_THAT(MakeSelfSignedCertificate(policy, *key, kNow), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(MakeCertificateRequest(policy, *key), ErrorCodeIs("BadParameter"));
}

TEST(X509BuilderNamesTest, WithoutASubjectTheNamesAreCritical) {
  const crypto::KeyMaterial::Ptr key = crypto::TestEcKey(crypto::Curve::kP256);
  CertificatePolicy policy = PolicyFor(*key);
  policy.subject = "";
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string der, MakeSelfSignedCertificate(policy, *key, kNow));
  const bssl::UniquePtr<X509> x509 = Parse(der);
  const int at = X509_get_ext_by_NID(x509.get(), NID_subject_alt_name, -1);
  ASSERT_GE(at, 0);
  EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(x509.get(), at)), 1);
}

TEST(X509ReaderTest, RefusesWhatIsNoCertificate) {
  const crypto::KeyMaterial::Ptr key = crypto::TestEcKey(crypto::Curve::kP256);
  LAZULI_ASSERT_OK_AND_ASSIGN(std::string der,
                              MakeSelfSignedCertificate(PolicyFor(*key), *key, kNow));
  EXPECT_THAT(ReadCertificateFacts(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadCertificateFacts(der + "x"), StatusIs(absl::StatusCode::kInvalidArgument));
  der.pop_back();
  EXPECT_THAT(ReadCertificateFacts(der), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(CertificateBelongsTo(der, *key));
}

TEST(X509ReaderTest, APolicyIsReadOffACertificate) {
  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  const CertificatePolicy policy = PolicyFor(*key);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string der, MakeSelfSignedCertificate(policy, *key, kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFacts facts, ReadCertificateFacts(der));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const CertificatePolicy read,
      MakeImportedPolicy(facts, *key, CertificateContentType::kPem, {}, kNow));
  EXPECT_TRUE(read.is_issued_elsewhere());
  EXPECT_EQ(read.content_type, CertificateContentType::kPem);
  EXPECT_EQ(read.key_size, 2048);
  EXPECT_EQ(read.validity_months, 6);
  EXPECT_EQ(read.alternative_names, policy.alternative_names);
  EXPECT_EQ(read.key_usages, policy.key_usages);
  CertificatePolicyInput asked;
  asked.key_type = crypto::KeyType::kEc;
  EXPECT_THAT(MakeImportedPolicy(facts, *key, CertificateContentType::kPem, asked, kNow),
              ErrorCodeIs("BadParameter"));
}

}  // namespace
}  // namespace lazuli::keyvault

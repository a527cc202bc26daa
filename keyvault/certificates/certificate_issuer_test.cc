#include "keyvault/certificates/certificate_issuer.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/boringssl_x509.h"
#include "base/status_matchers.h"
#include "base/x509_fields.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000) + absl::Milliseconds(250);

CertificateIssuerInput Input(const std::string& provider) {
  CertificateIssuerInput input;
  input.provider = provider;
  input.account_id = "account";
  input.organization_id = "organization";
  input.administrators = {{"First", "Last", "a@b.example", "123"}};
  return input;
}

bssl::UniquePtr<X509> Parse(const std::string& der) {
  const auto* at = reinterpret_cast<const uint8_t*>(der.data());
  return bssl::UniquePtr<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

TEST(CertificateIssuerTest, KeepsWhatIsSaidOfIt) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuer issuer,
                              MakeCertificateIssuer("ca", Input("digicert"), kNow));
  EXPECT_EQ(issuer.name, "ca");
  EXPECT_EQ(issuer.provider, "DigiCert");
  EXPECT_EQ(issuer.account_id, "account");
  ASSERT_TRUE(issuer.organization.has_value());
  EXPECT_EQ(issuer.organization->id, "organization");
  EXPECT_EQ(issuer.organization->administrators,
            (std::vector<IssuerAdministrator>{{"First", "Last", "a@b.example", "123"}}));
  EXPECT_TRUE(issuer.enabled);
  EXPECT_EQ(issuer.created, absl::FromUnixSeconds(1'750'000'000));
  EXPECT_EQ(issuer.updated, issuer.created);
}

TEST(CertificateIssuerTest, AnUpdateLeavesTheRestAsItIs) {
  LAZULI_ASSERT_OK_AND_ASSIGN(CertificateIssuer issuer,
                              MakeCertificateIssuer("ca", Input("DigiCert"), kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(issuer.authority, MakeIssuingAuthority(issuer.provider, kNow));
  CertificateIssuerInput input;
  input.enabled = false;
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuer disabled,
                              UpdateCertificateIssuer(issuer, input, kNow + absl::Hours(1)));
  EXPECT_FALSE(disabled.enabled);
  EXPECT_EQ(disabled.account_id, "account");
  EXPECT_EQ(disabled.organization, issuer.organization);
  EXPECT_EQ(disabled.created, issuer.created);
  EXPECT_EQ(disabled.updated, issuer.created + absl::Hours(1));
  EXPECT_EQ(disabled.authority.key, issuer.authority.key);
  EXPECT_EQ(disabled.authority.certificate, issuer.authority.certificate);
  // An authority goes with its provider.
  input = {};
  input.provider = "GlobalSign";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuer moved,
                              UpdateCertificateIssuer(issuer, input, kNow));
  EXPECT_EQ(moved.provider, "GlobalSign");
  EXPECT_EQ(moved.authority.key, nullptr);
}

TEST(CertificateIssuerTest, RefusesWhatNoIssuerHas) {
  EXPECT_THAT(MakeCertificateIssuer("ca", {}, kNow), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(
      MakeCertificateIssuer("ca", Input("Contoso"), kNow),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("provider Contoso is not supported")));
  CertificateIssuerInput input = Input("DigiCert");
  input.organization_id.reset();
  EXPECT_THAT(MakeCertificateIssuer("ca", input, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("Id in organization details is not set")));
  input.provider = "Test";
  LAZULI_EXPECT_OK(MakeCertificateIssuer("ca", input, kNow).status());
  const std::string long_text(limits::certificates::kMaxTextLength + 1, 'x');
  input = Input("Test");
  input.account_id = long_text;
  EXPECT_THAT(MakeCertificateIssuer("ca", input, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("credentials.account_id")));
  input = Input("Test");
  input.organization_id = long_text;
  EXPECT_THAT(MakeCertificateIssuer("ca", input, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("org_details.id")));
  input = Input("Test");
  input.administrators->front().phone = long_text;
  EXPECT_THAT(MakeCertificateIssuer("ca", input, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("admin_details")));
  input.administrators->assign(limits::certificates::kMaxContacts + 1, IssuerAdministrator());
  EXPECT_THAT(MakeCertificateIssuer("ca", input, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too many")));
}

TEST(CertificateIssuerTest, ProvidersAreReadInAnyCase) {
  for (const char* provider :
       {"DigiCert", "GlobalSign", "OneCertV2-PrivateCA", "OneCertV2-PublicCA", "Test"}) {
    EXPECT_EQ(ParseIssuerProvider(provider), provider);
  }
  EXPECT_EQ(ParseIssuerProvider("ONECERTV2-PUBLICCA"), "OneCertV2-PublicCA");
  EXPECT_EQ(ParseIssuerProvider(""), std::nullopt);
  EXPECT_TRUE(IssuerNameLess("a", "B"));
  EXPECT_TRUE(IssuerNameLess("A", "b"));
  EXPECT_FALSE(IssuerNameLess("a", "A"));
}

TEST(CertificateIssuerTest, WhatAnAuthoritySignsVerifiesAgainstIt) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const IssuingAuthority authority,
                              MakeIssuingAuthority("OneCertV2-PrivateCA", kNow));
  const bssl::UniquePtr<X509> signer = Parse(authority.certificate);
  ASSERT_NE(signer, nullptr);
  EXPECT_TRUE(CertificateBelongsTo(authority.certificate, *authority.key));
  EXPECT_EQ(X509_check_ca(signer.get()), 1);
  EXPECT_EQ(NotBefore(signer.get()),
            absl::FromUnixSeconds(1'750'000'000) - limits::certificates::kBackdate);
  EXPECT_EQ(NotAfter(signer.get()),
            absl::FromCivil(absl::CivilSecond(9999, 12, 31, 23, 59, 59), absl::UTCTimeZone()));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFacts of_authority,
                              ReadCertificateFacts(authority.certificate));
  EXPECT_TRUE(absl::StartsWith(of_authority.subject, "CN=Lazuli OneCertV2-PrivateCA authority "))
      << of_authority.subject;

  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  CertificatePolicyInput input;
  input.issuer = "ca";
  input.subject = "CN=host.example";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificatePolicy policy, MakeCertificatePolicy(input, kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const std::string der,
      MakeSignedCertificate(policy, *key, authority.certificate, *authority.key, kNow));
  EXPECT_TRUE(CertificateBelongsTo(der, *key));
  const bssl::UniquePtr<X509> leaf = Parse(der);
  ASSERT_NE(leaf, nullptr);
  EXPECT_EQ(X509_check_ca(leaf.get()), 0);
  EXPECT_EQ(X509_check_issued(signer.get(), leaf.get()), X509_V_OK);
  const bssl::UniquePtr<EVP_PKEY> public_key(X509_get_pubkey(signer.get()));
  EXPECT_EQ(X509_verify(leaf.get(), public_key.get()), 1);
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateFacts facts, ReadCertificateFacts(der));
  EXPECT_EQ(facts.subject, "CN=host.example");

  // Another of the same provider is another.
  LAZULI_ASSERT_OK_AND_ASSIGN(const IssuingAuthority other,
                              MakeIssuingAuthority("OneCertV2-PrivateCA", kNow));
  const bssl::UniquePtr<X509> stranger = Parse(other.certificate);
  EXPECT_NE(X509_check_issued(stranger.get(), leaf.get()), X509_V_OK);
}

TEST(CertificateIssuerTest, AnAuthorityWithoutACertificateSignsNothing) {
  CertificatePolicyInput input;
  input.issuer = "ca";
  input.subject = "CN=host.example";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificatePolicy policy, MakeCertificatePolicy(input, kNow));
  const crypto::KeyMaterial::Ptr key = crypto::TestRsaKey();
  EXPECT_THAT(MakeSignedCertificate(policy, *key, "none", *key, kNow),
              StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace lazuli::keyvault

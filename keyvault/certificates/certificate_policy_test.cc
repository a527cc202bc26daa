#include "keyvault/certificates/certificate_policy.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/key_operation.h"

namespace lazuli::keyvault {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

CertificatePolicyInput Minimal() {
  CertificatePolicyInput input;
  input.issuer = "Self";
  input.subject = "CN=host.example";
  return input;
}

TEST(CertificatePolicyTest, TakesTheDefaultsOfTheService) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificatePolicy policy,
                              MakeCertificatePolicy(Minimal(), kNow));
  EXPECT_EQ(policy.key_type, crypto::KeyType::kRsa);
  EXPECT_EQ(policy.key_size, 2048);
  EXPECT_TRUE(policy.exportable);
  EXPECT_FALSE(policy.reuse_key);
  EXPECT_EQ(policy.content_type, CertificateContentType::kPkcs12);
  EXPECT_THAT(policy.extended_key_usages, ElementsAre("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"));
  EXPECT_THAT(policy.key_usages,
              ElementsAre(KeyUsage::kDigitalSignature, KeyUsage::kKeyEncipherment));
  EXPECT_EQ(policy.validity_months, 12);
  ASSERT_EQ(policy.lifetime_actions.size(), 1);
  EXPECT_EQ(policy.lifetime_actions[0].type, CertificateActionType::kAutoRenew);
  EXPECT_EQ(policy.lifetime_actions[0].lifetime_percentage, 80);
  EXPECT_FALSE(policy.is_issued_elsewhere());
  EXPECT_EQ(policy.created, kNow);
}

TEST(CertificatePolicyTest, NobodyCanRenewWhatIsIssuedElsewhere) {
  CertificatePolicyInput input = Minimal();
  input.issuer = "unknown";
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificatePolicy policy, MakeCertificatePolicy(input, kNow));
  ASSERT_EQ(policy.lifetime_actions.size(), 1);
  EXPECT_EQ(policy.lifetime_actions[0].type, CertificateActionType::kEmailContacts);
  input.lifetime_actions = {{CertificateActionType::kAutoRenew, 80, std::nullopt}};
  EXPECT_THAT(MakeCertificatePolicy(input, kNow), ErrorCodeIs("BadParameter"));
}

TEST(CertificatePolicyTest, AnEcKeyHasItsOwnDefaults) {
  CertificatePolicyInput input = Minimal();
  input.key_type = crypto::KeyType::kEc;
  LAZULI_ASSERT_OK_AND_ASSIGN(CertificatePolicy policy, MakeCertificatePolicy(input, kNow));
  EXPECT_EQ(policy.curve, crypto::Curve::kP256);
  EXPECT_EQ(policy.key_size, 256);
  EXPECT_THAT(policy.key_usages, ElementsAre(KeyUsage::kDigitalSignature));
  input.key_size = 521;
  LAZULI_ASSERT_OK_AND_ASSIGN(policy, MakeCertificatePolicy(input, kNow));
  EXPECT_EQ(policy.curve, crypto::Curve::kP521);
  input.curve = crypto::Curve::kP384;
  EXPECT_THAT(MakeCertificatePolicy(input, kNow), ErrorCodeIs("BadParameter"));
}

TEST(CertificatePolicyTest, AHardwareKeyStaysWhereItIs) {
  CertificatePolicyInput input = Minimal();
  input.key_type = crypto::KeyType::kRsaHsm;
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificatePolicy policy, MakeCertificatePolicy(input, kNow));
  EXPECT_FALSE(policy.exportable);
  input.exportable = true;
  EXPECT_THAT(MakeCertificatePolicy(input, kNow), ErrorCodeIs("BadParameter"));
}

// Azure has it.
TEST(CertificatePolicyTest, TellsThatACurveIsNotEmulated) {
  CertificatePolicyInput input = Minimal();
  input.key_type = crypto::KeyType::kEc;
  input.curve = crypto::Curve::kP256K;
  EXPECT_THAT(MakeCertificatePolicy(input, kNow),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("policy.key_props.crv")));
}

TEST(CertificatePolicyTest, RefusesWhatBreaksARule) {
  struct Case {
    std::string names;
    std::function<void(CertificatePolicyInput*)> spoil;
  };
  const std::vector<Case> cases = {
      {"issuer.name", [](CertificatePolicyInput* p) { p->issuer.reset(); }},
      {"x509_props.subject", [](CertificatePolicyInput* p) { p->subject.reset(); }},
      {"x509_props.subject",
       [](CertificatePolicyInput* p) { p->subject = std::string(2000, 'x'); }},
      {"key_props.key_size", [](CertificatePolicyInput* p) { p->key_size = 1024; }},
      {"key_props.crv", [](CertificatePolicyInput* p) { p->curve = crypto::Curve::kP256; }},
      {"key_props.kty", [](CertificatePolicyInput* p) { p->key_type = crypto::KeyType::kOctHsm; }},
      {"secret_props.contentType", [](CertificatePolicyInput* p) { p->content_type = "text"; }},
      {"x509_props.validity_months", [](CertificatePolicyInput* p) { p->validity_months = 0; }},
      {"x509_props.validity_months", [](CertificatePolicyInput* p) { p->validity_months = 1201; }},
      {"x509_props.ekus", [](CertificatePolicyInput* p) { p->extended_key_usages = {{"1.3.x"}}; }},
      {"x509_props.ekus", [](CertificatePolicyInput* p) { p->extended_key_usages = {{"3.1"}}; }},
      {"x509_props.sans.dns_names",
       [](CertificatePolicyInput* p) { p->alternative_names = AlternativeNames{{""}, {}, {}}; }},
      {"x509_props.sans.emails",
       [](CertificatePolicyInput* p) {
         p->alternative_names = AlternativeNames{{}, {"\xc3\xa4@b.example"}, {}};
       }},
      {"lifetime_actions",
       [](CertificatePolicyInput* p) {
         p->lifetime_actions = {{CertificateActionType::kAutoRenew, 80, 10}};
       }},
      {"lifetime_actions",
       [](CertificatePolicyInput* p) {
         p->lifetime_actions = {{CertificateActionType::kAutoRenew, 100, std::nullopt}};
       }},
      {"lifetime_actions",
       [](CertificatePolicyInput* p) {
         p->lifetime_actions = {{CertificateActionType::kAutoRenew, std::nullopt, 12 * 27 + 1}};
       }},
      {"lifetime_actions",
       [](CertificatePolicyInput* p) {
         const CertificateAction action = {CertificateActionType::kAutoRenew, 80, std::nullopt};
         p->lifetime_actions = {action, action};
       }},
  };
  for (const Case& c : cases) {
    CertificatePolicyInput input = Minimal();
    c.spoil(&input);
    EXPECT_THAT(MakeCertificatePolicy(input, kNow),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.names)));
  }
}

TEST(CertificatePolicyTest, EveryMemberIsBounded) {
  CertificatePolicyInput input = Minimal();
  input.key_usages = std::vector<KeyUsage>(10, KeyUsage::kCrlSign);
  EXPECT_THAT(MakeCertificatePolicy(input, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key_usage")));
  input = Minimal();
  input.certificate_type = std::string(257, 'x');
  EXPECT_THAT(MakeCertificatePolicy(input, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("issuer.cty")));
}

TEST(CertificatePolicyTest, AnUpdateKeepsWhatItDoesNotName) {
  CertificatePolicyInput input = Minimal();
  input.validity_months = 6;
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificatePolicy old, MakeCertificatePolicy(input, kNow));
  CertificatePolicyInput update;
  update.content_type = "application/x-pem-file";
  LAZULI_ASSERT_OK_AND_ASSIGN(CertificatePolicy updated,
                              UpdateCertificatePolicy(old, update, kNow + absl::Minutes(1)));
  EXPECT_EQ(updated.content_type, CertificateContentType::kPem);
  EXPECT_EQ(updated.updated, kNow + absl::Minutes(1));
  updated.content_type = old.content_type;
  updated.updated = old.updated;
  EXPECT_EQ(updated, old);
  update.validity_months = -1;
  EXPECT_THAT(UpdateCertificatePolicy(old, update, kNow), ErrorCodeIs("BadParameter"));
}

TEST(CertificatePolicyTest, AnActionIsDueByShareOrByDays) {
  const absl::Time from = kNow;
  const absl::Time to = kNow + absl::Hours(24) * 100;
  const CertificateAction by_share = {CertificateActionType::kAutoRenew, 80, std::nullopt};
  const CertificateAction by_days = {CertificateActionType::kAutoRenew, std::nullopt, 30};
  EXPECT_EQ(by_share.DueAt(from, to), from + absl::Hours(24) * 80);
  EXPECT_EQ(by_days.DueAt(from, to), from + absl::Hours(24) * 70);
}

TEST(CertificatePolicyTest, KeyUsagesDecideWhatTheKeyServes) {
  using enum KeyOperation;
  const auto rsa = [](std::vector<KeyUsage> usages) {
    return KeyOperationsOf(usages, crypto::KeyType::kRsa);
  };
  EXPECT_THAT(rsa({KeyUsage::kDigitalSignature, KeyUsage::kKeyEncipherment}),
              ElementsAre(kSign, kVerify, kWrapKey, kUnwrapKey));
  EXPECT_THAT(rsa({KeyUsage::kDataEncipherment}), ElementsAre(kEncrypt, kDecrypt));
  EXPECT_THAT(rsa({KeyUsage::kDecipherOnly}), ElementsAre(kDecrypt));
  EXPECT_THAT(rsa({KeyUsage::kCrlSign}), ElementsAre(kSign, kVerify));
  EXPECT_THAT(rsa({KeyUsage::kKeyAgreement}), IsEmpty());
  EXPECT_THAT(KeyOperationsOf({KeyUsage::kNonRepudiation, KeyUsage::kKeyEncipherment},
                              crypto::KeyType::kEcHsm),
              ElementsAre(kSign, kVerify));
}

TEST(CertificatePolicyTest, NamesAreReadInAnyLetterCase) {
  EXPECT_EQ(ParseKeyUsage("CRLSIGN"), KeyUsage::kCrlSign);
  EXPECT_EQ(KeyUsageName(KeyUsage::kCrlSign), "cRLSign");
  EXPECT_EQ(ParseKeyUsage("sign"), std::nullopt);
  EXPECT_EQ(ParseCertificateActionType("autorenew"), CertificateActionType::kAutoRenew);
  EXPECT_EQ(ParseCertificateContentType("Application/X-Pem-File"), CertificateContentType::kPem);
}

TEST(CertificatePolicyTest, TwoNamesStandForNoIssuerOfTheVault) {
  EXPECT_TRUE(IsReservedIssuerName("self"));
  EXPECT_TRUE(IsReservedIssuerName("UNKNOWN"));
  EXPECT_FALSE(IsReservedIssuerName("ca"));
}

}  // namespace
}  // namespace lazuli::keyvault

// Issuers of certificates, and what they issue.
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/certificates/certificate_file.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "keyvault/service/certificates_service_fixture.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_environment.h"
#include "proto/certificates.pb.h"

namespace lazuli::keyvault {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kDay = absl::Hours(24);
constexpr char kPassword[] = "hunter2-of-the-provider";

class IssuersTest : public CertificatesServiceFixture {
 protected:
  using CertificatesServiceFixture::CertificatesServiceFixture;

  static v1::SetCertificateIssuerRequest SetRequest(const std::string& name,
                                                    const std::string& provider) {
    v1::SetCertificateIssuerRequest request;
    request.set_vault_name(kVault);
    request.set_issuer_name(name);
    request.set_provider(provider);
    return request;
  }
  absl::StatusOr<v1::IssuerBundle> Set(const v1::SetCertificateIssuerRequest& request) {
    v1::IssuerBundle bundle;
    const absl::Status status = service_.SetCertificateIssuer(Context(), request, &bundle);
    if (!status.ok()) return status;
    return bundle;
  }
  absl::StatusOr<v1::IssuerBundle> Set(const std::string& name, const std::string& provider) {
    return Set(SetRequest(name, provider));
  }
  absl::StatusOr<v1::IssuerBundle> Update(const v1::UpdateCertificateIssuerRequest& request) {
    v1::IssuerBundle bundle;
    const absl::Status status = service_.UpdateCertificateIssuer(Context(), request, &bundle);
    if (!status.ok()) return status;
    return bundle;
  }
  absl::StatusOr<v1::IssuerBundle> Enable(const std::string& name, bool enabled) {
    v1::UpdateCertificateIssuerRequest request;
    request.set_vault_name(kVault);
    request.set_issuer_name(name);
    request.mutable_attributes()->set_enabled(enabled);
    return Update(request);
  }
  static v1::CertificateIssuerRequest IssuerRequest(const std::string& name) {
    v1::CertificateIssuerRequest request;
    request.set_vault_name(kVault);
    request.set_issuer_name(name);
    return request;
  }
  absl::StatusOr<v1::IssuerBundle> GetIssuer(const std::string& name) {
    v1::IssuerBundle bundle;
    const absl::Status status =
        service_.GetCertificateIssuer(Context(), IssuerRequest(name), &bundle);
    if (!status.ok()) return status;
    return bundle;
  }
  absl::StatusOr<v1::IssuerBundle> Delete(const std::string& name) {
    v1::IssuerBundle bundle;
    const absl::Status status =
        service_.DeleteCertificateIssuer(Context(), IssuerRequest(name), &bundle);
    if (!status.ok()) return status;
    return bundle;
  }

  // What the secret of the certificate holds, the certificate first.
  std::vector<std::string> ChainOf(const std::string& name) {
    const SecretVersionPtr secret = *vault_->Find<SecretTraits>(name, "");
    return ReadCertificateFile(secret->value->view(), "", CertificateContentType::kPkcs12)->chain;
  }
};

// Shows: Certificates/SetCertificateIssuer, Certificates/GetCertificateIssuer
TEST_F(IssuersTest, AnIssuerIsSetAndShownWithoutItsPassword) {
  v1::SetCertificateIssuerRequest request = SetRequest("Ca", "digicert");
  request.mutable_credentials()->set_account_id("account");
  request.mutable_credentials()->set_pwd(kPassword);
  request.mutable_org_details()->set_id("organization");
  v1::AdministratorDetails& one = *request.mutable_org_details()->add_admin_details();
  one.set_first_name("First");
  one.set_email("a@b.example");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle set, Set(request));
  EXPECT_EQ(set.id(), "https://vault-one.vault.azure.net/certificates/issuers/Ca");
  EXPECT_EQ(set.provider(), "DigiCert");
  EXPECT_EQ(set.credentials().account_id(), "account");
  EXPECT_FALSE(set.credentials().has_pwd());
  EXPECT_EQ(set.org_details().id(), "organization");
  ASSERT_EQ(set.org_details().admin_details_size(), 1);
  EXPECT_EQ(set.org_details().admin_details(0).first_name(), "First");
  EXPECT_FALSE(set.org_details().admin_details(0).has_last_name());
  EXPECT_TRUE(set.attributes().enabled());
  EXPECT_EQ(set.attributes().created().seconds(), absl::ToUnixSeconds(Context().now));
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle shown, GetIssuer("ca"));
  EXPECT_EQ(shown.DebugString(), set.DebugString());
  EXPECT_THAT(environment_.EventTexts(), Contains(HasSubstr("(SetCertificateIssuer)")));
  EXPECT_THAT(environment_.EventTexts(), Not(Contains(HasSubstr(kPassword))));
}

TEST_F(IssuersTest, WhatIsSetTakesThePlaceOfThePresent) {
  v1::SetCertificateIssuerRequest request = SetRequest("Ca", "Test");
  request.mutable_credentials()->set_account_id("account");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle first, Set(request));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr before,
                              vault_->FindCertificateIssuer("ca"));
  environment_.AdvanceBy(kDay);
  request = SetRequest("CA", "Test");
  request.mutable_attributes()->set_enabled(false);
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle second, Set(request));
  EXPECT_EQ(second.id(), first.id());
  EXPECT_FALSE(second.has_credentials());
  EXPECT_FALSE(second.attributes().enabled());
  EXPECT_EQ(second.attributes().created().seconds(), first.attributes().created().seconds());
  EXPECT_GT(second.attributes().updated().seconds(), first.attributes().updated().seconds());
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr same, vault_->FindCertificateIssuer("ca"));
  EXPECT_EQ(same->authority.certificate, before->authority.certificate);
  LAZULI_ASSERT_OK(Set("ca", "GlobalSign").status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr moved,
                              vault_->FindCertificateIssuer("ca"));
  EXPECT_NE(moved->authority.certificate, before->authority.certificate);
}

// Shows: Certificates/UpdateCertificateIssuer, Certificates/DeleteCertificateIssuer
TEST_F(IssuersTest, AnIssuerIsUpdatedAndDeleted) {
  v1::SetCertificateIssuerRequest set = SetRequest("ca", "Test");
  set.mutable_credentials()->set_account_id("account");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle before, Set(set));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr first,
                              vault_->FindCertificateIssuer("ca"));
  environment_.AdvanceBy(kDay);
  v1::UpdateCertificateIssuerRequest request;
  request.set_vault_name(kVault);
  request.set_issuer_name("CA");
  request.mutable_credentials()->set_pwd(kPassword);
  request.mutable_org_details()->set_id("organization");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle updated, Update(request));
  EXPECT_EQ(updated.id(), before.id());
  EXPECT_EQ(updated.credentials().account_id(), "account");
  EXPECT_FALSE(updated.credentials().has_pwd());
  EXPECT_EQ(updated.org_details().id(), "organization");
  EXPECT_EQ(updated.attributes().created().seconds(), before.attributes().created().seconds());
  EXPECT_GT(updated.attributes().updated().seconds(), before.attributes().updated().seconds());
  request.set_provider("DigiCert");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle moved, Update(request));
  EXPECT_EQ(moved.provider(), "DigiCert");
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr second,
                              vault_->FindCertificateIssuer("ca"));
  ASSERT_NE(second->authority.key, nullptr);
  EXPECT_NE(second->authority.certificate, first->authority.certificate);
  request.set_provider("Contoso");
  EXPECT_THAT(Update(request), ErrorCodeIs("BadParameter"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::IssuerBundle deleted, Delete("ca"));
  EXPECT_EQ(deleted.DebugString(), moved.DebugString());
  EXPECT_THAT(GetIssuer("ca"), ErrorCodeIs("CertificateIssuerNotFound"));
  EXPECT_THAT(Delete("ca"), ErrorCodeIs("CertificateIssuerNotFound"));
  EXPECT_THAT(Enable("ca", true), ErrorCodeIs("CertificateIssuerNotFound"));
}

TEST_F(IssuersTest, RefusesWhatNoIssuerHas) {
  EXPECT_THAT(Set("ca", "Contoso"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Set("a_b", "Test"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(GetIssuer("a_b"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Set("self", "Test"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("The name is reserved.")));
  EXPECT_THAT(Set("Unknown", "Test"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Set("ca", "DigiCert"), StatusIs(absl::StatusCode::kInvalidArgument,
                                              HasSubstr("Id in organization details is not set")));
  v1::SetCertificateIssuerRequest elsewhere = SetRequest("ca", "Test");
  elsewhere.set_vault_name("none");
  EXPECT_THAT(Set(elsewhere), ErrorCodeIs("VaultNotFound"));
}

// Shows: Certificates/GetCertificateIssuers
TEST_F(IssuersTest, TheyAreListedPageByPage) {
  for (size_t i = 0; i < limits::certificates::kMaxIssuers; ++i) {
    LAZULI_ASSERT_OK(Set(absl::StrCat(i % 2 == 0 ? "ca" : "Ca", i), "Test").status());
  }
  EXPECT_THAT(Set("another", "Test"), ErrorCodeIs("BadParameter"));
  LAZULI_EXPECT_OK(Set("CA0", "GlobalSign").status());
  v1::GetCertificateIssuersRequest request;
  request.set_vault_name(kVault);
  std::set<std::string> ids;
  int pages = 0;
  do {
    v1::CertificateIssuerListResult page;
    LAZULI_ASSERT_OK(service_.GetCertificateIssuers(Context(), request, &page));
    EXPECT_EQ(page.value_size(), 25);
    for (const v1::CertificateIssuerItem& item : page.value()) {
      ids.insert(item.id());
      EXPECT_EQ(item.provider(), absl::EndsWith(item.id(), "/ca0") ? "GlobalSign" : "Test");
    }
    request.set_skip_token(page.next_link());
    ++pages;
  } while (!request.skip_token().empty() && pages < 10);
  EXPECT_EQ(pages, 4);
  EXPECT_EQ(ids.size(), limits::certificates::kMaxIssuers);
  request.set_maxresults(26);
  v1::CertificateIssuerListResult page;
  EXPECT_THAT(service_.GetCertificateIssuers(Context(), request, &page),
              ErrorCodeIs("BadParameter"));
}

TEST_F(IssuersTest, SignsWhatNamesIt) {
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateOperation operation,
                              Create("cert", PolicyFor("CA")));
  EXPECT_EQ(operation.status(), "inProgress");
  EXPECT_EQ(operation.issuer().name(), "CA");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle bundle, Get("cert"));
  EXPECT_EQ(GetOperation("cert")->status(), "completed");
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr issuer,
                              vault_->FindCertificateIssuer("ca"));
  EXPECT_THAT(ChainOf("cert"), ElementsAre(bundle.cer(), issuer->authority.certificate));
  EXPECT_NE(bundle.cer(), issuer->authority.certificate);
}

TEST_F(IssuersTest, NothingIsAskedOfOneThatIsNotThereOrDisabled) {
  EXPECT_THAT(Create("cert", PolicyFor("ca")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Issuer not found")));
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK(Enable("ca", false).status());
  EXPECT_THAT(Create("cert", PolicyFor("ca")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("The issuer is disabled")));
  EXPECT_THAT(Get("cert"), ErrorCodeIs("CertificateNotFound"));
  LAZULI_ASSERT_OK(Enable("ca", true).status());
  LAZULI_EXPECT_OK(Create("cert", PolicyFor("ca")).status());
}

TEST_F(IssuersTest, APolicyThatNamesNoOtherIsChangedAlthoughItsIssuerIsGone) {
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("ca")).status());
  LAZULI_ASSERT_OK(Delete("ca").status());
  v1::UpdateCertificatePolicyRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name("cert");
  request.mutable_policy()->mutable_x509_props()->set_validity_months(24);
  v1::CertificatePolicy policy;
  LAZULI_ASSERT_OK(service_.UpdateCertificatePolicy(Context(), request, &policy));
  EXPECT_EQ(policy.issuer().name(), "ca");
  request.mutable_policy()->mutable_issuer()->set_name("other");
  EXPECT_THAT(service_.UpdateCertificatePolicy(Context(), request, &policy),
              ErrorCodeIs("BadParameter"));
  request.mutable_policy()->mutable_issuer()->set_name("Self");
  LAZULI_EXPECT_OK(service_.UpdateCertificatePolicy(Context(), request, &policy));
}

TEST_F(IssuersTest, RenewsWhatItSigned) {
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("ca")).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle before, Get("cert"));
  // At 80 % of a year.
  environment_.AdvanceBy(kDay * 300);
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle after, Get("cert"));
  EXPECT_NE(after.id(), before.id());
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr issuer,
                              vault_->FindCertificateIssuer("ca"));
  EXPECT_THAT(ChainOf("cert"), ElementsAre(after.cer(), issuer->authority.certificate));
  EXPECT_THAT(environment_.EventTexts(), Contains(HasSubstr("(AutoRenew)")));
}

TEST_F(IssuersTest, ARenewalWaitsForItsIssuer) {
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("ca")).status());
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle before, Get("cert"));
  LAZULI_ASSERT_OK(Enable("ca", false).status());
  environment_.AdvanceBy(kDay * 300);
  EXPECT_EQ(Get("cert")->id(), before.id());
  EXPECT_THAT(environment_.EventTexts(),
              Contains(AllOf(HasSubstr("AutoRenew failed: "), HasSubstr("issuer is disabled"))));
  LAZULI_ASSERT_OK(Enable("ca", true).status());
  environment_.AdvanceBy(absl::Hours(1));
  EXPECT_NE(Get("cert")->id(), before.id());
}

class SlowIssuersTest : public IssuersTest {
 protected:
  static VaultRegistryOptions Options() {
    VaultRegistryOptions options;
    options.certificate_issue_delay = absl::Minutes(1);
    return options;
  }
  SlowIssuersTest() : IssuersTest(Options()) {}
};

TEST_F(SlowIssuersTest, AnswersInItsTime) {
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("ca")).status());
  environment_.AdvanceBy(absl::Seconds(59));
  EXPECT_EQ(GetOperation("cert")->status(), "inProgress");
  EXPECT_FALSE(Get("cert")->has_cer());
  environment_.AdvanceBy(absl::Seconds(1));
  EXPECT_EQ(GetOperation("cert")->status(), "completed");
  LAZULI_ASSERT_OK_AND_ASSIGN(const v1::CertificateBundle bundle, Get("cert"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CertificateIssuerPtr issuer,
                              vault_->FindCertificateIssuer("ca"));
  EXPECT_THAT(ChainOf("cert"), ElementsAre(bundle.cer(), issuer->authority.certificate));
}

TEST_F(SlowIssuersTest, WhatIsCancelledOrForgottenIsNotIssued) {
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK(Create("cancelled", PolicyFor("ca")).status());
  LAZULI_ASSERT_OK(Create("forgotten", PolicyFor("ca")).status());
  v1::UpdateCertificateOperationRequest cancel;
  cancel.set_vault_name(kVault);
  cancel.set_certificate_name("cancelled");
  cancel.set_cancellation_requested(true);
  v1::CertificateOperation operation;
  LAZULI_ASSERT_OK(service_.UpdateCertificateOperation(Context(), cancel, &operation));
  EXPECT_EQ(operation.status(), "cancelled");
  LAZULI_ASSERT_OK(
      service_.DeleteCertificateOperation(Context(), NameRequest("forgotten"), &operation));
  environment_.AdvanceBy(kDay);
  EXPECT_FALSE(Get("cancelled")->has_cer());
  EXPECT_EQ(GetOperation("cancelled")->status(), "cancelled");
  EXPECT_FALSE(Get("forgotten")->has_cer());
  EXPECT_THAT(GetOperation("forgotten"), ErrorCodeIs("PendingCertificateNotFound"));
}

TEST_F(SlowIssuersTest, ARequestWaitsForItsIssuer) {
  LAZULI_ASSERT_OK(Set("ca", "Test").status());
  LAZULI_ASSERT_OK(Create("cert", PolicyFor("ca")).status());
  LAZULI_ASSERT_OK(Delete("ca").status());
  environment_.AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(GetOperation("cert")->status(), "inProgress");
  EXPECT_THAT(environment_.EventTexts(), Contains(AllOf(HasSubstr("CreateCertificate failed: "),
                                                        HasSubstr("Issuer not found"))));
  LAZULI_ASSERT_OK(Set("ca", "GlobalSign").status());
  environment_.AdvanceBy(absl::Hours(1));
  EXPECT_EQ(GetOperation("cert")->status(), "completed");
}

}  // namespace
}  // namespace lazuli::keyvault

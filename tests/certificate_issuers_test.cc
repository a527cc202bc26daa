// Issuers of certificates in the whole program: over gRPC in a server that goes on where another
// ended, and on Azure's wire, where the openssl command verifies what they sign.

#include <fstream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "boost/json.hpp"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/certificates.pb.h"
#include "proto/control.pb.h"
#include "tests/support/certificate_fixtures.h"
#include "tests/support/http_face.h"
#include "tests/support/succession.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kPassword[] = "hunter2-of-the-provider";
constexpr absl::Duration kDay = absl::Hours(24);

// --- over gRPC

class IssuersStateTest : public CertificatesState {
 protected:
  v1::IssuerBundle Set() {
    v1::SetCertificateIssuerRequest request;
    request.set_vault_name(kVault);
    request.set_issuer_name("ca");
    request.set_provider("DigiCert");
    request.mutable_credentials()->set_account_id("account");
    request.mutable_credentials()->set_pwd(kPassword);
    request.mutable_org_details()->set_id("organization");
    request.mutable_org_details()->add_admin_details()->set_email("a@b.example");
    return Must(api().Call<v1::IssuerBundle>("Certificates/SetCertificateIssuer", request));
  }
  absl::StatusOr<v1::IssuerBundle> OfIssuer(const std::string& method) {
    v1::CertificateIssuerRequest request;
    request.set_vault_name(kVault);
    request.set_issuer_name("ca");
    return api().Call<v1::IssuerBundle>(absl::StrCat("Certificates/", method), request);
  }
};

INSTANTIATE_TEST_SUITE_P(By, IssuersStateTest, testing::Values(By::kRestart, By::kSnapshot),
                         [](const auto& info) {
                           return info.param == By::kRestart ? "Restart" : "Snapshot";
                         });

TEST_P(IssuersStateTest, AnIssuerAndWhatItWasAskedForComeBack) {
  const v1::IssuerBundle set = Set();
  EXPECT_FALSE(set.credentials().has_pwd());
  EXPECT_EQ(Create("cert", "ca").status(), "inProgress");
  for (const v1::EventRecord& event : Must(api().EventsAfter(0))) {
    EXPECT_THAT(event.DebugString(), Not(HasSubstr(kPassword)));
  }
  GoOn();
  EXPECT_EQ(Must(OfIssuer("GetCertificateIssuer")).DebugString(), set.DebugString());
  EXPECT_FALSE(Get("cert").has_cer());
  Advance(absl::Minutes(1));
  const v1::CertificateBundle issued = Get("cert");
  EXPECT_TRUE(issued.has_cer());
  GoOn();
  EXPECT_EQ(Get("cert").DebugString(), issued.DebugString());
  // At 80 % of a year.
  Advance(kDay * 300);
  const v1::CertificateBundle renewed = Get("cert");
  EXPECT_NE(renewed.id(), issued.id());
  EXPECT_NE(renewed.cer(), issued.cer());
}

TEST_P(IssuersStateTest, WhatIsGoneStaysGone) {
  Set();
  GoOn();
  Must(OfIssuer("DeleteCertificateIssuer").status());
  GoOn();
  EXPECT_THAT(OfIssuer("GetCertificateIssuer"), ErrorCodeIs("CertificateIssuerNotFound"));
}

TEST_P(IssuersStateTest, ADeletedVaultComesBackWithItsIssuers) {
  const v1::IssuerBundle set = Set();
  Must(api().DeleteVault(kVault));
  GoOn();
  Must(api().RecoverVault(kVault).status());
  EXPECT_EQ(Must(OfIssuer("GetCertificateIssuer")).DebugString(), set.DebugString());
}

// --- on Azure's wire

using IssuersWireTest = CertificatesWire;

constexpr char kIssuers[] = "/certificates/issuers?api-version=7.4";
constexpr char kIssuer[] = "/certificates/issuers/ca?api-version=7.4";

// Shows: Certificates/SetCertificateIssuer, Certificates/GetCertificateIssuer,
// Certificates/GetCertificateIssuers, Certificates/UpdateCertificateIssuer,
// Certificates/DeleteCertificateIssuer
TEST_F(IssuersWireTest, LivesAsAzuresClientsSay) {
  EXPECT_EQ(face_.Get(kHost, kIssuers).body, R"({"value":[],"nextLink":null})");
  const std::string body = absl::StrCat(
      R"({"provider":"DigiCert","credentials":{"account_id":"a","pwd":")", kPassword,
      R"("},"org_details":{"id":"o","admin_details":[{"first_name":"F","last_name":"L",)",
      R"("email":"a@b.example","phone":"1"}]},"attributes":{"enabled":true}})");
  for (const char* verb : {"GET", "PATCH", "DELETE"}) {
    const HttpResponse none = face_.Send(verb, kHost, kIssuer, verb[0] == 'P' ? body : "");
    EXPECT_EQ(none.status, 404) << verb;
    EXPECT_EQ(Text(Json(none), "/error/code"), "CertificateIssuerNotFound") << verb;
  }
  const HttpResponse set = face_.Send("PUT", kHost, kIssuer, body);
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_THAT(set.body, testing::StartsWith(
                            R"({"id":"https://certs.vault.azure.net/certificates/issuers/ca",)"
                            R"("provider":"DigiCert","credentials":{"account_id":"a"},)"
                            R"("org_details":{"id":"o","admin_details":[{"first_name":"F",)"
                            R"("last_name":"L","email":"a@b.example","phone":"1"}]},)"
                            R"("attributes":{"enabled":true,"created":)"));
  EXPECT_THAT(set.body, Not(HasSubstr(kPassword)));
  EXPECT_EQ(face_.Get(kHost, kIssuer).body, set.body);
  EXPECT_EQ(face_.Get(kHost, kIssuers).body,
            R"({"value":[{"id":"https://certs.vault.azure.net/certificates/issuers/ca",)"
            R"("provider":"DigiCert"}],"nextLink":null})");
  const HttpResponse updated =
      face_.Send("PATCH", kHost, kIssuer, R"({"attributes":{"enabled":false}})");
  ASSERT_EQ(updated.status, 200) << updated.body;
  EXPECT_THAT(updated.body, HasSubstr(R"("credentials":{"account_id":"a"})"));
  EXPECT_THAT(updated.body, HasSubstr(R"("attributes":{"enabled":false,)"));
  const HttpResponse refused = face_.Send(
      "PUT", kHost, kIssuer,
      absl::StrCat(R"({"provider":"Contoso","credentials":{"pwd":")", kPassword, R"("}})"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(Text(Json(refused), "/error/code"), "BadParameter");
  EXPECT_THAT(refused.body, Not(HasSubstr(kPassword)));
  const HttpResponse deleted = face_.Send("DELETE", kHost, kIssuer, "");
  EXPECT_EQ(deleted.status, 200);
  EXPECT_EQ(deleted.body, updated.body);
  EXPECT_EQ(face_.Get(kHost, kIssuer).status, 404);
}

TEST_F(IssuersWireTest, ListsLeadToTheNextPage) {
  for (const char* name : {"ca1", "ca2", "ca3"}) {
    const HttpResponse set =
        face_.Send("PUT", kHost, absl::StrCat("/certificates/issuers/", name, "?api-version=7.4"),
                   R"({"provider":"Test"})");
    ASSERT_EQ(set.status, 200) << set.body;
  }
  const boost::json::value first =
      Json(face_.Get(kHost, "/certificates/issuers?api-version=7.4&maxresults=2"));
  EXPECT_EQ(first.at("value").as_array().size(), 2u);
  const std::string origin = absl::StrCat("https://", kHost, ":443");
  const std::string next = Text(first, "/nextLink");
  ASSERT_THAT(next, testing::StartsWith(origin));
  EXPECT_EQ(face_.Get(kHost, next.substr(origin.size())).body,
            R"({"value":[{"id":"https://certs.vault.azure.net/certificates/issuers/ca3",)"
            R"("provider":"Test"}],"nextLink":null})");
}

TEST_F(IssuersWireTest, WhatItSignsVerifiesAgainstItsAuthority) {
  ASSERT_EQ(face_.Send("PUT", kHost, kIssuer, R"({"provider":"Test"})").status, 200);
  const HttpResponse created =
      face_.Send("POST", kHost, "/certificates/web/create?api-version=7.4",
                 R"({"policy":{"key_props":{"kty":"EC","crv":"P-256"},"secret_props":{"contentType":
                 "application/x-pem-file"},"x509_props":{"subject":"CN=host.example"},
                 "issuer":{"name":"ca"}}})");
  ASSERT_EQ(created.status, 202) << created.body;
  EXPECT_EQ(Text(Json(created), "/status"), "inProgress");
  EXPECT_EQ(Text(Json(created), "/issuer/name"), "ca");
  const HttpResponse pending = face_.Get(kHost, "/certificates/web/pending?api-version=7.4");
  EXPECT_EQ(Text(Json(pending), "/status"), "completed") << pending.body;
  const std::string pem = Text(Json(face_.Get(kHost, "/secrets/web?api-version=7.4")), "/value");
  const std::string begin = "-----BEGIN CERTIFICATE-----";
  const size_t leaf = pem.find(begin);
  ASSERT_NE(leaf, std::string::npos);
  const size_t authority = pem.find(begin, leaf + 1);
  ASSERT_NE(authority, std::string::npos) << "there is no chain";
  std::ofstream(folder_.File("leaf.pem")) << pem.substr(leaf, authority - leaf);
  std::ofstream(folder_.File("ca.pem")) << pem.substr(authority);
  const std::string read = OpenSsl(
      absl::StrCat("x509 -noout -issuer -subject -ext basicConstraints,authorityKeyIdentifier -in ",
                   folder_.File("leaf.pem")));
  if (read.empty()) GTEST_SKIP() << "there is no openssl command";
  EXPECT_THAT(read, HasSubstr("CN = Lazuli Test authority "));
  EXPECT_THAT(read, HasSubstr("CN = host.example"));
  EXPECT_THAT(read, HasSubstr("CA:FALSE"));
  // With every check that it knows but that of the time, which is not the real one.
  EXPECT_THAT(OpenSsl(absl::StrCat("verify -no_check_time -x509_strict -CAfile ",
                                   folder_.File("ca.pem"), " ", folder_.File("leaf.pem"))),
              HasSubstr("OK"));
}

TEST_F(IssuersWireTest, APolicyGivesWhatItNames) {
  PutVault("manages", R"("manageissuers")");
  constexpr char kManages[] = "manages.vault.azure.net";
  EXPECT_EQ(face_.Get(kManages, kIssuers).status, 200);
  EXPECT_EQ(face_.Get(kManages, kIssuer).status, 404);
  EXPECT_EQ(face_.Send("DELETE", kManages, kIssuer, "").status, 404);
  const HttpResponse refused = face_.Send("PUT", kManages, kIssuer, R"({"provider":"Test"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("does not have certificates setissuers permission"));
  PutVault("lists", R"("listissuers")");
  EXPECT_EQ(face_.Get("lists.vault.azure.net", kIssuers).status, 200);
  EXPECT_EQ(face_.Get("lists.vault.azure.net", kIssuer).status, 403);
}

TEST_F(IssuersWireTest, RolesGiveWhatTheyAreFor) {
  const std::string id = absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults/roles");
  const HttpResponse vault = face_.Send(
      "PUT", "management.azure.com", absl::StrCat(id, "?api-version=2022-07-01"),
      absl::StrReplaceAll(R"({"location":"westus2","properties":{"tenantId":"$T","sku":{"family":
          "A","name":"standard"},"enableRbacAuthorization":true}})",
                          {{"$T", kDefaultTenantId}}));
  ASSERT_EQ(vault.status, 200) << vault.body;
  constexpr char kRoles[] = "roles.vault.azure.net";
  const auto set = [&] { return face_.Send("PUT", kRoles, kIssuer, R"({"provider":"Test"})"); };
  const HttpResponse refused = set();
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("Microsoft.KeyVault/vaults/certificatecas/write"));
  // Key Vault Certificates Officer.
  const HttpResponse assigned =
      face_.Send("PUT", "management.azure.com",
                 absl::StrCat(id, "/providers/Microsoft.Authorization/roleAssignments/",
                              "0a000000-0000-0000-0000-000000000001?api-version=2022-04-01"),
                 absl::StrCat(R"({"properties":{"roleDefinitionId":)",
                              R"("/providers/Microsoft.Authorization/roleDefinitions/)",
                              R"(a4417e6f-fecd-4de8-b567-7b0420556985","principalId":")",
                              kAdminObjectId, R"("}})"));
  EXPECT_EQ(assigned.status, 201) << assigned.body;
  EXPECT_EQ(set().status, 200);
  EXPECT_EQ(face_.Get(kRoles, kIssuer).status, 200);
  EXPECT_EQ(face_.Get(kRoles, kIssuers).status, 200);
  EXPECT_EQ(face_.Send("DELETE", kRoles, kIssuer, "").status, 200);
}

}  // namespace
}  // namespace lazuli::emulator

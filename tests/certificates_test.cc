// Certificates in the whole program: over gRPC in a server that goes on where another ended, and on
// Azure's wire, where the openssl command reads what comes.

#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/status_matchers.h"
#include "boost/json.hpp"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/certificates.pb.h"
#include "proto/keys.pb.h"
#include "tests/support/certificate_fixtures.h"
#include "tests/support/http_face.h"
#include "tests/support/succession.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kDay = absl::Hours(24);

// --- over gRPC

class CertificatesStateTest : public CertificatesState {
 protected:
  template <typename Response>
  absl::StatusOr<Response> OfName(const std::string& method, const std::string& name) {
    v1::CertificateNameRequest request;
    request.set_vault_name(kVault);
    request.set_certificate_name(name);
    return api().Call<Response>(absl::StrCat("Certificates/", method), request);
  }
  v1::KeyBundle GetKey(const std::string& name) { return Must(api().GetKey(kVault, name)); }
};

INSTANTIATE_TEST_SUITE_P(By, CertificatesStateTest, testing::Values(By::kRestart, By::kSnapshot),
                         [](const auto& info) {
                           return info.param == By::kRestart ? "Restart" : "Snapshot";
                         });

TEST_P(CertificatesStateTest, ARequestUnderWayEndsAfterwards) {
  EXPECT_EQ(Create("cert", "Self").status(), "inProgress");
  GoOn();
  EXPECT_FALSE(Get("cert").has_cer());
  Advance(absl::Minutes(1));
  const v1::CertificateBundle issued = Get("cert");
  EXPECT_TRUE(issued.has_cer());
  const v1::KeyBundle key = GetKey("cert");
  EXPECT_TRUE(key.managed());
  GoOn();
  EXPECT_EQ(Get("cert").DebugString(), issued.DebugString());
  EXPECT_EQ(GetKey("cert").DebugString(), key.DebugString());
  EXPECT_EQ(Must(OfName<v1::CertificateOperation>("GetCertificateOperation", "cert")).status(),
            "completed");
}

TEST_P(CertificatesStateTest, RenewalComesAfterwards) {
  Create("cert", "Self");
  Advance(absl::Minutes(1));
  const std::string before = Get("cert").id();
  GoOn();
  // 80 % of a year.
  Advance(kDay * 290);
  EXPECT_EQ(Get("cert").id(), before);
  Advance(kDay * 5);
  EXPECT_NE(Get("cert").id(), before);
}

TEST_P(CertificatesStateTest, WhatIsRequestedElsewhereAndWhatIsDeletedStay) {
  const v1::CertificateOperation requested = Create("requested", "Unknown");
  Create("deleted", "Self");
  Advance(absl::Minutes(1));
  Must(OfName<v1::DeletedCertificateBundle>("DeleteCertificate", "deleted").status());
  v1::SetCertificateContactsRequest contacts;
  contacts.set_vault_name(kVault);
  contacts.mutable_contacts()->add_contacts()->set_email("a@b.example");
  Must(api()
           .Call<v1::CertificateContacts>("Certificates/SetCertificateContacts", contacts)
           .status());
  GoOn();
  EXPECT_EQ(
      Must(OfName<v1::CertificateOperation>("GetCertificateOperation", "requested")).DebugString(),
      requested.DebugString());
  Must(OfName<v1::CertificateBundle>("RecoverDeletedCertificate", "deleted").status());
  EXPECT_TRUE(GetKey("deleted").managed());
  v1::CertificateVaultRequest vault;
  vault.set_vault_name(kVault);
  EXPECT_EQ(Must(api().Call<v1::CertificateContacts>("Certificates/GetCertificateContacts", vault))
                .contacts(0)
                .email(),
            "a@b.example");
  // Its key is changed through it alone.
  EXPECT_THAT(api().DeleteKey(kVault, "deleted"), InnerCodeIs("KeyManagedByKeyVault"));
}

// --- on Azure's wire

using CertificatesWireTest = CertificatesWire;

// Shows: Certificates/CreateCertificate, Certificates/GetCertificate
TEST_F(CertificatesWireTest, IsMadeAsAzuresClientsAskAndReadByOthers) {
  const HttpResponse created =
      face_.Send("POST", kHost, "/certificates/web/create?api-version=7.4",
                 R"({"policy":{"key_props":{"exportable":true,"kty":"RSA","key_size":2048,
                 "reuse_key":false},"secret_props":{"contentType":"application/x-pkcs12"},
                 "x509_props":{"subject":"CN=host.example","sans":{"dns_names":["host.example"]},
                 "ekus":["1.3.6.1.5.5.7.3.1"],"key_usage":["digitalSignature","keyEncipherment"],
                 "validity_months":12},"issuer":{"name":"Self"}},"attributes":{"enabled":true}})");
  ASSERT_EQ(created.status, 202) << created.body;
  EXPECT_THAT(std::string(created.headers.Get("Location")),
              testing::StartsWith("https://certs.vault.azure.net/certificates/web/pending?"
                                  "api-version=7.4&request_id="));
  const boost::json::value operation = Json(created);
  EXPECT_EQ(Text(operation, "/status"), "inProgress");
  EXPECT_TRUE(Base64Decode(Text(operation, "/csr")).has_value());
  const HttpResponse shown = face_.Get(kHost, "/certificates/web/?api-version=7.4");
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_THAT(shown.body,
              HasSubstr(R"("lifetime_actions":[{"trigger":{"lifetime_percentage":80},)"
                        R"("action":{"action_type":"AutoRenew"}}],"issuer":{"name":"Self"})"));
  const boost::json::value bundle = Json(shown);
  const std::string der = Base64Decode(Text(bundle, "/cer")).value_or("");
  ASSERT_NE(der, "") << shown.body;
  EXPECT_TRUE(Base64UrlDecode(Text(bundle, "/x5t")).has_value());
  std::ofstream(folder_.File("web.der"), std::ios::binary) << der;
  const std::string read =
      OpenSsl(absl::StrCat("x509 -inform DER -noout -text -in ", folder_.File("web.der")));
  if (read.empty()) GTEST_SKIP() << "there is no openssl command";
  EXPECT_THAT(read, HasSubstr("Subject: CN = host.example"));
  EXPECT_THAT(read, HasSubstr("DNS:host.example"));
  EXPECT_THAT(read, HasSubstr("Digital Signature, Key Encipherment"));
  EXPECT_THAT(read, HasSubstr("TLS Web Server Authentication"));
  EXPECT_THAT(read, HasSubstr("CA:FALSE"));
  EXPECT_THAT(read, HasSubstr("Public-Key: (2048 bit)"));
  EXPECT_THAT(OpenSsl(absl::StrCat("x509 -inform DER -in ", folder_.File("web.der"), " -out ",
                                   folder_.File("web.pem"))),
              "");
  EXPECT_THAT(OpenSsl(absl::StrCat("verify -no_check_time -CAfile ", folder_.File("web.pem"), " ",
                                   folder_.File("web.pem"))),
              HasSubstr("OK"));
}

// Shows: Certificates/ImportCertificate
TEST_F(CertificatesWireTest, WhatTheCommandMakesIsImported) {
  const std::string pfx = folder_.File("made.pfx");
  const std::string made = OpenSsl(
      absl::StrCat("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=made.example -keyout ",
                   folder_.File("made.key"), " -out ", folder_.File("made.pem")));
  if (made.empty()) GTEST_SKIP() << "there is no openssl command";
  EXPECT_EQ(
      OpenSsl(absl::StrCat("pkcs12 -export -passout pass:word -inkey ", folder_.File("made.key"),
                           " -in ", folder_.File("made.pem"), " -out ", pfx)),
      "");
  std::ifstream file(pfx, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  const auto import = [&](const std::string& password) {
    return face_.Send(
        "POST", kHost, "/certificates/made/import?api-version=7.4",
        absl::StrCat(R"({"value":")", Base64Encode(bytes), R"(","pwd":")", password, R"("})"));
  };
  const HttpResponse refused = import("other");
  EXPECT_EQ(refused.status, 400) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("can not be read"));
  const HttpResponse imported = import("word");
  ASSERT_EQ(imported.status, 200) << imported.body;
  EXPECT_EQ(Text(Json(imported), "/policy/x509_props/subject"), "CN=made.example");
  const HttpResponse key = face_.Get(kHost, "/keys/made?api-version=7.4");
  EXPECT_EQ(key.status, 200) << key.body;
  EXPECT_THAT(key.body, HasSubstr(R"("managed":true)"));
  EXPECT_THAT(face_.Get(kHost, "/keys?api-version=7.4").body, HasSubstr(R"("managed":true)"));
  const HttpResponse deletion = face_.Send("DELETE", kHost, "/keys/made?api-version=7.4", "");
  EXPECT_EQ(deletion.status, 403) << deletion.body;
  EXPECT_THAT(deletion.body, HasSubstr(R"("innererror":{"code":"KeyManagedByKeyVault"})"));
}

// Shows: Certificates/BackupCertificate, Certificates/RestoreCertificate,
// Certificates/PurgeDeletedCertificate
TEST_F(CertificatesWireTest, ABackupBringsBackWhatWasPurged) {
  const HttpResponse created =
      face_.Send("POST", kHost, "/certificates/web/create?api-version=7.4",
                 R"({"policy":{"key_props":{"kty":"EC","crv":"P-256"},"secret_props":{"contentType":
                 "application/x-pem-file"},"x509_props":{"subject":"CN=host.example"},
                 "issuer":{"name":"Self"}}})");
  ASSERT_EQ(created.status, 202) << created.body;
  const std::string der = Text(Json(face_.Get(kHost, "/certificates/web?api-version=7.4")), "/cer");
  const HttpResponse backup =
      face_.Send("POST", kHost, "/certificates/web/backup?api-version=7.4", "");
  ASSERT_EQ(backup.status, 200) << backup.body;
  const auto restore = [&] {
    return face_.Send("POST", kHost, "/certificates/restore?api-version=7.4", backup.body);
  };
  EXPECT_EQ(restore().status, 409);
  EXPECT_EQ(face_.Send("DELETE", kHost, "/certificates/web?api-version=7.4", "").status, 200);
  EXPECT_EQ(face_.Send("DELETE", kHost, "/deletedcertificates/web?api-version=7.4", "").status,
            204);
  const HttpResponse restored = restore();
  ASSERT_EQ(restored.status, 200) << restored.body;
  EXPECT_EQ(Text(Json(restored), "/cer"), der);
  const HttpResponse secret = face_.Get(kHost, "/secrets/web?api-version=7.4");
  ASSERT_EQ(secret.status, 200) << secret.body;
  EXPECT_EQ(Text(Json(secret), "/contentType"), "application/x-pem-file");
  EXPECT_EQ(Text(Json(secret), "/kid"), Text(Json(restored), "/kid"));
  EXPECT_THAT(secret.body, HasSubstr(R"("managed":true)"));
  EXPECT_THAT(secret.body, HasSubstr("BEGIN PRIVATE KEY"));
}

TEST_F(CertificatesWireTest, WhoMayNotIsToldWhatIsMissing) {
  const HttpResponse vault = face_.Send(
      "PUT", "management.azure.com",
      absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults/keysalone?api-version=2022-07-01"),
      absl::StrReplaceAll(R"({"location":"westus2","properties":{"tenantId":"$T","sku":{"family":
          "A","name":"standard"},"accessPolicies":[{"tenantId":"$T","objectId":"$O",
          "permissions":{"keys":["all"],"secrets":["all"]}}]}})",
                          {{"$T", kDefaultTenantId}, {"$O", kAdminObjectId}}));
  ASSERT_EQ(vault.status, 200) << vault.body;
  const HttpResponse refused =
      face_.Get("keysalone.vault.azure.net", "/certificates/web?api-version=7.4");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("does not have certificates get permission on key vault"));
  EXPECT_THAT(refused.body, HasSubstr(R"("innererror":{"code":"ForbiddenByPolicy"})"));
}

TEST_F(CertificatesWireTest, RolesGiveWhatTheyAreFor) {
  const std::string id = absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults/roles");
  const HttpResponse vault = face_.Send(
      "PUT", "management.azure.com", absl::StrCat(id, "?api-version=2022-07-01"),
      absl::StrReplaceAll(R"({"location":"westus2","properties":{"tenantId":"$T","sku":{"family":
          "A","name":"standard"},"enableRbacAuthorization":true}})",
                          {{"$T", kDefaultTenantId}}));
  ASSERT_EQ(vault.status, 200) << vault.body;
  const auto assign = [&](const std::string& role, const std::string& name) {
    const HttpResponse assigned =
        face_.Send("PUT", "management.azure.com",
                   absl::StrCat(id, "/providers/Microsoft.Authorization/roleAssignments/", name,
                                "?api-version=2022-04-01"),
                   absl::StrCat(R"({"properties":{"roleDefinitionId":)",
                                R"("/providers/Microsoft.Authorization/roleDefinitions/)", role,
                                R"(","principalId":")", kAdminObjectId, R"("}})"));
    EXPECT_EQ(assigned.status, 201) << assigned.body;
  };
  constexpr char kRolesHost[] = "roles.vault.azure.net";
  const auto create = [&] {
    return face_.Send("POST", kRolesHost, "/certificates/web/create?api-version=7.4",
                      R"({"policy":{"key_props":{"kty":"EC"},"x509_props":{"subject":
                      "CN=host.example"},"issuer":{"name":"Self"}}})");
  };
  const std::string read = "/certificates/web?api-version=7.4";
  EXPECT_THAT(face_.Get(kRolesHost, read).body, HasSubstr("ForbiddenByRbac"));
  // Key Vault Certificate User.
  assign("db79e9a7-68ee-4b58-9aeb-b90e7c24fcba", "0a000000-0000-0000-0000-000000000001");
  EXPECT_EQ(face_.Get(kRolesHost, read).status, 404);
  const HttpResponse refused = create();
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body,
              HasSubstr("Action: 'Microsoft.KeyVault/vaults/certificates/create/action'"));
  // Key Vault Certificates Officer.
  assign("a4417e6f-fecd-4de8-b567-7b0420556985", "0a000000-0000-0000-0000-000000000002");
  EXPECT_EQ(create().status, 202);
  EXPECT_EQ(face_.Get(kRolesHost, read).status, 200);
  // The user's, which has the private key with the certificate.
  EXPECT_EQ(face_.Get(kRolesHost, "/secrets/web?api-version=7.4").status, 200);
}

TEST_F(CertificatesWireTest, TellsWhatIsNotThere) {
  const HttpResponse contacts = face_.Get(kHost, "/certificates/contacts?api-version=7.4");
  EXPECT_EQ(contacts.status, 404);
  EXPECT_EQ(Text(Json(contacts), "/error/code"), "ContactsNotFound");
  const HttpResponse pending = face_.Get(kHost, "/certificates/none/pending?api-version=7.4");
  EXPECT_EQ(pending.status, 404);
  EXPECT_EQ(Text(Json(pending), "/error/code"), "PendingCertificateNotFound");
  const HttpResponse none = face_.Get(kHost, "/certificates/none?api-version=7.4");
  EXPECT_EQ(none.status, 404);
  EXPECT_THAT(none.body, HasSubstr("A certificate with (name/id) none was not found"));
  EXPECT_THAT(none.body, Not(HasSubstr("innererror")));
}

}  // namespace
}  // namespace lazuli::emulator

#include "tests/support/certificate_fixtures.h"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/server_options.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

ServerOptions OptionsOfState() {
  ServerOptions options = TestOptions();
  options.certificate_issue_delay = absl::Minutes(1);
  return options;
}

}  // namespace

CertificatesState::CertificatesState() : servers_(GetParam(), OptionsOfState()) {
  Api::VaultSpec spec;
  spec.purge_protection = false;
  Must(api().PutVault(kVault, spec));
  v1::UpdateAccessPolicyRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(kTestGroup);
  request.set_vault_name(kVault);
  request.set_operation_kind("add");
  v1::AccessPolicyEntry& entry =
      *request.mutable_parameters()->mutable_properties()->mutable_access_policies()->add_values();
  entry.set_tenant_id(std::string(kDefaultTenantId));
  entry.set_object_id(std::string(kAdminObjectId));
  for (const char* permission : {"all", "purge"}) {
    entry.mutable_permissions()->add_certificates(permission);
  }
  Must(api().Call<v1::VaultAccessPolicyParameters>("Vaults/UpdateAccessPolicy", request).status());
}

void CertificatesState::Advance(absl::Duration duration) {
  Must(api().AdvanceBy(duration).status());
}

v1::CertificateOperation CertificatesState::Create(const std::string& name,
                                                   const std::string& issuer) {
  v1::CreateCertificateRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name(name);
  v1::CertificatePolicy& policy = *request.mutable_policy();
  policy.mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  policy.mutable_x509_props()->set_subject("CN=host.example");
  policy.mutable_issuer()->set_name(issuer);
  return Must(api().Call<v1::CertificateOperation>("Certificates/CreateCertificate", request));
}

v1::CertificateBundle CertificatesState::Get(const std::string& name) {
  v1::GetCertificateRequest request;
  request.set_vault_name(kVault);
  request.set_certificate_name(name);
  return Must(api().Call<v1::CertificateBundle>("Certificates/GetCertificate", request));
}

CertificatesWire::CertificatesWire()
    : emulator_(Must(Emulator::Create(TestOptions()))),
      face_((emulator_->Start(), emulator_.get())) {
  face_.Send("PUT", "management.azure.com", absl::StrCat(kGroup, "?api-version=2021-04-01"),
             R"({"location":"westus2"})");
  PutVault("certs", R"("all","purge")");
}

void CertificatesWire::PutVault(const std::string& name, const std::string& permissions) {
  const HttpResponse vault =
      face_.Send("PUT", "management.azure.com",
                 absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults/", name,
                              "?api-version=2022-07-01"),
                 absl::StrReplaceAll(
                     R"({"location":"westus2","properties":{"tenantId":"$T","sku":{"family":"A",
          "name":"standard"},"accessPolicies":[{"tenantId":"$T","objectId":"$O","permissions":{"keys":["all"],
          "secrets":["get"],"certificates":[$P]}}]}})",
                     {{"$T", kDefaultTenantId}, {"$O", kAdminObjectId}, {"$P", permissions}}));
  EXPECT_EQ(vault.status, 200) << vault.body;
}

boost::json::value CertificatesWire::Json(const HttpResponse& answer) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(answer.body, error);
  EXPECT_FALSE(error) << answer.body;
  return value;
}

std::string CertificatesWire::Text(const boost::json::value& value, const std::string& path) {
  boost::json::error_code error;
  const boost::json::value* found = value.find_pointer(path, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string().c_str())
                                                : absl::StrCat("no ", path);
}

std::string CertificatesWire::OpenSsl(const std::string& arguments) const {
  const std::string out = folder_.File("out");
  const int code = std::system(absl::StrCat("openssl ", arguments, " > ", out, " 2>&1").c_str());
  if (WEXITSTATUS(code) == 127) return "";
  std::ifstream file(out);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace lazuli::emulator

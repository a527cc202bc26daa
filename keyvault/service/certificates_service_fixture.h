// File: keyvault/service/certificates_service_fixture.h
//
// What tests of the service of certificates begin with: a vault, and the calls that all make.
#ifndef LAZULI_KEYVAULT_SERVICE_CERTIFICATES_SERVICE_FIXTURE_H_
#define LAZULI_KEYVAULT_SERVICE_CERTIFICATES_SERVICE_FIXTURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "gtest/gtest.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/service/certificates_service.h"
#include "keyvault/test_environment.h"
#include "keyvault/vault.h"
#include "keyvault/vault_environment.h"
#include "proto/certificates.pb.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {

class CertificatesServiceFixture : public testing::Test {
 protected:
  static constexpr const char* kVault = "vault-one";

  // EC, "CN=host.example" and its name, PKCS #12.
  static v1::CertificatePolicy PolicyFor(const std::string& issuer) {
    v1::CertificatePolicy policy;
    policy.mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    policy.mutable_x509_props()->set_subject("CN=host.example");
    policy.mutable_x509_props()->mutable_sans()->add_dns_names("host.example");
    policy.mutable_issuer()->set_name(issuer);
    return policy;
  }

  explicit CertificatesServiceFixture(const VaultRegistryOptions& options = {})
      : environment_(options), vault_(environment_.CreateVault(kVault)) {}

  CallContext Context() const { return environment_.Context(); }

  static v1::CertificateNameRequest NameRequest(const std::string& name) {
    v1::CertificateNameRequest request;
    request.set_vault_name(kVault);
    request.set_certificate_name(name);
    return request;
  }
  absl::StatusOr<v1::CertificateOperation> Create(const std::string& name,
                                                  const v1::CertificatePolicy& policy) {
    v1::CreateCertificateRequest request;
    request.set_vault_name(kVault);
    request.set_certificate_name(name);
    *request.mutable_policy() = policy;
    v1::CertificateOperation response;
    const absl::Status status = service_.CreateCertificate(Context(), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  absl::StatusOr<v1::CertificateBundle> Get(const std::string& name) {
    v1::GetCertificateRequest request;
    request.set_vault_name(kVault);
    request.set_certificate_name(name);
    v1::CertificateBundle response;
    const absl::Status status = service_.GetCertificate(Context(), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  absl::StatusOr<v1::CertificateOperation> GetOperation(const std::string& name) {
    v1::CertificateOperation response;
    const absl::Status status =
        service_.GetCertificateOperation(Context(), NameRequest(name), &response);
    if (!status.ok()) return status;
    return response;
  }

  TestEnvironment environment_;
  const VaultPtr vault_;
  crypto::KeyPool pool_{0};
  BackupSealer sealer_;
  CertificatesService service_{&environment_.registry(), &pool_, &sealer_};
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_CERTIFICATES_SERVICE_FIXTURE_H_

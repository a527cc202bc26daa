// File: keyvault/service/issuer_conversion.h
//
// Between the messages of issuers in certificates.proto and the model of issuers.
#ifndef LAZULI_KEYVAULT_SERVICE_ISSUER_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_ISSUER_CONVERSION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "proto/certificates.pb.h"

namespace lazuli::keyvault {

// What a request to set or to update an issuer says; the rules are MakeCertificateIssuer's. The
// password is not taken.
template <typename Request>
CertificateIssuerInput ReadCertificateIssuer(const Request& request) {
  CertificateIssuerInput input;
  if (request.has_provider()) input.provider = request.provider();
  if (request.credentials().has_account_id()) input.account_id = request.credentials().account_id();
  const v1::OrganizationDetails& organization = request.org_details();
  if (organization.has_id()) input.organization_id = organization.id();
  if (!organization.admin_details().empty()) {
    std::vector<IssuerAdministrator>& administrators = input.administrators.emplace();
    for (const v1::AdministratorDetails& one : organization.admin_details()) {
      administrators.push_back({one.first_name(), one.last_name(), one.email(), one.phone()});
    }
  }
  if (request.attributes().has_enabled()) input.enabled = request.attributes().enabled();
  return input;
}

// Members that the service leaves out are left out; the password is one of them.
void WriteCertificateIssuer(const CertificateIssuer& issuer, absl::string_view vault_name,
                            v1::IssuerBundle* bundle);
void WriteCertificateIssuerItem(const CertificateIssuer& issuer, absl::string_view vault_name,
                                v1::CertificateIssuerItem* item);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_ISSUER_CONVERSION_H_

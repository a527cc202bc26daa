#include "keyvault/service/issuer_conversion.h"

#include "absl/strings/str_cat.h"
#include "keyvault/names.h"
#include "proto/time.h"

namespace lazuli::keyvault {
namespace {

std::string IssuerId(const CertificateIssuer& issuer, absl::string_view vault_name) {
  return absl::StrCat(VaultUri(vault_name), "certificates/issuers/", issuer.name);
}

void WriteOrganization(const IssuerOrganization& organization, v1::OrganizationDetails* message) {
  if (!organization.id.empty()) message->set_id(organization.id);
  for (const IssuerAdministrator& one : organization.administrators) {
    v1::AdministratorDetails* const added = message->add_admin_details();
    if (!one.first_name.empty()) added->set_first_name(one.first_name);
    if (!one.last_name.empty()) added->set_last_name(one.last_name);
    if (!one.email.empty()) added->set_email(one.email);
    if (!one.phone.empty()) added->set_phone(one.phone);
  }
}

}  // namespace

void WriteCertificateIssuer(const CertificateIssuer& issuer, absl::string_view vault_name,
                            v1::IssuerBundle* bundle) {
  bundle->set_id(IssuerId(issuer, vault_name));
  bundle->set_provider(issuer.provider);
  if (!issuer.account_id.empty()) bundle->mutable_credentials()->set_account_id(issuer.account_id);
  if (issuer.organization.has_value()) {
    WriteOrganization(*issuer.organization, bundle->mutable_org_details());
  }
  v1::IssuerAttributes* const attributes = bundle->mutable_attributes();
  attributes->set_enabled(issuer.enabled);
  *attributes->mutable_created() = ToProto(issuer.created);
  *attributes->mutable_updated() = ToProto(issuer.updated);
}

void WriteCertificateIssuerItem(const CertificateIssuer& issuer, absl::string_view vault_name,
                                v1::CertificateIssuerItem* item) {
  item->set_id(IssuerId(issuer, vault_name));
  item->set_provider(issuer.provider);
}

}  // namespace lazuli::keyvault

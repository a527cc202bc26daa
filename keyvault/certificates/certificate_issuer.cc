#include "keyvault/certificates/certificate_issuer.h"

#include <array>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kDigiCert = "DigiCert";

// The partners of Key Vault's documentation, Microsoft's own authorities, and the one that the
// tests of Azure's clients use.
constexpr std::array<absl::string_view, 5> kProviders = {
    kDigiCert, "GlobalSign", "OneCertV2-PrivateCA", "OneCertV2-PublicCA", "Test"};

// Bytes of an authority's key that stand in its name.
constexpr size_t kNamedKeyBytes = 4;

absl::Status CheckText(absl::string_view field, absl::string_view text) {
  if (text.size() <= limits::certificates::kMaxTextLength) return absl::OkStatus();
  return BadCertificateParameterError(field, "It is too long.");
}

absl::Status CheckIssuer(const CertificateIssuer& issuer) {
  LAZULI_RETURN_IF_ERROR(CheckText("credentials.account_id", issuer.account_id));
  if (issuer.organization.has_value()) {
    const IssuerOrganization& organization = *issuer.organization;
    LAZULI_RETURN_IF_ERROR(CheckText("org_details.id", organization.id));
    constexpr absl::string_view kAdministrators = "org_details.admin_details";
    if (organization.administrators.size() > limits::certificates::kMaxContacts) {
      return BadCertificateParameterError(kAdministrators, "There are too many.");
    }
    for (const IssuerAdministrator& one : organization.administrators) {
      for (const std::string& text : {one.first_name, one.last_name, one.email, one.phone}) {
        LAZULI_RETURN_IF_ERROR(CheckText(kAdministrators, text));
      }
    }
  }
  const bool has_id = issuer.organization.has_value() && !issuer.organization->id.empty();
  if (issuer.provider == kDigiCert && !has_id) return OrganizationIdMissingError();
  return absl::OkStatus();
}

absl::Status Take(const CertificateIssuerInput& input, absl::Time now, CertificateIssuer* issuer) {
  if (input.provider.has_value()) {
    const std::optional<absl::string_view> provider = ParseIssuerProvider(*input.provider);
    if (!provider.has_value()) return IssuerProviderNotSupportedError(*input.provider);
    issuer->provider = std::string(*provider);
  }
  if (input.account_id.has_value()) issuer->account_id = *input.account_id;
  if (input.organization_id.has_value() || input.administrators.has_value()) {
    if (!issuer->organization.has_value()) issuer->organization.emplace();
    if (input.organization_id.has_value()) issuer->organization->id = *input.organization_id;
    if (input.administrators.has_value()) {
      issuer->organization->administrators = *input.administrators;
    }
  }
  if (input.enabled.has_value()) issuer->enabled = *input.enabled;
  issuer->updated = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  return CheckIssuer(*issuer);
}

}  // namespace

std::optional<absl::string_view> ParseIssuerProvider(absl::string_view text) {
  for (const absl::string_view provider : kProviders) {
    if (absl::EqualsIgnoreCase(text, provider)) return provider;
  }
  return std::nullopt;
}

bool IssuerNameLess(absl::string_view a, absl::string_view b) {
  return absl::AsciiStrToUpper(a) < absl::AsciiStrToUpper(b);
}

absl::StatusOr<CertificateIssuer> MakeCertificateIssuer(absl::string_view name,
                                                        const CertificateIssuerInput& input,
                                                        absl::Time now) {
  CertificateIssuer issuer;
  issuer.name = std::string(name);
  if (!input.provider.has_value()) return IssuerProviderNotSupportedError("");
  LAZULI_RETURN_IF_ERROR(Take(input, now, &issuer));
  issuer.created = issuer.updated;
  return issuer;
}

absl::StatusOr<CertificateIssuer> UpdateCertificateIssuer(const CertificateIssuer& old,
                                                          const CertificateIssuerInput& input,
                                                          absl::Time now) {
  CertificateIssuer issuer = old;
  LAZULI_RETURN_IF_ERROR(Take(input, now, &issuer));
  if (issuer.provider != old.provider) issuer.authority = {};
  return issuer;
}

absl::StatusOr<IssuingAuthority> MakeIssuingAuthority(absl::string_view provider, absl::Time now) {
  IssuingAuthority authority;
  LAZULI_ASSIGN_OR_RETURN(authority.key, crypto::KeyMaterial::GenerateEc(crypto::Curve::kP256));
  const std::string part =
      absl::BytesToHexString(absl::string_view(authority.key->x()).substr(0, kNamedKeyBytes));
  LAZULI_ASSIGN_OR_RETURN(
      authority.certificate,
      MakeAuthorityCertificate(absl::StrCat("Lazuli ", provider, " authority ", part),
                               *authority.key, now));
  return authority;
}

}  // namespace lazuli::keyvault

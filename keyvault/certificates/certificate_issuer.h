// File: keyvault/certificates/certificate_issuer.h
//
// Who signs certificates for a vault: what its owner says of an account at a provider, and the
// authority that answers in the provider's place. Source: Key Vault REST reference, "Set
// Certificate Issuer".
#ifndef LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_ISSUER_H_
#define LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_ISSUER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault {

// In the service's spelling, which lives for ever; read in any letter case. Nullopt for a provider
// that the service does not work with.
std::optional<absl::string_view> ParseIssuerProvider(absl::string_view text);

// The order of issuers: that of their names in upper case, as of objects.
bool IssuerNameLess(absl::string_view a, absl::string_view b);

// Nobody gets mail from the emulator: an administrator is kept and shown.
struct IssuerAdministrator {
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;

  friend bool operator==(const IssuerAdministrator&, const IssuerAdministrator&) = default;
};

struct IssuerOrganization {
  std::string id;
  std::vector<IssuerAdministrator> administrators;

  friend bool operator==(const IssuerOrganization&, const IssuerOrganization&) = default;
};

// Signs in the provider's place.
struct IssuingAuthority {
  crypto::KeyMaterial::Ptr key;
  std::string certificate;  // DER; signed by `key` itself
};

// Immutable once it is shared. The account's password is not kept: nobody here asks for it.
struct CertificateIssuer {
  std::string name;      // as its first setting spelled it
  std::string provider;  // in the service's spelling
  std::string account_id;
  std::optional<IssuerOrganization> organization;
  bool enabled = true;
  absl::Time created;  // whole seconds
  absl::Time updated;  // whole seconds
  // Of one in a vault never without key or certificate.
  IssuingAuthority authority;
};

using CertificateIssuerPtr = std::shared_ptr<const CertificateIssuer>;

// What a caller says of an issuer; absent members stay as they are, or take the default.
struct CertificateIssuerInput {
  std::optional<std::string> provider;
  std::optional<std::string> account_id;
  std::optional<std::string> organization_id;
  std::optional<std::vector<IssuerAdministrator>> administrators;
  std::optional<bool> enabled;
};

// Both without an authority, which goes with the provider. BadCertificateParameterError,
// OrganizationIdMissingError.

absl::StatusOr<CertificateIssuer> MakeCertificateIssuer(absl::string_view name,
                                                        const CertificateIssuerInput& input,
                                                        absl::Time now);
absl::StatusOr<CertificateIssuer> UpdateCertificateIssuer(const CertificateIssuer& old,
                                                          const CertificateIssuerInput& input,
                                                          absl::Time now);

// A new one, named by its provider and told from others by its key, which is of P-256. It has no
// end, so that nothing that it signs outlives it.
absl::StatusOr<IssuingAuthority> MakeIssuingAuthority(absl::string_view provider, absl::Time now);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_CERTIFICATE_ISSUER_H_

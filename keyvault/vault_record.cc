#include "keyvault/vault_record.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/errors.h"

namespace lazuli::keyvault {

absl::string_view VaultSkuName(VaultSku sku) {
  switch (sku) {
    case VaultSku::kStandard:
      return "standard";
    case VaultSku::kPremium:
      return "premium";
  }
  return "";
}

std::optional<VaultSku> ParseVaultSku(absl::string_view text) {
  for (const VaultSku sku : {VaultSku::kStandard, VaultSku::kPremium}) {
    if (absl::EqualsIgnoreCase(text, VaultSkuName(sku))) return sku;
  }
  return std::nullopt;
}

CertificateIssuerPtr VaultRecord::FindCertificateIssuer(absl::string_view issuer_name) const {
  for (const CertificateIssuerPtr& issuer : certificate_issuers) {
    if (absl::EqualsIgnoreCase(issuer->name, issuer_name)) return issuer;
  }
  return nullptr;
}

absl::StatusOr<CertificateIssuerPtr> VaultRecord::IssuerOfPolicy(
    absl::string_view issuer_name) const {
  if (IsReservedIssuerName(issuer_name)) return nullptr;
  CertificateIssuerPtr issuer = FindCertificateIssuer(issuer_name);
  if (issuer == nullptr) return BadCertificatePolicyError("issuer.name", "Issuer not found.");
  if (!issuer->enabled) return BadCertificatePolicyError("issuer.name", "The issuer is disabled.");
  return issuer;
}

bool VaultSettings::IsInitialAdmin(absl::string_view object_id) const {
  return managed_hsm.has_value() &&
         std::any_of(managed_hsm->initial_admin_object_ids.begin(),
                     managed_hsm->initial_admin_object_ids.end(), [&](const std::string& admin) {
                       return absl::EqualsIgnoreCase(admin, object_id);
                     });
}

absl::string_view VaultStateName(VaultState state) {
  switch (state) {
    case VaultState::kLive:
      return "Live";
    case VaultState::kDeleted:
      return "Deleted";
    case VaultState::kPurged:
      return "";
  }
  return "";
}

const AccessPolicyTable& VaultRecord::PoliciesInForce(absl::Time now) const {
  for (const SupersededPolicies& superseded : superseded_policies) {
    if (superseded.until > now) return superseded.policies;
  }
  return settings.access_policies;
}

absl::string_view RecoveryLevel(const VaultSettings& settings) {
  if (!settings.soft_delete) return "Purgeable";
  const bool customized = settings.retention_days != limits::keyvault::kMaxRetentionDays;
  if (settings.purge_protection) return customized ? "CustomizedRecoverable" : "Recoverable";
  return customized ? "CustomizedRecoverable+Purgeable" : "Recoverable+Purgeable";
}

int RecoverableDays(const VaultSettings& settings) {
  return settings.soft_delete ? settings.retention_days : 0;
}

}  // namespace lazuli::keyvault

// File: keyvault/vault_record.h
//
// Everything about a vault but its keys.
#ifndef LAZULI_KEYVAULT_VAULT_RECORD_H_
#define LAZULI_KEYVAULT_VAULT_RECORD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "keyvault/access_policy.h"
#include "keyvault/certificates/certificate_contacts.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/firewall.h"
#include "keyvault/limits.h"
#include "keyvault/names.h"
#include "keyvault/private_endpoint.h"

namespace lazuli::keyvault {

// Kept by number: none ever changes its own.
enum class VaultSku { kStandard, kPremium };

// "standard", "premium". Lives for ever.
absl::string_view VaultSkuName(VaultSku sku);
// In any letter case.
std::optional<VaultSku> ParseVaultSku(absl::string_view text);

// What a managed HSM has that a vault has not.
struct ManagedHsmSettings {
  std::string sku_name;  // "Standard_B1" and its likes, in the service's spelling
  // Principals that may do everything with what is in it; as written.
  std::vector<std::string> initial_admin_object_ids;

  friend bool operator==(const ManagedHsmSettings&, const ManagedHsmSettings&) = default;
};

// What the owner of a vault sets. A managed HSM has no access policies, and `sku` is kPremium,
// since it guards keys by hardware as such a vault does.
struct VaultSettings {
  std::string tenant_id;
  VaultSku sku = VaultSku::kStandard;
  AccessPolicyTable access_policies;
  NetworkSettings network;
  bool soft_delete = true;
  int retention_days = limits::keyvault::kDefaultRetentionDays;
  bool purge_protection = false;
  std::optional<bool> rbac_authorization;
  bool enabled_for_deployment = false;
  std::optional<bool> enabled_for_disk_encryption;
  std::optional<bool> enabled_for_template_deployment;

  // Set: a managed HSM.
  std::optional<ManagedHsmSettings> managed_hsm;

  VaultKind kind() const {
    return managed_hsm.has_value() ? VaultKind::kManagedHsm : VaultKind::kVault;
  }
  bool uses_rbac() const { return managed_hsm.has_value() || rbac_authorization.value_or(false); }
  // True for a principal that may do everything in a managed HSM, whatever roles it has.
  bool IsInitialAdmin(absl::string_view object_id) const;
};

// Kept by number: none ever changes its own.
enum class VaultState {
  kLive,
  kDeleted,  // kept until its scheduled purge, with all its keys
  kPurged,   // gone; only a caller that already held the object still sees it
};

// "Live", "Deleted"; empty for kPurged. Lives for ever.
absl::string_view VaultStateName(VaultState state);

// Access policies that others have taken the place of, and that decide all the same for a while.
struct SupersededPolicies {
  AccessPolicyTable policies;
  absl::Time until;
};

// Immutable once it is shared: every change makes another object.
struct VaultRecord {
  VaultAddress address;
  std::string arm_id;
  std::string location;  // normalized
  TagMap tags;
  VaultSettings settings;
  std::vector<PrivateEndpointConnection> private_endpoint_connections;  // by name

  std::string created_by;  // an application id
  absl::Time created_at;
  std::string last_modified_by;
  absl::Time last_modified_at;

  VaultState state = VaultState::kLive;
  // Of a deleted vault; whole seconds.
  absl::Time deletion_date;
  absl::Time scheduled_purge_date;
  uint64_t purge_step = 0;  // see VaultEnvironment::NextStep
  TimerId purge_timer;      // ends the retention

  // The oldest first; empty unless policies propagate with delay. Not stored: in another process
  // the settings' own policies decide at once.
  std::vector<SupersededPolicies> superseded_policies;

  // Who is told of what happens to the certificates.
  std::vector<CertificateContact> certificate_contacts;
  // Who signs certificates for the vault, none of them null; in the order of IssuerNameLess.
  std::vector<CertificateIssuerPtr> certificate_issuers;

  // By its name in any letter case; null: there is none.
  CertificateIssuerPtr FindCertificateIssuer(absl::string_view issuer_name) const;
  // The issuer that a policy names: null for "Self" and "Unknown", and BadCertificatePolicyError
  // when the vault has no such issuer or it is disabled.
  absl::StatusOr<CertificateIssuerPtr> IssuerOfPolicy(absl::string_view issuer_name) const;

  // Those that decide at `now`.
  const AccessPolicyTable& PoliciesInForce(absl::Time now) const;

  // With the ending of its kind (names.h).
  const std::string& name() const { return address.name; }
  VaultKind kind() const { return address.kind; }
  // Valid as long as the record.
  VaultLabel label() const { return {ResourceName(address.name), location}; }
};

using VaultRecordPtr = std::shared_ptr<const VaultRecord>;

// "Recoverable+Purgeable" and its likes, as attributes.recoveryLevel of every key shows it. Key
// Vault REST reference, "DeletionRecoveryLevel".
absl::string_view RecoveryLevel(const VaultSettings& settings);
// attributes.recoverableDays: 0 without soft delete.
int RecoverableDays(const VaultSettings& settings);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_RECORD_H_

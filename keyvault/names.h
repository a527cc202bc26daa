// File: keyvault/names.h
//
// Names of vaults and their objects, and the identifiers built of them. Key Vault compares names
// without regard to letter case and keeps the spelling of the creation.
#ifndef LAZULI_KEYVAULT_NAMES_H_
#define LAZULI_KEYVAULT_NAMES_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

using TagMap = std::map<std::string, std::string>;

// Orders names as the service does: as if they were written in upper case. For ordered containers;
// looks up by absl::string_view without a copy.
struct IgnoreCaseLess {
  using is_transparent = void;
  bool operator()(absl::string_view a, absl::string_view b) const;
};

// What holds keys. Kept by number: none ever changes its own.
enum class VaultKind {
  kVault,       // Microsoft.KeyVault/vaults
  kManagedHsm,  // Microsoft.KeyVault/managedHSMs
};

// The names of managed HSMs and those of vaults do not see each other: either lie in a domain of
// their own. Wherever both are known by their names, in data plane requests as in the state, that
// of a managed HSM is therefore followed by ".managedhsm", which no vault's name can end with.
std::string ManagedHsmVaultName(absl::string_view hsm_name);
// By that ending, in any letter case.
VaultKind VaultKindOf(absl::string_view vault_name);
// `vault_name` without it: as the resource is named. A part of `vault_name`.
absl::string_view ResourceName(absl::string_view vault_name);

// Where a vault lies as a resource. The parts as the caller spelled them.
struct VaultAddress {
  std::string subscription_id;
  std::string resource_group;
  std::string name;
  // Within which the name is unique; a subscription lies in one of them as a whole. Opaque, without
  // upper case and slashes; empty: the one that all share who have none of their own.
  std::string name_space = {};
  // As the name's ending says it, unless the name is one that the kind cannot have.
  VaultKind kind = VaultKind::kVault;
};

// Of the managed HSM `hsm_name`.
VaultAddress ManagedHsmAddress(absl::string_view subscription_id, absl::string_view resource_group,
                               absl::string_view hsm_name, absl::string_view name_space = "");

// How the names of all name spaces are told apart where they are kept together: "NAME", or
// "NAME!NAME_SPACE". In the order of IgnoreCaseLess all that have one name follow on each other.
std::string QualifiedName(absl::string_view name, absl::string_view name_space);
struct QualifiedNameParts {
  absl::string_view name;
  absl::string_view name_space;
};
// Both are parts of `qualified`.
QualifiedNameParts SplitQualifiedName(absl::string_view qualified);

// How an error names a vault.
struct VaultLabel {
  absl::string_view name;
  absl::string_view location;
};

// 3 to 24 letters, digits and hyphens; begins with a letter, ends with a letter or digit, no two
// hyphens in a row. Managed HSMs have the same rule for their resources' names.
bool IsValidVaultName(absl::string_view name);
// Of a key or any other object: 1 to 127 letters, digits and hyphens.
bool IsValidObjectName(absl::string_view name);
inline bool IsValidKeyName(absl::string_view name) { return IsValidObjectName(name); }

// "Microsoft.KeyVault/vaults" or "Microsoft.KeyVault/managedHSMs". Lives for ever.
absl::string_view VaultResourceType(VaultKind kind);
// "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V", or
// ".../managedHSMs/H".
std::string VaultArmId(const VaultAddress& address);
// "/subscriptions/S/providers/Microsoft.KeyVault/locations/L/deletedVaults/V", or
// ".../deletedManagedHSMs/H".
std::string DeletedVaultArmId(absl::string_view subscription_id, absl::string_view location,
                              absl::string_view vault_name);

// "https://NAME.vault.azure.net/", the host name in lower case; of a managed HSM
// "https://NAME.managedhsm.azure.net/". So it is for all that is below.
std::string VaultUri(absl::string_view vault_name);
// "https://NAME.vault.azure.net/secrets/OBJECT", without and with a version.
std::string ObjectId(ObjectKind kind, absl::string_view vault_name, absl::string_view name);
std::string ObjectVersionId(ObjectKind kind, absl::string_view vault_name, absl::string_view name,
                            absl::string_view version);
// "https://NAME.vault.azure.net/deletedsecrets/OBJECT".
std::string ObjectRecoveryId(ObjectKind kind, absl::string_view vault_name, absl::string_view name);
// The same of keys.
std::string KeyId(absl::string_view vault_name, absl::string_view key_name);
std::string KeyVersionId(absl::string_view vault_name, absl::string_view key_name,
                         absl::string_view version);

// "West US 2" -> "westus2", as Resource Manager compares and returns locations.
std::string NormalizeLocation(absl::string_view location);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_NAMES_H_

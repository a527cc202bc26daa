// File: keyvault/names.h
//
// Names of vaults and keys, and the identifiers built of them. Key Vault compares names without
// regard to letter case and keeps the spelling of the creation.
#ifndef LAZULI_KEYVAULT_NAMES_H_
#define LAZULI_KEYVAULT_NAMES_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

using TagMap = std::map<std::string, std::string>;

// Orders names as the service does: as if they were written in upper case. For ordered containers;
// looks up by absl::string_view without a copy.
struct IgnoreCaseLess {
  using is_transparent = void;
  bool operator()(absl::string_view a, absl::string_view b) const;
};

// Where a vault lies as a resource. The parts as the caller spelled them.
struct VaultAddress {
  std::string subscription_id;
  std::string resource_group;
  std::string name;
  // Within which the name is unique; a subscription lies in one of them as a whole. Opaque, without
  // upper case and slashes; empty: the one that all share who have none of their own.
  std::string name_space = {};
};

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
// hyphens in a row.
bool IsValidVaultName(absl::string_view name);
// 1 to 127 letters, digits and hyphens.
bool IsValidKeyName(absl::string_view name);

// "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V".
std::string VaultArmId(const VaultAddress& address);
// "/subscriptions/S/providers/Microsoft.KeyVault/locations/L/deletedVaults/V".
std::string DeletedVaultArmId(absl::string_view subscription_id, absl::string_view location,
                              absl::string_view vault_name);

// "https://NAME.vault.azure.net/", the host name in lower case.
std::string VaultUri(absl::string_view vault_name);
// "https://NAME.vault.azure.net/keys/KEY", without and with a version.
std::string KeyId(absl::string_view vault_name, absl::string_view key_name);
std::string KeyVersionId(absl::string_view vault_name, absl::string_view key_name,
                         absl::string_view version);
// "https://NAME.vault.azure.net/deletedkeys/KEY".
std::string RecoveryId(absl::string_view vault_name, absl::string_view key_name);

// "West US 2" -> "westus2", as Resource Manager compares and returns locations.
std::string NormalizeLocation(absl::string_view location);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_NAMES_H_

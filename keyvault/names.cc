#include "keyvault/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "keyvault/limits.h"

namespace lazuli::keyvault {
namespace {

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '-'; }

// Comes before every character that a name may have.
constexpr char kNameSpaceMark = '!';

constexpr absl::string_view kManagedHsmEnding = ".managedhsm";

}  // namespace

bool IgnoreCaseLess::operator()(absl::string_view a, absl::string_view b) const {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) continue;
    const auto x = static_cast<unsigned char>(absl::ascii_toupper(a[i]));
    const auto y = static_cast<unsigned char>(absl::ascii_toupper(b[i]));
    if (x != y) return x < y;
  }
  return a.size() < b.size();
}

std::string ManagedHsmVaultName(absl::string_view hsm_name) {
  return absl::StrCat(hsm_name, kManagedHsmEnding);
}

VaultKind VaultKindOf(absl::string_view vault_name) {
  return absl::EndsWithIgnoreCase(vault_name, kManagedHsmEnding) ? VaultKind::kManagedHsm
                                                                 : VaultKind::kVault;
}

absl::string_view ResourceName(absl::string_view vault_name) {
  if (VaultKindOf(vault_name) == VaultKind::kManagedHsm) {
    vault_name.remove_suffix(kManagedHsmEnding.size());
  }
  return vault_name;
}

VaultAddress ManagedHsmAddress(absl::string_view subscription_id, absl::string_view resource_group,
                               absl::string_view hsm_name, absl::string_view name_space) {
  return {std::string(subscription_id), std::string(resource_group), ManagedHsmVaultName(hsm_name),
          std::string(name_space), VaultKind::kManagedHsm};
}

std::string QualifiedName(absl::string_view name, absl::string_view name_space) {
  if (name_space.empty()) return std::string(name);
  return absl::StrCat(name, absl::string_view(&kNameSpaceMark, 1), name_space);
}

QualifiedNameParts SplitQualifiedName(absl::string_view qualified) {
  const size_t mark = qualified.find(kNameSpaceMark);
  if (mark == absl::string_view::npos) return {qualified, ""};
  return {qualified.substr(0, mark), qualified.substr(mark + 1)};
}

bool IsValidVaultName(absl::string_view name) {
  if (name.size() < limits::keyvault::kMinVaultNameLength ||
      name.size() > limits::keyvault::kMaxVaultNameLength) {
    return false;
  }
  if (!absl::ascii_isalpha(name.front()) || !absl::ascii_isalnum(name.back())) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!IsNameCharacter(name[i])) return false;
    if (name[i] == '-' && name[i - 1] == '-') return false;
  }
  return true;
}

bool IsValidObjectName(absl::string_view name) {
  if (name.empty() || name.size() > limits::keyvault::kMaxObjectNameLength) return false;
  return std::all_of(name.begin(), name.end(), IsNameCharacter);
}

absl::string_view VaultResourceType(VaultKind kind) {
  return kind == VaultKind::kManagedHsm ? "Microsoft.KeyVault/managedHSMs"
                                        : "Microsoft.KeyVault/vaults";
}

std::string VaultArmId(const VaultAddress& address) {
  return absl::StrCat("/subscriptions/", address.subscription_id, "/resourceGroups/",
                      address.resource_group, "/providers/", VaultResourceType(address.kind), "/",
                      address.kind == VaultKind::kVault ? absl::string_view(address.name)
                                                        : ResourceName(address.name));
}

std::string DeletedVaultArmId(absl::string_view subscription_id, absl::string_view location,
                              absl::string_view vault_name) {
  return absl::StrCat(
      "/subscriptions/", subscription_id, "/providers/Microsoft.KeyVault/locations/", location,
      VaultKindOf(vault_name) == VaultKind::kVault ? "/deletedVaults/" : "/deletedManagedHSMs/",
      ResourceName(vault_name));
}

std::string VaultUri(absl::string_view vault_name) {
  return absl::StrCat(
      "https://", absl::AsciiStrToLower(vault_name),
      VaultKindOf(vault_name) == VaultKind::kVault ? ".vault.azure.net/" : ".azure.net/");
}

std::string ObjectId(ObjectKind kind, absl::string_view vault_name, absl::string_view name) {
  return absl::StrCat(VaultUri(vault_name), ObjectKindPlural(kind), "/", name);
}

std::string ObjectVersionId(ObjectKind kind, absl::string_view vault_name, absl::string_view name,
                            absl::string_view version) {
  return absl::StrCat(VaultUri(vault_name), ObjectKindPlural(kind), "/", name, "/", version);
}

std::string ObjectRecoveryId(ObjectKind kind, absl::string_view vault_name,
                             absl::string_view name) {
  return absl::StrCat(VaultUri(vault_name), "deleted", ObjectKindPlural(kind), "/", name);
}

std::string KeyId(absl::string_view vault_name, absl::string_view key_name) {
  return ObjectId(ObjectKind::kKey, vault_name, key_name);
}

std::string KeyVersionId(absl::string_view vault_name, absl::string_view key_name,
                         absl::string_view version) {
  return ObjectVersionId(ObjectKind::kKey, vault_name, key_name, version);
}

std::string NormalizeLocation(absl::string_view location) {
  std::string normalized;
  for (const char c : location) {
    if (!absl::ascii_isspace(c)) normalized.push_back(absl::ascii_tolower(c));
  }
  return normalized;
}

}  // namespace lazuli::keyvault

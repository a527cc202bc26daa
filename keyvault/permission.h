// File: keyvault/permission.h
//
// The verbs of access policies: what may be done with each kind of object in a vault.
#ifndef LAZULI_KEYVAULT_PERMISSION_H_
#define LAZULI_KEYVAULT_PERMISSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// What a permission is for, as access policies and data actions name it.
enum class PermissionKind { kKeys, kSecrets, kCertificates };

inline constexpr int kPermissionKindCount = 3;

// "keys", "secrets", "certificates": also the collection in URLs and scopes. Lives for ever.
absl::string_view PermissionKindName(PermissionKind kind);
// Without regard to letter case.
std::optional<PermissionKind> ParsePermissionKind(absl::string_view text);

// The verbs of all kinds; each kind has some of them, see IsPermissionOf.
enum class Permission {
  kEncrypt,
  kDecrypt,
  kWrapKey,
  kUnwrapKey,
  kSign,
  kVerify,
  kGet,
  kList,
  kSet,
  kCreate,
  kUpdate,
  kImport,
  kDelete,
  kBackup,
  kRestore,
  kRecover,
  kPurge,
  kRelease,
  kRotate,
  kGetRotationPolicy,
  kSetRotationPolicy,
  kManageContacts,
  kGetIssuers,
  kListIssuers,
  kSetIssuers,
  kDeleteIssuers,
  kManageIssuers,
};

inline constexpr int kPermissionCount = 27;

// The documented spelling, e.g. "wrapKey". Lives for ever.
absl::string_view PermissionName(Permission permission);

bool IsPermissionOf(PermissionKind kind, Permission permission);
// All of a kind, in the order of the enumeration.
std::vector<Permission> PermissionsOf(PermissionKind kind);

// A verb of the kind, without regard to letter case; nullopt for any other text, "all" among them.
std::optional<Permission> ParsePermission(PermissionKind kind, absl::string_view text);

// A value: which verbs of one kind are granted.
class PermissionSet {
 public:
  PermissionSet() = default;

  // Adds what one entry of a policy's list for `kind` grants, in any letter case: a verb, or "all",
  // which stands for every verb but purge. False, and nothing added, for any other text.
  bool AddNamed(PermissionKind kind, absl::string_view text);
  void AddAll(PermissionSet other) { bits_ |= other.bits_; }

  bool Has(Permission permission) const { return (bits_ >> static_cast<int>(permission) & 1) != 0; }
  // Whether an operation that needs `permission` is allowed: whoever may manage issuers may look at
  // them and delete them as well. Key Vault REST reference, "Get Certificate Issuer" and its likes.
  bool Grants(Permission permission) const;
  bool empty() const { return bits_ == 0; }
  // "get, wrapKey", in the order of the enumeration; "none" when empty.
  std::string ToString() const;

  friend bool operator==(const PermissionSet&, const PermissionSet&) = default;

 private:
  uint32_t bits_ = 0;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_PERMISSION_H_

#include "keyvault/permission.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lazuli::keyvault {
namespace {

constexpr uint32_t Bit(Permission permission) { return 1u << static_cast<int>(permission); }

template <typename... Permissions>
constexpr uint32_t Bits(Permissions... permissions) {
  return (Bit(permissions) | ...);
}

// What keys, secrets and certificates can all be asked for.
constexpr uint32_t kOfAllKinds =
    Bits(Permission::kGet, Permission::kList, Permission::kDelete, Permission::kBackup,
         Permission::kRestore, Permission::kRecover, Permission::kPurge);

// Key Vault management REST reference, "KeyPermissions", "SecretPermissions",
// "CertificatePermissions".
constexpr uint32_t kOfKeys =
    kOfAllKinds | Bits(Permission::kEncrypt, Permission::kDecrypt, Permission::kWrapKey,
                       Permission::kUnwrapKey, Permission::kSign, Permission::kVerify,
                       Permission::kCreate, Permission::kUpdate, Permission::kImport,
                       Permission::kRelease, Permission::kRotate, Permission::kGetRotationPolicy,
                       Permission::kSetRotationPolicy);
constexpr uint32_t kOfSecrets = kOfAllKinds | Bit(Permission::kSet);
constexpr uint32_t kOfCertificates =
    kOfAllKinds | Bits(Permission::kCreate, Permission::kUpdate, Permission::kImport,
                       Permission::kManageContacts, Permission::kGetIssuers,
                       Permission::kListIssuers, Permission::kSetIssuers,
                       Permission::kDeleteIssuers, Permission::kManageIssuers);

constexpr uint32_t BitsOf(PermissionKind kind) {
  switch (kind) {
    case PermissionKind::kKeys:
      return kOfKeys;
    case PermissionKind::kSecrets:
      return kOfSecrets;
    case PermissionKind::kCertificates:
      return kOfCertificates;
  }
  return 0;
}

}  // namespace

absl::string_view PermissionKindName(PermissionKind kind) {
  switch (kind) {
    case PermissionKind::kKeys:
      return "keys";
    case PermissionKind::kSecrets:
      return "secrets";
    case PermissionKind::kCertificates:
      return "certificates";
  }
  return "";
}

std::optional<PermissionKind> ParsePermissionKind(absl::string_view text) {
  for (int i = 0; i < kPermissionKindCount; ++i) {
    const auto kind = static_cast<PermissionKind>(i);
    if (absl::EqualsIgnoreCase(text, PermissionKindName(kind))) return kind;
  }
  return std::nullopt;
}

absl::string_view PermissionName(Permission permission) {
  switch (permission) {
    case Permission::kEncrypt:
      return "encrypt";
    case Permission::kDecrypt:
      return "decrypt";
    case Permission::kWrapKey:
      return "wrapKey";
    case Permission::kUnwrapKey:
      return "unwrapKey";
    case Permission::kSign:
      return "sign";
    case Permission::kVerify:
      return "verify";
    case Permission::kGet:
      return "get";
    case Permission::kList:
      return "list";
    case Permission::kSet:
      return "set";
    case Permission::kCreate:
      return "create";
    case Permission::kUpdate:
      return "update";
    case Permission::kImport:
      return "import";
    case Permission::kDelete:
      return "delete";
    case Permission::kBackup:
      return "backup";
    case Permission::kRestore:
      return "restore";
    case Permission::kRecover:
      return "recover";
    case Permission::kPurge:
      return "purge";
    case Permission::kRelease:
      return "release";
    case Permission::kRotate:
      return "rotate";
    case Permission::kGetRotationPolicy:
      return "getrotationpolicy";
    case Permission::kSetRotationPolicy:
      return "setrotationpolicy";
    case Permission::kManageContacts:
      return "managecontacts";
    case Permission::kGetIssuers:
      return "getissuers";
    case Permission::kListIssuers:
      return "listissuers";
    case Permission::kSetIssuers:
      return "setissuers";
    case Permission::kDeleteIssuers:
      return "deleteissuers";
    case Permission::kManageIssuers:
      return "manageissuers";
  }
  return "";
}

bool IsPermissionOf(PermissionKind kind, Permission permission) {
  return (BitsOf(kind) & Bit(permission)) != 0;
}

std::vector<Permission> PermissionsOf(PermissionKind kind) {
  std::vector<Permission> permissions;
  for (int i = 0; i < kPermissionCount; ++i) {
    const auto permission = static_cast<Permission>(i);
    if (IsPermissionOf(kind, permission)) permissions.push_back(permission);
  }
  return permissions;
}

std::optional<Permission> ParsePermission(PermissionKind kind, absl::string_view text) {
  for (int i = 0; i < kPermissionCount; ++i) {
    const auto permission = static_cast<Permission>(i);
    if (IsPermissionOf(kind, permission) &&
        absl::EqualsIgnoreCase(text, PermissionName(permission))) {
      return permission;
    }
  }
  return std::nullopt;
}

bool PermissionSet::AddNamed(PermissionKind kind, absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "all")) {
    // Not purge: who may erase for good must be named.
    bits_ |= BitsOf(kind) & ~Bit(Permission::kPurge);
    return true;
  }
  const std::optional<Permission> permission = ParsePermission(kind, text);
  if (!permission.has_value()) return false;
  bits_ |= Bit(*permission);
  return true;
}

bool PermissionSet::Grants(Permission permission) const {
  if (Has(permission)) return true;
  switch (permission) {
    case Permission::kGetIssuers:
    case Permission::kListIssuers:
    case Permission::kDeleteIssuers:
      return Has(Permission::kManageIssuers);
    default:
      return false;
  }
}

std::string PermissionSet::ToString() const {
  if (empty()) return "none";
  std::string text;
  for (int i = 0; i < kPermissionCount; ++i) {
    const auto permission = static_cast<Permission>(i);
    if (Has(permission)) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", PermissionName(permission));
    }
  }
  return text;
}

}  // namespace lazuli::keyvault

#include "keyvault/permission.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lazuli::keyvault {
namespace {

constexpr uint32_t Bit(KeyPermission permission) { return 1u << static_cast<int>(permission); }

// "all" does not hold purge: who may erase for good must be named.
constexpr uint32_t kAllButPurge = ((1u << kKeyPermissionCount) - 1) & ~Bit(KeyPermission::kPurge);

}  // namespace

absl::string_view KeyPermissionName(KeyPermission permission) {
  switch (permission) {
    case KeyPermission::kEncrypt:
      return "encrypt";
    case KeyPermission::kDecrypt:
      return "decrypt";
    case KeyPermission::kWrapKey:
      return "wrapKey";
    case KeyPermission::kUnwrapKey:
      return "unwrapKey";
    case KeyPermission::kSign:
      return "sign";
    case KeyPermission::kVerify:
      return "verify";
    case KeyPermission::kGet:
      return "get";
    case KeyPermission::kList:
      return "list";
    case KeyPermission::kCreate:
      return "create";
    case KeyPermission::kUpdate:
      return "update";
    case KeyPermission::kImport:
      return "import";
    case KeyPermission::kDelete:
      return "delete";
    case KeyPermission::kBackup:
      return "backup";
    case KeyPermission::kRestore:
      return "restore";
    case KeyPermission::kRecover:
      return "recover";
    case KeyPermission::kPurge:
      return "purge";
    case KeyPermission::kRelease:
      return "release";
    case KeyPermission::kRotate:
      return "rotate";
    case KeyPermission::kGetRotationPolicy:
      return "getrotationpolicy";
    case KeyPermission::kSetRotationPolicy:
      return "setrotationpolicy";
  }
  return "";
}

std::optional<KeyPermission> ParseKeyPermission(absl::string_view text) {
  for (int i = 0; i < kKeyPermissionCount; ++i) {
    const auto permission = static_cast<KeyPermission>(i);
    if (absl::EqualsIgnoreCase(text, KeyPermissionName(permission))) return permission;
  }
  return std::nullopt;
}

bool KeyPermissionSet::AddNamed(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "all")) {
    bits_ |= kAllButPurge;
    return true;
  }
  const std::optional<KeyPermission> permission = ParseKeyPermission(text);
  if (!permission.has_value()) return false;
  bits_ |= Bit(*permission);
  return true;
}

std::string KeyPermissionSet::ToString() const {
  if (empty()) return "none";
  std::string text;
  for (int i = 0; i < kKeyPermissionCount; ++i) {
    const auto permission = static_cast<KeyPermission>(i);
    if (Has(permission)) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", KeyPermissionName(permission));
    }
  }
  return text;
}

}  // namespace lazuli::keyvault

// File: keyvault/permission.h
//
// The verbs of access policies for keys.
#ifndef LAZULI_KEYVAULT_PERMISSION_H_
#define LAZULI_KEYVAULT_PERMISSION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

enum class KeyPermission {
  kEncrypt,
  kDecrypt,
  kWrapKey,
  kUnwrapKey,
  kSign,
  kVerify,
  kGet,
  kList,
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
};

inline constexpr int kKeyPermissionCount = 20;

// The documented spelling, e.g. "wrapKey". Lives for ever.
absl::string_view KeyPermissionName(KeyPermission permission);

// Without regard to letter case; nullopt for any other text, "all" among them.
std::optional<KeyPermission> ParseKeyPermission(absl::string_view text);

// A value: which of the verbs are granted.
class KeyPermissionSet {
 public:
  KeyPermissionSet() = default;

  // Adds what one entry of a policy's list grants, in any letter case: a verb, or "all", which
  // stands for every verb but purge. False, and nothing added, for any other text.
  bool AddNamed(absl::string_view text);
  void AddAll(KeyPermissionSet other) { bits_ |= other.bits_; }

  bool Has(KeyPermission permission) const {
    return (bits_ >> static_cast<int>(permission) & 1) != 0;
  }
  bool empty() const { return bits_ == 0; }
  // "get, wrapKey", in the order of the enumeration; "none" when empty.
  std::string ToString() const;

  friend bool operator==(const KeyPermissionSet&, const KeyPermissionSet&) = default;

 private:
  uint32_t bits_ = 0;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_PERMISSION_H_

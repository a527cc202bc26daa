#include "keyvault/backup/backup_sealer.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/boringssl.h"
#include "base/secure_random.h"

namespace lazuli::keyvault {
namespace {

constexpr size_t kRootKeyBytes = 32;

// Counted, so that no two scopes read the same.
std::string ScopeText(const BackupScope& scope) {
  const std::string subscription = absl::AsciiStrToLower(scope.subscription_id);
  return absl::StrCat(subscription.size(), ":", subscription, scope.geography.size(), ":",
                      scope.geography);
}

std::string AssociatedData(ObjectKind kind, const BackupScope& scope) {
  return absl::StrCat(BackupPrefix(kind), ScopeText(scope));
}

}  // namespace

absl::string_view BackupPrefix(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kKey:
      return "&AzureKeyVaultKeyBackupV1.microsoft.com";
    case ObjectKind::kSecret:
      return "&AzureKeyVaultSecretBackupV1.microsoft.com";
    case ObjectKind::kCertificate:
      return "&AzureKeyVaultCertificateBackupV1.microsoft.com";
  }
  return "";
}

BackupSealer::BackupSealer() : root_key_(SecureRandomBytes(kRootKeyBytes)) {}

AeadKey BackupSealer::KeyOf(const BackupScope& scope) const {
  const std::string info = absl::StrCat("lazuli backup 1 ", ScopeText(scope));
  SecureBytes key(AeadKey::kKeyBytes);
  const SecureBytes root = root_key();
  if (HKDF(key.data(), key.size(), EVP_sha256(), root.data(), root.size(), nullptr, 0,
           reinterpret_cast<const uint8_t*>(info.data()), info.size()) != 1) {
    std::abort();  // Only without memory.
  }
  return AeadKey(std::move(key));
}

std::string BackupSealer::Seal(ObjectKind kind, const BackupScope& scope,
                               absl::string_view contents) const {
  return absl::StrCat(BackupPrefix(kind), KeyOf(scope).Seal(AssociatedData(kind, scope), contents));
}

std::optional<SecureBytes> BackupSealer::Open(ObjectKind kind, const BackupScope& scope,
                                              absl::string_view blob) const {
  if (!absl::ConsumePrefix(&blob, BackupPrefix(kind))) return std::nullopt;
  return KeyOf(scope).Open(AssociatedData(kind, scope), blob);
}

SecureBytes BackupSealer::root_key() const {
  MutexLock lock(&mu_);
  return root_key_.Clone();
}

bool BackupSealer::SetRootKey(SecureBytes key) {
  if (key.size() != kRootKeyBytes) return false;
  MutexLock lock(&mu_);
  root_key_ = std::move(key);
  return true;
}

}  // namespace lazuli::keyvault

#include "batch/fake_key_encryption_client.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace lazuli::batch {
namespace {

absl::Status Refusal(absl::StatusCode canonical, int http_status, absl::string_view code,
                     absl::string_view inner_code, absl::string_view message) {
  ErrorInfo info;
  info.code = std::string(code);
  info.inner_code = std::string(inner_code);
  info.http_status = http_status;
  return MakeError(canonical, message, info);
}

absl::Status Forbidden(absl::string_view inner_code, absl::string_view message) {
  return Refusal(absl::StatusCode::kPermissionDenied, 403, "Forbidden", inner_code, message);
}

}  // namespace

FakeKeyEncryptionClient::FakeKeyEncryptionClient() {
  SetVault("vault", [](FakeVault&) {});
  SetVersion("vault", "key", 1, [](KeyDescription&) {});
}

std::string FakeKeyEncryptionClient::FakeVersion(int number) {
  return absl::StrCat(absl::Hex(number, absl::kZeroPad16), "0123456789abcdef");
}

std::string FakeKeyEncryptionClient::Kid(absl::string_view vault, absl::string_view key,
                                         int version) {
  return absl::StrCat("https://", vault, ".vault.azure.net/keys/", key, "/", FakeVersion(version));
}

void FakeKeyEncryptionClient::SetVault(const std::string& name,
                                       const std::function<void(FakeVault&)>& change) {
  MutexLock lock(&mu_);
  FakeVault& vault =
      vaults_.try_emplace(name, FakeVault{VaultDescription{"tenant", true, true}}).first->second;
  change(vault);
}

void FakeKeyEncryptionClient::RemoveVault(const std::string& name) {
  MutexLock lock(&mu_);
  vaults_.erase(name);
}

void FakeKeyEncryptionClient::SetKey(const std::string& vault, const std::string& key,
                                     const std::function<void(FakeKey&)>& change) {
  MutexLock lock(&mu_);
  change(keys_[{vault, key}]);
}

void FakeKeyEncryptionClient::SetVersion(const std::string& vault, const std::string& key,
                                         int version,
                                         const std::function<void(KeyDescription&)>& change) {
  MutexLock lock(&mu_);
  FakeKey& found = keys_[{vault, key}];
  const auto [at, is_new] = found.versions.try_emplace(FakeVersion(version));
  if (is_new) {
    at->second.kid = Kid(vault, key, version);
    at->second.version = FakeVersion(version);
    at->second.key_type = "RSA";
    at->second.rsa_bits = 2048;
    at->second.key_ops = {"wrapKey", "unwrapKey"};
    found.latest = FakeVersion(version);
  }
  change(at->second);
}

void FakeKeyEncryptionClient::Grant(const std::string& principal_id,
                                    std::set<std::string> permissions) {
  MutexLock lock(&mu_);
  permissions_[principal_id] = std::move(permissions);
}

void FakeKeyEncryptionClient::CorruptUnwrap(bool corrupt) {
  MutexLock lock(&mu_);
  corrupt_unwrap_ = corrupt;
}

int FakeKeyEncryptionClient::wraps() const {
  MutexLock lock(&mu_);
  return wraps_;
}

int FakeKeyEncryptionClient::unwraps() const {
  MutexLock lock(&mu_);
  return unwraps_;
}

absl::StatusOr<VaultDescription> FakeKeyEncryptionClient::DescribeVault(const ManagedIdentity&,
                                                                        const KeyIdentifier& key,
                                                                        absl::Time) const {
  MutexLock lock(&mu_);
  const auto vault = vaults_.find(key.vault_name);
  if (vault == vaults_.end()) {
    return Refusal(absl::StatusCode::kNotFound, 404, "ResourceNotFound", "", "No such vault.");
  }
  return vault->second.description;
}

absl::StatusOr<KeyDescription> FakeKeyEncryptionClient::Find(const ManagedIdentity& as,
                                                             const KeyIdentifier& key,
                                                             absl::string_view permission) const {
  const auto vault = vaults_.find(key.vault_name);
  if (vault == vaults_.end()) {
    return Refusal(absl::StatusCode::kNotFound, 404, "ResourceNotFound", "", "No such vault.");
  }
  if (vault->second.firewall_closed) {
    return Forbidden("ForbiddenByFirewall", "Client address is not authorized.\r\nVault: vault");
  }
  const auto permissions = permissions_.find(as.principal_id);
  if (permissions != permissions_.end()) {
    if (permissions->second.empty()) {
      return Forbidden("AccessDenied", "Caller was not found on any access policy.");
    }
    if (!permissions->second.contains(std::string(permission))) {
      return Forbidden("ForbiddenByPolicy",
                       absl::StrCat("Caller does not have keys ", permission, " permission."));
    }
  }
  const auto found = keys_.find({key.vault_name, key.key_name});
  const absl::Status missing =
      Refusal(absl::StatusCode::kNotFound, 404, "KeyNotFound", "", "A key was not found.");
  if (found == keys_.end() || found->second.deleted) return missing;
  const auto version =
      found->second.versions.find(key.versionless() ? found->second.latest : key.key_version);
  if (version == found->second.versions.end()) return missing;
  return version->second;
}

absl::StatusOr<KeyDescription> FakeKeyEncryptionClient::Use(const ManagedIdentity& as,
                                                            const KeyIdentifier& key,
                                                            absl::string_view operation,
                                                            absl::Time now) const {
  LAZULI_ASSIGN_OR_RETURN(KeyDescription version, Find(as, key, operation));
  if (!version.enabled) {
    return Forbidden("KeyDisabled",
                     absl::StrCat("Operation ", operation, " is not allowed on a disabled key."));
  }
  // As in Key Vault, what was wrapped can be unwrapped at any time.
  if (operation == "wrapKey") {
    if (version.not_before.has_value() && now < *version.not_before) {
      return Forbidden("KeyNotYetValid", "Operation wrapKey is not allowed: not yet valid.");
    }
    if (version.expires.has_value() && now >= *version.expires) {
      return Forbidden("KeyExpired", "Operation wrapKey is not allowed on an expired key.");
    }
  }
  if (std::find(version.key_ops.begin(), version.key_ops.end(), operation) ==
      version.key_ops.end()) {
    return Forbidden("KeyOperationForbidden",
                     absl::StrCat("Operation ", operation, " is not permitted on this key."));
  }
  return version;
}

absl::StatusOr<KeyDescription> FakeKeyEncryptionClient::GetKey(const ManagedIdentity& as,
                                                               const KeyIdentifier& key,
                                                               absl::Time) const {
  MutexLock lock(&mu_);
  return Find(as, key, "get");
}

absl::Status FakeKeyEncryptionClient::CheckAccess(const ManagedIdentity& as,
                                                  const KeyIdentifier& key, absl::Time now) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(Find(as, key, "get").status());
  LAZULI_RETURN_IF_ERROR(Use(as, key, "wrapKey", now).status());
  return Use(as, key, "unwrapKey", now).status();
}

absl::StatusOr<WrappedKey> FakeKeyEncryptionClient::WrapKey(const ManagedIdentity& as,
                                                            const KeyIdentifier& key,
                                                            const SecureBytes& data_key,
                                                            absl::Time now) {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const KeyDescription version, Use(as, key, "wrapKey", now));
  ++wraps_;
  std::string ciphertext = absl::StrCat("wrapped by ", version.version, ":");
  for (const char c : data_key.view()) ciphertext.push_back(static_cast<char>(c ^ 0x5a));
  return WrappedKey{version.kid, ciphertext};
}

absl::StatusOr<SecureBytes> FakeKeyEncryptionClient::UnwrapKey(const ManagedIdentity& as,
                                                               const WrappedKey& wrapped,
                                                               absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(const KeyIdentifier key, KeyIdentifier::Parse(wrapped.kid));
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const KeyDescription version, Use(as, key, "unwrapKey", now));
  ++unwraps_;
  const std::string prefix = absl::StrCat("wrapped by ", version.version, ":");
  if (wrapped.ciphertext.substr(0, prefix.size()) != prefix) {
    return Refusal(absl::StatusCode::kInvalidArgument, 400, "BadParameter", "",
                   "The parameter is incorrect.");
  }
  SecureBytes data_key(absl::string_view(wrapped.ciphertext).substr(prefix.size()));
  for (size_t i = 0; i < data_key.size(); ++i) data_key.data()[i] ^= 0x5a;
  if (corrupt_unwrap_) data_key.data()[0] ^= 1;
  return data_key;
}

}  // namespace lazuli::batch

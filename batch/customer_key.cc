#include "batch/customer_key.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/boringssl.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "batch/errors.h"
#include "batch/limits.h"

namespace lazuli::batch {
namespace {

// A message of Key Vault's on one line and of bounded length: they come with line breaks.
std::string OneLine(absl::string_view message) {
  constexpr size_t kMaxLength = 512;
  std::string line;
  for (const char c : message) {
    if (line.size() >= kMaxLength) break;
    if (!absl::ascii_iscntrl(c) && c != ' ') {
      line.push_back(c);
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
  }
  absl::StripTrailingAsciiWhitespace(&line);
  return line;
}

// What Key Vault's code means for an account.
absl::string_view MeaningOf(absl::string_view code) {
  struct CodeAndMeaning {
    absl::string_view code;
    absl::string_view meaning;
  };
  static constexpr CodeAndMeaning kMeanings[] = {
      {"KeyDisabled", "the key, or the version in use, is disabled"},
      {"KeyExpired", "the key has expired"},
      {"KeyNotYetValid", "the key is not valid yet"},
      {"KeyNotFound", "the key, or the version in use, is deleted or was purged"},
      {"KeyOperationForbidden", "an operation is missing from the key's permitted operations"},
      {"AccessDenied", "the vault's access policies do not know the account's identity"},
      {"ForbiddenByPolicy",
       "the vault's access policy lacks a permission for the account's identity"},
      {"ForbiddenByRbac", "no role assignment permits the operation to the account's identity"},
      {"IdentityNotFound", "the account's managed identity is deleted"},
      {"VaultNotFound", "the vault is deleted or does not exist"},
      {"ForbiddenByFirewall", "the vault's firewall does not let the Batch service pass"},
      {"ForbiddenByConnection",
       "the vault's public network access is disabled and the Batch service may not pass"},
  };
  for (const CodeAndMeaning& known : kMeanings) {
    if (known.code == code) return known.meaning;
  }
  return "the vault refused access to the key";
}

absl::Status RefusedError(const KeyIdentifier& key, const absl::Status& refusal) {
  // What has no payload is no answer of a vault: a full queue, a defect.
  const std::optional<ErrorInfo> info = GetErrorInfo(refusal);
  if (!info.has_value() || IsNoAnswer(refusal)) return refusal;
  return KeyVaultRefusedError(key.text, info->inner_code.empty() ? info->code : info->inner_code,
                              DescribeKeyRefusal(refusal));
}

absl::Status CheckVault(const KeyEncryptionClient& keys, const ManagedIdentity& as,
                        absl::string_view tenant_id, const KeyIdentifier& key, absl::Time now) {
  const absl::StatusOr<VaultDescription> vault = keys.DescribeVault(as, key, now);
  if (absl::IsNotFound(vault.status())) return VaultNotFoundError(key.vault_name);
  LAZULI_RETURN_IF_ERROR(vault.status());
  if (!absl::EqualsIgnoreCase(vault->tenant_id, tenant_id)) {
    return VaultInOtherTenantError(key.vault_name);
  }
  if (!vault->soft_delete) return VaultWithoutSoftDeleteError(key.vault_name);
  if (!vault->purge_protection) return VaultWithoutPurgeProtectionError(key.vault_name);
  return absl::OkStatus();
}

absl::Status CheckKey(const KeyIdentifier& key, const KeyDescription& description, absl::Time now) {
  if (description.key_type != "RSA" && description.key_type != "RSA-HSM") {
    return KeyTypeNotSupportedError(key.text, description.key_type);
  }
  if (description.rsa_bits != 2048 && description.rsa_bits != 3072 &&
      description.rsa_bits != 4096) {
    return KeySizeNotSupportedError(key.text, description.rsa_bits);
  }
  for (const char* const key_op : {"wrapKey", "unwrapKey"}) {
    if (std::find(description.key_ops.begin(), description.key_ops.end(), key_op) ==
        description.key_ops.end()) {
      return KeyOperationMissingError(key.text, key_op);
    }
  }
  if (!description.enabled) return KeyIsDisabledError(key.text);
  if (description.not_before.has_value() && now < *description.not_before) {
    return KeyIsNotYetValidError(key.text, *description.not_before);
  }
  if (description.expires.has_value() && now >= *description.expires) {
    return KeyIsExpiredError(key.text, *description.expires);
  }
  return absl::OkStatus();
}

bool SameBytes(const SecureBytes& a, const SecureBytes& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

absl::StatusOr<CustomerWrap> WrapWithCustomerKey(KeyEncryptionClient* keys,
                                                 const ManagedIdentity& identity,
                                                 absl::string_view tenant_id,
                                                 const KeyIdentifier& key,
                                                 const SecureBytes& data_key, absl::Time now) {
  LAZULI_RETURN_IF_ERROR(CheckVault(*keys, identity, tenant_id, key, now));
  const absl::StatusOr<KeyDescription> description = keys->GetKey(identity, key, now);
  if (!description.ok()) return RefusedError(key, description.status());
  LAZULI_RETURN_IF_ERROR(CheckKey(key, *description, now));
  // From here on the version is fixed, even if a newer one is made meanwhile.
  CustomerWrap result;
  result.in_use = key.WithVersion(description->version);
  if (const absl::Status access = keys->CheckAccess(identity, result.in_use, now); !access.ok()) {
    return RefusedError(key, access);
  }
  absl::StatusOr<WrappedKey> wrapped = keys->WrapKey(identity, result.in_use, data_key, now);
  if (!wrapped.ok()) return RefusedError(key, wrapped.status());
  result.wrapped = *std::move(wrapped);
  const absl::StatusOr<SecureBytes> unwrapped = keys->UnwrapKey(identity, result.wrapped, now);
  if (!unwrapped.ok()) return RefusedError(key, unwrapped.status());
  if (!SameBytes(*unwrapped, data_key)) return KeyUnwrapsWronglyError(key.text);
  return result;
}

bool IsNoAnswer(const absl::Status& error) {
  if (error.ok()) return false;
  const int http_status = ErrorInfoOrDefault(error).http_status;
  return http_status == 408 || http_status == 429 || http_status >= 500;
}

absl::Duration RetryDelayOf(const absl::Status& error) {
  return ErrorInfoOrDefault(error).retry_after.value_or(limits::batch::kKeyRetryDelay);
}

std::string DescribeKeyRefusal(const absl::Status& refusal) {
  const ErrorInfo info = ErrorInfoOrDefault(refusal);
  const std::string& code = info.inner_code.empty() ? info.code : info.inner_code;
  const absl::string_view meaning =
      IsNoAnswer(refusal) ? "the vault gave no answer" : MeaningOf(code);
  return absl::StrCat(code, ": ", meaning, ". ", OneLine(refusal.message()));
}

std::string DescribeMissingVault(absl::string_view vault_name) {
  return absl::StrCat("VaultNotFound: the Key Vault '", vault_name,
                      "' is deleted or does not exist.");
}

std::string DescribeMissingIdentity(absl::string_view identity_resource_id) {
  return absl::StrCat("IdentityNotFound: the account's user-assigned managed identity ",
                      identity_resource_id, " is deleted.");
}

}  // namespace lazuli::batch

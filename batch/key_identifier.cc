#include "batch/key_identifier.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/ids.h"
#include "batch/errors.h"
#include "batch/limits.h"

namespace lazuli::batch {
namespace {

constexpr char kPath[] = "properties.encryption.keyVaultProperties.keyIdentifier";
constexpr char kHostSuffix[] = ".vault.azure.net";

bool IsNameOf(absl::string_view text, size_t max_length) {
  return !text.empty() && text.size() <= max_length &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

// The name of the vault in "NAME.vault.azure.net[:PORT]", in lower case.
std::optional<std::string> VaultName(absl::string_view authority) {
  const std::pair<absl::string_view, absl::string_view> host_and_port =
      absl::StrSplit(authority, absl::MaxSplits(':', 1));
  if (absl::StrContains(authority, ":")) {
    int port = 0;
    if (!absl::SimpleAtoi(host_and_port.second, &port) || port < 1 || port > 65535) {
      return std::nullopt;
    }
  }
  const std::string host = absl::AsciiStrToLower(host_and_port.first);
  absl::string_view name = host;
  // Key Vault documentation: vault names have 3 to 24 letters, digits and hyphens.
  if (!absl::ConsumeSuffix(&name, kHostSuffix) || name.size() < 3 || !IsNameOf(name, 24)) {
    return std::nullopt;
  }
  return std::string(name);
}

}  // namespace

KeyIdentifier KeyIdentifier::WithVersion(absl::string_view version) const {
  KeyIdentifier result = *this;
  if (!key_version.empty()) {
    result.text.resize(result.text.size() - key_version.size());
  } else if (!absl::EndsWith(result.text, "/")) {
    result.text.push_back('/');
  }
  result.key_version = std::string(version);
  absl::StrAppend(&result.text, version);
  return result;
}

absl::StatusOr<KeyIdentifier> KeyIdentifier::Parse(absl::string_view text) {
  const auto refuse = [text](absl::string_view reason) {
    return InvalidPropertyValueError(kPath, text, reason);
  };
  if (text.size() > limits::batch::kMaxKeyIdentifierLength) {
    return refuse("The key identifier is too long.");
  }
  absl::string_view rest = text;
  constexpr absl::string_view kScheme = "https://";
  if (!absl::StartsWithIgnoreCase(rest, kScheme)) {
    return refuse("The key identifier is not an https URL of a key in a key vault.");
  }
  rest.remove_prefix(kScheme.size());
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, '/');
  const std::optional<std::string> vault = VaultName(parts[0]);
  if (!vault.has_value()) {
    return refuse("The key identifier's host is not NAME.vault.azure.net.");
  }
  if (parts.size() < 3 || parts.size() > 4 || !absl::EqualsIgnoreCase(parts[1], "keys")) {
    return refuse("The key identifier's path is not /keys/NAME or /keys/NAME/VERSION.");
  }
  // Key Vault documentation: object names have 1 to 127 letters, digits and hyphens.
  if (!IsNameOf(parts[2], 127)) return refuse("The key identifier's key name is not valid.");
  KeyIdentifier result;
  result.vault_name = *vault;
  result.key_name = std::string(parts[2]);
  const absl::string_view host = parts[0].substr(0, parts[0].find(':'));
  result.text = absl::StrCat(text.substr(0, kScheme.size()), host, rest.substr(parts[0].size()));
  // An empty version, after a slash at the end, is none.
  if (parts.size() == 4 && !parts[3].empty()) {
    if (!IsHex32(parts[3])) {
      return refuse("The key identifier's version is not 32 hexadecimal digits.");
    }
    result.key_version = std::string(parts[3]);
  }
  return result;
}

}  // namespace lazuli::batch

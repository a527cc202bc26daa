#include "keyvault/service/page_token.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "keyvault/names.h"

namespace lazuli::keyvault {
namespace {

// Tells a token from other texts that happen to be base64url.
constexpr char kMark = '!';

}  // namespace

std::string EncodePageToken(absl::string_view last) {
  return Base64UrlEncode(absl::StrCat(std::string(1, kMark), absl::AsciiStrToUpper(last)));
}

std::optional<std::string> DecodePageToken(absl::string_view token) {
  std::optional<std::string> text = Base64UrlDecode(token);
  if (!text.has_value() || text->empty() || text->front() != kMark) return std::nullopt;
  text->erase(0, 1);
  // Names of vaults, names of keys and versions all fit into the rule for keys, but for the ending
  // of a managed HSM's.
  if (!IsValidKeyName(ResourceName(*text))) return std::nullopt;
  return text;
}

}  // namespace lazuli::keyvault

#include "emulator/https/message/proxy_credentials.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/encoding.h"

namespace lazuli::emulator {

std::string ProxyUser(const HttpHeaders& headers) {
  constexpr absl::string_view kScheme = "Basic ";
  absl::string_view value = absl::StripAsciiWhitespace(headers.Get("Proxy-Authorization"));
  if (!absl::StartsWithIgnoreCase(value, kScheme)) return "";
  value = absl::StripLeadingAsciiWhitespace(value.substr(kScheme.size()));
  const std::optional<std::string> credentials = Base64Decode(value);
  if (!credentials.has_value()) return "";
  const size_t colon = credentials->find(':');
  return colon == std::string::npos ? "" : credentials->substr(0, colon);
}

}  // namespace lazuli::emulator

#include "emulator/https/rest/next_link.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kApiVersion = "api-version";
constexpr absl::string_view kSkipToken = "$skiptoken";

void AppendParameter(absl::string_view name, absl::string_view value, char* separator,
                     std::string* url) {
  url->push_back(*separator);
  *separator = '&';
  // Azure leaves the dollar as it is, which a query may hold (RFC 3986 section 3.4).
  if (absl::StartsWith(name, "$")) {
    absl::StrAppend(url, "$", PercentEncode(name.substr(1)));
  } else {
    absl::StrAppend(url, PercentEncode(name));
  }
  absl::StrAppend(url, "=", PercentEncode(value));
}

}  // namespace

std::string CallerOrigin(const Exchange& exchange) {
  return absl::StrCat(exchange.http.is_tls ? "https://" : "http://", exchange.http.authority);
}

std::string NextLink(const Exchange& exchange, absl::string_view skip_token) {
  std::string url = CallerOrigin(exchange);
  if (exchange.plane == v1::PLANE_KEY_VAULT_DATA && exchange.host.port.empty()) url += ":443";
  absl::StrAppend(&url, exchange.target.path);
  char separator = '?';
  if (!exchange.api_version.empty()) {
    AppendParameter(kApiVersion, exchange.api_version, &separator, &url);
  }
  AppendParameter(kSkipToken, skip_token, &separator, &url);
  for (const auto& [name, value] : exchange.target.query) {
    if (absl::EqualsIgnoreCase(name, kApiVersion) || absl::EqualsIgnoreCase(name, kSkipToken)) {
      continue;
    }
    AppendParameter(name, value, &separator, &url);
  }
  return url;
}

}  // namespace lazuli::emulator

#include "emulator/https/transport/request_target.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "emulator/https/transport/errors.h"
#include "emulator/https/transport/limits.h"

namespace lazuli::emulator::transport {

namespace {

bool IsPort(absl::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  int port = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    port = port * 10 + (c - '0');
  }
  return port >= 1 && port <= 65535;
}

bool IsHost(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "[")) {
    if (!absl::ConsumeSuffix(&text, "]") || text.empty()) return false;
    return text.find_first_not_of("0123456789abcdef:.") == absl::string_view::npos;
  }
  // RFC 3986 knows more characters in names of hosts; no host has them.
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") ==
                              absl::string_view::npos;
}

// `text` in lower case, if it is HOST or HOST:PORT.
absl::StatusOr<std::string> CheckAuthority(absl::string_view text, bool port_required) {
  std::string authority = absl::AsciiStrToLower(text);
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  const bool has_port =
      colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  const absl::string_view whole = authority;
  const bool is_fine = authority.size() <= limits::https::kMaxAuthorityBytes &&
                       IsHost(has_port ? whole.substr(0, colon) : whole) &&
                       (has_port ? IsPort(whole.substr(colon + 1)) : !port_required);
  if (!is_fine) return MalformedRequestError("The request names a host that cannot be one.");
  return authority;
}

}  // namespace

absl::StatusOr<RequestTarget> ResolveTarget(absl::string_view method, absl::string_view target,
                                            const std::string* host) {
  RequestTarget resolved;
  if (host != nullptr) {
    LAZULI_ASSIGN_OR_RETURN(resolved.authority, CheckAuthority(*host, false));
  }
  if (method == "CONNECT") {
    LAZULI_ASSIGN_OR_RETURN(resolved.authority, CheckAuthority(target, true));
    return resolved;
  }
  if (absl::StartsWith(target, "/")) {
    resolved.path_and_query = std::string(target);
    return resolved;
  }
  if (!absl::StartsWithIgnoreCase(target, "http://") &&
      !absl::StartsWithIgnoreCase(target, "https://")) {
    return MalformedRequestError("The request's target is neither a path nor a URL.");
  }
  target.remove_prefix(target.find("://") + 3);
  const size_t end = target.find_first_of("/?#");
  LAZULI_ASSIGN_OR_RETURN(resolved.authority, CheckAuthority(target.substr(0, end), false));
  const absl::string_view rest = end == absl::string_view::npos ? "" : target.substr(end);
  resolved.path_and_query = absl::StrCat(absl::StartsWith(rest, "/") ? "" : "/", rest);
  resolved.is_absolute_form = true;
  return resolved;
}

}  // namespace lazuli::emulator::transport

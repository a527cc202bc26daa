#include "emulator/https/control/control_guard.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/boringssl.h"
#include "emulator/https/control/errors.h"
#include "emulator/https/message/host_name.h"
#include "emulator/identity/token_verifier.h"

namespace lazuli::emulator {

namespace {

constexpr absl::string_view kOperatorTokenHeader = "x-lazuli-operator-token";

// "http://localhost:8443" of the page and "localhost:8443" of the request. The scheme need not be
// the same: both are this port.
bool IsSameOrigin(absl::string_view origin, absl::string_view authority) {
  if (!absl::ConsumePrefix(&origin, "http://") && !absl::ConsumePrefix(&origin, "https://")) {
    return false;
  }
  return absl::EqualsIgnoreCase(origin, authority);
}

}  // namespace

bool IsLoopbackPeer(absl::string_view address) {
  absl::ConsumePrefix(&address, "::ffff:");
  return absl::StartsWith(address, "127.") || address == "::1";
}

ControlGuard::ControlGuard(std::string operator_token,
                           const std::vector<std::string>& allowed_hosts)
    : operator_token_(std::move(operator_token)) {
  for (const std::string& host : allowed_hosts) allowed_hosts_.insert(absl::AsciiStrToLower(host));
}

bool ControlGuard::IsAllowedHost(absl::string_view authority) const {
  return allowed_hosts_.count(ParseHostName(authority).host) > 0;
}

absl::Status ControlGuard::CheckOrigin(const HttpRequest& request) const {
  if (ParseHostName(request.authority).kind == HostKind::kForeign &&
      !IsAllowedHost(request.authority)) {
    return HostNotAllowedError(request.authority);
  }
  // Pages on other ports of localhost are another origin, though the same site.
  const absl::string_view site = request.headers.Get("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return CrossOriginError(site);
  if (const std::string* origin = request.headers.Find("origin");
      origin != nullptr && !IsSameOrigin(*origin, request.authority)) {
    return CrossOriginError(*origin);
  }
  return absl::OkStatus();
}

absl::Status ControlGuard::CheckOperator(const HttpRequest& request) const {
  const bool is_at_home =
      IsLoopbackPeer(request.client_address) && !IsAllowedHost(request.authority);
  if (is_at_home || ShowsOperatorToken(request)) return absl::OkStatus();
  return OperatorTokenRequiredError();
}

bool ControlGuard::ShowsOperatorToken(const HttpRequest& request) const {
  return IsOperatorToken(request.headers.Get(kOperatorTokenHeader)) || BearsOperatorToken(request);
}

bool ControlGuard::BearsOperatorToken(const HttpRequest& request) const {
  const absl::StatusOr<absl::string_view> bearer =
      BearerToken(request.headers.Get("authorization"));
  return bearer.ok() && IsOperatorToken(*bearer);
}

bool ControlGuard::IsOperatorToken(absl::string_view token) const {
  return !operator_token_.empty() && token.size() == operator_token_.size() &&
         CRYPTO_memcmp(token.data(), operator_token_.data(), token.size()) == 0;
}

}  // namespace lazuli::emulator

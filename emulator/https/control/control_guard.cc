#include "emulator/https/control/control_guard.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "emulator/https/control/errors.h"
#include "emulator/https/message/host_name.h"
#include "emulator/identity/token_verifier.h"

namespace lazuli::emulator {

namespace {

// "http://localhost:8443" of the page and "localhost:8443" of the request. The scheme need not be
// the same: both are this port.
bool IsSameOrigin(absl::string_view origin, absl::string_view authority) {
  if (!absl::ConsumePrefix(&origin, "http://") && !absl::ConsumePrefix(&origin, "https://")) {
    return false;
  }
  return absl::EqualsIgnoreCase(origin, authority);
}

}  // namespace

ControlGuard::ControlGuard(std::string operator_token,
                           const std::vector<std::string>& allowed_hosts)
    : rule_(std::move(operator_token), allowed_hosts) {}

absl::Status ControlGuard::CheckOrigin(const HttpRequest& request) const {
  if (ParseHostName(request.authority).kind == HostKind::kForeign &&
      !rule_.IsAllowedHost(request.authority)) {
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
  const bool is_operator = rule_.Allows(request.client_address, request.authority,
                                        request.headers.Get(kOperatorTokenHeader)) ||
                           BearsOperatorToken(request);
  return is_operator ? absl::OkStatus() : OperatorTokenRequiredError();
}

bool ControlGuard::BearsOperatorToken(const HttpRequest& request) const {
  const absl::StatusOr<absl::string_view> bearer =
      BearerToken(request.headers.Get("authorization"));
  return bearer.ok() && rule_.IsToken(*bearer);
}

}  // namespace lazuli::emulator

#include "emulator/https/control/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::emulator {

namespace {

// What an answer repeats of a request's own text, at most.
constexpr size_t kMaxEcho = 200;

absl::Status Refusal(absl::StatusCode status, int http_status, absl::string_view code,
                     absl::string_view message) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  return MakeError(status, message, info);
}

}  // namespace

absl::Status HostNotAllowedError(absl::string_view host) {
  return Refusal(
      absl::StatusCode::kPermissionDenied, 403, "HostNotAllowed",
      absl::StrCat("The emulator is not controlled under the name '", host.substr(0, kMaxEcho),
                   "'. Use localhost, or add the name with --allow_host."));
}

absl::Status CrossOriginError(absl::string_view origin) {
  return Refusal(absl::StatusCode::kPermissionDenied, 403, "CrossOriginRequest",
                 absl::StrCat("A page of another origin (", origin.substr(0, kMaxEcho),
                              ") may not control the emulator."));
}

absl::Status OperatorTokenRequiredError() {
  return Refusal(absl::StatusCode::kUnauthenticated, 401, "OperatorTokenRequired",
                 "Control from another machine or by an added name takes the operator token, "
                 "which the ready file holds: Authorization: Bearer TOKEN, or "
                 "x-lazuli-operator-token: TOKEN.");
}

absl::Status NotServingError() {
  return Refusal(absl::StatusCode::kUnavailable, 503, "ServiceUnavailable",
                 "The emulator does not serve now.");
}

}  // namespace lazuli::emulator

#include "keyvault/make_error.h"

#include <string>

#include "base/error.h"

namespace lazuli::keyvault::make_error {

absl::Status Fail(absl::StatusCode canonical, int http_status, absl::string_view code,
                  absl::string_view inner_code, absl::string_view message,
                  absl::string_view target) {
  ErrorInfo info;
  info.code = std::string(code);
  info.inner_code = std::string(inner_code);
  info.http_status = http_status;
  info.target = std::string(target);
  return MakeError(canonical, message, info);
}

absl::Status Forbidden(absl::string_view inner_code, absl::string_view message) {
  return Fail(absl::StatusCode::kPermissionDenied, 403, "Forbidden", inner_code, message);
}

absl::Status BadParameter(absl::string_view target, absl::string_view message) {
  return Fail(absl::StatusCode::kInvalidArgument, 400, "BadParameter", "", message, target);
}

}  // namespace lazuli::keyvault::make_error

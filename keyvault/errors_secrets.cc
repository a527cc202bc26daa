#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {

absl::Status SecretDisabledError() {
  ErrorInfo info;
  info.code = "Forbidden";
  info.inner_code = "SecretDisabled";
  info.http_status = 403;
  return MakeError(absl::StatusCode::kPermissionDenied,
                   "Operation get is not allowed on a disabled secret.", info);
}

absl::Status SecretTooLongError(size_t limit) {
  return BadObjectParameterError("value", absl::StrCat("A secret has at most ", limit, " bytes."));
}

}  // namespace lazuli::keyvault

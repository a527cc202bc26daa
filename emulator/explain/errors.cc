#include "emulator/explain/errors.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"

namespace lazuli::emulator {

absl::Status RefusalNotFoundError(absl::string_view request_id) {
  ErrorInfo info;
  info.code = "RefusalNotFound";
  info.http_status = 404;
  info.target = "requestId";
  return MakeError(absl::StatusCode::kNotFound,
                   absl::StrCat("No refusal with the request id '", Excerpt(request_id),
                                "' is known: the call succeeded, or it was too long ago."),
                   info);
}

absl::Status UnknownVaultOperationError(absl::string_view operation) {
  return InvalidInputError(
      "operation",
      absl::StrCat("no operation on what is in a vault is called '", Excerpt(operation), "'."));
}

}  // namespace lazuli::emulator

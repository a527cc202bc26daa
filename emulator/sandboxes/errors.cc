#include "emulator/sandboxes/errors.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"

namespace lazuli::emulator {

absl::Status SandboxIdInvalidError() {
  return InvalidInputError("sandboxId",
                           "It has 1 to 40 lower-case letters, digits and hyphens, and begins and "
                           "ends with a letter or digit.");
}

absl::Status SandboxExistsError(absl::string_view id) {
  ErrorInfo info;
  info.code = "SandboxExists";
  info.http_status = 409;
  return MakeError(absl::StatusCode::kAlreadyExists,
                   absl::StrCat("There is a sandbox '", id,
                                "' already; leave the id out, and it gets one of its own."),
                   info);
}

absl::Status SandboxNotFoundError(absl::string_view id) {
  ErrorInfo info;
  info.code = "SandboxNotFound";
  info.http_status = 404;
  return MakeError(absl::StatusCode::kNotFound,
                   absl::StrCat("There is no sandbox '", Excerpt(id), "'."), info);
}

}  // namespace lazuli::emulator

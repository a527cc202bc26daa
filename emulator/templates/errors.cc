#include "emulator/templates/errors.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::emulator {

absl::Status ElementError(absl::string_view list, int index, const absl::Status& status) {
  if (status.ok()) return status;
  return MakeError(status.code(), absl::StrCat(list, "[", index, "]: ", status.message()),
                   ErrorInfoOrDefault(status));
}

absl::Status ConfinedTemplateError(absl::string_view what) {
  ErrorInfo info;
  info.code = "TemplateOutOfSandbox";
  info.http_status = 403;
  return MakeError(absl::StatusCode::kPermissionDenied,
                   absl::StrCat("A sandbox has one tenant and one subscription: its template can "
                                "have no other ",
                                what, "."),
                   info);
}

absl::Status TaskRefusedError(const v1::TaskAddResult& result) {
  ErrorInfo info;
  info.code = result.error().code();
  info.http_status = 409;
  return MakeError(
      absl::StatusCode::kFailedPrecondition,
      absl::StrCat("task '", result.task_id(), "': ", result.error().message().value()), info);
}

}  // namespace lazuli::emulator

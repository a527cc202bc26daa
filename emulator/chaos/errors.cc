#include "emulator/chaos/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"

namespace lazuli::emulator {
namespace {

ErrorInfo Info(absl::string_view code, int http_status, absl::string_view target = "") {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  info.target = std::string(target);
  return info;
}

absl::Status Conflict(absl::string_view code, absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, message, Info(code, 409));
}

}  // namespace

absl::Status UnknownCauseError(absl::string_view cause) {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("There is no cause '", Excerpt(cause),
                                "'; 'lazuli chaos causes' lists those that there are."),
                   Info("UnknownCause", 400, "cause"));
}

absl::Status NoCustomerKeyError(absl::string_view account) {
  return Conflict("NoCustomerKey",
                  absl::StrCat("The data of the account '", account,
                               "' is protected by the platform's key, which cannot be taken away; "
                               "give the account a customer-managed key first."));
}

absl::Status CauseDoesNotApplyError(absl::string_view cause, absl::string_view why) {
  return Conflict("CauseDoesNotApply", absl::StrCat("'", cause, "' does not apply: ", why));
}

absl::Status NothingToRevokeError(absl::string_view cause, absl::string_view why) {
  return Conflict("NothingToRevoke", absl::StrCat("'", cause, "' has nothing to take: ", why));
}

absl::Status AlreadyRevokedError(absl::string_view account, absl::string_view cause) {
  return Conflict("AlreadyRevoked",
                  absl::StrCat("'", cause, "' was taken from the account '", account,
                               "' before and has not been given back; 'lazuli restore ", account,
                               " --cause=", cause, "' does that."));
}

absl::Status NothingRevokedError(absl::string_view account, absl::string_view cause) {
  return MakeError(
      absl::StatusCode::kNotFound,
      cause.empty()
          ? absl::StrCat("Nothing was taken from the account '", account, "' by chaos.")
          : absl::StrCat("'", cause, "' was not taken from the account '", account, "' by chaos."),
      Info("NothingRevoked", 404));
}

absl::Status ChangedMeanwhileError(absl::string_view what) {
  return MakeError(
      absl::StatusCode::kAborted,
      absl::StrCat(what,
                   " since access was revoked. It is left as it is now; what was before is "
                   "forgotten."),
      Info("ChangedMeanwhile", 409));
}

absl::Status CannotBeRestoredError(absl::string_view what) {
  return Conflict("CannotBeRestored", what);
}

absl::Status ChaosIsRunningError() {
  return Conflict("ChaosIsRunning",
                  "A schedule of chaos is running, and there is one at a time; stop it first.");
}

absl::Status ChaosIsNotRunningError() {
  return Conflict("ChaosIsNotRunning", "No schedule of chaos is running.");
}

absl::Status InvalidScheduleError(absl::string_view path, absl::string_view reason) {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("The schedule is not valid: ", path, " ", reason, "."),
                   Info("InvalidSchedule", 400, path));
}

}  // namespace lazuli::emulator

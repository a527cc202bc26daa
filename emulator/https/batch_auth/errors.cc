#include "emulator/https/batch_auth/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"

namespace lazuli::emulator {
namespace {

// Own choice: what a request to Batch signs is shorter, but for absurd queries.
constexpr size_t kMaxShownStringToSign = 2048;

absl::Status Failed(absl::string_view detail) {
  ErrorInfo info;
  info.code = "AuthenticationFailed";
  info.http_status = 403;
  info.details = {{"AuthenticationErrorDetail", std::string(detail)}};
  return MakeError(absl::StatusCode::kUnauthenticated,
                   "Server failed to authenticate the request. Make sure the value of "
                   "Authorization header is formed correctly including the signature.",
                   info);
}

}  // namespace

absl::Status MalformedAuthorizationError() {
  ErrorInfo info;
  info.code = "InvalidAuthenticationInfo";
  info.http_status = 400;
  return MakeError(absl::StatusCode::kInvalidArgument,
                   "The authentication information was not provided in the correct format. Verify "
                   "the value of Authorization header.",
                   info);
}

absl::Status OtherAccountSignedError(absl::string_view signed_for, absl::string_view asked) {
  return Failed(absl::StrCat("The account '", Excerpt(signed_for),
                             "' of the Authorization header is not the account '", Excerpt(asked),
                             "' that the request is sent to."));
}

absl::Status MissingRequestDateError() {
  return Failed(
      "The request needs the header ocp-date or Date with a date in the form of RFC 1123.");
}

absl::Status RequestDateOutOfWindowError(absl::string_view date) {
  return Failed(absl::StrCat("The date header in the request is incorrect: '", Excerpt(date),
                             "' is more than 15 minutes from the server's time."));
}

absl::Status WrongMacError(absl::string_view signature, absl::string_view string_to_sign) {
  return Failed(absl::StrCat("The MAC signature found in the HTTP request '", Excerpt(signature),
                             "' is not the same as any computed signature. Server used following "
                             "string to sign: '",
                             string_to_sign.substr(0, kMaxShownStringToSign), "'."));
}

}  // namespace lazuli::emulator

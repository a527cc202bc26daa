#include "emulator/https/transport/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "emulator/https/transport/limits.h"

namespace lazuli::emulator::transport {

namespace {

absl::Status Refusal(absl::StatusCode canonical, int http_status, absl::string_view code,
                     absl::string_view message) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  return MakeError(canonical, message, info);
}

// A text of a caller's as the inside of a JSON string: printable ASCII, the rest as question marks.
std::string JsonText(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += c >= ' ' && c <= '~' ? c : '?';
    }
  }
  return out;
}

}  // namespace

absl::Status MalformedRequestError(absl::string_view what) {
  return Refusal(absl::StatusCode::kInvalidArgument, 400, "BadRequest", what);
}

absl::Status HostNotEmulatedError(absl::string_view authority) {
  return Refusal(absl::StatusCode::kPermissionDenied, 403, "HostNotEmulated",
                 absl::StrCat("Lazuli does not stand for ", Excerpt(authority),
                              ", and as a proxy it lets nothing leave this machine. Name the host "
                              "in NO_PROXY to reach it without the emulator."));
}

absl::Status RequestTimeoutError() {
  return Refusal(absl::StatusCode::kDeadlineExceeded, 408, "RequestTimeout",
                 "The request did not arrive in time.");
}

absl::Status BodyTooLargeError(size_t limit) {
  return Refusal(absl::StatusCode::kInvalidArgument, 413, "RequestBodyTooLarge",
                 absl::StrCat("The request body is longer than ", limit, " bytes."));
}

absl::Status ExpectationError() {
  return Refusal(absl::StatusCode::kInvalidArgument, 417, "ExpectationFailed",
                 "Of expectations only 100-continue is known.");
}

absl::Status HeadersTooLargeError(size_t limit) {
  return Refusal(
      absl::StatusCode::kInvalidArgument, 431, "RequestHeaderFieldsTooLarge",
      absl::StrCat("The request line and header fields are longer than ", limit, " bytes."));
}

absl::Status UnsupportedError(absl::string_view what) {
  return Refusal(absl::StatusCode::kUnimplemented, 501, "NotImplemented", what);
}

absl::Status TooManyBodiesError() {
  return ServerBusyError("memory for request bodies", limits::https::kRetryAfter);
}

HttpResponse RefusalOf(const absl::Status& error) {
  const ErrorInfo info = ErrorInfoOrDefault(error);
  HttpResponse response;
  response.status = info.http_status;
  response.headers.Add("Content-Type", "application/json; charset=utf-8");
  if (info.retry_after.has_value()) {
    response.headers.Add("Retry-After", absl::StrCat(absl::ToInt64Seconds(*info.retry_after)));
  }
  response.body = absl::StrCat("{\"error\":{\"code\":\"", JsonText(info.code), "\",\"message\":\"",
                               JsonText(error.message()), "\"}}");
  return response;
}

}  // namespace lazuli::emulator::transport

// File: base/error.h
//
// Errors with one typed payload. Every error of the product is an absl::Status that carries an
// ErrorInfo: what a wire needs beyond a canonical code and a message. Named factories in each
// domain (keyvault/errors.h, batch/errors.h, ...) build them; each face turns them into its
// envelope in one place. Nothing else builds messages.
#ifndef LAZULI_BASE_ERROR_H_
#define LAZULI_BASE_ERROR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli {

// One name and value that explains an error, e.g. {"PropertyPath", "properties.encryption"}.
struct ErrorDetail {
  std::string code;
  std::string message;

  friend bool operator==(const ErrorDetail&, const ErrorDetail&) = default;
};

// The typed payload of an error.
struct ErrorInfo {
  // The service's own error code, e.g. "KeyNotFound". Never empty in an error that leaves the
  // process.
  std::string code;
  // The narrower code below it, e.g. "KeyDisabled"; empty when there is none.
  std::string inner_code;
  // The HTTP status that belongs to the error, e.g. 404.
  int http_status = 500;
  // What the error is about: a field path or the kind of resource; may be empty.
  std::string target;
  std::vector<ErrorDetail> details;
  // Set when trying again later makes sense.
  std::optional<absl::Duration> retry_after;

  friend bool operator==(const ErrorInfo&, const ErrorInfo&) = default;
};

// A status with the payload attached. `code` must not be kOk.
absl::Status MakeError(absl::StatusCode code, absl::string_view message, const ErrorInfo& info);

// The payload of `status`, or nullopt if it carries none (or is OK).
std::optional<ErrorInfo> GetErrorInfo(const absl::Status& status);

// The payload of `status`, or one derived from its canonical code where it carries none
// (an error of a library, say): "InternalServerError" with 500, "BadRequest" with 400, and so on.
ErrorInfo ErrorInfoOrDefault(const absl::Status& status);

// Errors that belong to no domain.

// A worker queue or another bounded resource is full. RESOURCE_EXHAUSTED, 503, `retry_after` set.
absl::Status ServerBusyError(absl::string_view what, absl::Duration retry_after);
// The input breaks a rule; `field` is the path of the field as the caller spells it.
// INVALID_ARGUMENT, 400, code "InvalidInput", target = field.
absl::Status InvalidInputError(absl::string_view field, absl::string_view reason);
// A position, a time or a number lies outside of what there is. OUT_OF_RANGE, 400, code
// "OutOfRange", target = field.
absl::Status OutOfRangeError(absl::string_view field, absl::string_view reason);
// What is asked does not fit the present state or mode. FAILED_PRECONDITION, 409, code "Conflict".
absl::Status PreconditionError(absl::string_view reason);
// The process is on its way out and takes no new work. UNAVAILABLE, 503, code "ServiceUnavailable".
absl::Status ShuttingDownError(absl::string_view what);
// The feature or field exists in the real service and is not emulated. UNIMPLEMENTED, 501, code
// "NotImplemented".
absl::Status NotEmulatedError(absl::string_view field);
// A defect of the emulator itself. INTERNAL, 500.
absl::Status InternalError(absl::string_view what);

}  // namespace lazuli

#endif  // LAZULI_BASE_ERROR_H_

// File: keyvault/make_error.h
//
// What the factories of Key Vault's errors (errors.h and its likes) are made of; nobody else makes
// errors with it.
#ifndef LAZULI_KEYVAULT_MAKE_ERROR_H_
#define LAZULI_KEYVAULT_MAKE_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::keyvault::make_error {

// An error with that payload; see base/error.h. `canonical` is not kOk.
absl::Status Fail(absl::StatusCode canonical, int http_status, absl::string_view code,
                  absl::string_view inner_code, absl::string_view message,
                  absl::string_view target = "");

// PERMISSION_DENIED, 403 "Forbidden".
absl::Status Forbidden(absl::string_view inner_code, absl::string_view message);

// INVALID_ARGUMENT, 400 "BadParameter".
absl::Status BadParameter(absl::string_view target, absl::string_view message);

}  // namespace lazuli::keyvault::make_error

#endif  // LAZULI_KEYVAULT_MAKE_ERROR_H_

// File: emulator/https/control/errors.h
//
// Why a request for the emulator's own control is turned away.
#ifndef LAZULI_EMULATOR_HTTPS_CONTROL_ERRORS_H_
#define LAZULI_EMULATOR_HTTPS_CONTROL_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// The Host header names a host that is not the emulator's. PERMISSION_DENIED, 403, code
// "HostNotAllowed".
absl::Status HostNotAllowedError(absl::string_view host);
// A browser sends it for a page of another origin. PERMISSION_DENIED, 403, code
// "CrossOriginRequest".
absl::Status CrossOriginError(absl::string_view origin);
// It comes from another machine, or by a name that was added, and has no operator token or a wrong
// one. UNAUTHENTICATED, 401, code "OperatorTokenRequired".
absl::Status OperatorTokenRequiredError();
// The server starts or ends. UNAVAILABLE, 503, code "ServiceUnavailable".
absl::Status NotServingError();

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_CONTROL_ERRORS_H_

// File: emulator/https/batch_auth/errors.h
//
// What the Batch service says of signed requests. Unless said otherwise AuthenticationFailed,
// UNAUTHENTICATED, with HTTP status 403 and the cause in the detail AuthenticationErrorDetail. None
// carries a key or a right signature.
#ifndef LAZULI_EMULATOR_HTTPS_BATCH_AUTH_ERRORS_H_
#define LAZULI_EMULATOR_HTTPS_BATCH_AUTH_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// Not "SharedKey ACCOUNT:SIGNATURE" with a signature in base64. InvalidAuthenticationInfo,
// INVALID_ARGUMENT, 400.
absl::Status MalformedAuthorizationError();
// The header names another account than the host.
absl::Status OtherAccountSignedError(absl::string_view signed_for, absl::string_view asked);
// Neither ocp-date nor Date, or none that can be read.
absl::Status MissingRequestDateError();
// Too old, or too far ahead; `date` as it came.
absl::Status RequestDateOutOfWindowError(absl::string_view date);
// Signed with no key of the account, or over something else; `string_to_sign` as the service sees
// it.
absl::Status WrongMacError(absl::string_view signature, absl::string_view string_to_sign);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_BATCH_AUTH_ERRORS_H_

// File: emulator/key_access/errors.h
#ifndef LAZULI_EMULATOR_KEY_ACCESS_ERRORS_H_
#define LAZULI_EMULATOR_KEY_ACCESS_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// The managed identity that an account acts as was deleted: nobody can get a token for it any more.
// UNAUTHENTICATED, 401, "Unauthorized" with inner code "IdentityNotFound".
absl::Status IdentityGoneError(absl::string_view principal_id);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_KEY_ACCESS_ERRORS_H_

// File: emulator/sandboxes/errors.h
#ifndef LAZULI_EMULATOR_SANDBOXES_ERRORS_H_
#define LAZULI_EMULATOR_SANDBOXES_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// INVALID_ARGUMENT, "InvalidInput".
absl::Status SandboxIdInvalidError();
// 409, "SandboxExists".
absl::Status SandboxExistsError(absl::string_view id);
// 404, "SandboxNotFound".
absl::Status SandboxNotFoundError(absl::string_view id);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SANDBOXES_ERRORS_H_

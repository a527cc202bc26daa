// File: emulator/explain/errors.h
#ifndef LAZULI_EMULATOR_EXPLAIN_ERRORS_H_
#define LAZULI_EMULATOR_EXPLAIN_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// No refusal of that id is kept. NOT_FOUND, 404, code "RefusalNotFound".
absl::Status RefusalNotFoundError(absl::string_view request_id);
// No operation on what is in a vault is called so. INVALID_ARGUMENT, 400, code "InvalidInput".
absl::Status UnknownVaultOperationError(absl::string_view operation);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_EXPLAIN_ERRORS_H_

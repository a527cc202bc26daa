// File: emulator/https/batch_auth/unemulated_operations.h
//
// The operations of the Batch data plane (2022-10-01.16.0) that have no method in the API: what
// each of them answers.
#ifndef LAZULI_EMULATOR_HTTPS_BATCH_AUTH_UNEMULATED_OPERATIONS_H_
#define LAZULI_EMULATOR_HTTPS_BATCH_AUTH_UNEMULATED_OPERATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lazuli::emulator {

// OK when Batch has no such operation. Else its refusal: NotImplemented (501) with the operation's
// name; or, where the operation is about something that an emulated account cannot have (a job
// schedule, a certificate, a pool with a formula), what Batch says of what is not there. `verb` as
// in "GET", HEAD being one of its own or GET; `segments` of the path, decoded.
absl::Status UnemulatedBatchOperation(absl::string_view verb,
                                      absl::Span<const std::string> segments);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_BATCH_AUTH_UNEMULATED_OPERATIONS_H_

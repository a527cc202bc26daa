// File: emulator/chaos/errors.h
//
// The errors of chaos.
#ifndef LAZULI_EMULATOR_CHAOS_ERRORS_H_
#define LAZULI_EMULATOR_CHAOS_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// No cause has that name. INVALID_ARGUMENT, 400, "UnknownCause".
absl::Status UnknownCauseError(absl::string_view cause);

// The account's data is protected by the platform's key. FAILED_PRECONDITION, 409, "NoCustomerKey".
absl::Status NoCustomerKeyError(absl::string_view account);

// The cause fits another kind of vault or identity; `why` says which and what fits here.
// FAILED_PRECONDITION, 409, "CauseDoesNotApply".
absl::Status CauseDoesNotApplyError(absl::string_view cause, absl::string_view why);

// What the cause would take is gone already. FAILED_PRECONDITION, 409, "NothingToRevoke".
absl::Status NothingToRevokeError(absl::string_view cause, absl::string_view why);

// Chaos took it before and has not given it back. FAILED_PRECONDITION, 409, "AlreadyRevoked".
absl::Status AlreadyRevokedError(absl::string_view account, absl::string_view cause);

// There is nothing to give back. `cause` empty: of any kind. NOT_FOUND, 404, "NothingRevoked".
absl::Status NothingRevokedError(absl::string_view account, absl::string_view cause);

// Somebody changed what was taken: it is left as it is now, and forgotten here. ABORTED, 409,
// "ChangedMeanwhile".
absl::Status ChangedMeanwhileError(absl::string_view what);

// The cause is for good. FAILED_PRECONDITION, 409, "CannotBeRestored".
absl::Status CannotBeRestoredError(absl::string_view what);

// A schedule is running. FAILED_PRECONDITION, 409, "ChaosIsRunning".
absl::Status ChaosIsRunningError();

// No schedule is running. FAILED_PRECONDITION, 409, "ChaosIsNotRunning".
absl::Status ChaosIsNotRunningError();

// A member of a schedule breaks a rule; `path` is e.g. "steps[2].restoreAt". INVALID_ARGUMENT, 400,
// "InvalidSchedule", target = path.
absl::Status InvalidScheduleError(absl::string_view path, absl::string_view reason);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_ERRORS_H_

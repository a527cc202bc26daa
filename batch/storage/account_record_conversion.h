// File: batch/storage/account_record_conversion.h
//
// An account, beside the work in it, as bytes and back.
#ifndef LAZULI_BATCH_STORAGE_ACCOUNT_RECORD_CONVERSION_H_
#define LAZULI_BATCH_STORAGE_ACCOUNT_RECORD_CONVERSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "batch/account_state.h"
#include "batch/transition_queues.h"

namespace lazuli::batch {

// Equal states have equal bytes. The account's number is not in there: it is the record's key.
std::string ToRecord(const AccountState& state);
std::string ToRecord(const WaitingTransition& waiting);

// DATA_LOSS for bytes that ToRecord cannot have made.
absl::StatusOr<AccountState> AccountFromRecord(absl::string_view bytes);
absl::StatusOr<WaitingTransition> WaitingFromRecord(absl::string_view bytes);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_STORAGE_ACCOUNT_RECORD_CONVERSION_H_

// File: base/spoiled_records.h
//
// For tests of those that have state: what becomes of records that rested badly.
#ifndef LAZULI_BASE_SPOILED_RECORDS_H_
#define LAZULI_BASE_SPOILED_RECORDS_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/memory_records.h"
#include "base/records.h"

namespace lazuli {

// Spoils one record of `whole` at a time (bytes flipped, cut off, added, all of it replaced or
// gone, moved to another key) and expects of `restore`, which restores into an object just made and
// uses it a little, that it succeeds or fails with DATA_LOSS and names a record; for bytes that are
// no message at all: that very record. `seed` chooses the bytes.
void ExpectSpoiledRecordsAreRefused(
    const MemoryRecords& whole, uint64_t seed,
    absl::FunctionRef<absl::Status(const RecordReader& records)> restore);

}  // namespace lazuli

#endif  // LAZULI_BASE_SPOILED_RECORDS_H_

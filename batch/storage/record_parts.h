// File: batch/storage/record_parts.h
//
// What the records of Batch have in common: how times, timers and enumerations stand in them, and
// how they are read with suspicion.
#ifndef LAZULI_BATCH_STORAGE_RECORD_PARTS_H_
#define LAZULI_BATCH_STORAGE_RECORD_PARTS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/storage/account_records.pb.h"

namespace lazuli::batch {

// Exact to what absl::Time can tell apart. absl::InfiniteFuture() becomes a time that never comes
// either; not absl::InfinitePast().
void PutTime(absl::Time time, storage::ExactTime* record);
void PutDuration(absl::Duration duration, storage::ExactDuration* record);
// A valid id.
void PutTimer(TimerId id, storage::TimerRecord* record);

// Reads the parts of one record, and keeps the first thing that is wrong with them: to be asked for
// at the end. Not thread safe.
class PartReader {
 public:
  // DATA_LOSS.
  const absl::Status& status() const { return status_; }

  void Require(bool holds, absl::string_view otherwise);
  // A time that a clock has shown.
  absl::Time ClockTime(bool present, const storage::ExactTime& record);
  // The same; absent: absl::InfinitePast().
  absl::Time ClockTimeOrNever(bool present, const storage::ExactTime& record);
  // Any time, such as when something is due.
  absl::Time Time(bool present, const storage::ExactTime& record);
  // Not negative.
  absl::Duration Duration(bool present, const storage::ExactDuration& record);
  // Absent: an invalid id.
  TimerId Timer(bool present, const storage::TimerRecord& record);
  // The enumerator of that number, from 0 to `last`.
  template <typename Enum>
  Enum EnumOf(int number, Enum last) {
    const bool known = number >= 0 && number <= static_cast<int>(last);
    Require(known, "it has a number that this version of the emulator does not know");
    return known ? static_cast<Enum>(number) : last;
  }

 private:
  absl::Status status_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_STORAGE_RECORD_PARTS_H_

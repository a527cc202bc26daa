#include "batch/storage/record_parts.h"

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace lazuli::batch {
namespace {

constexpr uint32_t kQuartersPerSecond = 4'000'000'000;
const absl::Duration kQuarter = absl::Nanoseconds(1) / 4;
// Far above any count, and far enough below the end of the numbers.
constexpr uint64_t kMaxSequence = uint64_t{1} << 62;

// Billions of years from now.
constexpr absl::Time kNoLater = absl::FromUnixSeconds(int64_t{1} << 60);

// Splits into whole seconds, rounded down, and the rest.
template <typename Record>
void Put(absl::Duration duration, Record* record) {
  int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &duration);
  if (duration < absl::ZeroDuration()) {
    --seconds;
    duration += absl::Seconds(1);
  }
  record->set_seconds(seconds);
  const int64_t quarters = absl::IDivDuration(duration, kQuarter, &duration);
  if (quarters != 0) record->set_quarter_nanoseconds(static_cast<uint32_t>(quarters));
}

template <typename Record>
absl::Duration Get(const Record& record) {
  return absl::Seconds(record.seconds()) + record.quarter_nanoseconds() * kQuarter;
}

}  // namespace

void PutTime(absl::Time time, storage::ExactTime* record) {
  Put(std::min(time, kNoLater) - absl::UnixEpoch(), record);
}

void PutDuration(absl::Duration duration, storage::ExactDuration* record) {
  if (duration == absl::InfiniteDuration()) {
    record->set_infinite(true);
  } else {
    Put(duration, record);
  }
}

void PutTimer(TimerId id, storage::TimerRecord* record) {
  PutTime(id.due, record->mutable_due());
  record->set_sequence(id.sequence);
}

void PartReader::Require(bool holds, absl::string_view otherwise) {
  if (!holds && status_.ok()) status_ = absl::DataLossError(otherwise);
}

absl::Time PartReader::Time(bool present, const storage::ExactTime& record) {
  Require(present, "a time is missing");
  Require(record.quarter_nanoseconds() < kQuartersPerSecond, "a time is none");
  const absl::Time time = absl::UnixEpoch() + Get(record);
  Require(time != absl::InfiniteFuture() && time != absl::InfinitePast(), "a time is none");
  return time;
}

absl::Time PartReader::ClockTime(bool present, const storage::ExactTime& record) {
  const absl::Time time = Time(present, record);
  Require(time >= MinClockTime() && time <= MaxClockTime(), "a time is none of a clock");
  return time;
}

absl::Time PartReader::ClockTimeOrNever(bool present, const storage::ExactTime& record) {
  return present ? ClockTime(present, record) : absl::InfinitePast();
}

absl::Duration PartReader::Duration(bool present, const storage::ExactDuration& record) {
  Require(present, "a length of time is missing");
  if (record.infinite()) return absl::InfiniteDuration();
  Require(record.quarter_nanoseconds() < kQuartersPerSecond, "a length of time is none");
  const absl::Duration duration = Get(record);
  Require(duration >= absl::ZeroDuration(), "a length of time is negative");
  return duration;
}

TimerId PartReader::Timer(bool present, const storage::TimerRecord& record) {
  if (!present) return TimerId();
  Require(record.sequence() != 0 && record.sequence() <= kMaxSequence, "a timer has no place");
  return TimerId{Time(record.has_due(), record.due()), record.sequence()};
}

}  // namespace lazuli::batch

// File: emulator/server/world_records.h
//
// What belongs to the state as a whole and to no domain: the seed, the virtual time, the number of
// the last event.
#ifndef LAZULI_EMULATOR_SERVER_WORLD_RECORDS_H_
#define LAZULI_EMULATOR_SERVER_WORLD_RECORDS_H_

#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/mutex.h"
#include "base/records.h"

namespace lazuli::emulator {

struct WorldState {
  uint64_t seed = 1;
  absl::Time now;
  absl::Time start_time;
  uint64_t last_event = 0;

  friend bool operator==(const WorldState&, const WorldState&) = default;
};

// DATA_LOSS also when there is none, as in a store that was never written.
absl::StatusOr<WorldState> ReadWorldState(const RecordReader& reader);

// Thread safe.
class WorldRecords final : public RecordSource {
 public:
  // The clock and the log outlive this.
  WorldRecords(uint64_t seed, absl::Time start_time, const Clock* clock, const EventLog* events)
      : seed_(seed), start_time_(start_time), clock_(clock), events_(events) {}

  void StartTracking() override;
  // Whenever the time has moved, which nobody marks.
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  // The state is taken over by whoever makes the parts, see ReadWorldState: nothing is left to do.
  absl::Status Restore(const RecordReader& reader) override;

 private:
  WorldState Present() const;

  const uint64_t seed_;
  const absl::Time start_time_;
  const Clock* const clock_;
  const EventLog* const events_;
  Mutex mu_;
  std::optional<WorldState> written_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_WORLD_RECORDS_H_

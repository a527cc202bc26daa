#include "emulator/server/world_records.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "emulator/server/world_records.pb.h"

namespace lazuli::emulator {

namespace {

constexpr absl::string_view kTable = "emulator.world";
// There is one record.
constexpr absl::string_view kKey = "world";

std::string ToBytes(const WorldState& state) {
  storage::World record;
  record.set_seed(state.seed);
  record.set_now_unix_nanos(absl::ToUnixNanos(state.now));
  record.set_start_unix_nanos(absl::ToUnixNanos(state.start_time));
  record.set_last_event(state.last_event);
  return record.SerializeAsString();
}

}  // namespace

absl::StatusOr<WorldState> ReadWorldState(const RecordReader& reader) {
  std::optional<WorldState> state;
  LAZULI_RETURN_IF_ERROR(RestoreTable<storage::World>(
      reader, kTable, [&state](absl::string_view key, const storage::World& record) {
        if (key != kKey) return absl::DataLossError("it does not say how the world is");
        state.emplace();
        state->seed = record.seed();
        state->now = absl::FromUnixNanos(record.now_unix_nanos());
        state->start_time = absl::FromUnixNanos(record.start_unix_nanos());
        state->last_event = record.last_event();
        return absl::OkStatus();
      }));
  if (!state.has_value()) return UnreadableRecordError(kTable, kKey, "it is missing");
  return *std::move(state);
}

WorldState WorldRecords::Present() const {
  return {.seed = seed_,
          .now = clock_->Now(),
          .start_time = start_time_,
          .last_event = events_->last_sequence()};
}

void WorldRecords::StartTracking() {
  MutexLock lock(&mu_);
  written_ = Present();
}

void WorldRecords::WriteChanges(RecordWriter* writer) {
  WorldState present = Present();
  MutexLock lock(&mu_);
  if (written_ == present) return;
  writer->Put(kTable, kKey, ToBytes(present));
  written_ = std::move(present);
}

void WorldRecords::WriteAll(RecordWriter* writer) { writer->Put(kTable, kKey, ToBytes(Present())); }

absl::Status WorldRecords::Restore(const RecordReader&) { return absl::OkStatus(); }

}  // namespace lazuli::emulator

#include "emulator/server/world_records.h"

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/memory_records.h"
#include "base/records.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

class WorldRecordsTest : public ::testing::Test {
 protected:
  ManualClock clock_{kStart};
  EventLog events_{10};
  WorldRecords records_{UINT64_MAX, kStart, &clock_, &events_};
};

TEST_F(WorldRecordsTest, GiveBackWhatTheyWereMadeOf) {
  events_.Append({});
  clock_.Set(kStart + absl::Nanoseconds(1));
  const MemoryRecords store(&records_);
  const auto state = ReadWorldState(store);
  LAZULI_ASSERT_OK(state.status());
  EXPECT_EQ(state->seed, UINT64_MAX);
  EXPECT_EQ(state->now, kStart + absl::Nanoseconds(1));
  EXPECT_EQ(state->start_time, kStart);
  EXPECT_EQ(state->last_event, 1u);
}

TEST_F(WorldRecordsTest, AreWrittenWhenTimeOrHistoryHasMoved) {
  records_.StartTracking();
  MemoryRecords store;
  records_.WriteChanges(&store);
  EXPECT_EQ(store.writes(), 0u);
  clock_.Set(kStart + absl::Seconds(1));
  records_.WriteChanges(&store);
  EXPECT_EQ(ReadWorldState(store)->now, kStart + absl::Seconds(1));
  events_.Append({});
  records_.WriteChanges(&store);
  EXPECT_EQ(ReadWorldState(store)->last_event, 1u);
}

TEST_F(WorldRecordsTest, AStoreThatWasNeverWrittenHasNone) {
  EXPECT_EQ(ReadWorldState(MemoryRecords()).status(),
            UnreadableRecordError("emulator.world", "world", "it is missing"));
}

TEST_F(WorldRecordsTest, WhatIsNoSuchRecordIsRefused) {
  MemoryRecords store;
  store.Put("emulator.world", "world", "\xff");
  EXPECT_EQ(ReadWorldState(store).status().code(), absl::StatusCode::kDataLoss);
  MemoryRecords other;
  other.Put("emulator.world", "another", "");
  EXPECT_EQ(ReadWorldState(other).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/control/event_stream.h"

#include <string>

#include "base/event_log.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

void Append(EventLog* log, const std::string& resource) {
  Event event;
  event.time = absl::FromUnixSeconds(1000);
  event.kind = "task";
  event.resource = resource;
  event.from = "active";
  event.to = "running";
  event.cause = "scheduled";
  event.data = {{"exp", "1900000000"}, {"nbf", ""}};
  log->Append(event);
}

TEST(EventStreamTest, GivesWhatCameAfterItsStartAndThenNothing) {
  EventLog log(10);
  Append(&log, "one");
  Append(&log, "two");
  EventStream stream(&log, 1);
  v1::EventRecord record;
  absl::StatusOr<bool> next = stream.Next(&record);
  LAZULI_ASSERT_OK(next);
  ASSERT_TRUE(*next);
  EXPECT_EQ(record.sequence(), 2u);
  EXPECT_EQ(record.resource(), "two");
  EXPECT_EQ(record.from(), "active");
  EXPECT_EQ(record.to(), "running");
  EXPECT_EQ(record.cause(), "scheduled");
  EXPECT_EQ(record.time().seconds(), 1000);
  EXPECT_EQ(record.data_size(), 2);
  EXPECT_EQ(record.data().at("exp"), "1900000000");
  next = stream.Next(&record);
  LAZULI_ASSERT_OK(next);
  EXPECT_FALSE(*next);
}

TEST(EventStreamTest, SaysWhenThereIsMore) {
  EventLog log(10);
  EventStream stream(&log, 0);
  int woken = 0;
  stream.OnReady([&woken] { ++woken; });
  Append(&log, "one");
  EXPECT_EQ(woken, 1);
  v1::EventRecord record;
  absl::StatusOr<bool> next = stream.Next(&record);
  LAZULI_ASSERT_OK(next);
  EXPECT_TRUE(*next);
}

TEST(EventStreamTest, AReaderThatFellTooFarBehindIsTold) {
  EventLog log(2);
  EventStream stream(&log, 0);
  for (int i = 0; i < 5; ++i) Append(&log, "x");
  v1::EventRecord record;
  EXPECT_EQ(stream.Next(&record).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(EventStreamTest, EndsBehindTheLastEventWhenTheLogIsClosed) {
  EventLog log(10);
  EventStream stream(&log, 0);
  int woken = 0;
  stream.OnReady([&woken] { ++woken; });
  Append(&log, "last");
  log.Close();
  EXPECT_EQ(woken, 2);
  v1::EventRecord record;
  absl::StatusOr<bool> next = stream.Next(&record);
  LAZULI_ASSERT_OK(next);
  EXPECT_TRUE(*next);
  EXPECT_EQ(stream.Next(&record).status().code(), absl::StatusCode::kUnavailable);
}

TEST(EventStreamTest, EndsItsSubscriptionWithItself) {
  EventLog log(2);
  int woken = 0;
  {
    EventStream stream(&log, 0);
    stream.OnReady([&woken] { ++woken; });
  }
  Append(&log, "x");
  EXPECT_EQ(woken, 0);
}

}  // namespace
}  // namespace lazuli::emulator

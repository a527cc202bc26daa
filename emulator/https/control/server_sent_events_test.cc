#include "emulator/https/control/server_sent_events.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "base/event_log.h"
#include "base/status_matchers.h"
#include "emulator/control/event_stream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

void Append(EventLog* log, const std::string& resource) {
  Event event;
  event.time = absl::FromUnixSeconds(1767225600);
  event.kind = "task";
  event.resource = resource;
  event.from = "active";
  event.to = "running";
  log->Append(event);
}

TEST(ServerSentEventsTest, EachEventHasItsSequenceNumberAndItsRecord) {
  EventLog log(10);
  Append(&log, "one");
  Append(&log, "two\nlines");
  ServerSentEvents body(std::make_unique<EventStream>(&log, 0));
  std::string chunk;
  absl::StatusOr<bool> next = body.Next(&chunk);
  LAZULI_ASSERT_OK(next);
  EXPECT_TRUE(*next);
  EXPECT_EQ(
      chunk,
      ": events\n\n"
      "id: 1\ndata: {\"sequence\":1,\"time\":\"2026-01-01T00:00:00.0000000Z\",\"kind\":\"task\","
      "\"resource\":\"one\",\"from\":\"active\",\"to\":\"running\"}\n\n"
      "id: 2\ndata: {\"sequence\":2,\"time\":\"2026-01-01T00:00:00.0000000Z\",\"kind\":\"task\","
      "\"resource\":\"two\\nlines\",\"from\":\"active\",\"to\":\"running\"}\n\n");
  next = body.Next(&chunk);
  LAZULI_ASSERT_OK(next);
  EXPECT_FALSE(*next);
}

TEST(ServerSentEventsTest, AFollowerHearsThatItFollowsAndThenOfEachEvent) {
  EventLog log(10);
  ServerSentEvents body(std::make_unique<EventStream>(&log, 0));
  int woken = 0;
  body.OnReady([&woken] { ++woken; });
  std::string chunk;
  ASSERT_TRUE(body.Next(&chunk).value());
  EXPECT_EQ(chunk, ": events\n\n");
  EXPECT_FALSE(body.Next(&chunk).value());
  Append(&log, "one");
  EXPECT_EQ(woken, 1);
  ASSERT_TRUE(body.Next(&chunk).value());
  EXPECT_TRUE(absl::StartsWith(chunk, "id: 1\ndata: ")) << chunk;
}

TEST(ServerSentEventsTest, AFollowerWhoFellTooFarBehindIsToldAndThenCutOff) {
  EventLog log(2);
  ServerSentEvents body(std::make_unique<EventStream>(&log, 0));
  for (int i = 0; i < 5; ++i) Append(&log, "x");
  std::string chunk;
  ASSERT_TRUE(body.Next(&chunk).value());
  EXPECT_THAT(chunk, testing::HasSubstr("\n\nevent: error\ndata: "));
  EXPECT_THAT(body.Next(&chunk).status(), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(ServerSentEventsTest, AChunkStaysSmall) {
  EventLog log(1000);
  for (int i = 0; i < 1000; ++i) Append(&log, "a resource of some length");
  ServerSentEvents body(std::make_unique<EventStream>(&log, 0));
  std::string all;
  std::string chunk;
  int chunks = 0;
  while (body.Next(&chunk).value()) {
    EXPECT_LT(chunk.size(), 20'000u);
    all += chunk;
    ++chunks;
  }
  EXPECT_GT(chunks, 5);
  EXPECT_THAT(all, testing::HasSubstr("\n\nid: 1000\n"));
}

}  // namespace
}  // namespace lazuli::emulator

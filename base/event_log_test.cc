#include "base/event_log.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>  // NOLINT
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Event TaskEvent(const std::string& resource) {
  Event event;
  event.time = absl::FromUnixSeconds(1'900'000'000);
  event.kind = "task";
  event.resource = resource;
  event.from = "active";
  event.to = "running";
  event.cause = "scheduled";
  return event;
}

std::vector<uint64_t> Sequences(const std::vector<Event>& events) {
  std::vector<uint64_t> sequences;
  for (const Event& event : events) sequences.push_back(event.sequence);
  return sequences;
}

TEST(EventLogTest, NumbersEventsFromOne) {
  EventLog log(10);
  EXPECT_EQ(log.last_sequence(), 0u);
  EXPECT_THAT(log.ListAfter(0, 10), IsOkAndHolds(IsEmpty()));
  log.Append(TaskEvent("a"));
  log.Append(TaskEvent("b"));
  EXPECT_EQ(log.last_sequence(), 2u);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> events, log.ListAfter(0, 10));
  Event first = TaskEvent("a");
  first.sequence = 1;
  Event second = TaskEvent("b");
  second.sequence = 2;
  EXPECT_THAT(events, ElementsAre(first, second));
}

TEST(EventLogTest, ListsFromAnyPlaceUpToTheLimit) {
  EventLog log(10);
  for (int i = 0; i < 5; ++i) log.Append(TaskEvent("t"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> middle, log.ListAfter(2, 2));
  EXPECT_THAT(Sequences(middle), ElementsAre(3, 4));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> rest, log.ListAfter(4, 100));
  EXPECT_THAT(Sequences(rest), ElementsAre(5));
  EXPECT_THAT(log.ListAfter(5, 100), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(log.ListAfter(UINT64_MAX, 100), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(log.ListAfter(0, 0), IsOkAndHolds(IsEmpty()));
}

TEST(EventLogTest, ForgetsTheOldestAndSaysSo) {
  EventLog log(3);
  for (int i = 0; i < 5; ++i) log.Append(TaskEvent("t"));
  EXPECT_THAT(log.ListAfter(0, 10), StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("3")));
  EXPECT_THAT(log.ListAfter(1, 10), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(log.ListAfter(1, 10), ErrorCodeIs("OutOfRange"));
  // Everything after the second is still there.
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> kept, log.ListAfter(2, 10));
  EXPECT_THAT(Sequences(kept), ElementsAre(3, 4, 5));
}

TEST(EventLogTest, KeepsAtLeastOne) {
  EventLog log(0);
  log.Append(TaskEvent("a"));
  log.Append(TaskEvent("b"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> kept, log.ListAfter(1, 10));
  EXPECT_THAT(Sequences(kept), ElementsAre(2));
}

TEST(EventLogTest, SubscribersHearOfEachAppendAndFindTheEvent) {
  EventLog log(10);
  std::vector<uint64_t> heard;
  const EventLog::SubscriptionId id = log.Subscribe([&] { heard.push_back(log.last_sequence()); });
  int others = 0;
  log.Subscribe([&] { ++others; });
  log.Append(TaskEvent("a"));
  log.Append(TaskEvent("b"));
  EXPECT_THAT(heard, ElementsAre(1, 2));
  log.Unsubscribe(id);
  log.Unsubscribe(id);
  log.Append(TaskEvent("c"));
  EXPECT_THAT(heard, ElementsAre(1, 2));
  EXPECT_EQ(others, 3);
}

TEST(EventLogTest, AFollowerMissesNothingWhileOthersAppend) {
  constexpr int kThreads = 3;
  constexpr int kEvents = 500;
  EventLog log(kThreads * kEvents);
  struct {
    Mutex mu;
    CondVar woken;
    bool pending ABSL_GUARDED_BY(mu) = false;
  } signal;
  const EventLog::SubscriptionId id = log.Subscribe([&signal] {
    MutexLock lock(&signal.mu);
    signal.pending = true;
    signal.woken.Signal();
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < kEvents; ++i) log.Append(TaskEvent("t"));
    });
  }
  uint64_t seen = 0;
  while (seen < kThreads * kEvents) {
    {
      MutexLock lock(&signal.mu);
      while (!signal.pending) {
        ASSERT_FALSE(signal.woken.WaitWithTimeout(&signal.mu, absl::Minutes(1)));
      }
      signal.pending = false;
    }
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> events, log.ListAfter(seen, 100'000));
    for (const Event& event : events) ASSERT_EQ(event.sequence, ++seen);
  }
  for (std::thread& thread : threads) thread.join();
  log.Unsubscribe(id);
}

TEST(EventLogTest, NothingIsCalledOnceUnsubscribeReturned) {
  EventLog log(10);
  std::atomic<bool> done = false;
  std::thread appender([&] {
    while (!done) log.Append(TaskEvent("t"));
  });
  for (int i = 0; i < 200; ++i) {
    // Freed right after: a late call would be a use after free, which the sanitizers see.
    auto count = std::make_unique<int>(0);
    const EventLog::SubscriptionId id = log.Subscribe([p = count.get()] { ++*p; });
    log.Unsubscribe(id);
  }
  done = true;
  appender.join();
}

TEST(EventLogTest, FirstSequenceIsTheOldestThatIsKept) {
  EventLog log(2);
  EXPECT_EQ(log.first_sequence(), 1u);
  for (int i = 0; i < 5; ++i) log.Append(Event());
  EXPECT_EQ(log.first_sequence(), 4u);
  EXPECT_EQ(log.last_sequence(), 5u);
}

TEST(EventLogTest, GoesOnWhereALogBeforeItEnded) {
  EventLog log(10, 41);
  EXPECT_EQ(log.first_sequence(), 42u);
  EXPECT_THAT(*log.ListAfter(41, 10), IsEmpty());
  EXPECT_EQ(log.ListAfter(40, 10).status().code(), absl::StatusCode::kOutOfRange);
  log.Append(TaskEvent("a"));
  EXPECT_THAT(Sequences(*log.ListAfter(41, 10)), ElementsAre(42));
}

TEST(EventLogTest, SubscribersAreToldOfTheEnd) {
  EventLog log(10);
  bool found_closed = false;
  log.Subscribe([&] { found_closed = log.closed(); });
  log.Append(TaskEvent("a"));
  EXPECT_FALSE(found_closed);
  log.Close();
  EXPECT_TRUE(found_closed);
}

}  // namespace
}  // namespace lazuli

#include "base/timer_queue.h"

#include <memory>
#include <optional>
#include <thread>  // NOLINT
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::ElementsAre;

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1'900'000'000 + seconds); }

// Fires everything due at or before `limit`.
void FireUntil(TimerQueue* queue, absl::Time limit) {
  while (std::optional<TimerQueue::Due> due = queue->PopDue(limit)) due->callback();
}

TEST(TimerQueueTest, FiresInOrderOfDueTime) {
  TimerQueue queue;
  std::vector<int> fired;
  queue.Schedule(At(3), [&] { fired.push_back(3); });
  queue.Schedule(At(1), [&] { fired.push_back(1); });
  queue.Schedule(At(2), [&] { fired.push_back(2); });
  FireUntil(&queue, At(2));
  EXPECT_THAT(fired, ElementsAre(1, 2));
  FireUntil(&queue, At(3));
  EXPECT_THAT(fired, ElementsAre(1, 2, 3));
}

TEST(TimerQueueTest, FiresInOrderOfReservedIds) {
  TimerQueue queue;
  std::vector<int> fired;
  const TimerId first = queue.Reserve(At(1));
  queue.Schedule(At(1), [&] { fired.push_back(2); });
  EXPECT_TRUE(queue.ScheduleAs(first, [&] { fired.push_back(1); }));
  EXPECT_FALSE(queue.ScheduleAs(first, [&] { fired.push_back(-1); })) << "the id is taken";
  EXPECT_FALSE(queue.Reserve(absl::InfiniteFuture()).valid());
  FireUntil(&queue, At(1));
  EXPECT_THAT(fired, ElementsAre(1, 2));
}

TEST(TimerQueueTest, SchedulesAfterTheTimersThatItTookOver) {
  TimerQueue before;
  before.Reserve(At(1));
  const TimerId second = before.Reserve(At(1));
  const TimerId third = before.Reserve(At(1));
  TimerQueue queue;
  std::vector<int> fired;
  EXPECT_TRUE(queue.ScheduleAs(third, [&] { fired.push_back(3); }));
  EXPECT_TRUE(queue.ScheduleAs(second, [&] { fired.push_back(2); }));
  queue.Schedule(At(1), [&] { fired.push_back(4); });
  FireUntil(&queue, At(1));
  EXPECT_THAT(fired, ElementsAre(2, 3, 4));
}

TEST(TimerQueueTest, GivesLaterIdsThanThoseThatItSkippedPast) {
  TimerQueue before;
  const TimerId first = before.Reserve(At(1));
  const TimerId second = before.Reserve(At(1));
  TimerQueue queue;
  queue.SkipPast(second);
  EXPECT_EQ(queue.size(), 0u);
  const TimerId third = queue.Reserve(At(1));
  EXPECT_LT(second, third);
  queue.SkipPast(first);
  EXPECT_LT(third, queue.Reserve(At(1))) << "never back";
}

TEST(TimerQueueTest, FiresSimultaneousTimersInOrderOfScheduling) {
  TimerQueue queue;
  std::vector<int> fired;
  for (int i = 0; i < 100; ++i) queue.Schedule(At(0), [&fired, i] { fired.push_back(i); });
  FireUntil(&queue, At(0));
  std::vector<int> expected(100);
  for (int i = 0; i < 100; ++i) expected[i] = i;
  EXPECT_EQ(fired, expected);
}

TEST(TimerQueueTest, PopTellsTheDueTimeOfTheTimer) {
  TimerQueue queue;
  queue.Schedule(At(5), [] {});
  EXPECT_FALSE(queue.PopDue(At(4)).has_value());
  const std::optional<TimerQueue::Due> due = queue.PopDue(At(100));
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->due, At(5));
}

TEST(TimerQueueTest, CancelledTimerNeverFires) {
  TimerQueue queue;
  int fired = 0;
  const TimerId id = queue.Schedule(At(0), [&] { ++fired; });
  EXPECT_TRUE(id.valid());
  EXPECT_TRUE(queue.Cancel(id));
  EXPECT_FALSE(queue.Cancel(id));
  FireUntil(&queue, At(1));
  EXPECT_EQ(fired, 0);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(TimerQueueTest, CancelOfOneThatFiredOrNeverWasReturnsFalse) {
  TimerQueue queue;
  const TimerId id = queue.Schedule(At(0), [] {});
  FireUntil(&queue, At(0));
  EXPECT_FALSE(queue.Cancel(id));
  EXPECT_FALSE(queue.Cancel(TimerId()));
}

TEST(TimerQueueTest, CallbackCannotCancelItself) {
  TimerQueue queue;
  std::optional<bool> cancelled;
  TimerId id;
  id = queue.Schedule(At(0), [&] { cancelled = queue.Cancel(id); });
  FireUntil(&queue, At(0));
  EXPECT_EQ(cancelled, std::optional<bool>(false));
}

TEST(TimerQueueTest, CallbackCancelsASimultaneousOne) {
  TimerQueue queue;
  std::vector<int> fired;
  TimerId second;
  queue.Schedule(At(0), [&] {
    fired.push_back(1);
    EXPECT_TRUE(queue.Cancel(second));
  });
  second = queue.Schedule(At(0), [&] { fired.push_back(2); });
  FireUntil(&queue, At(0));
  EXPECT_THAT(fired, ElementsAre(1));
}

TEST(TimerQueueTest, CallbackSchedulesAfterThoseOfTheSameTime) {
  TimerQueue queue;
  std::vector<int> fired;
  queue.Schedule(At(0), [&] {
    fired.push_back(1);
    queue.Schedule(At(0), [&] { fired.push_back(3); });
  });
  queue.Schedule(At(0), [&] { fired.push_back(2); });
  FireUntil(&queue, At(0));
  EXPECT_THAT(fired, ElementsAre(1, 2, 3));
}

TEST(TimerQueueTest, InfiniteFutureNeverFires) {
  TimerQueue queue;
  const TimerId id = queue.Schedule(absl::InfiniteFuture(), [] { FAIL(); });
  EXPECT_FALSE(id.valid());
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_FALSE(queue.NextDue().has_value());
}

TEST(TimerQueueTest, NextDueIsTheEarliest) {
  TimerQueue queue;
  EXPECT_FALSE(queue.NextDue().has_value());
  queue.Schedule(At(7), [] {});
  const TimerId early = queue.Schedule(At(4), [] {});
  EXPECT_EQ(queue.NextDue(), std::optional<absl::Time>(At(4)));
  queue.Cancel(early);
  EXPECT_EQ(queue.NextDue(), std::optional<absl::Time>(At(7)));
}

TEST(TimerQueueTest, ObserverHearsOfNewEarliestTimersOnly) {
  TimerQueue queue;
  int heard = 0;
  queue.SetEarliestChangedObserver([&] {
    ++heard;
    // No lock is held.
    EXPECT_GE(queue.size(), 1u);
  });
  queue.Schedule(At(5), [] {});
  EXPECT_EQ(heard, 1);
  queue.Schedule(At(6), [] {});
  queue.Schedule(At(5), [] {});
  EXPECT_EQ(heard, 1);
  queue.Schedule(At(4), [] {});
  EXPECT_EQ(heard, 2);
}

TEST(TimerQueueTest, DestroyingACancelledCallbackMayUseTheQueue) {
  TimerQueue queue;
  struct Canceller {
    TimerQueue* queue;
    ~Canceller() { queue->Cancel(TimerId()); }
  };
  auto held = std::make_unique<Canceller>(&queue);
  const TimerId id = queue.Schedule(At(0), [held = std::move(held)] {});
  EXPECT_TRUE(queue.Cancel(id));
}

TEST(TimerQueueTest, EachTimerEitherFiresOrIsCancelledUnderConcurrency) {
  constexpr int kThreads = 3;
  constexpr int kTimers = 2'000;
  TimerQueue queue;
  struct {
    Mutex mu;
    int fired ABSL_GUARDED_BY(mu) = 0;
    int cancelled ABSL_GUARDED_BY(mu) = 0;
  } tally;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kTimers; ++i) {
        const TimerId id = queue.Schedule(At(i % 17), [&] {
          MutexLock lock(&tally.mu);
          ++tally.fired;
        });
        if (i % 2 == 0 && queue.Cancel(id)) {
          MutexLock lock(&tally.mu);
          ++tally.cancelled;
        }
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < kTimers; ++i) FireUntil(&queue, At(i % 20));
  });
  for (std::thread& thread : threads) thread.join();
  FireUntil(&queue, At(100));
  MutexLock lock(&tally.mu);
  EXPECT_EQ(tally.fired + tally.cancelled, kThreads * kTimers);
  EXPECT_GE(tally.fired, kThreads * kTimers / 2);
}

}  // namespace
}  // namespace lazuli

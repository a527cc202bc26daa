#include "batch/transition_queues.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/state_scope.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

absl::Time At(int seconds) { return absl::FromUnixSeconds(1000 + seconds); }

class TransitionQueuesTest : public testing::Test {
 protected:
  TransitionQueuesTest()
      : queues_(&timers_, [this](TimerId id) { queues_.OnDue(id, deferred_, now_); }) {}

  DeferredWork Work(const std::string& name, bool applies = true) {
    return DeferredWork{"node", name, "boot finished", [this, name, applies](absl::Time now) {
                          if (!applies) return false;
                          log_.push_back(absl::StrCat(name, "@", absl::ToUnixSeconds(now) - 1000));
                          return true;
                        }};
  }
  LossStep Step(const std::string& name, bool applies = true) {
    return LossStep{"task", name, "active", [this, name, applies](absl::Time now) {
                      log_.push_back(absl::StrCat(name, "@", absl::ToUnixSeconds(now) - 1000));
                      return applies;
                    }};
  }
  void AdvanceTo(int seconds) {
    while (std::optional<TimerQueue::Due> due = timers_.PopDue(At(seconds))) {
      now_ = due->due;
      due->callback();
    }
    now_ = At(seconds);
  }
  static std::vector<std::string> Names(const std::vector<SupersededTransition>& superseded) {
    std::vector<std::string> names;
    for (const SupersededTransition& each : superseded) names.push_back(each.resource);
    return names;
  }

  TimerQueue timers_;
  bool deferred_ = false;
  absl::Time now_ = At(0);
  std::vector<std::string> log_;
  TransitionQueues queues_;
};

TEST_F(TransitionQueuesTest, WorkIsAppliedWhenDue) {
  queues_.Schedule(At(20), Work("b"));
  queues_.Schedule(At(10), Work("a"));
  AdvanceTo(15);
  EXPECT_THAT(log_, ElementsAre("a@10"));
  AdvanceTo(30);
  EXPECT_THAT(log_, ElementsAre("a@10", "b@20"));
  EXPECT_EQ(timers_.size(), 0u);
}

TEST_F(TransitionQueuesTest, CancelledWorkNeverRuns) {
  const TimerId id = queues_.Schedule(At(10), Work("a"));
  queues_.Cancel(id);
  queues_.Cancel(id);
  queues_.Cancel(TimerId());
  EXPECT_EQ(timers_.size(), 0u);
  AdvanceTo(30);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(TransitionQueuesTest, WorkForTheEndOfTimeNeverComes) {
  EXPECT_FALSE(queues_.Schedule(absl::InfiniteFuture(), Work("a")).valid());
  EXPECT_EQ(timers_.size(), 0u);
}

TEST_F(TransitionQueuesTest, DeferredWorkIsDrainedInOrderOfDueTimesThenOfScheduling) {
  queues_.Schedule(At(20), Work("c"));
  queues_.Schedule(At(10), Work("a"));
  queues_.Schedule(At(10), Work("b"));
  queues_.Schedule(At(90), Work("later"));
  deferred_ = true;
  AdvanceTo(30);
  EXPECT_THAT(log_, IsEmpty());
  ASSERT_EQ(queues_.List(std::nullopt).size(), 3u);
  EXPECT_EQ(queues_.List(std::nullopt)[0].resource, "a");
  EXPECT_EQ(queues_.List(std::nullopt)[0].due, std::nullopt);
  EXPECT_EQ(queues_.List(At(50))[2].due, At(50));
  EXPECT_THAT(queues_.Drain(At(40)), IsEmpty());
  EXPECT_THAT(log_, ElementsAre("a@40", "b@40", "c@40"));
  deferred_ = false;
  AdvanceTo(90);
  EXPECT_EQ(log_.back(), "later@90");
}

TEST_F(TransitionQueuesTest, StaleAndCancelledWorkIsConsumedAndTold) {
  const TimerId cancelled = queues_.Schedule(At(10), Work("cancelled"));
  queues_.Schedule(At(11), Work("stale", false));
  queues_.Schedule(At(12), Work("good"));
  deferred_ = true;
  AdvanceTo(30);
  queues_.Cancel(cancelled);
  EXPECT_EQ(queues_.List(std::nullopt).size(), 3u);
  EXPECT_THAT(Names(queues_.Drain(At(40))), ElementsAre("cancelled", "stale"));
  EXPECT_THAT(log_, ElementsAre("good@40"));
  EXPECT_THAT(queues_.List(std::nullopt), IsEmpty());
}

TEST_F(TransitionQueuesTest, WhatIsDrainedMayCancelWhatWaits) {
  TimerId second;
  queues_.Schedule(At(10), DeferredWork{"node", "first", "x", [&](absl::Time) {
                                          queues_.Cancel(second);
                                          return true;
                                        }});
  second = queues_.Schedule(At(11), Work("second"));
  deferred_ = true;
  AdvanceTo(20);
  EXPECT_THAT(Names(queues_.Drain(At(20))), ElementsAre("second"));
}

TEST_F(TransitionQueuesTest, LossStepsComeOneByOneInOrder) {
  queues_.PlanLoss({Step("a"), Step("b", false), Step("c")}, At(5), absl::Seconds(5));
  EXPECT_EQ(queues_.next_loss_due(), At(5));
  EXPECT_THAT(queues_.ApplyLossDue(At(4)), IsEmpty());
  EXPECT_THAT(queues_.ApplyLossDue(At(5)), IsEmpty());
  EXPECT_EQ(queues_.next_loss_due(), At(10));
  ASSERT_EQ(queues_.List(At(99)).size(), 2u);
  EXPECT_EQ(queues_.List(At(99))[1].due, At(15));
  EXPECT_THAT(Names(queues_.ApplyLossDue(At(10))), ElementsAre("b"));
  EXPECT_THAT(queues_.ApplyLossRest(At(11)), IsEmpty());
  EXPECT_EQ(queues_.next_loss_due(), std::nullopt);
  EXPECT_THAT(log_, ElementsAre("a@5", "b@10", "c@11"));
}

TEST_F(TransitionQueuesTest, WithoutDelayAllStepsAreDueAtOnce) {
  queues_.PlanLoss({Step("a"), Step("b")}, At(5), absl::ZeroDuration());
  queues_.ApplyLossDue(At(5));
  EXPECT_THAT(log_, ElementsAre("a@5", "b@5"));
}

TEST_F(TransitionQueuesTest, ShowsWhatWaitsAndGoesOnFromThere) {
  const TimerId a = queues_.Schedule(At(10), Work("a"));
  queues_.Schedule(At(10), Work("b"));
  const TimerId c = queues_.Schedule(At(20), Work("c"));
  queues_.StartTracking();
  deferred_ = true;
  AdvanceTo(10);
  std::vector<WaitingTransition> shown;
  const auto show = [&](const WaitingTransition& waiting) { shown.push_back(waiting); };
  std::vector<TimerId> gone;
  const auto forget = [&](TimerId id) { gone.push_back(id); };
  queues_.VisitWaiting(StateScope::kChanged, show, forget);
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[0].resource, "a");
  queues_.VisitWaiting(StateScope::kChanged, show, forget);
  EXPECT_EQ(shown.size(), 2u) << "nothing changed since";

  TimerQueue timers;
  TransitionQueues copy(&timers, [&](TimerId id) { copy.OnDue(id, true, now_); });
  for (const WaitingTransition& waiting : shown) EXPECT_TRUE(copy.RestoreWaiting(waiting));
  EXPECT_FALSE(copy.RestoreWaiting(shown[0])) << "it is there";
  EXPECT_TRUE(copy.Reschedule(c, Work("c")));
  EXPECT_TRUE(copy.Reschedule(a, Work("a")));
  EXPECT_FALSE(copy.Reschedule(a, Work("a"))) << "the id is taken";
  EXPECT_FALSE(copy.Reschedule(c, Work("c"))) << "the id is taken";
  EXPECT_EQ(timers.NextDue(), At(20));
  EXPECT_GT(copy.Schedule(At(20), Work("d")), c);
  // Nobody brought the work of "b".
  EXPECT_THAT(Names(copy.Drain(At(30))), ElementsAre("b"));
  EXPECT_THAT(log_, ElementsAre("a@30"));

  queues_.Drain(At(30));
  queues_.VisitWaiting(StateScope::kChanged, show, forget);
  EXPECT_THAT(gone, ElementsAre(shown[0].id, shown[1].id));
}

TEST_F(TransitionQueuesTest, MakesDoWhenTheTimerOfAnotherHasTheId) {
  const TimerId id = timers_.Schedule(At(10), [this] { log_.push_back("other"); });
  EXPECT_TRUE(queues_.RestoreWaiting(WaitingTransition{id, "node", "waits", "boot finished"}));
  queues_.Clear();
  EXPECT_TRUE(queues_.Reschedule(id, Work("a")));
  AdvanceTo(10);
  EXPECT_THAT(log_, ElementsAre("other", "a@10"));
  EXPECT_TRUE(queues_.Reschedule(id, Work("b")));
  queues_.Cancel(id);
  EXPECT_EQ(timers_.size(), 0u);
}

TEST_F(TransitionQueuesTest, ClearCancelsEverything) {
  queues_.Schedule(At(10), Work("a"));
  queues_.PlanLoss({Step("b")}, At(5), absl::Seconds(1));
  queues_.Clear();
  EXPECT_EQ(timers_.size(), 0u);
  EXPECT_THAT(queues_.List(std::nullopt), IsEmpty());
}

}  // namespace
}  // namespace lazuli::batch

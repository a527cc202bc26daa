#include "base/clock_driver.h"

#include <memory>
#include <string>
#include <thread>  // NOLINT
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/change_gate.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "base/timer_queue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::ElementsAre;

absl::Time Start() { return absl::FromUnixSeconds(1'900'000'000); }
absl::Time At(int64_t seconds) { return Start() + absl::Seconds(seconds); }

ClockOptions Options(ClockMode mode) {
  ClockOptions options;
  options.mode = mode;
  options.start_time = Start();
  return options;
}

// Counts what other threads report; waits for it in real time, with a patience that only a failure
// needs.
class Tally {
 public:
  void Add() {
    MutexLock lock(&mu_);
    ++count_;
    changed_.SignalAll();
  }
  int count() const {
    MutexLock lock(&mu_);
    return count_;
  }
  bool WaitFor(int wanted, absl::Duration patience = absl::Minutes(1)) {
    MutexLock lock(&mu_);
    while (count_ < wanted) {
      if (changed_.WaitWithTimeout(&mu_, patience)) break;
    }
    return count_ >= wanted;
  }

 private:
  mutable Mutex mu_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST(ParseClockOptionsTest, ReadsEveryMode) {
  struct {
    const char* text;
    ClockMode mode;
    double scale;
  } const kCases[] = {
      {"real", ClockMode::kReal, 1},           {"manual", ClockMode::kManual, 1},
      {"auto", ClockMode::kAuto, 1},           {"scaled:60", ClockMode::kScaled, 60},
      {"scaled:0.5", ClockMode::kScaled, 0.5}, {"scaled:1e+06", ClockMode::kScaled, 1e6},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    LAZULI_ASSERT_OK_AND_ASSIGN(const ClockOptions options, ParseClockOptions(c.text));
    EXPECT_EQ(options.mode, c.mode);
    EXPECT_EQ(options.scale, c.scale);
    EXPECT_EQ(ClockModeName(options), c.text);
  }
}

TEST(ParseClockOptionsTest, RefusesEverythingElse) {
  for (const char* text : {"", "Real", "fast", "scaled", "scaled:", "scaled:0", "scaled:-1",
                           "scaled:inf", "scaled:nan", "scaled:1000001", "scaled:2x", "manual "}) {
    EXPECT_THAT(ParseClockOptions(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(ManualTimeTest, FiresEachTimerAtItsOwnDueTime) {
  ClockDriver driver(Options(ClockMode::kManual));
  std::vector<absl::Time> seen;
  for (const int due : {30, 10, 20, 40}) {
    driver.timers().Schedule(At(due), [&] { seen.push_back(driver.clock().Now()); });
  }
  EXPECT_THAT(driver.AdvanceTo(At(35)), IsOkAndHolds(At(35)));
  EXPECT_THAT(seen, ElementsAre(At(10), At(20), At(30)));
  EXPECT_EQ(driver.clock().Now(), At(35));
  EXPECT_EQ(driver.timers().size(), 1u);
}

TEST(ManualTimeTest, FiresWhatTimersScheduleWithinTheSameAdvance) {
  ClockDriver driver(Options(ClockMode::kManual));
  std::vector<absl::Time> seen;
  const auto note = [&] { seen.push_back(driver.clock().Now()); };
  driver.timers().Schedule(At(10), [&] {
    note();
    driver.timers().Schedule(driver.clock().Now() + absl::Seconds(5), [&] {
      note();
      driver.timers().Schedule(driver.clock().Now() + absl::Hours(1), note);
    });
    // In the past: at once, and the clock does not go back for it.
    driver.timers().Schedule(At(1), note);
  });
  driver.timers().Schedule(At(12), note);
  EXPECT_THAT(driver.AdvanceBy(absl::Seconds(20)), IsOkAndHolds(At(20)));
  EXPECT_THAT(seen, ElementsAre(At(10), At(10), At(12), At(15)));
  EXPECT_THAT(driver.AdvanceToNextTimer(), IsOkAndHolds(At(15) + absl::Hours(1)));
  EXPECT_EQ(seen.size(), 5u);
}

TEST(ManualTimeTest, NextTimerFiresAllOfItsInstantAndNoMore) {
  ClockDriver driver(Options(ClockMode::kManual));
  std::string fired;
  driver.timers().Schedule(At(5), [&] { fired += "a"; });
  driver.timers().Schedule(At(5), [&] { fired += "b"; });
  driver.timers().Schedule(At(6), [&] { fired += "c"; });
  EXPECT_THAT(driver.AdvanceToNextTimer(), IsOkAndHolds(At(5)));
  EXPECT_EQ(fired, "ab");
  EXPECT_THAT(driver.AdvanceToNextTimer(), IsOkAndHolds(At(6)));
  EXPECT_THAT(driver.AdvanceToNextTimer(), IsOkAndHolds(At(6)));
  EXPECT_EQ(fired, "abc");
}

TEST(ManualTimeTest, OverdueTimerFiresAtThePresent) {
  ClockDriver driver(Options(ClockMode::kManual));
  LAZULI_ASSERT_OK(driver.AdvanceTo(At(100)));
  absl::Time seen;
  driver.timers().Schedule(At(50), [&] { seen = driver.clock().Now(); });
  EXPECT_THAT(driver.AdvanceToNextTimer(), IsOkAndHolds(At(100)));
  EXPECT_EQ(seen, At(100));
}

TEST(ManualTimeTest, AdvanceByNothingFiresWhatIsDueNow) {
  ClockDriver driver(Options(ClockMode::kManual));
  int fired = 0;
  driver.timers().Schedule(At(0), [&] { ++fired; });
  EXPECT_THAT(driver.AdvanceBy(absl::ZeroDuration()), IsOkAndHolds(At(0)));
  EXPECT_EQ(fired, 1);
}

TEST(ManualTimeTest, NeverGoesBackwardsNorBeyondItsRange) {
  ClockDriver driver(Options(ClockMode::kManual));
  int fired = 0;
  driver.timers().Schedule(At(0), [&] { ++fired; });
  const auto is_invalid = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(driver.AdvanceTo(At(-1)), is_invalid);
  EXPECT_THAT(driver.AdvanceTo(absl::InfinitePast()), is_invalid);
  EXPECT_THAT(driver.AdvanceTo(absl::InfiniteFuture()), is_invalid);
  EXPECT_THAT(driver.AdvanceTo(MaxClockTime() + absl::Nanoseconds(1)), is_invalid);
  EXPECT_THAT(driver.AdvanceBy(absl::Nanoseconds(-1)), is_invalid);
  EXPECT_THAT(driver.AdvanceBy(absl::InfiniteDuration()), is_invalid);
  EXPECT_EQ(driver.clock().Now(), At(0));
  EXPECT_EQ(fired, 0);
}

TEST(ManualTimeTest, TimersBeyondTheRangeAreNotReached) {
  ClockDriver driver(Options(ClockMode::kManual));
  driver.timers().Schedule(Start() + absl::Hours(24) * 10'675'199, [] { FAIL(); });
  EXPECT_THAT(driver.AdvanceToNextTimer(), IsOkAndHolds(At(0)));
  EXPECT_THAT(driver.AdvanceTo(MaxClockTime()), IsOkAndHolds(MaxClockTime()));
}

TEST(ManualTimeTest, CancelledWhileAnotherFiresStaysCancelled) {
  ClockDriver driver(Options(ClockMode::kManual));
  int fired = 0;
  const TimerId later = driver.timers().Schedule(At(2), [&] { ++fired; });
  driver.timers().Schedule(At(1), [&] { EXPECT_TRUE(driver.timers().Cancel(later)); });
  LAZULI_ASSERT_OK(driver.AdvanceTo(At(10)));
  EXPECT_EQ(fired, 0);
}

TEST(ManualTimeTest, ConcurrentAdvancesAreServedOneAfterTheOther) {
  ClockDriver driver(Options(ClockMode::kManual));
  int firing = 0;  // Unguarded: ThreadSanitizer proves that advances exclude each other.
  int fired = 0;
  for (int i = 1; i <= 400; ++i) {
    driver.timers().Schedule(At(i), [&] {
      EXPECT_EQ(++firing, 1);
      ++fired;
      --firing;
    });
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&driver] {
      for (int i = 0; i < 100; ++i) LAZULI_EXPECT_OK(driver.AdvanceBy(absl::Seconds(1)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fired, 400);
  EXPECT_EQ(driver.clock().Now(), At(400));
}

// A sanity check of size: what matters is that nothing is quadratic, which the test's timeout would
// show.
TEST(ManualTimeTest, AdvancesNinetyDaysOverAHundredThousandTimers) {
  constexpr int kTimers = 100'000;
  ClockDriver driver(Options(ClockMode::kManual));
  const absl::Duration step = absl::Hours(24) * 90 / kTimers;
  int fired = 0;
  absl::Time before = Start();
  for (int i = 0; i < kTimers; ++i) {
    // A stride that is coprime to the number schedules them all, in scattered order.
    const int64_t place = int64_t{i} * 7'919 % kTimers;
    driver.timers().Schedule(Start() + step * place, [&] {
      EXPECT_GE(driver.clock().Now(), before);
      before = driver.clock().Now();
      ++fired;
    });
  }
  LAZULI_ASSERT_OK(driver.AdvanceBy(absl::Hours(24) * 90));
  EXPECT_EQ(fired, kTimers);
}

TEST(RunningTimeTest, CannotBeMovedByHand) {
  for (const ClockMode mode : {ClockMode::kReal, ClockMode::kScaled}) {
    ClockDriver driver(Options(mode));
    driver.Start();
    const auto is_refused = StatusIs(absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(driver.AdvanceTo(At(1'000'000)), is_refused);
    EXPECT_THAT(driver.AdvanceBy(absl::Seconds(1)), is_refused);
    EXPECT_THAT(driver.AdvanceToNextTimer(), is_refused);
    EXPECT_LT(driver.clock().Now(), At(1'000'000));
  }
}

TEST(RealTimeModeTest, BeginsAtItsStartAndRunsForward) {
  ClockDriver driver(Options(ClockMode::kReal));
  const absl::Time first = driver.clock().Now();
  EXPECT_GE(first, Start());
  EXPECT_LT(first, At(3'600));
  EXPECT_GE(driver.clock().Now(), first);
}

TEST(RealTimeModeTest, FiresNotBeforeTheDueTimeAndInOrder) {
  ClockDriver driver(Options(ClockMode::kReal));
  driver.Start();
  Tally tally;
  std::vector<int> fired;  // Written by the one thread of the driver.
  const absl::Time now = driver.clock().Now();
  for (const int millis : {20, 5, 10}) {
    const absl::Time due = now + absl::Milliseconds(millis);
    driver.timers().Schedule(due, [&, due, millis] {
      EXPECT_GE(driver.clock().Now(), due);
      fired.push_back(millis);
      tally.Add();
    });
  }
  EXPECT_TRUE(tally.WaitFor(3));
  driver.Stop();
  EXPECT_THAT(fired, ElementsAre(5, 10, 20));
}

TEST(RealTimeModeTest, ANewEarliestTimerWakesTheThread) {
  ClockDriver driver(Options(ClockMode::kReal));
  driver.Start();
  Tally tally;
  driver.timers().Schedule(driver.clock().Now() + absl::Hours(10), [&] { FAIL(); });
  driver.timers().Schedule(driver.clock().Now() + absl::Milliseconds(1), [&] { tally.Add(); });
  EXPECT_TRUE(tally.WaitFor(1));
}

TEST(ScaledTimeTest, RunsFasterThanRealTime) {
  ClockOptions options = Options(ClockMode::kScaled);
  options.scale = 100'000;
  ClockDriver driver(options);
  driver.Start();
  Tally tally;
  // Far longer than the patience if time ran at its usual pace.
  const absl::Time due = At(0) + absl::Hours(3);
  driver.timers().Schedule(due, [&] {
    EXPECT_GE(driver.clock().Now(), due);
    tally.Add();
  });
  EXPECT_TRUE(tally.WaitFor(1));
}

TEST(AutoTimeTest, JumpsFromTimerToTimerWhenNobodyCalls) {
  ClockOptions options = Options(ClockMode::kAuto);
  options.auto_idle = absl::Milliseconds(1);
  ClockDriver driver(options);
  Tally tally;
  std::vector<absl::Time> seen;
  for (const int due : {86'400, 3'600, 604'800}) {
    driver.timers().Schedule(At(due), [&] {
      seen.push_back(driver.clock().Now());
      tally.Add();
    });
  }
  driver.Start();
  EXPECT_TRUE(tally.WaitFor(3));
  driver.Stop();
  EXPECT_THAT(seen, ElementsAre(At(3'600), At(86'400), At(604'800)));
  EXPECT_EQ(driver.clock().Now(), At(604'800));
}

TEST(AutoTimeTest, StandsStillWhileACallIsInFlight) {
  ClockOptions options = Options(ClockMode::kAuto);
  options.auto_idle = absl::ZeroDuration();
  ClockDriver driver(options);
  driver.Start();
  Tally tally;
  auto first = std::make_unique<ClockDriver::InFlight>(&driver);
  auto second = std::make_unique<ClockDriver::InFlight>(&driver);
  driver.timers().Schedule(At(60), [&] { tally.Add(); });
  // With no idle time to wait for, a jump would have come long before this gives up.
  EXPECT_FALSE(tally.WaitFor(1, absl::Milliseconds(30)));
  first.reset();
  EXPECT_FALSE(tally.WaitFor(1, absl::Milliseconds(30)));
  EXPECT_EQ(driver.clock().Now(), At(0));
  second.reset();
  EXPECT_TRUE(tally.WaitFor(1));
  EXPECT_GE(driver.clock().Now(), At(60));
}

TEST(AutoTimeTest, WaitsForTheIdleTime) {
  ClockOptions options = Options(ClockMode::kAuto);
  options.auto_idle = absl::Hours(1);
  ClockDriver driver(options);
  driver.Start();
  Tally tally;
  driver.timers().Schedule(At(60), [&] { tally.Add(); });
  EXPECT_FALSE(tally.WaitFor(1, absl::Milliseconds(30)));
  EXPECT_EQ(driver.clock().Now(), At(0));
}

TEST(AutoTimeTest, CanBeMovedByHandToo) {
  ClockOptions options = Options(ClockMode::kAuto);
  options.auto_idle = absl::Hours(1);
  ClockDriver driver(options);
  driver.Start();
  int fired = 0;
  driver.timers().Schedule(At(60), [&] { ++fired; });
  const ClockDriver::InFlight call(&driver);
  EXPECT_THAT(driver.AdvanceTo(At(90)), IsOkAndHolds(At(90)));
  EXPECT_EQ(fired, 1);
}

TEST(ClockDriverTest, StopFinishesTheTimerThatIsFiring) {
  ClockDriver driver(Options(ClockMode::kReal));
  driver.Start();
  Tally begun;
  Tally released;
  Tally ended;
  driver.timers().Schedule(driver.clock().Now(), [&] {
    begun.Add();
    EXPECT_TRUE(released.WaitFor(1));
    ended.Add();
  });
  ASSERT_TRUE(begun.WaitFor(1));
  std::thread releaser([&] { released.Add(); });
  driver.Stop();
  EXPECT_EQ(ended.count(), 1);
  releaser.join();
}

TEST(ClockDriverTest, NothingFiresAfterStop) {
  for (const ClockMode mode : {ClockMode::kReal, ClockMode::kAuto}) {
    ClockOptions options = Options(mode);
    options.auto_idle = absl::ZeroDuration();
    ClockDriver driver(options);
    driver.Start();
    driver.Stop();
    driver.Stop();
    driver.Start();
    Tally tally;
    driver.timers().Schedule(Start(), [&] { tally.Add(); });
    EXPECT_FALSE(tally.WaitFor(1, absl::Milliseconds(20)));
    EXPECT_EQ(driver.timers().size(), 1u);
  }
}

TEST(ClockDriverTest, EachTimerIsAChangeByItselfAndAnAdvanceInsideOfAChangeStepsOutOfIt) {
  ChangeGate gate;
  int changes = 0;
  gate.SetObserver([&] {
    // Would wait for ever if the advance or the timer still held the gate.
    ChangeGate::Quiet quiet(&gate);
    ++changes;
  });
  ClockOptions options;
  options.mode = ClockMode::kManual;
  options.start_time = absl::FromUnixSeconds(0);
  ClockDriver driver(options, &gate);
  int fired = 0;
  for (int second : {1, 2}) {
    driver.timers().Schedule(absl::FromUnixSeconds(second), [&] {
      ++fired;
      ChangeGate::NoteChange();
    });
  }
  {
    ChangeGate::Change call(&gate);
    LAZULI_ASSERT_OK(driver.AdvanceBy(absl::Seconds(5)));
    EXPECT_EQ(fired, 2);
    EXPECT_EQ(changes, 2);
  }
  // The time itself.
  EXPECT_EQ(changes, 3);
}

}  // namespace
}  // namespace lazuli

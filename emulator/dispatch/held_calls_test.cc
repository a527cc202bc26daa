#include "emulator/dispatch/held_calls.h"

#include <atomic>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock_driver.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

// What a held call was released with.
class Outcome {
 public:
  HeldCalls::Release Release() {
    return [this](absl::Status status) {
      MutexLock lock(&mu_);
      EXPECT_FALSE(status_.has_value()) << "released twice";
      status_ = std::move(status);
      changed_.SignalAll();
    };
  }
  absl::Status Wait() {
    MutexLock lock(&mu_);
    while (!status_.has_value()) changed_.Wait(&mu_);
    return *status_;
  }
  bool is_held() {
    MutexLock lock(&mu_);
    return !status_.has_value();
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::optional<absl::Status> status_;
};

ClockOptions Mode(ClockMode mode) {
  ClockOptions options;
  options.mode = mode;
  options.start_time = absl::FromUnixSeconds(1'700'000'000);
  return options;
}

TEST(HeldCallsTest, VirtualTimeReleasesWhenItComesToThePoint) {
  ClockDriver clock(Mode(ClockMode::kManual));
  HeldCalls held(&clock);
  Outcome outcome;
  held.HoldVirtual(absl::Seconds(10), nullptr, outcome.Release());
  LAZULI_ASSERT_OK(clock.AdvanceBy(absl::Seconds(9)));
  EXPECT_TRUE(outcome.is_held());
  EXPECT_EQ(held.size(), 1u);
  LAZULI_ASSERT_OK(clock.AdvanceBy(absl::Seconds(1)));
  EXPECT_FALSE(outcome.is_held());
  LAZULI_EXPECT_OK(outcome.Wait());
  EXPECT_EQ(held.size(), 0u);
}

TEST(HeldCallsTest, AutoTimeJumpsToTheEndOfTheWait) {
  ClockDriver clock(Mode(ClockMode::kAuto));
  HeldCalls held(&clock);
  clock.Start();
  const absl::Time start = clock.clock().Now();
  Outcome outcome;
  held.HoldVirtual(absl::Hours(10), nullptr, outcome.Release());
  LAZULI_EXPECT_OK(outcome.Wait());
  EXPECT_EQ(clock.clock().Now(), start + absl::Hours(10));
  clock.Stop();
}

TEST(HeldCallsTest, RealTimePassesByItself) {
  ClockDriver clock(Mode(ClockMode::kManual));
  HeldCalls held(&clock);
  Outcome outcome;
  held.HoldReal(absl::Milliseconds(1), nullptr, outcome.Release());
  LAZULI_EXPECT_OK(outcome.Wait());
}

TEST(HeldCallsTest, ACallThatNobodyWaitsForIsLetGo) {
  ClockDriver clock(Mode(ClockMode::kManual));
  HeldCalls held(&clock);
  std::atomic<bool> is_cancelled = false;
  Outcome cancelled;
  Outcome other;
  held.HoldVirtual(absl::Hours(1), [&] { return is_cancelled.load(); }, cancelled.Release());
  held.HoldVirtual(absl::Hours(1), nullptr, other.Release());
  is_cancelled = true;
  EXPECT_EQ(cancelled.Wait().code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(other.is_held());
  EXPECT_EQ(held.size(), 1u);
  // Its timer went with it.
  EXPECT_EQ(clock.timers().size(), 1u);
  held.End();
}

TEST(HeldCallsTest, TheEndReleasesAllAndHoldsNoMore) {
  ClockDriver clock(Mode(ClockMode::kManual));
  HeldCalls held(&clock);
  Outcome in_virtual_time;
  Outcome in_real_time;
  Outcome late;
  held.HoldVirtual(absl::Hours(1), nullptr, in_virtual_time.Release());
  held.HoldReal(absl::Hours(1), nullptr, in_real_time.Release());
  held.End();
  EXPECT_EQ(in_virtual_time.Wait().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(in_real_time.Wait().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(clock.timers().size(), 0u);
  held.HoldVirtual(absl::Hours(1), nullptr, late.Release());
  EXPECT_EQ(late.Wait().code(), absl::StatusCode::kUnavailable);
}

TEST(HeldCallsTest, TooManyAreRefusedWithAHint) {
  ClockDriver clock(Mode(ClockMode::kManual));
  HeldCalls held(&clock);
  for (size_t i = 0; i < HeldCalls::kMaxHeld; ++i) {
    held.HoldVirtual(absl::Hours(1), nullptr, [](absl::Status) {});
  }
  Outcome refused;
  held.HoldVirtual(absl::Hours(1), nullptr, refused.Release());
  EXPECT_EQ(refused.Wait().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace lazuli::emulator

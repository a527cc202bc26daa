#include "base/clock.h"

#include <thread>  // NOLINT
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

TEST(ManualClockTest, StandsStillUntilSet) {
  const absl::Time start = absl::FromUnixSeconds(1'900'000'000);
  ManualClock clock(start);
  EXPECT_EQ(clock.Now(), start);
  EXPECT_EQ(clock.Now(), start);
  clock.Set(start + absl::Nanoseconds(1));
  EXPECT_EQ(clock.Now(), start + absl::Nanoseconds(1));
}

TEST(ManualClockTest, NeverGoesBack) {
  const absl::Time start = absl::FromUnixSeconds(1'900'000'000);
  ManualClock clock(start);
  clock.Set(start - absl::Seconds(1));
  EXPECT_EQ(clock.Now(), start);
  clock.Set(absl::InfinitePast());
  EXPECT_EQ(clock.Now(), start);
}

TEST(ManualClockTest, ShowsTheNearestInstantOfItsRange) {
  ManualClock clock(absl::InfinitePast());
  EXPECT_EQ(clock.Now(), MinClockTime());
  clock.Set(absl::InfiniteFuture());
  EXPECT_EQ(clock.Now(), MaxClockTime());
}

TEST(ManualClockTest, KeepsTheLatestOfConcurrentSettings) {
  const absl::Time start = absl::UnixEpoch();
  ManualClock clock(start);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&clock, start, t] {
      absl::Time before = start;
      for (int i = 0; i < 1'000; ++i) {
        clock.Set(start + absl::Seconds(i * 4 + t));
        const absl::Time now = clock.Now();
        EXPECT_GE(now, before);
        before = now;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(clock.Now(), start + absl::Seconds(999 * 4 + 3));
}

}  // namespace
}  // namespace lazuli

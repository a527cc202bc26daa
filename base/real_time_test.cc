#include "base/real_time.h"

#include "absl/time/time.h"
#include "base/clock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

TEST(RealTimeTest, ClockShowsTheSameTimeAsTheFunction) {
  const RealClock real;
  const Clock& clock = real;
  const absl::Time before = RealNow();
  const absl::Time shown = clock.Now();
  const absl::Time after = RealNow();
  EXPECT_LE(before, shown);
  EXPECT_LE(shown, after);
}

TEST(RealTimeTest, LiesInThePresent) {
  // Later than this file was written.
  EXPECT_GT(RealNow(), absl::FromUnixSeconds(1'700'000'000));
}

}  // namespace
}  // namespace lazuli

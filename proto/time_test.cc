#include "proto/time.h"

#include "gtest/gtest.h"

namespace lazuli {
namespace {

TEST(TimeTest, InstantsComeBackToTheNanosecond) {
  for (const absl::Time time : {absl::UnixEpoch(), absl::FromUnixNanos(1'234'567'890'123'456'789),
                                absl::FromUnixNanos(-1), absl::FromUnixSeconds(253'402'300'799)}) {
    EXPECT_EQ(FromProto(ToProto(time)), time);
    EXPECT_GE(ToProto(time).nanos(), 0);
  }
}

TEST(TimeTest, DurationsComeBackToTheNanosecond) {
  for (const absl::Duration duration : {absl::ZeroDuration(), absl::Nanoseconds(1'500'000'001),
                                        -absl::Milliseconds(1500), absl::Hours(24) * 90}) {
    EXPECT_EQ(FromProto(ToProto(duration)), duration);
  }
}

}  // namespace
}  // namespace lazuli

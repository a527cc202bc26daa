#include "batch/service/output.h"

#include "absl/time/time.h"
#include "base/iso8601.h"
#include "batch/workload/types.h"
#include "gtest/gtest.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

TEST(OutputTest, UrlsNameTheObject) {
  EXPECT_EQ(PoolUrl("https://a", "p"), "https://a/pools/p");
  EXPECT_EQ(NodeUrl("https://a", "p", "n"), "https://a/pools/p/nodes/n");
  EXPECT_EQ(JobUrl("https://a", "j"), "https://a/jobs/j");
  EXPECT_EQ(TaskUrl("https://a", "j", "t"), "https://a/jobs/j/tasks/t");
}

TEST(OutputTest, ETagsAreTicksAndChangeWithEveryRevision) {
  const absl::Time time = absl::FromCivil(absl::CivilSecond(2017, 6, 27), absl::UTCTimeZone());
  EXPECT_EQ(ETag({time, 0}), "0x8D4BCEF74458000");
  EXPECT_NE(ETag({time, 1}), ETag({time, 0}));
  EXPECT_NE(ETag({time + absl::Seconds(1), 0}), ETag({time, 0}));
}

TEST(OutputTest, NoLimitIsTheLongestDuration) {
  EXPECT_EQ(FromProto(WriteDuration(absl::InfiniteDuration())), MaxTimeSpan());
  EXPECT_EQ(FromProto(WriteDuration(absl::Hours(1))), absl::Hours(1));
}

}  // namespace
}  // namespace lazuli::batch

#include "emulator/cli/demo/timeline.h"

#include <sstream>

#include "base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

absl::Status KeyDisabled() {
  ErrorInfo info;
  info.code = "Forbidden";
  info.inner_code = "KeyDisabled";
  return MakeError(absl::StatusCode::kPermissionDenied, "Operation wrap is not allowed.", info);
}

TEST(TimelineTest, CountsWhatDiffers) {
  std::ostringstream out;
  Timeline timeline(&out);
  timeline.Check("nodes", "4 idle", "4 idle");
  timeline.Check("nodes", "4 idle", "3 idle");
  EXPECT_TRUE(timeline.Ok("call", absl::OkStatus()));
  EXPECT_FALSE(timeline.Ok("call", KeyDisabled()));
  timeline.Refused("call", "Forbidden/KeyDisabled", KeyDisabled());
  timeline.Refused("call", "Forbidden/KeyDisabled", absl::OkStatus());
  timeline.Refused("call", "Forbidden", KeyDisabled());
  EXPECT_EQ(timeline.checks(), 7);
  EXPECT_EQ(timeline.differences(), 4);
  timeline.Summary();
  EXPECT_THAT(out.str(), HasSubstr("4 of 7 steps went otherwise than expected."));
}

TEST(TimelineTest, ShowsExpectedAndSeenAtTheirVirtualTime) {
  std::ostringstream out;
  Timeline timeline(&out);
  timeline.SetElapsed(absl::Hours(1) + absl::Minutes(2) + absl::Seconds(3));
  timeline.Check("nodes", "4 idle", "3 idle");
  EXPECT_THAT(out.str(), HasSubstr("FAIL  +1:02:03  nodes"));
  EXPECT_THAT(out.str(), HasSubstr("expected: 4 idle"));
  EXPECT_THAT(out.str(), HasSubstr("seen: 3 idle"));
}

TEST(TimelineTest, ARefusalShowsItsReasonsInShort) {
  std::ostringstream out;
  Timeline timeline(&out);
  ErrorInfo info;
  info.code = "AccountIsDisabled";
  info.details = {{"Reason", std::string(1000, 'x')}};
  timeline.Refused("call", "AccountIsDisabled",
                   MakeError(absl::StatusCode::kPermissionDenied, "first line\nsecond line", info));
  EXPECT_THAT(out.str(), HasSubstr("first line\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("second line")));
  EXPECT_THAT(out.str(), HasSubstr("Reason: xxx"));
  EXPECT_LT(out.str().size(), 600u);
}

}  // namespace
}  // namespace lazuli::emulator

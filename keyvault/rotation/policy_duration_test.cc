#include "keyvault/rotation/policy_duration.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/iso8601.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

PolicyDuration Of(const char* text) { return *PolicyDuration::Parse(text); }
absl::Time At(const char* text) { return *ParseIso8601Time(text); }
absl::Duration Days(int days) { return absl::Hours(24) * days; }

TEST(PolicyDurationTest, KeepsTheTextAsItWasWritten) {
  for (const char* text : {"P48M", "P4Y", "P30D", "P1Y10D", "PT720H", "P5W", "P0Y40D"}) {
    EXPECT_EQ(Of(text).text(), text);
  }
}

TEST(PolicyDurationTest, RefusesWhatIsNoTimeOrTooLong) {
  for (const char* text : {"", "90", "P", "p90d", "P0D", "PT0S", "-P90D", "P101Y", "P36501D"}) {
    EXPECT_THAT(PolicyDuration::Parse(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  LAZULI_EXPECT_OK(PolicyDuration::Parse("P100Y"));
}

TEST(PolicyDurationTest, FollowsTheCalendarForwards) {
  const struct {
    const char* duration;
    const char* from;
    const char* to;
  } kCases[] = {
      {"P30D", "2030-01-31T10:20:30Z", "2030-03-02T10:20:30Z"},
      {"P48M", "2023-03-01T00:00:00Z", "2027-03-01T00:00:00Z"},
      {"P1M", "2030-01-31T00:00:00Z", "2030-02-28T00:00:00Z"},
      {"P1M", "2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z"},
      {"P1Y", "2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"},
      {"P2Y", "2030-06-15T00:00:00Z", "2032-06-15T00:00:00Z"},
      {"P1M1D", "2030-01-31T00:00:00Z", "2030-03-01T00:00:00Z"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Of(test.duration).After(At(test.from)), At(test.to))
        << test.duration << " after " << test.from;
  }
  const absl::Time start = At("2030-01-01T00:00:00Z");
  EXPECT_EQ(Of("P48M").After(start) - start, Days(1461));
}

TEST(PolicyDurationTest, FollowsTheCalendarBackwards) {
  EXPECT_EQ(Of("P30D").Before(At("2030-03-02T10:20:30Z")), At("2030-01-31T10:20:30Z"));
  EXPECT_EQ(Of("P1M").Before(At("2030-03-31T00:00:00Z")), At("2030-02-28T00:00:00Z"));
  EXPECT_EQ(Of("P1Y").Before(At("2028-02-29T00:00:00Z")), At("2027-02-28T00:00:00Z"));
  EXPECT_EQ(Of("PT36H").Before(At("2030-01-02T00:00:00Z")), At("2029-12-31T12:00:00Z"));
}

TEST(PolicyDurationTest, KnowsHowLongItLastsAtLeast) {
  EXPECT_EQ(Of("P1M").AtLeast(), Days(28));
  EXPECT_EQ(Of("P3M").AtLeast(), Days(89));
  EXPECT_EQ(Of("P48M").AtLeast(), Days(1460));
  EXPECT_EQ(Of("P1Y10D").AtLeast(), Days(375));
  EXPECT_EQ(Of("PT48H").AtLeast(), Days(2));
}

// Against the calendar itself: from no day of five years is any span shorter than is said.
TEST(PolicyDurationTest, NoSpanIsShorterThanItsLowerBound) {
  for (int months = 1; months <= 50; ++months) {
    const PolicyDuration duration = Of(("P" + std::to_string(months) + "M").c_str());
    absl::Duration shortest = absl::InfiniteDuration();
    for (int day = 0; day < 5 * 366; ++day) {
      const absl::Time from = At("2096-01-01T00:00:00Z") + Days(day);  // past a year 2100
      // Clamping takes up to three days off the end of a month.
      shortest = std::min(shortest, duration.After(from) - from);
    }
    EXPECT_LE(duration.AtLeast(), shortest) << months;
    EXPECT_GE(duration.AtLeast(), shortest - Days(2)) << months;
  }
}

TEST(PolicyDurationTest, ComparesWithoutTheMonthsThatBothHave) {
  EXPECT_EQ(Of("P1M7D").LongerThan(Of("P1M")), Days(7));
  EXPECT_EQ(Of("P1Y7D").LongerThan(Of("P12M")), Days(7));
  EXPECT_EQ(Of("P1Y").LongerThan(Of("P11M")), Days(28));
  EXPECT_EQ(Of("P30D").LongerThan(Of("P23D")), Days(7));
  EXPECT_LT(Of("P30D").LongerThan(Of("P1M")), absl::ZeroDuration());
  EXPECT_LT(Of("P1797D").LongerThan(Of("P59M")), absl::ZeroDuration());
}

// What is never negative for a pair of policy durations must not be so for any day.
TEST(PolicyDurationTest, AGapOfAWeekIsAGapOnEveryDay) {
  const char* const kTexts[] = {"P1M", "P2M", "P11M",  "P12M", "P13M",  "P59M",  "P30D",  "P100D",
                                "P1Y", "P2Y", "P1Y7D", "P5Y",  "P6M8D", "P401D", "P1805D"};
  for (const char* longer : kTexts) {
    for (const char* shorter : kTexts) {
      if (Of(longer).LongerThan(Of(shorter)) < Days(7)) continue;
      for (int day = 0; day < 5 * 366; ++day) {
        const absl::Time created = At("2027-01-01T00:00:00Z") + Days(day);
        const absl::Time expiry = Of(longer).After(created);
        ASSERT_GT(Of(shorter).Before(expiry), created) << longer << " " << shorter << " " << day;
        ASSERT_LT(Of(shorter).After(created), expiry) << longer << " " << shorter << " " << day;
      }
    }
  }
}

}  // namespace
}  // namespace lazuli::keyvault

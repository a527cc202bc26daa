#include "base/iso8601.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

absl::Time Instant(absl::string_view rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return time;
}

TEST(Iso8601DurationTest, ReadsFixedDurations) {
  struct {
    const char* text;
    absl::Duration duration;
  } const kCases[] = {
      {"PT0S", absl::ZeroDuration()},
      {"P0D", absl::ZeroDuration()},
      {"P7D", absl::Hours(7 * 24)},
      {"P90D", absl::Hours(90 * 24)},
      {"P2W", absl::Hours(14 * 24)},
      {"PT1H", absl::Hours(1)},
      {"PT30M", absl::Minutes(30)},
      {"PT1.5S", absl::Milliseconds(1'500)},
      {"PT0.0000001S", absl::Nanoseconds(100)},
      {"PT0.00000019S", absl::Nanoseconds(100)},
      {"PT90M", absl::Minutes(90)},
      {"PT3600S", absl::Hours(1)},
      {"P1DT2H3M4S", absl::Hours(26) + absl::Minutes(3) + absl::Seconds(4)},
      {"P1DT4S", absl::Hours(24) + absl::Seconds(4)},
      {"P0Y0M3D", absl::Hours(72)},
      {"P10675199DT2H48M5.4775807S", MaxTimeSpan()},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(ParseIso8601Duration(c.text), IsOkAndHolds(c.duration)) << c.text;
  }
}

TEST(Iso8601DurationTest, ReadsCalendarDurations) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const CalendarDuration all,
                              ParseCalendarDuration("P2Y10M15DT10H30M20.25S"));
  EXPECT_EQ(all.years, 2);
  EXPECT_EQ(all.months, 10);
  EXPECT_EQ(all.days, 15);
  EXPECT_EQ(all.time, absl::Hours(10) + absl::Minutes(30) + absl::Milliseconds(20'250));
  EXPECT_TRUE(all.has_calendar_part());
  LAZULI_ASSERT_OK_AND_ASSIGN(const CalendarDuration months, ParseCalendarDuration("P48M"));
  EXPECT_EQ(months, (CalendarDuration{.months = 48}));
  LAZULI_ASSERT_OK_AND_ASSIGN(const CalendarDuration minutes, ParseCalendarDuration("PT48M"));
  EXPECT_EQ(minutes, (CalendarDuration{.time = absl::Minutes(48)}));
  EXPECT_FALSE(minutes.has_calendar_part());
}

TEST(Iso8601DurationTest, RefusesEverythingElse) {
  for (const char* text :
       {"",       "P",        "PT",      "P1",       "P1DT",   "1D",       "p1d",   "P1d",
        "-P1D",   "P-1D",     "+P1D",    "P1H",      "PT1D",   "P1S",      "PT1Y",  "P1DT1",
        "PT1.S",  "PT.5S",    "PT1.5M",  "P1.5D",    "P1.5W",  "PT1,5S",   "P1D2D", "P1D1Y",
        "PT1S1M", "PT1M1M",   "P1W1D",   "P1DT1W",   "PT1W",   " P1D",     "P1D ",  "P 1D",
        "P1TT1S", "P1DTT1S",  "1.00:00", "P1DT1HT1", "PT1H\n", "P1Y1W",    "TP1D",  "P1M1Y",
        "P1..5S", "PT1.5.5S", "PTS",     "PD",       "PT5",    "P\xc3\xa4"}) {
    EXPECT_THAT(ParseCalendarDuration(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  EXPECT_THAT(ParseCalendarDuration(absl::string_view("P1D\0", 4)),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Iso8601DurationTest, RefusesWhatNoTimeSpanHolds) {
  for (const char* text :
       {"P10675199DT2H48M5.4775808S", "P10675200D", "P999999999999999999D", "P1525029W",
        "PT99999999999999999999S", "PT922337203686S", "PT922337203685.4775808S", "P10000Y",
        "P119989M", "P9223372036854775807Y", "PT922337203685S1M", "P10675199DT10675199H"}) {
    EXPECT_THAT(ParseCalendarDuration(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  LAZULI_EXPECT_OK(ParseCalendarDuration("P9999Y119988M"));
}

TEST(Iso8601DurationTest, FixedDurationsHaveNoYearsOrMonths) {
  for (const char* text : {"P1Y", "P1M", "P48M", "P1Y2DT3H"}) {
    EXPECT_THAT(ParseIso8601Duration(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(Iso8601DurationTest, Writes) {
  struct {
    absl::Duration duration;
    const char* text;
  } const kCases[] = {
      {absl::ZeroDuration(), "PT0S"},
      {absl::Nanoseconds(99), "PT0S"},
      {absl::Nanoseconds(100), "PT0.0000001S"},
      {absl::Milliseconds(1'500), "PT1.5S"},
      {absl::Seconds(60), "PT1M"},
      {absl::Minutes(90), "PT1H30M"},
      {absl::Hours(24 * 7), "P7D"},
      {absl::Hours(26) + absl::Minutes(3) + absl::Seconds(4), "P1DT2H3M4S"},
      {absl::Hours(24) + absl::Milliseconds(1), "P1DT0.001S"},
      {absl::Hours(1) + absl::Seconds(1), "PT1H1S"},
      {MaxTimeSpan(), "P10675199DT2H48M5.4775807S"},
      {MaxTimeSpan() + absl::Hours(1), "P10675199DT2H48M5.4775807S"},
      {absl::InfiniteDuration(), "P10675199DT2H48M5.4775807S"},
      {-absl::Minutes(5), "-PT5M"},
      {-absl::InfiniteDuration(), "-P10675199DT2H48M5.4775807S"},
  };
  for (const auto& c : kCases) EXPECT_EQ(FormatIso8601Duration(c.duration), c.text);
}

TEST(Iso8601DurationTest, ReadsWhatItWrites) {
  for (const absl::Duration duration :
       {absl::ZeroDuration(), absl::Nanoseconds(100), absl::Seconds(59), absl::Minutes(59),
        absl::Hours(23), absl::Hours(24), absl::Hours(1000) + absl::Nanoseconds(1'234'500),
        MaxTimeSpan()}) {
    EXPECT_THAT(ParseIso8601Duration(FormatIso8601Duration(duration)), IsOkAndHolds(duration));
  }
}

TEST(CalendarDurationTest, AddsAsTheCalendarDoes) {
  struct {
    const char* start;
    const char* duration;
    const char* end;
  } const kCases[] = {
      {"2026-01-31T10:20:30Z", "P48M", "2030-01-31T10:20:30Z"},
      {"2026-01-31T10:20:30.5Z", "P1M", "2026-02-28T10:20:30.5Z"},  // clamped
      {"2024-01-31T00:00:00Z", "P1M", "2024-02-29T00:00:00Z"},      // leap year
      {"2023-12-31T23:59:59Z", "P2M", "2024-02-29T23:59:59Z"},      // over the year's end
      {"2024-02-29T12:00:00Z", "P1Y", "2025-02-28T12:00:00Z"},      // no leap year
      {"2024-02-29T12:00:00Z", "P4Y", "2028-02-29T12:00:00Z"},
      {"2000-02-29T00:00:00Z", "P100Y", "2100-02-28T00:00:00Z"},  // 2100 is none
      {"2026-08-31T00:00:00Z", "P1M", "2026-09-30T00:00:00Z"},
      {"2026-08-31T00:00:00Z", "P1M1D", "2026-10-01T00:00:00Z"},  // clamped, then days
      {"2026-11-30T00:00:00Z", "P3M", "2027-02-28T00:00:00Z"},
      {"2026-05-15T00:00:00Z", "P2Y", "2028-05-15T00:00:00Z"},
      {"2024-02-28T00:00:00Z", "P1D", "2024-02-29T00:00:00Z"},
      {"2026-01-01T00:00:00Z", "P90D", "2026-04-01T00:00:00Z"},
      {"2026-12-31T23:59:59Z", "PT1S", "2027-01-01T00:00:00Z"},
      {"1969-12-31T23:59:59.25Z", "P1M", "1970-01-31T23:59:59.25Z"},
      {"2026-01-01T00:00:00Z", "PT0S", "2026-01-01T00:00:00Z"},
  };
  for (const auto& c : kCases) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const CalendarDuration duration, ParseCalendarDuration(c.duration));
    EXPECT_EQ(duration.AddTo(Instant(c.start)), Instant(c.end)) << c.start << " + " << c.duration;
  }
}

TEST(CalendarDurationTest, NegativePartsGoBack) {
  const CalendarDuration month{.months = -1};
  EXPECT_EQ(month.AddTo(Instant("2024-03-31T00:00:00Z")), Instant("2024-02-29T00:00:00Z"));
  const CalendarDuration week{.days = -7};
  EXPECT_EQ(week.AddTo(Instant("2024-03-01T00:00:00Z")), Instant("2024-02-23T00:00:00Z"));
}

TEST(CalendarDurationTest, InfinityStays) {
  const CalendarDuration year{.years = 1};
  EXPECT_EQ(year.AddTo(absl::InfiniteFuture()), absl::InfiniteFuture());
  EXPECT_EQ(year.AddTo(absl::InfinitePast()), absl::InfinitePast());
}

TEST(Iso8601TimeTest, Reads) {
  struct {
    const char* text;
    absl::Time time;
  } const kCases[] = {
      {"1970-01-01T00:00:00Z", absl::UnixEpoch()},
      {"1970-01-01t00:00:00z", absl::UnixEpoch()},
      {"2030-03-17T17:46:40Z", absl::FromUnixSeconds(1'900'000'000)},
      {"2030-03-17T19:46:40+02:00", absl::FromUnixSeconds(1'900'000'000)},
      {"2030-03-17T12:16:40-05:30", absl::FromUnixSeconds(1'900'000'000)},
      {"2030-03-17T17:46:40-00:00", absl::FromUnixSeconds(1'900'000'000)},
      {"2030-03-17T17:46:40.1Z", absl::FromUnixMillis(1'900'000'000'100)},
      {"2030-03-17T17:46:40.1234567Z",
       absl::FromUnixSeconds(1'900'000'000) + absl::Nanoseconds(123'456'700)},
      {"2030-03-17T17:46:40.123456789999999999999999Z",
       absl::FromUnixSeconds(1'900'000'000) + absl::Nanoseconds(123'456'789)},
      {"2024-02-29T00:00:00Z", absl::FromUnixSeconds(1'709'164'800)},
      {"9999-12-31T23:59:59Z", absl::FromUnixSeconds(253'402'300'799)},
      {"0001-01-01T00:00:00Z", absl::FromUnixSeconds(-62'135'596'800)},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(ParseIso8601Time(c.text), IsOkAndHolds(c.time)) << c.text;
  }
}

TEST(Iso8601TimeTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2030",
                           "2030-03-17",
                           "2030-03-17T17:46:40",
                           "2030-03-17 17:46:40Z",
                           "2030-03-17T17:46Z",
                           "2030-03-17T17:46:40.Z",
                           "2030-03-17T17:46:40,5Z",
                           "2030-3-17T17:46:40Z",
                           "2030-13-01T00:00:00Z",
                           "2030-00-01T00:00:00Z",
                           "2030-01-00T00:00:00Z",
                           "2030-01-32T00:00:00Z",
                           "2030-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2030-04-31T00:00:00Z",
                           "2030-01-01T24:00:00Z",
                           "2030-01-01T00:60:00Z",
                           "2030-01-01T00:00:60Z",
                           "0000-01-01T00:00:00Z",
                           "10000-01-01T00:00:00Z",
                           "-2030-01-01T00:00:00Z",
                           "2030-01-01T00:00:00+0200",
                           "2030-01-01T00:00:00+2:00",
                           "2030-01-01T00:00:00+24:00",
                           "2030-01-01T00:00:00+02:60",
                           "2030-01-01T00:00:00+02",
                           "2030-01-01T00:00:00ZZ",
                           " 2030-01-01T00:00:00Z",
                           "2030-01-01T00:00:00Z ",
                           "infinite-future",
                           "1900000000"}) {
    EXPECT_THAT(ParseIso8601Time(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(Iso8601TimeTest, WritesWithTheFractionAskedFor) {
  const absl::Time time = absl::FromUnixSeconds(1'900'000'000) + absl::Nanoseconds(123'456'789);
  struct {
    int digits;
    const char* text;
  } const kCases[] = {
      {0, "2030-03-17T17:46:40Z"},           {1, "2030-03-17T17:46:40.1Z"},
      {3, "2030-03-17T17:46:40.123Z"},       {7, "2030-03-17T17:46:40.1234567Z"},
      {9, "2030-03-17T17:46:40.123456789Z"}, {12, "2030-03-17T17:46:40.123456789Z"},
  };
  for (const auto& c : kCases) EXPECT_EQ(FormatIso8601Time(time, c.digits), c.text);
}

TEST(Iso8601TimeTest, WritesTruncatedAndWithinFourDigitYears) {
  EXPECT_EQ(FormatIso8601Time(absl::UnixEpoch() - absl::Nanoseconds(1), 3),
            "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatIso8601Time(absl::UnixEpoch(), 3), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatIso8601Time(absl::InfiniteFuture(), 7), "9999-12-31T23:59:59.9999999Z");
  EXPECT_EQ(FormatIso8601Time(absl::InfinitePast(), 0), "0001-01-01T00:00:00Z");
}

TEST(Iso8601TimeTest, ReadsWhatItWrites) {
  const absl::Time time = absl::FromUnixSeconds(951'782'400) + absl::Nanoseconds(5);
  EXPECT_THAT(ParseIso8601Time(FormatIso8601Time(time, 9)), IsOkAndHolds(time));
}

}  // namespace
}  // namespace lazuli

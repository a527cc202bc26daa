// File: base/iso8601.h
//
// Instants and durations as Azure's JSON spells them.
#ifndef LAZULI_BASE_ISO8601_H_
#define LAZULI_BASE_ISO8601_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli {

// A duration with calendar parts, e.g. P2Y, P48M, P90D, P1DT2H3.5S. Weeks are read as seven days.
struct CalendarDuration {
  int64_t years = 0;
  int64_t months = 0;
  int64_t days = 0;
  absl::Duration time;  // hours, minutes, seconds

  // Calendar arithmetic in UTC: years and months keep the day of the month, clamped to the month's
  // last day.
  absl::Time AddTo(absl::Time time) const;
  bool has_calendar_part() const { return years != 0 || months != 0; }
};

// .NET's TimeSpan.MaxValue, which Batch writes for "no limit": P10675199DT2H48M5.4775807S.
absl::Duration MaxTimeSpan();

absl::StatusOr<CalendarDuration> ParseCalendarDuration(absl::string_view text);
// Refuses years and months, whose length is not fixed.
absl::StatusOr<absl::Duration> ParseIso8601Duration(absl::string_view text);
// "PT0S", "PT1.5S", "P7D", "P1DT2H3M4S"; resolution 100 ns.
std::string FormatIso8601Duration(absl::Duration duration);

// RFC 3339 with any number of fraction digits and Z or an offset.
absl::StatusOr<absl::Time> ParseIso8601Time(absl::string_view text);
// UTC with `fraction_digits` (0 to 9) digits and Z, truncated.
std::string FormatIso8601Time(absl::Time time, int fraction_digits);

}  // namespace lazuli

#endif  // LAZULI_BASE_ISO8601_H_

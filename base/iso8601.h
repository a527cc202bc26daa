// File: base/iso8601.h
//
// Instants and durations as Azure's JSON spells them.
#ifndef LAZULI_BASE_ISO8601_H_
#define LAZULI_BASE_ISO8601_H_

#include <cstdint>
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
  absl::Duration time = absl::ZeroDuration();  // hours, minutes, seconds

  // Calendar arithmetic in UTC: years and months keep the day of the month, clamped to the month's
  // last day; then days of 24 hours and the time are added.
  absl::Time AddTo(absl::Time time) const;
  bool has_calendar_part() const { return years != 0 || months != 0; }

  friend bool operator==(const CalendarDuration&, const CalendarDuration&) = default;
};

// .NET's TimeSpan.MaxValue, which Batch writes for "no limit": P10675199DT2H48M5.4775807S.
absl::Duration MaxTimeSpan();

// The text is P[nY][nM][nD][T[nH][nM][n[.n]S]] or PnW, in upper case, with at least one part and at
// least one after T; only seconds take a fraction, of which what is below 100 ns is dropped.
// INVALID_ARGUMENT for anything else, for a sign, for years above 9,999 or as many months, and for
// days and time above MaxTimeSpan() together. The error names no field: the caller knows it.
absl::StatusOr<CalendarDuration> ParseCalendarDuration(absl::string_view text);
// As above; refuses years and months too, whose length is not fixed.
absl::StatusOr<absl::Duration> ParseIso8601Duration(absl::string_view text);
// "PT0S", "PT1.5S", "P7D", "P1DT2H3M4S"; resolution 100 ns, truncated. More than MaxTimeSpan() is
// written as MaxTimeSpan(); a negative duration begins with a minus, as .NET writes it.
std::string FormatIso8601Duration(absl::Duration duration);

// RFC 3339 with any number of fraction digits (what is below one nanosecond is dropped) and Z or an
// offset, T and Z in either case; years 0001 to 9999, no leap seconds, as .NET reads it.
// INVALID_ARGUMENT for anything else.
absl::StatusOr<absl::Time> ParseIso8601Time(absl::string_view text);
// UTC with `fraction_digits` (0 to 9) digits and Z, truncated. Instants outside of the years 0001
// to 9999 are written as the nearest in them.
std::string FormatIso8601Time(absl::Time time, int fraction_digits);

}  // namespace lazuli

#endif  // LAZULI_BASE_ISO8601_H_

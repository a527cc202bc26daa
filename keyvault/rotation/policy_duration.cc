#include "keyvault/rotation/policy_duration.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "keyvault/limits.h"

namespace lazuli::keyvault {
namespace {

constexpr int64_t kDaysOfYear = 365;
// Of so many months in a row, less than a year: the days of the shortest and of the longest.
constexpr int64_t kShortest[12] = {0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334};
constexpr int64_t kLongest[12] = {0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337};

// At least that long; `months` may be negative.
absl::Duration ShortestMonths(int64_t months) {
  if (months >= 0) return absl::Hours(24) * (months / 12 * kDaysOfYear + kShortest[months % 12]);
  const int64_t years = -months / 12;
  // At most one day more in four years, and in a part of them.
  const int64_t leap_days = (years + 3) / 4;
  return -absl::Hours(24) * (years * kDaysOfYear + leap_days + kLongest[-months % 12]);
}

}  // namespace

absl::StatusOr<PolicyDuration> PolicyDuration::Parse(absl::string_view text) {
  LAZULI_ASSIGN_OR_RETURN(const CalendarDuration calendar, ParseCalendarDuration(text));
  const PolicyDuration duration(text, calendar);
  if (duration.AtLeast() <= absl::ZeroDuration()) {
    return InvalidInputError("", "the duration must be longer than zero");
  }
  constexpr int kMaxYears = limits::keyvault::kMaxRotationPolicyYears;
  if (duration.AtLeast() > absl::Hours(24) * kDaysOfYear * kMaxYears) {
    return InvalidInputError(
        "", absl::StrCat("the duration must not be longer than ", kMaxYears, " years"));
  }
  return duration;
}

absl::Time PolicyDuration::Before(absl::Time time) const {
  CalendarDuration back;
  back.years = -calendar_.years;
  back.months = -calendar_.months;
  back.days = -calendar_.days;
  back.time = -calendar_.time;
  return back.AddTo(time);
}

absl::Duration PolicyDuration::AtLeast() const { return ShortestMonths(months()) + rest(); }

absl::Duration PolicyDuration::LongerThan(const PolicyDuration& other) const {
  return ShortestMonths(months() - other.months()) + rest() - other.rest();
}

}  // namespace lazuli::keyvault

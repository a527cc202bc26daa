#include "base/iso8601.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "base/error.h"

namespace lazuli {
namespace {

constexpr int64_t kTicksPerSecond = 10'000'000;  // of 100 ns, as .NET counts
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kMaxYears = 9'999;
constexpr int64_t kMaxMonths = kMaxYears * 12;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Walks over a text, taking what is asked for or refusing.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }

  bool Take(char wanted) {
    if (peek() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  // All the digits that come: at least one, and a number that is not absurd.
  std::optional<int64_t> Number() {
    if (!IsDigit(peek())) return std::nullopt;
    int64_t value = 0;
    while (IsDigit(peek())) {
      value = value * 10 + (peek() - '0');
      if (value > INT64_MAX / 100) return std::nullopt;
      text_.remove_prefix(1);
    }
    return value;
  }

  // Exactly `count` digits.
  std::optional<int> Digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!IsDigit(peek())) return std::nullopt;
      value = value * 10 + (peek() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  // A fraction's digits, at least one, as units of 10^-digits; what comes below is dropped.
  std::optional<int64_t> Fraction(int digits) {
    if (!IsDigit(peek())) return std::nullopt;
    int64_t value = 0;
    int taken = 0;
    for (; IsDigit(peek()); text_.remove_prefix(1)) {
      if (taken == digits) continue;
      value = value * 10 + (peek() - '0');
      ++taken;
    }
    for (; taken < digits; ++taken) value *= 10;
    return value;
  }

 private:
  absl::string_view text_;
};

absl::Status InvalidDuration() {
  return InvalidInputError(
      "", "an ISO 8601 duration such as P90D or PT1H30M is expected, without sign");
}

absl::Status DurationTooLong() { return InvalidInputError("", "the duration is too long"); }

absl::Status InvalidTime() {
  return InvalidInputError("", "an RFC 3339 instant such as 2030-01-31T12:00:00Z is expected");
}

// The parts of a duration as read, in the order in which they must come.
enum Part { kYears, kMonths, kDays, kHours, kMinutes, kSeconds, kPartCount };

struct Unit {
  char letter;
  bool after_t;
};
constexpr Unit kUnits[kPartCount] = {{'Y', false}, {'M', false}, {'D', false},
                                     {'H', true},  {'M', true},  {'S', true}};

struct Parts {
  int64_t values[kPartCount] = {};
  int64_t ticks = 0;  // the fraction of a second
};

// Reads "P..." without weeks, after the P.
std::optional<Parts> ReadParts(Scanner scanner) {
  Parts parts;
  int next = kYears;
  bool after_t = false;
  bool has_part = false;  // since P, and anew since T
  while (!scanner.at_end()) {
    if (!after_t && scanner.Take('T')) {
      after_t = true;
      has_part = false;
      continue;
    }
    const std::optional<int64_t> value = scanner.Number();
    if (!value.has_value()) return std::nullopt;
    const bool has_fraction = scanner.Take('.');
    if (has_fraction) {
      const std::optional<int64_t> ticks = scanner.Fraction(7);
      if (!ticks.has_value()) return std::nullopt;
      parts.ticks = *ticks;
    }
    int part = next;
    while (part < kPartCount &&
           (kUnits[part].letter != scanner.peek() || kUnits[part].after_t != after_t)) {
      ++part;
    }
    if (part == kPartCount || (has_fraction && part != kSeconds)) return std::nullopt;
    scanner.Take(scanner.peek());
    parts.values[part] = *value;
    next = part + 1;
    has_part = true;
  }
  if (!has_part) return std::nullopt;
  return parts;
}

// "PnW", or nullopt when the text is something else.
std::optional<int64_t> ReadWeeks(Scanner scanner) {
  const std::optional<int64_t> weeks = scanner.Number();
  if (!weeks.has_value() || !scanner.Take('W') || !scanner.at_end()) return std::nullopt;
  return weeks;
}

absl::StatusOr<CalendarDuration> FromParts(const Parts& parts) {
  // No single part may be above the whole's limit, so that no sum below can overflow.
  constexpr int64_t kMaxSeconds = INT64_MAX / kTicksPerSecond;
  const int64_t unit_seconds[] = {0, 0, kSecondsPerDay, 3'600, 60, 1};
  for (int part = kDays; part < kPartCount; ++part) {
    if (parts.values[part] > kMaxSeconds / unit_seconds[part]) return DurationTooLong();
  }
  CalendarDuration duration;
  duration.years = parts.values[kYears];
  duration.months = parts.values[kMonths];
  duration.days = parts.values[kDays];
  duration.time = absl::Seconds(parts.values[kHours] * 3'600 + parts.values[kMinutes] * 60 +
                                parts.values[kSeconds]) +
                  absl::Nanoseconds(parts.ticks * 100);
  if (duration.years > kMaxYears || duration.months > kMaxMonths ||
      absl::Seconds(duration.days * kSecondsPerDay) + duration.time > MaxTimeSpan()) {
    return DurationTooLong();
  }
  return duration;
}

// Reads "Z" or an offset to the end and returns how far it lies from UTC.
std::optional<absl::Duration> ReadZone(Scanner scanner) {
  if (scanner.Take('Z') || scanner.Take('z')) {
    return scanner.at_end() ? std::optional(absl::ZeroDuration()) : std::nullopt;
  }
  const bool is_negative = scanner.peek() == '-';
  if (!scanner.Take('+') && !scanner.Take('-')) return std::nullopt;
  const std::optional<int> hours = scanner.Digits(2);
  if (!hours.has_value() || *hours > 23 || !scanner.Take(':')) return std::nullopt;
  const std::optional<int> minutes = scanner.Digits(2);
  if (!minutes.has_value() || *minutes > 59 || !scanner.at_end()) return std::nullopt;
  const absl::Duration offset = absl::Hours(*hours) + absl::Minutes(*minutes);
  return is_negative ? -offset : offset;
}

}  // namespace

absl::Time CalendarDuration::AddTo(absl::Time start) const {
  if (start == absl::InfiniteFuture() || start == absl::InfinitePast()) return start;
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::CivilSecond civil = absl::ToCivilSecond(start, utc);
  const absl::Duration subsecond = start - absl::FromCivil(civil, utc);
  const absl::CivilMonth month = absl::CivilMonth(civil) + (years * 12 + months);
  const absl::CivilDay last_day = absl::CivilDay(month + 1) - 1;
  const int day = std::min(civil.day(), last_day.day());
  const absl::CivilSecond moved(month.year(), month.month(), day, civil.hour(), civil.minute(),
                                civil.second());
  return absl::FromCivil(moved, utc) + subsecond + absl::Hours(24) * days + time;
}

absl::Duration MaxTimeSpan() {
  return absl::Seconds(INT64_MAX / kTicksPerSecond) +
         absl::Nanoseconds(INT64_MAX % kTicksPerSecond * 100);
}

absl::StatusOr<CalendarDuration> ParseCalendarDuration(absl::string_view text) {
  Scanner scanner(text);
  if (!scanner.Take('P')) return InvalidDuration();
  if (const std::optional<int64_t> weeks = ReadWeeks(scanner); weeks.has_value()) {
    Parts parts;
    parts.values[kDays] = *weeks * 7;
    return FromParts(parts);
  }
  const std::optional<Parts> parts = ReadParts(scanner);
  if (!parts.has_value()) return InvalidDuration();
  return FromParts(*parts);
}

absl::StatusOr<absl::Duration> ParseIso8601Duration(absl::string_view text) {
  const absl::StatusOr<CalendarDuration> duration = ParseCalendarDuration(text);
  if (!duration.ok()) return duration.status();
  if (duration->has_calendar_part()) {
    return InvalidInputError("", "years and months have no fixed length and cannot be used here");
  }
  return absl::Seconds(duration->days * kSecondsPerDay) + duration->time;
}

std::string FormatIso8601Duration(absl::Duration duration) {
  const bool is_negative = duration < absl::ZeroDuration();
  const absl::Duration magnitude = std::min(absl::AbsDuration(duration), MaxTimeSpan());
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(magnitude, absl::Seconds(1), &rest);
  int64_t ticks = absl::ToInt64Nanoseconds(rest) / 100;
  if (seconds == 0 && ticks == 0) return "PT0S";

  std::string text = is_negative ? "-P" : "P";
  const int64_t in_day = seconds % kSecondsPerDay;
  if (seconds >= kSecondsPerDay) absl::StrAppend(&text, seconds / kSecondsPerDay, "D");
  if (in_day == 0 && ticks == 0) return text;
  text.push_back('T');
  if (in_day >= 3'600) absl::StrAppend(&text, in_day / 3'600, "H");
  if (in_day / 60 % 60 != 0) absl::StrAppend(&text, in_day / 60 % 60, "M");
  if (in_day % 60 == 0 && ticks == 0) return text;
  absl::StrAppend(&text, in_day % 60);
  if (ticks != 0) {
    std::string fraction = absl::StrFormat("%07d", ticks);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    absl::StrAppend(&text, ".", fraction);
  }
  text.push_back('S');
  return text;
}

absl::StatusOr<absl::Time> ParseIso8601Time(absl::string_view text) {
  Scanner scanner(text);
  // Year, month, day, hour, minute, second: digits, and what must come after them.
  constexpr struct {
    int digits;
    int min;
    int max;
    char after;
  } kFields[] = {{4, 1, 9999, '-'}, {2, 1, 12, '-'}, {2, 1, 31, 'T'},
                 {2, 0, 23, ':'},   {2, 0, 59, ':'}, {2, 0, 59, '\0'}};
  int values[std::size(kFields)];
  for (size_t i = 0; i < std::size(kFields); ++i) {
    const std::optional<int> value = scanner.Digits(kFields[i].digits);
    if (!value.has_value() || *value < kFields[i].min || *value > kFields[i].max) {
      return InvalidTime();
    }
    values[i] = *value;
    if (kFields[i].after == '\0') continue;
    const bool is_lower_t = kFields[i].after == 'T' && scanner.Take('t');
    if (!is_lower_t && !scanner.Take(kFields[i].after)) return InvalidTime();
  }
  int64_t nanos = 0;
  if (scanner.Take('.')) {
    const std::optional<int64_t> fraction = scanner.Fraction(9);
    if (!fraction.has_value()) return InvalidTime();
    nanos = *fraction;
  }
  const std::optional<absl::Duration> offset = ReadZone(scanner);
  if (!offset.has_value()) return InvalidTime();
  const absl::CivilSecond civil(values[0], values[1], values[2], values[3], values[4], values[5]);
  // A day that its month does not have becomes one of the next month.
  if (civil.day() != values[2]) return InvalidTime();
  return absl::FromCivil(civil, absl::UTCTimeZone()) + absl::Nanoseconds(nanos) - *offset;
}

std::string FormatIso8601Time(absl::Time time, int fraction_digits) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time first = absl::FromCivil(absl::CivilSecond(1), utc);
  const absl::Time last = absl::FromCivil(absl::CivilSecond(10000), utc) - absl::Nanoseconds(1);
  const absl::Time shown = std::clamp(time, first, last);
  const absl::CivilSecond civil = absl::ToCivilSecond(shown, utc);
  std::string text = absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", civil.year(), civil.month(),
                                     civil.day(), civil.hour(), civil.minute(), civil.second());
  if (fraction_digits > 0) {
    const int64_t nanos = absl::ToInt64Nanoseconds(shown - absl::FromCivil(civil, utc));
    const std::string fraction = absl::StrFormat("%09d", nanos);
    absl::StrAppend(&text, ".", fraction.substr(0, std::min(fraction_digits, 9)));
  }
  text.push_back('Z');
  return text;
}

}  // namespace lazuli

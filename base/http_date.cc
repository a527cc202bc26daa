#include "base/http_date.h"

#include <string>

namespace lazuli {

std::optional<absl::Time> ParseHttpDate(absl::string_view text) {
  constexpr char kFormat[] = "%a, %d %b %Y %H:%M:%S GMT";
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(kFormat, text, &time, &error)) return std::nullopt;
  // Reading is lenient, of the weekday for one and of infinities; writing is not.
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) return std::nullopt;
  if (absl::FormatTime(kFormat, time, absl::UTCTimeZone()) != text) return std::nullopt;
  return time;
}

}  // namespace lazuli

#include "emulator/cli/demo/timeline.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"

namespace lazuli::emulator {

namespace {

std::string FormatElapsed(absl::Duration elapsed) {
  const int64_t seconds = absl::ToInt64Seconds(elapsed);
  return absl::StrFormat("+%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

// The most telling code of an error: "KeyDisabled" rather than "Forbidden".
std::string CodeOf(const absl::Status& status) {
  if (status.ok()) return "OK";
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return info.inner_code.empty() ? info.code : info.inner_code;
}

// The first sentence, so that the timeline stays readable.
std::string Shortened(absl::string_view message) {
  constexpr size_t kLongest = 160;
  std::string line(message.substr(0, message.find_first_of("\r\n")));
  if (line.size() > kLongest) line = absl::StrCat(line.substr(0, kLongest), "...");
  return line;
}

}  // namespace

void Timeline::Chapter(absl::string_view title) { *out_ << "\n" << title << "\n"; }

void Timeline::Line(bool as_expected, absl::string_view what, absl::string_view rest) {
  ++checks_;
  if (!as_expected) ++differences_;
  *out_ << (as_expected ? "  ok   " : "  FAIL ")
        << absl::StrFormat("%9s  ", FormatElapsed(elapsed_)) << what << "\n"
        << rest << std::flush;
}

void Timeline::Check(absl::string_view what, absl::string_view expected, absl::string_view seen) {
  const bool same = expected == seen;
  std::string rest = absl::StrCat("                     expected: ", expected, "\n");
  absl::StrAppend(&rest, "                     seen:     ", seen, "\n");
  Line(same, what, rest);
}

bool Timeline::Ok(absl::string_view what, const absl::Status& status) {
  const std::string seen =
      status.ok() ? "done" : absl::StrCat(CodeOf(status), ": ", status.message());
  Check(what, "done", seen);
  return status.ok();
}

void Timeline::Refused(absl::string_view what, absl::string_view expected_code,
                       const absl::Status& status) {
  const std::string seen = CodeOf(status);
  std::string rest = absl::StrCat("                     expected: refused, ", expected_code, "\n");
  absl::StrAppend(&rest, "                     seen:     ", seen, "\n");
  if (!status.ok())
    absl::StrAppend(&rest, "                               ", Shortened(status.message()), "\n");
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    absl::StrAppend(&rest, "                               ", detail.code, ": ",
                    Shortened(detail.message), "\n");
  }
  Line(seen == expected_code, what, rest);
}

void Timeline::Summary() {
  *out_ << "\n";
  if (differences_ == 0) {
    *out_ << "All " << checks_ << " steps went as expected.\n";
  } else {
    *out_ << differences_ << " of " << checks_ << " steps went otherwise than expected.\n";
  }
}

}  // namespace lazuli::emulator

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

// "Forbidden/KeyDisabled": the code, and the inner code if there is one.
std::string CodeOf(const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return info.inner_code.empty() ? info.code : absl::StrCat(info.code, "/", info.inner_code);
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

void Timeline::Line(absl::string_view what, absl::string_view expected, absl::string_view seen) {
  // Short ones stand on one line, so that the eye can run down the columns.
  constexpr size_t kShort = 32;
  constexpr char kIndent[] = "\n                      ";
  const bool same = expected == seen;
  ++checks_;
  if (!same) ++differences_;
  *out_ << (same ? "  ok   " : "  FAIL ") << absl::StrFormat("%9s  ", FormatElapsed(elapsed_));
  if (expected.size() <= kShort && seen.size() <= kShort) {
    *out_ << absl::StrFormat("%-58s expected: %-32s seen: %s\n", what, expected, seen);
  } else {
    *out_ << what << kIndent << "expected: " << expected << kIndent << "seen:     " << seen << "\n";
  }
}

void Timeline::Note(absl::string_view text) {
  *out_ << "                       " << Shortened(text) << "\n";
}

void Timeline::Check(absl::string_view what, absl::string_view expected, absl::string_view seen) {
  Line(what, expected, seen);
}

bool Timeline::Ok(absl::string_view what, const absl::Status& status) {
  Line(what, "done", status.ok() ? "done" : CodeOf(status));
  if (!status.ok()) Note(status.message());
  return status.ok();
}

void Timeline::Refused(absl::string_view what, absl::string_view expected_code,
                       const absl::Status& status) {
  Line(what, expected_code, status.ok() ? "done" : CodeOf(status));
  if (status.ok()) return;
  Note(status.message());
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    Note(absl::StrCat(detail.code, ": ", detail.message));
  }
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

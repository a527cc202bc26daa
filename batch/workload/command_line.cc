#include "batch/workload/command_line.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace lazuli::batch {
namespace {

// A longer sleep is as good as one without end: longer than Azure lets a task live (180 days) many
// times over.
constexpr double kMaxSeconds = 1e9;

absl::string_view Strip(absl::string_view text) { return absl::StripAsciiWhitespace(text); }

// Takes the first word off `rest`.
absl::string_view TakeWord(absl::string_view& rest) {
  rest = absl::StripLeadingAsciiWhitespace(rest);
  size_t end = 0;
  while (end < rest.size() && !absl::ascii_isspace(rest[end])) ++end;
  const absl::string_view word = rest.substr(0, end);
  rest = Strip(rest.substr(end));
  return word;
}

// The last part of a path of either kind, without ".exe".
absl::string_view ProgramName(absl::string_view word) {
  const size_t slash = word.find_last_of("/\\");
  if (slash != absl::string_view::npos) word = word.substr(slash + 1);
  if (absl::EndsWithIgnoreCase(word, ".exe")) word.remove_suffix(4);
  return word;
}

// Takes one pair of quotes off that surrounds all of `text`; false for quotes that do anything
// else.
bool Unquote(absl::string_view& text) {
  if (text.empty() || (text.front() != '\'' && text.front() != '"')) return true;
  const char quote = text.front();
  if (text.size() < 2 || text.find(quote, 1) != text.size() - 1) return false;
  text = text.substr(1, text.size() - 2);
  return true;
}

struct Script {
  absl::string_view text;
  bool windows = false;
};

// The script inside of a call of a shell, or the command line itself.
std::optional<Script> FindScript(absl::string_view command_line) {
  absl::string_view rest = Strip(command_line);
  const absl::string_view whole = rest;
  const absl::string_view program = ProgramName(TakeWord(rest));
  const bool posix =
      absl::EqualsIgnoreCase(program, "sh") || absl::EqualsIgnoreCase(program, "bash");
  const bool windows = absl::EqualsIgnoreCase(program, "cmd");
  if (!posix && !windows) return Script{whole, false};
  if (!absl::EqualsIgnoreCase(TakeWord(rest), posix ? "-c" : "/c")) return std::nullopt;
  // Without quotes a POSIX shell takes one word for its script and the next for its name; people
  // who write `sh -c sleep 5` mean the sleep all the same.
  if (!Unquote(rest)) return std::nullopt;
  return Script{Strip(rest), windows};
}

// Takes the text before the next `;`, `&&` or (Windows) `&` off `rest`.
absl::string_view TakeStatement(absl::string_view& rest, bool windows) {
  for (size_t i = 0; i < rest.size(); ++i) {
    size_t length = 0;
    if (rest[i] == ';') {
      length = 1;
    } else if (rest[i] == '&') {
      length = i + 1 < rest.size() && rest[i + 1] == '&' ? 2 : (windows ? 1 : 0);
    }
    if (length == 0) continue;
    const absl::string_view statement = Strip(rest.substr(0, i));
    rest = Strip(rest.substr(i + length));
    return statement;
  }
  const absl::string_view statement = Strip(rest);
  rest = absl::string_view();
  return statement;
}

std::optional<absl::Duration> ReadSleepArgument(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  double factor = 1;
  switch (text.back()) {
    case 's':
      break;
    case 'm':
      factor = 60;
      break;
    case 'h':
      factor = 3600;
      break;
    case 'd':
      factor = 86400;
      break;
    default:
      return ReadSeconds(text);
  }
  text.remove_suffix(1);
  const std::optional<absl::Duration> seconds = ReadSeconds(text);
  if (!seconds.has_value()) return std::nullopt;
  return *seconds * factor;
}

}  // namespace

CommandLineReading ReadCommandLine(absl::string_view command_line) {
  const std::optional<Script> script = FindScript(command_line);
  if (!script.has_value()) return {};
  CommandLineReading reading;
  absl::string_view rest = script->text;
  while (!rest.empty()) {
    absl::string_view statement = TakeStatement(rest, script->windows);
    const absl::string_view program = TakeWord(statement);
    const absl::string_view argument = statement;
    if (absl::EqualsIgnoreCase(ProgramName(program), "sleep")) {
      const std::optional<absl::Duration> slept = ReadSleepArgument(argument);
      if (!slept.has_value()) return {};
      reading.duration = reading.duration.value_or(absl::ZeroDuration()) + *slept;
    } else if (absl::EqualsIgnoreCase(program, "exit")) {
      reading.exit_code = ReadExitCode(argument);
      if (!reading.exit_code.has_value()) return {};
      return reading;
    } else {
      return {};
    }
  }
  return reading;
}

std::optional<absl::Duration> ReadSeconds(absl::string_view text) {
  bool digit = false;
  bool point = false;
  for (const char c : text) {
    if (absl::ascii_isdigit(c)) {
      digit = true;
    } else if (c == '.' && !point) {
      point = true;
    } else {
      return std::nullopt;
    }
  }
  double seconds = 0;
  if (!digit || !absl::SimpleAtod(text, &seconds) || !std::isfinite(seconds)) return std::nullopt;
  return absl::Seconds(std::min(seconds, kMaxSeconds));
}

std::optional<int32_t> ReadExitCode(absl::string_view text) {
  int32_t code = 0;
  if (!absl::SimpleAtoi(text, &code)) return std::nullopt;
  return code;
}

}  // namespace lazuli::batch

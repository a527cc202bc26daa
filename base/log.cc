#include "base/log.h"

#include <errno.h>
#include <unistd.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"

namespace lazuli {
namespace {

// More of a value than this is cut, so that a line stays short enough for one write.
constexpr size_t kMaxValueBytes = 1024;

std::atomic<LogLevel> g_level{LogLevel::kWarning};

const char* LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      return "off";
  }
  return "unknown";
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

// What may stand in a value without quotes: nothing that a reader of lines takes for a separator.
bool IsPlainCharacter(char c) { return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\'; }

// Names come from the code, not from input; still none can break a line.
void AppendName(absl::string_view name, std::string* line) {
  for (const char c : name) line->push_back(IsNameCharacter(c) ? c : '_');
}

void AppendEscaped(char c, std::string* line) {
  switch (c) {
    case '"':
      line->append("\\\"");
      return;
    case '\\':
      line->append("\\\\");
      return;
    case '\n':
      line->append("\\n");
      return;
    case '\r':
      line->append("\\r");
      return;
    case '\t':
      line->append("\\t");
      return;
    default:
      break;
  }
  if (c >= ' ' && c < 0x7f) {
    line->push_back(c);
  } else {
    absl::StrAppendFormat(line, "\\x%02x", static_cast<unsigned char>(c));
  }
}

void AppendValue(absl::string_view value, std::string* line) {
  const bool is_cut = value.size() > kMaxValueBytes;
  if (is_cut) value = value.substr(0, kMaxValueBytes);
  bool is_plain = !value.empty();
  for (const char c : value) is_plain = is_plain && IsPlainCharacter(c);
  if (is_plain && !is_cut) {
    absl::StrAppend(line, value);
    return;
  }
  line->push_back('"');
  for (const char c : value) AppendEscaped(c, line);
  line->append(is_cut ? "...\"" : "\"");
}

}  // namespace

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError, LogLevel::kOff}) {
    if (text == LevelName(level)) return level;
  }
  return InvalidInputError("log_level", "it must be debug, info, warning, error or off");
}

void SetLogLevel(LogLevel level) { g_level.store(level, std::memory_order_relaxed); }

bool IsLogged(LogLevel level) {
  return level != LogLevel::kOff && level >= g_level.load(std::memory_order_relaxed);
}

void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  if (!IsLogged(level)) return;
  const std::string line = absl::StrCat(FormatLogLine(level, event, fields), "\n");
  size_t written = 0;
  while (written < line.size()) {
    const ssize_t count = write(STDERR_FILENO, line.data() + written, line.size() - written);
    if (count < 0 && errno == EINTR) continue;
    // Nobody is left to tell when standard error cannot be written to.
    if (count <= 0) return;
    written += static_cast<size_t>(count);
  }
}

std::string FormatLogLine(LogLevel level, absl::string_view event,
                          std::initializer_list<LogField> fields) {
  std::string line = LevelName(level);
  line.push_back(' ');
  AppendName(event, &line);
  for (const auto& [name, value] : fields) {
    line.push_back(' ');
    AppendName(name, &line);
    line.push_back('=');
    AppendValue(value, &line);
  }
  return line;
}

}  // namespace lazuli

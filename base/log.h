// File: base/log.h
//
// Structured log lines, one a line, for people who operate the process. Quiet by default. Never
// give it key material, tokens, plaintext or a request body.
#ifndef LAZULI_BASE_LOG_H_
#define LAZULI_BASE_LOG_H_

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

// "debug", "info", "warning", "error", "off".
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text);

using LogField = std::pair<absl::string_view, std::string>;

// Lines below `level` are dropped. Default: kWarning. Thread safe.
void SetLogLevel(LogLevel level);
bool IsLogged(LogLevel level);

// Writes `level event key=value ...` to standard error as one line in one write; values are quoted
// and escaped where needed, so that a value can never forge a line. Thread safe.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

// The line itself, without its end and without regard to the level.
std::string FormatLogLine(LogLevel level, absl::string_view event,
                          std::initializer_list<LogField> fields);

}  // namespace lazuli

#endif  // LAZULI_BASE_LOG_H_

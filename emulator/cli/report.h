// File: emulator/cli/report.h
//
// Errors as the command line shows them.
#ifndef LAZULI_EMULATOR_CLI_REPORT_H_
#define LAZULI_EMULATOR_CLI_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// "KeyNotFound (NOT_FOUND, HTTP 404): message", then a line each for inner code, target and
// details.
std::string FormatError(const absl::Status& status);

// Print to standard error and return the exit code to end with.
int ReportError(const absl::Status& status);
int ReportUsage(const absl::Status& status);
int ReportUsage(absl::string_view what);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_REPORT_H_

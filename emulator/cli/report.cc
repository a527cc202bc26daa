#include "emulator/cli/report.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "emulator/cli/commands.h"
#include "emulator/dispatch/errors.h"

namespace lazuli::emulator {

std::string FormatError(const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  std::string text = absl::StrCat(info.code, " (", absl::StatusCodeToString(status.code()),
                                  ", HTTP ", info.http_status, "): ", status.message());
  if (!info.inner_code.empty()) absl::StrAppend(&text, "\n  inner code: ", info.inner_code);
  if (!info.target.empty()) absl::StrAppend(&text, "\n  target: ", info.target);
  for (const ErrorDetail& detail : info.details) {
    absl::StrAppend(&text, "\n  ", detail.code, ": ", detail.message);
  }
  if (info.retry_after.has_value()) {
    absl::StrAppend(&text, "\n  retry after: ", absl::FormatDuration(*info.retry_after));
  }
  if (const std::string id = RequestIdOf(status); !id.empty()) {
    absl::StrAppend(&text, "\n  request id: ", id, " (lazuli explain)");
  }
  return text;
}

int ReportError(const absl::Status& status) {
  std::cerr << FormatError(status) << std::endl;
  return kExitFailed;
}

int ReportUsage(const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  std::cerr << "lazuli: ";
  if (!info.target.empty()) std::cerr << "--" << info.target << " ";
  std::cerr << status.message() << std::endl;
  return kExitUsage;
}

int ReportUsage(absl::string_view what) {
  std::cerr << "lazuli: " << what << "; see lazuli --help" << std::endl;
  return kExitUsage;
}

}  // namespace lazuli::emulator

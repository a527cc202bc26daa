#include "emulator/cli/report.h"

#include "absl/time/time.h"
#include "base/error.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(ReportTest, ShowsEverythingThatAnErrorSays) {
  ErrorInfo info;
  info.code = "Forbidden";
  info.inner_code = "KeyDisabled";
  info.http_status = 403;
  info.target = "key1";
  info.details = {{"Reason", "it is disabled"}};
  info.retry_after = absl::Seconds(3);
  EXPECT_EQ(FormatError(MakeError(absl::StatusCode::kPermissionDenied, "no", info)),
            "Forbidden (PERMISSION_DENIED, HTTP 403): no\n"
            "  inner code: KeyDisabled\n"
            "  target: key1\n"
            "  Reason: it is disabled\n"
            "  retry after: 3s");
}

TEST(ReportTest, AnErrorWithoutPayloadStillHasACode) {
  EXPECT_EQ(
      FormatError(absl::UnavailableError("no server")).find(" (UNAVAILABLE, HTTP 503): no server"),
      FormatError(absl::UnavailableError("no server")).find(' '));
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/faults/errors.h"

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/faults/fault_rule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {
namespace {

TEST(FaultErrorsTest, SpeakInTheWordsOfTheirPlane) {
  struct Case {
    v1::Plane plane;
    int http_status;
    const char* code;
    absl::StatusCode canonical;
  };
  for (const Case& c : {
           Case{v1::PLANE_KEY_VAULT_DATA, 429, "Throttled", absl::StatusCode::kResourceExhausted},
           Case{v1::PLANE_KEY_VAULT_DATA, 403, "Forbidden", absl::StatusCode::kPermissionDenied},
           Case{v1::PLANE_BATCH_DATA, 503, "ServerBusy", absl::StatusCode::kUnavailable},
           Case{v1::PLANE_BATCH_DATA, 500, "InternalError", absl::StatusCode::kInternal},
           Case{v1::PLANE_RESOURCE_MANAGER, 404, "ResourceNotFound", absl::StatusCode::kNotFound},
           Case{v1::PLANE_RESOURCE_MANAGER, 409, "Conflict", absl::StatusCode::kAborted},
           Case{v1::PLANE_TOKEN, 401, "invalid_client", absl::StatusCode::kUnauthenticated},
           // Without words of their own.
           Case{v1::PLANE_KEY_VAULT_DATA, 418, "BadParameter",
                absl::StatusCode::kFailedPrecondition},
           Case{v1::PLANE_BATCH_DATA, 502, "InternalError", absl::StatusCode::kUnavailable},
       }) {
    FaultError error;
    error.http_status = c.http_status;
    const absl::Status status = InjectedError(c.plane, error, "fault-1");
    EXPECT_EQ(status.code(), c.canonical) << c.code;
    EXPECT_EQ(GetErrorInfo(status)->code, c.code);
    EXPECT_EQ(GetErrorInfo(status)->http_status, c.http_status);
    EXPECT_FALSE(status.message().empty());
  }
}

TEST(FaultErrorsTest, TheRuleHasTheFirstWord) {
  FaultError error;
  error.http_status = 403;
  error.code = "Forbidden";
  error.inner_code = "KeyDisabled";
  error.message = "Operation unwrap is not allowed on a disabled key.";
  error.retry_after = absl::Seconds(9);
  const absl::Status status = InjectedError(v1::PLANE_KEY_VAULT_DATA, error, "fault-1");
  EXPECT_EQ(status.message(), error.message);
  EXPECT_EQ(GetErrorInfo(status)->inner_code, "KeyDisabled");
  EXPECT_EQ(GetErrorInfo(status)->retry_after, absl::Seconds(9));
}

TEST(FaultErrorsTest, AMessageOfOursNamesTheRule) {
  EXPECT_THAT(std::string(InjectedError(v1::PLANE_BATCH_DATA, FaultError(), "slow-1").message()),
              testing::HasSubstr("'slow-1'"));
}

}  // namespace
}  // namespace lazuli::emulator

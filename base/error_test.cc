#include "base/error.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

ErrorInfo FullInfo() {
  ErrorInfo info;
  info.code = "Forbidden";
  info.inner_code = "KeyDisabled";
  info.http_status = 403;
  info.target = "keys/k";
  info.details = {{"PropertyPath", "properties.encryption"}, {"Reason", std::string("a\0b", 3)}};
  info.retry_after = absl::Milliseconds(1'500);
  return info;
}

TEST(ErrorTest, PayloadSurvivesTheStatus) {
  const absl::Status status =
      MakeError(absl::StatusCode::kPermissionDenied, "Operation is not allowed.", FullInfo());
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(status.message(), "Operation is not allowed.");
  EXPECT_EQ(GetErrorInfo(status), std::optional<ErrorInfo>(FullInfo()));
  EXPECT_EQ(ErrorInfoOrDefault(status), FullInfo());
}

TEST(ErrorTest, EmptyPayloadSurvivesToo) {
  const ErrorInfo empty;
  EXPECT_EQ(GetErrorInfo(MakeError(absl::StatusCode::kInternal, "", empty)),
            std::optional<ErrorInfo>(empty));
}

TEST(ErrorTest, ErrorNeverReadsAsSuccess) {
  const absl::Status status = MakeError(absl::StatusCode::kOk, "m", FullInfo());
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(GetErrorInfo(status), std::optional<ErrorInfo>(FullInfo()));
}

TEST(ErrorTest, StatusWithoutPayloadHasNone) {
  EXPECT_FALSE(GetErrorInfo(absl::OkStatus()).has_value());
  EXPECT_FALSE(GetErrorInfo(absl::NotFoundError("x")).has_value());
}

// The bytes of the payload of `status`, and the name under which they are kept.
struct RawPayload {
  std::string type_url;
  std::string bytes;
};
RawPayload RawPayloadOf(const absl::Status& status) {
  RawPayload raw;
  status.ForEachPayload([&raw](absl::string_view type_url, const absl::Cord& payload) {
    raw.type_url = std::string(type_url);
    raw.bytes = std::string(payload);
  });
  return raw;
}

TEST(ErrorTest, DamagedPayloadCountsAsNone) {
  const absl::Status whole = MakeError(absl::StatusCode::kPermissionDenied, "m", FullInfo());
  const RawPayload raw = RawPayloadOf(whole);
  for (size_t size = 0; size < raw.bytes.size(); ++size) {
    absl::Status cut = whole;
    cut.SetPayload(raw.type_url, absl::Cord(absl::string_view(raw.bytes.data(), size)));
    ASSERT_FALSE(GetErrorInfo(cut).has_value()) << size;
    ASSERT_EQ(ErrorInfoOrDefault(cut).code, "Forbidden");
  }
  absl::Status longer = whole;
  longer.SetPayload(raw.type_url, absl::Cord(absl::string_view(raw.bytes + "x")));
  EXPECT_FALSE(GetErrorInfo(longer).has_value());
}

TEST(ErrorTest, EveryCanonicalCodeHasADefault) {
  struct {
    absl::StatusCode code;
    const char* error_code;
    int http_status;
  } const kCases[] = {
      {absl::StatusCode::kCancelled, "RequestCancelled", 499},
      {absl::StatusCode::kUnknown, "InternalServerError", 500},
      {absl::StatusCode::kInvalidArgument, "BadRequest", 400},
      {absl::StatusCode::kDeadlineExceeded, "GatewayTimeout", 504},
      {absl::StatusCode::kNotFound, "NotFound", 404},
      {absl::StatusCode::kAlreadyExists, "Conflict", 409},
      {absl::StatusCode::kPermissionDenied, "Forbidden", 403},
      {absl::StatusCode::kResourceExhausted, "ServerBusy", 503},
      {absl::StatusCode::kFailedPrecondition, "Conflict", 409},
      {absl::StatusCode::kAborted, "Conflict", 409},
      {absl::StatusCode::kOutOfRange, "OutOfRange", 400},
      {absl::StatusCode::kUnimplemented, "NotImplemented", 501},
      {absl::StatusCode::kInternal, "InternalServerError", 500},
      {absl::StatusCode::kUnavailable, "ServiceUnavailable", 503},
      {absl::StatusCode::kDataLoss, "InternalServerError", 500},
      {absl::StatusCode::kUnauthenticated, "Unauthorized", 401},
  };
  for (const auto& c : kCases) {
    const ErrorInfo info = ErrorInfoOrDefault(absl::Status(c.code, "m"));
    EXPECT_EQ(info.code, c.error_code);
    EXPECT_EQ(info.http_status, c.http_status);
  }
}

TEST(ErrorTest, FactoriesFillTheirPayload) {
  struct {
    absl::Status status;
    absl::StatusCode code;
    const char* error_code;
    int http_status;
    const char* target;
    const char* message;
  } const kCases[] = {
      {ServerBusyError("the crypto queue is full", absl::Seconds(1)),
       absl::StatusCode::kResourceExhausted, "ServerBusy", 503, "",
       "The server is busy: the crypto queue is full. Try again later."},
      {InvalidInputError("properties.tenantId", "it is not a GUID"),
       absl::StatusCode::kInvalidArgument, "InvalidInput", 400, "properties.tenantId",
       "'properties.tenantId' is invalid: it is not a GUID"},
      {InvalidInputError("", "no field is to blame"), absl::StatusCode::kInvalidArgument,
       "InvalidInput", 400, "", "no field is to blame"},
      {OutOfRangeError("after", "it is gone"), absl::StatusCode::kOutOfRange, "OutOfRange", 400,
       "after", "'after' is out of range: it is gone"},
      {PreconditionError("The clock is real."), absl::StatusCode::kFailedPrecondition, "Conflict",
       409, "", "The clock is real."},
      {ShuttingDownError("no new calls"), absl::StatusCode::kUnavailable, "ServiceUnavailable", 503,
       "", "The server is shutting down: no new calls."},
      {NotEmulatedError("properties.x"), absl::StatusCode::kUnimplemented, "NotImplemented", 501,
       "properties.x", "'properties.x' is not emulated."},
      {InternalError("a cipher failed"), absl::StatusCode::kInternal, "InternalServerError", 500,
       "", "Internal error: a cipher failed"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.message);
    EXPECT_EQ(c.status.code(), c.code);
    EXPECT_EQ(c.status.message(), c.message);
    const std::optional<ErrorInfo> info = GetErrorInfo(c.status);
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->code, c.error_code);
    EXPECT_EQ(info->http_status, c.http_status);
    EXPECT_EQ(info->target, c.target);
    EXPECT_EQ(info->inner_code, "");
  }
}

TEST(ErrorTest, OnlyABusyServerNamesATimeToTryAgain) {
  EXPECT_EQ(GetErrorInfo(ServerBusyError("x", absl::Seconds(3)))->retry_after,
            std::optional<absl::Duration>(absl::Seconds(3)));
  EXPECT_FALSE(GetErrorInfo(InternalError("x"))->retry_after.has_value());
}

}  // namespace
}  // namespace lazuli

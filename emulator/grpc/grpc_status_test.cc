#include "emulator/grpc/grpc_status.h"

#include "absl/time/time.h"
#include "base/error.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {
namespace {

TEST(GrpcStatusTest, CarriesTheWholePayloadThereAndBack) {
  ErrorInfo info;
  info.code = "Forbidden";
  info.inner_code = "KeyDisabled";
  info.http_status = 403;
  info.target = "key1";
  info.details = {{"Reason", "disabled"}, {"KeyIdentifier", "https://v.vault.azure.net/keys/k"}};
  info.retry_after = absl::Seconds(7);
  const absl::Status status = MakeError(absl::StatusCode::kPermissionDenied, "no", info);

  const grpc::Status wire = ToGrpcStatus(status);
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(wire.error_message(), "no");
  const absl::Status back = FromGrpcStatus(wire);
  EXPECT_EQ(back.code(), status.code());
  EXPECT_EQ(back.message(), status.message());
  EXPECT_EQ(GetErrorInfo(back), info);
}

TEST(GrpcStatusTest, DetailsAreWhatAGoogleRpcStatusReaderExpects) {
  ErrorInfo info;
  info.code = "KeyNotFound";
  info.http_status = 404;
  const grpc::Status wire = ToGrpcStatus(MakeError(absl::StatusCode::kNotFound, "gone", info));
  v1::RpcStatus details;
  ASSERT_TRUE(details.ParseFromString(wire.error_details()));
  EXPECT_EQ(details.code(), 5);
  ASSERT_EQ(details.details_size(), 1);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/lazuli.v1.ErrorInfo");
}

TEST(GrpcStatusTest, RetryHintsAreWholeSecondsAndNeverNone) {
  ErrorInfo info;
  info.code = "ServerBusy";
  info.retry_after = absl::Milliseconds(20);
  const absl::Status back =
      FromGrpcStatus(ToGrpcStatus(MakeError(absl::StatusCode::kResourceExhausted, "busy", info)));
  EXPECT_EQ(GetErrorInfo(back)->retry_after, absl::Seconds(1));
}

TEST(GrpcStatusTest, AForeignStatusKeepsCodeAndMessage) {
  const absl::Status back =
      FromGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "down", "garbage"));
  EXPECT_EQ(back.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(back.message(), "down");
  EXPECT_FALSE(GetErrorInfo(back).has_value());
}

TEST(GrpcStatusTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/grpc/grpc_status.h"

#include <algorithm>
#include <string>

#include "absl/time/time.h"
#include "base/error.h"
#include "emulator/dispatch/errors.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {

namespace {

v1::ErrorInfo ToProto(const ErrorInfo& info) {
  v1::ErrorInfo proto;
  proto.set_code(info.code);
  if (!info.inner_code.empty()) proto.set_inner_code(info.inner_code);
  proto.set_http_status(info.http_status);
  if (!info.target.empty()) proto.set_target(info.target);
  for (const ErrorDetail& detail : info.details) {
    v1::ErrorInfo::Detail& added = *proto.add_details();
    added.set_code(detail.code);
    added.set_message(detail.message);
  }
  if (info.retry_after.has_value()) {
    // Whole seconds, as HTTP's Retry-After has; never none.
    const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(*info.retry_after, absl::Seconds(1)));
    proto.set_retry_after_seconds(static_cast<int32_t>(std::max<int64_t>(seconds, 1)));
  }
  return proto;
}

ErrorInfo FromProto(const v1::ErrorInfo& proto) {
  ErrorInfo info;
  info.code = proto.code();
  info.inner_code = proto.inner_code();
  info.http_status = proto.http_status();
  info.target = proto.target();
  for (const v1::ErrorInfo::Detail& detail : proto.details()) {
    info.details.push_back({detail.code(), detail.message()});
  }
  if (proto.has_retry_after_seconds())
    info.retry_after = absl::Seconds(proto.retry_after_seconds());
  return info;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // As gRPC itself says it when a connection breaks: there is nobody who could tell more.
  if (IsConnectionDropped(status)) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, std::string(status.message()));
  }
  v1::RpcStatus details;
  details.set_code(static_cast<int32_t>(status.code()));
  details.set_message(std::string(status.message()));
  details.add_details()->PackFrom(ToProto(ErrorInfoOrDefault(status)));
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details.SerializeAsString());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  v1::RpcStatus details;
  v1::ErrorInfo info;
  if (details.ParseFromString(status.error_details()) && details.details_size() == 1 &&
      details.details(0).UnpackTo(&info)) {
    return MakeError(code, status.error_message(), FromProto(info));
  }
  return absl::Status(code, status.error_message());
}

}  // namespace lazuli::emulator

#include "emulator/dispatch/errors.h"

#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {
namespace {

// Tells a face what no other error says, whatever its code; never leaves the process.
constexpr char kDroppedTypeUrl[] = "lazuli/ConnectionDropped";
constexpr char kRequestIdTypeUrl[] = "lazuli/RequestId";

absl::Status MissingField(absl::string_view code, absl::string_view message,
                          absl::string_view path) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = 400;
  info.target = std::string(path);
  return MakeError(absl::StatusCode::kInvalidArgument, message, info);
}

}  // namespace

absl::Status VaultMissingFieldError(absl::string_view path) {
  return MissingField("BadParameter", absl::StrCat("Property '", path, "' is required"), path);
}

absl::Status ResourceManagerMissingFieldError(absl::string_view path) {
  return MissingField(
      "InvalidRequestContent",
      absl::StrCat("The request content was invalid: required property '", path, "' not found."),
      path);
}

absl::Status BatchMissingFieldError(absl::string_view path) {
  ErrorInfo info;
  info.code = "MissingRequiredProperty";
  info.http_status = 400;
  info.target = std::string(path);
  const size_t dot = path.rfind('.');
  const absl::string_view name = dot == absl::string_view::npos ? path : path.substr(dot + 1);
  info.details.push_back({"PropertyName", std::string(name)});
  info.details.push_back({"PropertyPath", std::string(path)});
  return MakeError(absl::StatusCode::kInvalidArgument,
                   "A required property was not specified in the request body.", info);
}

absl::Status TokenMissingFieldError(absl::string_view path) {
  return MissingField(
      "invalid_request",
      absl::StrCat("The request body must contain the following parameter: '", path, "'."), path);
}

absl::Status ControlMissingFieldError(absl::string_view path) {
  return InvalidInputError(path, "the field is required");
}

MissingFieldError MissingFieldErrorOf(const google::protobuf::MethodDescriptor& method) {
  switch (method.service()->options().GetExtension(v1::service).plane()) {
    case v1::PLANE_KEY_VAULT_DATA:
      return VaultMissingFieldError;
    case v1::PLANE_RESOURCE_MANAGER: {
      const v1::MethodRule& rule = method.options().GetExtension(v1::method);
      const bool is_batch = absl::StartsWith(rule.action(), "Microsoft.Batch/");
      return is_batch ? BatchMissingFieldError : ResourceManagerMissingFieldError;
    }
    case v1::PLANE_BATCH_DATA:
      return BatchMissingFieldError;
    case v1::PLANE_TOKEN:
      return TokenMissingFieldError;
    default:
      return ControlMissingFieldError;
  }
}

absl::Status CallDroppedError() {
  ErrorInfo info;
  info.code = "RequestCancelled";
  info.http_status = 499;
  return MakeError(absl::StatusCode::kCancelled, "The caller went away before the call began.",
                   info);
}

absl::Status OriginNotAllowedError() {
  ErrorInfo info;
  info.code = "Forbidden";
  info.http_status = 403;
  return MakeError(absl::StatusCode::kPermissionDenied,
                   "Only the operator may say where a call comes from: from this machine, or with "
                   "the operator token in x-lazuli-operator-token.",
                   info);
}

absl::Status WithRequestId(absl::Status status, absl::string_view id) {
  // Through a view, as in base/error.cc.
  status.SetPayload(kRequestIdTypeUrl, absl::Cord(id));
  return status;
}

std::string RequestIdOf(const absl::Status& status) {
  const absl::optional<absl::Cord> id = status.GetPayload(kRequestIdTypeUrl);
  return id.has_value() ? std::string(*id) : "";
}

absl::Status ConnectionDroppedError() {
  ErrorInfo info;
  info.code = "ConnectionDropped";
  info.http_status = 503;
  absl::Status error = MakeError(absl::StatusCode::kUnavailable, "The connection was lost.", info);
  error.SetPayload(kDroppedTypeUrl, absl::Cord());
  return error;
}

bool IsConnectionDropped(const absl::Status& status) {
  return status.GetPayload(kDroppedTypeUrl).has_value();
}

}  // namespace lazuli::emulator

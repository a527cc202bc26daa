#include "emulator/faults/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::emulator {
namespace {

struct UsualCode {
  int http_status;
  absl::string_view vault;
  absl::string_view batch;
  absl::string_view resource_manager;
  absl::string_view token;
};

// Sources: Key Vault REST error codes; Batch Status and Error Codes; Azure Resource Manager common
// errors; OAuth 2.0 (RFC 6749 section 5.2) with the Microsoft identity platform's additions.
constexpr UsualCode kUsualCodes[] = {
    {400, "BadParameter", "InvalidRequestBody", "BadRequest", "invalid_request"},
    {401, "Unauthorized", "AuthenticationFailed", "AuthenticationFailed", "invalid_client"},
    {403, "Forbidden", "InsufficientAccountPermissions", "AuthorizationFailed",
     "unauthorized_client"},
    {404, "KeyNotFound", "ResourceNotFound", "ResourceNotFound", "invalid_request"},
    {408, "RequestTimeout", "OperationTimedOut", "RequestTimeout", "temporarily_unavailable"},
    {409, "Conflict", "OperationInvalidForCurrentState", "Conflict", "invalid_request"},
    {412, "PreconditionFailed", "ConditionNotMet", "PreconditionFailed", "invalid_request"},
    {429, "Throttled", "TooManyRequests", "TooManyRequests", "temporarily_unavailable"},
    {500, "InternalServerError", "InternalError", "InternalServerError", "server_error"},
    {503, "ServiceUnavailable", "ServerBusy", "ServiceUnavailable", "temporarily_unavailable"},
    {504, "GatewayTimeout", "OperationTimedOut", "GatewayTimeout", "temporarily_unavailable"},
};

absl::string_view CodeOf(const UsualCode& codes, v1::Plane plane) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return codes.vault;
    case v1::PLANE_BATCH_DATA:
      return codes.batch;
    case v1::PLANE_TOKEN:
      return codes.token;
    default:
      return codes.resource_manager;
  }
}

absl::StatusCode CanonicalCode(int http_status) {
  switch (http_status) {
    case 400:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 409:
      return absl::StatusCode::kAborted;
    case 429:
      return absl::StatusCode::kResourceExhausted;
    case 500:
      return absl::StatusCode::kInternal;
    case 501:
      return absl::StatusCode::kUnimplemented;
    case 408:
    case 504:
      return absl::StatusCode::kDeadlineExceeded;
    default:
      return http_status >= 500 ? absl::StatusCode::kUnavailable
                                : absl::StatusCode::kFailedPrecondition;
  }
}

std::string UsualMessage(v1::Plane plane, int http_status, absl::string_view rule_id) {
  if (http_status == 429 && plane == v1::PLANE_KEY_VAULT_DATA) {
    return "Request was not processed because too many requests were received. Reason: "
           "VaultRequestTypeLimitReached";
  }
  return absl::StrCat("The fault rule '", rule_id, "' has this call answered ", http_status, ".");
}

}  // namespace

absl::string_view UsualErrorCode(v1::Plane plane, int http_status) {
  for (const UsualCode& codes : kUsualCodes) {
    if (codes.http_status == http_status) return CodeOf(codes, plane);
  }
  return UsualErrorCode(plane, http_status >= 500 ? 500 : 400);
}

absl::Status InjectedError(v1::Plane plane, const FaultError& error, absl::string_view rule_id) {
  ErrorInfo info;
  info.code =
      error.code.empty() ? std::string(UsualErrorCode(plane, error.http_status)) : error.code;
  info.inner_code = error.inner_code;
  info.http_status = error.http_status;
  info.retry_after = error.retry_after;
  return MakeError(
      CanonicalCode(error.http_status),
      error.message.empty() ? UsualMessage(plane, error.http_status, rule_id) : error.message,
      info);
}

absl::Status InjectedThrottleError(v1::Plane plane, absl::Duration retry_after,
                                   absl::string_view rule_id) {
  FaultError error;
  error.http_status = 429;
  error.retry_after = retry_after;
  return InjectedError(plane, error, rule_id);
}

absl::Status FaultRuleExistsError(absl::string_view id) {
  ErrorInfo info;
  info.code = "FaultRuleExists";
  info.http_status = 409;
  info.target = "id";
  return MakeError(absl::StatusCode::kAlreadyExists,
                   absl::StrCat("There is a fault rule '", id,
                                "' already. Remove it first, or leave the id out."),
                   info);
}

absl::Status FaultRuleNotFoundError(absl::string_view id) {
  ErrorInfo info;
  info.code = "FaultRuleNotFound";
  info.http_status = 404;
  return MakeError(absl::StatusCode::kNotFound,
                   absl::StrCat("There is no fault rule '", id,
                                "': it was removed, has acted as often as it may, or has expired."),
                   info);
}

absl::Status TooManyFaultRulesError(size_t limit) {
  ErrorInfo info;
  info.code = "TooManyFaultRules";
  info.http_status = 409;
  return MakeError(absl::StatusCode::kResourceExhausted,
                   absl::StrCat("There are ", limit, " fault rules already. Remove some first."),
                   info);
}

}  // namespace lazuli::emulator

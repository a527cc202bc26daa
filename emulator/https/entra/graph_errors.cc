#include "emulator/https/entra/graph_errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "emulator/identity/errors.h"

namespace lazuli::emulator {
namespace {

absl::Status GraphError(absl::StatusCode status_code, int http_status, absl::string_view code,
                        absl::string_view message) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  return MakeError(status_code, message, info);
}

absl::string_view TokenMessage(TokenFault fault) {
  switch (fault) {
    case TokenFault::kMissing:
      return "Access token is empty.";
    case TokenFault::kAudience:
      return "Access token validation failure. Invalid audience.";
    case TokenFault::kExpired:
      return "Lifetime validation failed, the token is expired.";
    case TokenFault::kOther:
      break;
  }
  return "Access token validation failure. Invalid token.";
}

}  // namespace

absl::Status GraphTokenError(const absl::Status& error) {
  return GraphError(absl::StatusCode::kUnauthenticated, 401, "InvalidAuthenticationToken",
                    TokenMessage(TokenFaultOf(error)));
}

absl::Status GraphBadRequestError(absl::string_view message) {
  return GraphError(absl::StatusCode::kInvalidArgument, 400, "BadRequest", message);
}

absl::Status GraphUnknownSegmentError(absl::string_view segment) {
  return GraphBadRequestError(
      absl::StrCat("Resource not found for the segment '", Excerpt(segment), "'."));
}

absl::Status GraphNotFoundError(absl::string_view id) {
  return GraphError(absl::StatusCode::kNotFound, 404, "Request_ResourceNotFound",
                    absl::StrCat("Resource '", Excerpt(id),
                                 "' does not exist or one of its queried reference-property "
                                 "objects are not present."));
}

absl::Status GraphDelegatedOnlyError() {
  return GraphBadRequestError("/me request is only valid with delegated authentication flow.");
}

absl::Status GraphUnsupportedQueryError(absl::string_view parameter) {
  return GraphError(
      absl::StatusCode::kInvalidArgument, 400, "Request_UnsupportedQuery",
      absl::StrCat("The query parameter '", Excerpt(parameter), "' is not supported here."));
}

absl::Status GraphNotEmulatedError(absl::string_view method, absl::string_view path) {
  return GraphError(
      absl::StatusCode::kUnimplemented, 501, "NotImplemented",
      absl::StrCat("The emulator does not serve ", Excerpt(method), " ", Excerpt(path),
                   ". Principals are made and deleted by its own directory service."));
}

}  // namespace lazuli::emulator

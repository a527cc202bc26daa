#include "emulator/https/rest/errors.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "emulator/identity/errors.h"

namespace lazuli::emulator {
namespace {

absl::Status Make(absl::StatusCode canonical, int http_status, absl::string_view code,
                  absl::string_view message) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  return MakeError(canonical, message, info);
}

absl::Status BadRequest(absl::string_view code, absl::string_view message) {
  return Make(absl::StatusCode::kInvalidArgument, 400, code, message);
}

absl::Status BatchBadRequest(absl::string_view code, absl::string_view message,
                             std::vector<ErrorDetail> details) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = 400;
  info.details = std::move(details);
  return MakeError(absl::StatusCode::kInvalidArgument, message, info);
}

// The segment after "providers", and the last one that names a type of resource.
struct ResourceType {
  absl::string_view space;
  absl::string_view type;
};

std::optional<ResourceType> FindResourceType(const std::vector<std::string>& segments) {
  for (size_t i = 0; i + 2 < segments.size(); ++i) {
    if (absl::EqualsIgnoreCase(segments[i], "providers")) {
      return ResourceType{segments[i + 1], segments[i + 2]};
    }
  }
  return std::nullopt;
}

}  // namespace

absl::Status InvalidUriError(v1::Plane plane, absl::string_view reason) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return BadRequest("BadParameter", reason);
    case v1::PLANE_BATCH_DATA:
      return BatchBadRequest("InvalidUri",
                             "The requested URI does not represent any resource on the server.",
                             {{"Reason", std::string(reason)}});
    default:
      return BadRequest("BadRequest", reason);
  }
}

absl::Status UnknownRouteError(v1::Plane plane, const std::vector<std::string>& segments,
                               absl::string_view api_version) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return Make(absl::StatusCode::kNotFound, 404, "NotFound",
                  "The request URI names no operation of this vault.");
    case v1::PLANE_BATCH_DATA:
      return Make(absl::StatusCode::kNotFound, 404, "ResourceNotFound",
                  "The specified resource does not exist.");
    case v1::PLANE_RESOURCE_MANAGER:
      if (const auto found = FindResourceType(segments); found.has_value()) {
        return Make(absl::StatusCode::kNotFound, 404, "InvalidResourceType",
                    absl::StrCat("The resource type '", Excerpt(found->type),
                                 "' could not be found in the namespace '", Excerpt(found->space),
                                 "' for api version '", Excerpt(api_version), "'."));
      }
      return Make(absl::StatusCode::kNotFound, 404, "MissingSubscription",
                  "The request did not have a subscription or a valid tenant level resource "
                  "provider.");
    default:
      return Make(absl::StatusCode::kNotFound, 404, "NotFound",
                  "No operation of the emulator has this path.");
  }
}

absl::Status VerbNotAllowedError(v1::Plane plane, absl::string_view verb) {
  if (plane == v1::PLANE_BATCH_DATA) {
    return Make(absl::StatusCode::kUnimplemented, 405, "UnsupportedHttpVerb",
                "The resource doesn't support the specified HTTP verb.");
  }
  return Make(absl::StatusCode::kUnimplemented, 405, "MethodNotAllowed",
              absl::StrCat("The method ", Excerpt(verb), " is not allowed on this resource."));
}

absl::Status UnknownOperationError(absl::string_view verb, absl::string_view operation) {
  return BadRequest("BadParameter",
                    absl::StrCat("Method ", Excerpt(verb), " does not allow operation '",
                                 Excerpt(operation), "'"));
}

absl::Status MissingApiVersionError(v1::Plane plane) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return BadRequest("BadParameter", "The request has no api-version query parameter.");
    case v1::PLANE_BATCH_DATA:
      return BatchBadRequest("MissingRequiredQueryParameter",
                             "A required query parameter was not specified for this request.",
                             {{"QueryParameterName", "api-version"}});
    default:
      return BadRequest(
          "MissingApiVersionParameter",
          "The api-version query parameter (?api-version=) is required for all requests.");
  }
}

absl::Status UnknownApiVersionError(v1::Plane plane, absl::string_view version,
                                    absl::string_view latest) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return BadRequest("BadParameter",
                        absl::StrCat("The specified version (", Excerpt(version),
                                     ") is not recognized. Consider using the latest supported "
                                     "version (",
                                     latest, ")."));
    case v1::PLANE_BATCH_DATA:
      return BatchBadRequest("UnsupportedRequestVersion",
                             "The specified request version is not supported.",
                             {{"Version", std::string(Excerpt(version))}});
    default:
      return BadRequest("InvalidApiVersionParameter",
                        absl::StrCat("The api-version '", Excerpt(version),
                                     "' is invalid. An api-version is a date, as 2022-10-01."));
  }
}

absl::Status InvalidQueryValueError(v1::Plane plane, absl::string_view name,
                                    absl::string_view value) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return BadRequest("BadParameter", absl::StrCat("Invalid value of the query parameter '", name,
                                                     "': '", Excerpt(value), "'."));
    case v1::PLANE_BATCH_DATA:
      return BatchBadRequest("InvalidQueryParameterValue",
                             "The value specified for one of the query parameters is not valid.",
                             {{"QueryParameterName", std::string(name)},
                              {"QueryParameterValue", std::string(Excerpt(value))}});
    default:
      return BadRequest("InvalidQueryParameterValue",
                        absl::StrCat("The value '", Excerpt(value), "' of the query parameter '",
                                     name, "' is not valid."));
  }
}

absl::Status InvalidHeaderValueError(v1::Plane plane, absl::string_view name) {
  if (plane == v1::PLANE_BATCH_DATA) {
    return BatchBadRequest("InvalidHeaderValue",
                           "The value provided for one of the HTTP headers was not in the correct "
                           "format.",
                           {{"HeaderName", std::string(name)}});
  }
  return BadRequest(plane == v1::PLANE_KEY_VAULT_DATA ? "BadParameter" : "InvalidHeaderValue",
                    absl::StrCat("The value of the header '", name, "' is no text."));
}

absl::Status InvalidBodyError(v1::Plane plane, absl::string_view path, absl::string_view reason) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return BadRequest("BadParameter",
                        absl::StrCat("Property ", path, " has invalid value\r\n", reason));
    case v1::PLANE_BATCH_DATA:
      return BatchBadRequest("InvalidRequestBody",
                             "The specified Request Body is not syntactically valid.",
                             {{"Reason", std::string(reason)}});
    default: {
      ErrorInfo info;
      info.code = "InvalidRequestContent";
      info.http_status = 400;
      info.target = std::string(path);
      return MakeError(
          absl::StatusCode::kInvalidArgument,
          absl::StrCat("The request content was invalid and could not be deserialized: '", reason,
                       "'."),
          info);
    }
  }
}

absl::Status HttpsRequiredError(v1::Plane plane) {
  return Make(absl::StatusCode::kPermissionDenied, 403,
              plane == v1::PLANE_BATCH_DATA ? "AuthenticationFailed" : "HttpsRequired",
              "This request came over plain HTTP. The service answers HTTPS only.");
}

absl::Status HostNotEmulatedError(absl::string_view host) {
  return Make(absl::StatusCode::kNotFound, 421, "HostNotEmulated",
              absl::StrCat("The emulator does not stand for the host '", Excerpt(host), "'."));
}

absl::Status OperationResultNotFoundError(absl::string_view id) {
  return Make(absl::StatusCode::kNotFound, 404, "ResourceNotFound",
              absl::StrCat("There is no result of an operation '", Excerpt(id), "'."));
}

absl::Status ResourceManagerAuthenticationError(const absl::Status& cause) {
  const auto refuse = [](absl::string_view code, absl::string_view message) {
    return Make(absl::StatusCode::kUnauthenticated, 401, code, message);
  };
  switch (TokenFaultOf(cause)) {
    case TokenFault::kMissing:
      return refuse("AuthenticationFailed",
                    "Authentication failed. The 'Authorization' header is missing.");
    case TokenFault::kAudience:
      return refuse(
          "InvalidAuthenticationTokenAudience",
          absl::StrCat("The access token has been obtained for wrong audience or resource '",
                       TokenFaultValue(cause),
                       "'. It should exactly match with one of the allowed audiences "
                       "'https://management.core.windows.net/','https://management.core.windows."
                       "net','https://management.azure.com/','https://management.azure.com'."));
    case TokenFault::kExpired:
      return refuse("ExpiredAuthenticationToken",
                    absl::StrCat("The access token is expired. ", cause.message()));
    case TokenFault::kOther:
      break;
  }
  return refuse("InvalidAuthenticationToken",
                absl::StrCat("The access token is invalid. ", cause.message()));
}

absl::Status VaultAuthenticationError(const absl::Status& cause, absl::string_view resource) {
  if (TokenFaultOf(cause) != TokenFault::kAudience) return cause;
  return Make(absl::StatusCode::kUnauthenticated, 401, "Unauthorized",
              absl::StrCat("AKV10022: Invalid audience. Expected ", resource,
                           ", found: ", TokenFaultValue(cause), "."));
}

absl::Status BatchAuthenticationError(const absl::Status& cause) {
  ErrorInfo info;
  info.code = "AuthenticationFailed";
  info.http_status = 403;
  std::string detail;
  switch (TokenFaultOf(cause)) {
    case TokenFault::kMissing:
      detail = "The request has no Authorization header, or one of an unknown scheme.";
      break;
    case TokenFault::kAudience:
      detail = absl::StrCat(
          "The access token has been obtained from wrong audience or resource '",
          TokenFaultValue(cause),
          "'. It should exactly match (including forward slash) with one of the allowed audiences "
          "'https://batch.core.windows.net/'");
      break;
    case TokenFault::kExpired:
    case TokenFault::kOther:
      detail = std::string(cause.message());
      break;
  }
  info.details.push_back({"AuthenticationErrorDetail", std::move(detail)});
  return MakeError(absl::StatusCode::kPermissionDenied,
                   "Server failed to authenticate the request. Make sure the value of "
                   "Authorization header is formed correctly.",
                   info);
}

}  // namespace lazuli::emulator

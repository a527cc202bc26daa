// File: emulator/identity/errors.cc
#include "emulator/identity/errors.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "base/iso8601.h"

namespace lazuli::emulator {
namespace {

ErrorInfo Info(absl::string_view code, int http_status) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  return info;
}

// Inner codes of authentication.
constexpr absl::string_view kMissingToken = "MissingToken";
constexpr absl::string_view kInvalidToken = "InvalidToken";
constexpr absl::string_view kWrongAudience = "WrongAudience";
constexpr absl::string_view kTokenExpired = "TokenExpired";

absl::Status Unauthorized(absl::string_view inner_code, absl::string_view message,
                          std::vector<ErrorDetail> details = {}) {
  ErrorInfo info = Info("Unauthorized", 401);
  info.inner_code = std::string(inner_code);
  info.details = std::move(details);
  return MakeError(absl::StatusCode::kUnauthenticated, message, info);
}

absl::Status SignInError(absl::StatusCode status_code, int http_status, absl::string_view code,
                         absl::string_view number, absl::string_view message) {
  ErrorInfo info = Info(code, http_status);
  info.inner_code = std::string(number);
  return MakeError(status_code, absl::StrCat(number, ": ", message), info);
}

}  // namespace

absl::Status MissingTokenError() {
  return Unauthorized(kMissingToken, "AKV10000: Request is missing a Bearer or PoP token.");
}

absl::Status MalformedTokenError(absl::string_view reason) {
  return Unauthorized(kInvalidToken,
                      absl::StrCat("The access token cannot be read: ", reason, "."));
}

absl::Status WrongSignatureError() {
  return Unauthorized(kInvalidToken, "The signature of the access token is not valid.");
}

absl::Status UnknownIssuerError(absl::string_view issuer) {
  return Unauthorized(kInvalidToken,
                      absl::StrCat("AKV10032: Invalid issuer. Found ", Excerpt(issuer),
                                   ", which is none of the tenants here."));
}

absl::Status WrongAudienceError(absl::Span<const absl::string_view> expected,
                                absl::string_view found) {
  return Unauthorized(
      kWrongAudience,
      absl::StrCat("AKV10022: Invalid audience. Expected ", expected.size() > 1 ? "one of " : "",
                   absl::StrJoin(expected, ", "), ", found: ", found, "."),
      {{"Audience", std::string(found)}});
}

absl::Status TokenExpiredError(absl::Time expired_at) {
  return Unauthorized(
      kTokenExpired,
      absl::StrCat("[TokenExpired] Error validating token: 'S2S12086'. The token expired at ",
                   FormatIso8601Time(expired_at, 0), "."));
}

absl::Status TokenNotYetValidError(absl::Time not_before) {
  return Unauthorized(kInvalidToken, absl::StrCat("The access token is not valid before ",
                                                  FormatIso8601Time(not_before, 0), "."));
}

absl::Status UnknownPrincipalError(absl::string_view object_id) {
  return Unauthorized(kInvalidToken, absl::StrCat("The principal with object id '", object_id,
                                                  "' does not exist any more."));
}

TokenFault TokenFaultOf(const absl::Status& status) {
  const std::string inner_code = ErrorInfoOrDefault(status).inner_code;
  if (inner_code == std::string(kMissingToken)) return TokenFault::kMissing;
  if (inner_code == std::string(kWrongAudience)) return TokenFault::kAudience;
  if (inner_code == std::string(kTokenExpired)) return TokenFault::kExpired;
  return TokenFault::kOther;
}

std::string TokenFaultValue(const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return info.details.empty() ? "" : info.details.front().message;
}

absl::Status MissingParameterError(absl::string_view parameter) {
  return SignInError(
      absl::StatusCode::kInvalidArgument, 400, "invalid_request", "AADSTS900144",
      absl::StrCat("The request body must contain the following parameter: '", parameter, "'."));
}

absl::Status SignInTenantNotFoundError(absl::string_view tenant) {
  return SignInError(absl::StatusCode::kInvalidArgument, 400, "invalid_request", "AADSTS90002",
                     absl::StrCat("Tenant '", Excerpt(tenant),
                                  "' not found. Check to make sure you have the correct tenant ID "
                                  "and are signing into the correct cloud."));
}

absl::Status UnknownApplicationError(absl::string_view client_id, absl::string_view tenant) {
  return SignInError(
      absl::StatusCode::kInvalidArgument, 400, "unauthorized_client", "AADSTS700016",
      absl::StrCat("Application with identifier '", Excerpt(client_id),
                   "' was not found in the directory '", Excerpt(tenant),
                   "'. You may have sent your authentication request to the wrong tenant."));
}

absl::Status WrongSecretError(absl::string_view client_id) {
  return SignInError(
      absl::StatusCode::kUnauthenticated, 401, "invalid_client", "AADSTS7000215",
      absl::StrCat("Invalid client secret provided. Ensure the secret being sent in the request is "
                   "the client secret value, not the client secret ID, for a secret added to app '",
                   client_id, "'."));
}

absl::Status UnsupportedGrantTypeError(absl::string_view grant_type) {
  return SignInError(
      absl::StatusCode::kInvalidArgument, 400, "unsupported_grant_type", "AADSTS70003",
      absl::StrCat("The app requested an unsupported grant type '", Excerpt(grant_type), "'."));
}

absl::Status InvalidScopeError(absl::string_view scope) {
  return SignInError(
      absl::StatusCode::kInvalidArgument, 400, "invalid_scope", "AADSTS1002012",
      absl::StrCat("The provided value for scope ", Excerpt(scope),
                   " is not valid. Client credential flows must have a scope value with /.default "
                   "suffixed to the resource identifier (application ID URI)."));
}

absl::Status SeveralResourcesError(absl::string_view scope) {
  return SignInError(
      absl::StatusCode::kInvalidArgument, 400, "invalid_scope", "AADSTS70011",
      absl::StrCat("The provided request must include a 'scope' input parameter. The provided "
                   "value for the input parameter 'scope' is not valid. The scope ",
                   Excerpt(scope), " is not valid: it names more than one resource."));
}

absl::Status InvalidResourceError(absl::string_view resource) {
  return SignInError(absl::StatusCode::kInvalidArgument, 400, "invalid_resource", "AADSTS500011",
                     absl::StrCat("The resource principal named ", Excerpt(resource),
                                  " was not found in the tenant."));
}

absl::Status MissingClientCredentialError() {
  return SignInError(absl::StatusCode::kUnauthenticated, 401, "invalid_client", "AADSTS7000216",
                     "'client_assertion', 'client_secret' or 'request' is required for the "
                     "'client_credentials' grant type.");
}

absl::Status MalformedAssertionError(absl::string_view reason) {
  return SignInError(absl::StatusCode::kInvalidArgument, 400, "invalid_request", "AADSTS50027",
                     absl::StrCat("JWT token is invalid or malformed: ", reason, "."));
}

absl::Status AssertionWithoutKeyError() {
  return SignInError(absl::StatusCode::kInvalidArgument, 400, "invalid_request", "AADSTS5002723",
                     "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 "
                     "thumbprint, nor keyId specified in token header.");
}

absl::Status AssertionAlgorithmError(absl::string_view algorithm) {
  return SignInError(absl::StatusCode::kInvalidArgument, 400, "invalid_request", "AADSTS5002738",
                     absl::StrCat("Invalid JWT token. '", Excerpt(algorithm),
                                  "' is not a supported signature algorithm. Supported signing "
                                  "algorithms are: 'RS256, PS256, ES256'."));
}

absl::Status AssertionOfOtherClientError() {
  return SignInError(absl::StatusCode::kUnauthenticated, 401, "invalid_client", "AADSTS700021",
                     "Client assertion application identifier doesn't match 'client_id' "
                     "parameter: its iss and sub have to be the client id.");
}

absl::Status AssertionAudienceError() {
  return SignInError(absl::StatusCode::kUnauthenticated, 401, "invalid_client", "AADSTS700023",
                     "Client assertion audience claim does not match Realm issuer.");
}

absl::Status AssertionTimeError(absl::Time now, absl::Time not_before, absl::Time expires_at) {
  return SignInError(
      absl::StatusCode::kUnauthenticated, 401, "invalid_client", "AADSTS700024",
      absl::StrCat("Client assertion is not within its valid time range. Current time: ",
                   FormatIso8601Time(now, 7), ", assertion valid from ",
                   FormatIso8601Time(not_before, 7), ", expiry time of assertion ",
                   FormatIso8601Time(expires_at, 7), "."));
}

absl::Status AssertionKeyError(absl::string_view reason, absl::string_view key) {
  return SignInError(
      absl::StatusCode::kUnauthenticated, 401, "invalid_client", "AADSTS700027",
      absl::StrCat("Client assertion failed signature validation. [Reason - ", reason,
                   ", Thumbprint of key used by client: '", Excerpt(key), "']"));
}

absl::Status InvalidTenantError(absl::string_view tenant) {
  return SignInError(absl::StatusCode::kInvalidArgument, 400, "invalid_tenant", "AADSTS90002",
                     absl::StrCat("Tenant '", Excerpt(tenant),
                                  "' not found. Check to make sure you have the correct tenant ID "
                                  "and are signing into the correct cloud."));
}

absl::Status UnknownInstanceError(absl::string_view url) {
  return SignInError(
      absl::StatusCode::kInvalidArgument, 400, "invalid_instance", "AADSTS50049",
      absl::StrCat("Unknown or invalid instance: '", Excerpt(url), "' is of no login host."));
}

absl::Status WrongMethodError(absl::string_view allowed, absl::string_view method) {
  ErrorInfo info = Info("invalid_request", 405);
  info.inner_code = "AADSTS900561";
  info.target = std::string(allowed);
  return MakeError(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("AADSTS900561: The endpoint only accepts ", allowed,
                                " requests. Received a ", Excerpt(method), " request."),
                   info);
}

absl::Status UnknownEndpointError(absl::string_view path) {
  return MakeError(absl::StatusCode::kNotFound,
                   absl::StrCat("There is no endpoint '", Excerpt(path), "'."),
                   Info("invalid_request", 404));
}

absl::Status InteractiveSignInError() {
  return MakeError(absl::StatusCode::kUnimplemented,
                   "The sign-in of users is not emulated: sign in as a service principal or as a "
                   "managed identity.",
                   Info("unsupported_response_type", 400));
}

absl::Status ForwardedRequestError() {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   "Requests that carry an X-Forwarded-For header are not served.",
                   Info("invalid_request", 400));
}

absl::Status MissingMetadataHeaderError() {
  return MakeError(absl::StatusCode::kInvalidArgument, "Required metadata header not specified",
                   Info("invalid_request", 400));
}

absl::Status MissingResourceError() {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   "Required audience parameter 'resource' not specified",
                   Info("invalid_request", 400));
}

absl::Status RemoteIdentityRequestError() {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   "This endpoint answers its own machine. Others get the identity that "
                   "--managed_identity names, or use IDENTITY_ENDPOINT with its secret.",
                   Info("invalid_request", 400));
}

absl::Status UnknownManagedIdentityError() {
  return MakeError(absl::StatusCode::kInvalidArgument, "Identity not found",
                   Info("invalid_request", 400));
}

absl::Status PrincipalNotFoundError(absl::string_view text) {
  return MakeError(
      absl::StatusCode::kNotFound,
      absl::StrCat("No principal has the object id, client id or name '", Excerpt(text), "'."),
      Info("Request_ResourceNotFound", 404));
}

absl::Status AmbiguousPrincipalError(absl::string_view text,
                                     absl::Span<const std::string> candidates) {
  ErrorInfo info = Info("AmbiguousPrincipal", 400);
  for (const std::string& candidate : candidates) {
    info.details.push_back({.code = "Candidate", .message = candidate});
  }
  return MakeError(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("'", Excerpt(text), "' stands for ", candidates.size(),
                                " principals. Say which by its object id, or name the tenant."),
                   info);
}

absl::Status PrincipalExistsError(absl::string_view field, absl::string_view value) {
  ErrorInfo info = Info("Request_MultipleObjectsWithSameKeyValue", 409);
  info.target = std::string(field);
  return MakeError(absl::StatusCode::kAlreadyExists,
                   absl::StrCat("Another object with the same value for property ", field,
                                " already exists or existed: '", value, "'."),
                   info);
}

absl::Status KeyCredentialExistsError(absl::string_view thumbprint) {
  return MakeError(
      absl::StatusCode::kAlreadyExists,
      absl::StrCat("The principal has a key credential of thumbprint '", thumbprint, "' already."),
      Info("Request_MultipleObjectsWithSameKeyValue", 409));
}

absl::Status KeyCredentialNotFoundError(absl::string_view thumbprint) {
  return MakeError(absl::StatusCode::kNotFound,
                   absl::StrCat("The principal has no key credential of thumbprint '",
                                Excerpt(thumbprint), "'."),
                   Info("Request_ResourceNotFound", 404));
}

absl::Status TenantNotFoundError(absl::string_view tenant_id) {
  return MakeError(absl::StatusCode::kNotFound,
                   absl::StrCat("The tenant '", Excerpt(tenant_id), "' could not be found."),
                   Info("TenantNotFound", 404));
}

absl::Status TenantExistsError(absl::string_view tenant_id) {
  return MakeError(absl::StatusCode::kAlreadyExists,
                   absl::StrCat("The tenant '", tenant_id, "' exists already."),
                   Info("TenantExists", 409));
}

absl::Status IdentityNotFoundError(absl::string_view resource_id) {
  return MakeError(
      absl::StatusCode::kNotFound,
      absl::StrCat("The user-assigned identity '", Excerpt(resource_id), "' was not found."),
      Info("ResourceNotFound", 404));
}

}  // namespace lazuli::emulator

// File: emulator/https/rest/errors.h
//
// What the JSON face itself refuses, in the words of the plane that was asked. Each takes the plane
// first.
#ifndef LAZULI_EMULATOR_HTTPS_REST_ERRORS_H_
#define LAZULI_EMULATOR_HTTPS_REST_ERRORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

// The request's URI cannot be read; `reason` is a sentence. 400: BadParameter, BadRequest,
// InvalidUri.
absl::Status InvalidUriError(v1::Plane plane, absl::string_view reason);
// No operation has such a path. 404: NotFound; InvalidResourceType or MissingSubscription;
// ResourceNotFound.
absl::Status UnknownRouteError(v1::Plane plane, const std::vector<std::string>& segments,
                               absl::string_view api_version);
// An operation has the path, but with another verb. 405: MethodNotAllowed; UnsupportedHttpVerb.
absl::Status VerbNotAllowedError(v1::Plane plane, absl::string_view verb);
// The last segment of a path names an operation of a vault's object that there is not, or not in
// the version that was asked for. 400: BadParameter.
absl::Status UnknownOperationError(absl::string_view verb, absl::string_view operation);
// The query has no api-version. 400: BadParameter; MissingApiVersionParameter;
// MissingRequiredQueryParameter.
absl::Status MissingApiVersionError(v1::Plane plane);
// 400: BadParameter; InvalidApiVersionParameter; UnsupportedRequestVersion. `latest` is the newest
// that is known; empty where any date is.
absl::Status UnknownApiVersionError(v1::Plane plane, absl::string_view version,
                                    absl::string_view latest);
// A value of the query does not fit its parameter. 400: BadParameter; InvalidQueryParameterValue.
absl::Status InvalidQueryValueError(v1::Plane plane, absl::string_view name,
                                    absl::string_view value);
// A header's value is no text. 400: BadParameter; InvalidHeaderValue.
absl::Status InvalidHeaderValueError(v1::Plane plane, absl::string_view name);
// The body is no JSON of the right shape; `reason` says where and why. 400: BadParameter;
// InvalidRequestContent; InvalidRequestBody.
absl::Status InvalidBodyError(v1::Plane plane, absl::string_view path, absl::string_view reason);
// Plain HTTP where Azure wants TLS. 403.
absl::Status HttpsRequiredError(v1::Plane plane);
// A host that the emulator does not stand for. 421.
absl::Status HostNotEmulatedError(absl::string_view host);
// The id of an operation's result that is unknown, too old, or another caller's. 404.
absl::Status OperationResultNotFoundError(absl::string_view id);

// What Azure Resource Manager says of `cause`, an error of emulator/identity/errors.h.
// 401: AuthenticationFailed, InvalidAuthenticationToken, InvalidAuthenticationTokenAudience,
// ExpiredAuthenticationToken.
absl::Status ResourceManagerAuthenticationError(const absl::Status& cause);
// Key Vault's words for it, with the audience that it expects. 401: Unauthorized.
absl::Status VaultAuthenticationError(const absl::Status& cause, absl::string_view resource);
// The Batch service's. 403: AuthenticationFailed, with the detail AuthenticationErrorDetail.
absl::Status BatchAuthenticationError(const absl::Status& cause);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_ERRORS_H_

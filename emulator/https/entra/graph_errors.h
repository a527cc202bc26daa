// File: emulator/https/entra/graph_errors.h
//
// The errors of Microsoft Graph (Microsoft Graph documentation, "Microsoft Graph error responses
// and resource types").
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_ERRORS_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// InvalidAuthenticationToken, 401, in Graph's words for what is wrong with the token.
absl::Status GraphTokenError(const absl::Status& error);
// BadRequest, 400.
absl::Status GraphBadRequestError(absl::string_view message);
// BadRequest, 400: the part of the path is nothing that Graph has.
absl::Status GraphUnknownSegmentError(absl::string_view segment);
// Request_ResourceNotFound, 404.
absl::Status GraphNotFoundError(absl::string_view id);
// Request_BadRequest, 400: /me needs a signed-in user.
absl::Status GraphDelegatedOnlyError();
// Request_UnsupportedQuery, 400.
absl::Status GraphUnsupportedQueryError(absl::string_view parameter);
// NotImplemented, 501: Graph does this and the emulator does not.
absl::Status GraphNotEmulatedError(absl::string_view method, absl::string_view path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_GRAPH_ERRORS_H_

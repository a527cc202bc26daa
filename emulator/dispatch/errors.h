// File: emulator/dispatch/errors.h
//
// Errors of the one path that every call takes, each in the words of the plane that it happens on.
#ifndef LAZULI_EMULATOR_DISPATCH_ERRORS_H_
#define LAZULI_EMULATOR_DISPATCH_ERRORS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace lazuli::emulator {

// Makes the error for a required field that a request lacks; `path` is the field's as JSON names
// it, e.g. "parameters.properties.sku.name". INVALID_ARGUMENT, 400, target = path.
using MissingFieldError = std::function<absl::Status(absl::string_view path)>;

// Key Vault's data plane: code "BadParameter", as for every breach of its schema.
absl::Status VaultMissingFieldError(absl::string_view path);
// Resource Manager: code "InvalidRequestContent".
absl::Status ResourceManagerMissingFieldError(absl::string_view path);
// The Batch service, and the Batch provider of Resource Manager: code "MissingRequiredProperty"
// with the details PropertyName and PropertyPath.
absl::Status BatchMissingFieldError(absl::string_view path);
// The Microsoft identity platform: code "invalid_request", as OAuth 2.0 (RFC 6749 section 5.2)
// asks.
absl::Status TokenMissingFieldError(absl::string_view path);
// The emulator's own control: code "InvalidInput".
absl::Status ControlMissingFieldError(absl::string_view path);

// The one of these that fits a method: by its service's plane, and on Resource Manager by the
// provider in its action.
MissingFieldError MissingFieldErrorOf(const google::protobuf::MethodDescriptor& method);

// The caller went away while the call waited; nothing was done. CANCELLED, 499.
absl::Status CallDroppedError();

// A header says where the call comes from, and its caller is not the operator. PERMISSION_DENIED,
// 403, code "Forbidden".
absl::Status OriginNotAllowedError();

// The id under which a refusal can be asked for, for a face that does not give one itself.
absl::Status WithRequestId(absl::Status status, absl::string_view id);
// Empty: none was attached.
std::string RequestIdOf(const absl::Status& status);

// The connection of the caller is to end without an answer, as when a network loses it.
// UNAVAILABLE, 503. Where a face cannot do that it says this and no more.
absl::Status ConnectionDroppedError();
bool IsConnectionDropped(const absl::Status& status);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_ERRORS_H_

// File: emulator/https/entra/discovery_documents.h
//
// What the login host says of itself. Every URL follows the authority that the caller used, so that
// a client reaches the next one as it reached this one.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_DISCOVERY_DOCUMENTS_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_DISCOVERY_DOCUMENTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/https/entra/sign_in_tenant.h"

namespace lazuli::emulator {

// OpenID Connect Discovery 1.0 metadata in JSON. `is_v2`: that of the v2.0 endpoints; a tenant that
// is AD FS has one of its own, whatever `is_v2` says.
std::string OpenIdConfiguration(absl::string_view authority, const SignInTenant& tenant,
                                bool is_v2);

// The answer of instance discovery for `authorization_endpoint`, which a client asks about before
// it trusts that host: where the host's metadata is, and which names stand for the same host. An
// endpoint under localhost without a port is answered with `authority` instead: some clients drop
// the port, and where this question came from is a place that the client reaches. Errors:
// MissingParameterError, UnknownInstanceError for a host that is no login host.
absl::StatusOr<std::string> InstanceDiscovery(absl::string_view authority,
                                              const std::string* authorization_endpoint,
                                              absl::string_view api_version);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_DISCOVERY_DOCUMENTS_H_

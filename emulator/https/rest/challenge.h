// File: emulator/https/rest/challenge.h
//
// Values of WWW-Authenticate: where a caller that is refused with 401 gets its token.
#ifndef LAZULI_EMULATOR_HTTPS_REST_CHALLENGE_H_
#define LAZULI_EMULATOR_HTTPS_REST_CHALLENGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "emulator/https/rest/url_fields.h"

namespace lazuli::emulator {

// Bearer authorization="https://LOGIN/TENANT", resource="https://vault.azure.net"
//
// Clients verify that the vault's host ends with the resource's, some of them with the port. No
// slash follows the tenant, and no value holds a comma or an equals sign: they take the header
// apart at these.
std::string VaultChallenge(const ServiceNames& names, absl::string_view tenant_id);

// Bearer authorization_uri="https://LOGIN/TENANT", error="invalid_token", error_description="..."
std::string ResourceManagerChallenge(const ServiceNames& names, absl::string_view tenant_id,
                                     absl::string_view description);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_CHALLENGE_H_

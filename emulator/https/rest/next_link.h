// File: emulator/https/rest/next_link.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_NEXT_LINK_H_
#define LAZULI_EMULATOR_HTTPS_REST_NEXT_LINK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "emulator/https/rest/exchange.h"

namespace lazuli::emulator {

// "https://localhost:8443": how the caller reached us.
std::string CallerOrigin(const Exchange& exchange);

// The absolute URL of the page that begins at `skip_token`: the request's own, api-version first,
// then the token, then whatever else the query had. Key Vault's carries its port even when it is
// 443.
std::string NextLink(const Exchange& exchange, absl::string_view skip_token);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_NEXT_LINK_H_

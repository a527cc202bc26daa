// File: emulator/https/entra/token_endpoint.h
//
// The token endpoint of the Microsoft identity platform, for applications: OAuth 2.0 client
// credentials (RFC 6749 section 4.4) in the forms of v2.0, of v1.0 and of AD FS.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_TOKEN_ENDPOINT_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_TOKEN_ENDPOINT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "emulator/https/entra/sign_in_tenant.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/token_issuer.h"

namespace lazuli::emulator {

struct TokenEndpointRequest {
  SignInTenant tenant;
  // v2.0 asks with a scope, v1.0 with a resource, AD FS with either.
  bool is_v2 = false;
  // Whom the client meant to reach; a signed assertion names it as its audience.
  std::string authority;
  // The body: a form.
  absl::string_view form;
  // The Authorization header, which may carry the client's id and secret (RFC 6749 section 2.3.1).
  absl::string_view authorization;
};

// Thread safe.
class TokenEndpoint {
 public:
  // `real_clock` is the machine's. The pointers outlive this.
  TokenEndpoint(const Directory* directory, const TokenIssuer* issuer, const Clock* real_clock);

  // The answer in JSON. Errors: those of sign-in in emulator/identity/errors.h.
  absl::StatusOr<std::string> Serve(const TokenEndpointRequest& request) const;

 private:
  using Form = std::vector<std::pair<std::string, std::string>>;

  // Who asks, once it is proved.
  absl::StatusOr<Principal::Ptr> Authenticate(const TokenEndpointRequest& request,
                                              const Form& form) const;
  // As above, for a client that signs; `client_id` may be empty.
  absl::StatusOr<Principal::Ptr> ByAssertion(const TokenEndpointRequest& request, const Form& form,
                                             std::string client_id) const;

  const Directory* const directory_;
  const TokenIssuer* const issuer_;
  const Clock* const real_clock_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_TOKEN_ENDPOINT_H_

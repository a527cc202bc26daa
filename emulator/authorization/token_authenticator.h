// File: emulator/authorization/token_authenticator.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_TOKEN_AUTHENTICATOR_H_
#define LAZULI_EMULATOR_AUTHORIZATION_TOKEN_AUTHENTICATOR_H_

#include "emulator/dispatch/gatekeeper.h"
#include "emulator/identity/token_verifier.h"

namespace lazuli::emulator {

// Bearer tokens of the emulator. Over gRPC one token may serve every plane, so that every plane's
// audience is accepted. Thread safe.
class TokenAuthenticator final : public Authenticator {
 public:
  // `verifier` outlives this.
  explicit TokenAuthenticator(TokenVerifier* verifier) : verifier_(verifier) {}

  absl::StatusOr<Caller> Authenticate(absl::string_view authorization) const override;

 private:
  TokenVerifier* const verifier_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_TOKEN_AUTHENTICATOR_H_

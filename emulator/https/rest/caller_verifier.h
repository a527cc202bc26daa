// File: emulator/https/rest/caller_verifier.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_CALLER_VERIFIER_H_
#define LAZULI_EMULATOR_HTTPS_REST_CALLER_VERIFIER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "emulator/https/rest/exchange.h"
#include "emulator/https/rest/shared_key_authenticator.h"
#include "emulator/identity/token_verifier.h"

namespace lazuli::emulator {

// Who calls over HTTP. A token serves the one plane that it was made for: its audience must be one
// of the plane's, as Azure names it or as a caller by local names does. Thread safe.
class CallerVerifier {
 public:
  // Who calls the emulator's control, which has rules of its own.
  using ControlCaller = std::function<absl::StatusOr<Caller>(const HttpRequest&)>;

  // `tokens` and `shared_keys` outlive this. Without `shared_keys` no signature is accepted;
  // without `control_caller` control asks for a token of any plane.
  CallerVerifier(TokenVerifier* tokens, const SharedKeyAuthenticator* shared_keys,
                 ControlCaller control_caller);

  // Errors in the words of the exchange's plane (emulator/https/rest/errors.h).
  absl::StatusOr<Caller> Verify(const Exchange& exchange) const;

 private:
  absl::StatusOr<Caller> VerifyVault(const Exchange& exchange, const std::string& header) const;
  absl::StatusOr<Caller> VerifyResourceManager(const Exchange& exchange,
                                               const std::string& header) const;
  absl::StatusOr<Caller> VerifyBatch(const Exchange& exchange, const std::string& header) const;
  absl::StatusOr<Caller> VerifyBearer(const std::string& header,
                                      absl::Span<const absl::string_view> audiences) const;

  TokenVerifier* const tokens_;
  const SharedKeyAuthenticator* const shared_keys_;
  const ControlCaller control_caller_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_CALLER_VERIFIER_H_

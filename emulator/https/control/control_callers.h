// File: emulator/https/control/control_callers.h
#ifndef LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_CALLERS_H_
#define LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_CALLERS_H_

#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "emulator/https/control/control_guard.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/token_verifier.h"

namespace lazuli::emulator {

// Who calls control over HTTP. Thread safe.
class ControlCallers {
 public:
  // All outlive this.
  ControlCallers(const ControlGuard* guard, const Directory* directory, TokenVerifier* verifier);

  // The owner of a bearer token, which may be for any plane; the administrator when there is none,
  // or when it is the operator's. Asks the guard nothing else: that the request may come at all was
  // found out before. Errors: those of BearerToken and TokenVerifier::Verify.
  absl::StatusOr<Caller> WhoCalls(const HttpRequest& request) const;

 private:
  const ControlGuard* const guard_;
  const Directory* const directory_;
  TokenVerifier* const verifier_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_CALLERS_H_

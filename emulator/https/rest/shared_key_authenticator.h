// File: emulator/https/rest/shared_key_authenticator.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_SHARED_KEY_AUTHENTICATOR_H_
#define LAZULI_EMULATOR_HTTPS_REST_SHARED_KEY_AUTHENTICATOR_H_

#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"

namespace lazuli::emulator {

// Tells who signed a request with the key of a Batch account. Thread safe.
class SharedKeyAuthenticator {
 public:
  virtual ~SharedKeyAuthenticator() = default;

  // The caller that the request's header "Authorization: SharedKey ..." speaks for, with
  // shared_key_account_id set. `target` is the request's, taken apart; `host` is the account's.
  // Errors are the Batch service's own, ready for its envelope (AuthenticationFailed with 403,
  // ...).
  virtual absl::StatusOr<Caller> Authenticate(const HttpRequest& request, const HttpTarget& target,
                                              const HostName& host) const = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_SHARED_KEY_AUTHENTICATOR_H_

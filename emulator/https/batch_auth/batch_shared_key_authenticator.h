// File: emulator/https/batch_auth/batch_shared_key_authenticator.h
#ifndef LAZULI_EMULATOR_HTTPS_BATCH_AUTH_BATCH_SHARED_KEY_AUTHENTICATOR_H_
#define LAZULI_EMULATOR_HTTPS_BATCH_AUTH_BATCH_SHARED_KEY_AUTHENTICATOR_H_

#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "batch/account_registry.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "emulator/https/rest/shared_key_authenticator.h"

namespace lazuli::emulator {

// Checks "Authorization: SharedKey ACCOUNT:SIGNATURE" against both keys of the account that the
// host names. Works without access to the account's customer-managed key: what that refuses the
// operation refuses. SharedKeyLite, which Batch's documentation does not know, is malformed. Thread
// safe.
//
// Errors, in this order: AccountEndpointNotFoundError (batch/errors.h),
// MalformedAuthorizationError, OtherAccountSignedError, AuthenticationModeNotAllowedError
// (batch/errors.h), MissingRequestDateError, RequestDateOutOfWindowError, WrongMacError.
class BatchSharedKeyAuthenticator final : public SharedKeyAuthenticator {
 public:
  // Both outlive this. `real_clock` tells the time that clients go by, not the virtual one.
  BatchSharedKeyAuthenticator(const batch::AccountRegistry* accounts, const Clock* real_clock)
      : accounts_(accounts), real_clock_(real_clock) {}

  absl::StatusOr<Caller> Authenticate(const HttpRequest& request, const HttpTarget& target,
                                      const HostName& host) const override;

 private:
  absl::Status CheckDate(const HttpRequest& request) const;

  const batch::AccountRegistry* const accounts_;
  const Clock* const real_clock_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_BATCH_AUTH_BATCH_SHARED_KEY_AUTHENTICATOR_H_

// File: emulator/https/batch_auth/batch_shared_key_authenticator.h
#ifndef LAZULI_EMULATOR_HTTPS_BATCH_AUTH_BATCH_SHARED_KEY_AUTHENTICATOR_H_
#define LAZULI_EMULATOR_HTTPS_BATCH_AUTH_BATCH_SHARED_KEY_AUTHENTICATOR_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
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
  // The name space in which the request's endpoint is looked up; empty: all share one.
  using NameSpaceOf = std::function<std::string(const HttpRequest&, absl::string_view endpoint)>;

  // Both outlive this. `real_clock` tells the time that clients go by, not the virtual one.
  BatchSharedKeyAuthenticator(const batch::AccountRegistry* accounts, const Clock* real_clock,
                              NameSpaceOf name_space_of = {})
      : accounts_(accounts), real_clock_(real_clock), name_space_of_(std::move(name_space_of)) {}

  absl::StatusOr<Caller> Authenticate(const HttpRequest& request, const HttpTarget& target,
                                      const HostName& host) const override;

 private:
  absl::Status CheckDate(const HttpRequest& request) const;

  const batch::AccountRegistry* const accounts_;
  const Clock* const real_clock_;
  const NameSpaceOf name_space_of_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_BATCH_AUTH_BATCH_SHARED_KEY_AUTHENTICATOR_H_

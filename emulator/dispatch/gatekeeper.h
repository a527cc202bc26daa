// File: emulator/dispatch/gatekeeper.h
//
// What stands on the one path of a call beside the operation: before it, who is it and may it;
// after it, what else follows.
#ifndef LAZULI_EMULATOR_DISPATCH_GATEKEEPER_H_
#define LAZULI_EMULATOR_DISPATCH_GATEKEEPER_H_

#include <optional>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/decision.h"
#include "emulator/dispatch/method_registry.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Thread safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // The principal that an authorization header speaks for. UNAUTHENTICATED, also for an empty one.
  virtual absl::StatusOr<Caller> Authenticate(absl::string_view authorization) const = 0;
};

// Thread safe. One for each plane.
class Authorizer {
 public:
  virtual ~Authorizer() = default;

  // What a call is for, by a name that a face may know before the request: a vault's. Empty: none.
  virtual absl::string_view TargetOf(const google::protobuf::Message&) const { return {}; }
  // OK, or what refuses the caller whatever its call says: told before anything is said about what
  // is wrong with the call.
  virtual absl::Status CheckEntry(absl::string_view /*target*/, const CallContext&) const {
    return absl::OkStatus();
  }
  // OK, or the plane's own refusal. May add to `ctx` what it found out about the target.
  virtual absl::Status Authorize(const Method& method, const google::protobuf::Message& request,
                                 CallContext* ctx) const = 0;
  // What made `status`, which the operation ended with and which says nothing itself.
  virtual std::optional<Decision> Explain(const Method&, const google::protobuf::Message&,
                                          const CallContext&, const absl::Status&) const {
    return std::nullopt;
  }
};

// Refuses calls that come too often. Thread safe.
class CallLimiter {
 public:
  virtual ~CallLimiter() = default;

  // OK, and the call counts; or the refusal, and it does not. Asked when the call is authorized.
  virtual absl::Status Admit(const Method& method, const google::protobuf::Message& request,
                             const CallContext& ctx) = 0;
};

// Stores what calls change. Thread safe.
class ChangeStore {
 public:
  virtual ~ChangeStore() = default;

  // OK, or why no change can be stored now: asked before a call changes anything.
  virtual absl::Status Accepts() = 0;
  // Calls `done`, on this thread or another, once everything that was changed before is stored, or
  // with why it is not.
  virtual void WhenStored(absl::AnyInvocable<void(absl::Status)> done) = 0;
};

// Told of every call that succeeded, before it is answered. Thread safe.
class CompletionListener {
 public:
  virtual ~CompletionListener() = default;

  virtual void OnSucceeded(const Method& method, const google::protobuf::Message& request) = 0;
};

// Told of how every call ended that was admitted (the caller is known and the request valid),
// before it is answered; of one that ran as part of what it changes. Thread safe; must be quick.
class CallObserver {
 public:
  virtual ~CallObserver() = default;

  virtual void OnCompleted(const Method& method, const CallContext& context,
                           const google::protobuf::Message& request,
                           const absl::Status& status) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_GATEKEEPER_H_

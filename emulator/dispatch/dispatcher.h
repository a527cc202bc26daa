// File: emulator/dispatch/dispatcher.h
//
// The one path that every call takes, whichever face it came by:
//
//   authenticate -> validate -> authorize -> faults -> operation -> audit
#ifndef LAZULI_EMULATOR_DISPATCH_DISPATCHER_H_
#define LAZULI_EMULATOR_DISPATCH_DISPATCHER_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/change_gate.h"
#include "base/clock.h"
#include "base/clock_driver.h"
#include "base/ids.h"
#include "base/worker_pool.h"
#include "emulator/dispatch/claimed_origin.h"
#include "emulator/dispatch/fault_point.h"
#include "emulator/dispatch/gatekeeper.h"
#include "emulator/dispatch/held_calls.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/dispatch/refusal.h"

namespace lazuli::emulator {

// A call as a face hands it in.
struct CallArrival {
  // The authorization header as it came; empty when there was none.
  std::string authorization;
  // Tells who calls, for a face that knows more of the call than a header (the host that was asked,
  // a signature over the request). Empty: `authorization` tells, for any plane's audience. Called
  // at most once, before anything is said about the call's content.
  std::function<absl::StatusOr<Caller>()> authenticate;
  // Where it comes from, or where the operator says that it does.
  CallOrigin origin;
  // What is wrong with what it says of that, told once it is known who calls.
  absl::Status origin_error;
  std::string api_version;
  // Names the call; empty: one is given when it is needed.
  std::string request_id;
  // Real time.
  absl::Time deadline = absl::InfiniteFuture();
  // True when nobody waits for the answer any more; may be empty.
  std::function<bool()> is_cancelled;
  // The face has other threads that serve while this one is kept for milliseconds.
  bool may_linger = false;
};

// Thread safe.
class Dispatcher {
 public:
  struct Parts {
    ClockDriver* clock_driver = nullptr;
    const IdDeriver* ids = nullptr;
    WorkerPool* workers = nullptr;
    const Authenticator* authenticator = nullptr;
    std::map<v1::Plane, const Authorizer*> authorizers;
    // The caller's CallContext::name_space; empty: all share one.
    std::function<std::string(const Caller&)> name_space_of;
    // The following may be null.
    CompletionListener* completion_listener = nullptr;
    CallObserver* call_observer = nullptr;
    RefusalObserver* refusals = nullptr;
    CallLimiter* limiter = nullptr;
    // Keeps each call that changes something whole.
    ChangeGate* change_gate = nullptr;
    // Where changes are stored before their calls are answered.
    ChangeStore* change_store = nullptr;
    // What makes calls fail, and where they wait meanwhile: both or none.
    FaultPoint* faults = nullptr;
    HeldCalls* held_calls = nullptr;
  };

  // The parts must outlive the dispatcher.
  explicit Dispatcher(Parts parts);

  using Done = absl::AnyInvocable<void(absl::Status)>;

  // Serves one unary call. `request` and `response` must live until `done`, which is called exactly
  // once: on this thread, on a worker for methods that say so, or on a thread of the change store
  // for those that change something. Of the brief ones among those for a worker, one at a time may
  // linger on the thread it came on, so that a face with two threads always has one that serves. A
  // call that was cancelled while it waited for a worker ends with CANCELLED and has done nothing;
  // a full queue ends it with RESOURCE_EXHAUSTED.
  //
  // A fault may have the call wait. When the wait is over it is authorized anew; one that waited in
  // virtual time is then served by the timer. ConnectionDroppedError: the face is to let go of the
  // caller without an answer.
  void Start(const Method& method, CallArrival arrival, const google::protobuf::Message& request,
             google::protobuf::Message* response, Done done);

  // Serves one unary call on this thread, also where the method says otherwise: for whoever calls
  // from inside of another call, or before anybody is served. Faults and limits pass it by.
  absl::Status Call(const Method& method, CallArrival arrival,
                    const google::protobuf::Message& request, google::protobuf::Message* response);

  // The refusal of a call whose request cannot be read: `reason`, unless the caller is refused
  // first. It is told of like any other, and has an id.
  absl::Status RefuseUnread(const Method& method, CallArrival arrival, absl::Status reason);

  // What refuses a caller of the plane whatever the call says; `target` as Authorizer::TargetOf.
  // For a face that reads more of a call than its message.
  absl::Status CheckEntry(v1::Plane plane, absl::string_view target, const Caller& caller,
                          const CallOrigin& origin) const;

  // Admits one streaming call: the same path up to the operation, which opens the stream.
  absl::StatusOr<std::unique_ptr<MessageStream>> Open(const Method& method, CallArrival arrival,
                                                      const google::protobuf::Message& request);

 private:
  struct Pending;
  using PendingPtr = std::shared_ptr<Pending>;

  // Who calls and from where, which is in `ctx` as far as it was found out, also of a refusal.
  absl::Status Identify(const Method& method, CallArrival&& arrival, CallContext* ctx);
  // Identifies and validates; `ctx` likewise.
  absl::Status Admit(const Method& method, CallArrival&& arrival,
                     const google::protobuf::Message& request, CallContext* ctx);
  void SetCaller(Caller caller, CallContext* ctx) const;
  std::string NewRequestId();
  const Authorizer* AuthorizerOf(v1::Plane plane) const;
  absl::Status Authorize(const Method& method, const google::protobuf::Message& request,
                         CallContext* ctx) const;
  // Serves a call that was admitted, on a worker if the method asks for one.
  void Proceed(PendingPtr call);
  // Authorizes, reads the time, asks for faults, operates; not the last when the call has to wait.
  // Whoever runs a call tells of how it ended.
  absl::Status Run(Pending* call);
  // OK, or what a fault has the call answered with.
  absl::Status Strike(Pending* call);
  absl::Status Operate(const Method& method, const CallContext& ctx,
                       const google::protobuf::Message& request,
                       google::protobuf::Message* response);
  // Has the call wait if it is to, and answers it otherwise.
  void Conclude(PendingPtr call, absl::Status status);
  void Hold(PendingPtr call);
  // Answers a call that was admitted and not run.
  void Refuse(Pending* call, absl::Status status);
  // Answers a call with `status`, and tells of how it ended.
  void Tell(Pending* call, absl::Status status);
  // Answers a call that was run, once what it changed is stored.
  void Answer(PendingPtr call, absl::Status status);
  // Tells of how a call ended, once for each: of a refusal, which gets an id to ask for it by, with
  // what decided.
  absl::Status Audit(const Method& method, const google::protobuf::Message& request,
                     CallContext* ctx, absl::Status status);

  const Parts parts_;
  std::atomic<uint64_t> calls_{0};
  // A brief call lingers on the thread that it came on.
  std::atomic<bool> lingering_{false};
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_DISPATCHER_H_

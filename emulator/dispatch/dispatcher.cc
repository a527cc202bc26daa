#include "emulator/dispatch/dispatcher.h"

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "emulator/dispatch/errors.h"

namespace lazuli::emulator {

using google::protobuf::Message;

namespace {

// The one turn that there is, taken if it was free.
class Turn {
 public:
  explicit Turn(std::atomic<bool>* busy) : busy_(busy->exchange(true) ? nullptr : busy) {}
  ~Turn() {
    if (busy_ != nullptr) busy_->store(false);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool taken() const { return busy_ != nullptr; }

 private:
  std::atomic<bool>* const busy_;
};

void SetOrigin(CallOrigin origin, CallContext* ctx) {
  ctx->client_address = std::move(origin.client_address);
  ctx->subnet_id = std::move(origin.subnet_id);
  ctx->private_endpoint = std::move(origin.private_endpoint);
  ctx->trusted_service = origin.trusted_service;
}

CallOrigin OriginOf(const CallContext& ctx) {
  return {.client_address = ctx.client_address,
          .subnet_id = ctx.subnet_id,
          .private_endpoint = ctx.private_endpoint,
          .trusted_service = ctx.trusted_service};
}

// Whether a field of the method's request stands in its URL: in the path, or as the host.
bool IsInUrl(const Method& method, const std::string& field) {
  if (method.plane == v1::PLANE_KEY_VAULT_DATA && field == "vault_name") return true;
  if (method.plane == v1::PLANE_BATCH_DATA && field == "account") return true;
  return absl::StrContains(method.rule.http(), absl::StrCat("{", field, "}"));
}

// The fields of the request that name what it is about: those of its URL.
std::vector<std::pair<std::string, std::string>> TargetOf(const Method& method,
                                                          const Message& request) {
  std::vector<std::pair<std::string, std::string>> target;
  const google::protobuf::Descriptor& type = *request.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* const field = type.field(i);
    if (field->is_repeated() || field->type() != google::protobuf::FieldDescriptor::TYPE_STRING ||
        !IsInUrl(method, field->name())) {
      continue;
    }
    const std::string value = request.GetReflection()->GetString(request, field);
    if (!value.empty()) target.emplace_back(field->name(), Excerpt(value));
  }
  return target;
}

}  // namespace

// A call from its admission to its answer.
struct Dispatcher::Pending {
  Pending(const Method& call_method, const Message& call_request, Message* call_response)
      : method(call_method), request(call_request), response(call_response) {}

  const Method& method;
  const Message& request;
  Message* const response;
  Done done;
  // None while the call waits in virtual time.
  std::optional<ClockDriver::InFlight> in_flight;
  CallContext ctx;
  // Faults were asked for, or pass the call by.
  bool was_struck = false;
  // It counts for those who count calls, once, or passes them by.
  bool is_charged = false;
  // What is left of what they do to it.
  Fault fault;
};

Dispatcher::Dispatcher(Parts parts) : parts_(std::move(parts)) {}

void Dispatcher::SetCaller(Caller caller, CallContext* ctx) const {
  ctx->caller = std::move(caller);
  if (parts_.name_space_of) ctx->name_space = parts_.name_space_of(ctx->caller);
}

absl::Status Dispatcher::Identify(const Method& method, CallArrival&& arrival, CallContext* ctx) {
  ctx->request_id = std::move(arrival.request_id);
  // Deriving an id costs as much as the rest of this function: only for those who read it.
  if (ctx->request_id.empty() && IsLogged(LogLevel::kInfo)) ctx->request_id = NewRequestId();
  ctx->api_version = std::move(arrival.api_version);
  ctx->deadline = arrival.deadline;
  ctx->is_cancelled = std::move(arrival.is_cancelled);
  SetOrigin(std::move(arrival.origin), ctx);
  Caller caller;
  // A call without a token is told so before anything is said about its content.
  if (!method.rule.anonymous()) {
    LAZULI_ASSIGN_OR_RETURN(
        caller, arrival.authenticate ? arrival.authenticate()
                                     : parts_.authenticator->Authenticate(arrival.authorization));
  }
  SetCaller(std::move(caller), ctx);
  return std::move(arrival.origin_error);
}

absl::Status Dispatcher::Admit(const Method& method, CallArrival&& arrival, const Message& request,
                               CallContext* ctx) {
  LAZULI_RETURN_IF_ERROR(Identify(method, std::move(arrival), ctx));
  absl::Status valid = method.validator->Validate(request);
  if (!valid.ok() && !method.rule.anonymous()) {
    // Nor is one that would not be let in told what is wrong with it.
    if (const Authorizer* authorizer = AuthorizerOf(method.plane); authorizer != nullptr) {
      LAZULI_RETURN_IF_ERROR(authorizer->CheckEntry(authorizer->TargetOf(request), *ctx));
    }
  }
  return valid;
}

std::string Dispatcher::NewRequestId() { return parts_.ids->Guid("emulator", "call", ++calls_); }

const Authorizer* Dispatcher::AuthorizerOf(v1::Plane plane) const {
  const auto found = parts_.authorizers.find(plane);
  return found == parts_.authorizers.end() ? nullptr : found->second;
}

absl::Status Dispatcher::CheckEntry(v1::Plane plane, absl::string_view target, const Caller& caller,
                                    const CallOrigin& origin) const {
  const Authorizer* const authorizer = AuthorizerOf(plane);
  if (authorizer == nullptr) return absl::OkStatus();
  CallContext ctx;
  SetOrigin(origin, &ctx);
  SetCaller(caller, &ctx);
  return authorizer->CheckEntry(target, ctx);
}

absl::Status Dispatcher::Authorize(const Method& method, const Message& request,
                                   CallContext* ctx) const {
  ctx->now = parts_.clock_driver->clock().Now();
  if (method.rule.anonymous()) return absl::OkStatus();
  const Authorizer* const authorizer = AuthorizerOf(method.plane);
  if (authorizer == nullptr) return InternalError("no authorizer for the plane of this method");
  return authorizer->Authorize(method, request, ctx);
}

absl::Status Dispatcher::Run(Pending* call) {
  const Method& method = call->method;
  absl::Status status;
  {
    ChangeGate::Change change(method.is_change ? parts_.change_gate : nullptr);
    status = Authorize(method, call->request, &call->ctx);
    if (status.ok() && parts_.limiter != nullptr && !call->is_charged) {
      status = parts_.limiter->Admit(method, call->request, call->ctx);
      call->is_charged = status.ok();
    }
    if (status.ok()) status = Strike(call);
    if (call->fault.waits()) return status;
    if (status.ok()) {
      status = Operate(method, call->ctx, call->request, call->response);
      if (call->fault.loses_answer) status = ConnectionDroppedError();
    }
    if (parts_.call_observer != nullptr) {
      parts_.call_observer->OnCompleted(method, call->ctx, call->request, status);
    }
  }
  // An operation that failed half-way through its answer must not show the half.
  if (!status.ok()) call->response->Clear();
  // Whoever has the answer may take away at once what the call relied on.
  call->ctx.hold = nullptr;
  return status;
}

absl::Status Dispatcher::Strike(Pending* call) {
  if (!call->was_struck && parts_.faults != nullptr && parts_.faults->is_armed()) {
    call->was_struck = true;
    call->fault = parts_.faults->Strike(call->method, call->request, call->ctx);
  }
  // What comes after a wait comes when it is over.
  return call->fault.waits() ? absl::OkStatus() : call->fault.answer;
}

absl::Status Dispatcher::Operate(const Method& method, const CallContext& ctx,
                                 const Message& request, Message* response) {
  if (method.is_change && parts_.change_store != nullptr) {
    LAZULI_RETURN_IF_ERROR(parts_.change_store->Accepts());
  }
  LAZULI_RETURN_IF_ERROR(method.operation(ctx, request, response));
  if (parts_.completion_listener != nullptr) {
    parts_.completion_listener->OnSucceeded(method, request);
  }
  return absl::OkStatus();
}

void Dispatcher::Conclude(PendingPtr call, absl::Status status) {
  if (call->fault.waits()) return Hold(std::move(call));
  Answer(std::move(call), std::move(status));
}

void Dispatcher::Hold(PendingPtr call) {
  Fault& fault = call->fault;
  std::function<bool()> is_cancelled = call->ctx.is_cancelled;
  // Whatever it relied on may go meanwhile: it is authorized anew.
  call->ctx.hold = nullptr;
  if (fault.virtual_delay > absl::ZeroDuration()) {
    const absl::Duration delay = std::exchange(fault.virtual_delay, absl::ZeroDuration());
    // Auto time may jump to the end of the wait.
    call->in_flight.reset();
    parts_.held_calls->HoldVirtual(delay, std::move(is_cancelled),
                                   [this, call = std::move(call)](absl::Status status) {
                                     call->in_flight.emplace(parts_.clock_driver);
                                     if (!status.ok()) return Refuse(call.get(), std::move(status));
                                     if (call->fault.waits()) return Hold(call);
                                     // A change of its own, and no part of the timer's, which ends
                                     // later than the answer.
                                     ChangeGate::Pause pause(parts_.change_gate);
                                     // What a timer does is done before the next one fires, so that
                                     // no worker comes between.
                                     absl::Status served = Run(call.get());
                                     Conclude(call, std::move(served));
                                   });
    return;
  }
  const absl::Duration delay = std::exchange(fault.real_delay, absl::ZeroDuration());
  parts_.held_calls->HoldReal(delay, std::move(is_cancelled),
                              [this, call = std::move(call)](absl::Status status) {
                                if (!status.ok()) return Refuse(call.get(), std::move(status));
                                Proceed(call);
                              });
}

void Dispatcher::Refuse(Pending* call, absl::Status status) {
  if (parts_.call_observer != nullptr) {
    parts_.call_observer->OnCompleted(call->method, call->ctx, call->request, status);
  }
  Tell(call, std::move(status));
}

void Dispatcher::Tell(Pending* call, absl::Status status) {
  status = Audit(call->method, call->request, &call->ctx, std::move(status));
  call->in_flight.reset();
  call->done(std::move(status));
}

void Dispatcher::Answer(PendingPtr call, absl::Status status) {
  if (!call->method.is_change || parts_.change_store == nullptr) {
    return Tell(call.get(), std::move(status));
  }
  // Why a call was refused is found out before what decided it changes. What it failed of is told
  // in any case: it may have been refused before it changed anything.
  const bool failed = !status.ok();
  if (failed) status = Audit(call->method, call->request, &call->ctx, std::move(status));
  // A failed call waits as well: what it did before it failed, and what it saw of others, has to
  // hold.
  parts_.change_store->WhenStored([this, call = std::move(call), failed,
                                   status = std::move(status)](absl::Status stored) mutable {
    if (!failed) {
      if (!stored.ok()) call->response->Clear();
      return Tell(call.get(), std::move(stored));
    }
    call->in_flight.reset();
    call->done(std::move(status));
  });
}

absl::Status Dispatcher::Audit(const Method& method, const Message& request, CallContext* ctx,
                               absl::Status status) {
  std::optional<Decision> decision;
  if (!status.ok() && !IsConnectionDropped(status)) {
    decision = DecisionOf(status);
    const Authorizer* const authorizer = AuthorizerOf(method.plane);
    if (!decision.has_value() && authorizer != nullptr && !method.rule.anonymous()) {
      decision = authorizer->Explain(method, request, *ctx, status);
      if (decision.has_value()) status = WithDecision(std::move(status), *decision);
    }
    if (ctx->request_id.empty()) ctx->request_id = NewRequestId();
    status = WithRequestId(std::move(status), ctx->request_id);
    if (parts_.refusals != nullptr) {
      parts_.refusals->OnRefused({.request_id = ctx->request_id,
                                  .operation = method.name,
                                  .caller = ctx->caller,
                                  .origin = OriginOf(*ctx),
                                  .time = parts_.clock_driver->clock().Now(),
                                  .target = TargetOf(method, request),
                                  .status = status});
    }
  }
  if (!IsLogged(LogLevel::kInfo)) return status;
  Log(LogLevel::kInfo, "call",
      {{"method", method.name},
       {"request_id", ctx->request_id},
       {"object_id", ctx->caller.object_id},
       {"address", ctx->client_address},
       {"code", status.ok() ? "OK" : ErrorInfoOrDefault(status).code},
       {"decision", decision.has_value() ? decision->Short() : ""}});
  return status;
}

void Dispatcher::Start(const Method& method, CallArrival arrival, const Message& request,
                       Message* response, Done done) {
  auto call = std::make_shared<Pending>(method, request, response);
  call->done = std::move(done);
  call->in_flight.emplace(parts_.clock_driver);
  const bool may_linger = arrival.may_linger && method.rule.brief();
  if (absl::Status admitted = Admit(method, std::move(arrival), request, &call->ctx);
      !admitted.ok()) {
    return Tell(call.get(), std::move(admitted));
  }
  if (may_linger) {
    std::optional<Turn> turn(std::in_place, &lingering_);
    if (turn->taken()) {
      absl::Status status = Run(call.get());
      turn.reset();
      return Conclude(std::move(call), std::move(status));
    }
  }
  Proceed(std::move(call));
}

void Dispatcher::Proceed(PendingPtr call) {
  if (!call->method.rule.worker()) {
    absl::Status status = Run(call.get());
    return Conclude(std::move(call), std::move(status));
  }
  // Of the task's two endings exactly one comes.
  WorkerPool::Task task;
  task.run = [this, call] {
    absl::Status status = Run(call.get());
    Conclude(call, std::move(status));
  };
  task.is_cancelled = [call] { return call->ctx.is_cancelled && call->ctx.is_cancelled(); };
  task.on_dropped = [this, call] { Refuse(call.get(), CallDroppedError()); };
  absl::Status submitted = parts_.workers->Submit(std::move(task));
  if (!submitted.ok()) Refuse(call.get(), std::move(submitted));
}

absl::Status Dispatcher::RefuseUnread(const Method& method, CallArrival arrival,
                                      absl::Status reason) {
  CallContext ctx;
  absl::Status identified = Identify(method, std::move(arrival), &ctx);
  if (!identified.ok()) reason = std::move(identified);
  return Audit(method, *method.request_prototype, &ctx, std::move(reason));
}

absl::Status Dispatcher::Call(const Method& method, CallArrival arrival, const Message& request,
                              Message* response) {
  const ClockDriver::InFlight in_flight(parts_.clock_driver);
  Pending call(method, request, response);
  if (absl::Status admitted = Admit(method, std::move(arrival), request, &call.ctx);
      !admitted.ok()) {
    return Audit(method, request, &call.ctx, std::move(admitted));
  }
  call.was_struck = true;
  call.is_charged = true;
  return Audit(method, request, &call.ctx, Run(&call));
}

absl::StatusOr<std::unique_ptr<MessageStream>> Dispatcher::Open(const Method& method,
                                                                CallArrival arrival,
                                                                const Message& request) {
  CallContext ctx;
  absl::Status status = Admit(method, std::move(arrival), request, &ctx);
  if (status.ok()) status = Authorize(method, request, &ctx);
  LAZULI_RETURN_IF_ERROR(Audit(method, request, &ctx, std::move(status)));
  return method.open_stream(ctx, request);
}

}  // namespace lazuli::emulator

#include "emulator/dispatch/dispatcher.h"

#include <atomic>
#include <optional>
#include <utility>

#include "base/error.h"
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

}  // namespace

Dispatcher::Dispatcher(Parts parts) : parts_(std::move(parts)) {}

absl::StatusOr<CallContext> Dispatcher::Admit(const Method& method, CallArrival arrival,
                                              const Message& request) {
  CallContext ctx;
  // A call without a token is told so before anything is said about its content.
  if (!method.rule.anonymous()) {
    LAZULI_ASSIGN_OR_RETURN(ctx.caller, arrival.authenticate ? arrival.authenticate()
                                                             : parts_.authenticator->Authenticate(
                                                                   arrival.authorization));
  }
  LAZULI_RETURN_IF_ERROR(method.validator->Validate(request));
  if (parts_.name_space_of) ctx.name_space = parts_.name_space_of(ctx.caller);
  ctx.client_address = std::move(arrival.client_address);
  ctx.api_version = std::move(arrival.api_version);
  ctx.deadline = arrival.deadline;
  ctx.is_cancelled = std::move(arrival.is_cancelled);
  const uint64_t call = ++calls_;
  // Deriving an id costs as much as the rest of this function: only for those who read it.
  if (IsLogged(LogLevel::kInfo)) ctx.request_id = parts_.ids->Guid("emulator", "call", call);
  return ctx;
}

absl::Status Dispatcher::Authorize(const Method& method, const Message& request,
                                   CallContext* ctx) const {
  ctx->now = parts_.clock_driver->clock().Now();
  if (method.rule.anonymous()) return absl::OkStatus();
  auto authorizer = parts_.authorizers.find(method.plane);
  if (authorizer == parts_.authorizers.end()) {
    return InternalError("no authorizer for the plane of this method");
  }
  return authorizer->second->Authorize(method, request, ctx);
}

absl::Status Dispatcher::Run(const Method& method, CallContext ctx, const Message& request,
                             Message* response) {
  absl::Status status;
  {
    ChangeGate::Change change(method.is_change ? parts_.change_gate : nullptr);
    status = Authorize(method, request, &ctx);
    if (status.ok()) status = Operate(method, ctx, request, response);
  }
  // An operation that failed half-way through its answer must not show the half.
  if (!status.ok()) response->Clear();
  Audit(method, ctx, status);
  return status;
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

void Dispatcher::Answer(const Method& method, absl::Status status, Message* response,
                        std::unique_ptr<ClockDriver::InFlight> in_flight, Done done) {
  if (!method.is_change || parts_.change_store == nullptr) {
    in_flight.reset();
    return done(std::move(status));
  }
  // A failed call as well: what it did before it failed, and what it saw of others, has to hold.
  parts_.change_store->WhenStored([status = std::move(status), response,
                                   in_flight = std::move(in_flight),
                                   done = std::move(done)](absl::Status stored) mutable {
    if (!stored.ok()) response->Clear();
    in_flight.reset();
    done(stored.ok() ? std::move(status) : std::move(stored));
  });
}

void Dispatcher::Audit(const Method& method, const CallContext& ctx, const absl::Status& status) {
  if (!IsLogged(LogLevel::kInfo)) return;
  Log(LogLevel::kInfo, "call",
      {{"method", method.name},
       {"request_id", ctx.request_id},
       {"object_id", ctx.caller.object_id},
       {"address", ctx.client_address},
       {"code", status.ok() ? "OK" : ErrorInfoOrDefault(status).code}});
}

void Dispatcher::Start(const Method& method, CallArrival arrival, const Message& request,
                       Message* response, Done done) {
  auto in_flight = std::make_unique<ClockDriver::InFlight>(parts_.clock_driver);
  std::function<bool()> is_cancelled = arrival.is_cancelled;
  const bool may_linger = arrival.may_linger && method.rule.brief();
  absl::StatusOr<CallContext> ctx = Admit(method, std::move(arrival), request);
  if (!ctx.ok()) {
    Audit(method, CallContext(), ctx.status());
    in_flight.reset();
    return done(std::move(ctx).status());
  }
  std::optional<Turn> turn;
  if (may_linger) turn.emplace(&lingering_);
  if (!method.rule.worker() || (turn && turn->taken())) {
    absl::Status status = Run(method, *std::move(ctx), request, response);
    turn.reset();
    return Answer(method, std::move(status), response, std::move(in_flight), std::move(done));
  }

  // Shared by the task's two endings, of which exactly one comes.
  struct Pending {
    CallContext ctx;
    Done done;
    std::unique_ptr<ClockDriver::InFlight> in_flight;
  };
  auto pending =
      std::make_shared<Pending>(Pending{*std::move(ctx), std::move(done), std::move(in_flight)});
  WorkerPool::Task task;
  task.run = [this, &method, &request, response, pending] {
    absl::Status status = Run(method, std::move(pending->ctx), request, response);
    Answer(method, std::move(status), response, std::move(pending->in_flight),
           std::move(pending->done));
  };
  task.is_cancelled = [is_cancelled = std::move(is_cancelled)] {
    return is_cancelled && is_cancelled();
  };
  task.on_dropped = [pending] {
    pending->in_flight.reset();
    pending->done(CallDroppedError());
  };
  absl::Status submitted = parts_.workers->Submit(std::move(task));
  if (!submitted.ok()) {
    Audit(method, pending->ctx, submitted);
    pending->in_flight.reset();
    pending->done(std::move(submitted));
  }
}

absl::Status Dispatcher::Call(const Method& method, CallArrival arrival, const Message& request,
                              Message* response) {
  const ClockDriver::InFlight in_flight(parts_.clock_driver);
  absl::StatusOr<CallContext> ctx = Admit(method, std::move(arrival), request);
  if (!ctx.ok()) {
    Audit(method, CallContext(), ctx.status());
    return std::move(ctx).status();
  }
  return Run(method, *std::move(ctx), request, response);
}

absl::StatusOr<std::unique_ptr<MessageStream>> Dispatcher::Open(const Method& method,
                                                                CallArrival arrival,
                                                                const Message& request) {
  absl::StatusOr<CallContext> ctx = Admit(method, std::move(arrival), request);
  absl::Status status = ctx.status();
  if (status.ok()) status = Authorize(method, request, &*ctx);
  Audit(method, ctx.ok() ? *ctx : CallContext(), status);
  LAZULI_RETURN_IF_ERROR(status);
  return method.open_stream(*ctx, request);
}

}  // namespace lazuli::emulator

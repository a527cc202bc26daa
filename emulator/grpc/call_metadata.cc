#include "emulator/grpc/call_metadata.h"

#include <string>

#include "absl/strings/string_view.h"
#include "emulator/dispatch/claimed_origin.h"

namespace lazuli::emulator {

namespace {

constexpr char kOperatorToken[] = "x-lazuli-operator-token";

absl::string_view ValueOf(const grpc::CallbackServerContext& context, const char* name) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(name);
  if (found == metadata.end()) return {};
  return {found->second.data(), found->second.size()};
}

}  // namespace

CallArrival ArrivalOf(const grpc::CallbackServerContext& context, const CallSources& sources) {
  CallArrival arrival;
  arrival.authorization = std::string(ValueOf(context, "authorization"));
  const std::string peer = context.peer();
  arrival.origin.client_address = sources.AddressOf(peer);
  arrival.origin_error = TakeClaimedOrigin(
      [&context](const char* name) { return ValueOf(context, name); },
      [&] { return sources.IsOperator(peer, ValueOf(context, kOperatorToken)); }, &arrival.origin);
  arrival.deadline = absl::FromChrono(context.deadline());
  // gRPC's callback server has at least two threads that poll.
  arrival.may_linger = true;
  return arrival;
}

}  // namespace lazuli::emulator

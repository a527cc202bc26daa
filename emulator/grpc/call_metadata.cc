#include "emulator/grpc/call_metadata.h"

#include <string>

#include "absl/strings/string_view.h"
#include "emulator/dispatch/claimed_origin.h"
#include "emulator/https/message/operator_rule.h"
#include "grpcpp/support/string_ref.h"

namespace lazuli::emulator {

namespace {

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
  arrival.origin_error =
      TakeClaimedOrigin([&context](const char* name) { return ValueOf(context, name); },
                        [&] {
                          const grpc::string_ref authority = context.ExperimentalGetAuthority();
                          return sources.IsOperator(peer, {authority.data(), authority.size()},
                                                    ValueOf(context, kOperatorTokenHeader));
                        },
                        &arrival.origin);
  arrival.deadline = absl::FromChrono(context.deadline());
  // gRPC's callback server has at least two threads that poll.
  arrival.may_linger = true;
  return arrival;
}

}  // namespace lazuli::emulator

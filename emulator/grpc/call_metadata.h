// File: emulator/grpc/call_metadata.h
//
// What gRPC knows about a call besides its request.
#ifndef LAZULI_EMULATOR_GRPC_CALL_METADATA_H_
#define LAZULI_EMULATOR_GRPC_CALL_METADATA_H_

#include <string>

#include "absl/strings/string_view.h"
#include "emulator/dispatch/dispatcher.h"
#include "grpcpp/server_context.h"

namespace lazuli::emulator {

// Authorization, address and deadline of `context`; is_cancelled is left to the caller.
CallArrival ArrivalOf(const grpc::CallbackServerContext& context);

// "ipv4:127.0.0.1:5000" -> "127.0.0.1", "ipv6:%5B::1%5D:5000" -> "::1", "unix:..." -> "".
std::string AddressOfPeer(absl::string_view peer);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_CALL_METADATA_H_

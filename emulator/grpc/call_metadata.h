// File: emulator/grpc/call_metadata.h
//
// What gRPC knows about a call besides its request.
#ifndef LAZULI_EMULATOR_GRPC_CALL_METADATA_H_
#define LAZULI_EMULATOR_GRPC_CALL_METADATA_H_

#include "emulator/dispatch/dispatcher.h"
#include "emulator/grpc/call_sources.h"
#include "grpcpp/server_context.h"

namespace lazuli::emulator {

// Authorization, origin and deadline of `context`; is_cancelled is left to the caller. Where the
// metadata say another origin than the peer's: errors as TakeClaimedOrigin, told once it is known
// who calls.
CallArrival ArrivalOf(const grpc::CallbackServerContext& context, const CallSources& sources);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_CALL_METADATA_H_

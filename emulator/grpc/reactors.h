// File: emulator/grpc/reactors.h
//
// One object a call: gRPC's callbacks on one side, the dispatcher on the other. Each deletes itself
// when gRPC is done with it. Made by the two functions below; only gRPC holds them.
#ifndef LAZULI_EMULATOR_GRPC_REACTORS_H_
#define LAZULI_EMULATOR_GRPC_REACTORS_H_

#include <memory>
#include <string>

#include "emulator/dispatch/served_api.h"
#include "emulator/grpc/call_sources.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace lazuli::emulator {

// `method` is one of `api`, which is kept until the call is over; `sources` outlives it. A
// refusal's id (RequestIdOf) goes out as the trailing metadatum x-ms-request-id.
grpc::ServerUnaryReactor* StartUnaryCall(const std::string& method,
                                         std::shared_ptr<const ServedApi> api,
                                         const CallSources& sources,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response);

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartStreamingCall(const std::string& method,
                                                               std::shared_ptr<const ServedApi> api,
                                                               const CallSources& sources,
                                                               grpc::CallbackServerContext* context,
                                                               const grpc::ByteBuffer* request);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_REACTORS_H_

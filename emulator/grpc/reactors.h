// File: emulator/grpc/reactors.h
//
// One object a call: gRPC's callbacks on one side, the dispatcher on the other. Each deletes itself
// when gRPC is done with it. Made by the two functions below; only gRPC holds them.
#ifndef LAZULI_EMULATOR_GRPC_REACTORS_H_
#define LAZULI_EMULATOR_GRPC_REACTORS_H_

#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace lazuli::emulator {

grpc::ServerUnaryReactor* StartUnaryCall(const Method& method, Dispatcher* dispatcher,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response);

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartStreamingCall(const Method& method,
                                                               Dispatcher* dispatcher,
                                                               grpc::CallbackServerContext* context,
                                                               const grpc::ByteBuffer* request);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_REACTORS_H_

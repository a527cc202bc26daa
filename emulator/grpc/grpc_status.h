// File: emulator/grpc/grpc_status.h
//
// The one place where an error of the emulator becomes a gRPC status, and back.
#ifndef LAZULI_EMULATOR_GRPC_GRPC_STATUS_H_
#define LAZULI_EMULATOR_GRPC_GRPC_STATUS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace lazuli::emulator {

// Code and message as they are; the details hold a google.rpc.Status with one lazuli.v1.ErrorInfo.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The inverse: for clients. A status without our details keeps its code and message.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_GRPC_STATUS_H_

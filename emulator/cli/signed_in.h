// File: emulator/cli/signed_in.h
//
// What the commands that call a running server share.
#ifndef LAZULI_EMULATOR_CLI_SIGNED_IN_H_
#define LAZULI_EMULATOR_CLI_SIGNED_IN_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/cli/flags.h"
#include "emulator/grpc/grpc_client.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// A client that is signed in as the flags say.
absl::StatusOr<std::unique_ptr<GrpcClient>> SignedIn(const ClientOptions& options);

// An answer as JSON on standard output.
absl::Status PrintAnswer(const google::protobuf::Message& answer);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_SIGNED_IN_H_

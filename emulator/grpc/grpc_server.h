// File: emulator/grpc/grpc_server.h
//
// The gRPC face: bytes to a request, the one path, a response or an error to bytes. It knows no
// operation: the services are built from their descriptions.
#ifndef LAZULI_EMULATOR_GRPC_GRPC_SERVER_H_
#define LAZULI_EMULATOR_GRPC_GRPC_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/dispatch/served_api.h"
#include "emulator/https/message/operator_rule.h"

namespace lazuli::emulator {

// Serves every registered method, server reflection and the health service. Thread safe.
class GrpcServer {
 public:
  // Listens on `address`: "host:port" (port 0: any free one) or "unix:PATH" (the socket is made
  // with mode 0600), and serves each call by what `current` gives when it comes, whose methods are
  // always the same. `rule`: who may say where calls come from. UNAVAILABLE when the address cannot
  // be had.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(
      const std::string& address, CurrentApi current, OperatorRule rule = OperatorRule("", {}));
  virtual ~GrpcServer() = default;  // Stops at once.

  // Where it listens: "host:port" with the real port, or "unix:PATH".
  virtual std::string address() const = 0;

  // Serves one more connection, whatever brought it here: `fd` is a connected stream socket whose
  // client, at `client_address`, speaks HTTP/2 without TLS, and the server's from now on.
  virtual void Adopt(int fd, std::string client_address) = 0;

  // Takes no new calls, gives those in flight `grace` of real time to end, then cancels them.
  // Idempotent.
  virtual void Shutdown(absl::Duration grace) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_GRPC_SERVER_H_

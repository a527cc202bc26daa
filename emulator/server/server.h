// File: emulator/server/server.h
//
// An emulator that serves.
#ifndef LAZULI_EMULATOR_SERVER_SERVER_H_
#define LAZULI_EMULATOR_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/grpc/grpc_server.h"
#include "emulator/server/emulator.h"
#include "emulator/server/server_options.h"

namespace lazuli::emulator {

// Thread safe.
class Server {
 public:
  // Answers when the server accepts calls. Errors: those of Validate(options), Emulator::Create and
  // GrpcServer::Start.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options);
  ~Server();  // Shuts down at once.

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "host:port" with the real port, or "unix:PATH".
  std::string grpc_address() const { return grpc_->address(); }

  // Takes no new calls, gives those in flight `grace` of real time to end, then cancels them.
  // Idempotent.
  void Shutdown(absl::Duration grace);

 private:
  Server(std::unique_ptr<Emulator> emulator, std::unique_ptr<GrpcServer> grpc);

  // In the order of their making: the face goes first.
  const std::unique_ptr<Emulator> emulator_;
  const std::unique_ptr<GrpcServer> grpc_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_SERVER_H_

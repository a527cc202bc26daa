#include "emulator/server/server.h"

#include <utility>

#include "base/status_macros.h"

namespace lazuli::emulator {

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options) {
  LAZULI_RETURN_IF_ERROR(Validate(options));
  LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<Emulator> emulator, Emulator::Create(options));
  emulator->Start();
  LAZULI_ASSIGN_OR_RETURN(
      std::unique_ptr<GrpcServer> grpc,
      GrpcServer::Start(options.grpc_address, emulator->methods(), emulator->dispatcher()));
  return std::unique_ptr<Server>(new Server(std::move(emulator), std::move(grpc)));
}

Server::Server(std::unique_ptr<Emulator> emulator, std::unique_ptr<GrpcServer> grpc)
    : emulator_(std::move(emulator)), grpc_(std::move(grpc)) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

void Server::Shutdown(absl::Duration grace) {
  grpc_->Shutdown(grace);
  emulator_->Stop(grace);
}

}  // namespace lazuli::emulator

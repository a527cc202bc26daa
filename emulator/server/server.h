// File: emulator/server/server.h
//
// An emulator that serves.
#ifndef LAZULI_EMULATOR_SERVER_SERVER_H_
#define LAZULI_EMULATOR_SERVER_SERVER_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/real_time.h"
#include "emulator/grpc/grpc_server.h"
#include "emulator/https/tls/server_certificates.h"
#include "emulator/https/transport/https_server.h"
#include "emulator/identity/signing_key.h"
#include "emulator/server/ca_file.h"
#include "emulator/server/ready_file.h"
#include "emulator/server/server_options.h"
#include "emulator/server/worlds.h"
#include "emulator/storage/data_directory.h"
#include "emulator/storage/database.h"

namespace lazuli::emulator {

// Thread safe.
class Server {
 public:
  // Answers when the server accepts calls. Errors: those of Validate(options),
  // DataDirectory::Open, Database::Open, Worlds::Create,
  // GrpcServer::Start, ServerCertificates::Create, HttpsServer::Start and CaFile::Write.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options);
  ~Server();  // Shuts down at once.

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "host:port" with the real port, or "unix:PATH".
  std::string grpc_address() const { return grpc_->address(); }
  // Where HTTPS is served; 0: nowhere.
  int https_port() const { return https_ == nullptr ? 0 : https_->port(); }
  // The authority's certificate in PEM; empty without HTTPS.
  const std::string& ca_pem() const { return ca_pem_; }
  // What is told to whoever started the server.
  ReadyInfo ready() const;

  // Takes no new calls, gives those in flight `grace` of real time to end, then cancels them.
  // Idempotent.
  void Shutdown(absl::Duration grace);

 private:
  explicit Server(const ServerOptions& options);

  absl::Status Init();
  // Opens the data directory.
  absl::Status OpenStorage();
  // The key that the directory keeps, or a new one, which it keeps from now on.
  absl::StatusOr<std::shared_ptr<const SigningKey>> MakeSigningKey();
  absl::StatusOr<KeptAuthority> LoadAuthority() const;
  absl::Status KeepAuthority(const KeptAuthority& authority);
  absl::Status MakeCertificates();
  absl::Status StartHttps();
  // Whether HTTPS stands for an authority, "host" or "host:port" in lower case.
  bool IsServed(const std::string& authority) const;

  const ServerOptions options_;
  const RealClock real_clock_;
  const std::string operator_token_;
  const std::string identity_secret_;
  std::atomic<bool> is_serving_ = false;

  // In the order of their making: the faces go first.
  std::unique_ptr<DataDirectory> directory_;  // null without one, and so is the next
  std::unique_ptr<Database> database_;
  std::unique_ptr<ServerCertificates> certificates_;  // null without HTTPS, and so below
  std::string ca_pem_;
  std::unique_ptr<Worlds> worlds_;
  std::unique_ptr<GrpcServer> grpc_;
  std::unique_ptr<HttpsServer> https_;
  std::unique_ptr<CaFile> ca_file_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_SERVER_H_

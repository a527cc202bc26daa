#include "emulator/server/server.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "emulator/https/message/host_name.h"
#include "emulator/server/https_face_options.h"
#include "emulator/server/version.h"

namespace lazuli::emulator {

namespace {

// 256 bits that nobody guesses, in characters that no shell and no header minds.
std::string NewSecret() { return Base64UrlEncode(SecureRandomBytes(32).view()); }

// "HOST" of "HOST:PORT".
std::string HostOf(const std::string& address) { return address.substr(0, address.rfind(':')); }

// How clients on this machine name the host of `address`: by the name that every certificate is
// good for, if they can.
std::string ClientHost(const std::string& address) {
  const std::string host = HostOf(address);
  const bool is_usual =
      host == "127.0.0.1" || host == "localhost" || host == "0.0.0.0" || host == "[::]";
  return is_usual ? "localhost" : host;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options) {
  LAZULI_RETURN_IF_ERROR(Validate(options));
  std::unique_ptr<Server> server(new Server(options));
  LAZULI_RETURN_IF_ERROR(server->Init());
  return server;
}

Server::Server(const ServerOptions& options)
    : options_(options), operator_token_(NewSecret()), identity_secret_(NewSecret()) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

absl::Status Server::Init() {
  const bool has_https = !options_.https_address.empty();
  if (has_https) LAZULI_RETURN_IF_ERROR(MakeCertificates());
  HttpsFaceOptions face;
  face.ca_pem = ca_pem_;
  face.operator_token = operator_token_;
  face.identity_secret = identity_secret_;
  face.managed_identity = options_.managed_identity;
  face.is_serving = [this] { return is_serving_.load(); };
  LAZULI_ASSIGN_OR_RETURN(emulator_, Emulator::Create(options_, std::move(face)));
  emulator_->Start();
  LAZULI_ASSIGN_OR_RETURN(grpc_, GrpcServer::Start(options_.grpc_address, emulator_->methods(),
                                                   emulator_->dispatcher()));
  if (has_https) LAZULI_RETURN_IF_ERROR(StartHttps());
  is_serving_ = true;
  return absl::OkStatus();
}

absl::Status Server::MakeCertificates() {
  ServerCertificatesOptions certificates;
  certificates.ca_cert = options_.ca_cert;
  certificates.ca_key = options_.ca_key;
  certificates.tls_cert = options_.tls_cert;
  certificates.tls_key = options_.tls_key;
  certificates.default_names = options_.allowed_hosts;
  // An address that clients may use as it is: they name no host then.
  const std::string host = HostOf(options_.https_address);
  const bool is_wildcard = host == "0.0.0.0" || host == "[::]";
  if (!is_wildcard && ParseHostName(host).kind == HostKind::kForeign) {
    certificates.default_names.push_back(
        std::string(absl::StripSuffix(absl::StripPrefix(host, "["), "]")));
  }
  certificates.is_served = [this](const std::string& name) { return IsServed(name); };
  certificates.clock = &real_clock_;
  LAZULI_ASSIGN_OR_RETURN(certificates_, ServerCertificates::Create(std::move(certificates)));
  ca_pem_ = certificates_->ca_pem();
  return absl::OkStatus();
}

absl::Status Server::StartHttps() {
  HttpsServerOptions https;
  https.address = options_.https_address;
  https.handler = emulator_->http_handler();
  https.certificates = certificates_.get();
  https.is_served = [this](const std::string& authority) { return IsServed(authority); };
  https.adopt_http2 = [grpc = grpc_.get()](int socket) { grpc->Adopt(socket); };
  LAZULI_ASSIGN_OR_RETURN(https_, HttpsServer::Start(std::move(https)));
  if (const std::string path = CaFilePath(options_); !path.empty()) {
    LAZULI_ASSIGN_OR_RETURN(ca_file_, CaFile::Write(path, ca_pem_));
  }
  return absl::OkStatus();
}

bool Server::IsServed(const std::string& authority) const {
  const HostName host = ParseHostName(authority);
  if (host.kind != HostKind::kForeign) return true;
  return std::any_of(
      options_.allowed_hosts.begin(), options_.allowed_hosts.end(),
      [&host](const std::string& allowed) { return absl::EqualsIgnoreCase(allowed, host.host); });
}

ReadyInfo Server::ready() const {
  ReadyInfo ready;
  ready.grpc = grpc_address();
  ready.pid = getpid();
  ready.version = kVersion;
  ready.seed = options_.seed;
  if (!options_.ready_file.empty()) {
    ready.ready_file = std::filesystem::absolute(options_.ready_file).string();
  }
  if (https_ == nullptr) return ready;
  ready.https = absl::StrCat("https://", ClientHost(options_.https_address), ":", https_port());
  if (ca_file_ != nullptr) ready.ca_file = ca_file_->path();
  ready.operator_token = operator_token_;
  ready.identity_secret = identity_secret_;
  return ready;
}

void Server::Shutdown(absl::Duration grace) {
  const absl::Time end = RealNow() + grace;
  is_serving_ = false;
  if (ca_file_ != nullptr) ca_file_->Remove();
  // The two faces share the grace: of gRPC's connections some come through HTTPS.
  if (https_ != nullptr) https_->BeginShutdown();
  if (grpc_ != nullptr) grpc_->Shutdown(grace);
  if (https_ != nullptr) {
    https_->Shutdown(std::max(end - RealNow(), absl::ZeroDuration()));
  }
  if (emulator_ != nullptr) emulator_->Stop(grace);
}

}  // namespace lazuli::emulator

#include "emulator/server/server.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "base/records.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/operator_rule.h"
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

// What the data directory keeps besides the state.
constexpr absl::string_view kSigningKey = "signing_key";
constexpr absl::string_view kAuthorityCertificate = "authority_certificate";
constexpr absl::string_view kAuthorityKey = "authority_key";
constexpr absl::string_view kStarts = "starts";

// How often the directory was served before, and once more from now on.
absl::StatusOr<uint32_t> CountStart(Database* database) {
  LAZULI_ASSIGN_OR_RETURN(const std::optional<std::string> kept,
                          database->ReadProcessValue(kStarts));
  uint32_t starts = 0;
  if (kept.has_value() && !absl::SimpleAtoi(*kept, &starts)) {
    return UnreadableRecordError("process", kStarts, "it is no number");
  }
  LAZULI_RETURN_IF_ERROR(database->WriteProcessValue(kStarts, absl::StrCat(starts + 1)));
  return starts;
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
  if (!options_.data_dir.empty()) LAZULI_RETURN_IF_ERROR(OpenStorage());
  if (has_https) LAZULI_RETURN_IF_ERROR(MakeCertificates());
  HttpsFaceOptions face;
  face.ca_pem = ca_pem_;
  face.operator_token = operator_token_;
  face.identity_secret = identity_secret_;
  face.managed_identity = options_.managed_identity;
  face.is_serving = [this] { return is_serving_.load(); };
  Worlds::Options worlds;
  worlds.server = options_;
  worlds.https = std::move(face);
  worlds.database = database_.get();
  LAZULI_ASSIGN_OR_RETURN(worlds.signing_key, MakeSigningKey());
  if (database_ != nullptr) {
    LAZULI_ASSIGN_OR_RETURN(worlds.starts, CountStart(database_.get()));
  }
  LAZULI_ASSIGN_OR_RETURN(worlds_, Worlds::Create(std::move(worlds)));
  LAZULI_ASSIGN_OR_RETURN(grpc_, GrpcServer::Start(
                                     options_.grpc_address, [this] { return worlds_->api(); },
                                     OperatorRule(operator_token_, options_.allowed_hosts)));
  if (has_https) LAZULI_RETURN_IF_ERROR(StartHttps());
  is_serving_ = true;
  return absl::OkStatus();
}

absl::Status Server::OpenStorage() {
  LAZULI_ASSIGN_OR_RETURN(directory_, DataDirectory::Open(options_.data_dir));
  DatabaseOptions database;
  database.path = directory_->database_path();
  database.sync = options_.sync;
  if (options_.crash_at_storage_step > 0) {
    database.on_step = [left = options_.crash_at_storage_step](absl::string_view) mutable {
      if (--left == 0) ::kill(::getpid(), SIGKILL);
      return absl::OkStatus();
    };
  }
  LAZULI_ASSIGN_OR_RETURN(database_, Database::Open(std::move(database)));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const SigningKey>> Server::MakeSigningKey() {
  if (database_ == nullptr) return SigningKey::Generate();
  LAZULI_ASSIGN_OR_RETURN(const std::optional<std::string> kept,
                          database_->ReadProcessValue(kSigningKey));
  if (kept.has_value()) return SigningKey::FromDer(*kept);
  LAZULI_ASSIGN_OR_RETURN(std::shared_ptr<const SigningKey> made, SigningKey::Generate());
  LAZULI_RETURN_IF_ERROR(database_->WriteProcessValue(kSigningKey, made->private_der().view()));
  return made;
}

absl::StatusOr<KeptAuthority> Server::LoadAuthority() const {
  LAZULI_ASSIGN_OR_RETURN(const std::optional<std::string> certificate,
                          database_->ReadProcessValue(kAuthorityCertificate));
  LAZULI_ASSIGN_OR_RETURN(const std::optional<std::string> key,
                          database_->ReadProcessValue(kAuthorityKey));
  if (!certificate.has_value() || !key.has_value()) return KeptAuthority();
  return KeptAuthority{*certificate, *key};
}

absl::Status Server::KeepAuthority(const KeptAuthority& authority) {
  LAZULI_RETURN_IF_ERROR(database_->WriteProcessValue(kAuthorityKey, authority.key));
  return database_->WriteProcessValue(kAuthorityCertificate, authority.certificate);
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
  if (database_ != nullptr) {
    certificates.load_authority = [this] { return LoadAuthority(); };
    certificates.keep_authority = [this](const KeptAuthority& made) { return KeepAuthority(made); };
  }
  LAZULI_ASSIGN_OR_RETURN(certificates_, ServerCertificates::Create(std::move(certificates)));
  ca_pem_ = certificates_->ca_pem();
  return absl::OkStatus();
}

absl::Status Server::StartHttps() {
  HttpsServerOptions https;
  https.address = options_.https_address;
  https.handler = worlds_->http_handler();
  https.certificates = certificates_.get();
  https.is_served = [this](const std::string& authority) { return IsServed(authority); };
  https.adopt_http2 = [grpc = grpc_.get()](int socket, const std::string& client_address) {
    grpc->Adopt(socket, client_address);
  };
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
  ready.seed = worlds_->current()->seed();
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
  // The grace is for calls that are at work.
  if (worlds_ != nullptr) worlds_->EndHeldCalls();
  // The two faces share the grace: of gRPC's connections some come through HTTPS.
  if (https_ != nullptr) https_->BeginShutdown();
  if (grpc_ != nullptr) grpc_->Shutdown(grace);
  if (https_ != nullptr) {
    https_->Shutdown(std::max(end - RealNow(), absl::ZeroDuration()));
  }
  if (worlds_ != nullptr) worlds_->Stop(grace);
}

}  // namespace lazuli::emulator

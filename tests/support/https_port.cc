#include "tests/support/https_port.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace lazuli::emulator {

namespace {

constexpr size_t kBigBytes = size_t{8} << 20;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "a step that the test stands on failed: %s\n", what.c_str());
  std::abort();
}

const char* NameOf(HttpArrival arrival) {
  switch (arrival) {
    case HttpArrival::kDirect:
      return "direct";
    case HttpArrival::kTunnel:
      return "tunnel";
    case HttpArrival::kAbsoluteForm:
      return "absolute";
  }
  return "";
}

class ThreeChunks final : public HttpBodyStream {
 public:
  absl::StatusOr<bool> Next(std::string* chunk) override {
    if (given_ == 3) return absl::OutOfRangeError("the end");
    *chunk = absl::StrCat("chunk", ++given_, ";");
    return true;
  }
  void OnReady(std::function<void()>) override {}

 private:
  int given_ = 0;
};

class FirstChunkOnly final : public HttpBodyStream {
 public:
  absl::StatusOr<bool> Next(std::string* chunk) override {
    if (is_given_) return false;
    is_given_ = true;
    *chunk = "first";
    return true;
  }
  void OnReady(std::function<void()> ready) override { ready_ = std::move(ready); }

 private:
  bool is_given_ = false;
  std::function<void()> ready_;
};

HttpResponse Tell(const HttpRequest& request) {
  HttpResponse response;
  response.headers.Add("Content-Type", "text/plain");
  response.body =
      absl::StrCat("method=", request.method, "\ntarget=", request.target,
                   "\nauthority=", request.authority, "\ntls=", request.is_tls,
                   "\narrival=", NameOf(request.arrival), "\nclient=", request.client_address,
                   "\nfields=", request.headers.fields().size(), "\nbody=", request.body, "\n",
                   request.proxy_user.empty() ? "" : "proxy user=", request.proxy_user);
  return response;
}

}  // namespace

void TellingHandler::Handle(HttpRequest request, HttpRespond respond) {
  if (request.target == "/dropped") return;
  if (request.target == "/held") {
    MutexLock lock(&mu_);
    held_.push_back({request.is_cancelled, std::move(respond)});
    came_.SignalAll();
    return;
  }
  HttpResponse response = Tell(request);
  if (request.target == "/big") response.body = std::string(kBigBytes, 'b');
  if (request.target == "/stream") response.stream = std::make_unique<ThreeChunks>();
  if (request.target == "/follow") response.stream = std::make_unique<FirstChunkOnly>();
  if (request.target == "/empty") response.status = 204;
  respond(std::move(response));
}

void TellingHandler::Release() {
  HttpRespond respond;
  {
    MutexLock lock(&mu_);
    while (held_.empty()) came_.Wait(&mu_);
    respond = std::move(held_.front().respond);
    held_.erase(held_.begin());
  }
  HttpResponse response;
  response.body = "released";
  respond(std::move(response));
}

std::function<bool()> TellingHandler::HeldIsCancelled() {
  MutexLock lock(&mu_);
  while (held_.empty()) came_.Wait(&mu_);
  return held_.front().is_cancelled;
}

HttpsPort::HttpsPort(HttpLimits limits, std::function<void(int, const std::string&)> adopt_http2,
                     const std::string& address) {
  ServerCertificatesOptions certificates;
  certificates.is_served = IsEmulatedHost;
  certificates.clock = &clock_;
  auto made = ServerCertificates::Create(std::move(certificates));
  if (!made.ok()) Die(made.status().ToString());
  certificates_ = *std::move(made);
  HttpsServerOptions options;
  options.address = address;
  options.handler = &handler_;
  options.certificates = certificates_.get();
  options.adopt_http2 = std::move(adopt_http2);
  options.limits = limits;
  auto server = HttpsServer::Start(std::move(options));
  if (!server.ok()) Die(server.status().ToString());
  server_ = *std::move(server);
}

std::unique_ptr<TlsClient> HttpsPort::ConnectTls(const std::string& host) const {
  std::unique_ptr<TlsClient> client = Connect();
  TlsClientOptions options;
  options.ca_pem = ca_pem();
  options.host = host;
  if (!client->StartTls(options)) Die("TLS as " + host);
  return client;
}

}  // namespace lazuli::emulator

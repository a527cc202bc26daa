// File: tests/support/https_port.h
//
// The HTTPS port by itself, before a handler that tells what reached it.
#ifndef LAZULI_TESTS_SUPPORT_HTTPS_PORT_H_
#define LAZULI_TESTS_SUPPORT_HTTPS_PORT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "base/real_time.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/tls/server_certificates.h"
#include "emulator/https/transport/https_server.h"
#include "tests/support/tls_client.h"

namespace lazuli::emulator {

// Answers 200 with a line for each thing that it was told, but for the targets
//   /held     answered when the test says so
//   /big      8 MiB of the letter b
//   /stream   three chunks, then the end
//   /follow   a first chunk, and no end
//   /dropped  not answered
//   /empty    204
// Thread safe.
class TellingHandler final : public HttpHandler {
 public:
  void Handle(HttpRequest request, HttpRespond respond) override;

  // Waits until a request for /held is there, then answers the oldest one.
  void Release();
  // Waits until a request for /held is there. Whether its client is known to be gone.
  std::function<bool()> HeldIsCancelled();

 private:
  struct Held {
    std::function<bool()> is_cancelled;
    HttpRespond respond;
  };

  Mutex mu_;
  CondVar came_;
  std::vector<Held> held_ ABSL_GUARDED_BY(mu_);
};

// Serves from its making to its end, at any free port.
class HttpsPort {
 public:
  explicit HttpsPort(HttpLimits limits = {},
                     std::function<void(int, const std::string&)> adopt_http2 = nullptr,
                     const std::string& address = "127.0.0.1:0");

  int port() const { return server_->port(); }
  HttpsServer& server() { return *server_; }
  TellingHandler& handler() { return handler_; }
  const std::string& ca_pem() const { return certificates_->ca_pem(); }

  // A new connection, without TLS so far.
  std::unique_ptr<TlsClient> Connect() const { return std::make_unique<TlsClient>(port()); }
  // One under TLS as `host`. Ends the test program when that fails.
  std::unique_ptr<TlsClient> ConnectTls(const std::string& host = "localhost") const;

 private:
  const RealClock clock_;
  TellingHandler handler_;
  std::unique_ptr<ServerCertificates> certificates_;
  std::unique_ptr<HttpsServer> server_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_HTTPS_PORT_H_

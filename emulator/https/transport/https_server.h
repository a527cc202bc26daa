// File: emulator/https/transport/https_server.h
//
// The HTTPS port. The first byte of a connection says what it speaks: TLS; HTTP/1.1, in origin form
// or, as to a proxy, in absolute form; or CONNECT, after which it begins again inside the tunnel.
// Under TLS the client chooses between HTTP/1.1, for the handler, and HTTP/2, for gRPC.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_HTTPS_SERVER_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_HTTPS_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/tls/server_certificates.h"
#include "emulator/https/transport/limits.h"

namespace lazuli::emulator {

struct HttpsServerOptions {
  // "host:port", port 0: any free one. "localhost:port" is 127.0.0.1 and ::1.
  std::string address;
  // Gets every request that is well-formed and within the limits, whatever its host; but of those
  // that come through a proxy's forms only those that is_served lets pass. Must outlive the server.
  HttpHandler* handler = nullptr;
  // Must outlive the server.
  ServerCertificates* certificates = nullptr;
  // Whether requests for an authority ("host" or "host:port", in lower case) may come through
  // CONNECT, inside of a tunnel, or in absolute form. Empty: IsEmulatedHost.
  std::function<bool(const std::string&)> is_served;
  // Takes over a connected stream socket, whose client, at the address, speaks HTTP/2. Called on
  // any thread. Empty: HTTP/2 is not agreed on.
  std::function<void(int, const std::string&)> adopt_http2;
  HttpLimits limits;
  int threads = limits::https::kThreads;
};

// True for every host that ParseHostName knows.
bool IsEmulatedHost(const std::string& authority);

// Thread safe.
class HttpsServer {
 public:
  // INVALID_ARGUMENT for an address that is none; UNAVAILABLE when it cannot be had.
  static absl::StatusOr<std::unique_ptr<HttpsServer>> Start(HttpsServerOptions options);
  virtual ~HttpsServer() = default;  // Stops at once.

  virtual int port() const = 0;

  // Takes no new connections, closes those between two requests, ends streams, and lets the rest
  // end with their present answer. Returns at once.
  virtual void BeginShutdown() = 0;
  // BeginShutdown; waits at most `grace` of real time for the connections to end, then ends them.
  // The handler may still answer afterwards; nobody listens. Idempotent.
  virtual void Shutdown(absl::Duration grace) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_HTTPS_SERVER_H_

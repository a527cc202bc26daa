// File: emulator/https/message/http_message.h
//
// A request and its answer as the parts of the HTTPS face hand them to one another. No sockets, no
// parser: emulator/https/transport makes requests of bytes and bytes of answers.
#ifndef LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_MESSAGE_H_
#define LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_MESSAGE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "emulator/https/message/http_headers.h"

namespace lazuli::emulator {

// How a request reached the port.
enum class HttpArrival {
  // On a connection to the port itself: TLS, or plain HTTP in origin form.
  kDirect,
  // Inside a CONNECT tunnel.
  kTunnel,
  // Plain HTTP in absolute form, as to a proxy.
  kAbsoluteForm,
};

struct HttpRequest {
  std::string method;  // "GET", as it came
  // Path and query as they came, still encoded: "/keys/k?api%2Dversion=7.4". Begins with a slash.
  std::string target;
  // Whom the client meant to reach: the Host header, or the authority of an absolute form, in lower
  // case, with the port if one was given: "kv1.vault.azure.net", "localhost:8443", "[::1]:8443".
  std::string authority;
  bool is_tls = false;
  HttpArrival arrival = HttpArrival::kDirect;
  // Who the client says it is to a proxy (ProxyUser): with the request, or when the tunnel was
  // opened.
  std::string proxy_user;
  HttpHeaders headers;
  std::string body;
  // The address of the peer of the connection, without a port; empty where there is none.
  std::string client_address;
  // True once the client is gone; asked by work that takes long. May be empty.
  std::function<bool()> is_cancelled;
};

// A body that comes bit by bit (server-sent events). Pulled by the transport. Not thread safe, but
// for OnReady's callback.
class HttpBodyStream {
 public:
  virtual ~HttpBodyStream() = default;

  // Fills `chunk` and returns true, or returns false when there is nothing now. An error ends the
  // body.
  virtual absl::StatusOr<bool> Next(std::string* chunk) = 0;
  // `ready` is called, on any thread and without locks of the stream, whenever Next may have
  // something new. Called once.
  virtual void OnReady(std::function<void()> ready) = 0;
};

struct HttpResponse {
  int status = 200;
  // Without Content-Length, Transfer-Encoding, Connection and Date, which the transport adds.
  HttpHeaders headers;
  std::string body;
  // When set, the body is what it gives, in chunks, until an error or the client's end.
  std::unique_ptr<HttpBodyStream> stream;
  // Nothing of all this is sent: the connection ends, as when a network loses it.
  bool drops_connection = false;
};

using HttpRespond = absl::AnyInvocable<void(HttpResponse)>;

// Thread safe.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Serves one request. `respond` is called exactly once, on this thread or on another; the
  // transport answers a HEAD without the body and does the waiting, the limits and the draining.
  virtual void Handle(HttpRequest request, HttpRespond respond) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_MESSAGE_HTTP_MESSAGE_H_

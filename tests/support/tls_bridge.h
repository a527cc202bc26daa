// File: tests/support/tls_bridge.h
//
// Lets a client that knows no TLS, as gRPC's is here, talk to the HTTPS port.
#ifndef LAZULI_TESTS_SUPPORT_TLS_BRIDGE_H_
#define LAZULI_TESTS_SUPPORT_TLS_BRIDGE_H_

#include <string>
#include <thread>  // NOLINT: it carries bytes beside the test

#include "tests/support/program.h"
#include "tests/support/tls_client.h"

namespace lazuli::emulator {

// Carries one connection to a Unix socket of its own to the port, under TLS with "h2" agreed on.
// The port's connection is made at once, the client's taken when it comes.
class TlsBridge {
 public:
  // `tunnel`: the authority of a CONNECT before TLS; empty: none. Ends the test program when TLS or
  // the tunnel is refused.
  TlsBridge(int port, const std::string& ca_pem, const std::string& tunnel);
  ~TlsBridge();  // Ends the connection.

  TlsBridge(const TlsBridge&) = delete;
  TlsBridge& operator=(const TlsBridge&) = delete;

  // "unix:PATH".
  std::string address() const { return "unix:" + path_; }
  const std::string& protocol() const { return protocol_; }
  // Waits until the server has closed its side.
  void AwaitEnd();

 private:
  void Carry();

  const TemporaryFolder folder_;
  const std::string path_;
  TlsClient server_;
  std::string protocol_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};  // a pipe: closing its second end stops the thread
  std::thread thread_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_TLS_BRIDGE_H_

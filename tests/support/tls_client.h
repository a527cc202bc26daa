// File: tests/support/tls_client.h
//
// A client of the HTTPS port that can do all that a client may do, and what it may not.
#ifndef LAZULI_TESTS_SUPPORT_TLS_CLIENT_H_
#define LAZULI_TESTS_SUPPORT_TLS_CLIENT_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/https/tls/boringssl_tls.h"

namespace lazuli::emulator {

struct TlsClientOptions {
  std::string ca_pem;                  // what it trusts
  std::string host = "localhost";      // SNI, and whom the certificate has to be for
  bool send_name = true;               // false: no SNI
  int version = 0;                     // TLS1_2_VERSION or TLS1_3_VERSION alone; 0: either
  std::vector<std::string> protocols;  // ALPN; empty: none is offered
};

struct HttpAnswer {
  int status = 0;
  std::string head;  // the status line and the fields, with the line ends
  std::string body;  // of a chunked one: what it means

  // The first field of that name, found in any letter case; empty: there is none.
  std::string Field(absl::string_view name) const;
};

// One connection. Blocks, at most 30 s of real time a step, after which a step fails. Not thread
// safe.
class TlsClient {
 public:
  // Ends the test program when nobody listens there.
  explicit TlsClient(int port);
  ~TlsClient();

  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // False when the two do not agree, or the certificate does not verify.
  bool StartTls(const TlsClientOptions& options);
  // What ALPN agreed on; empty: nothing.
  std::string protocol() const;
  // The certificate that the server showed.
  bssl::UniquePtr<X509> certificate() const;
  int tls_version() const { return SSL_version(ssl_.get()); }

  // False when the connection is gone.
  bool Send(absl::string_view bytes);
  // The next answer; nullopt when the connection ends before it does. `to_head`: the answer has no
  // body, whatever its length says. An answer 100 is one as well.
  std::optional<HttpAnswer> Receive(bool to_head = false);
  // Both.
  std::optional<HttpAnswer> Ask(absl::string_view bytes);
  // Bytes as they come, at least one; empty at the end of the connection.
  std::string ReceiveSome();
  // True if the server closes the connection, whatever it says before.
  bool IsClosedByServer();

  // Lets go of the socket, for others to use; TLS remains with this.
  int fd() const { return fd_; }
  SSL* ssl() const { return ssl_.get(); }
  // Ends it as a process that is killed would.
  void Reset();

 private:
  int Read(char* out, int size);

  int fd_ = -1;
  std::string in_;
  bssl::UniquePtr<SSL_CTX> context_;
  bssl::UniquePtr<SSL> ssl_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_TLS_CLIENT_H_

// File: bench/tls_connection.h
#ifndef LAZULI_BENCH_TLS_CONNECTION_H_
#define LAZULI_BENCH_TLS_CONNECTION_H_

#include <memory>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace lazuli::bench {

// A keep-alive connection to a server on loopback, TLS 1.3, blocking: as little as can measure.
// The server's certificate is not looked at. Ends the process on any failure of the network.
// Not thread safe.
class TlsConnection {
 public:
  // `name` goes as the server name and as Host.
  TlsConnection(int port, const std::string& name);
  ~TlsConnection();

  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;

  struct Answer {
    int status = 0;
    std::string body;
  };
  // Sends `request`, whole with headers and body, and reads the one answer, which has a
  // Content-Length.
  Answer Exchange(const std::string& request);

 private:
  void ReadMore();

  int socket_ = -1;
  ssl_st* ssl_ = nullptr;
  std::string buffered_;
};

// The text of a request to `name` with a bearer token; `body` may be empty.
std::string RequestText(const std::string& method, const std::string& target,
                        const std::string& name, const std::string& token, const std::string& body);

}  // namespace lazuli::bench

#endif  // LAZULI_BENCH_TLS_CONNECTION_H_

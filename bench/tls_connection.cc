#include "bench/tls_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "bench/processes.h"
#include "emulator/https/tls/boringssl_tls.h"

namespace lazuli::bench {

namespace {

SSL_CTX* ClientContext() {
  static SSL_CTX* const context = [] {
    SSL_CTX* const made = SSL_CTX_new(TLS_client_method());
    DieUnless(made != nullptr, "no TLS context");
    SSL_CTX_set_verify(made, SSL_VERIFY_NONE, nullptr);
    return made;
  }();
  return context;
}

int Connect(int port) {
  const int connected = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  DieUnless(connect(connected, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
            "cannot connect");
  const int on = 1;
  setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return connected;
}

// Of the header in `head`, which is in lower case.
size_t ContentLength(const std::string& head) {
  constexpr char kName[] = "\r\ncontent-length:";
  const size_t at = head.find(kName);
  return at == std::string::npos
             ? 0
             : static_cast<size_t>(std::atoll(head.c_str() + at + sizeof(kName) - 1));
}

}  // namespace

TlsConnection::TlsConnection(int port, const std::string& name) : socket_(Connect(port)) {
  ssl_ = SSL_new(ClientContext());
  SSL_set_fd(ssl_, socket_);
  SSL_set_tlsext_host_name(ssl_, name.c_str());
  DieUnless(SSL_connect(ssl_) == 1, "no TLS handshake");
}

TlsConnection::~TlsConnection() {
  SSL_free(ssl_);
  close(socket_);
}

void TlsConnection::ReadMore() {
  char chunk[16'384];
  const int read = SSL_read(ssl_, chunk, sizeof(chunk));
  DieUnless(read > 0, "the server ended the connection");
  buffered_.append(chunk, static_cast<size_t>(read));
}

TlsConnection::Answer TlsConnection::Exchange(const std::string& request) {
  DieUnless(SSL_write(ssl_, request.data(), static_cast<int>(request.size())) ==
                static_cast<int>(request.size()),
            "cannot send");
  size_t head_end = std::string::npos;
  while ((head_end = buffered_.find("\r\n\r\n")) == std::string::npos) ReadMore();
  const std::string head = absl::AsciiStrToLower(buffered_.substr(0, head_end));
  const size_t total = head_end + 4 + ContentLength(head);
  while (buffered_.size() < total) ReadMore();
  Answer answer;
  answer.status = std::atoi(head.c_str() + head.find(' '));
  answer.body = buffered_.substr(head_end + 4, total - head_end - 4);
  buffered_.erase(0, total);
  return answer;
}

std::string RequestText(const std::string& method, const std::string& target,
                        const std::string& name, const std::string& token,
                        const std::string& body) {
  std::string text = absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: ", name, "\r\n");
  if (!token.empty()) absl::StrAppend(&text, "Authorization: Bearer ", token, "\r\n");
  if (!body.empty()) absl::StrAppend(&text, "Content-Type: application/json\r\n");
  if (!body.empty() || method == "POST") {
    absl::StrAppend(&text, "Content-Length: ", body.size(), "\r\n");
  }
  return absl::StrCat(text, "\r\n", body);
}

}  // namespace lazuli::bench

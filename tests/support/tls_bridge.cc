#include "tests/support/tls_bridge.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace lazuli::emulator {

namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

bool SendAll(int socket, const char* bytes, ssize_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= sent;
  }
  return true;
}

}  // namespace

TlsBridge::TlsBridge(int port, const std::string& ca_pem, const std::string& tunnel)
    : path_(folder_.path() + "/bridge"), server_(port) {
  if (!tunnel.empty()) {
    const auto open =
        server_.Ask(absl::StrCat("CONNECT ", tunnel, " HTTP/1.1\r\nHost: ", tunnel, "\r\n\r\n"));
    if (!open.has_value() || open->status != 200) Die("CONNECT");
  }
  TlsClientOptions options;
  options.ca_pem = ca_pem;
  options.protocols = {"h2"};
  if (!tunnel.empty()) options.host = tunnel.substr(0, tunnel.find(':'));
  if (!server_.StartTls(options)) Die("TLS");
  protocol_ = server_.protocol();
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 1) != 0 || ::pipe2(stop_, O_CLOEXEC) != 0) {
    Die("bridge");
  }
  thread_ = std::thread([this] { Carry(); });
}

TlsBridge::~TlsBridge() {
  ::close(stop_[1]);
  if (thread_.joinable()) thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
}

void TlsBridge::AwaitEnd() { thread_.join(); }

void TlsBridge::Carry() {
  pollfd arrival[] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
  ::poll(arrival, 2, -1);
  if (arrival[1].revents != 0) return;
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  char bytes[16'384];
  for (;;) {
    pollfd ready[] = {{client, POLLIN, 0}, {server_.fd(), POLLIN, 0}, {stop_[0], POLLIN, 0}};
    if (SSL_pending(server_.ssl()) == 0) ::poll(ready, 3, -1);
    if (ready[2].revents != 0) break;
    if (ready[0].revents != 0) {
      const ssize_t size = ::recv(client, bytes, sizeof(bytes), 0);
      if (size <= 0 || !server_.Send({bytes, static_cast<size_t>(size)})) break;
    }
    if (ready[1].revents != 0 || SSL_pending(server_.ssl()) > 0) {
      const std::string received = server_.ReceiveSome();
      if (received.empty() ||
          !SendAll(client, received.data(), static_cast<ssize_t>(received.size()))) {
        break;
      }
    }
  }
  ::close(client);
}

}  // namespace lazuli::emulator

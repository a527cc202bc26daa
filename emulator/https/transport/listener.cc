#include "emulator/https/transport/listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace lazuli::emulator::transport {

namespace {

// How often both families are tried for one free port.
constexpr int kSamePortTries = 16;

absl::Status CannotListen(absl::string_view address) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", address,
                   " for HTTPS: it is in use, not an address of this machine, or not permitted"));
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses Resolve(const std::string& host, const std::string& port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &list) != 0) return nullptr;
  return Addresses(list);
}

int PortOf(int socket) {
  sockaddr_storage bound = {};
  socklen_t size = sizeof(bound);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  if (bound.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

// One socket at the first address of `host`; not open when it cannot be had.
UniqueFd ListenAt(const std::string& host, int port) {
  const Addresses addresses = Resolve(host, std::to_string(port));
  if (addresses == nullptr) return UniqueFd();
  UniqueFd socket(::socket(addresses->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return UniqueFd();
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  // Each family has a socket of its own.
  if (addresses->ai_family == AF_INET6) {
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
  }
  if (bind(socket.get(), addresses->ai_addr, addresses->ai_addrlen) != 0 ||
      listen(socket.get(), SOMAXCONN) != 0) {
    return UniqueFd();
  }
  return socket;
}

bool HasIpv6Loopback() { return ListenAt("::1", 0).is_open(); }

// 127.0.0.1 and ::1 at one port.
absl::StatusOr<Listeners> ListenAtLocalhost(int port, absl::string_view address) {
  const bool has_ipv6 = HasIpv6Loopback();
  for (int tries = port == 0 ? kSamePortTries : 1; tries > 0; --tries) {
    Listeners listeners;
    UniqueFd ipv4 = ListenAt("127.0.0.1", port);
    if (!ipv4.is_open()) break;
    listeners.port = PortOf(ipv4.get());
    listeners.sockets.push_back(std::move(ipv4));
    if (!has_ipv6) return listeners;
    UniqueFd ipv6 = ListenAt("::1", listeners.port);
    if (!ipv6.is_open()) continue;
    listeners.sockets.push_back(std::move(ipv6));
    return listeners;
  }
  return CannotListen(address);
}

std::string AddressOf(const sockaddr_storage& peer) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const void* bytes =
      peer.ss_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&peer)->sin6_addr)
          : &reinterpret_cast<const sockaddr_in*>(&peer)->sin_addr;
  if (inet_ntop(peer.ss_family, bytes, text.data(), text.size()) == nullptr) return "";
  return text.data();
}

}  // namespace

absl::StatusOr<Listeners> Listen(const std::string& address) {
  const size_t colon = address.rfind(':');
  const std::string port_text = colon == std::string::npos ? "" : address.substr(colon + 1);
  if (port_text.empty() || port_text.size() > 5 ||
      port_text.find_first_not_of("0123456789") != std::string::npos ||
      std::stoi(port_text) > 65535 || colon == 0) {
    return InvalidInputError("https", "must be HOST:PORT");
  }
  const int port = std::stoi(port_text);
  absl::string_view host(address.data(), colon);
  if (host == "localhost") return ListenAtLocalhost(port, address);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  Listeners listeners;
  UniqueFd socket = ListenAt(std::string(host), port);
  if (!socket.is_open()) return CannotListen(address);
  listeners.port = PortOf(socket.get());
  listeners.sockets.push_back(std::move(socket));
  return listeners;
}

UniqueFd Accept(int listener, std::string* client, bool* is_exhausted) {
  *is_exhausted = false;
  for (;;) {
    sockaddr_storage peer = {};
    socklen_t size = sizeof(peer);
    UniqueFd socket(::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) {
      // A connection that ended while it waited is no reason to stop.
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
      *is_exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      return socket;
    }
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    *client = AddressOf(peer);
    return socket;
  }
}

}  // namespace lazuli::emulator::transport

// File: emulator/https/transport/listener.h
//
// Sockets that take connections.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_LISTENER_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_LISTENER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/https/transport/unique_fd.h"

namespace lazuli::emulator::transport {

struct Listeners {
  std::vector<UniqueFd> sockets;
  int port = 0;
};

// Listens on `address`, "host:port"; port 0: any free one. "localhost:port" means 127.0.0.1 and,
// where the machine has it, ::1, at one port. The sockets do not block and are closed on exec.
// INVALID_ARGUMENT for what is no address; UNAVAILABLE when it cannot be had.
absl::StatusOr<Listeners> Listen(const std::string& address);

// A connection that waits at `listener`, as a socket that does not block and is closed on exec;
// not open when none waits. *client: the peer's address without its port. *is_exhausted: the
// process has no more file descriptors or memory.
UniqueFd Accept(int listener, std::string* client, bool* is_exhausted);

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_LISTENER_H_

// File: emulator/https/transport/limits.h
//
// Numbers that bound what the HTTPS port takes and waits for, each with its source.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_LIMITS_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"
#include "base/limits.h"

namespace lazuli::limits::https {

// A request line and header fields, in bytes. HTTP.sys documentation, MaxRequestBytes: 16,384,
// which Azure's services on Windows hold callers to.
inline constexpr size_t kMaxHeaderBytes = 16'384;

// The longest name of a host, in bytes. RFC 1035 section 2.3.4: 255; and a port.
inline constexpr size_t kMaxAuthorityBytes = 262;

// From a request's first byte to the end of its header fields, and for a TLS handshake. Own choice:
// slow enough for a debugger's user, quick enough that a slow attacker holds little.
inline constexpr absl::Duration kHeaderTimeout = absl::Seconds(20);

// For the whole body. Own choice: 4 MiB in it are 70 KiB a second.
inline constexpr absl::Duration kBodyTimeout = absl::Seconds(60);

// Between two requests. IIS documentation, connectionTimeout: 120 s.
inline constexpr absl::Duration kIdleTimeout = absl::Seconds(120);

// How long a client may take nothing of an answer. Own choice.
inline constexpr absl::Duration kWriteTimeout = absl::Seconds(60);

// How long what a refused client still sends is read and thrown away, so that it sees the answer.
// Own choice.
inline constexpr absl::Duration kLingerTimeout = absl::Seconds(2);

// Connections at a time; a further one is closed at once. Own choice: four times the thousand that
// a large test run holds open, and far below what memory allows.
inline constexpr size_t kMaxConnections = 4096;

// Bytes of bodies that are being received or worked on, of all connections together. Own choice: 64
// bodies of the largest size.
inline constexpr size_t kMaxBufferedBodyBytes = 64 * kMaxRequestBytes;

// What a refused caller is told to wait.
inline constexpr absl::Duration kRetryAfter = absl::Seconds(1);

// Threads that serve sockets. Own choice: as workers do the RSA, one nearly keeps up with a core of
// clients; the second is for the other core.
inline constexpr int kThreads = 2;

}  // namespace lazuli::limits::https

namespace lazuli::emulator {

// The limits that tests make smaller.
struct HttpLimits {
  size_t max_header_bytes = limits::https::kMaxHeaderBytes;
  size_t max_body_bytes = limits::kMaxRequestBytes;
  size_t max_buffered_body_bytes = limits::https::kMaxBufferedBodyBytes;
  size_t max_connections = limits::https::kMaxConnections;
  absl::Duration header_timeout = limits::https::kHeaderTimeout;
  absl::Duration body_timeout = limits::https::kBodyTimeout;
  absl::Duration idle_timeout = limits::https::kIdleTimeout;
  absl::Duration write_timeout = limits::https::kWriteTimeout;
  absl::Duration linger_timeout = limits::https::kLingerTimeout;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_LIMITS_H_

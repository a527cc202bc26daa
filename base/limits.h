// File: base/limits.h
//
// Numbers that bound what the process takes and keeps, each with its source. Here stand those that
// belong to no domain; a domain's own stand in its limits.h, in a namespace below this one
// (lazuli::limits::keyvault, ...).
#ifndef LAZULI_BASE_LIMITS_H_
#define LAZULI_BASE_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace lazuli::limits {

// The largest request, in bytes. gRPC documentation: the default of
// GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, 4 MiB, which clients expect of any server. The HTTPS face
// holds bodies to the same.
inline constexpr size_t kMaxRequestBytes = size_t{4} << 20;

// The longest string in a request, in bytes of UTF-8. Own choice: twice the longest command line
// that Windows takes (CreateProcess documentation: 32,767 characters), which is the longest text
// that a caller has a use for. What a service limits more tightly it refuses itself.
inline constexpr size_t kMaxStringBytes = size_t{64} << 10;

// Calls in flight on one connection. RFC 9113 section 6.5.2 recommends at least 100, so as not to
// limit parallelism needlessly; more wait at the client.
inline constexpr int kMaxStreamsPerConnection = 256;

// Tasks that wait for a worker. Own choice: at about a millisecond for an RSA private operation a
// full queue is a second's work for one core, after which a client had better be told to come again
// than be kept waiting.
inline constexpr size_t kWorkerQueueDepth = 1024;

// What a refused caller is told to wait: the time a full queue takes to drain, see
// kWorkerQueueDepth.
inline constexpr absl::Duration kWorkerRetryAfter = absl::Seconds(1);

// Events kept for followers who come late (--event_history). Own choice: at about 250 bytes an
// event 16 MiB when full, enough for every change of 10,000 tasks.
inline constexpr size_t kDefaultEventHistory = 65'536;

// The most that --event_history accepts. Own choice: about 1 GiB when full.
inline constexpr size_t kMaxEventHistory = size_t{4} << 20;

// Verified access tokens that are remembered. Own choice: more principals than a test run has, at
// under 1 KiB each.
inline constexpr size_t kTokenCacheSize = 10'000;

// Virtual seconds a real second, at most (--clock=scaled:N). Own choice: 11 days a second; a clock
// that runs faster moves further between two timers than retention periods are long.
inline constexpr double kMaxClockScale = 1e6;

}  // namespace lazuli::limits

#endif  // LAZULI_BASE_LIMITS_H_

// File: emulator/https/tls/limits.h
//
// Numbers of certificates, each with its source.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_LIMITS_H_
#define LAZULI_EMULATOR_HTTPS_TLS_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace lazuli::limits::tls {

// Certificates begin this long ago, for clients whose clocks are behind. Own choice.
inline constexpr absl::Duration kBackdate = absl::Hours(24);

// How long an authority made at start is valid: longer than any process runs. Own choice.
inline constexpr absl::Duration kAuthorityLifetime = absl::Hours(24 * 3650);

// How long a leaf is valid. Apple's platforms refuse leaves of more than 825 days from authorities
// that a user added ("Requirements for trusted certificates in iOS 13 and macOS 10.15").
inline constexpr absl::Duration kLeafLifetime = absl::Hours(24 * 397);

// A cached leaf with less left than this is made anew. Own choice.
inline constexpr absl::Duration kLeafRenewal = absl::Hours(24 * 7);

// Leaves kept for names that clients asked for; the one unused longest goes first. Own choice: at
// about 1 KiB and 0.1 ms each, more than the names of any test run.
inline constexpr size_t kMaxLeaves = 256;

// The longest file of certificates or of a key that is read. Own choice: a chain of ten with RSA
// keys of 4096 bits is below 32 KiB.
inline constexpr size_t kMaxPemBytes = size_t{256} << 10;

}  // namespace lazuli::limits::tls

#endif  // LAZULI_EMULATOR_HTTPS_TLS_LIMITS_H_

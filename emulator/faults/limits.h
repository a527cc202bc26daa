// File: emulator/faults/limits.h
#ifndef LAZULI_EMULATOR_FAULTS_LIMITS_H_
#define LAZULI_EMULATOR_FAULTS_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace lazuli::limits::faults {

// All are own choices.

// Each rule is looked at for every call.
inline constexpr size_t kMaxRules = 1'000;
inline constexpr size_t kMaxIdBytes = 64;
// Of virtual time: the longest retention of anything is 90 days.
inline constexpr absl::Duration kMaxVirtualDelay = absl::Hours(24 * 365);
// Of real time: no client waits longer.
inline constexpr absl::Duration kMaxRealDelay = absl::Hours(1);
inline constexpr absl::Duration kMaxThrottleWindow = absl::Hours(24 * 365);
inline constexpr absl::Duration kMaxRetryAfter = absl::Hours(24);
inline constexpr absl::Duration kMaxLifetime = absl::Hours(24 * 3650);

}  // namespace lazuli::limits::faults

#endif  // LAZULI_EMULATOR_FAULTS_LIMITS_H_

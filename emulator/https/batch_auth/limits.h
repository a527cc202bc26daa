// File: emulator/https/batch_auth/limits.h
//
// Numbers that bound signed requests, each with its source.
#ifndef LAZULI_EMULATOR_HTTPS_BATCH_AUTH_LIMITS_H_
#define LAZULI_EMULATOR_HTTPS_BATCH_AUTH_LIMITS_H_

#include "absl/time/time.h"

namespace lazuli::limits::batch_auth {

// Batch REST reference, "Authenticate Requests to Azure Batch": "The Batch service must receive a
// request within 15 minutes of when it is created." Held to both ways, as clocks differ.
inline constexpr absl::Duration kDateWindow = absl::Minutes(15);

}  // namespace lazuli::limits::batch_auth

#endif  // LAZULI_EMULATOR_HTTPS_BATCH_AUTH_LIMITS_H_

// File: emulator/cli/isolation.h
#ifndef LAZULI_EMULATOR_CLI_ISOLATION_H_
#define LAZULI_EMULATOR_CLI_ISOLATION_H_

#include "absl/status/status.h"

namespace lazuli::emulator {

// Moves this process, which must have one thread only, and with it all that it starts from now on,
// into a network of its own with nothing but loopback: whatever ignores the proxy reaches nobody.
// Where that takes a user namespace, the user stays the same in it. FAILED_PRECONDITION where the
// system does not allow it.
absl::Status EnterLoopbackNetwork();

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_ISOLATION_H_

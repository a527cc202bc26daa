// File: emulator/control/process_usage.h
#ifndef LAZULI_EMULATOR_CONTROL_PROCESS_USAGE_H_
#define LAZULI_EMULATOR_CONTROL_PROCESS_USAGE_H_

#include <cstdint>

#include "absl/time/time.h"

namespace lazuli::emulator {

// What the process takes of the machine.
struct ProcessUsage {
  int64_t resident_bytes = 0;
  absl::Duration cpu_time;  // user and system, of all threads
};

ProcessUsage ReadProcessUsage();

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CONTROL_PROCESS_USAGE_H_

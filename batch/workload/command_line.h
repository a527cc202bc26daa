// File: batch/workload/command_line.h
//
// What the simulated runner understands of a command line.
#ifndef LAZULI_BATCH_WORKLOAD_COMMAND_LINE_H_
#define LAZULI_BATCH_WORKLOAD_COMMAND_LINE_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli::batch {

// Absent where the command line does not say.
struct CommandLineReading {
  std::optional<absl::Duration> duration;
  std::optional<int32_t> exit_code;
};

// Reads `sleep N` (N seconds, fractions allowed, with s, m, h or d behind it as GNU's sleep has
// them), `exit N`, and any sequence of them joined with `;` or `&&`, plain or inside of `sh -c`,
// `bash -c` (with or without a path, quoted or not) or `cmd /c` (where `&` joins too). What follows
// an exit is not run; sleeps add up; an exit without a sleep before it says nothing about the
// duration. Anything else says nothing at all. Names are read without regard to case.
CommandLineReading ReadCommandLine(absl::string_view command_line);

// A number of seconds, as in LAZULI_RUN_SECONDS: digits with an optional fraction. nullopt for
// anything else.
std::optional<absl::Duration> ReadSeconds(absl::string_view text);
// An exit code, as in LAZULI_EXIT_CODE: an integer of 32 bits. nullopt for anything else.
std::optional<int32_t> ReadExitCode(absl::string_view text);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_COMMAND_LINE_H_

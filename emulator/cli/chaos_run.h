// File: emulator/cli/chaos_run.h
//
// A schedule of chaos that lasts as long as one command.
#ifndef LAZULI_EMULATOR_CLI_CHAOS_RUN_H_
#define LAZULI_EMULATOR_CLI_CHAOS_RUN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "proto/chaos.pb.h"

namespace lazuli::emulator {

// What a command that ended with `command_code` under that chaos ends with: kExitBrokenInvariant
// where it would be 0 and an invariant was broken.
int ExitCodeUnderChaos(const v1::ChaosReport& report, int command_code);

class ChaosRun {
 public:
  // Begins the schedule of `file` at the server whose HTTPS face is at `address`. Makes no threads,
  // so that the process may fork afterwards. Errors: those of ReadScheduleFile, UNAVAILABLE, and
  // what the server refuses.
  static absl::StatusOr<std::unique_ptr<ChaosRun>> Start(const std::string& file,
                                                         const std::string& address);

  // Prints to standard error what came of it, or why that cannot be had, and returns the exit code
  // to end with: see ExitCodeUnderChaos; without a report the command's, or, where that is 0, the
  // error's.
  int Report(int command_code) const;

 private:
  explicit ChaosRun(std::string address);

  const std::string address_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_CHAOS_RUN_H_

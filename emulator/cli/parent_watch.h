// File: emulator/cli/parent_watch.h
#ifndef LAZULI_EMULATOR_CLI_PARENT_WATCH_H_
#define LAZULI_EMULATOR_CLI_PARENT_WATCH_H_

#include <sys/types.h>

#include <functional>
#include <memory>

#include "absl/status/statusor.h"

namespace lazuli::emulator {

// Tells when the process that started this one is gone, however it went. Two signs, of which the
// first counts:
//
// - The process has ended. Not prctl(PR_SET_PDEATHSIG): that tells of the end of the thread that
//   started us, and test runners start servers on threads that go while they stay.
// - Standard input, if it is a pipe or a socket, has lost its other end. That is how a process lets
//   go of a server without ending, and it holds where the parent cannot be watched: in another
//   process namespace, or ended before we could look. Whatever comes over it is not read.
class ParentWatch {
 public:
  // Calls `on_gone` at most once, on a thread of its own. `parent`: its process id; 0: unknown.
  // `input`: the descriptor of the standard input, which stays open as long as this object. To be
  // called when the signals that the process waits for are blocked. INVALID_ARGUMENT when there is
  // neither sign to look for.
  static absl::StatusOr<std::unique_ptr<ParentWatch>> Start(pid_t parent, int input,
                                                            std::function<void()> on_gone);

  // Stops looking; waits for an `on_gone` that runs.
  virtual ~ParentWatch() = default;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_PARENT_WATCH_H_

// File: emulator/client/server_process.h
//
// A server in a process of its own: for the demo, fixtures, whole-program tests and benchmarks.
#ifndef LAZULI_EMULATOR_CLIENT_SERVER_PROCESS_H_
#define LAZULI_EMULATOR_CLIENT_SERVER_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/server/ready_file.h"

namespace lazuli::emulator {

// Killed when this is destroyed, and ends by itself when this process does, however that goes. Not
// thread safe.
class ServerProcess {
 public:
  // Runs `program serve --exit_with_parent --grpc=127.0.0.1:0 --https= FLAGS...` and returns when
  // it serves. UNAVAILABLE when it ends or does not serve within 30 s of real time. A flag --grpc
  // or
  // --https among `flags` holds instead.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(
      const std::string& program, const std::vector<std::string>& flags);
  ~ServerProcess();

  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const ReadyInfo& ready() const { return ready_; }
  pid_t pid() const { return pid_; }

  struct Ended {
    int exit_code = 0;    // 128 + the signal's number if one ended it
    absl::Duration took;  // real time
  };
  // Sends `signal_number` and waits for the end.
  Ended Signal(int signal_number);
  // Lets go of the process, which ends it in order, and waits for that.
  Ended LetGo();

 private:
  ServerProcess(pid_t pid, int lifeline) : pid_(pid), lifeline_(lifeline) {}

  // Reads the line that tells of readiness from `out`.
  absl::Status ReadReady(int out);
  Ended WaitForEnd(absl::Time start);

  pid_t pid_;  // 0: ended
  // The other end of the process's standard input: while it is open, the process lives. -1: closed.
  int lifeline_;
  ReadyInfo ready_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLIENT_SERVER_PROCESS_H_

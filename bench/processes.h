// File: bench/processes.h
//
// Other processes, as a benchmark sees them.
#ifndef LAZULI_BENCH_PROCESSES_H_
#define LAZULI_BENCH_PROCESSES_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace lazuli::bench {

// Processor time that a process has used so far, all threads, in microseconds.
double CpuMicrosOf(pid_t pid);
// Its resident memory in bytes.
double ResidentBytesOf(pid_t pid);

// `name` beside this program's own folder in the build tree, e.g. "emulator/lazuli".
std::string BuiltProgram(const std::string& name);

// bench/echo_server in a process of its own; ends with this.
class EchoServer {
 public:
  static std::unique_ptr<EchoServer> Start();
  ~EchoServer();
  const std::string& address() const { return address_; }
  pid_t pid() const { return pid_; }

 private:
  EchoServer(pid_t pid, int input, std::string address);
  const pid_t pid_;
  const int input_;
  const std::string address_;
};

// Ends the program with the message of an error: a benchmark that cannot do its work has no figure.
void DieUnless(bool ok, const std::string& what);
// The same for a call that has to succeed.
void Must(const absl::Status& status);

// Real time since `start`, in microseconds.
double MicrosSince(absl::Time start);

}  // namespace lazuli::bench

#endif  // LAZULI_BENCH_PROCESSES_H_

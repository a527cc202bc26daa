#include "emulator/cli/serve.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "absl/time/time.h"
#include "base/log.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/server/ready_file.h"
#include "emulator/server/server.h"

namespace lazuli::emulator {

namespace {

// What calls in flight get to end in; SIGTERM ends the process within a second all in all.
constexpr absl::Duration kGrace = absl::Milliseconds(500);

// After this nothing is waited for: a key that is being made takes seconds, and nobody waits for it
// any more.
constexpr absl::Duration kLastMoment = absl::Milliseconds(800);

void EndNow(int) { _exit(kExitOk); }

// Ends the process, as an orderly one, once `time` has passed.
void EndWithin(absl::Duration time) {
  signal(SIGALRM, EndNow);
  itimerval timer = {};
  timer.it_value = absl::ToTimeval(time);
  setitimer(ITIMER_REAL, &timer, nullptr);
}

// Each connection costs a file, and the usual limit is lower than that of connections.
void AllowFiles() {
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

// A core file would hold keys.
void ForbidCoreFiles() {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

int Serve(const ServerOptions& options, const std::function<void()>& on_stopping) {
  ForbidCoreFiles();
  AllowFiles();
  // Before any thread is made, so that all of them leave the signals to sigwait below.
  sigset_t endings;
  sigemptyset(&endings);
  sigaddset(&endings, SIGTERM);
  sigaddset(&endings, SIGINT);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(options);
  if (!server.ok()) return ReportError(server.status());

  const ReadyInfo ready = (*server)->ready();
  if (options.ready_file.empty()) {
    std::cout << FormatReadyInfo(ready) << std::endl;
  } else if (absl::Status written = WriteReadyFile(options.ready_file, ready); !written.ok()) {
    return ReportError(written);
  }
  Log(LogLevel::kInfo, "ready",
      {{"grpc", ready.grpc}, {"https", ready.https}, {"seed", std::to_string(ready.seed)}});

  int signal_number = 0;
  sigwait(&endings, &signal_number);
  Log(LogLevel::kInfo, "stopping", {{"signal", std::to_string(signal_number)}});
  // First of all, so that nobody finds a server that is on its way out.
  if (!options.ready_file.empty()) unlink(options.ready_file.c_str());
  if (on_stopping) on_stopping();
  EndWithin(kLastMoment);
  (*server)->Shutdown(kGrace);
  return kExitOk;
}

int RunServe(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("serve takes no arguments but flags");
  const absl::StatusOr<LogLevel> log_level = LogLevelFromFlags();
  if (!log_level.ok()) return ReportUsage(log_level.status());
  SetLogLevel(*log_level);
  const absl::StatusOr<ServerOptions> options = ServerOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  return Serve(*options, nullptr);
}

}  // namespace lazuli::emulator

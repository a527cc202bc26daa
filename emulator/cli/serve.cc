#include "emulator/cli/serve.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/parent_watch.h"
#include "emulator/cli/report.h"
#include "emulator/cli/temporary_folder.h"
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

// Whoever does not read it any more does not want to know.
void TellReady(int fd, const std::string& line) {
  const std::string text = line + "\n";
  const char* rest = text.data();
  size_t left = text.size();
  while (left > 0) {
    const ssize_t written = write(fd, rest, left);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    rest += written;
    left -= static_cast<size_t>(written);
  }
  close(fd);
}

// A core file would hold keys.
void ForbidCoreFiles() {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

int Serve(const ServerOptions& server_options, const ServeOptions& options) {
  ForbidCoreFiles();
  AllowFiles();
  // Before any thread is made, so that all of them leave the signals to sigwait below.
  sigset_t endings;
  sigemptyset(&endings);
  sigaddset(&endings, SIGTERM);
  sigaddset(&endings, SIGINT);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A file that may not grow any more is an error of whoever writes it.
  signal(SIGXFSZ, SIG_IGN);

  absl::StatusOr<std::unique_ptr<ParentWatch>> watch;
  if (options.exit_with_parent) {
    watch = ParentWatch::Start(getppid(), STDIN_FILENO, [] { kill(getpid(), SIGTERM); });
    if (!watch.ok()) return ReportUsage(watch.status());
  }

  const std::string& ready_file = server_options.ready_file;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(server_options);
  if (!server.ok()) return ReportError(server.status());

  const ReadyInfo ready = (*server)->ready();
  if (!ready_file.empty()) {
    if (absl::Status written = WriteReadyFile(ready_file, ready); !written.ok()) {
      return ReportError(written);
    }
  }
  if (options.ready_fd >= 0) TellReady(options.ready_fd, FormatReadyInfo(ready));
  if ((ready_file.empty() && options.ready_fd < 0) || options.exit_with_parent) {
    std::cout << FormatReadyInfo(ready) << std::endl;
  }
  Log(LogLevel::kInfo, "ready",
      {{"grpc", ready.grpc}, {"https", ready.https}, {"seed", std::to_string(ready.seed)}});

  int signal_number = 0;
  sigwait(&endings, &signal_number);
  Log(LogLevel::kInfo, "stopping", {{"signal", std::to_string(signal_number)}});
  // First of all, so that nobody finds a server that is on its way out.
  if (!ready_file.empty()) unlink(ready_file.c_str());
  if (options.on_stopping) options.on_stopping();
  EndWithin(kLastMoment);
  (*server)->Shutdown(kGrace);
  return kExitOk;
}

// Serves for as long as whoever started this wants it: on free ports, and with all files in a
// folder that goes with it.
int ServeForParent() {
  const absl::StatusOr<std::string> folder = MakeTemporaryFolder();
  if (!folder.ok()) return ReportError(folder.status());
  const absl::StatusOr<ServerOptions> server_options =
      ThrowAwayServerOptions(absl::StrCat(*folder, "/ready.json"));
  ServeOptions options;
  options.exit_with_parent = true;
  options.on_stopping = [&folder] { RemoveFolder(*folder); };
  const int code =
      server_options.ok() ? Serve(*server_options, options) : ReportUsage(server_options.status());
  RemoveFolder(*folder);
  return code;
}

int RunServe(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("serve takes no arguments but flags");
  const absl::StatusOr<LogLevel> log_level = LogLevelFromFlags();
  if (!log_level.ok()) return ReportUsage(log_level.status());
  SetLogLevel(*log_level);
  if (ExitsWithParent()) return ServeForParent();
  const absl::StatusOr<ServerOptions> options = ServerOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  ServeOptions serve;
  serve.ready_fd = ReadyFd();
  return Serve(*options, serve);
}

}  // namespace lazuli::emulator

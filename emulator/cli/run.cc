#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "base/real_time.h"
#include "base/status_macros.h"
#include "emulator/cli/chaos_run.h"
#include "emulator/cli/client_environment.h"
#include "emulator/cli/client_files.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/isolation.h"
#include "emulator/cli/report.h"
#include "emulator/cli/running_server.h"
#include "emulator/cli/serve.h"
#include "emulator/cli/temporary_folder.h"

namespace lazuli::emulator {

namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(30);
// A server ends within a second of SIGTERM.
constexpr absl::Duration kEndTimeout = absl::Seconds(3);
constexpr int kPollMillis = 1;

constexpr char kJavaOptions[] = "JAVA_TOOL_OPTIONS";

// As shells have it.
constexpr int kExitCannotRun = 126;
constexpr int kExitNoSuchCommand = 127;

int ExitCodeOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

// What is handed on to the command, and the news of an ended child.
sigset_t WatchedSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int one : {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) {
    sigaddset(&signals, one);
  }
  return signals;
}

// A child that gets `last_signal` when this process is gone, however it went. `body` runs in it and
// gives its exit code. The watched signals are blocked in it as they are here.
pid_t StartChild(int last_signal, const std::function<int()>& body) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, last_signal);
  // It may have gone before that.
  if (getppid() != parent) raise(last_signal);
  _exit(body());
}

// Out of the terminal's reach, so that Ctrl-C is the command's affair alone.
void LeaveTerminal() {
  setsid();
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
}

// Keeps `folder` until SIGTERM, which is blocked, and removes it.
int KeepFolder(const std::string& folder) {
  LeaveTerminal();
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  int ignored = 0;
  sigwait(&end, &ignored);
  RemoveFolder(folder);
  return kExitOk;
}

// The server, with the same duty.
int ServeFor(const ServerOptions& options, const std::string& folder, int ready_fd) {
  LeaveTerminal();
  ServeOptions serve;
  serve.ready_fd = ready_fd;
  serve.on_stopping = [&folder] { RemoveFolder(folder); };
  const int code = Serve(options, serve);
  RemoveFolder(folder);
  return code;
}

int Execute(const std::vector<std::string>& command, const ClientEnvironment& environment) {
  const sigset_t signals = WatchedSignals();
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  for (const std::string& name : environment.unset) unsetenv(name.c_str());
  for (const auto& [name, value] : environment.set) {
    // What the caller tells Java holds as well.
    const char* present = name == kJavaOptions ? getenv(kJavaOptions) : nullptr;
    const std::string whole = present == nullptr ? value : absl::StrCat(present, " ", value);
    setenv(name.c_str(), whole.c_str(), 1);
  }
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv.front(), argv.data());
  const int code = errno == ENOENT ? kExitNoSuchCommand : kExitCannotRun;
  std::cerr << "lazuli: cannot run " << command.front() << ": " << std::strerror(errno)
            << std::endl;
  return code;
}

// One run: a folder, perhaps a server, and the command. Everything is gone with the object.
class Run {
 public:
  explicit Run(const EnvironmentOptions& options) : options_(options) {}
  ~Run() {
    if (helper_ > 0) EndHelper();
    if (!folder_.empty()) RemoveFolder(folder_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Makes everything but the command.
  absl::Status Prepare() {
    LAZULI_ASSIGN_OR_RETURN(folder_, MakeTemporaryFolder());
    std::string ready_file = options_.ready_file;
    if (ready_file.empty()) {
      ready_file = absl::StrCat(folder_, "/ready.json");
      LAZULI_RETURN_IF_ERROR(StartServer(ready_file));
    } else {
      helper_ = StartChild(SIGTERM, [this] { return KeepFolder(folder_); });
    }
    LAZULI_ASSIGN_OR_RETURN(const RunningServer server, FindRunningServer(ready_file, ""));
    LAZULI_ASSIGN_OR_RETURN(
        const ClientFiles files,
        WriteClientFiles(absl::StrCat(folder_, "/lazuli"), server.ca_pem, server.id));
    ClientSettings settings;
    settings.mode = options_.mode;
    settings.address = server.address;
    settings.ca_file = files.ca_file;
    settings.trust_store = files.trust_store;
    settings.azure_folder = files.azure_folder;
    settings.ready_file = server.ready_file;
    settings.admin_secret = options_.admin_secret;
    settings.identity_secret = server.identity_secret;
    environment_ = MakeClientEnvironment(settings);
    if (options_.chaos_file.empty()) return absl::OkStatus();
    LAZULI_ASSIGN_OR_RETURN(chaos_, ChaosRun::Start(options_.chaos_file, server.address));
    return absl::OkStatus();
  }

  // Runs the command to its end and returns the exit code of it all.
  int ExecuteAndReport(const std::vector<std::string>& command) {
    const int code = Execute(command);
    return chaos_ == nullptr ? code : chaos_->Report(code);
  }

 private:
  // Runs the command to its end and returns its exit code.
  int Execute(const std::vector<std::string>& command) {
    const pid_t child = StartChild(
        SIGKILL, [this, &command] { return lazuli::emulator::Execute(command, environment_); });
    if (child < 0) return ReportError(absl::UnavailableError("cannot start a process"));
    const sigset_t signals = WatchedSignals();
    while (true) {
      int wait_status = 0;
      if (waitpid(child, &wait_status, WNOHANG) == child) return ExitCodeOf(wait_status);
      if (helper_ > 0 && waitpid(helper_, &wait_status, WNOHANG) == helper_) {
        helper_ = 0;
        std::cerr << "lazuli: the server ended before the command" << std::endl;
      }
      siginfo_t info;
      const int number = sigwaitinfo(&signals, &info);
      // What the terminal sends, it sends to the command as well.
      if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL) kill(child, number);
    }
  }

  absl::Status StartServer(const std::string& ready_file) {
    LAZULI_ASSIGN_OR_RETURN(const ServerOptions server, ThrowAwayServerOptions(ready_file));
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) return absl::UnavailableError("cannot make a pipe");
    helper_ = StartChild(SIGTERM, [&] {
      close(ready[0]);
      return ServeFor(server, folder_, ready[1]);
    });
    close(ready[1]);
    pollfd told = {.fd = ready[0], .events = POLLIN, .revents = 0};
    const bool in_time =
        helper_ > 0 &&
        poll(&told, 1, static_cast<int>(absl::ToInt64Milliseconds(kStartTimeout))) > 0;
    char first = 0;
    const bool serves = in_time && read(ready[0], &first, 1) == 1;
    close(ready[0]);
    if (helper_ < 0) return absl::UnavailableError("cannot start a process");
    if (!in_time) return absl::UnavailableError("the server did not serve in time");
    // It has said why.
    if (!serves) return absl::UnavailableError("the server did not start");
    return absl::OkStatus();
  }

  void EndHelper() {
    kill(helper_, SIGTERM);
    const absl::Time give_up = RealNow() + kEndTimeout;
    while (waitpid(helper_, nullptr, WNOHANG) == 0) {
      if (RealNow() > give_up) kill(helper_, SIGKILL);
      poll(nullptr, 0, kPollMillis);
    }
  }

  const EnvironmentOptions options_;
  std::string folder_;
  pid_t helper_ = 0;  // the server, or whoever keeps the folder; 0: ended
  ClientEnvironment environment_;
  std::unique_ptr<ChaosRun> chaos_;  // null: none
};

}  // namespace

int RunCommand(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return ReportUsage("run needs -- and a command");
  const absl::StatusOr<EnvironmentOptions> options = EnvironmentOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const absl::StatusOr<LogLevel> log_level = LogLevelFromFlags();
  if (!log_level.ok()) return ReportUsage(log_level.status());
  SetLogLevel(*log_level);
  if (options->isolate) {
    if (!options->ready_file.empty()) {
      return ReportUsage("--isolate cannot reach a server outside; leave --ready_file out");
    }
    const absl::Status entered = EnterLoopbackNetwork();
    if (!entered.ok()) return ReportUsage(entered);
  }
  // Whoever started this may have had no interest in its children.
  signal(SIGCHLD, SIG_DFL);
  const sigset_t signals = WatchedSignals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  Run run(*options);
  const absl::Status prepared = run.Prepare();
  if (!prepared.ok()) return ReportError(prepared);
  return run.ExecuteAndReport(arguments);
}

}  // namespace lazuli::emulator

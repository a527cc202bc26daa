#include "emulator/client/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/real_time.h"

extern char** environ;

namespace lazuli::emulator {

namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(30);

// Both ends are closed with this, but for what was taken. No other child inherits them: it would
// keep a server alive, or an end of file from being seen.
class Pipe {
 public:
  Pipe() { is_open_ = pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    for (const int end : ends_) {
      if (end >= 0) close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool is_open() const { return is_open_; }
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  int TakeWriteEnd() { return std::exchange(ends_[1], -1); }
  void CloseWriteEnd() { close(TakeWriteEnd()); }

 private:
  std::array<int, 2> ends_ = {-1, -1};
  bool is_open_ = false;
};

int ExitCodeOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

// Runs `arguments` with these two descriptors as standard input and output; 0 when it cannot.
pid_t Spawn(std::vector<std::string> arguments, int in, int out) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, argv.front(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? pid : 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    const std::string& program, const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {program, "serve", "--exit_with_parent",
                                        "--grpc=127.0.0.1:0", "--https="};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  Pipe in;
  Pipe out;
  if (!in.is_open() || !out.is_open()) return absl::UnavailableError("no descriptor is left");
  const pid_t pid = Spawn(std::move(arguments), in.read_end(), out.write_end());
  if (pid == 0) return absl::UnavailableError(absl::StrCat("cannot run ", program));
  std::unique_ptr<ServerProcess> process(new ServerProcess(pid, in.TakeWriteEnd()));
  out.CloseWriteEnd();
  if (absl::Status read = process->ReadReady(out.read_end()); !read.ok()) return read;
  return process;
}

absl::Status ServerProcess::ReadReady(int out) {
  const absl::Time give_up = RealNow() + kStartTimeout;
  std::string line;
  while (line.empty() || line.back() != '\n') {
    pollfd readable = {out, POLLIN, 0};
    const int64_t left = absl::ToInt64Milliseconds(give_up - RealNow());
    if (left <= 0) return absl::UnavailableError("the server did not serve in time");
    if (poll(&readable, 1, static_cast<int>(left)) <= 0) continue;
    char buffer[4096];
    const ssize_t got = read(out, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return absl::UnavailableError(
          absl::StrCat("the server ended with ", WaitForEnd(RealNow()).exit_code));
    }
    line.append(buffer, got);
  }
  absl::StatusOr<ReadyInfo> ready = ParseReadyInfo(line);
  if (!ready.ok()) return ready.status();
  ready_ = *std::move(ready);
  return absl::OkStatus();
}

ServerProcess::Ended ServerProcess::Signal(int signal_number) {
  const absl::Time start = RealNow();
  kill(pid_, signal_number);
  return WaitForEnd(start);
}

ServerProcess::Ended ServerProcess::LetGo() {
  const absl::Time start = RealNow();
  close(std::exchange(lifeline_, -1));
  return WaitForEnd(start);
}

ServerProcess::Ended ServerProcess::WaitForEnd(absl::Time start) {
  int wait_status = 0;
  while (waitpid(pid_, &wait_status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return {ExitCodeOf(wait_status), RealNow() - start};
}

ServerProcess::~ServerProcess() {
  if (pid_ != 0) Signal(SIGKILL);
  if (lifeline_ >= 0) close(lifeline_);
  // One that was killed left its folder.
  if (ready_.ready_file.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(std::filesystem::path(ready_.ready_file).parent_path(), ignored);
}

}  // namespace lazuli::emulator

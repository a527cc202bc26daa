#include "emulator/client/server_process.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/real_time.h"

extern char** environ;

namespace lazuli::emulator {

namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(30);
// Between two looks for the ready file: short beside what a start takes.
constexpr int kPollMillis = 1;

absl::StatusOr<std::string> MakeFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "lazuli-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    return absl::UnavailableError("cannot make a temporary folder");
  return pattern;
}

int ExitCodeOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    const std::string& program, const std::vector<std::string>& flags) {
  absl::StatusOr<std::string> folder = MakeFolder();
  if (!folder.ok()) return folder.status();
  const std::string ready_file = absl::StrCat(*folder, "/ready");
  std::vector<std::string> arguments = {program, "serve", "--grpc=127.0.0.1:0", "--https="};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  arguments.push_back(absl::StrCat("--ready_file=", ready_file));
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  pid_t pid = 0;
  if (posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0) {
    rmdir(folder->c_str());
    return absl::UnavailableError(absl::StrCat("cannot run ", program));
  }
  std::unique_ptr<ServerProcess> process(new ServerProcess(pid, *std::move(folder)));
  const absl::Time give_up = RealNow() + kStartTimeout;
  while (access(ready_file.c_str(), R_OK) != 0) {
    int wait_status = 0;
    if (waitpid(pid, &wait_status, WNOHANG) == pid) {
      process->pid_ = 0;
      return absl::UnavailableError(
          absl::StrCat("the server ended with ", ExitCodeOf(wait_status)));
    }
    if (RealNow() > give_up) return absl::UnavailableError("the server did not serve in time");
    poll(nullptr, 0, kPollMillis);
  }
  absl::StatusOr<ReadyInfo> ready = ReadReadyFile(ready_file);
  if (!ready.ok()) return ready.status();
  process->ready_ = *std::move(ready);
  return process;
}

ServerProcess::Ended ServerProcess::Signal(int signal_number) {
  const absl::Time start = RealNow();
  kill(pid_, signal_number);
  int wait_status = 0;
  waitpid(pid_, &wait_status, 0);
  pid_ = 0;
  return {ExitCodeOf(wait_status), RealNow() - start};
}

ServerProcess::~ServerProcess() {
  if (pid_ != 0) Signal(SIGKILL);
  unlink(absl::StrCat(folder_, "/ready").c_str());
  unlink(absl::StrCat(folder_, "/ready.ca.pem").c_str());
  rmdir(folder_.c_str());
}

}  // namespace lazuli::emulator

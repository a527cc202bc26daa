// `lazuli serve --exit_with_parent`: a server that no test runner leaves behind.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/real_time.h"
#include "emulator/client/server_process.h"
#include "emulator/server/ready_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Lt;

// From the end of whoever started it to that of a server.
constexpr absl::Duration kEnd = absl::Seconds(1);
constexpr absl::Duration kGiveUp = absl::Seconds(20);

std::string FolderOf(const ReadyInfo& ready) {
  return std::filesystem::path(ready.ready_file).parent_path().string();
}

absl::Duration WaitUntilGone(pid_t pid) {
  const absl::Time start = RealNow();
  while (IsRunning(pid) && RealNow() - start < kGiveUp) absl::SleepFor(absl::Milliseconds(1));
  return RealNow() - start;
}

// A shell that runs `script`, in which $0 is the program, and says where the server is.
class Shell {
 public:
  explicit Shell(const std::string& script) {
    int out[2];
    if (pipe(out) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      close(out[0]);
      close(out[1]);
      execl("/bin/sh", "sh", "-c", script.c_str(), ProgramPath().c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    out_ = fdopen(out[0], "r");
  }
  ~Shell() {
    Kill();
    if (out_ != nullptr) fclose(out_);
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  ReadyInfo WaitForServer() {
    char line[4096] = "";
    if (out_ == nullptr || fgets(line, sizeof(line), out_) == nullptr) return {};
    return Must(ParseReadyInfo(line));
  }
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  FILE* out_ = nullptr;
};

TEST(ThrowAwayServerTest, KeepsItsFilesInAFolderOfItsOwn) {
  const auto server = Must(ServerProcess::Start(ProgramPath(), {"--https=127.0.0.1:0"}));
  const ReadyInfo& ready = server->ready();
  const ReadyInfo file = Must(ReadReadyFile(ready.ready_file));
  EXPECT_EQ(FormatReadyInfo(file), FormatReadyInfo(ready));
  EXPECT_EQ(ready.pid, server->pid());
  EXPECT_THAT(ready.ca_file, HasSubstr(FolderOf(ready)));
  EXPECT_EQ(std::filesystem::status(FolderOf(ready)).permissions(),
            std::filesystem::perms::owner_all);
  const auto other = Must(ServerProcess::Start(ProgramPath(), {}));
  EXPECT_NE(FolderOf(other->ready()), FolderOf(ready));
}

TEST(ThrowAwayServerTest, EndsWhenItsStandardInputIsClosed) {
  const auto server = Must(ServerProcess::Start(ProgramPath(), {}));
  const std::string folder = FolderOf(server->ready());
  const ServerProcess::Ended ended = server->LetGo();
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.took, Lt(kEnd));
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(ThrowAwayServerTest, EndsBySignalAsOthersDo) {
  const auto server = Must(ServerProcess::Start(ProgramPath(), {}));
  const std::string folder = FolderOf(server->ready());
  EXPECT_EQ(server->Signal(SIGTERM).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(ThrowAwayServerTest, EndsWithAParentThatIsKilled) {
  // Nothing but the parent's end can be seen: standard input is no pipe.
  Shell shell("\"$0\" serve --exit_with_parent </dev/null & wait");
  const ReadyInfo ready = shell.WaitForServer();
  ASSERT_GT(ready.pid, 0);
  EXPECT_TRUE(IsRunning(ready.pid));
  shell.Kill();
  EXPECT_THAT(WaitUntilGone(ready.pid), Lt(kEnd));
  EXPECT_FALSE(std::filesystem::exists(FolderOf(ready)));
}

TEST(ThrowAwayServerTest, WithoutTheFlagAServerStays) {
  Shell shell("\"$0\" serve --grpc=127.0.0.1:0 --https= </dev/null & wait");
  const ReadyInfo ready = shell.WaitForServer();
  ASSERT_GT(ready.pid, 0);
  shell.Kill();
  EXPECT_TRUE(IsRunning(ready.pid));
  kill(static_cast<pid_t>(ready.pid), SIGTERM);
  EXPECT_THAT(WaitUntilGone(static_cast<pid_t>(ready.pid)), Lt(kEnd));
}

TEST(ThrowAwayServerTest, AReadyFileOfOnesOwnIsRefused) {
  const Ran ran = RunProgram({"serve", "--exit_with_parent", "--ready_file=ready.json"});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("--ready_file"), HasSubstr("leave it out")));
}

}  // namespace
}  // namespace lazuli::emulator

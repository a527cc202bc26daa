// `lazuli run`: a command with a server of its own, and nothing left behind.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status_matchers.h"
#include "emulator/client/http_client.h"
#include "emulator/server/ready_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// A line of what the run's command can tell of the run.
constexpr char kTell[] = "echo \"$LAZULI_URL $LAZULI_READY_FILE $AZURE_CONFIG_DIR\"; ";

struct Told {
  std::string address;
  std::string ready_file;
  std::string azure_folder;
};

Told Parse(const std::string& line) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  if (words.size() != 3) return {};
  return {words[0].substr(std::string("http://").size()), words[1], words[2]};
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

bool Serves(const std::string& address) {
  HttpCall call;
  call.target = "/healthz";
  return CallHttp(address, call).ok();
}

// Waits until nothing of the run is there any more.
void ExpectGone(const Told& told) {
  const std::string folder = std::filesystem::path(told.ready_file).parent_path().string();
  for (int i = 0; i < 5000 && (Serves(told.address) || Exists(folder)); ++i) {
    absl::SleepFor(absl::Milliseconds(2));
  }
  EXPECT_FALSE(Serves(told.address));
  EXPECT_FALSE(Exists(folder)) << folder;
}

TEST(RunTest, TheCommandFindsAServerAndItsExitCodeComesBack) {
  const Ran ran = RunProgram({"run", "--clock=manual", "--", "sh", "-c",
                              absl::StrCat(kTell,
                                           "test -d \"$AZURE_CONFIG_DIR\" && test -s "
                                           "\"$SSL_CERT_FILE\" && exit 7")});
  EXPECT_EQ(ran.exit_code, 7) << ran.err;
  EXPECT_THAT(ran.err, IsEmpty());
  ExpectGone(Parse(ran.out.substr(0, ran.out.size() - 1)));
}

TEST(RunTest, FlagsOfTheServerAreTheServers) {
  const Ran ran = RunProgram({"run", "--clock=manual", "--start_time=2031-02-03T00:00:00Z", "--",
                              ProgramPath(), "run-is-no-flag-of-call"});
  EXPECT_EQ(ran.exit_code, 2);  // of the inner program, which knows no such command
  Program program({"run", "--clock=manual", "--start_time=2031-02-03T00:00:00Z", "--", "sh", "-c",
                   absl::StrCat(kTell, "exec sleep 600")});
  const Told told = Parse(program.WaitForLine());
  HttpCall call;
  call.target = "/emulator/v1/clock";
  const HttpReply reply = Must(CallHttp(told.address, call));
  EXPECT_THAT(reply.body, HasSubstr("2031-02-03T00:00:00"));
}

TEST(RunTest, ItsOwnCommandsFindTheServerUnlessAFlagNamesAnother) {
  const std::string lazuli = absl::StrCat("'", ProgramPath(), "' ");
  const Ran found = RunProgram(
      {"run", "--clock=manual", "--start_time=2031-02-03T00:00:00Z", "--", "sh", "-c",
       absl::StrCat(lazuli, "call Emulator/GetClock && ", lazuli, "trust | cmp - $(dirname ",
                    "\"$LAZULI_READY_FILE\")/ready.json.ca.pem && ", lazuli,
                    "env | grep -F \"$LAZULI_URL\"")});
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(found.out, AllOf(HasSubstr("2031-02-03T00:00:00"), HasSubstr("LAZULI_URL")));
  for (const char* const elsewhere :
       {"call Emulator/GetClock --server=127.0.0.1:1", "trust --https=127.0.0.1:1",
        "call Emulator/GetClock --ready_file=/none", "trust --ready_file=/none"}) {
    EXPECT_NE(RunProgram({"run", "--", "sh", "-c", lazuli + elsewhere}).exit_code, 0) << elsewhere;
  }
}

TEST(RunTest, CommandsThatCannotRunAreToldAsShellsDo) {
  const Ran none = RunProgram({"run", "--", "/no/such/command"});
  EXPECT_EQ(none.exit_code, 127);
  EXPECT_THAT(none.err, AllOf(StartsWith("lazuli: "), HasSubstr("/no/such/command")));
  const TemporaryFolder folder;
  EXPECT_EQ(RunProgram({"run", "--", folder.path()}).exit_code, 126);
  EXPECT_EQ(RunProgram({"run"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"run", "--clock=backwards", "--", "true"}).exit_code, 1);
  EXPECT_EQ(RunProgram({"run", "--mode=both", "--", "true"}).exit_code, 2);
}

TEST(RunTest, SignalsReachTheCommandAndEndTheRun) {
  Program program(
      {"run", "--", "sh", "-c",
       absl::StrCat("trap 'echo got-term; exit 9' TERM; ", kTell, "while :; do sleep 0.01; done")});
  const Told told = Parse(program.WaitForLine());
  EXPECT_TRUE(Serves(told.address));
  program.Signal(SIGTERM);
  EXPECT_EQ(program.Wait(), 9) << program.err();
  EXPECT_THAT(program.out(), HasSubstr("got-term"));
  ExpectGone(told);
}

TEST(RunTest, ACommandThatASignalEndedIsToldAsShellsDo) {
  EXPECT_EQ(RunProgram({"run", "--", "sh", "-c", "kill -9 $$"}).exit_code, 128 + SIGKILL);
}

TEST(RunTest, AKilledRunLeavesNothing) {
  Program program({"run", "--", "sh", "-c", absl::StrCat("echo $$; ", kTell, "exec sleep 600")});
  std::vector<std::string> lines;
  while (lines.size() < 3) {
    ASSERT_EQ(program.Wait(absl::ZeroDuration()), -1) << program.err();
    lines = absl::StrSplit(program.out(), '\n');
  }
  pid_t command = 0;
  ASSERT_TRUE(absl::SimpleAtoi(lines[0], &command));
  const Told told = Parse(lines[1]);
  EXPECT_TRUE(Serves(told.address));
  program.Signal(SIGKILL);
  EXPECT_EQ(program.Wait(), 128 + SIGKILL);
  ExpectGone(told);
  for (int i = 0; i < 5000 && kill(command, 0) == 0; ++i) absl::SleepFor(absl::Milliseconds(2));
  EXPECT_NE(kill(command, 0), 0);
}

TEST(RunTest, AServerThatRunsIsUsedAndLeftRunning) {
  const TemporaryFolder folder;
  const std::string ready_file = folder.File("ready.json");
  Program server({"serve", "--grpc=127.0.0.1:0", "--https=127.0.0.1:0", "--clock=manual",
                  absl::StrCat("--ready_file=", ready_file)});
  ASSERT_TRUE(server.WaitForFile(ready_file)) << server.err();
  const std::string https = Must(ReadReadyFile(ready_file)).https;
  const Ran ran =
      RunProgram({"run", absl::StrCat("--ready_file=", ready_file), "--", "sh", "-c", kTell});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const Told told = Parse(ran.out.substr(0, ran.out.size() - 1));
  EXPECT_EQ(told.address, absl::StrCat("127.0.0.1", https.substr(https.rfind(':'))));
  EXPECT_TRUE(Serves(told.address));
  // What az left is gone all the same, and nothing was put beside the ready file.
  EXPECT_FALSE(Exists(told.azure_folder));
  EXPECT_TRUE(Exists(ready_file));

  Program killed({"run", absl::StrCat("--ready_file=", ready_file), "--", "sh", "-c",
                  absl::StrCat(kTell, "exec sleep 600")});
  const Told second = Parse(killed.WaitForLine());
  EXPECT_TRUE(Exists(second.azure_folder));
  killed.Signal(SIGKILL);
  killed.Wait();
  for (int i = 0; i < 5000 && Exists(second.azure_folder); ++i)
    absl::SleepFor(absl::Milliseconds(2));
  EXPECT_FALSE(Exists(second.azure_folder));
}

TEST(RunTest, IsolatedThereIsNothingButLoopback) {
  const Ran ran = RunProgram(
      {"run", "--isolate", "--", "sh", "-c",
       "id -u; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; echo \"$LAZULI_URL\""});
  if (ran.exit_code != 0) {
    // The system does not allow it, and says so in one line.
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("--isolate"), testing::EndsWith("\n")));
    EXPECT_EQ(ran.err.find('\n'), ran.err.size() - 1);
    return;
  }
  const std::vector<std::string> lines = absl::StrSplit(ran.out, '\n');
  ASSERT_EQ(lines.size(), 4u) << ran.out;
  EXPECT_EQ(lines[0], absl::StrCat(getuid()));
  EXPECT_EQ(lines[1], "lo");
  EXPECT_THAT(lines[2], StartsWith("http://127.0.0.1:"));
  EXPECT_EQ(RunProgram({"run", "--isolate", "--ready_file=any", "--", "true"}).exit_code, 2);
}

}  // namespace
}  // namespace lazuli::emulator

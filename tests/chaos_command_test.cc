// Chaos from the command line: commands to a running server, and a client of one's own under a
// schedule.
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kClient[] = "tests/chaos_client";

std::string Write(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  const std::string path = folder.File(name);
  std::ofstream(path) << text;
  return path;
}

// A client under a schedule that takes the key twice; `client_code` is what it ends with.
Ran RunClient(const std::string& schedule, const std::string& client_code) {
  const TemporaryFolder folder;
  return RunProgram({"run", "--clock=auto", "--seed=11",
                     absl::StrCat("--chaos=", Write(folder, "schedule.json", schedule)), "--",
                     kClient, client_code});
}

TEST(ChaosCommandTest, AClientRunsUnderASchedule) {
  const Ran ran = RunClient(R"({"steps": [
    {"at": "2h", "revoke": ["clientbatch"], "causes": ["key-disabled", "vault-deleted"],
     "restoreAt": "2h15m"}]})",
                            "0");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("chaos: seed 11, began at"));
  EXPECT_THAT(ran.err, HasSubstr("2 of 2 instants came"));
  EXPECT_THAT(ran.err, ContainsRegex("\\+2h .*revoked  clientbatch  (key-disabled|vault-deleted)"));
  EXPECT_THAT(ran.err, ContainsRegex("\\+2h15m .*restored clientbatch"));
  EXPECT_THAT(ran.err, ContainsRegex("clientbatch: lost .* away 25m, [0-9]+ calls refused"));
  EXPECT_THAT(ran.err, ContainsRegex("batch +AccountIsDisabled +[1-9]"));
  EXPECT_THAT(ran.err, ContainsRegex("batch +OK +[1-9]"));
  EXPECT_THAT(ran.err, HasSubstr("invariants: all held"));
}

TEST(ChaosCommandTest, TheClientsExitCodeComesBack) {
  const Ran ran =
      RunClient(R"({"steps": [{"at": "2h", "revoke": ["*"], "restoreAt": "3h"}]})", "7");
  EXPECT_EQ(ran.exit_code, 7) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("invariants: all held"));
}

TEST(ChaosCommandTest, TheReportNeedsNoSignIn) {
  const TemporaryFolder folder;
  const std::string file = Write(folder, "s.json", R"({"waitForAccounts": false, "steps": [
      {"at": "0s", "addFault": {"match": {"service": "Tokens"},
                                "action": {"error": {"status": 503}}}}]})");
  const Ran ran =
      RunProgram({"run", "--clock=manual", absl::StrCat("--chaos=", file), "--", "echo", "ran"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.err, ContainsRegex("\\+0 +20[0-9]{2}-.*fault added  fault-1  \\(real 20"));
  EXPECT_THAT(ran.err, Not(HasSubstr("refused")));
  EXPECT_THAT(ran.err, HasSubstr("1 of 1 instants came"));
}

TEST(ChaosCommandTest, AReportThatCannotBeHadHidesNoExitCode) {
  const TemporaryFolder folder;
  const std::string file = Write(folder, "s.json", R"({"steps": [{"at": "1m", "revoke": ["*"]}]})");
  const auto run = [&file](const std::string& code) {
    return RunProgram({"run", "--clock=manual", absl::StrCat("--chaos=", file), "--", "sh", "-c",
                       absl::StrCat("pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/' ",
                                    "\"$LAZULI_READY_FILE\"); kill -9 $pid; ",
                                    "while kill -0 $pid; do sleep 0.02; done; exit ", code)});
  };
  const Ran failed = run("7");
  EXPECT_EQ(failed.exit_code, 7) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr("UNAVAILABLE"));
  const Ran succeeded = run("0");
  EXPECT_NE(succeeded.exit_code, 0);
  EXPECT_THAT(succeeded.err, HasSubstr("UNAVAILABLE"));
}

TEST(ChaosCommandTest, AScheduleThatIsWrongIsToldBeforeAnythingRuns) {
  const TemporaryFolder folder;
  const std::string file = Write(folder, "s.json", "{\n\"steps\": [\n{\"att\": \"1m\"}]}");
  const Ran ran = RunProgram({"run", absl::StrCat("--chaos=", file), "--", "echo", "ran"});
  EXPECT_NE(ran.exit_code, 0);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("line 3"), HasSubstr("att")));
  EXPECT_THAT(ran.out, IsEmpty());
}

TEST(ChaosCommandTest, WhatNeverBeginsIsSaid) {
  const TemporaryFolder folder;
  const std::string file = Write(folder, "s.textproto", R"(steps { at: "1m" revoke: "nobody" })");
  const Ran ran =
      RunProgram({"run", "--clock=manual", absl::StrCat("--chaos=", file), "--", "echo", "ran"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("ran"));
  EXPECT_THAT(ran.err, HasSubstr("never began"));
}

// Commands within a run find its server by the ready file.
Ran RunInside(const std::string& script) {
  return RunProgram({"run", "--clock=manual", "--", "sh", "-c",
                     absl::StrCat("lazuli() { ", ProgramPath(),
                                  " \"$@\" \"--ready_file=$LAZULI_READY_FILE\"; }; ", script)});
}

TEST(ChaosCommandTest, CausesAreListed) {
  const Ran ran = RunInside("lazuli chaos causes");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(ContainsRegex("key-disabled +every enabled version"),
                    ContainsRegex("key-purged .*for good"), HasSubstr("public-access-disabled")));
}

TEST(ChaosCommandTest, CommandsSayWhatIsWrong) {
  EXPECT_THAT(RunInside("lazuli revoke nobody").err, HasSubstr("nobody"));
  EXPECT_THAT(RunInside("lazuli revoke nobody --cause=luck").err, HasSubstr("UnknownCause"));
  EXPECT_THAT(RunInside("lazuli restore nobody").err, HasSubstr("nobody"));
  EXPECT_THAT(RunInside("lazuli chaos stop").err, HasSubstr("ChaosIsNotRunning"));
  EXPECT_THAT(RunInside("lazuli chaos run nowhere.json").err, HasSubstr("nowhere.json"));
  EXPECT_THAT(RunInside("lazuli chaos dance").err, HasSubstr("needs one of"));
  EXPECT_THAT(RunInside("lazuli revoke").err, HasSubstr("needs the name"));
}

TEST(ChaosCommandTest, AScheduleIsStartedReportedAndStopped) {
  const TemporaryFolder folder;
  const std::string file = Write(folder, "s.json", R"({"seed": 5, "steps": [
        {"at": "1m", "detectionDelay": "5s"}, {"at": "1h", "revoke": ["*"]}]})");
  const std::string exported = folder.File("exported.json");
  // What was executed is a schedule again.
  const Ran ran = RunInside(absl::StrCat(
      "lazuli chaos run ", file, " && lazuli chaos status && ",
      "lazuli call Emulator/AdvanceClock '{\"duration\": \"2m\"}' && lazuli chaos report && ",
      "lazuli chaos export > ", exported, " && cat ", exported, " && lazuli chaos stop && ",
      "lazuli chaos run ", exported));
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("\"phase\": \"running\""), HasSubstr("chaos: seed 5"),
                    HasSubstr("invariants: all held"), HasSubstr("\"phase\": \"stopped\"")));
}

TEST(ReadyFdTest, ALineComesWhenTheServerServes) {
  const TemporaryFolder folder;
  const std::string file = folder.File("ready");
  const Ran ran =
      RunProgram({"run", "--clock=manual", "--", "sh", "-c",
                  absl::StrCat(ProgramPath(), " serve --grpc=127.0.0.1:0 --https= --ready_fd=3 3>",
                               file, " & pid=$!; for i in $(seq 1000); do test -s ", file,
                               " && break; sleep 0.02; done; kill $pid; wait $pid; code=$?; cat ",
                               file, "; exit $code")});
  // That of the server, which a signal ends as it should.
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, ContainsRegex("^[{]\"grpc\":\"127.0.0.1:[0-9]+\""));
}

TEST(ReadyFdTest, ItEndsWithoutALineWhenTheServerCannotStart) {
  const Ran ran = RunProgram({"run", "--clock=manual", "--", "sh", "-c",
                              absl::StrCat("line=$(", ProgramPath(),
                                           " serve --grpc=nonsense --ready_fd=3 3>&1 >/dev/null); "
                                           "echo \"code=$? line='$line'\"")});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "code=2 line=''\n");
  EXPECT_THAT(ran.err, HasSubstr("HOST:PORT"));
}

}  // namespace
}  // namespace lazuli::emulator

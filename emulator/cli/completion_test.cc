#include "emulator/cli/completion.h"

#include "absl/status/status.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::Not;

ProgramDescription Program() {
  ProgramDescription program;
  program.commands = {{"serve", "", "run a server"},
                      {"snapshot", "save|load FILE", "save or load the server's state"}};
  FlagDescription port;
  port.name = "port";
  port.summary = "where: [HOST]";
  port.commands = {"serve"};
  FlagDescription quiet;
  quiet.name = "quiet";
  quiet.is_switch = true;
  quiet.summary = "say nothing";
  program.flags = {port, quiet};
  return program;
}

std::string Script(const std::string& shell) { return *CompletionScript(shell, Program()); }

TEST(CompletionTest, BashOffersCommandsWordsAndFlags) {
  const std::string script = Script("bash");
  EXPECT_THAT(script, HasSubstr("'') words='serve snapshot --quiet'"));
  EXPECT_THAT(script, HasSubstr("serve) words='--port= --quiet'"));
  EXPECT_THAT(script, HasSubstr("snapshot) words='save load --quiet'"));
}

TEST(CompletionTest, ZshQuotesWhatItsArgumentsMean) {
  const std::string script = Script("zsh");
  EXPECT_THAT(script, HasSubstr(R"('--port=[where\: \[HOST\]]:value:_files')"));
  EXPECT_THAT(script, HasSubstr("'--quiet[say nothing]'"));
  EXPECT_THAT(script, HasSubstr("'1:what to do:(save load)'"));
  EXPECT_THAT(script, HasSubstr(R"('snapshot:save or load the server'\''s state')"));
}

TEST(CompletionTest, FishSaysWhichFlagsTakeAValue) {
  const std::string script = Script("fish");
  EXPECT_THAT(script,
              HasSubstr("-n '__fish_seen_subcommand_from serve' -l port -r -d 'where: [HOST]'"));
  EXPECT_THAT(script,
              HasSubstr("-n '__fish_seen_subcommand_from serve' -l quiet -d 'say nothing'"));
  EXPECT_THAT(script, Not(HasSubstr("from snapshot' -l port")));
  EXPECT_THAT(script, HasSubstr(R"(-d 'save or load the server\'s state')"));
}

TEST(CompletionTest, OtherShellsAreRefused) {
  EXPECT_THAT(CompletionScript("tcsh", Program()), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/cli/program_description.h"

#include <algorithm>

#include "absl/flags/flag.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Flags as a command line defines them, for this test alone.
ABSL_FLAG(std::string, address, "127.0.0.1:1",
          "serve: where it listens (any port); env: where to look");
ABSL_FLAG(bool, isolate, false, "run: alone");
ABSL_FLAG(std::string, level, "", "debug or off; lines go to standard error");

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<CommandDescription> Commands() {
  return {{"serve", "[--address=A]", "run a server"},
          {"run", "-- COMMAND", "run a command"},
          {"env", "", "print what clients need"},
          {"snapshot", "save|load FILE", "save or load"}};
}

std::vector<std::string> NamesOf(const std::vector<FlagDescription>& flags) {
  std::vector<std::string> names;
  for (const FlagDescription& flag : flags) names.push_back(flag.name);
  return names;
}

TEST(ProgramDescriptionTest, AHelpSaysWhichCommandsTakeTheFlag) {
  struct Row {
    const char* help;
    std::vector<std::string> commands;
  };
  const Row rows[] = {
      {"serve: where it listens", {"serve"}},
      {"env, run: which names", {"run", "env"}},
      {"serve: where; empty: nowhere; env: where to look", {"serve", "env"}},
      {"serve: a file to write; all others: to read", {}},
      {"debug, info or off; lines go to standard error", {}},
      {"a secret: keep it", {}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CommandsNamedBy(row.help, Commands()), row.commands) << row.help;
  }
}

TEST(ProgramDescriptionTest, FlagsAreTheProgramsOwnByName) {
  const ProgramDescription program = DescribeProgram(Commands());
  ASSERT_THAT(NamesOf(program.flags), ElementsAre("address", "isolate", "level"));
  EXPECT_EQ(program.flags[0].default_value, "127.0.0.1:1");
  EXPECT_EQ(program.flags[0].summary, "where it listens");
  EXPECT_FALSE(program.flags[0].is_switch);
  EXPECT_TRUE(program.flags[1].is_switch);
  EXPECT_EQ(program.flags[2].summary, "debug or off");
}

TEST(ProgramDescriptionTest, RunTakesTheFlagsOfTheServerThatItStarts) {
  const ProgramDescription program = DescribeProgram(Commands());
  EXPECT_THAT(NamesOf(program.FlagsOf("serve")), ElementsAre("address", "level"));
  EXPECT_THAT(NamesOf(program.FlagsOf("run")), ElementsAre("address", "isolate", "level"));
  EXPECT_THAT(NamesOf(program.FlagsOf("snapshot")), ElementsAre("level"));
}

TEST(ProgramDescriptionTest, SubcommandsAreTheWordsBeforeTheArguments) {
  EXPECT_THAT(Commands()[3].Subcommands(), ElementsAre("save", "load"));
  for (int i : {0, 1, 2}) EXPECT_THAT(Commands()[i].Subcommands(), IsEmpty()) << i;
}

TEST(ProgramDescriptionTest, TheUsageHasALineForEachCommand) {
  const std::string usage = UsageText(Commands());
  EXPECT_THAT(usage, HasSubstr("\n  lazuli snapshot save|load FILE  "));
  EXPECT_THAT(usage, HasSubstr("  save or load\n"));
  EXPECT_THAT(usage, HasSubstr("lazuli --help"));
}

}  // namespace
}  // namespace lazuli::emulator

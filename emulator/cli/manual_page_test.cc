#include "emulator/cli/manual_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ManualPageTest, TellsOfEveryCommandAndFlag) {
  ProgramDescription program;
  program.commands = {{"call", "METHOD ['{json}']", "call a method"}, {"trust", "", "print it"}};
  FlagDescription flag;
  flag.name = "ca_file";
  flag.default_value = "a-b";
  flag.help = ".pem\\ files\nof two lines";
  program.flags = {flag};
  const std::string page = ManualPage(program, "1.2.3");
  EXPECT_THAT(page, StartsWith(".TH LAZULI 1 \"\" \"Lazuli 1.2.3\"\n"));
  // A quote, a backslash and a dot at the start of a line mean something to troff.
  EXPECT_THAT(page, HasSubstr(".B lazuli call METHOD [\\(aq{json}\\(aq]\ncall a method.\n"));
  EXPECT_THAT(page, HasSubstr(".B lazuli trust\nprint it.\n"));
  EXPECT_THAT(page, HasSubstr(".B \\-\\-ca_file=a\\-b\n\\&.pem\\e files of two lines.\n"));
}

}  // namespace
}  // namespace lazuli::emulator

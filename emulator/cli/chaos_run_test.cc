#include "emulator/cli/chaos_run.h"

#include "emulator/cli/commands.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(ChaosRunTest, ABrokenInvariantShowsWhereTheCommandSucceeded) {
  v1::ChaosReport report;
  EXPECT_EQ(ExitCodeUnderChaos(report, 0), 0);
  EXPECT_EQ(ExitCodeUnderChaos(report, 7), 7);
  report.add_violations()->set_invariant("window");
  EXPECT_EQ(ExitCodeUnderChaos(report, 0), kExitBrokenInvariant);
  EXPECT_EQ(ExitCodeUnderChaos(report, 7), 7);
}

}  // namespace
}  // namespace lazuli::emulator

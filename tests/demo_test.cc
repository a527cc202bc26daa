// The demo is the main job, and a test of it.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// All but the first line, which tells the port.
std::string Timeline(const Ran& demo) { return demo.out.substr(demo.out.find('\n')); }

TEST(DemoTest, EverythingSeenIsAsExpectedEachTime) {
  const Ran demo = RunProgram({"demo"});
  EXPECT_EQ(demo.exit_code, 0) << demo.out << demo.err;
  EXPECT_THAT(demo.err, IsEmpty());
  for (const char* part :
       {"1. A vault's RSA key", "3. The key is taken away", "4. The key comes back",
        "8. Back to the platform's key", "9. What rests is sealed", "AccountIsDisabled",
        "steps went as expected.\n"}) {
    EXPECT_THAT(demo.out, HasSubstr(part));
  }
  EXPECT_EQ(Timeline(RunProgram({"demo"})), Timeline(demo));
}

}  // namespace
}  // namespace lazuli::emulator

#include "keyvault/testing/shrink.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> UpTo(int count) {
  std::vector<int> script(static_cast<size_t>(count));
  std::iota(script.begin(), script.end(), 0);
  return script;
}

bool Has(const std::vector<int>& script, int step) {
  return std::find(script.begin(), script.end(), step) != script.end();
}

TEST(ShrinkTest, LeavesOnlyTheStepsThatMatter) {
  const auto fails = [](const std::vector<int>& script) {
    return Has(script, 3) && Has(script, 500) && Has(script, 501);
  };
  EXPECT_THAT(Shrink<int>(UpTo(1000), fails, 10'000), ElementsAre(3, 500, 501));
}

TEST(ShrinkTest, FindsThatNothingMatters) {
  EXPECT_THAT(
      Shrink<int>(UpTo(100), [](const std::vector<int>&) { return true; }, 10'000), IsEmpty());
}

TEST(ShrinkTest, KeepsAScriptOfWhichEveryStepMatters) {
  const auto fails = [](const std::vector<int>& script) { return script.size() == 5; };
  EXPECT_THAT(Shrink<int>(UpTo(5), fails, 10'000), ElementsAre(0, 1, 2, 3, 4));
}

TEST(ShrinkTest, StopsAskingInTimeWithAScriptThatFails) {
  int asked = 0;
  const auto fails = [&asked](const std::vector<int>& script) {
    ++asked;
    return Has(script, 7);
  };
  EXPECT_TRUE(Has(Shrink<int>(UpTo(1000), fails, 20), 7));
  EXPECT_LE(asked, 20);
}

}  // namespace
}  // namespace lazuli::keyvault

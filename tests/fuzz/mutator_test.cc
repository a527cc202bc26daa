#include "tests/fuzz/mutator.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace lazuli::fuzz {
namespace {

TEST(MutatorTest, TheSameSeedGivesTheSameInputs) {
  Mutator one(7, {"hello", "world"}, {"{}"});
  Mutator two(7, {"hello", "world"}, {"{}"});
  Mutator other(8, {"hello", "world"}, {"{}"});
  bool differs = false;
  for (int i = 0; i < 1000; ++i) {
    const std::string input = one.Next();
    EXPECT_EQ(input, two.Next());
    differs |= input != other.Next();
  }
  EXPECT_TRUE(differs);
}

TEST(MutatorTest, InputsDifferAndStayBounded) {
  Mutator mutator(7, {std::string(60'000, 'a'), ""}, {});
  std::set<std::string> inputs;
  for (int i = 0; i < 300; ++i) {
    inputs.insert(mutator.Next());
    EXPECT_LE(inputs.rbegin()->size(), 65'536u);
  }
  EXPECT_GT(inputs.size(), 200u);
}

}  // namespace
}  // namespace lazuli::fuzz

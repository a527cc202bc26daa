#include "tests/docs/shown_operations.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

std::string Describe(absl::string_view content) {
  ShownOperations shown;
  CollectShownOperations("a_test.cc", content, &shown);
  std::string text;
  for (const auto& [operation, tests] : shown) {
    absl::StrAppend(&text, operation, ":");
    for (const ShowingTest& test : tests) absl::StrAppend(&text, " ", test.path, " ", test.name);
    absl::StrAppend(&text, "\n");
  }
  return text;
}

TEST(ShownOperationsTest, TheCommentAboveATestCounts) {
  EXPECT_EQ(Describe("// Why.\n// Shows: Keys/A, Keys/B,\n//   Keys/C\n// More.\n"
                     "TEST_F(KeysTest, Lives) {\n}\n\n"
                     "// Shows: Keys/A\nTEST(KeysTest, Dies) {\n}\n"),
            "Keys/A: a_test.cc KeysTest.Lives a_test.cc KeysTest.Dies\n"
            "Keys/B: a_test.cc KeysTest.Lives\n"
            "Keys/C: a_test.cc KeysTest.Lives\n");
}

TEST(ShownOperationsTest, WithoutATestBehindItItSaysNothing) {
  EXPECT_EQ(Describe("// Shows: Keys/A\n\nTEST(KeysTest, Lives) {\n"), "");
  EXPECT_EQ(Describe("// Shows: Keys/A\nvoid Help() {}\nTEST_P(KeysTest, Lives) {\n"), "");
  EXPECT_EQ(Describe("TEST(KeysTest, Lives) {\n  // Shows: Keys/A\n"), "");
}

}  // namespace
}  // namespace lazuli

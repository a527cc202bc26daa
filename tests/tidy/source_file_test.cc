#include "tests/tidy/source_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::tidy {
namespace {

using ::testing::ElementsAre;

TEST(SourceFileTest, CommentsAreNoCode) {
  const SourceFile file = ParseSource("base/x.cc", "a;  // absl::Now\nb /* one\ntwo */ c;\n");
  EXPECT_THAT(file.code, ElementsAre("a;  ", "b ", " c;"));
}

TEST(SourceFileTest, LiteralsAreTakenOutOfTheCode) {
  const SourceFile file =
      ParseSource("base/x.cc", "f(\"a // \\\"b\");\ng(R\"x(one\n\"two\")x\");\nh();");
  EXPECT_THAT(file.code, ElementsAre("f(\"\");", "g(\"\"", ");", "h();"));
  ASSERT_EQ(file.literals.size(), 2u);
  EXPECT_EQ(file.literals[0].text, "a // \\\"b");
  EXPECT_EQ(file.literals[1].text, "one\n\"two\"");
  EXPECT_EQ(file.literals[1].line, 2u);
}

TEST(SourceFileTest, AQuoteCharacterOpensNoString) {
  const SourceFile file = ParseSource("base/x.cc", "char c = '\"'; int n = 1'000; f(\"x\");");
  EXPECT_THAT(file.code, ElementsAre("char c = ''; int n = 1'000; f(\"\");"));
  ASSERT_EQ(file.literals.size(), 1u);
  EXPECT_EQ(file.literals[0].text, "x");
}

TEST(SourceFileTest, IncludesAreFoundInBothForms) {
  const SourceFile file =
      ParseSource("base/x.h", "#include <string>\n\n#  include \"base/clock.h\"\n");
  ASSERT_EQ(file.includes.size(), 2u);
  EXPECT_EQ(file.includes[0].text, "string");
  EXPECT_EQ(file.includes[1].text, "base/clock.h");
  EXPECT_EQ(file.includes[1].line, 3u);
}

TEST(SourceFileTest, OtherFilesAreLinesOnly) {
  const SourceFile file = ParseSource("dev", "#!/bin/sh\n// \"x\"\n");
  EXPECT_THAT(file.lines, ElementsAre("#!/bin/sh", "// \"x\""));
  EXPECT_TRUE(file.code.empty());
  EXPECT_TRUE(file.literals.empty());
}

}  // namespace
}  // namespace lazuli::tidy

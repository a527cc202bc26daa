#include "tests/tidy/rules.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/tidy/source_file.h"

namespace lazuli::tidy {
namespace {

using ::testing::IsEmpty;

// The rules that `content` at `path` breaks, in order.
std::vector<std::string> Broken(const std::string& path, const std::string& content) {
  std::vector<std::string> rules;
  for (const Finding& finding : Check(ParseSource(path, content))) rules.push_back(finding.rule);
  return rules;
}

// Puts `word` where `ban` looks for it.
std::string Planted(const std::string& word, Where where) {
  switch (where) {
    case Where::kCode:
      return "void F() { auto x = " + word + "; }\n";
    case Where::kInclude:
      return "#include <" + word + "x.h>\n";
    case Where::kLiteral:
      return "const char kX[] = \"" + word + "x\";\n";
    case Where::kEverywhere:
      return "// see " + word + " there\n";
  }
  return "";
}

TEST(RulesTest, EveryBannedWordIsFoundWhereItIsPlanted) {
  ASSERT_FALSE(Bans().empty());
  for (const Ban& ban : Bans()) {
    ASSERT_FALSE(ban.words.empty()) << ban.rule;
    EXPECT_FALSE(ban.reason.empty()) << ban.rule;
    for (const std::string& word : ban.words) {
      EXPECT_THAT(Broken("keyvault/planted.cc", Planted(word, ban.where)),
                  testing::Contains(ban.rule))
          << word;
    }
  }
}

TEST(RulesTest, ABanDoesNotHoldAtItsHomes) {
  for (const Ban& ban : Bans()) {
    for (const Home& home : ban.homes) {
      EXPECT_FALSE(home.reason.empty()) << ban.rule << " at " << home.path;
      std::string path = home.path;
      if (path.back() == '/') path += "planted.cc";
      if (path.back() == '.') path += "cc";
      EXPECT_THAT(Broken(path, Planted(ban.words.front(), ban.where)),
                  testing::Not(testing::Contains(ban.rule)))
          << path;
    }
  }
}

TEST(RulesTest, AWordInProseOrInALongerNameIsNoUse) {
  EXPECT_THAT(Broken("base/x.cc", "// Unlike absl::Now, this one can be set.\n"), IsEmpty());
  EXPECT_THAT(Broken("base/x.cc", "const char kX[] = \"sleep(5)\";\n"), IsEmpty());
  EXPECT_THAT(Broken("base/x.cc", "RunSleep(5); my_getenv_like();\n"), IsEmpty());
}

TEST(RulesTest, AHomeOfAClassIsItsThreeFiles) {
  const Home home{"base/real_time.", "why"};
  EXPECT_TRUE(IsIn("base/real_time.h", home));
  EXPECT_TRUE(IsIn("base/real_time.cc", home));
  EXPECT_TRUE(IsIn("base/real_time_test.cc", home));
  EXPECT_FALSE(IsIn("base/real_time_zone.cc", home));
  EXPECT_FALSE(IsIn("keyvault/real_time.cc", home));
}

TEST(RulesTest, ArrowsRunOneWay) {
  struct Case {
    const char* path;
    const char* included;
    bool allowed;
  };
  const Case cases[] = {
      {"base/x.cc", "keyvault/vault.h", false},
      {"base/x.cc", "proto/keys.pb.h", false},
      {"keyvault/x.cc", "base/clock.h", true},
      {"keyvault/x.cc", "proto/keys.pb.h", true},
      {"keyvault/x.cc", "batch/account.h", false},
      {"batch/x.cc", "keyvault/vault.h", false},
      {"batch/x.cc", "emulator/arm/groups.h", false},
      {"emulator/arm/x.cc", "keyvault/vault.h", true},
      {"emulator/arm/x.cc", "emulator/dispatch/router.h", true},
      {"emulator/arm/x.cc", "emulator/server/server.h", false},
      {"emulator/cli/x.cc", "emulator/server/server.h", true},
      {"emulator/client/x.cc", "emulator/server/ready_file.h", true},
      {"emulator/server/x.cc", "emulator/grpc/face.h", true},
      {"emulator/server/x.cc", "tests/fixture.h", false},
      {"tests/x.cc", "emulator/server/server.h", true},
      {"tests/x.cc", "bench/echo.h", false},
      {"bench/x.cc", "batch/account.h", true},
  };
  for (const Case& c : cases) {
    const std::vector<std::string> broken =
        Broken(c.path, std::string("#include \"") + c.included + "\"\n");
    EXPECT_EQ(broken.empty(), c.allowed) << c.path << " includes " << c.included;
  }
}

TEST(RulesTest, AFileOfOverSixHundredLinesIsFound) {
  std::string content;
  for (int i = 0; i < 600; ++i) content += "\n";
  EXPECT_THAT(Broken("base/x.cc", content), IsEmpty());
  EXPECT_THAT(Broken("base/x.cc", content + "\n"), testing::ElementsAre("length"));
  EXPECT_THAT(Broken("dev", content + "\n"), testing::ElementsAre("length"));
  EXPECT_THAT(Broken("README.md", content + "\n"), IsEmpty());
  EXPECT_THAT(Broken("base/BUILD.bazel", content + "\n"), IsEmpty());
  EXPECT_THAT(Broken("tests/package-lock.json", content + "\n"), IsEmpty());
}

TEST(RulesTest, AHeaderCarriesTheGuardOfItsPath) {
  EXPECT_THAT(Broken("base/my_clock.h",
                     "#ifndef LAZULI_BASE_MY_CLOCK_H_\n#define LAZULI_BASE_MY_CLOCK_H_\n"
                     "#endif  // LAZULI_BASE_MY_CLOCK_H_\n"),
              IsEmpty());
  EXPECT_THAT(Broken("base/my_clock.h",
                     "#ifndef LAZULI_BASE_CLOCK_H_\n#define LAZULI_BASE_CLOCK_H_\n"
                     "#endif  // LAZULI_BASE_CLOCK_H_\n"),
              testing::ElementsAre("include guard"));
  EXPECT_THAT(Broken("base/my_clock.h", "#pragma once\n"), testing::ElementsAre("include guard"));
  EXPECT_THAT(Broken("base/my_clock.h", ""), testing::ElementsAre("include guard"));
}

TEST(RulesTest, AFindingNamesItsPlace) {
  const std::vector<Finding> findings = Check(ParseSource("base/x.cc", "\nabsl::SleepFor(d);\n"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].ToString(), testing::StartsWith("base/x.cc:2: sleep: absl::SleepFor"));
}

}  // namespace
}  // namespace lazuli::tidy

#include "emulator/cli/shell_format.h"

#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

std::string Formatted(const std::string& value, Shell shell) {
  ClientEnvironment environment;
  environment.set = {{"NAME", value}};
  return FormatEnvironment(environment, shell);
}

TEST(ShellFormatTest, NastyValuesAreQuotedForEachShell) {
  struct Case {
    std::string value, bash, pwsh, json, dotenv;
  };
  for (const Case& one : std::vector<Case>{
           {"/plain/path", "'/plain/path'", "'/plain/path'", "\"/plain/path\"", "/plain/path"},
           {"", "''", "''", "\"\"", ""},
           {"with space", "'with space'", "'with space'", "\"with space\"", "'with space'"},
           {"it's", "'it'\\''s'", "'it''s'", "\"it's\"", "\"it's\""},
           {"$HOME `x` $(y) \"z\"", "'$HOME `x` $(y) \"z\"'", "'$HOME `x` $(y) \"z\"'",
            "\"$HOME `x` $(y) \\\"z\\\"\"", "'$HOME `x` $(y) \"z\"'"},
           {"it's $HOME \"\\", "'it'\\''s $HOME \"\\'", "'it''s $HOME \"\\'",
            "\"it's $HOME \\\"\\\\\"", "\"it's \\$HOME \\\"\\\\\""},
           {"two\nlines", "'two\nlines'", "'two\nlines'", "\"two\\nlines\"", "\"two\\nlines\""},
           // PowerShell ends a text at a typographic quote, too.
           {"\u2018a\u2019b\u201ac\u201b", "'\u2018a\u2019b\u201ac\u201b'",
            "'\u2018\u2018a\u2019\u2019b\u201a\u201ac\u201b\u201b'",
            "\"\u2018a\u2019b\u201ac\u201b\"", "'\u2018a\u2019b\u201ac\u201b'"},
           {"a#b;c", "'a#b;c'", "'a#b;c'", "\"a#b;c\"", "'a#b;c'"},
       }) {
    EXPECT_EQ(Formatted(one.value, Shell::kBash), "export NAME=" + one.bash + "\n");
    EXPECT_EQ(Formatted(one.value, Shell::kPwsh), "$env:NAME = " + one.pwsh + "\n");
    EXPECT_EQ(Formatted(one.value, Shell::kJson), "{\"NAME\":" + one.json + "}\n");
    EXPECT_EQ(Formatted(one.value, Shell::kDotenv), "NAME=" + one.dotenv + "\n");
  }
}

TEST(ShellFormatTest, WhatMustNotBeSetIsTakenAway) {
  ClientEnvironment environment;
  environment.set = {{"A", "1"}};
  environment.unset = {"B"};
  EXPECT_EQ(FormatEnvironment(environment, Shell::kBash), "unset B\nexport A='1'\n");
  EXPECT_EQ(FormatEnvironment(environment, Shell::kPwsh),
            "Remove-Item Env:B -ErrorAction SilentlyContinue\n$env:A = '1'\n");
  EXPECT_EQ(FormatEnvironment(environment, Shell::kJson), "{\"A\":\"1\",\"B\":null}\n");
  EXPECT_EQ(FormatEnvironment(environment, Shell::kDotenv), "# B must not be set\nA=1\n");
}

TEST(ShellFormatTest, ShellsAreNamed) {
  EXPECT_EQ(*ParseShell("bash"), Shell::kBash);
  EXPECT_EQ(*ParseShell("pwsh"), Shell::kPwsh);
  EXPECT_EQ(*ParseShell("json"), Shell::kJson);
  EXPECT_EQ(*ParseShell("dotenv"), Shell::kDotenv);
  for (const char* text : {"", "sh", "Bash", "cmd"}) EXPECT_FALSE(ParseShell(text).ok()) << text;
}

}  // namespace
}  // namespace lazuli::emulator

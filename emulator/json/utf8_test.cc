#include "emulator/json/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(IsValidUtf8Test, TakesEveryLengthOfCharacter) {
  const char* const kTexts[] = {"",
                                "plain",
                                "sixteen or more characters of ASCII",
                                "\xC2\x80",
                                "\xDF\xBF",
                                "\xE0\xA0\x80",
                                "\xED\x9F\xBF",
                                "\xEE\x80\x80",
                                "\xEF\xBF\xBF",
                                "\xF0\x90\x80\x80",
                                "\xF4\x8F\xBF\xBF",
                                "seven__\xC3\xA9 across a word"};
  for (const char* text : kTexts) EXPECT_TRUE(IsValidUtf8(text)) << text;
  EXPECT_TRUE(IsValidUtf8(absl::string_view("a\0b", 3)));
}

TEST(IsValidUtf8Test, RefusesMalformedBytes) {
  const char* const kTexts[] = {
      "\x80",              // a continuation first
      "\xC0\xAF",          // overlong in two bytes
      "\xC1\xBF",          // overlong in two bytes
      "\xE0\x9F\xBF",      // overlong in three
      "\xF0\x8F\xBF\xBF",  // overlong in four
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // above U+10FFFF
      "\xF5\x80\x80\x80",  // no lead
      "\xFF",              // no lead
      "\xC3",              // cut short
      "\xE2\x82",          // cut short
      "\xF0\x9F\x98",      // cut short
      "\xE2\x28\xA1",      // the second byte is no continuation
      "\xE2\x82\x28",      // the third byte is no continuation
      "12345678\xFF",      // after a whole word
      "1234567\xC3(",      // across the end of a word
  };
  for (const char* text : kTexts) EXPECT_FALSE(IsValidUtf8(text)) << text;
}

TEST(ClipUtf8Test, CutsBetweenCharacters) {
  EXPECT_EQ(ClipUtf8("abc", 3), "abc");
  EXPECT_EQ(ClipUtf8("abc", 2), "ab");
  EXPECT_EQ(ClipUtf8("a\xC3\xA9z", 2), "a");
  EXPECT_EQ(ClipUtf8("a\xC3\xA9z", 3), "a\xC3\xA9");
  EXPECT_EQ(ClipUtf8("\xF0\x9F\x98\x80", 3), "");
  EXPECT_EQ(ClipUtf8("", 0), "");
}

}  // namespace
}  // namespace lazuli::emulator

#include "base/excerpt.h"

#include <string>

#include "gtest/gtest.h"

namespace lazuli {
namespace {

TEST(ExcerptTest, ShowsShortTextsWhole) {
  EXPECT_EQ(std::string(Excerpt("")), "");
  EXPECT_EQ(std::string(Excerpt("abc")), "abc");
  EXPECT_EQ(Excerpt(std::string(256, 'x')).size(), 256u);
}

TEST(ExcerptTest, CutsLongTextsBetweenCharacters) {
  EXPECT_EQ(Excerpt(std::string(257, 'x')).size(), 256u);
  const std::string umlaut = "\xc3\xa4";
  EXPECT_EQ(std::string(Excerpt(std::string(255, 'x') + umlaut)), std::string(255, 'x'));
  EXPECT_EQ(std::string(Excerpt(std::string(254, 'x') + umlaut + "x")),
            std::string(254, 'x') + umlaut);
  EXPECT_EQ(Excerpt(std::string(1000, '\x80')).size(), 0u);
}

}  // namespace
}  // namespace lazuli

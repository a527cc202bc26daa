#include "emulator/arm/list_page.h"

#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Take(ListPage* page) {
  std::vector<std::string> taken;
  for (const char* key : {"a", "b", "c"}) {
    if (page->Takes(key)) taken.push_back(key);
  }
  return taken;
}

TEST(ListPageTest, TakesAllWithoutABound) {
  LAZULI_ASSERT_OK_AND_ASSIGN(ListPage page, ListPage::Begin(std::nullopt, ""));
  EXPECT_THAT(Take(&page), ElementsAre("a", "b", "c"));
  EXPECT_FALSE(page.NextToken().has_value());
}

TEST(ListPageTest, GoesOnWhereThePageBeforeEnded) {
  LAZULI_ASSERT_OK_AND_ASSIGN(ListPage first, ListPage::Begin(2, ""));
  EXPECT_THAT(Take(&first), ElementsAre("a", "b"));
  ASSERT_TRUE(first.NextToken().has_value());
  LAZULI_ASSERT_OK_AND_ASSIGN(ListPage second, ListPage::Begin(2, *first.NextToken()));
  EXPECT_THAT(Take(&second), ElementsAre("c"));
  EXPECT_FALSE(second.NextToken().has_value());
}

TEST(ListPageTest, AFullLastPageHasNoNext) {
  LAZULI_ASSERT_OK_AND_ASSIGN(ListPage page, ListPage::Begin(3, ""));
  EXPECT_EQ(Take(&page).size(), 3u);
  EXPECT_FALSE(page.NextToken().has_value());
}

TEST(ListPageTest, RefusesNonsense) {
  EXPECT_THAT(ListPage::Begin(0, ""), ErrorCodeIs("InvalidInput"));
  EXPECT_THAT(ListPage::Begin(-1, ""), ErrorCodeIs("InvalidInput"));
  for (const std::string& token :
       {std::string("%"), Base64UrlEncode("x"), Base64UrlEncode("!"), Base64UrlEncode("ab")}) {
    EXPECT_THAT(ListPage::Begin(1, token), ErrorCodeIs("InvalidSkipToken")) << token;
  }
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/https/message/http_target.h"

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(HttpTargetTest, DecodesSegmentsAndNames) {
  const auto target = ParseHttpTarget("/keys//a%2Fb/?api%2Dversion=7.4&$filter=a%20eq+'b'&empty#x");
  LAZULI_ASSERT_OK(target);
  EXPECT_THAT(target->segments, ElementsAre("keys", "a/b"));
  EXPECT_EQ(target->path, "/keys//a%2Fb/");
  EXPECT_THAT(target->query, ElementsAre(Pair("api-version", "7.4"), Pair("$filter", "a eq 'b'"),
                                         Pair("empty", "")));
  ASSERT_NE(target->FindQuery("API-VERSION"), nullptr);
  EXPECT_EQ(*target->FindQuery("API-VERSION"), "7.4");
  EXPECT_EQ(target->FindQuery("other"), nullptr);
}

TEST(HttpTargetTest, TheRootHasNoSegments) {
  const auto target = ParseHttpTarget("/");
  LAZULI_ASSERT_OK(target);
  EXPECT_THAT(target->segments, IsEmpty());
  EXPECT_THAT(target->query, IsEmpty());
}

TEST(HttpTargetTest, RefusesWhatIsNoTarget) {
  for (const char* target : {"", "keys", "*", "/a%", "/a%2", "/a%zz", "/a%00", "/?a=%", "/?%=1"}) {
    EXPECT_EQ(ParseHttpTarget(target).status().code(), absl::StatusCode::kInvalidArgument)
        << target;
  }
}

TEST(HttpTargetTest, EscapesAtTheEndAreWhole) {
  EXPECT_EQ(*PercentDecode("a%41", false), "aA");
  EXPECT_EQ(*PercentDecode("%C3%bC%7e", false), "ü~");
  EXPECT_EQ(*PercentDecode("a+b", false), "a+b");
  EXPECT_EQ(PercentEncode("a b/ü"), "a%20b%2F%C3%BC");
}

}  // namespace
}  // namespace lazuli::emulator

#include "base/ids.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace lazuli {
namespace {

// The expected ids were computed apart from this code. Recorded runs replay only as long as they
// hold.
TEST(IdDeriverTest, GivesTheSameIdsForEver) {
  struct {
    uint64_t seed;
    const char* parent;
    const char* kind;
    uint64_t ordinal;
    const char* guid;
    const char* hex32;
  } const kCases[] = {
      {42, "tenant/t", "principal", 0, "64e449c7-dfc7-478a-a268-63984b630fc3",
       "0bcb29a242cb57bcf44eb22a97f36787"},
      {42, "tenant/t", "principal", 1, "7c68da92-a252-45c8-ba0f-ea12eaa3b65c",
       "9b317b51143f4d282bf7d1b238b34273"},
      {43, "tenant/t", "principal", 0, "76c06d3f-0b78-485a-a8b2-81bdc8ef4036",
       "65e32205525e01db0b32ae37b75f2a28"},
      {0, "", "", 0, "be2e69fa-67ad-4140-a43e-a1294399c2b4", "c29550372a60cea41c1df5731fa6eeed"},
  };
  for (const auto& c : kCases) {
    const IdDeriver ids(c.seed);
    EXPECT_EQ(ids.Guid(c.parent, c.kind, c.ordinal), c.guid);
    EXPECT_EQ(ids.Hex32(c.parent, c.kind, c.ordinal), c.hex32);
  }
}

TEST(IdDeriverTest, EveryCoordinateMatters) {
  const IdDeriver ids(7);
  const std::set<std::string> distinct = {
      ids.Hex32("vault/a", "key", 0),          ids.Hex32("vault/b", "key", 0),
      ids.Hex32("vault/a", "secret", 0),       ids.Hex32("vault/a", "key", 1),
      IdDeriver(8).Hex32("vault/a", "key", 0), ids.Hex32("vault/ak", "ey", 0),
      ids.Hex32("vault/", "akey", 0),          ids.Hex32("", "vault/akey", 0),
      ids.Hex32("vault/akey", "", 0),
  };
  EXPECT_EQ(distinct.size(), 9u);
}

TEST(IdDeriverTest, DoesNotDependOnWhatElseWasDerived) {
  const IdDeriver ids(7);
  const std::string expected = ids.Guid("p", "k", 5);
  for (int i = 0; i < 5; ++i) ids.Guid("p", "k", i);
  EXPECT_EQ(ids.Guid("p", "k", 5), expected);
  const IdDeriver copy = ids;
  EXPECT_EQ(copy.Guid("p", "k", 5), expected);
  EXPECT_EQ(copy.seed(), 7u);
}

TEST(IdDeriverTest, GuidsHaveTheShapeOfVersionFour) {
  const IdDeriver ids(99);
  for (int i = 0; i < 200; ++i) {
    const std::string guid = ids.Guid("p", "k", i);
    ASSERT_TRUE(IsGuid(guid)) << guid;
    EXPECT_EQ(guid[14], '4') << guid;
    EXPECT_NE(std::string("89ab").find(guid[19]), std::string::npos) << guid;
    ASSERT_TRUE(IsHex32(ids.Hex32("p", "k", i)));
  }
}

TEST(IsGuidTest, AcceptsTheFormAndNothingElse) {
  EXPECT_TRUE(IsGuid("11111111-1111-1111-1111-111111111111"));
  EXPECT_TRUE(IsGuid("ABCDEF01-2345-6789-abcd-ef0123456789"));
  for (const char* text :
       {"", "11111111-1111-1111-1111-11111111111", "11111111-1111-1111-1111-1111111111111",
        "11111111111111111111111111111111", "1111111-11111-1111-1111-111111111111",
        "g1111111-1111-1111-1111-111111111111", "{1111111-1111-1111-1111-11111111111}",
        "11111111-1111-1111-1111-11111111111-", "------------------------------------"}) {
    EXPECT_FALSE(IsGuid(text)) << text;
  }
}

TEST(IsHex32Test, AcceptsTheFormAndNothingElse) {
  EXPECT_TRUE(IsHex32("0123456789abcdef0123456789ABCDEF"));
  for (const char* text :
       {"", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
        "0123456789abcdef0123456789abcdeg", "0123456789abcdef 123456789abcdef"}) {
    EXPECT_FALSE(IsHex32(text)) << text;
  }
}

}  // namespace
}  // namespace lazuli

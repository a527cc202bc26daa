#include "keyvault/permission.h"

#include <string>

#include "absl/strings/ascii.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

KeyPermission At(int i) { return static_cast<KeyPermission>(i); }

TEST(PermissionTest, EachVerbGrantsItselfAloneInAnyCase) {
  for (int i = 0; i < kKeyPermissionCount; ++i) {
    const absl::string_view name = KeyPermissionName(At(i));
    ASSERT_FALSE(name.empty());
    for (const std::string& spelled :
         {std::string(name), absl::AsciiStrToUpper(name), absl::AsciiStrToLower(name)}) {
      EXPECT_EQ(ParseKeyPermission(spelled), At(i)) << spelled;
      KeyPermissionSet set;
      EXPECT_TRUE(set.AddNamed(spelled)) << spelled;
      for (int j = 0; j < kKeyPermissionCount; ++j) {
        EXPECT_EQ(set.Has(At(j)), i == j) << spelled << " " << KeyPermissionName(At(j));
      }
    }
  }
}

TEST(PermissionTest, AllIsEverythingButPurge) {
  KeyPermissionSet set;
  EXPECT_TRUE(set.AddNamed("All"));
  for (int i = 0; i < kKeyPermissionCount; ++i) {
    EXPECT_EQ(set.Has(At(i)), At(i) != KeyPermission::kPurge) << KeyPermissionName(At(i));
  }
  EXPECT_TRUE(set.AddNamed("purge"));
  EXPECT_TRUE(set.Has(KeyPermission::kPurge));
}

TEST(PermissionTest, OtherTextsGrantNothing) {
  for (const char* text : {"", "wrap", "wrapKey ", "keys/get", "*", "none"}) {
    KeyPermissionSet set;
    EXPECT_FALSE(set.AddNamed(text)) << text;
    EXPECT_TRUE(set.empty()) << text;
    EXPECT_EQ(ParseKeyPermission(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseKeyPermission("all"), std::nullopt);
}

TEST(PermissionTest, TextNamesTheVerbs) {
  KeyPermissionSet set;
  EXPECT_EQ(set.ToString(), "none");
  set.AddNamed("list");
  set.AddNamed("UNWRAPKEY");
  EXPECT_EQ(set.ToString(), "unwrapKey, list");
  KeyPermissionSet other;
  other.AddNamed("get");
  set.AddAll(other);
  EXPECT_EQ(set.ToString(), "unwrapKey, get, list");
}

}  // namespace
}  // namespace lazuli::keyvault

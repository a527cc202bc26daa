#include "batch/account_spec.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

TEST(AccountSpecTest, RegionsAreNormalized) {
  EXPECT_THAT(NormalizeRegion("West US 2"), IsOkAndHolds(std::string("westus2")));
  EXPECT_THAT(NormalizeRegion("westus2"), IsOkAndHolds(std::string("westus2")));
  for (const std::string& location :
       {std::string(), std::string("   "), std::string("west/us"), std::string("west.us"),
        std::string("wést"), std::string(41, 'a'), std::string(10'000, ' ')}) {
    EXPECT_THAT(NormalizeRegion(location), ErrorCodeIs("InvalidPropertyValue")) << location;
  }
}

TEST(AccountSpecTest, NamesAreLowerCaseLettersAndDigits) {
  LAZULI_EXPECT_OK(ValidateAccountName("abc"));
  LAZULI_EXPECT_OK(ValidateAccountName("0123456789abcdefghijklmn"));
  for (const char* const name :
       {"", "ab", "0123456789abcdefghijklmno", "Abc", "a-b", "a_b", "a.b", "a b"}) {
    EXPECT_THAT(ValidateAccountName(name), ErrorCodeIs("InvalidPropertyValue")) << name;
  }
}

TEST(AccountSpecTest, IdsAreEqualWithoutRegardToCase) {
  const AccountId id{"SUB", "Group", "name"};
  EXPECT_EQ(id.ArmId(),
            "/subscriptions/SUB/resourceGroups/Group/providers/Microsoft.Batch/batchAccounts/name");
  EXPECT_EQ(id.Key(), (AccountId{"sub", "gROUP", "NAME"}).Key());
}

TEST(AccountSpecTest, TagsAreBounded) {
  std::map<std::string, std::string> tags;
  for (int i = 0; i < 50; ++i) tags[absl::StrCat("tag", i)] = std::string(256, 'v');
  LAZULI_EXPECT_OK(ValidateTags(tags));
  tags["one more"] = "";
  EXPECT_THAT(ValidateTags(tags), ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(ValidateTags({{"", "v"}}), ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(ValidateTags({{std::string(513, 'n'), "v"}}), ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(ValidateTags({{"n", std::string(257, 'v')}}), ErrorCodeIs("InvalidPropertyValue"));
}

}  // namespace
}  // namespace lazuli::batch

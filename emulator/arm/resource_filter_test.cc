#include "emulator/arm/resource_filter.h"

#include <string>

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

const char kSub[] = "11111111-0000-4000-8000-000000000001";

TEST(ResourceFilterTest, FindsResources) {
  const ResourceId vault =
      ResourceId::Resource(kSub, "Group", "Microsoft.KeyVault/vaults", "my-vault");
  const Tags tags = {{"env", "Test"}, {"team", "x"}};
  struct Case {
    const char* filter;
    bool matches;
  };
  const Case cases[] = {
      {"", true},
      {"resourceType eq 'Microsoft.KeyVault/vaults'", true},
      {"resourceType eq 'microsoft.keyvault/VAULTS'", true},
      {"resourceType eq 'Microsoft.Batch/batchAccounts'", false},
      {"resourceType ne 'Microsoft.Batch/batchAccounts'", true},
      {"name eq 'MY-VAULT' and resourceGroup eq 'group'", true},
      {"name eq 'my-vault' and resourceGroup eq 'other'", false},
      {"location eq 'West US 2'", true},
      {"location ne 'westus2'", false},
      {"tagName eq 'ENV'", true},
      {"tagName eq 'env' and tagValue eq 'Test'", true},
      {"tagName eq 'env' and tagValue eq 'test'", false},
      // Of two tags.
      {"tagName eq 'env' and tagValue eq 'x'", false},
      {"tagValue eq 'x'", true},
      {"startswith(tagName, 'te')", true},
      {"startswith(tagName, 'no')", false},
      {"substringof('VAULT', name)", true},
      {"substringof('rou', resourceGroup) and name eq 'my-vault'", true},
      {"substringof('zzz', name)", false},
      {"name eq 'a' or resourceType eq 'Microsoft.KeyVault/vaults'", true},
  };
  for (const Case& c : cases) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceFilter filter, ResourceFilter::Parse(c.filter));
    EXPECT_EQ(filter.Matches(vault, "westus2", tags), c.matches) << c.filter;
  }
}

TEST(ResourceFilterTest, FindsGroups) {
  const ResourceId group = ResourceId::ResourceGroup(kSub, "g");
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const ResourceFilter filter,
      ResourceFilter::Parse("tagname eq 'a' and resourceType eq "
                            "'Microsoft.Resources/resourceGroups' and name eq 'g'"));
  EXPECT_TRUE(filter.Matches(group, "w", {{"a", ""}}));
  EXPECT_FALSE(filter.Matches(group, "w", {}));
}

TEST(ResourceFilterTest, RefusesWhatItDoesNotKnow) {
  for (const char* text :
       {"plan/name eq 'x'", "tagName ne 'x'", "endswith(name, 'x')", "substringof('x', tagName)",
        "substringof('x')", "startswith(name, 'x')", "startswith eq 'x'", "name gt 'x'"}) {
    EXPECT_THAT(ResourceFilter::Parse(text), ErrorCodeIs("InvalidFilterInQueryString")) << text;
  }
}

}  // namespace
}  // namespace lazuli::emulator

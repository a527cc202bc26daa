#include "emulator/arm/role_definitions.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(RoleDefinitionsTest, HaveIdsNamesAndRightsOfTheirOwn) {
  std::set<std::string> ids;
  std::set<std::string> names;
  for (const RoleDefinition& role : BuiltInRoles()) {
    EXPECT_TRUE(IsGuid(role.id)) << role.name;
    EXPECT_EQ(role.id, absl::AsciiStrToLower(role.id));
    EXPECT_TRUE(ids.insert(role.id).second) << role.name;
    EXPECT_TRUE(names.insert(role.name).second) << role.name;
    EXPECT_FALSE(role.description.empty()) << role.name;
    EXPECT_FALSE(role.actions.empty() && role.data_actions.empty()) << role.name;
  }
  for (const char* name : {"Owner",
                           "Contributor",
                           "Reader",
                           "User Access Administrator",
                           "Managed Identity Contributor",
                           "Managed Identity Operator",
                           "Key Vault Administrator",
                           "Key Vault Crypto Officer",
                           "Key Vault Crypto User",
                           "Key Vault Crypto Service Encryption User",
                           "Key Vault Crypto Service Release User",
                           "Key Vault Reader",
                           "Key Vault Secrets Officer",
                           "Key Vault Secrets User",
                           "Key Vault Certificates Officer",
                           "Key Vault Certificate User",
                           "Managed HSM contributor",
                           "Key Vault Contributor",
                           "Key Vault Purge Operator",
                           "Key Vault Data Access Administrator",
                           "Azure Batch Account Contributor",
                           "Azure Batch Account Reader",
                           "Azure Batch Data Contributor",
                           "Azure Batch Job Submitter"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

TEST(RoleDefinitionsTest, AreFoundByGuidAndByArmId) {
  const RoleDefinition* owner = FindRole(kOwnerRoleId);
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(owner->name, "Owner");
  EXPECT_EQ(FindRole(absl::AsciiStrToUpper(kOwnerRoleId)), owner);
  EXPECT_EQ(FindRole(owner->ArmId()), owner);
  EXPECT_EQ(FindRole(absl::StrCat("/subscriptions/s", owner->ArmId())), owner);
  EXPECT_EQ(FindRole(""), nullptr);
  EXPECT_EQ(FindRole("Owner"), nullptr);
  EXPECT_EQ(FindRole("99999999-0000-4000-8000-000000000000"), nullptr);
}

}  // namespace
}  // namespace lazuli::emulator

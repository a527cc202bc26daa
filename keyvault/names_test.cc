#include "keyvault/names.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

TEST(NamesTest, VaultNamesFollowTheRules) {
  for (const char* name : {"abc", "A1b", "my-vault-1", "a-b", "abcdefghijklmnopqrstuvwx"}) {
    EXPECT_TRUE(IsValidVaultName(name)) << name;
  }
  for (const char* name : {"", "ab", "abcdefghijklmnopqrstuvwxy", "1abc", "-abc", "abc-", "a--b",
                           "a_bc", "a.bc", "a bc", "v\xc3\xa4ult"}) {
    EXPECT_FALSE(IsValidVaultName(name)) << name;
  }
}

TEST(NamesTest, KeyNamesFollowTheRules) {
  for (const std::string& name :
       {std::string("a"), std::string("-"), std::string("1--A"), std::string(127, 'x')}) {
    EXPECT_TRUE(IsValidKeyName(name)) << name;
  }
  for (const std::string& name : {std::string(), std::string("a_b"), std::string("a/b"),
                                  std::string("a b"), std::string(128, 'x')}) {
    EXPECT_FALSE(IsValidKeyName(name)) << name;
  }
}

TEST(NamesTest, OrderIsThatOfUpperCase) {
  const std::set<std::string, IgnoreCaseLess> names = {"b", "a-1", "B2", "a", "A0", "_"};
  // In lower case '_' would come first.
  EXPECT_THAT(names, ElementsAre("a", "a-1", "A0", "b", "B2", "_"));
  EXPECT_TRUE(names.count("A") == 1 && names.count("b2") == 1 && names.count("c") == 0);
}

TEST(NamesTest, IdentifiersHaveTheServicesForm) {
  const VaultAddress address = {"sub", "My-Group", "My-Vault"};
  EXPECT_EQ(VaultArmId(address),
            "/subscriptions/sub/resourceGroups/My-Group/providers/Microsoft.KeyVault/vaults/"
            "My-Vault");
  EXPECT_EQ(DeletedVaultArmId("sub", "westus2", "My-Vault"),
            "/subscriptions/sub/providers/Microsoft.KeyVault/locations/westus2/deletedVaults/"
            "My-Vault");
  EXPECT_EQ(VaultUri("My-Vault"), "https://my-vault.vault.azure.net/");
  EXPECT_EQ(KeyId("My-Vault", "Key"), "https://my-vault.vault.azure.net/keys/Key");
  EXPECT_EQ(KeyVersionId("My-Vault", "Key", "v"), "https://my-vault.vault.azure.net/keys/Key/v");
  EXPECT_EQ(ObjectRecoveryId(ObjectKind::kKey, "My-Vault", "Key"),
            "https://my-vault.vault.azure.net/deletedkeys/Key");
}

TEST(NamesTest, ManagedHsmsHaveADomainOfTheirOwn) {
  const VaultAddress address = ManagedHsmAddress("sub", "My-Group", "My-Hsm", "ns");
  EXPECT_EQ(address.name, "My-Hsm.managedhsm");
  EXPECT_EQ(address.name_space, "ns");
  EXPECT_EQ(VaultKindOf(address.name), VaultKind::kManagedHsm);
  EXPECT_EQ(VaultKindOf("MY-HSM.MANAGEDHSM"), VaultKind::kManagedHsm);
  EXPECT_EQ(VaultKindOf("managedhsm"), VaultKind::kVault);
  EXPECT_EQ(ResourceName(address.name), "My-Hsm");
  EXPECT_EQ(ResourceName("My-Vault"), "My-Vault");
  EXPECT_EQ(VaultArmId(address),
            "/subscriptions/sub/resourceGroups/My-Group/providers/Microsoft.KeyVault/managedHSMs/"
            "My-Hsm");
  EXPECT_EQ(DeletedVaultArmId("sub", "westus2", address.name),
            "/subscriptions/sub/providers/Microsoft.KeyVault/locations/westus2/deletedManagedHSMs/"
            "My-Hsm");
  EXPECT_EQ(KeyId(address.name, "Key"), "https://my-hsm.managedhsm.azure.net/keys/Key");
}

TEST(NamesTest, LocationsAreComparedWithoutCaseAndSpaces) {
  EXPECT_EQ(NormalizeLocation("West US 2"), "westus2");
  EXPECT_EQ(NormalizeLocation("westus2"), "westus2");
  EXPECT_EQ(NormalizeLocation("  "), "");
}

}  // namespace
}  // namespace lazuli::keyvault

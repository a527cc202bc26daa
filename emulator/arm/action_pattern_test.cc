#include "emulator/arm/action_pattern.h"

#include <string>

#include "absl/strings/ascii.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

struct Case {
  const char* pattern;
  const char* action;
  bool matches;
};

constexpr Case kCases[] = {
    {"*", "", true},
    {"*", "Microsoft.KeyVault/vaults/read", true},
    {"*/read", "Microsoft.KeyVault/vaults/read", true},
    {"*/read", "Microsoft.KeyVault/vaults/keys/read", true},
    {"*/read", "Microsoft.KeyVault/vaults/write", false},
    {"*/read", "Microsoft.KeyVault/vaults/readMetadata", false},
    {"*/read", "read", false},
    {"Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/read", true},
    {"Microsoft.KeyVault/vaults/read", "microsoft.keyvault/VAULTS/Read", true},
    {"MICROSOFT.KEYVAULT/vaults/READ", "Microsoft.KeyVault/vaults/read", true},
    {"Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/keys/read", false},
    {"Microsoft.KeyVault/vaults/*", "Microsoft.KeyVault/vaults/keys/wrap/action", true},
    {"Microsoft.KeyVault/vaults/*", "Microsoft.KeyVault/vaultsX/read", false},
    {"Microsoft.KeyVault/vaults/*", "Microsoft.KeyVault/vaults", false},
    {"Microsoft.KeyVault/*", "Microsoft.KeyVaultX/vaults/read", false},
    {"Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/keys/read", true},
    {"Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/keys/versions/read", true},
    {"Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/read", true},
    {"Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaultsread", false},
    {"Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/keys/wrap/action", false},
    {"Microsoft.Authorization/*/Write", "Microsoft.Authorization/roleAssignments/write", true},
    {"Microsoft.Authorization/*/Write", "Microsoft.Authorization/roleAssignments/delete", false},
    {"a/*/b/*", "a/x/b/y", true},
    {"a/*/b/*", "a/x/c/b/", true},
    {"a/*/b/*", "a/x/c", false},
    {"a*b*c", "abc", true},
    {"a*b*c", "aXbYbZc", true},
    {"a*b*c", "aXcYb", false},
    {"", "", true},
    {"", "a", false},
};

TEST(ActionPatternTest, MatchesAsAzureDoes) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ActionPattern(c.pattern).Matches(absl::AsciiStrToLower(c.action)), c.matches)
        << c.pattern << " against " << c.action;
  }
}

TEST(ActionPatternTest, KeepsItsSpelling) {
  EXPECT_EQ(ActionPattern("Microsoft.Batch/*").text(), "Microsoft.Batch/*");
}

}  // namespace
}  // namespace lazuli::emulator

#include "batch/key_identifier.h"

#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

constexpr char kVersion[] = "0123456789abcdef0123456789ABCDEF";

TEST(KeyIdentifierTest, ReadsVersionedAndVersionless) {
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const KeyIdentifier versioned,
      KeyIdentifier::Parse(std::string("https://My-Vault.vault.azure.net/keys/My-Key/") +
                           kVersion));
  EXPECT_EQ(versioned.vault_name, "my-vault");
  EXPECT_EQ(versioned.key_name, "My-Key");
  EXPECT_EQ(versioned.key_version, kVersion);
  EXPECT_FALSE(versioned.versionless());
  for (const char* const text :
       {"https://v-1.vault.azure.net/keys/k", "https://v-1.vault.azure.net/keys/k/",
        "HTTPS://V-1.VAULT.AZURE.NET/KEYS/k"}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyIdentifier key, KeyIdentifier::Parse(text));
    EXPECT_EQ(key.vault_name, "v-1");
    EXPECT_EQ(key.key_name, "k");
    EXPECT_TRUE(key.versionless());
    EXPECT_EQ(key.text, text);
  }
}

TEST(KeyIdentifierTest, DropsThePort) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyIdentifier key,
                              KeyIdentifier::Parse("HTTPS://V-1.VAULT.AZURE.NET:8443/KEYS/k"));
  EXPECT_EQ(key.vault_name, "v-1");
  EXPECT_EQ(key.text, "HTTPS://V-1.VAULT.AZURE.NET/KEYS/k");
}

TEST(KeyIdentifierTest, RefusesEverythingElse) {
  for (const std::string text :
       {"", "key", "http://vault.vault.azure.net/keys/k", "https://vault.azure.net/keys/k",
        "https://ab.vault.azure.net/keys/k", "https://vault.vault.azure.net/secrets/k",
        "https://vault.vault.azure.net/keys", "https://vault.vault.azure.net/keys/",
        "https://vault.vault.azure.net/keys/a_b", "https://vault.vault.azure.net/keys/k/1234",
        "https://vault.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef/x",
        "https://vault.vault.azure.net:0/keys/k", "https://vault.vault.azure.net:x/keys/k",
        "https://vault.vault.azure.net:/keys/k", "https://vault.example.com/keys/k",
        "https://user@vault.vault.azure.net/keys/k", "https://vault.vault.azure.net/keys/k?x=1",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/keys/k"}) {
    EXPECT_THAT(KeyIdentifier::Parse(text), ErrorCodeIs("InvalidPropertyValue")) << text;
  }
  EXPECT_THAT(KeyIdentifier::Parse("https://vault.vault.azure.net/keys/" + std::string(128, 'k')),
              ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(KeyIdentifier::Parse(std::string(10'000, 'x')), ErrorCodeIs("InvalidPropertyValue"));
}

TEST(KeyIdentifierTest, WithVersionNamesTheSameKeyAtOneVersion) {
  for (const std::string& text :
       {std::string("https://vault.vault.azure.net/keys/k"),
        std::string("https://vault.vault.azure.net/keys/k/"),
        std::string("https://vault.vault.azure.net/keys/k/ffffffffffffffffffffffffffffffff")}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyIdentifier key, KeyIdentifier::Parse(text));
    const KeyIdentifier at = key.WithVersion(kVersion);
    EXPECT_EQ(at.text, std::string("https://vault.vault.azure.net/keys/k/") + kVersion);
    EXPECT_EQ(at.key_version, kVersion);
    EXPECT_EQ(at.key_name, "k");
  }
}

}  // namespace
}  // namespace lazuli::batch

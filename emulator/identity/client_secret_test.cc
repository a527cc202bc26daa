#include "emulator/identity/client_secret.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(ClientSecretTest, MatchesItselfOnly) {
  const ClientSecret secret("lazuli-local-secret");
  EXPECT_TRUE(secret.Matches("lazuli-local-secret"));
  for (const char* wrong : {"", "lazuli", "lazuli-local-secret ", "Lazuli-local-secret"}) {
    EXPECT_FALSE(secret.Matches(wrong)) << wrong;
  }
}

TEST(ClientSecretTest, NoneMatchesNothing) {
  EXPECT_FALSE(ClientSecret().Matches(""));
  EXPECT_FALSE(ClientSecret().Matches("x"));
}

TEST(ClientSecretTest, CopiesMatchToo) {
  const ClientSecret secret("a");
  const ClientSecret copy = secret;
  EXPECT_TRUE(copy.Matches("a"));
}

TEST(ClientSecretTest, WhatWasStoredMatchesAsBefore) {
  const ClientSecret secret("a");
  const std::optional<ClientSecret> stored = ClientSecret::FromStored(secret.salt(), secret.hash());
  ASSERT_TRUE(stored.has_value());
  EXPECT_TRUE(stored->Matches("a"));
  EXPECT_FALSE(stored->Matches("b"));
  const std::optional<ClientSecret> none = ClientSecret::FromStored("", "");
  ASSERT_TRUE(none.has_value());
  EXPECT_FALSE(none->Matches(""));
}

TEST(ClientSecretTest, WhatCannotHaveBeenStoredIsRefused) {
  const ClientSecret secret("a");
  EXPECT_FALSE(ClientSecret::FromStored("", secret.hash()).has_value());
  EXPECT_FALSE(ClientSecret::FromStored(secret.salt(), "").has_value());
  EXPECT_FALSE(ClientSecret::FromStored(secret.salt(), secret.salt()).has_value());
}

TEST(ClientSecretTest, GeneratedSecretsAreLongAndDiffer) {
  const std::string first = ClientSecret::Generate();
  EXPECT_EQ(first.size(), 40u);
  EXPECT_NE(first, ClientSecret::Generate());
}

}  // namespace
}  // namespace lazuli::emulator

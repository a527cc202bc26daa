#include "emulator/identity/token_issuer.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/status_matchers.h"
#include "emulator/identity/jwt.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/signing_key.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(AudienceOfTest, TakesTheSuffixOffAScope) {
  EXPECT_EQ(AudienceOf(""), "https://lazuli.local");
  EXPECT_EQ(AudienceOf("https://vault.azure.net"), "https://vault.azure.net");
  EXPECT_EQ(AudienceOf("https://vault.azure.net/.default"), "https://vault.azure.net");
  // As the Batch documentation asks for it, so that the slash stays.
  EXPECT_EQ(AudienceOf("https://batch.core.windows.net//.default"),
            "https://batch.core.windows.net/");
}

TEST(TokenIssuerTest, SaysWhoForWhatAndUntilWhen) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SigningKey> key, SigningKey::Generate());
  const absl::Time start = absl::FromUnixSeconds(1'700'000'000);
  const ManualClock clock(start + absl::Milliseconds(700));
  const TokenIssuer issuer(key.get(), &clock, absl::Minutes(10));
  const Principal principal{.type = PrincipalType::kServicePrincipal,
                            .tenant_id = "t",
                            .object_id = "o",
                            .app_id = "a",
                            .display_name = "n",
                            .resource_id = ""};
  LAZULI_ASSERT_OK_AND_ASSIGN(const IssuedToken issued, issuer.Issue(principal, "aud"));
  EXPECT_EQ(issued.lifetime, absl::Minutes(10));
  EXPECT_EQ(issued.issued_at, start);
  const std::optional<JwtParts> parts = SplitJwt(issued.token);
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->header, (JwtHeader{"ES256", key->kid()}));
  EXPECT_TRUE(key->Verify(parts->signing_input, parts->signature));
  const std::optional<AccessTokenClaims> claims = ParseClaims(parts->payload);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->issuer, "https://sts.windows.net/t/");
  EXPECT_EQ(claims->audience, "aud");
  EXPECT_EQ(claims->tenant_id, "t");
  EXPECT_EQ(claims->object_id, "o");
  EXPECT_EQ(claims->app_id, "a");
  EXPECT_EQ(claims->issued_at, start);
  EXPECT_EQ(claims->not_before, start);
  EXPECT_EQ(claims->expires_at, start + absl::Minutes(10));
  LAZULI_ASSERT_OK_AND_ASSIGN(const IssuedToken again, issuer.Issue(principal, "aud"));
  EXPECT_NE(again.token, issued.token);
}

TEST(TokenIssuerTest, NamesTheResourceBehindAManagedIdentityOnly) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SigningKey> key, SigningKey::Generate());
  const ManualClock clock(absl::FromUnixSeconds(1'700'000'000));
  const TokenIssuer issuer(key.get(), &clock);
  const auto resource_of = [&](PrincipalType type) {
    const Principal principal{.type = type,
                              .tenant_id = "t",
                              .object_id = "o",
                              .app_id = "a",
                              .display_name = "n",
                              .resource_id = "/subscriptions/s"};
    const absl::StatusOr<IssuedToken> issued = issuer.Issue(principal, "aud");
    return ParseClaims(SplitJwt(issued->token)->payload)->identity_resource_id;
  };
  EXPECT_EQ(resource_of(PrincipalType::kUserAssignedIdentity), "/subscriptions/s");
  EXPECT_EQ(resource_of(PrincipalType::kSystemAssignedIdentity), "/subscriptions/s");
  EXPECT_EQ(resource_of(PrincipalType::kServicePrincipal), "");
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/identity/jwt.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

AccessTokenClaims Claims() {
  return {.issuer = "https://sts.windows.net/t/",
          .audience = "https://vault.azure.net",
          .tenant_id = "t",
          .object_id = "o",
          .app_id = "a",
          .identity_resource_id = "",
          .token_id = "j",
          .issued_at = absl::FromUnixSeconds(100),
          .not_before = absl::FromUnixSeconds(101),
          .expires_at = absl::FromUnixSeconds(3700)};
}

std::string Payload(const AccessTokenClaims& claims) {
  const std::string token = EncodeJwt(EncodeSigningInput({"ES256", "k"}, claims), "sig");
  return SplitJwt(token)->payload;
}

TEST(JwtTest, TakesApartWhatItPutTogether) {
  const std::string input = EncodeSigningInput({"ES256", "k"}, Claims());
  const std::string token = EncodeJwt(input, std::string("\0\1\2", 3));
  const std::optional<JwtParts> parts = SplitJwt(token);
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->header, (JwtHeader{"ES256", "k"}));
  EXPECT_EQ(std::string(parts->signing_input), input);
  EXPECT_EQ(parts->signature, std::string("\0\1\2", 3));
  const std::optional<AccessTokenClaims> claims = ParseClaims(parts->payload);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(*claims, Claims());
}

TEST(JwtTest, EscapesWhatJsonNeedsEscaped) {
  AccessTokenClaims claims = Claims();
  claims.audience = "a\"b\\c\n\xc3\xa4";
  const std::optional<AccessTokenClaims> parsed = ParseClaims(Payload(claims));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->audience, claims.audience);
}

TEST(JwtTest, WritesTheVersionAndTheSubject) {
  const std::string payload = Payload(Claims());
  EXPECT_NE(payload.find(R"("ver":"1.0")"), std::string::npos) << payload;
  EXPECT_NE(payload.find(R"("sub":"o")"), std::string::npos) << payload;
  EXPECT_NE(payload.find(R"("exp":3700)"), std::string::npos) << payload;
  EXPECT_NE(payload.find(R"("idtyp":"app")"), std::string::npos) << payload;
  EXPECT_NE(payload.find(R"("uti":"j")"), std::string::npos) << payload;
  EXPECT_EQ(payload.find("xms_mirid"), std::string::npos) << payload;
}

TEST(JwtTest, RefusesWhatIsNoToken) {
  const std::string head = Base64UrlEncode(R"({"alg":"ES256","kid":"k"})");
  ASSERT_TRUE(SplitJwt(absl::StrCat(head, ".e30.AA")).has_value());
  for (const std::string& bad : {
           std::string(),
           std::string("."),
           std::string(".."),
           std::string("a.b.c"),
           head,
           absl::StrCat(head, ".e30"),
           absl::StrCat(head, ".e30.AA.AA"),
           absl::StrCat(head, ".e30.A!"),
           absl::StrCat(head, ".e30.AA=="),
           absl::StrCat(head, ".e3 0.AA"),
           absl::StrCat(Base64UrlEncode("[]"), ".e30.AA"),
           absl::StrCat(Base64UrlEncode("{"), ".e30.AA"),
           absl::StrCat(Base64UrlEncode(R"({"alg":"ES256"})"), ".e30.AA"),
           absl::StrCat(Base64UrlEncode(R"({"kid":"k"})"), ".e30.AA"),
           absl::StrCat(Base64UrlEncode(R"({"alg":1,"kid":"k"})"), ".e30.AA"),
           absl::StrCat(Base64UrlEncode(R"({"alg":"ES256","kid":"k","crit":["x"]})"), ".e30.AA"),
           absl::StrCat(Base64UrlEncode(R"({"alg":"ES256","kid":"k"} x)"), ".e30.AA"),
       }) {
    EXPECT_FALSE(SplitJwt(bad).has_value()) << bad;
  }
}

TEST(JwtTest, RefusesPayloadsWithoutAClaimOrWithOneOfAnotherType) {
  const std::string good = Payload(Claims());
  ASSERT_TRUE(ParseClaims(good).has_value());
  for (const char* name :
       {"iss", "aud", "tid", "oid", "appid", "jti", "ver", "iat", "nbf", "exp"}) {
    const std::string member = absl::StrCat("\"", name, "\":");
    const std::string gone =
        absl::StrReplaceAll(good, {{member, absl::StrCat("\"x", name, "\":")}});
    ASSERT_NE(gone, good) << name;
    EXPECT_FALSE(ParseClaims(gone).has_value()) << name;
    const std::string wrong =
        absl::StrReplaceAll(good, {{member, absl::StrCat(member, "null,\"x", name, "\":")}});
    EXPECT_FALSE(ParseClaims(wrong).has_value()) << name;
  }
  for (const auto& [from, to] :
       std::initializer_list<std::pair<const char*, const char*>>{{"\"1.0\"", "\"2.0\""},
                                                                  {"3700", "3700.5"},
                                                                  {"3700", "-1"},
                                                                  {"3700", "\"3700\""},
                                                                  {"3700", "99999999999999"}}) {
    EXPECT_FALSE(ParseClaims(absl::StrReplaceAll(good, {{from, to}})).has_value()) << to;
  }
  EXPECT_FALSE(ParseClaims("").has_value());
  EXPECT_FALSE(ParseClaims("[]").has_value());
  EXPECT_FALSE(ParseClaims(std::string(1000, '[')).has_value());
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/attestation/attestation_authority.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/release/limits.h"
#include "keyvault/release/release_policy.h"
#include "keyvault/release/release_rules.h"

namespace lazuli::emulator {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

AttestationInput Input(const std::string& claims) {
  AttestationInput input;
  input.claims = claims;
  input.n = std::string(256, '\xc1');
  input.e = std::string("\1\0\1", 3);
  return input;
}

TEST(AttestationAuthorityTest, VerifiesWhatItIssued) {
  const AttestationAuthority authority;
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string token,
                              authority.Issue(Input(R"({"a":{"b":true}})"), kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(const keyvault::Attestation attestation,
                              authority.Verify(token, kNow));
  EXPECT_EQ(attestation.authority, "https://attest.lazuli.local");
  LAZULI_ASSERT_OK_AND_ASSIGN(const keyvault::EnvironmentKey key,
                              keyvault::EnvironmentKeyOf(attestation));
  EXPECT_EQ(key.kid, "TpmEphemeralEncryptionKey");
  EXPECT_EQ(key.n, std::string(256, '\xc1'));
  keyvault::ReleasePolicy policy;
  policy.data =
      R"({"version":"1.0.0","anyOf":[{"authority":"https://attest.lazuli.local","allOf":[{"claim":"a.b","equals":"true"}]}]})";
  LAZULI_EXPECT_OK(keyvault::CheckRelease(policy, attestation));
}

TEST(AttestationAuthorityTest, NoClaimTakesThePlaceOfTheEnvironmentsKey) {
  const AttestationAuthority authority;
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const std::string token,
      authority.Issue(
          Input(
              R"({"x-ms-runtime":{"keys":[{"kid":"TpmEphemeralEncryptionKey","kty":"RSA","n":"AQ"}]}})"),
          kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(const keyvault::Attestation attestation,
                              authority.Verify(token, kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(const keyvault::EnvironmentKey key,
                              keyvault::EnvironmentKeyOf(attestation));
  EXPECT_EQ(key.n, std::string(256, '\xc1'));
  EXPECT_THAT(authority.Issue(Input(R"({"x-ms-runtime.keys":[]})"), kNow).status(),
              ErrorCodeIs("InvalidInput"));
}

TEST(AttestationAuthorityTest, SpeaksInTheNameOfAnyAuthority) {
  const AttestationAuthority authority;
  AttestationInput input = Input("");
  input.authority = "https://sharedeus.eus.attest.azure.net";
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string token, authority.Issue(input, kNow));
  LAZULI_ASSERT_OK_AND_ASSIGN(const keyvault::Attestation attestation,
                              authority.Verify(token, kNow));
  EXPECT_EQ(attestation.authority, input.authority);
}

TEST(AttestationAuthorityTest, AnAttestationHasItsTime) {
  const AttestationAuthority authority;
  AttestationInput input = Input("");
  input.lifetime = absl::Minutes(1);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string token, authority.Issue(input, kNow));
  LAZULI_EXPECT_OK(authority.Verify(token, kNow + absl::Seconds(59)).status());
  EXPECT_THAT(authority.Verify(token, kNow + absl::Seconds(60)).status(), ErrorCodeIs("Forbidden"));
  EXPECT_THAT(authority.Verify(token, kNow - absl::Seconds(1)).status(), ErrorCodeIs("Forbidden"));
}

TEST(AttestationAuthorityTest, NothingElseIsBelieved) {
  const AttestationAuthority authority;
  const AttestationAuthority other;
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string token, authority.Issue(Input("{}"), kNow));
  EXPECT_THAT(other.Verify(token, kNow).status(), ErrorCodeIs("Forbidden"));
  const size_t dot = token.find('.');
  // {"alg":"none","kid":"a"}
  const std::string unsigned_token = absl::StrCat("eyJhbGciOiJub25lIiwia2lkIjoiYSJ9",
                                                  token.substr(dot, token.rfind('.') + 1 - dot));
  EXPECT_THAT(authority.Verify(unsigned_token, kNow).status(), ErrorCodeIs("Forbidden"));
  std::string altered = token;
  altered[dot + 5] = altered[dot + 5] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(authority.Verify(altered, kNow).ok());
  for (const absl::string_view text : {"", ".", "..", "a.b.c", "text"}) {
    EXPECT_THAT(authority.Verify(text, kNow).status(), ErrorCodeIs("BadParameter")) << text;
  }
}

TEST(AttestationAuthorityTest, WhatIsIssuedCanBePresented) {
  const AttestationAuthority authority;
  // Four characters of the token stand for three of the claims, and the rest of it needs room too.
  size_t longest = 0;
  for (size_t size = 40'000; size < limits::release::kMaxAttestationBytes; size += 500) {
    const absl::StatusOr<std::string> token =
        authority.Issue(Input(absl::StrCat(R"({"a":")", std::string(size, 'x'), R"("})")), kNow);
    if (!token.ok()) continue;
    longest = token->size();
    EXPECT_LE(token->size(), limits::kMaxStringBytes);
    LAZULI_EXPECT_OK(authority.Verify(*token, kNow).status());
  }
  EXPECT_GT(longest, limits::kMaxStringBytes - 1000);
  EXPECT_LE(longest, limits::kMaxStringBytes);
  EXPECT_THAT(authority.Verify(std::string(limits::kMaxStringBytes + 1, 'a'), kNow).status(),
              ErrorCodeIs("BadParameter"));
}

TEST(AttestationAuthorityTest, AKeyThatNothingCanBeReleasedToIsRefused) {
  const AttestationAuthority authority;
  AttestationInput input = Input("{}");
  input.n = std::string(40'000, '\xc1');
  EXPECT_FALSE(authority.Issue(input, kNow).ok());
  input.n = std::string(128, '\xc1');
  EXPECT_FALSE(authority.Issue(input, kNow).ok());
  input = Input("{}");
  input.e = std::string(40'000, '\1');
  EXPECT_FALSE(authority.Issue(input, kNow).ok());
}

TEST(AttestationAuthorityTest, WhatCannotBeClaimedIsRefused) {
  const AttestationAuthority authority;
  for (const char* claims :
       {"[]", "7", "{", R"({"x-ms-runtime":7})", R"({"x-ms-runtime":{"keys":{}}})"}) {
    EXPECT_FALSE(authority.Issue(Input(claims), kNow).ok()) << claims;
  }
  AttestationInput input = Input("");
  input.authority = "http://attest.example";
  EXPECT_FALSE(authority.Issue(input, kNow).ok());
}

}  // namespace
}  // namespace lazuli::emulator

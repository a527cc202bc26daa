#include "keyvault/release/release_rules.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

constexpr char kAuthority[] = "https://attest.example";

TEST(ReleaseRulesTest, APolicyIsWrittenAnew) {
  const std::pair<const char*, const char*> cases[] = {
      {R"( {"anyOf": [ {"allOf": [ {"equals": "b", "claim": "a"} ], "authority": "https://x/"} ],
            "version": "1.0.0"} )",
       R"({"version":"1.0.0","anyOf":[{"authority":"https://x/","allOf":[{"claim":"a","equals":"b"}]}]})"},
      {R"({"version":"1.0.0","anyOf":[{"anyOf":[{"claim":"a","equals":true},
            {"allOf":[{"claim":"b","equals":1},{"anyOf":[{"equals":"d","claim":"c"}]}]}],
            "authority":"https://x"}]})",
       R"({"version":"1.0.0","anyOf":[{"authority":"https://x","anyOf":[{"claim":"a","equals":true},{"allOf":[{"claim":"b","equals":1},{"anyOf":[{"claim":"c","equals":"d"}]}]}]}]})"},
  };
  for (const auto& [written, normal] : cases) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string result, NormalizeReleasePolicy(written));
    EXPECT_EQ(result, normal);
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string again, NormalizeReleasePolicy(result));
    EXPECT_EQ(again, normal);
  }
}

TEST(ReleaseRulesTest, WhatIsNoPolicyIsABadParameter) {
  const std::string condition = R"({"claim":"a","equals":"b"})";
  const std::string deep = absl::StrCat(
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[)",
      R"({"allOf":[{"allOf":[{"allOf":[{"allOf":[{"allOf":[{"allOf":[{"allOf":[{"allOf":[)",
      condition, "]}]}]}]}]}]}]}]}]}]}");
  const std::vector<std::string> cases = {
      "",
      "[]",
      "{}",
      "{\"version\":\"1.0.0\"",
      R"({"version":"1.0.0"})",
      R"({"version":"1.0.0","anyOf":[]})",
      R"({"version":"1.0.0","anyOf":{}})",
      R"({"version":"1.0.0","anyOf":[1]})",
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x"}]})",
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[]}]})",
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[7]}]})",
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[{"claim":"a"}]}]})",
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[{"claim":"","equals":"b"}]}]})",
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[{"claim":"a","equals":{}}]}]})",
      R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[{"claim":"a","exists":"b"}]}]})",
      absl::StrCat(R"({"version":"2.0.0","anyOf":[{"authority":"https://x","allOf":[)", condition,
                   "]}]}"),
      absl::StrCat(R"({"version":"1.0.0","anyOf":[{"allOf":[)", condition, "]}]}"),
      absl::StrCat(R"({"version":"1.0.0","anyOf":[{"authority":"http://x","allOf":[)", condition,
                   "]}]}"),
      absl::StrCat(R"({"version":"1.0.0","anyOf":[{"authority":"https://x","allOf":[)", condition,
                   R"(],"anyOf":[)", condition, "]}]}"),
      absl::StrCat(R"({"version":"1.0.0","more":1,"anyOf":[{"authority":"https://x","allOf":[)",
                   condition, "]}]}"),
      deep,
      std::string(40'000, ' '),
  };
  for (const std::string& text : cases) {
    EXPECT_THAT(NormalizeReleasePolicy(text).status(), ErrorCodeIs("BadParameter"))
        << text.substr(0, 200);
  }
}

ReleasePolicy PolicyOf(const std::string& conditions) {
  ReleasePolicy policy;
  policy.data = *NormalizeReleasePolicy(absl::StrCat(
      R"({"version":"1.0.0","anyOf":[{"authority":")", kAuthority, "\",", conditions, "}]}"));
  return policy;
}

TEST(ReleaseRulesTest, ConditionsDecide) {
  const std::string claims =
      R"({"a":"1","b":true,"n":7,"o":{"p":{"q":"deep"},"p.q.r":"dots"},"x.y":"whole"})";
  const std::pair<const char*, bool> cases[] = {
      {R"("allOf":[{"claim":"a","equals":"1"}])", true},
      {R"("allOf":[{"claim":"a","equals":1}])", true},
      {R"("allOf":[{"claim":"a","equals":"2"}])", false},
      {R"("allOf":[{"claim":"b","equals":true}])", true},
      {R"("allOf":[{"claim":"b","equals":"true"}])", true},
      {R"("allOf":[{"claim":"b","equals":false}])", false},
      {R"("allOf":[{"claim":"n","equals":"7"}])", true},
      {R"("allOf":[{"claim":"o.p.q","equals":"deep"}])", true},
      {R"("allOf":[{"claim":"o.p.q.r","equals":"dots"}])", true},
      {R"("allOf":[{"claim":"x.y","equals":"whole"}])", true},
      {R"("allOf":[{"claim":"o","equals":"deep"}])", false},
      {R"("allOf":[{"claim":"missing","equals":"1"}])", false},
      {R"("allOf":[{"claim":"a","equals":"1"},{"claim":"a","equals":"2"}])", false},
      {R"("anyOf":[{"claim":"a","equals":"2"},{"claim":"a","equals":"1"}])", true},
      {R"("anyOf":[{"claim":"a","equals":"2"},{"claim":"a","equals":"3"}])", false},
      {R"("allOf":[{"claim":"a","equals":"1"},{"anyOf":[{"claim":"n","equals":"8"},{"claim":"b","equals":"true"}]}])",
       true},
      {R"("anyOf":[{"allOf":[{"claim":"a","equals":"1"},{"claim":"n","equals":"8"}]}])", false},
  };
  for (const auto& [conditions, holds] : cases) {
    const absl::Status status = CheckRelease(PolicyOf(conditions), {kAuthority, claims});
    EXPECT_EQ(status.ok(), holds) << conditions << status;
    if (!holds) {
      EXPECT_THAT(status, ErrorCodeIs("Forbidden"));
    }
  }
}

TEST(ReleaseRulesTest, TheAuthorityDecides) {
  const ReleasePolicy policy = PolicyOf(R"("allOf":[{"claim":"a","equals":"1"}])");
  const std::string claims = R"({"a":"1"})";
  LAZULI_EXPECT_OK(CheckRelease(policy, {"https://Attest.example/", claims}));
  const absl::Status other = CheckRelease(policy, {"https://other.example", claims});
  EXPECT_THAT(other, ErrorCodeIs("Forbidden"));
  EXPECT_TRUE(absl::StrContains(other.message(), "https://other.example")) << other;
}

TEST(ReleaseRulesTest, TheRefusalNamesTheClaimAndNotItsValue) {
  const absl::Status status = CheckRelease(PolicyOf(R"("allOf":[{"claim":"debug","equals":"no"}])"),
                                           {kAuthority, R"({"debug":"SEEN"})"});
  EXPECT_TRUE(absl::StrContains(status.message(), "'debug'")) << status;
  EXPECT_FALSE(absl::StrContains(status.message(), "SEEN")) << status;
}

Attestation Runtime(const std::string& keys) {
  return {kAuthority, absl::StrCat(R"({"x-ms-runtime":{"keys":[)", keys, "]}}")};
}

TEST(ReleaseRulesTest, FindsTheKeyOfTheEnvironment) {
  const std::string plain = R"({"kid":"plain","kty":"RSA","n":"AQ","e":"AQAB"})";
  const std::string enc = R"({"kid":"enc","kty":"RSA","key_use":"enc","n":"Ag","e":"AQAB"})";
  const std::string tpm = R"({"kid":"TpmEphemeralEncryptionKey","kty":"RSA","n":"Aw","e":"AQAB"})";
  const std::string ec = R"({"kid":"ec","kty":"EC","key_use":"enc"})";
  const std::pair<std::string, std::string> cases[] = {
      {plain, "plain"},
      {absl::StrCat(plain, ",", enc), "enc"},
      {absl::StrCat(tpm, ",", enc), "TpmEphemeralEncryptionKey"},
      {absl::StrCat(ec, ",", enc, ",", tpm), "TpmEphemeralEncryptionKey"},
  };
  for (const auto& [keys, kid] : cases) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const EnvironmentKey key, EnvironmentKeyOf(Runtime(keys)));
    EXPECT_EQ(key.kid, kid);
    EXPECT_EQ(key.e, std::string("\1\0\1", 3));
  }
  for (const std::string& keys : {std::string(), ec, absl::StrCat(plain, ",", plain),
                                  std::string(R"({"kty":"RSA","n":"A=","e":"AQAB"})"),
                                  std::string(R"({"kty":"RSA"})"), std::string("7")}) {
    EXPECT_THAT(EnvironmentKeyOf(Runtime(keys)).status(), ErrorCodeIs("BadParameter")) << keys;
  }
  EXPECT_THAT(EnvironmentKeyOf({kAuthority, "{}"}).status(), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(EnvironmentKeyOf({kAuthority, "no json"}).status(), ErrorCodeIs("BadParameter"));
}

}  // namespace
}  // namespace lazuli::keyvault

#include "emulator/https/entra/client_assertion.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/identity/test_keys.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kClient = "c0000000-0000-4000-8000-000000000001";
constexpr absl::string_view kTenant = "11111111-1111-1111-1111-111111111111";
constexpr absl::string_view kEndpoint =
    "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";
// SHA-1 of the certificate, as MSAL writes it.
constexpr absl::string_view kX5t = R"("x5t":"vWZd5IoV5TcVXbZJoymVMS5zrds")";
constexpr int64_t kNow = 1'700'000'000;

std::string Assemble(absl::string_view header, absl::string_view claims,
                     absl::string_view key = kTestRsaKey, absl::string_view algorithm = "RS256") {
  const std::string input = absl::StrCat(Base64UrlEncode(header), ".", Base64UrlEncode(claims));
  return absl::StrCat(input, ".", Base64UrlEncode(SignForTest(key, algorithm, input)));
}

std::string Claims(absl::string_view audience = kEndpoint, absl::string_view issuer = kClient,
                   absl::string_view subject = kClient, int64_t not_before = kNow,
                   int64_t expires_at = kNow + 600) {
  return absl::StrCat(R"({"aud":")", audience, R"(","iss":")", issuer, R"(","sub":")", subject,
                      R"(","jti":"1","nbf":)", not_before, R"(,"exp":)", expires_at, "}");
}

std::string Header(absl::string_view algorithm = "RS256", absl::string_view key = kX5t) {
  return absl::StrCat(R"({"typ":"JWT","alg":")", algorithm, R"(",)", key, "}");
}

std::string Number(const absl::Status& status) {
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  return info ? info->inner_code : status.ToString();
}

class ClientAssertionTest : public testing::Test {
 protected:
  absl::Status Check(const std::string& text, absl::string_view authority = "localhost:8443",
                     int64_t now = kNow) {
    const absl::StatusOr<ClientAssertion> assertion = ParseClientAssertion(text);
    if (!assertion.ok()) return assertion.status();
    return CheckClientAssertion(
        *assertion, kClient, keys_,
        {.authority = std::string(authority),
         .tenant = {.segment = "common", .tenant_id = std::string(kTenant)}},
        absl::FromUnixSeconds(now));
  }

  const std::vector<KeyCredential::Ptr> keys_ = {
      *KeyCredential::Parse(kTestEcCertificate), *KeyCredential::Parse(kTestRsaCertificate),
      *KeyCredential::Parse(kTestExpiredCertificate), *KeyCredential::Parse(kTestEcPublicKey)};
};

TEST_F(ClientAssertionTest, TakesEveryAlgorithmAndEveryNameOfAKey) {
  LAZULI_EXPECT_OK(Check(Assemble(Header(), Claims())));
  LAZULI_EXPECT_OK(
      Check(Assemble(Header("PS256", R"("x5t#S256":"EwQOMcqZieuUfPNCc2CN3kApq3pIVNRIag3jCE7UZSk")"),
                     Claims(), kTestRsaKey, "PS256")));
  LAZULI_EXPECT_OK(Check(
      Assemble(Header("RS256", R"("kid":"BD665DE48A15E537155DB649A32995312E73ADDB")"), Claims())));
  LAZULI_EXPECT_OK(
      Check(Assemble(Header("ES256", absl::StrCat(R"("kid":")", keys_[0]->thumbprint(), R"(")")),
                     Claims(), kTestEcKey, "ES256")));
  LAZULI_EXPECT_OK(
      Check(Assemble(Header("ES256", absl::StrCat(R"("kid":")", keys_[3]->thumbprint(), R"(")")),
                     Claims(), kTestEcKey, "ES256")));
}

TEST_F(ClientAssertionTest, TakesItForEveryEndpointOfTheTenant) {
  for (const std::string& audience :
       {std::string(kEndpoint),
        absl::StrCat("https://login.microsoftonline.com/", kTenant, "/oauth2/token"),
        absl::StrCat("https://login.microsoftonline.com/", kTenant, "/v2.0"),
        absl::StrCat("https://login.windows.net/", kTenant, "/oauth2/token"),
        absl::StrCat("https://sts.windows.net/", kTenant, "/"),
        absl::StrCat("https://localhost:8443/", kTenant, "/oauth2/v2.0/token"),
        absl::StrCat("https://LOCALHOST:8443/", kTenant, "/oauth2/v2.0/token/"),
        std::string("https://localhost:8443/common/oauth2/v2.0/token")}) {
    EXPECT_EQ(Number(Check(Assemble(Header(), Claims(audience)))), "OK") << audience;
  }
  for (const std::string& audience : {
           std::string(),
           std::string("x"),
           std::string("https://login.microsoftonline.com"),
           std::string("https://login.microsoftonline.com/"),
           absl::StrCat("http://login.microsoftonline.com/", kTenant, "/oauth2/token"),
           absl::StrCat("https://evil.example/", kTenant, "/oauth2/token"),
           absl::StrCat("https://localhost:1/", kTenant, "/oauth2/token"),
           absl::StrCat("https://localhost:8443/", kTenant, "/oauth2/v3.0/token"),
           absl::StrCat("https://localhost:8443/", kTenant, "/x"),
           std::string("https://localhost:8443/99999999-9999-4999-8999-999999999999/oauth2/token"),
       }) {
    EXPECT_EQ(Number(Check(Assemble(Header(), Claims(audience)))), "AADSTS700023") << audience;
  }
}

TEST_F(ClientAssertionTest, IsForItsTimeOnly) {
  const std::string text = Assemble(Header(), Claims());
  LAZULI_EXPECT_OK(Check(text, "localhost:8443", kNow - 5));
  EXPECT_EQ(Number(Check(text, "localhost:8443", kNow - 6)), "AADSTS700024");
  LAZULI_EXPECT_OK(Check(text, "localhost:8443", kNow + 599));
  EXPECT_EQ(Number(Check(text, "localhost:8443", kNow + 600)), "AADSTS700024");
  // No beginning, a fraction, an array for the audience.
  LAZULI_EXPECT_OK(Check(
      Assemble(Header(), absl::StrCat(R"({"aud":[")", kEndpoint, R"("],"iss":")", kClient,
                                      R"(","sub":")", kClient, R"(","exp":)", kNow + 1, ".5}"))));
}

TEST_F(ClientAssertionTest, IsOfTheClientItself) {
  EXPECT_EQ(Number(Check(Assemble(Header(), Claims(kEndpoint, "other")))), "AADSTS700021");
  EXPECT_EQ(Number(Check(Assemble(Header(), Claims(kEndpoint, kClient, "other")))), "AADSTS700021");
}

TEST_F(ClientAssertionTest, IsSignedWithAKeyOfTheClient) {
  // A key that is not registered, a key that is and did not sign, and a certificate that has ended.
  EXPECT_EQ(Number(Check(Assemble(Header("RS256", R"("x5t":"unknown")"), Claims()))),
            "AADSTS700027");
  EXPECT_EQ(Number(Check(Assemble(Header("ES256"), Claims(), kTestEcKey, "ES256"))),
            "AADSTS700027");
  EXPECT_EQ(
      Number(Check(Assemble(
          Header("RS256", absl::StrCat(R"("kid":")", keys_[2]->thumbprint(), R"(")")), Claims()))),
      "AADSTS700027");
  std::string tampered = Assemble(Header(), Claims());
  const std::string other = Base64UrlEncode(Claims(kEndpoint, kClient, kClient, kNow, kNow + 6000));
  tampered = absl::StrCat(tampered.substr(0, tampered.find('.') + 1), other,
                          tampered.substr(tampered.rfind('.')));
  EXPECT_EQ(Number(Check(tampered)), "AADSTS700027");
}

TEST_F(ClientAssertionTest, RefusesWhatIsNoAssertion) {
  struct {
    std::string text;
    const char* number;
  } const cases[] = {
      {"", "AADSTS50027"},
      {"a.b", "AADSTS50027"},
      {"a.b.c.d", "AADSTS50027"},
      {"!.e30.AA", "AADSTS50027"},
      {absl::StrCat(Base64UrlEncode("[]"), ".e30.AA"), "AADSTS50027"},
      {absl::StrCat(Base64UrlEncode(Header()), ".", Base64UrlEncode("x"), ".AA"), "AADSTS50027"},
      {Assemble(R"({"alg":"RS256","x5t":"x","crit":["exp"]})", Claims()), "AADSTS50027"},
      {Assemble(Header("none"), Claims()), "AADSTS5002738"},
      {Assemble(Header("HS256"), Claims()), "AADSTS5002738"},
      {Assemble(R"({"typ":"JWT"})", Claims()), "AADSTS5002738"},
      {Assemble(R"({"alg":"RS256"})", Claims()), "AADSTS5002723"},
      {Assemble(Header(), "{}"), "AADSTS50027"},
      {Assemble(Header(), R"({"exp":"soon"})"), "AADSTS50027"},
      {Assemble(Header(), R"({"exp":-1})"), "AADSTS50027"},
      {Assemble(Header(), R"({"exp":1e300})"), "AADSTS50027"},
      {Assemble(Header(), R"({"exp":1,"nbf":"x"})"), "AADSTS50027"},
      {std::string(40'000, 'x'), "AADSTS50027"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Number(Check(c.text)), c.number) << c.text.substr(0, 200);
  }
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/https/entra/login_handler.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/status_matchers.h"
#include "emulator/https/entra/entra_test_scene.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/test_keys.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::string_view kLogin = "login.microsoftonline.com";
constexpr absl::string_view kTenant = kDefaultTenantId;

class LoginHandlerTest : public testing::Test {
 protected:
  EntraTestAnswer Get(absl::string_view target, absl::string_view authority = kLogin) {
    return Send(&handler_, MakeRequest("GET", authority, target));
  }

  EntraTestAnswer Post(absl::string_view target, absl::string_view form,
                       absl::string_view authority = kLogin) {
    HttpRequest request = MakeRequest("POST", authority, target, form);
    request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
    return Send(&handler_, std::move(request));
  }

  std::string TokenPath() const { return absl::StrCat("/", kTenant, "/oauth2/v2.0/token"); }

  std::string Form(absl::string_view scope, absl::string_view secret = "app1-secret") const {
    return absl::StrCat("client_id=", scene_.app->app_id, "&client_secret=", secret,
                        "&grant_type=client_credentials&scope=", PercentEncode(scope));
  }

  EntraTestScene scene_;
  LoginHandler handler_{&scene_.directory, scene_.key.get(), &scene_.issuer, &scene_.clock,
                        IdDeriver(1)};
};

TEST_F(LoginHandlerTest, OpenIdConfigurationFollowsTheAuthority) {
  for (const absl::string_view authority : {"login.microsoftonline.com", "localhost:8443"}) {
    const EntraTestAnswer answer =
        Get(absl::StrCat("/", kTenant, "/v2.0/.well-known/openid-configuration"), authority);
    const std::string root = absl::StrCat("https://", authority, "/", kTenant);
    ASSERT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.Get("issuer"), absl::StrCat(root, "/v2.0"));
    EXPECT_EQ(answer.Get("token_endpoint"), absl::StrCat(root, "/oauth2/v2.0/token"));
    EXPECT_EQ(answer.Get("authorization_endpoint"), absl::StrCat(root, "/oauth2/v2.0/authorize"));
    EXPECT_EQ(answer.Get("jwks_uri"), absl::StrCat(root, "/discovery/v2.0/keys"));
  }
}

TEST_F(LoginHandlerTest, OpenIdConfigurationHasTheFormsOfV1AndOfAdfs) {
  const EntraTestAnswer v1 = Get(absl::StrCat("/", kTenant, "/.well-known/openid-configuration"));
  EXPECT_EQ(v1.Get("issuer"), absl::StrCat("https://sts.windows.net/", kTenant, "/"));
  EXPECT_EQ(v1.Get("token_endpoint"),
            absl::StrCat("https://", kLogin, "/", kTenant, "/oauth2/token"));
  const EntraTestAnswer adfs = Get("/adfs/.well-known/openid-configuration", "localhost:8443");
  EXPECT_EQ(adfs.Get("issuer"), "https://localhost:8443/adfs");
  EXPECT_EQ(adfs.Get("token_endpoint"), "https://localhost:8443/adfs/oauth2/token/");
  EXPECT_EQ(adfs.Get("authorization_endpoint"), "https://localhost:8443/adfs/oauth2/authorize/");
  const EntraTestAnswer common = Get("/common/v2.0/.well-known/openid-configuration");
  EXPECT_EQ(common.Get("issuer"), absl::StrCat("https://", kLogin, "/{tenantid}/v2.0"));
  EXPECT_EQ(common.Get("token_endpoint"),
            absl::StrCat("https://", kLogin, "/common/oauth2/v2.0/token"));
}

TEST_F(LoginHandlerTest, EveryKeySetIsThatOfTheSigningKey) {
  for (const absl::string_view path :
       {"/common/discovery/v2.0/keys", "/common/discovery/keys", "/adfs/discovery/keys"}) {
    EXPECT_EQ(Get(path).response.body, scene_.key->JwkSetJson()) << path;
  }
}

TEST_F(LoginHandlerTest, InstanceDiscoveryNamesTheMetadataAndTheAliases) {
  struct {
    const char* authority;
    const char* endpoint;
    const char* discovery;
  } const cases[] = {
      // az in its own cloud.
      {"login.microsoftonline.com", "https://login.microsoftonline.com/T/oauth2/authorize",
       "https://login.microsoftonline.com/T/v2.0/.well-known/openid-configuration"},
      {"localhost:8443", "https://localhost:8443/T/oauth2/v2.0/authorize",
       "https://localhost:8443/T/v2.0/.well-known/openid-configuration"},
      // A custom cloud with its port dropped, asked for through the proxy.
      {"login.microsoftonline.com", "https://localhost/T/oauth2/v2.0/authorize",
       "https://login.microsoftonline.com/T/v2.0/.well-known/openid-configuration"},
      {"localhost:8443", "https://localhost:8443/adfs/oauth2/authorize",
       "https://localhost:8443/adfs/.well-known/openid-configuration"},
      {"login.microsoftonline.com", "https://login.windows.net",
       "https://login.windows.net/common/v2.0/.well-known/openid-configuration"},
  };
  for (const auto& c : cases) {
    for (const char* version : {"1.0", "1.1"}) {
      const EntraTestAnswer answer =
          Get(absl::StrCat("/common/discovery/instance?api-version=", version,
                           "&authorization_endpoint=", PercentEncode(c.endpoint)),
              c.authority);
      ASSERT_EQ(answer.status(), 200) << c.endpoint;
      EXPECT_EQ(answer.Get("tenant_discovery_endpoint"), c.discovery);
      EXPECT_EQ(answer.Get("api-version"), version);
      EXPECT_THAT(answer.Get("metadata"),
                  HasSubstr(R"("preferred_network":"login.microsoftonline.com")"));
      EXPECT_THAT(answer.Get("metadata"), HasSubstr(R"("aliases":["login.microsoftonline.com",)"));
    }
  }
}

TEST_F(LoginHandlerTest, InstanceDiscoveryRefusesWhatIsNoLoginHost) {
  for (const char* endpoint :
       {"https://evil.example/common", "http://login.microsoftonline.com/common", "", "x",
        "https://management.azure.com/common", "https://localhost.evil.example/"}) {
    const EntraTestAnswer answer = Get(absl::StrCat(
        "/common/discovery/instance?authorization_endpoint=", PercentEncode(endpoint)));
    EXPECT_EQ(answer.status(), 400) << endpoint;
    EXPECT_EQ(answer.Get("error"), "invalid_instance") << endpoint;
  }
  EXPECT_EQ(Get("/common/discovery/instance").Get("error"), "invalid_request");
}

TEST_F(LoginHandlerTest, GivesATokenForASecret) {
  const EntraTestAnswer answer = Post(TokenPath(), Form("https://vault.azure.net/.default"));
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.Get("token_type"), "Bearer");
  EXPECT_EQ(answer.Get("expires_in"), "3600");
  EXPECT_EQ(answer.Get("ext_expires_in"), "3600");
  EXPECT_EQ(answer.Get("resource"), "(none)");
  const std::optional<AccessTokenClaims> claims = ClaimsOf(*scene_.key, answer.Get("access_token"));
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->audience, "https://vault.azure.net");
  EXPECT_EQ(claims->tenant_id, kTenant);
  EXPECT_EQ(claims->object_id, scene_.app->object_id);
  EXPECT_EQ(claims->app_id, scene_.app->app_id);
  EXPECT_EQ(answer.response.headers.Get("Cache-Control"), "no-store, no-cache");
  EXPECT_EQ(answer.response.headers.Get("Content-Type"), "application/json; charset=utf-8");
}

// What az and the SDKs really ask for.
TEST_F(LoginHandlerTest, TheAudienceIsTheScopeWithoutItsSuffix) {
  struct {
    const char* scope;
    const char* audience;
  } const cases[] = {
      {"https://management.core.windows.net//.default", "https://management.core.windows.net/"},
      {"https://management.azure.com/.default", "https://management.azure.com"},
      {"https://vault.azure.net/.default", "https://vault.azure.net"},
      {"https://vault.localhost:8443/.default", "https://vault.localhost:8443"},
      {"https://batch.core.windows.net//.default", "https://batch.core.windows.net/"},
      {"https://graph.microsoft.com//.default", "https://graph.microsoft.com/"},
      {"https://vault.azure.net/.default openid profile offline_access", "https://vault.azure.net"},
  };
  for (const auto& c : cases) {
    for (const absl::string_view path :
         {absl::string_view("/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token"),
          absl::string_view("/adfs/oauth2/token"), absl::string_view("/adfs/oauth2/token/"),
          absl::string_view("/organizations/oauth2/v2.0/token")}) {
      const EntraTestAnswer answer = Post(path, Form(c.scope), "localhost:8443");
      const std::optional<AccessTokenClaims> claims =
          ClaimsOf(*scene_.key, answer.Get("access_token"));
      ASSERT_TRUE(claims.has_value()) << c.scope << " " << path << " " << answer.response.body;
      EXPECT_EQ(claims->audience, c.audience);
    }
  }
}

// The bodies that MSAL writes.
TEST_F(LoginHandlerTest, TakesTheFormsOfTheClients) {
  const std::string fields = absl::StrCat(
      "client_id=", scene_.app->app_id, "&client_secret=app1-secret&client_info=1",
      "&claims=%7B%22access_token%22%3A+%7B%22xms_cc%22%3A+%7B%22values%22%3A+%5B%22CP1%22%5D%7D",
      "%7D%7D&grant_type=client_credentials&scope=https%3A%2F%2Fvault.azure.net%2F.default",
      "&x-client-SKU=msal.js.node&x-client-VER=5.6.0&x-ms-lib-capability=retry-after%2C+h429");
  EntraTestAnswer answer = Post(TokenPath(), fields);
  EXPECT_EQ(answer.status(), 200) << answer.response.body;
  answer = Post(
      absl::StrCat(TokenPath(), "?client-request-id=6d1c9b5a-0000-4000-8000-1234567890ab"), fields);
  EXPECT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.response.headers.Get("client-request-id"),
            "6d1c9b5a-0000-4000-8000-1234567890ab");
}

TEST_F(LoginHandlerTest, V1AsksByResourceAndAnswersStrings) {
  const EntraTestAnswer answer = Post(
      absl::StrCat("/", kTenant, "/oauth2/token"),
      absl::StrCat("grant_type=client_credentials&client_id=", scene_.app->app_id,
                   "&resource=https%3A%2F%2Fbatch.core.windows.net%2F&client_secret=app1-secret"));
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.Get("resource"), "https://batch.core.windows.net/");
  EXPECT_THAT(answer.response.body, HasSubstr(R"("expires_in":"3600")"));
  EXPECT_THAT(answer.response.body, HasSubstr(R"("not_before":"1700000000")"));
  EXPECT_THAT(answer.response.body, HasSubstr(R"("expires_on":"1700003600")"));
  EXPECT_EQ(ClaimsOf(*scene_.key, answer.Get("access_token"))->audience,
            "https://batch.core.windows.net/");
}

TEST_F(LoginHandlerTest, TakesTheSecretFromTheAuthorizationHeader) {
  HttpRequest request =
      MakeRequest("POST", kLogin, TokenPath(),
                  "grant_type=client_credentials&scope=https%3A%2F%2Fvault.azure.net%2F.default");
  request.headers.Add(
      "Authorization",
      absl::StrCat("Basic ", Base64Encode(absl::StrCat(scene_.app->app_id, ":app1%2Dsecret"))));
  EXPECT_EQ(Send(&handler_, request).status(), 200);
  request.headers.Set(
      "Authorization",
      absl::StrCat("Basic ", Base64Encode(absl::StrCat(scene_.app->app_id, ":wrong"))));
  EXPECT_EQ(Send(&handler_, request).Get("error"), "invalid_client");
  request.headers.Set("Authorization", "Basic ????");
  EXPECT_EQ(Send(&handler_, request).Get("error"), "invalid_request");
}

// As MSAL writes it for a certificate.
TEST_F(LoginHandlerTest, GivesATokenForASignedAssertion) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyCredential::Ptr key,
                              KeyCredential::Parse(kTestRsaCertificate));
  const auto form = [&](absl::string_view client, absl::string_view audience) {
    const std::string input = absl::StrCat(
        Base64UrlEncode(R"({"alg":"RS256","typ":"JWT","x5t":"vWZd5IoV5TcVXbZJoymVMS5zrds"})"), ".",
        Base64UrlEncode(absl::StrCat(R"({"aud":")", audience, R"(","iss":")", client,
                                     R"(","sub":")", client,
                                     R"(","exp":1700000600,"iat":1700000000,"jti":"1"})")));
    return absl::StrCat(
        "grant_type=client_credentials&client_info=1&scope=https%3A%2F%2Fvault.azure.net%2F.default"
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        "&client_assertion=",
        input, ".", Base64UrlEncode(SignForTest(kTestRsaKey, "RS256", input)));
  };
  const std::string& id = scene_.app->app_id;
  const std::string good = form(id, absl::StrCat("https://", kLogin, TokenPath()));
  const std::string named = absl::StrCat("client_id=", id, "&", good);
  EXPECT_EQ(Post(TokenPath(), named).Get("error_codes"), "[700027]");

  LAZULI_ASSERT_OK(scene_.directory.AddKeyCredential(scene_.app->object_id, key));
  // A client that wants several tokens sends the same assertion again.
  for (int i = 0; i < 2; ++i) {
    const EntraTestAnswer answer = Post(TokenPath(), named);
    ASSERT_EQ(answer.status(), 200) << answer.response.body;
    EXPECT_EQ(ClaimsOf(*scene_.key, answer.Get("access_token"))->object_id, scene_.app->object_id);
  }
  EXPECT_EQ(Post(TokenPath(), good).status(), 200);
  // In the local way of naming.
  EXPECT_EQ(Post("/adfs/oauth2/token/", form(id, "https://localhost:8443/adfs/oauth2/token/"),
                 "localhost:8443")
                .status(),
            200);

  struct {
    std::string form;
    int status;
    const char* codes;
  } const refusals[] = {
      {absl::StrCat("client_id=", scene_.guest->app_id, "&", good), 400, "[700016]"},
      {absl::StrCat("client_id=", kAdminAppId, "&", good), 401, "[700021]"},
      {form(id, "https://login.microsoftonline.com/other/oauth2/v2.0/token"), 401, "[700023]"},
      {form(scene_.guest->app_id, "x"), 400, "[700016]"},
      {absl::StrCat("client_id=", id,
                    "&grant_type=client_credentials&scope=x/.default"
                    "&client_assertion=x"),
       400, "[900144]"},
      {absl::StrCat("client_id=", id,
                    "&grant_type=client_credentials&scope=x/.default"
                    "&client_assertion=x&client_assertion_type=x"),
       400, "[50027]"},
  };
  for (const auto& c : refusals) {
    const EntraTestAnswer answer = Post(TokenPath(), c.form);
    EXPECT_EQ(answer.status(), c.status) << c.form;
    EXPECT_EQ(answer.Get("error_codes"), c.codes) << c.form;
  }
  scene_.clock.Set(scene_.clock.Now() + absl::Minutes(10));
  EXPECT_EQ(Post(TokenPath(), named).Get("error_codes"), "[700024]");
  LAZULI_ASSERT_OK(scene_.directory.RemoveKeyCredential(scene_.app->object_id, key->thumbprint()));
  EXPECT_EQ(Post(TokenPath(), named).Get("error_codes"), "[700027]");
}

TEST_F(LoginHandlerTest, NamesOfNoTenantLookForTheClientEverywhere) {
  const std::string guest =
      absl::StrCat("client_id=", scene_.guest->app_id,
                   "&client_secret=guest-secret&grant_type=client_credentials&scope=x/.default");
  for (const absl::string_view tenant : {"adfs", "common", "organizations"}) {
    const EntraTestAnswer answer = Post(absl::StrCat("/", tenant, "/oauth2/v2.0/token"), guest);
    ASSERT_EQ(answer.status(), 200) << answer.response.body;
    EXPECT_EQ(ClaimsOf(*scene_.key, answer.Get("access_token"))->tenant_id, scene_.second_tenant);
  }
  // Of the tenant that is named, and of no other.
  EXPECT_EQ(Post(TokenPath(), guest).Get("error_codes"), "[700016]");
}

TEST_F(LoginHandlerTest, RefusesAsEntraRefuses) {
  const std::string id = scene_.app->app_id;
  const std::string good = Form("https://vault.azure.net/.default");
  struct {
    std::string path;
    std::string form;
    int status;
    const char* error;
    const char* codes;
  } const cases[] = {
      {"/99999999-9999-4999-8999-999999999999/oauth2/v2.0/token", good, 400, "invalid_request",
       "[90002]"},
      {"/contoso.onmicrosoft.com/oauth2/v2.0/token", good, 400, "invalid_request", "[90002]"},
      {TokenPath(), Form("https://vault.azure.net/.default", "wrong"), 401, "invalid_client",
       "[7000215]"},
      {TokenPath(),
       "client_id=99999999-9999-4999-8999-999999999999&client_secret=x&grant_type="
       "client_credentials&scope=x/.default",
       400, "unauthorized_client", "[700016]"},
      // A managed identity has no secret.
      {TokenPath(),
       absl::StrCat("client_id=", scene_.identity->app_id,
                    "&client_secret=x&grant_type=client_credentials&scope=x/.default"),
       401, "invalid_client", "[7000215]"},
      {TokenPath(), "", 400, "invalid_request", "[900144]"},
      {TokenPath(), R"({"grant_type":"client_credentials"})", 400, "invalid_request", "[900144]"},
      {TokenPath(), "grant_type=%zz", 400, "invalid_request", "[900144]"},
      {TokenPath(), "grant_type=password&username=u&password=p", 400, "unsupported_grant_type",
       "[70003]"},
      {TokenPath(), "grant_type=refresh_token", 400, "unsupported_grant_type", "[70003]"},
      {TokenPath(), "grant_type=client_credentials&client_id=" + id + "&client_secret=s", 400,
       "invalid_request", "[900144]"},
      {TokenPath(), "grant_type=client_credentials&client_secret=s&scope=x/.default", 400,
       "invalid_request", "[900144]"},
      {TokenPath(), "grant_type=client_credentials&client_id=" + id + "&scope=x/.default", 401,
       "invalid_client", "[7000216]"},
      {TokenPath(), Form("https://vault.azure.net"), 400, "invalid_scope", "[1002012]"},
      {TokenPath(), Form("/.default"), 400, "invalid_scope", "[1002012]"},
      {TokenPath(), Form("openid"), 400, "invalid_scope", "[1002012]"},
      {TokenPath(), Form("a/.default b/.default"), 400, "invalid_scope", "[70011]"},
      {TokenPath(), Form("\xff/.default"), 400, "invalid_scope", "[1002012]"},
      {TokenPath(), Form(std::string(300, 'x') + "/.default"), 400, "invalid_scope", "[1002012]"},
      {absl::StrCat("/", kTenant, "/oauth2/token"), Form("x/.default"), 400, "invalid_request",
       "[900144]"},
      {absl::StrCat("/", kTenant, "/oauth2/token"), good + "&resource=%ff", 400, "invalid_resource",
       "[500011]"},
      {absl::StrCat("/", kTenant, "/oauth2/v2.0/authorize"), "", 400, "unsupported_response_type",
       "[]"},
      {absl::StrCat("/", kTenant, "/oauth2/v2.0/devicecode"), "", 400, "unsupported_response_type",
       "[]"},
      {absl::StrCat("/", kTenant, "/discovery/keys"), "", 405, "invalid_request", "[900561]"},
      {"/%zz", "", 404, "invalid_request", "[]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.path, " ", c.form));
    const EntraTestAnswer answer = Post(c.path, c.form);
    EXPECT_EQ(answer.status(), c.status);
    EXPECT_EQ(answer.Get("error"), c.error);
    EXPECT_EQ(answer.Get("error_codes"), c.codes);
    EXPECT_EQ(answer.Get("access_token"), "(none)");
    EXPECT_EQ(answer.Get("timestamp"), "2023-11-14 22:13:20Z");
    EXPECT_THAT(answer.Get("error_description"),
                HasSubstr(absl::StrCat("Trace ID: ", answer.Get("trace_id"),
                                       " Correlation ID: ", answer.Get("correlation_id"),
                                       " Timestamp: 2023-11-14 22:13:20Z")));
    EXPECT_EQ(answer.response.headers.Get("x-ms-request-id"), answer.Get("trace_id"));
  }
}

TEST_F(LoginHandlerTest, RefusesOtherMethodsAndPaths) {
  const EntraTestAnswer get = Get(TokenPath());
  EXPECT_EQ(get.status(), 405);
  EXPECT_EQ(get.response.headers.Get("Allow"), "POST");
  for (const absl::string_view path : {"/", "/common", "/common/x", "/common/oauth2/v3.0/token"}) {
    EXPECT_EQ(Get(path).status(), 404) << path;
  }
  const EntraTestAnswer tenant = Get("/nowhere/v2.0/.well-known/openid-configuration");
  EXPECT_EQ(tenant.status(), 400);
  EXPECT_EQ(tenant.Get("error"), "invalid_tenant");
  EXPECT_EQ(tenant.Get("error_codes"), "[90002]");
  EXPECT_EQ(Get("/nowhere/discovery/keys").status(), 400);
}

TEST_F(LoginHandlerTest, EchoesOnlyAProperClientRequestId) {
  HttpRequest request = MakeRequest("GET", kLogin, "/common/discovery/keys");
  request.headers.Add("client-request-id", "6d1c9b5a-0000-4000-8000-1234567890ab");
  EXPECT_EQ(Send(&handler_, request).response.headers.Get("client-request-id"),
            "6d1c9b5a-0000-4000-8000-1234567890ab");
  EXPECT_EQ(Get("/common/discovery/keys?client-request-id=a%0D%0AX-Evil:1")
                .response.headers.Find("client-request-id"),
            nullptr);
}

TEST_F(LoginHandlerTest, NoSecretIsRepeatedInAnError) {
  const EntraTestAnswer answer = Post(TokenPath(), Form("x/.default", "not-the-secret"));
  EXPECT_THAT(answer.response.body, Not(HasSubstr("not-the-secret")));
}

TEST_F(LoginHandlerTest, ManySignInAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 25; ++j) {
        EXPECT_EQ(Post(TokenPath(), Form("https://vault.azure.net/.default")).status(), 200);
        EXPECT_EQ(Post(TokenPath(), Form("https://vault.azure.net/.default", "no")).status(), 401);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace lazuli::emulator

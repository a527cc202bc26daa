#include "emulator/https/entra/identity_endpoint_handler.h"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/https/entra/entra_test_scene.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/well_known.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kImds = "/metadata/identity/oauth2/token?api-version=2018-02-01";
constexpr absl::string_view kVault = "https%3A%2F%2Fvault.azure.net";

using Headers = std::vector<std::pair<std::string, std::string>>;

class IdentityEndpointHandlerTest : public testing::Test {
 protected:
  EntraTestAnswer Get(absl::string_view target, const Headers& headers,
                      absl::string_view method = "GET", absl::string_view body = "") {
    HttpRequest request = MakeRequest(method, "169.254.169.254", target, body);
    request.is_tls = false;
    for (const auto& [name, value] : headers) request.headers.Add(name, value);
    return Send(&handler_, std::move(request));
  }

  EntraTestAnswer Imds(absl::string_view query) {
    return Get(absl::StrCat(kImds, "&resource=", kVault, query), {{"Metadata", "true"}});
  }

  std::string ObjectOf(const EntraTestAnswer& answer) {
    const std::optional<AccessTokenClaims> claims =
        ClaimsOf(*scene_.key, answer.Get("access_token"));
    return claims ? claims->object_id : answer.response.body;
  }

  EntraTestScene scene_;
  IdentityEndpointHandler handler_{&scene_.directory, &scene_.issuer, IdDeriver(1)};
};

TEST_F(IdentityEndpointHandlerTest, AnswersAsTheMetadataServiceDoes) {
  const EntraTestAnswer answer = Imds("");
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.Get("token_type"), "Bearer");
  EXPECT_EQ(answer.Get("resource"), "https://vault.azure.net");
  EXPECT_EQ(answer.Get("client_id"), kAdminAppId);
  for (const absl::string_view text :
       {R"("expires_on":"1700003600")", R"("not_before":"1700000000")", R"("expires_in":"3600")",
        R"("ext_expires_in":"3600")"}) {
    EXPECT_NE(answer.response.body.find(std::string(text)), std::string::npos) << text;
  }
  const std::optional<AccessTokenClaims> claims = ClaimsOf(*scene_.key, answer.Get("access_token"));
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->audience, "https://vault.azure.net");
  EXPECT_EQ(claims->tenant_id, kDefaultTenantId);
  EXPECT_EQ(claims->object_id, kAdminObjectId);
}

// The requests that az, Python and JavaScript were seen to send.
TEST_F(IdentityEndpointHandlerTest, KnowsEveryFormOfTheClients) {
  const std::string& secret = handler_.secret();
  struct {
    const char* what;
    std::string method;
    std::string target;
    Headers headers;
    std::string body;
  } const cases[] = {
      {"az",
       "GET",
       absl::StrCat("/metadata/identity/oauth2/token?resource=", kVault, "&api-version=2018-02-01"),
       {{"Metadata", "true"}},
       ""},
      {"JavaScript, with a slash",
       "GET",
       absl::StrCat("/metadata/identity/oauth2/token/?api-version=2018-02-01&resource=", kVault),
       {{"Metadata", "true"}},
       ""},
      {"letter case",
       "GET",
       absl::StrCat("/Metadata/Identity/OAuth2/Token?API-VERSION=2018-02-01&Resource=", kVault),
       {{"metadata", "True"}},
       ""},
      {"az, MSI_ENDPOINT",
       "POST",
       "/oauth2/token",
       {{"Metadata", "true"}, {"Content-Type", "application/x-www-form-urlencoded"}},
       absl::StrCat("resource=", kVault)},
      {"Cloud Shell of the SDKs",
       "POST",
       "/msi/token",
       {{"Metadata", "true"}},
       absl::StrCat("resource=", kVault)},
      {"virtual machine extension",
       "GET",
       absl::StrCat("/oauth2/token?resource=", kVault),
       {{"Metadata", "true"}},
       ""},
      {"az, web site",
       "GET",
       absl::StrCat("/oauth2/token/?resource=", kVault, "&api-version=2017-09-01"),
       {{"secret", secret}},
       ""},
      {"App Service",
       "GET",
       absl::StrCat("/msi/token?api-version=2019-08-01&resource=", kVault),
       {{"X-IDENTITY-HEADER", secret}},
       ""},
      {"App Service, short",
       "GET",
       absl::StrCat("/MSI/?api-version=2019-08-01&resource=", kVault),
       {{"x-identity-header", secret}},
       ""},
      {"Service Fabric",
       "GET",
       absl::StrCat("/msi/token?api-version=2019-07-01-preview&resource=", kVault),
       {{"secret", secret}},
       ""},
  };
  for (const auto& c : cases) {
    const EntraTestAnswer answer = Get(c.target, c.headers, c.method, c.body);
    EXPECT_EQ(answer.status(), 200) << c.what << answer.response.body;
    EXPECT_EQ(ObjectOf(answer), kAdminObjectId) << c.what;
    EXPECT_EQ(answer.Get("expires_on"), "1700003600") << c.what;
    EXPECT_EQ(answer.Get("resource"), "https://vault.azure.net") << c.what;
    EXPECT_EQ(answer.Get("token_type"), "Bearer") << c.what;
  }
}

TEST_F(IdentityEndpointHandlerTest, TheFirstAppServiceFormAnswersLess) {
  const EntraTestAnswer answer =
      Get(absl::StrCat("/msi/token?api-version=2017-09-01&resource=", kVault),
          {{"secret", handler_.secret()}});
  EXPECT_EQ(answer.Get("client_id"), "(none)");
  EXPECT_EQ(answer.Get("expires_in"), "(none)");
}

TEST_F(IdentityEndpointHandlerTest, AnIdentityIsChosenByAnyOfItsIds) {
  const std::string& user = scene_.identity->object_id;
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&client_id=", scene_.identity->app_id))), user);
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&clientid=", scene_.identity->app_id))), user);
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&object_id=", scene_.identity->object_id))), user);
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&principal_id=", scene_.identity->object_id))), user);
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&mi_res_id=", PercentEncode(kSceneIdentity)))), user);
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&msi_res_id=", PercentEncode(kSceneIdentity)))), user);
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&client_id=", scene_.account->app_id))),
            scene_.account->object_id);
  EXPECT_EQ(ObjectOf(Imds(absl::StrCat("&client_id=", kAdminAppId))), kAdminObjectId);
  EXPECT_EQ(ObjectOf(Get("/oauth2/token", {{"Metadata", "true"}}, "POST",
                         absl::StrCat("resource=x&client_id=", scene_.identity->app_id))),
            user);
}

TEST_F(IdentityEndpointHandlerTest, AnUnknownIdentityIsABadRequest) {
  for (const std::string& query : {
           std::string("&client_id=99999999-9999-4999-8999-999999999999"),
           std::string("&object_id=nobody"),
           absl::StrCat("&mi_res_id=", PercentEncode("/subscriptions/s")),
           // A system-assigned identity is no resource.
           absl::StrCat("&mi_res_id=", PercentEncode(kSceneAccount)),
           // A service principal is no managed identity.
           absl::StrCat("&client_id=", scene_.app->app_id),
           // Two ids of two identities.
           absl::StrCat("&client_id=", scene_.identity->app_id,
                        "&object_id=", scene_.account->object_id),
       }) {
    const EntraTestAnswer answer = Imds(query);
    EXPECT_EQ(answer.status(), 400) << query;
    EXPECT_EQ(answer.Get("error"), "invalid_request") << query;
    EXPECT_EQ(answer.Get("error_description"), "Identity not found") << query;
  }
}

TEST_F(IdentityEndpointHandlerTest, TheDefaultIdentityCanBeSet) {
  for (const std::string& text : {std::string("id1"), scene_.identity->app_id,
                                  scene_.identity->object_id, std::string(kSceneIdentity)}) {
    IdentityEndpointHandler handler(&scene_.directory, &scene_.issuer, IdDeriver(1),
                                    {.default_identity = text, .secret = "s"});
    HttpRequest request =
        MakeRequest("GET", "169.254.169.254", absl::StrCat(kImds, "&resource=", kVault));
    request.headers.Add("Metadata", "true");
    EXPECT_EQ(ObjectOf(Send(&handler, request)), scene_.identity->object_id) << text;
    // The administrator no longer plays the machine.
    request.target = absl::StrCat(kImds, "&resource=", kVault, "&client_id=", kAdminAppId);
    EXPECT_EQ(Send(&handler, request).status(), 400);
  }
  IdentityEndpointHandler missing(&scene_.directory, &scene_.issuer, IdDeriver(1),
                                  {.default_identity = "nobody", .secret = ""});
  HttpRequest request =
      MakeRequest("GET", "169.254.169.254", absl::StrCat(kImds, "&resource=", kVault));
  request.headers.Add("Metadata", "true");
  EXPECT_EQ(Send(&missing, request).Get("error_description"), "Identity not found");
}

// What needs no secret is for this machine, but for the one identity that was set aside.
TEST_F(IdentityEndpointHandlerTest, OtherMachinesGetNoMoreThanTheDefaultIdentity) {
  IdentityEndpointHandler with_default(&scene_.directory, &scene_.issuer, IdDeriver(1),
                                       {.default_identity = "id1", .secret = ""});
  HttpRequest imds =
      MakeRequest("GET", "169.254.169.254", absl::StrCat(kImds, "&resource=", kVault));
  imds.headers.Add("Metadata", "true");
  HttpRequest cloud_shell = MakeRequest("POST", "localhost", "/oauth2/token", "resource=x");
  cloud_shell.headers.Add("Metadata", "true");
  for (HttpRequest request : {imds, cloud_shell}) {
    for (const char* address : {"192.168.0.7", "::ffff:10.0.0.1", "fe80::1", ""}) {
      request.client_address = address;
      EXPECT_EQ(Send(&handler_, request).status(), 400) << address;
      EXPECT_EQ(ObjectOf(Send(&with_default, request)), scene_.identity->object_id) << address;
    }
    for (const char* address : {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"}) {
      request.client_address = address;
      EXPECT_EQ(ObjectOf(Send(&handler_, request)), kAdminObjectId) << address;
    }
  }
  imds.client_address = "192.168.0.7";
  absl::StrAppend(&imds.target, "&client_id=", scene_.account->app_id);
  EXPECT_EQ(Send(&with_default, imds).Get("error_description"), "Identity not found");
  // The secret opens the App Service form to anybody.
  HttpRequest app_service =
      MakeRequest("GET", "localhost", "/msi/token?api-version=2019-08-01&resource=x");
  app_service.client_address = "192.168.0.7";
  app_service.headers.Add("X-IDENTITY-HEADER", handler_.secret());
  EXPECT_EQ(ObjectOf(Send(&handler_, app_service)), kAdminObjectId);
}

TEST_F(IdentityEndpointHandlerTest, ASandboxReachesItsOwnIdentitiesAlone) {
  constexpr char kOwnIdentity[] =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
      "userAssignedIdentities/own";
  const Principal::Ptr own =
      *scene_.directory.CreateUserAssigned(kOwnIdentity, scene_.second_tenant);
  IdentityEndpointOptions options;
  options.default_identity = "id1";
  options.owner_of_sandbox = [this](const std::string& id) {
    return id == "sandbox-1" ? scene_.guest : nullptr;
  };
  IdentityEndpointHandler handler(&scene_.directory, &scene_.issuer, IdDeriver(1),
                                  std::move(options));
  const auto ask = [&](const std::string& user, const std::string& query) {
    HttpRequest request =
        MakeRequest("GET", "169.254.169.254", absl::StrCat(kImds, "&resource=", kVault, query));
    request.headers.Add("Metadata", "true");
    request.proxy_user = user;
    return Send(&handler, request);
  };
  const std::string choose_own = absl::StrCat("&client_id=", own->app_id);
  const std::string choose_other = absl::StrCat("&client_id=", scene_.account->app_id);
  EXPECT_EQ(ObjectOf(ask("sandbox-1", "")), scene_.guest->object_id);
  EXPECT_EQ(ObjectOf(ask("sandbox-1", choose_own)), own->object_id);
  EXPECT_EQ(ask("sandbox-1", choose_other).status(), 400);
  EXPECT_EQ(ask("sandbox-1", absl::StrCat("&client_id=", scene_.identity->app_id)).status(), 400);
  // Who names no sandbox, or none that there is, is outside of all.
  for (const char* user : {"", "sandbox-2"}) {
    EXPECT_EQ(ObjectOf(ask(user, "")), scene_.identity->object_id);
    EXPECT_EQ(ObjectOf(ask(user, choose_other)), scene_.account->object_id);
  }
}

TEST_F(IdentityEndpointHandlerTest, SaysTheTenant) {
  const EntraTestAnswer answer =
      Get("/metadata/identity/info?api-version=2018-02-01", {{"Metadata", "true"}});
  EXPECT_EQ(answer.Get("tenantId"), kDefaultTenantId);
}

TEST_F(IdentityEndpointHandlerTest, RefusesAsTheServicesRefuse) {
  const std::string token = absl::StrCat(kImds, "&resource=", kVault);
  const std::string app = absl::StrCat("/msi/token?api-version=2019-08-01&resource=", kVault);
  struct {
    const char* what;
    std::string method;
    std::string target;
    Headers headers;
    std::string body;
    int status;
  } const cases[] = {
      {"the probe of Python", "GET", token, {}, "", 400},
      {"Metadata false", "GET", token, {{"Metadata", "false"}}, "", 400},
      {"forwarded", "GET", token, {{"Metadata", "true"}, {"X-Forwarded-For", "1.2.3.4"}}, "", 400},
      {"no api-version",
       "GET",
       absl::StrCat("/metadata/identity/oauth2/token?resource=", kVault),
       {{"Metadata", "true"}},
       "",
       400},
      {"no resource", "GET", std::string(kImds), {{"Metadata", "true"}}, "", 400},
      {"a resource that is no text",
       "GET",
       absl::StrCat(kImds, "&resource=%ff"),
       {{"Metadata", "true"}},
       "",
       400},
      {"a long resource",
       "GET",
       absl::StrCat(kImds, "&resource=", std::string(300, 'x')),
       {{"Metadata", "true"}},
       "",
       400},
      {"POST to IMDS", "POST", token, {{"Metadata", "true"}}, "", 405},
      {"POST without Metadata", "POST", "/oauth2/token", {}, "resource=x", 400},
      {"POST without a resource", "POST", "/oauth2/token", {{"Metadata", "true"}}, "", 400},
      {"POST of no form", "POST", "/oauth2/token", {{"Metadata", "true"}}, "resource=%zz", 400},
      {"PUT", "PUT", "/oauth2/token", {{"Metadata", "true"}}, "", 405},
      {"wrong header", "GET", app, {{"X-IDENTITY-HEADER", "wrong"}}, "", 401},
      {"empty header", "GET", app, {{"X-IDENTITY-HEADER", ""}}, "", 401},
      {"no header", "GET", app, {}, "", 401},
      {"wrong secret", "GET", app, {{"secret", "wrong"}}, "", 401},
      {"POST to App Service", "POST", app, {{"X-IDENTITY-HEADER", handler_.secret()}}, "", 405},
      {"App Service without a version",
       "GET",
       absl::StrCat("/msi/token?resource=", kVault),
       {{"X-IDENTITY-HEADER", handler_.secret()}},
       "",
       400},
      {"App Service without a resource",
       "GET",
       "/msi/token?api-version=2019-08-01",
       {{"X-IDENTITY-HEADER", handler_.secret()}},
       "",
       400},
      {"elsewhere", "GET", "/metadata/instance", {{"Metadata", "true"}}, "", 404},
      {"no target", "GET", "/%zz", {{"Metadata", "true"}}, "", 400},
  };
  for (const auto& c : cases) {
    const EntraTestAnswer answer = Get(c.target, c.headers, c.method, c.body);
    EXPECT_EQ(answer.status(), c.status) << c.what << ": " << answer.response.body;
    EXPECT_EQ(answer.Get("access_token"), "(none)") << c.what;
    EXPECT_TRUE(answer.json.is_object()) << c.what;
  }
}

TEST_F(IdentityEndpointHandlerTest, TheSecretIsMadeAnewForEachProcess) {
  const IdentityEndpointHandler other(&scene_.directory, &scene_.issuer, IdDeriver(1));
  EXPECT_GE(handler_.secret().size(), 40u);
  EXPECT_NE(handler_.secret(), other.secret());
}

// An identity comes and goes while many ask for it: each gets its token or is told that it is not
// there.
TEST_F(IdentityEndpointHandlerTest, ManyAskAtOnceWhileIdentitiesComeAndGo) {
  constexpr int kThreads = 4;
  constexpr int kRequests = 50;
  std::atomic<int> others{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kRequests; ++j) {
        const int status =
            Imds(absl::StrCat("&mi_res_id=", PercentEncode(kSceneIdentity))).status();
        if (status != 200 && status != 400) ++others;
      }
    });
  }
  for (int i = 0; i < kRequests; ++i) {
    scene_.directory.DeleteUserAssigned(kSceneIdentity);
    EXPECT_TRUE(scene_.directory.CreateUserAssigned(kSceneIdentity, kDefaultTenantId).ok());
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(others, 0);
  EXPECT_EQ(Imds(absl::StrCat("&mi_res_id=", PercentEncode(kSceneIdentity))).status(), 200);
}

}  // namespace
}  // namespace lazuli::emulator

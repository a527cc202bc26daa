#include "emulator/https/entra/graph_handler.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "emulator/https/entra/entra_test_scene.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/token_verifier.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace json = boost::json;

constexpr absl::string_view kGraph = "graph.microsoft.com";

class GraphHandlerTest : public testing::Test {
 protected:
  std::string Token(const Principal& principal,
                    absl::string_view audience = "https://graph.microsoft.com/") {
    return scene_.issuer.Issue(principal, audience)->token;
  }

  EntraTestAnswer Call(absl::string_view method, absl::string_view target, absl::string_view body,
                       const std::string& token, absl::string_view authority = kGraph) {
    HttpRequest request = MakeRequest(method, authority, target, body);
    request.headers.Add("Authorization", absl::StrCat("Bearer ", token));
    return Send(&handler_, std::move(request));
  }

  EntraTestAnswer Get(absl::string_view target) {
    return Call("GET", target, "", Token(*scene_.app));
  }

  EntraTestAnswer Filtered(absl::string_view collection, absl::string_view filter) {
    return Get(absl::StrCat("/v1.0/", collection, "?$filter=", PercentEncode(filter)));
  }

  static std::vector<std::string> Names(const EntraTestAnswer& answer) {
    std::vector<std::string> names;
    const json::object* const object = answer.json.if_object();
    if (object == nullptr || !object->contains("value")) return {answer.response.body};
    for (const json::value& member : object->at("value").as_array()) {
      names.emplace_back(member.as_object().at("displayName").as_string().c_str());
    }
    return names;
  }

  static std::string Code(const EntraTestAnswer& answer) {
    const json::object* const object = answer.json.if_object();
    if (object == nullptr || !object->contains("error")) return answer.response.body;
    return object->at("error").as_object().at("code").as_string().c_str();
  }

  EntraTestScene scene_;
  TokenVerifier verifier_{scene_.key.get(), &scene_.directory, &scene_.clock};
  GraphHandler handler_{&scene_.directory, &verifier_, &scene_.clock, IdDeriver(1)};
};

// What az does to find out who it is, for an application.
TEST_F(GraphHandlerTest, AzFindsItsOwnServicePrincipal) {
  const EntraTestAnswer me = Get("/v1.0/me");
  EXPECT_EQ(me.status(), 400);
  EXPECT_EQ(Code(me), "BadRequest");
  const EntraTestAnswer found =
      Filtered("servicePrincipals",
               absl::StrCat("servicePrincipalNames/any(c:c eq '", scene_.app->app_id, "')"));
  ASSERT_EQ(found.status(), 200) << found.response.body;
  const json::object& principal = found.json.at("value").as_array().at(0).as_object();
  EXPECT_EQ(principal.at("id"), json::value(json::string(scene_.app->object_id)));
  EXPECT_EQ(principal.at("appId"), json::value(json::string(scene_.app->app_id)));
  EXPECT_EQ(principal.at("servicePrincipalType"), "Application");
  EXPECT_EQ(found.Get("@odata.context"),
            "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals");
}

TEST_F(GraphHandlerTest, AManagedIdentityIsFoundByItsOwnNameAndByItsAccounts) {
  const auto names = [&](absl::string_view filter) {
    return Names(Filtered("servicePrincipals", filter));
  };
  EXPECT_THAT(names("displayName eq 'account1'"), ElementsAre("account1"));
  EXPECT_THAT(names("startswith(displayName,'acc')"), ElementsAre("account1"));
  EXPECT_THAT(names("displayName eq 'ID1'"), ElementsAre("id1"));
  EXPECT_THAT(names("servicePrincipalType eq 'ManagedIdentity'"),
              UnorderedElementsAre("account1", "id1"));
  EXPECT_THAT(names(absl::StrCat("appId eq '", scene_.identity->app_id, "'")), ElementsAre("id1"));
  EXPECT_THAT(names(absl::StrCat("alternativeNames/any(a:a eq '", kSceneAccount, "')")),
              ElementsAre("account1"));
  EXPECT_THAT(names("displayName eq 'nobody'"), IsEmpty());
  EXPECT_THAT(Names(Get("/v1.0/servicePrincipals?$search=%22displayName:COUNT%22&$count=true")),
              ElementsAre("account1"));
}

TEST_F(GraphHandlerTest, EveryTenantIsShownItsOwn) {
  EXPECT_THAT(Names(Get("/v1.0/servicePrincipals")),
              UnorderedElementsAre("administrator", "app1", "id1", "account1"));
  const std::string guest = Token(*scene_.guest);
  EXPECT_THAT(Names(Call("GET", "/v1.0/servicePrincipals", "", guest)), ElementsAre("guest"));
  EXPECT_EQ(Call("GET", absl::StrCat("/v1.0/servicePrincipals/", scene_.app->object_id), "", guest)
                .status(),
            404);
  EXPECT_EQ(Call("GET", absl::StrCat("/v1.0/servicePrincipals(appId='", scene_.app->app_id, "')"),
                 "", guest)
                .status(),
            404);
  EXPECT_THAT(Names(Call("GET", "/v1.0/organization", "", guest)), ElementsAre("Second"));
}

TEST_F(GraphHandlerTest, OneIsFoundByEitherId) {
  for (const std::string& path :
       {absl::StrCat("/v1.0/servicePrincipals/", scene_.app->object_id),
        absl::StrCat("/v1.0/servicePrincipals(appId='", scene_.app->app_id, "')"),
        absl::StrCat("/v1.0/servicePrincipals('", scene_.app->object_id, "')"),
        absl::StrCat("/beta/serviceprincipals/", scene_.app->object_id),
        absl::StrCat("/v1.0/directoryObjects/", scene_.app->object_id)}) {
    const EntraTestAnswer answer = Get(path);
    EXPECT_EQ(answer.status(), 200) << path << answer.response.body;
    EXPECT_EQ(answer.Get("id"), scene_.app->object_id) << path;
  }
  EXPECT_EQ(Get(absl::StrCat("/v1.0/directoryObjects/", scene_.app->object_id)).Get("@odata.type"),
            "#microsoft.graph.servicePrincipal");
  const EntraTestAnswer missing =
      Get("/v1.0/servicePrincipals/99999999-9999-4999-8999-999999999999");
  EXPECT_EQ(missing.status(), 404);
  EXPECT_EQ(Code(missing), "Request_ResourceNotFound");
}

TEST_F(GraphHandlerTest, AnApplicationIsAnObjectOfItsOwn) {
  EXPECT_THAT(Names(Get("/v1.0/applications")), UnorderedElementsAre("administrator", "app1"));
  const EntraTestAnswer found =
      Filtered("applications", absl::StrCat("appId eq '", scene_.app->app_id, "'"));
  const std::string id(
      found.json.at("value").as_array().at(0).as_object().at("id").as_string().c_str());
  EXPECT_NE(id, scene_.app->object_id);
  EXPECT_EQ(Get(absl::StrCat("/v1.0/applications/", id)).Get("appId"), scene_.app->app_id);
  EXPECT_EQ(Get(absl::StrCat("/v1.0/applications(appId='", scene_.app->app_id, "')")).Get("id"),
            id);
  EXPECT_THAT(Names(Filtered("applications", "identifierUris/any(s:s eq 'api://x')")), IsEmpty());
}

TEST_F(GraphHandlerTest, ThereAreNoUsersAndNoGroups) {
  EXPECT_THAT(Names(Filtered("users", "userPrincipalName eq 'a@b.c'")), IsEmpty());
  EXPECT_THAT(Names(Get("/v1.0/groups")), IsEmpty());
  EXPECT_EQ(Get("/v1.0/users/a@b.c").status(), 404);
  EXPECT_EQ(
      Call("POST",
           absl::StrCat("/v1.0/servicePrincipals/", scene_.app->object_id, "/getMemberGroups"),
           R"({"securityEnabledOnly":true})", Token(*scene_.app))
          .Get("value"),
      "[]");
  EXPECT_EQ(
      Get(absl::StrCat("/v1.0/servicePrincipals/", scene_.app->object_id, "/owners")).Get("value"),
      "[]");
}

// What az role assignment list sends.
TEST_F(GraphHandlerTest, ManyAreFoundByTheirIdsAtOnce) {
  const auto post = [&](const std::string& body) {
    return Call("POST", "/v1.0/directoryObjects/getByIds", body, Token(*scene_.app));
  };
  const std::string ids =
      absl::StrCat(R"(["99999999-9999-4999-8999-999999999999",")", scene_.app->object_id, R"(",")",
                   scene_.account->object_id, R"("])");
  const EntraTestAnswer found = post(absl::StrCat(
      R"({"ids":)", ids,
      R"(,"types":["user","group","servicePrincipal","directoryObjectPartnerReference"]})"));
  EXPECT_THAT(Names(found), UnorderedElementsAre("app1", "account1"));
  EXPECT_THAT(found.response.body,
              HasSubstr(R"("@odata.type":"#microsoft.graph.servicePrincipal")"));
  EXPECT_THAT(Names(post(absl::StrCat(R"({"ids":)", ids, "}"))),
              UnorderedElementsAre("app1", "account1"));
  EXPECT_THAT(Names(post(absl::StrCat(R"({"ids":)", ids, R"(,"types":["user"]})"))), IsEmpty());
  for (const std::string& body : {std::string(), std::string("[]"), std::string("{}"),
                                  std::string(R"({"ids":"x"})"), std::string(R"({"ids":[1]})")}) {
    EXPECT_EQ(post(body).status(), 400) << body;
  }
}

TEST_F(GraphHandlerTest, PagesHoldAllAndNoneTwice) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(
        scene_.directory
            .CreateServicePrincipal(EntraTestScene::Spec("", absl::StrCat("many", i), "secret"))
            .ok());
  }
  std::vector<std::string> names;
  std::string target = absl::StrCat("/v1.0/servicePrincipals?$top=10&$filter=",
                                    PercentEncode("startswith(displayName,'many')"));
  int pages = 0;
  while (!target.empty()) {
    const EntraTestAnswer page = Get(target);
    ASSERT_EQ(page.status(), 200) << page.response.body;
    for (const std::string& name : Names(page)) names.push_back(name);
    const std::string next = page.Get("@odata.nextLink");
    target = next == "(none)" ? "" : next.substr(std::string("https://graph.microsoft.com").size());
    ASSERT_LT(++pages, 5);
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(names.size(), 25u);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

TEST_F(GraphHandlerTest, SelectShowsWhatItNames) {
  const EntraTestAnswer answer = Get(absl::StrCat("/v1.0/servicePrincipals/", scene_.app->object_id,
                                                  "?$select=id,%20DisplayName"));
  EXPECT_EQ(answer.Get("displayName"), "app1");
  EXPECT_EQ(answer.Get("id"), scene_.app->object_id);
  EXPECT_EQ(answer.Get("appId"), "(none)");
}

TEST_F(GraphHandlerTest, ACustomCloudNamesItsOwnAudience) {
  const std::string local = Token(*scene_.app, "https://localhost:8443/");
  EXPECT_EQ(Call("GET", "/v1.0/applications", "", local, "localhost:8443").status(), 200);
  EXPECT_EQ(Call("GET", "/v1.0/applications", "", local, kGraph).status(), 401);
}

TEST_F(GraphHandlerTest, RefusesEveryOtherToken) {
  HttpRequest bare = MakeRequest("GET", kGraph, "/v1.0/servicePrincipals");
  const EntraTestAnswer none = Send(&handler_, bare);
  EXPECT_EQ(none.status(), 401);
  EXPECT_EQ(Code(none), "InvalidAuthenticationToken");
  EXPECT_THAT(none.response.body, HasSubstr("Access token is empty."));
  EXPECT_THAT(std::string(none.response.headers.Get("WWW-Authenticate")), HasSubstr("Bearer"));

  const std::string good = Token(*scene_.app);
  std::string tampered = good;
  tampered[good.find('.') + 5] ^= 1;
  const std::string unsigned_token = absl::StrCat(
      "eyJhbGciOiJub25lIiwia2lkIjoieCJ9", good.substr(good.find('.'), good.rfind('.')), ".");
  for (const std::string& token : {std::string("x"), tampered, unsigned_token,
                                   Token(*scene_.app, "https://vault.azure.net")}) {
    const EntraTestAnswer answer = Call("GET", "/v1.0/servicePrincipals", "", token);
    EXPECT_EQ(answer.status(), 401);
    EXPECT_EQ(Code(answer), "InvalidAuthenticationToken");
  }
  scene_.clock.Set(scene_.clock.Now() + absl::Hours(2));
  EXPECT_THAT(Call("GET", "/v1.0/servicePrincipals", "", good).response.body,
              HasSubstr("the token is expired"));
}

TEST_F(GraphHandlerTest, RefusesWhatItDoesNotServe) {
  struct {
    const char* method;
    const char* target;
    int status;
    const char* code;
  } const cases[] = {
      {"GET", "/", 400, "BadRequest"},
      {"GET", "/v2.0/users", 400, "BadRequest"},
      {"GET", "/v1.0", 400, "BadRequest"},
      {"GET", "/v1.0/nothing", 400, "BadRequest"},
      {"GET", "/v1.0/%zz", 400, "BadRequest"},
      {"GET", "/v1.0/servicePrincipals?$filter=appId", 400, "BadRequest"},
      {"GET", "/v1.0/servicePrincipals?$filter=nothing%20eq%20'x'", 400, "BadRequest"},
      {"GET", "/v1.0/servicePrincipals?$top=0", 400, "BadRequest"},
      {"GET", "/v1.0/servicePrincipals?$top=1000", 400, "BadRequest"},
      {"GET", "/v1.0/servicePrincipals?$orderby=displayName", 400, "Request_UnsupportedQuery"},
      {"GET", "/v1.0/servicePrincipals?$search=x", 400, "Request_UnsupportedQuery"},
      {"GET", "/v1.0/servicePrincipals(name='x')", 400, "BadRequest"},
      {"POST", "/v1.0/servicePrincipals", 501, "NotImplemented"},
      {"POST", "/v1.0/applications", 501, "NotImplemented"},
      {"DELETE", "/v1.0/servicePrincipals/x", 501, "NotImplemented"},
      {"PATCH", "/v1.0/applications/x", 501, "NotImplemented"},
      {"GET", "/v1.0/servicePrincipals/x/owners/y", 501, "NotImplemented"},
  };
  for (const auto& c : cases) {
    const EntraTestAnswer answer = Call(c.method, c.target, "", Token(*scene_.app));
    EXPECT_EQ(answer.status(), c.status) << c.method << c.target;
    EXPECT_EQ(Code(answer), c.code) << c.method << c.target;
  }
}

}  // namespace
}  // namespace lazuli::emulator

// Azure's wire, request by request, against an emulator in this process: what clients depend on
// besides the results themselves.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/http_face.h"
#include "tests/support/rest_answers.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kVaultHost[] = "kv1.vault.azure.net";
constexpr char kLocalVaultHost[] = "kv1.vault.localhost:8443";
constexpr char kArmHost[] = "management.azure.com";
constexpr char kBatchHost[] = "acc1.westus2.batch.azure.com";
constexpr char kGroup[] = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g";
constexpr char kVaultPath[] =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
    "Microsoft.KeyVault/vaults/kv1";
constexpr char kAccountPath[] =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
    "Microsoft.Batch/batchAccounts/acc1";

std::string Header(const HttpResponse& answer, absl::string_view name) {
  return std::string(answer.headers.Get(name));
}

class RestTest : public ::testing::Test {
 protected:
  RestTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {
    Expect(201, Put(kArmHost, absl::StrCat(kGroup, "?api-version=2021-04-01"),
                    R"({"location":"westus2"})"));
  }

  HttpResponse Put(const std::string& host, const std::string& target, const std::string& body) {
    return face_.Send("PUT", host, target, body);
  }
  HttpResponse Post(const std::string& host, const std::string& target, const std::string& body) {
    return face_.Send("POST", host, target, body);
  }
  HttpResponse PutVault(const std::string& host = kArmHost) {
    return Put(host, absl::StrCat(kVaultPath, "?api-version=2022-07-01"),
               absl::StrReplaceAll(
                   R"({"location":"West US 2","properties":{"tenantId":"$T","sku":{"family":"A",
                   "name":"standard"},"enablePurgeProtection":null,"accessPolicies":[{"tenantId":"$T",
                   "objectId":"$O","permissions":{"keys":["all","purge"]}}]}})",
                   {{"$T", kDefaultTenantId}, {"$O", kAdminObjectId}}));
  }
  HttpResponse PutKey(const std::string& host = kVaultHost) {
    return Post(host, "/keys/k1/create?api%2Dversion=7.4", R"({"kty":"RSA","attributes":{}})");
  }
  HttpResponse PutAccount(const std::string& host = kArmHost) {
    return Put(host, absl::StrCat(kAccountPath, "?api-version=2022-10-01"),
               R"({"location":"West US 2","identity":{"type":"SystemAssigned"}})");
  }
  HttpResponse AskWithoutToken(const std::string& method, const std::string& host,
                               const std::string& target) {
    return face_.Ask(MakeHttpRequest(method, host, target));
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

TEST_F(RestTest, AVaultChallengesBeforeAnythingElse) {
  PutVault();
  for (const std::string target : {"/keys/k1/create?api-version=7.4", "/keys/k1/create", "/nowhere",
                                   "/keys?api-version=1.0", "/keys/%zz"}) {
    const HttpResponse answer = Expect(401, AskWithoutToken("POST", kVaultHost, target));
    EXPECT_EQ(Header(answer, "WWW-Authenticate"),
              "Bearer authorization=\"https://login.microsoftonline.com/"
              "11111111-1111-1111-1111-111111111111\", resource=\"https://vault.azure.net\"");
    EXPECT_EQ(answer.body, R"({"error":{"code":"Unauthorized",)"
                           R"("message":"AKV10000: Request is missing a Bearer or PoP token."}})");
  }
}

TEST_F(RestTest, TheChallengeFollowsTheHostThatTheCallerUsed) {
  EXPECT_EQ(Header(AskWithoutToken("GET", kLocalVaultHost, "/keys"), "WWW-Authenticate"),
            "Bearer authorization=\"https://localhost:8443/11111111-1111-1111-1111-111111111111\", "
            "resource=\"https://vault.localhost:8443\"");
}

TEST_F(RestTest, ATokenServesThePlaneItWasMadeFor) {
  PutVault();
  const auto ask = [&](const std::string& host, const std::string& target,
                       const std::string& resource) {
    HttpRequest request = MakeHttpRequest("GET", host, target);
    request.headers.Set("Authorization", absl::StrCat("Bearer ", face_.Token(resource)));
    return face_.Ask(std::move(request));
  };
  const struct {
    std::string host;
    std::string target;
    std::string resource;
    int status;
    std::string code;
  } cases[] = {
      {kVaultHost, "/keys?api-version=7.4", "https://vault.azure.net", 200, ""},
      {kVaultHost, "/keys?api-version=7.4", "https://management.azure.com", 401, "Unauthorized"},
      {kVaultHost, "/keys?api-version=7.4", "https://vault.localhost:8443", 401, "Unauthorized"},
      {kLocalVaultHost, "/keys?api-version=7.4", "https://vault.localhost:8443", 200, ""},
      {kLocalVaultHost, "/keys?api-version=7.4", "https://vault.azure.net", 200, ""},
      {kArmHost, "/subscriptions?api-version=2022-12-01", "https://management.core.windows.net/",
       200, ""},
      {kArmHost, "/subscriptions?api-version=2022-12-01", "https://management.azure.com", 200, ""},
      {kArmHost, "/subscriptions?api-version=2022-12-01", "https://vault.azure.net", 401,
       "InvalidAuthenticationTokenAudience"},
      {kArmHost, "/subscriptions?api-version=2022-12-01", "https://localhost:8443", 401,
       "InvalidAuthenticationTokenAudience"},
      {"localhost:8443", "/subscriptions?api-version=2022-12-01", "https://localhost:8443", 200,
       ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.host, " ", c.resource));
    const HttpResponse answer = Expect(c.status, ask(c.host, c.target, c.resource));
    if (c.status == 200) continue;
    EXPECT_EQ(Text(answer, "error/code"), c.code);
    EXPECT_THAT(Header(answer, "WWW-Authenticate"), StartsWith("Bearer authorization"));
  }
  EXPECT_EQ(Text(ask(kVaultHost, "/keys?api-version=7.4", "https://management.azure.com"),
                 "error/message"),
            "AKV10022: Invalid audience. Expected https://vault.azure.net, found: "
            "https://management.azure.com.");
}

TEST_F(RestTest, ResourceManagerAndBatchRefuseWithoutAToken) {
  const HttpResponse arm =
      Expect(401, AskWithoutToken("GET", kArmHost, "/subscriptions?api-version=2022-12-01"));
  EXPECT_EQ(Text(arm, "error/code"), "AuthenticationFailed");
  EXPECT_THAT(Header(arm, "WWW-Authenticate"),
              StartsWith("Bearer authorization_uri=\"https://login.microsoftonline.com/"));
  PutAccount();
  const HttpResponse batch =
      Expect(403, AskWithoutToken("GET", kBatchHost, "/pools?api-version=2022-10-01.16.0"));
  EXPECT_EQ(Text(batch, "code"), "AuthenticationFailed");
  EXPECT_EQ(Text(batch, "message/lang"), "en-US");
  EXPECT_THAT(Text(batch, "message/value"),
              MatchesRegex("Server failed .*\nRequestId:[0-9a-f-]{36}\nTime:2026-.*Z"));
  EXPECT_EQ(Text(batch, "values/0/key"), "AuthenticationErrorDetail");
}

TEST_F(RestTest, KeysHaveEverySpellingOfTheirPath) {
  PutVault();
  const std::string kid = Text(Expect(200, PutKey()), "key/kid");
  EXPECT_THAT(kid, StartsWith("https://kv1.vault.azure.net/keys/k1/"));
  const std::string version = kid.substr(kid.rfind('/') + 1);
  for (const std::string& path :
       {std::string("/keys/k1"), std::string("/keys/k1/"), std::string("//Keys//k1"),
        absl::StrCat("/keys/k1/", version), absl::StrCat("/KEYS/K1/", version, "/")}) {
    const HttpResponse answer =
        Expect(200, face_.Get(kVaultHost, absl::StrCat(path, "?API%2DVersion=7.4")));
    EXPECT_EQ(Text(answer, "key/kid"), kid) << path;
  }
  for (const std::string path : {"/keys/k1/sign", "/keys/k1//sign", "/keys/k1/SIGN"}) {
    Expect(200, Post(kVaultHost, absl::StrCat(path, "?api-version=7.4"),
                     R"({"alg":"RS256","value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})"));
  }
  Expect(200, Post(kVaultHost, "/keys/k1/wrapKey?api-version=7.4",
                   R"({"alg":"RSA-OAEP-256","value":"AAAA"})"));
  Expect(200, face_.Send("PATCH", kVaultHost, "/keys/k1/?api-version=7.4",
                         R"({"attributes":{"enabled":false}})"));
  Expect(200, face_.Get(kVaultHost, "/keys/k1/versions?api-version=7.4"));
}

TEST_F(RestTest, HeadIsServedAsGet) {
  PutVault();
  PutKey();
  Expect(200, face_.AskAsAdmin(MakeHttpRequest("HEAD", kVaultHost, "/keys/k1?api-version=7.4")));
}

TEST_F(RestTest, APostMayNameAnotherVerb) {
  PutVault();
  PutKey();
  HttpRequest request = MakeHttpRequest("POST", kVaultHost, "/keys/k1?api-version=7.4");
  request.headers.Set("X-HTTP-Method", "DELETE");
  EXPECT_THAT(Expect(200, face_.AskAsAdmin(std::move(request))).body, HasSubstr("recoveryId"));
}

TEST_F(RestTest, UnknownRoutesAndVersionsGetThePlanesOwnError) {
  PutVault();
  PutAccount();
  const struct {
    const char* method;
    const char* host;
    std::string target;
    int status;
    const char* code;
    const char* message;
  } cases[] = {
      {"GET", kVaultHost, "/keys", 400, "BadParameter", "api-version"},
      {"GET", kVaultHost, "/keys?api-version=1.0", 400, "BadParameter",
       "The specified version (1.0) is not recognized. Consider using the latest supported version "
       "(2025-07-01)."},
      {"GET", kVaultHost, "/secrets/x/y/z/a?api-version=7.4", 404, "NotFound", ""},
      {"PUT", kVaultHost, "/keys?api-version=7.4", 405, "MethodNotAllowed", "PUT"},
      {"GET", kVaultHost, "/keys?api-version=7.4&maxresults=x", 400, "BadParameter", "maxresults"},
      {"GET", kVaultHost, "/keys?api-version=7.4&maxresults=26", 400, "BadParameter", "maxresults"},
      {"POST", kVaultHost, "/keys/k1/create?api-version=7.4", 400, "BadParameter", "kty"},
      {"GET", kArmHost, "/subscriptions", 400, "MissingApiVersionParameter",
       "The api-version query parameter (?api-version=) is required for all requests."},
      {"GET", kArmHost, "/subscriptions?api-version=latest", 400, "InvalidApiVersionParameter",
       "latest"},
      {"GET", kArmHost,
       absl::StrCat(kGroup, "/providers/Microsoft.Foo/bars?api-version=2022-01-01"), 404,
       "InvalidResourceType",
       "The resource type 'bars' could not be found in the namespace 'Microsoft.Foo' for api "
       "version '2022-01-01'."},
      {"PATCH", kArmHost, "/subscriptions?api-version=2022-12-01", 405, "MethodNotAllowed", ""},
      {"PUT", kArmHost, absl::StrCat(kVaultPath, "?api-version=2022-07-01"), 400,
       "InvalidRequestContent", "parameters"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.method, " ", c.target));
    const HttpResponse answer = Expect(c.status, face_.Send(c.method, c.host, c.target, ""));
    EXPECT_EQ(Text(answer, "error/code"), c.code);
    EXPECT_THAT(Text(answer, "error/message"), HasSubstr(c.message));
  }
  const struct {
    const char* method;
    std::string target;
    int status;
    const char* code;
  } batch_cases[] = {
      {"GET", "/pools", 400, "MissingRequiredQueryParameter"},
      {"GET", "/pools?api-version=1", 400, "UnsupportedRequestVersion"},
      {"GET", "/nowhere?api-version=2022-10-01.16.0", 404, "ResourceNotFound"},
      {"PUT", "/pools?api-version=2022-10-01.16.0", 405, "UnsupportedHttpVerb"},
      {"GET", "/pools?api-version=2022-10-01.16.0&maxresults=x", 400, "InvalidQueryParameterValue"},
      {"POST", "/pools?api-version=2022-10-01.16.0", 400, "MissingRequiredProperty"},
      {"GET", "/pools/none?api-version=2022-10-01.16.0", 404, "PoolNotFound"},
  };
  for (const auto& c : batch_cases) {
    SCOPED_TRACE(absl::StrCat(c.method, " ", c.target));
    const HttpResponse answer = Expect(c.status, face_.Send(c.method, kBatchHost, c.target, ""));
    EXPECT_EQ(Text(answer, "code"), c.code);
    EXPECT_THAT(Text(answer, "odata.metadata"),
                EndsWith("$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/"
                         "@Element"));
  }
}

TEST_F(RestTest, BodiesThatAreNoJsonGetThePlanesOwnError) {
  PutVault();
  PutAccount();
  EXPECT_EQ(Text(Expect(400, Post(kVaultHost, "/keys/k1/create?api-version=7.4", "{\"kty\":")),
                 "error/code"),
            "BadParameter");
  EXPECT_EQ(Text(Expect(400, Put(kArmHost, absl::StrCat(kVaultPath, "?api-version=2022-07-01"),
                                 R"({"location":5})")),
                 "error/code"),
            "InvalidRequestContent");
  EXPECT_EQ(Text(Expect(400, Post(kBatchHost, "/pools?api-version=2022-10-01.16.0", "[]")), "code"),
            "InvalidRequestBody");
}

TEST_F(RestTest, AnswersOfAVaultCarryItsHeaders) {
  PutVault();
  HttpRequest request = MakeHttpRequest("GET", kVaultHost, "/keys?api-version=7.4");
  request.headers.Set("x-ms-client-request-id", "mine");
  const HttpResponse answer = Expect(200, face_.AskAsAdmin(std::move(request)));
  EXPECT_EQ(answer.body, R"({"value":[],"nextLink":null})");
  EXPECT_EQ(Header(answer, "Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(Header(answer, "x-ms-client-request-id"), "mine");
  EXPECT_THAT(Header(answer, "x-ms-request-id"), MatchesRegex("[0-9a-f-]{36}"));
  EXPECT_EQ(Header(answer, "x-ms-keyvault-network-info"),
            "conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;");
  EXPECT_EQ(Header(answer, "cache-control"), "no-cache");
}

TEST_F(RestTest, KeysShowWhatTheirVersionKnows) {
  PutVault();
  PutKey();
  const std::string v70 = face_.Get(kVaultHost, "/keys/k1?api-version=7.0").body;
  const std::string v72 = face_.Get(kVaultHost, "/keys/k1?api-version=7.2").body;
  const std::string v73 = face_.Get(kVaultHost, "/keys/k1?api-version=7.3").body;
  EXPECT_THAT(v70, AllOf(HasSubstr("recoveryLevel"), Not(HasSubstr("recoverableDays")),
                         Not(HasSubstr("exportable"))));
  EXPECT_THAT(v72, AllOf(HasSubstr("recoverableDays"), Not(HasSubstr("exportable"))));
  EXPECT_THAT(v73, AllOf(HasSubstr("recoverableDays"), HasSubstr("exportable"),
                         Not(HasSubstr("hsmPlatform"))));
  EXPECT_THAT(face_.Get(kVaultHost, "/keys/k1?api-version=7.5").body, HasSubstr("hsmPlatform"));
}

TEST_F(RestTest, OperationsAndAlgorithmsAreThereFromTheirVersionOn) {
  PutVault();
  PutKey();
  const struct {
    const char* verb;
    const char* path;
    const char* since;
    const char* before;
    const char* message;  // of the one before
  } cases[] = {
      {"POST", "/keys/k1/rotate", "7.3-preview", "7.2",
       "Method POST does not allow operation 'rotate'"},
      {"PUT", "/keys/k1/rotationpolicy", "7.3-preview", "7.2",
       "Method PUT does not allow operation 'rotationpolicy'"},
      {"GET", "/keys/k1/rotationpolicy", "7.3-preview", "7.0",
       "Method GET does not allow operation 'rotationpolicy'"},
      {"POST", "/keys/k1/release", "7.3", "7.2", "Method POST does not allow operation 'release'"},
      {"POST", "/keys/k1//release", "7.3", "7.2", "Method POST does not allow operation 'release'"},
      {"GET", "/keys/k1/attestation", "7.6-preview.1", "7.5",
       "Method GET does not allow operation 'attestation'"},
      {"POST", "/rng", "7.3", "7.2", "Method POST does not allow operation 'rng'"},
      {"POST", "/keys/k1/frobnicate", "", "2025-07-01",
       "Method POST does not allow operation 'frobnicate'"},
      {"DELETE", "/keys/k1/rotate", "", "2025-07-01",
       "Method DELETE does not allow operation 'rotate'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.verb, " ", c.path));
    const auto ask = [&](const std::string& version) {
      return face_.Send(c.verb, kVaultHost, absl::StrCat(c.path, "?api-version=", version), "");
    };
    const HttpResponse before = Expect(400, ask(c.before));
    EXPECT_EQ(Text(before, "error/code"), "BadParameter");
    EXPECT_EQ(Text(before, "error/message"), c.message);
    if (*c.since == '\0') continue;
    // Whatever it comes to, it is an operation.
    EXPECT_THAT(ask(c.since).body, Not(HasSubstr("does not allow operation")));
  }
  for (const std::string version : {"7.5", "7.6"}) {
    const HttpResponse answer =
        Expect(400, Post(kVaultHost, absl::StrCat("/keys/k1/wrapkey?api-version=", version),
                         R"({"alg":"CKM_AES_KEY_WRAP","value":"AAAAAAAAAAAAAAAAAAAAAA"})"));
    EXPECT_EQ(absl::StrContains(answer.body, "is expected"), version == "7.5") << answer.body;
    EXPECT_FALSE(absl::StrContains(answer.body, "CKM_AES_KEY_WRAP_PAD")) << answer.body;
  }
}

TEST_F(RestTest, ListsLinkToTheirNextPage) {
  PutVault();
  for (const std::string key : {"a", "b", "c"}) {
    Expect(200, Post(kVaultHost, absl::StrCat("/keys/", key, "/create?api-version=7.4"),
                     R"({"kty":"EC"})"));
  }
  std::vector<std::string> kids;
  std::string target = "/keys?maxresults=1&api-version=7.4";
  for (int page = 0; page < 10; ++page) {
    const HttpResponse answer = Expect(200, face_.Get(kVaultHost, target));
    if (answer.body.find("\"kid\"") != std::string::npos)
      kids.push_back(Text(answer, "value/0/kid"));
    const std::string link = Text(answer, "nextLink");
    if (link == "null") break;
    ASSERT_THAT(link,
                StartsWith("https://kv1.vault.azure.net:443/keys?api-version=7.4&$skiptoken="));
    ASSERT_THAT(link, EndsWith("&maxresults=1"));
    target = link.substr(std::string("https://kv1.vault.azure.net:443").size());
  }
  EXPECT_THAT(kids, ::testing::ElementsAre("https://kv1.vault.azure.net/keys/a",
                                           "https://kv1.vault.azure.net/keys/b",
                                           "https://kv1.vault.azure.net/keys/c"));
}

TEST_F(RestTest, ANewVaultRegistersItsNameFirst) {
  const HttpResponse first = Expect(200, PutVault());
  EXPECT_EQ(Text(first, "properties/provisioningState"), "RegisteringDns");
  EXPECT_EQ(Text(first, "properties/vaultUri"), "https://kv1.vault.azure.net");
  const HttpResponse got =
      Expect(200, face_.Get(kArmHost, absl::StrCat(kVaultPath, "?api-version=2022-07-01")));
  EXPECT_EQ(Text(got, "properties/provisioningState"), "Succeeded");
  EXPECT_EQ(Text(got, "properties/vaultUri"), "https://kv1.vault.azure.net/");
  EXPECT_EQ(Text(Expect(200, PutVault()), "properties/provisioningState"), "Succeeded");
}

TEST_F(RestTest, WhatIsNewIsCreatedAndWhatWasThereIsUpdated) {
  const std::string group = absl::StrCat(kGroup, "?api-version=2021-04-01");
  const std::string identity =
      absl::StrCat(kGroup,
                   "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
                   "identity1?api-version=2018-11-30");
  const std::string body = R"({"location":"westus2"})";
  Expect(200, Put(kArmHost, group, body));  // made with the scene
  Expect(201, Put(kArmHost, identity, body));
  Expect(200, Put(kArmHost, identity, body));
}

TEST_F(RestTest, AnAccountIsMadeAndDeletedAsALongOperation) {
  const HttpResponse accepted = Expect(202, PutAccount());
  EXPECT_EQ(accepted.body, "");
  EXPECT_EQ(Header(accepted, "Retry-After"), "1");
  const std::string location = Header(accepted, "Location");
  ASSERT_THAT(
      location,
      AllOf(StartsWith(absl::StrCat("https://", kArmHost, kAccountPath, "/operationResults/")),
            EndsWith("?api-version=2022-10-01")));
  const std::string target = location.substr(std::string("https://management.azure.com").size());
  const HttpResponse done = Expect(200, face_.Get(kArmHost, target));
  EXPECT_EQ(Text(done, "properties/accountEndpoint"), "acc1.westus2.batch.azure.com");
  EXPECT_EQ(Text(done, "location"), "westus2");
  // Nobody else's business.
  Expect(404, face_.Get(kArmHost, absl::StrReplaceAll(
                                      target, {{"/operationResults/", "/operationResults/0"}})));
  Expect(401, AskWithoutToken("GET", kArmHost, target));

  const std::string account = absl::StrCat(kAccountPath, "?api-version=2022-10-01");
  const HttpResponse deleted = Expect(202, face_.Send("DELETE", kArmHost, account, ""));
  const std::string end =
      Header(deleted, "Location").substr(std::string("https://management.azure.com").size());
  EXPECT_EQ(Expect(200, face_.Get(kArmHost, end)).body, "");
  const HttpResponse missing = Expect(404, face_.Get(kArmHost, account));
  EXPECT_EQ(Text(missing, "error/code"), "ResourceNotFound");
  EXPECT_EQ(Header(missing, "x-ms-failure-cause"), "gateway");
  Expect(204, face_.Send("DELETE", kArmHost, account, ""));
}

TEST_F(RestTest, ThePurgeOfAVaultIsALongOperation) {
  PutVault();
  Expect(200,
         face_.Send("DELETE", kArmHost, absl::StrCat(kVaultPath, "?api-version=2022-07-01"), ""));
  const std::string deleted =
      "/subscriptions/22222222-2222-2222-2222-222222222222/providers/Microsoft.KeyVault/locations/"
      "westus2/deletedVaults/kv1";
  Expect(200, face_.Get(kArmHost, absl::StrCat(deleted, "?api-version=2022-07-01")));
  const HttpResponse accepted =
      Expect(202, Post(kArmHost, absl::StrCat(deleted, "/purge?api-version=2022-07-01"), ""));
  const std::string location = Header(accepted, "Location");
  EXPECT_THAT(location, HasSubstr("/locations/westus2/operationResults/"));
  const HttpResponse done = Expect(
      200,
      face_.Get(kArmHost, location.substr(std::string("https://management.azure.com").size())));
  EXPECT_EQ(Text(done, "status"), "Succeeded");
}

TEST_F(RestTest, CallersByLocalNamesSeeAndSendLocalNames) {
  const std::string arm = "localhost:8443";
  Expect(200, PutVault(arm));
  const HttpResponse vault =
      Expect(200, face_.Get(arm, absl::StrCat(kVaultPath, "?api-version=2022-07-01")));
  EXPECT_EQ(Text(vault, "properties/vaultUri"), "https://kv1.vault.localhost:8443/");
  const HttpResponse key = Expect(200, PutKey(kLocalVaultHost));
  EXPECT_THAT(Text(key, "key/kid"), StartsWith("https://kv1.vault.localhost:8443/keys/k1/"));
  const HttpResponse page = Expect(200, face_.Get(kLocalVaultHost, "/keys?api-version=7.4"));
  EXPECT_EQ(Text(page, "value/0/kid"), "https://kv1.vault.localhost:8443/keys/k1");
  const HttpResponse accepted = Expect(202, PutAccount(arm));
  const std::string location = Header(accepted, "Location");
  ASSERT_THAT(location, StartsWith("https://localhost:8443/subscriptions/"));
  const HttpResponse account =
      Expect(200, face_.Get(arm, location.substr(std::string("https://localhost:8443").size())));
  EXPECT_EQ(Text(account, "properties/accountEndpoint"), "acc1.westus2.batch.localhost:8443");

  // Refused for its key's sake, and not because nobody knows the name.
  const HttpResponse refused = Expect(
      400,
      face_.Send("PATCH", arm, absl::StrCat(kAccountPath, "?api-version=2022-10-01"),
                 absl::StrCat(R"({"properties":{"encryption":{"keySource":"Microsoft.KeyVault",)",
                              R"("keyVaultProperties":{"keyIdentifier":")", Text(key, "key/kid"),
                              R"("}}}})")));
  EXPECT_EQ(Text(refused, "error/code"), "InvalidKeyVaultReference");
  EXPECT_THAT(Text(refused, "error/message"), HasSubstr("\nRequestId:"));
  EXPECT_THAT(refused.body, Not(HasSubstr("azure.net")));

  Expect(201, Post("acc1.westus2.batch.localhost:8443", "/jobs?api-version=2022-10-01.16.0",
                   R"({"id":"j1","poolInfo":{"poolId":"p"}})"));
  const HttpResponse job = Expect(
      200, face_.Get("acc1.westus2.batch.localhost:8443", "/jobs/j1?api-version=2022-10-01.16.0"));
  EXPECT_EQ(Text(job, "url"), "https://acc1.westus2.batch.localhost:8443/jobs/j1");
  EXPECT_EQ(Text(job, "odata.metadata"),
            "https://acc1.westus2.batch.localhost:8443/$metadata#jobs/@Element");
}

TEST_F(RestTest, BatchSaysWhatItsAnswersAreAbout) {
  PutAccount();
  HttpRequest add = MakeHttpRequest("POST", kBatchHost, "/jobs?api-version=2022-10-01.16.0");
  add.headers.Set("client-request-id", "mine");
  add.headers.Set("return-client-request-id", "true");
  add.headers.Set("Content-Type", "application/json; odata=minimalmetadata; charset=utf-8");
  add.body = R"({"id":"j1","poolInfo":{"poolId":"p"}})";
  const HttpResponse added = Expect(201, face_.AskAsAdmin(std::move(add)));
  EXPECT_EQ(added.body, "");
  EXPECT_EQ(Header(added, "client-request-id"), "mine");
  EXPECT_EQ(Header(added, "DataServiceVersion"), "3.0");
  EXPECT_EQ(Header(added, "Location"), absl::StrCat("https://", kBatchHost, "/jobs/j1"));
  const HttpResponse job =
      Expect(200, face_.Get(kBatchHost, "/jobs/j1?api-version=2022-10-01.16.0"));
  EXPECT_THAT(job.body, StartsWith(absl::StrCat("{\"odata.metadata\":\"https://", kBatchHost,
                                                "/$metadata#jobs/@Element\",\"id\":\"j1\"")));
  EXPECT_EQ(Header(job, "Content-Type"), "application/json;odata=minimalmetadata");
  EXPECT_EQ(Header(job, "ETag"), Text(job, "eTag"));
  EXPECT_EQ(Header(job, "Last-Modified"), "Thu, 01 Jan 2026 00:00:00 GMT");
  const HttpResponse list = Expect(200, face_.Get(kBatchHost, "/jobs?api-version=2022-10-01.16.0"));
  EXPECT_EQ(Text(list, "odata.metadata"), absl::StrCat("https://", kBatchHost, "/$metadata#jobs"));
}

TEST_F(RestTest, RolesAreAssignedAtScopesOfAnyDepth) {
  PutVault();
  for (const std::string& scope : {std::string(), std::string(kGroup), std::string(kVaultPath)}) {
    const std::string name = absl::StrCat(
        scope,
        "/providers/Microsoft.Authorization/roleAssignments/0a000000-0000-0000-0000-00000000000",
        scope.size() % 7, "?api-version=2022-04-01");
    const HttpResponse put = Expect(
        201, Put(kArmHost, name,
                 absl::StrCat(
                     R"({"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/)",
                     R"(roleDefinitions/14b46e9e-c2b7-41b4-b07b-48a6ebf60603","principalId":")",
                     std::string(kAdminObjectId), R"("}})")));
    EXPECT_EQ(Text(put, "properties/scope"), scope.empty() ? "/" : scope);
    Expect(200, face_.Get(kArmHost, name));
  }
}

}  // namespace
}  // namespace lazuli::emulator

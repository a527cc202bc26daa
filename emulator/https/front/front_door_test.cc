#include "emulator/https/front/front_door.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

// Answers with its name.
class Named final : public HttpHandler {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  void Handle(HttpRequest, HttpRespond respond) override {
    HttpResponse answer;
    answer.body = name_;
    respond(std::move(answer));
  }

 private:
  const std::string name_;
};

class FrontDoorTest : public ::testing::Test {
 protected:
  FrontDoor::Handlers Handlers() {
    return {&rest_, &login_, &graph_, &identity_, &metadata_, &control_};
  }
  static HttpResponse Ask(FrontDoor* door, const std::string& authority, const std::string& target,
                          bool is_tls = true, const std::string& authorization = "") {
    HttpRequest request;
    request.method = "GET";
    request.authority = authority;
    request.target = target;
    request.is_tls = is_tls;
    if (!authorization.empty()) request.headers.Set("Authorization", authorization);
    HttpResponse got;
    int answers = 0;
    door->Handle(std::move(request), [&](HttpResponse answer) {
      got = std::move(answer);
      ++answers;
    });
    EXPECT_EQ(answers, 1);
    return got;
  }

  Named rest_{"rest"};
  Named login_{"login"};
  Named graph_{"graph"};
  Named identity_{"identity"};
  Named metadata_{"metadata"};
  Named control_{"control"};
};

TEST_F(FrontDoorTest, TheHostChooses) {
  FrontDoor door(Handlers(), {});
  const struct {
    const char* authority;
    const char* target;
    const char* handler;
  } cases[] = {
      {"kv1.vault.azure.net", "/keys", "rest"},
      {"kv1.vault.localhost:8443", "/emulator", "rest"},
      {"hsm.managedhsm.azure.net", "/keys", "rest"},
      {"acc.westus2.batch.azure.com", "/pools", "rest"},
      {"management.azure.com", "/subscriptions", "rest"},
      {"management.azure.com", "/metadata/endpoints?api-version=1", "metadata"},
      {"login.microsoftonline.com", "/subscriptions", "login"},
      {"sts.windows.net", "/t/oauth2/token", "login"},
      {"graph.microsoft.com", "/v1.0/me", "graph"},
      {"169.254.169.254", "/metadata/identity/oauth2/token", "identity"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Ask(&door, c.authority, c.target).body, c.handler) << c.authority << c.target;
  }
}

TEST_F(FrontDoorTest, OnALocalHostThePathChooses) {
  FrontDoor door(Handlers(), {});
  const struct {
    const char* target;
    const char* handler;
  } cases[] = {
      {"/emulator/v1/info", "control"},
      {"/healthz", "control"},
      {"//Subscriptions/s?x=/emulator", "rest"},
      {"/providers", "rest"},
      {"/tenants?api-version=1", "rest"},
      {"/metadata/endpoints?api-version=1", "metadata"},
      {"/metadata/identity/oauth2/token/", "identity"},
      {"/metadata/instance", "identity"},
      {"/oauth2/token", "identity"},
      {"/msi/token", "identity"},
      {"/MSI", "identity"},
      {"/v1.0/me", "graph"},
      {"/t/oauth2/v2.0/token", "login"},
      {"/adfs/oauth2/token", "login"},
      {"/common/discovery/instance", "login"},
      {"/", "login"},
  };
  for (const std::string authority : {"localhost:8443", "127.0.0.1:1", "[::1]:8443"}) {
    for (const auto& c : cases) {
      EXPECT_EQ(Ask(&door, authority, c.target).body, c.handler) << c.target;
    }
  }
}

TEST_F(FrontDoorTest, ForeignHostsAreTurnedAway) {
  FrontDoor door(Handlers(), {});
  for (const std::string authority :
       {"example.com", "", "kv1.vault.azure.net.example.com", "a.b.vault.azure.net",
        "localhost:84\"43", "localhost:123456"}) {
    const HttpResponse answer = Ask(&door, authority, "/keys");
    EXPECT_EQ(answer.status, 421) << authority;
    EXPECT_TRUE(absl::StrContains(answer.body, "\"code\":\"HostNotEmulated\"")) << answer.body;
  }
}

TEST_F(FrontDoorTest, NamesThatWereAddedStandForALocalHost) {
  FrontDoor door(Handlers(), {.allow_http_batch = false, .allowed_hosts = {"Lazuli"}});
  EXPECT_EQ(Ask(&door, "lazuli:8443", "/subscriptions").body, "rest");
  EXPECT_EQ(Ask(&door, "lazuli:8443", "/emulator/v1/info").body, "control");
  EXPECT_EQ(Ask(&door, "other:8443", "/subscriptions").status, 421);
}

TEST_F(FrontDoorTest, PlainHttpIsForIdentitiesAndControl) {
  FrontDoor door(Handlers(), {});
  EXPECT_EQ(Ask(&door, "localhost:1", "/emulator/v1/info", false).body, "control");
  EXPECT_EQ(Ask(&door, "localhost:1", "/healthz", false).body, "control");
  EXPECT_EQ(Ask(&door, "localhost:1", "/oauth2/token", false).body, "identity");
  EXPECT_EQ(Ask(&door, "169.254.169.254", "/metadata/identity/oauth2/token", false).body,
            "identity");
  for (const std::string target :
       {"/subscriptions", "/t/oauth2/v2.0/token", "/v1.0/me", "/metadata/endpoints"}) {
    EXPECT_EQ(Ask(&door, "localhost:1", target, false).status, 403) << target;
  }
  const HttpResponse vault = Ask(&door, "kv1.vault.azure.net", "/keys", false);
  EXPECT_EQ(vault.status, 403);
  EXPECT_TRUE(absl::StartsWith(vault.body, "{\"error\":{\"code\":\"HttpsRequired\""));
  const HttpResponse batch = Ask(&door, "a.westus2.batch.azure.com", "/pools", false);
  EXPECT_EQ(batch.status, 403);
  EXPECT_TRUE(absl::StartsWith(batch.body, "{\"odata.metadata\":\"")) << batch.body;
}

TEST_F(FrontDoorTest, SignedRequestsToBatchMayComePlainWhereItIsAllowed) {
  FrontDoor door(Handlers(), {.allow_http_batch = true, .allowed_hosts = {}});
  const std::string host = "a.westus2.batch.azure.com";
  EXPECT_EQ(Ask(&door, host, "/pools", false, "SharedKey a:x").body, "rest");
  EXPECT_EQ(Ask(&door, host, "/pools", false, "Bearer x").status, 403);
  EXPECT_EQ(Ask(&door, host, "/pools", false).status, 403);
  EXPECT_EQ(Ask(&door, "kv1.vault.azure.net", "/keys", false).status, 403);
}

TEST_F(FrontDoorTest, WhatNobodyServesIsNotFound) {
  FrontDoor door({.rest = &rest_}, {});
  EXPECT_EQ(Ask(&door, "graph.microsoft.com", "/v1.0/me").status, 404);
  EXPECT_EQ(Ask(&door, "localhost:1", "/emulator/v1/info").body, "rest");
  EXPECT_EQ(Ask(&door, "localhost:1", "/healthz").status, 404);
}

}  // namespace
}  // namespace lazuli::emulator

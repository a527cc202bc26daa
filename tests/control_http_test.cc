// The emulator's own control as curl, a browser and a test's own code meet it: over HTTP, on the
// program's real port.
#include <signal.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/client/http_client.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Headers = std::vector<std::pair<std::string, std::string>>;

class ControlHttpTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = Must(ServerProcess::Start(ProgramPath(),
                                        {"--clock=manual", "--start_time=2026-01-01T00:00:00Z",
                                         "--https=127.0.0.1:0", "--allow_host=lazuli.test"}))
                  .release();
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  static std::string Port() {
    return server_->ready().https.substr(server_->ready().https.rfind(':') + 1);
  }
  static std::string Address() { return absl::StrCat("127.0.0.1:", Port()); }

  static HttpReply Ask(const std::string& method, const std::string& target,
                       const std::string& body = "", const Headers& headers = {}) {
    HttpCall call;
    call.method = method;
    call.target = target;
    call.body = body;
    call.headers = headers;
    return Must(CallHttp(Address(), call));
  }

  static ServerProcess* server_;
};

ServerProcess* ControlHttpTest::server_ = nullptr;

TEST_F(ControlHttpTest, HealthAndCertificateNeedNothing) {
  const HttpReply health = Ask("GET", "/healthz");
  EXPECT_EQ(health.status, 200);
  const HttpReply certificate = Ask("GET", "/emulator/v1/ca.pem");
  EXPECT_EQ(certificate.status, 200);
  EXPECT_THAT(certificate.body, StartsWith("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_EQ(certificate.body, ReadFile(server_->ready().ca_file));
  EXPECT_EQ(Ask("HEAD", "/healthz").status, 200);
}

TEST_F(ControlHttpTest, TimeMovesAsPeopleWriteIt) {
  const HttpReply info = Ask("GET", "/emulator/v1/info");
  EXPECT_EQ(info.status, 200);
  EXPECT_THAT(info.body, HasSubstr("\"clockMode\":\"manual\""));
  EXPECT_THAT(info.Header("content-type"), StartsWith("application/json"));
  const auto now = [] { return Ask("GET", "/emulator/v1/clock").body; };
  const std::string start = now();
  for (const char* body : {R"({"duration":"600s"})", R"({"duration":"PT10M"})",
                           R"({"duration":"10m"})", R"({"by":"PT10M"})"}) {
    const std::string before = now();
    const HttpReply moved = Ask("POST", "/emulator/v1/clock:advance", body);
    EXPECT_EQ(moved.status, 200) << moved.body;
    EXPECT_NE(moved.body, before);
  }
  EXPECT_THAT(now(), HasSubstr("\"now\":\"2026-01-01T00:40:00"));
  EXPECT_EQ(Ask("POST", "/emulator/v1/clock:next").status, 200);
  for (const char* body : {"", "{}", "{", R"({"duration":"a while"})", R"({"duration":"-1s"})",
                           R"({"duration":"1s","by":"PT1S"})", R"({"duration":5})"}) {
    const HttpReply refused = Ask("POST", "/emulator/v1/clock:advance", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_THAT(refused.body, StartsWith("{\"error\":{\"code\":\"")) << body;
  }
}

TEST_F(ControlHttpTest, TheDirectoryIsThereToo) {
  const HttpReply created =
      Ask("POST", "/emulator/v1/servicePrincipals", R"({"displayName":"by-http"})");
  EXPECT_EQ(created.status, 201) << created.body;
  const HttpReply found = Ask("GET", "/emulator/v1/principals/by-http");
  EXPECT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(found.body, HasSubstr("\"displayName\":\"by-http\""));
  EXPECT_THAT(Ask("GET", "/emulator/v1/tenants").body, HasSubstr(std::string(kDefaultTenantId)));
  EXPECT_EQ(Ask("DELETE", "/emulator/v1/servicePrincipals/by-http").status, 200);
  EXPECT_EQ(Ask("GET", "/emulator/v1/principals/by-http").status, 404);
}

TEST_F(ControlHttpTest, UnknownPathsAreJsonToo) {
  for (const char* path : {"/emulator", "/emulator/v1", "/emulator/v1/nothing", "/emulator/v2/info",
                           "/emulator/v1/accounts/nobody/keyAccess"}) {
    const HttpReply reply = Ask("GET", path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_THAT(reply.body, StartsWith("{\"error\":{\"code\":\"")) << path;
  }
  EXPECT_EQ(Ask("DELETE", "/emulator/v1/clock").status, 405);
}

TEST_F(ControlHttpTest, WebPagesAreKeptOut) {
  const std::string advance = "/emulator/v1/clock:advance";
  const std::string before = Ask("GET", "/emulator/v1/clock").body;
  const std::string home = absl::StrCat("localhost:", Port());
  for (const Headers& headers : std::vector<Headers>{
           {{"Host", "attacker.example"}},
           {{"Host", absl::StrCat("attacker.example:", Port())}},
           {{"Host", home}, {"Origin", "https://attacker.example"}},
           {{"Host", home}, {"Origin", "null"}},
           {{"Host", home}, {"Origin", "http://localhost:3000"}},
           {{"Host", home}, {"Sec-Fetch-Site", "cross-site"}},
           {{"Host", home}, {"Sec-Fetch-Site", "same-site"}},
       }) {
    const HttpReply refused = Ask("POST", advance, R"({"duration":"1s"})", headers);
    SCOPED_TRACE(headers.back().second);
    // A host that nobody stands for does not even reach control.
    EXPECT_THAT(refused.status, testing::AnyOf(403, 421)) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("\"error\""));
    EXPECT_EQ(refused.Header("access-control-allow-origin"), "");
  }
  EXPECT_EQ(Ask("GET", "/emulator/v1/clock").body, before);
  EXPECT_EQ(Ask("GET", "/emulator/v1/clock", "",
                {{"Host", home}, {"Origin", absl::StrCat("http://", home)}})
                .status,
            200);
}

TEST_F(ControlHttpTest, AnAddedNameTakesTheOperatorToken) {
  const std::string host = absl::StrCat("lazuli.test:", Port());
  const std::string& token = server_->ready().operator_token;
  ASSERT_FALSE(token.empty());
  EXPECT_EQ(Ask("GET", "/healthz", "", {{"Host", host}}).status, 200);
  EXPECT_EQ(Ask("GET", "/emulator/v1/info", "", {{"Host", host}}).status, 401);
  EXPECT_EQ(
      Ask("GET", "/emulator/v1/info", "", {{"Host", host}, {"x-lazuli-operator-token", "wrong"}})
          .status,
      401);
  for (const auto& [name, value] :
       Headers{{"Authorization", "Bearer " + token}, {"X-Lazuli-Operator-Token", token}}) {
    const HttpReply info = Ask("GET", "/emulator/v1/info", "", {{"Host", host}, {name, value}});
    EXPECT_EQ(info.status, 200) << info.body;
  }
}

TEST_F(ControlHttpTest, ATokenIsItsOwners) {
  const std::unique_ptr<GrpcClient> admin = GrpcClient::Connect(server_->ready().grpc);
  Must(admin->SignIn(kAdminAppId, kWellKnownAdminSecret));
  ASSERT_EQ(
      Ask("POST", "/emulator/v1/servicePrincipals", R"({"displayName":"nobody-special"})").status,
      201);
  const std::string token = Must(admin->TokenFor("nobody-special", ""));
  const HttpReply refused =
      Ask("GET", "/emulator/v1/info", "", {{"Authorization", "Bearer " + token}});
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("AuthorizationFailed"));
  const HttpReply broken = Ask("GET", "/emulator/v1/info", "", {{"Authorization", "Bearer x"}});
  EXPECT_EQ(broken.status, 401) << broken.body;
}

TEST_F(ControlHttpTest, EventsAreListedAndFollowed) {
  const std::unique_ptr<GrpcClient> admin = GrpcClient::Connect(server_->ready().grpc);
  Must(admin->SignIn(kAdminAppId, kWellKnownAdminSecret));
  Api api(admin.get(), kTestGroup);
  Must(api.PutResourceGroup());
  const HttpReply list = Ask("GET", "/emulator/v1/events?after=0&limit=1");
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.body, AllOf(HasSubstr("\"lastSequence\":1"), Not(HasSubstr("\"sequence\":2"))));

  // Each event as it comes: the second is made while the first is read.
  HttpCall follow;
  follow.target = "/emulator/v1/events?after=0";
  follow.headers = {{"Accept", "text/event-stream"}};
  std::string text;
  bool has_added = false;
  const HttpReply reply = Must(FollowHttp(Address(), follow, [&](absl::string_view piece) {
    absl::StrAppend(&text, piece);
    if (!has_added && absl::StrContains(text, "id: 1\n")) {
      has_added = true;
      Must(api.PutVault("sse-vault", {}).status());
    }
    return !absl::StrContains(text, "sse-vault");
  }));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.Header("content-type"), "text/event-stream");
  EXPECT_THAT(text, HasSubstr("id: 1\ndata: {\"sequence\":1,"));

  // Where the last connection broke off.
  follow.headers.emplace_back("Last-Event-ID", "1");
  text.clear();
  Must(FollowHttp(Address(), follow, [&](absl::string_view piece) {
         absl::StrAppend(&text, piece);
         return !absl::StrContains(text, "data: ");
       }).status());
  EXPECT_THAT(text, AllOf(HasSubstr("id: 2\n"), Not(HasSubstr("id: 1\n"))));
}

TEST(ControlEndTest, FollowersDoNotHoldUpTheEnd) {
  const std::unique_ptr<ServerProcess> server =
      Must(ServerProcess::Start(ProgramPath(), {"--clock=manual", "--https=127.0.0.1:0"}));
  const std::string& https = server->ready().https;
  HttpCall follow;
  follow.target = "/emulator/v1/events:watch";
  bool has_ended = false;
  // Whether such an answer ends or breaks off is the same to a client: it comes again.
  (void)FollowHttp(absl::StrCat("127.0.0.1", https.substr(https.rfind(':'))), follow,
                   [&](absl::string_view) {
                     if (has_ended) return true;
                     has_ended = true;
                     const ServerProcess::Ended ended = server->Signal(SIGTERM);
                     EXPECT_EQ(ended.exit_code, 0);
                     EXPECT_LT(ended.took, absl::Seconds(1));
                     return true;
                   });
  EXPECT_TRUE(has_ended);
}

}  // namespace
}  // namespace lazuli::emulator

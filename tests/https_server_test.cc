// The whole server behind its HTTPS port.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/real_time.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/ready_file.h"
#include "emulator/server/server.h"
#include "emulator/server/server_options.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"
#include "tests/support/tls_bridge.h"
#include "tests/support/tls_client.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

ServerOptions HttpsOptions() {
  ServerOptions options = TestOptions();
  options.https_address = "127.0.0.1:0";
  return options;
}

TEST(HttpsServerTest, ServesGrpcUnderTls) {
  TestServer server(HttpsOptions());
  for (const char* tunnel : {"", "management.azure.com:443"}) {
    TlsBridge bridge(server.server().https_port(), server.server().ca_pem(), tunnel);
    EXPECT_EQ(bridge.protocol(), "h2");
    const std::unique_ptr<GrpcClient> client = GrpcClient::Connect(bridge.address());
    LAZULI_ASSERT_OK(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
    Api api(client.get(), kTestGroup);
    for (int i = 0; i < 20; ++i) LAZULI_ASSERT_OK(api.EventsAfter(0));
  }
}

TEST(HttpsServerTest, EndsWithItsGrpcConnections) {
  TestServer server(HttpsOptions());
  TlsBridge bridge(server.server().https_port(), server.server().ca_pem(), "");
  const std::unique_ptr<GrpcClient> client = GrpcClient::Connect(bridge.address());
  LAZULI_ASSERT_OK(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
  const absl::Time start = RealNow();
  server.server().Shutdown(absl::Seconds(30));
  bridge.AwaitEnd();
  // Nobody waited out the grace. gRPC takes leave with a ping, for whose answer it waits 20 s at
  // the most; this client, between calls and in the server's own process, may be read by nobody.
  EXPECT_LT(RealNow() - start, absl::Seconds(28));
}

TEST(HttpsServerTest, AnswersOnEveryWayIn) {
  TestServer server(HttpsOptions());
  const int port = server.server().https_port();
  TlsClientOptions tls;
  tls.ca_pem = server.server().ca_pem();

  TlsClient direct(port);
  ASSERT_TRUE(direct.StartTls(tls));
  const auto health = direct.Ask("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(health.has_value());
  EXPECT_EQ(health->status, 200);

  TlsClient proxied(port);
  ASSERT_TRUE(
      proxied.Ask("CONNECT kv1.vault.azure.net:443 HTTP/1.1\r\n"
                  "Host: kv1.vault.azure.net:443\r\n\r\n"));
  tls.host = "kv1.vault.azure.net";
  ASSERT_TRUE(proxied.StartTls(tls));
  const auto challenge =
      proxied.Ask("GET /keys?api-version=7.4 HTTP/1.1\r\nHost: kv1.vault.azure.net\r\n\r\n");
  ASSERT_TRUE(challenge.has_value());
  EXPECT_EQ(challenge->status, 401);
  EXPECT_THAT(challenge->Field("WWW-Authenticate"),
              HasSubstr("resource=\"https://vault.azure.net\""));

  TlsClient plain(port);
  const auto identity = plain.Ask(
      "GET http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&"
      "resource=https://vault.azure.net HTTP/1.1\r\nHost: 169.254.169.254\r\n"
      "Metadata: true\r\n\r\n");
  ASSERT_TRUE(identity.has_value());
  EXPECT_EQ(identity->status, 200);
}

TEST(HttpsServerTest, TellsWhereItIsAndWhatToTrust) {
  const TemporaryFolder folder;
  ServerOptions options = HttpsOptions();
  options.ready_file = folder.path() + "/ready";
  std::string ca_file;
  {
    TestServer server(options);
    const ReadyInfo ready = server.server().ready();
    EXPECT_EQ(ready.https, absl::StrCat("https://localhost:", server.server().https_port()));
    ca_file = ready.ca_file;
    EXPECT_EQ(ca_file, options.ready_file + ".ca.pem");
    EXPECT_EQ(ReadFile(ca_file), server.server().ca_pem());
    EXPECT_GE(ready.operator_token.size(), 40u);
    EXPECT_GE(ready.identity_secret.size(), 40u);
    TlsClientOptions tls;
    tls.ca_pem = ReadFile(ca_file);
    EXPECT_TRUE(TlsClient(server.server().https_port()).StartTls(tls));
  }
  // What was made in memory is worth nothing once that is gone.
  EXPECT_EQ(ReadFile(ca_file), "");
}

TEST(HttpsServerTest, StandsForNamesThatItIsTold) {
  ServerOptions options = HttpsOptions();
  options.allowed_hosts = {"Lazuli"};
  TestServer server(options);
  TlsClient client(server.server().https_port());
  ASSERT_TRUE(client.Ask("CONNECT lazuli:8443 HTTP/1.1\r\nHost: lazuli:8443\r\n\r\n"));
  TlsClientOptions tls;
  tls.ca_pem = server.server().ca_pem();
  tls.host = "lazuli";
  EXPECT_TRUE(client.StartTls(tls));
}

TEST(HttpsServerTest, SaysWhichPortItCannotHave) {
  TestServer first(HttpsOptions());
  ServerOptions options = HttpsOptions();
  options.https_address = absl::StrCat("127.0.0.1:", first.server().https_port());
  EXPECT_THAT(Server::Start(options).status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(options.https_address)));
}

TEST(HttpsServerTest, ServesNoHttpsUnlessAsked) {
  TestServer server;
  EXPECT_EQ(server.server().https_port(), 0);
  EXPECT_EQ(server.server().ready().https, "");
  EXPECT_EQ(server.server().ready().operator_token, "");
}

}  // namespace
}  // namespace lazuli::emulator

// Where a gRPC call comes from, and where its metadata say that it does, through every way in: the
// gRPC port, the HTTPS port and the tunnel of its proxy, whose connections gRPC is handed by a pair
// of sockets.
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/dispatch/errors.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/ready_file.h"
#include "emulator/server/server.h"
#include "emulator/server/server_options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/explain.pb.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"
#include "tests/support/raw_call.h"
#include "tests/support/test_server.h"
#include "tests/support/tls_bridge.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

constexpr char kGetKey[] = "lazuli.v1.Keys/GetKey";

ServerOptions OriginOptions() {
  ServerOptions options = TestOptions();
  options.https_address = "127.0.0.1:0";
  options.allowed_hosts = {"lazuli"};
  return options;
}

class GrpcOriginTest : public testing::Test {
 protected:
  GrpcOriginTest() : server_(OriginOptions()) {
    Must(server_.api().PutVault("kv1", {}));
    v1::VaultPatchProperties properties;
    properties.mutable_network_acls()->set_default_action("Deny");
    properties.mutable_network_acls()->add_ip_rules()->set_value("20.1.2.0/24");
    Must(server_.api().UpdateVault("kv1", properties));
    request_.set_vault_name("kv1");
    request_.set_key_name("none");
  }

  // Tells as what the client is let in: "ForbiddenByFirewall", or "KeyNotFound" when it is.
  absl::Status Get(GrpcClient* client) {
    v1::KeyBundle key;
    return client->Call(kGetKey, request_, &key);
  }
  static std::string CodeOf(const absl::Status& status) {
    const ErrorInfo info = ErrorInfoOrDefault(status);
    return info.inner_code.empty() ? info.code : info.inner_code;
  }
  v1::Explanation Explain(const absl::Status& refusal) {
    v1::ExplainRequest request;
    request.set_request_id(RequestIdOf(refusal));
    v1::Explanation explanation;
    Must(server_.admin().Call("lazuli.v1.Explanations/Explain", request, &explanation));
    return explanation;
  }

  TestServer server_;
  v1::GetKeyRequest request_;
};

TEST_F(GrpcOriginTest, ThePeersAddressAndTheOperatorsClaimCountOnEveryWayIn) {
  const int port = server_.server().https_port();
  TlsBridge direct(port, server_.server().ca_pem(), "");
  TlsBridge tunnel(port, server_.server().ca_pem(), "kv1.vault.azure.net:443");
  for (const std::string& address : {server_.address(), direct.address(), tunnel.address()}) {
    SCOPED_TRACE(address);
    const std::unique_ptr<GrpcClient> client = GrpcClient::Connect(address);
    LAZULI_ASSERT_OK(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
    const absl::Status own = Get(client.get());
    EXPECT_EQ(CodeOf(own), "ForbiddenByFirewall");
    EXPECT_THAT(std::string(own.message()), HasSubstr("Client address: 127.0.0.1"));
    EXPECT_EQ(Explain(own).call().client_address(), "127.0.0.1");

    client->set_metadata("x-lazuli-client-address", "20.1.2.3");
    EXPECT_EQ(CodeOf(Get(client.get())), "KeyNotFound");
    client->set_metadata("x-lazuli-client-address", "20.2.2.3");
    const absl::Status claimed = Get(client.get());
    EXPECT_EQ(CodeOf(claimed), "ForbiddenByFirewall");
    EXPECT_EQ(Explain(claimed).call().client_address(), "20.2.2.3");
    client->set_metadata("x-lazuli-client-address", "localhost");
    EXPECT_THAT(Get(client.get()), ErrorCodeIs("InvalidInput"));
  }
}

TEST_F(GrpcOriginTest, OnlyTheOperatorMayClaim) {
  const std::string token = Must(server_.admin().TokenFor(kAdminAppId, ""));
  const std::string operator_token = server_.server().ready().operator_token;
  const struct {
    const char* authority;
    std::string shown;
    const char* code;
  } cases[] = {
      {"localhost", "", "KeyNotFound"},
      // Anybody may be behind a name that was added, and a page may have ours be its own.
      {"lazuli", "", "Forbidden"},
      {"attacker.example", "", "Forbidden"},
      {"lazuli", "not the token", "Forbidden"},
      {"lazuli", operator_token, "KeyNotFound"},
  };
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server_.address());
  for (const auto& c : cases) {
    SCOPED_TRACE(c.authority);
    Metadata metadata = WithToken(token);
    metadata.emplace_back(":authority", c.authority);
    metadata.emplace_back("x-lazuli-client-address", "20.1.2.3");
    if (!c.shown.empty()) metadata.emplace_back("x-lazuli-operator-token", c.shown);
    const absl::Status status =
        channel->Call(kGetKey, request_.SerializeAsString(), metadata).status();
    EXPECT_EQ(CodeOf(status), c.code);
    if (CodeOf(status) != "Forbidden") continue;
    const v1::Explanation explanation = Explain(status);
    EXPECT_EQ(explanation.decided_by(), "origin");
    EXPECT_EQ(explanation.call().object_id(), kAdminObjectId);
    EXPECT_EQ(explanation.call().client_address(), "127.0.0.1");
  }
}

TEST_F(GrpcOriginTest, WhatIsNoMessageIsRefusedWithAnId) {
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server_.address());
  const std::string token = Must(server_.admin().TokenFor(kAdminAppId, ""));
  const absl::Status unread = channel->Call(kGetKey, "\xff\xff", WithToken(token)).status();
  EXPECT_THAT(unread, ErrorCodeIs("InvalidInput"));
  EXPECT_EQ(Explain(unread).call().operation(), kGetKey);
  EXPECT_EQ(Explain(unread).call().object_id(), kAdminObjectId);
  // Who calls comes first, as for every call.
  EXPECT_THAT(channel->Call(kGetKey, "\xff\xff").status(),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

}  // namespace
}  // namespace lazuli::emulator

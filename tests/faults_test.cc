// Fault rules on the whole program: what clients of both faces see of them.
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/clock_driver.h"
#include "base/error.h"
#include "base/real_time.h"
#include "base/status_matchers.h"
#include "emulator/client/http_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/decoder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/faults.pb.h"
#include "tests/support/raw_call.h"
#include "tests/support/test_server.h"
#include "tests/support/tls_client.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kVault[] = "kv1";
constexpr char kKey[] = "key1";
constexpr char kVaultHost[] = "kv1.vault.azure.net";
constexpr absl::Duration kPoll = absl::Milliseconds(2);

ServerOptions HttpsOptions() {
  ServerOptions options = TestOptions();
  options.https_address = "127.0.0.1:0";
  return options;
}

// A server with a vault that holds a key, and clients of it.
class FaultedServer {
 public:
  explicit FaultedServer(const ServerOptions& options = HttpsOptions()) : server_(options) {
    Must(api().PutVault(kVault, {}).status());
    Must(api().CreateRsaKey(kVault, kKey).status());
    vault_token_ = Must(server_.admin().TokenFor(kAdminAppId, "https://vault.azure.net"));
    grpc_token_ = WithToken(Must(server_.admin().TokenFor(kAdminAppId, "")));
  }

  TestServer& server() { return server_; }
  Api& api() { return server_.api(); }

  v1::FaultRule Add(const std::string& json) {
    v1::FaultRule rule;
    Must(DecodeJson(json, &rule, nullptr));
    return Must(api().Call<v1::FaultRule>("Faults/CreateFaultRule", rule));
  }
  v1::FaultRule Rule(const std::string& id) {
    v1::FaultRuleRequest request;
    request.set_id(id);
    return Must(api().Call<v1::FaultRule>("Faults/GetFaultRule", request));
  }
  std::vector<std::string> RuleIds() {
    const auto rules =
        Must(api().Call<v1::ListFaultRulesResponse>("Faults/ListFaultRules", v1::Empty()));
    std::vector<std::string> ids;
    for (const v1::FaultRule& rule : rules.value()) ids.push_back(rule.id());
    return ids;
  }

  absl::Status Get() { return api().GetKey(kVault, kKey).status(); }
  // "503 503 200": what so many calls came to.
  std::string GetTimes(int calls) {
    std::vector<std::string> outcomes;
    for (int i = 0; i < calls; ++i) {
      const absl::Status status = Get();
      outcomes.push_back(absl::StrCat(status.ok() ? 200 : ErrorInfoOrDefault(status).http_status));
    }
    return absl::StrJoin(outcomes, " ");
  }
  std::unique_ptr<RawChannel::Pending> StartGet(RawChannel* channel,
                                                absl::Duration timeout = absl::Minutes(1)) {
    v1::GetKeyRequest request;
    request.set_vault_name(kVault);
    request.set_key_name(kKey);
    return channel->Start("lazuli.v1.Keys/GetKey", request.SerializeAsString(), grpc_token_,
                          timeout);
  }

  int64_t Timers() {
    return Must(api().Call<v1::ClockState>("Emulator/GetClock", v1::Empty())).timers();
  }
  // Waits until there are so many timers: a held call is one.
  void AwaitTimers(int64_t timers) {
    const absl::Time end = RealNow() + absl::Seconds(30);
    while (Timers() != timers && RealNow() < end) absl::SleepFor(kPoll);
    EXPECT_EQ(Timers(), timers);
  }

  std::vector<std::string> FaultEvents() {
    std::vector<std::string> texts;
    for (const v1::EventRecord& event : Must(api().EventsAfter(0))) {
      if (event.kind() == "fault") {
        texts.push_back(absl::StrCat(event.resource(), " ", event.cause()));
      }
    }
    return texts;
  }

  // A connection under TLS to the vault.
  std::unique_ptr<TlsClient> ConnectToVault() {
    auto client = std::make_unique<TlsClient>(server_.server().https_port());
    TlsClientOptions tls;
    tls.ca_pem = server_.server().ca_pem();
    tls.host = kVaultHost;
    EXPECT_TRUE(client->StartTls(tls));
    return client;
  }
  std::string VaultRequest(const std::string& method, const std::string& path,
                           const std::string& body = "") {
    return absl::StrCat(method, " ", path, "?api-version=7.4 HTTP/1.1\r\nHost: ", kVaultHost,
                        "\r\nAuthorization: Bearer ", vault_token_,
                        "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(),
                        "\r\n\r\n", body);
  }
  HttpReply Control(const std::string& method, const std::string& target,
                    const std::string& body = "") {
    HttpCall call;
    call.method = method;
    call.target = target;
    call.body = body;
    return Must(CallHttp(absl::StrCat("127.0.0.1:", server_.server().https_port()), call));
  }

 private:
  TestServer server_;
  std::string vault_token_;
  Metadata grpc_token_;
};

TEST(FaultsTest, FailsTwiceThenIsFine) {
  FaultedServer server;
  server.Add(R"({"id":"twice","match":{"operation":"GetKey"},
                 "action":{"error":{"status":503,"retryAfter":"PT3S"}},"count":2})");
  const absl::Status first = server.Get();
  EXPECT_EQ(first.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ErrorInfoOrDefault(first).code, "ServiceUnavailable");
  EXPECT_EQ(ErrorInfoOrDefault(first).retry_after, absl::Seconds(3));
  EXPECT_EQ(server.Rule("twice").acted(), 1);
  EXPECT_EQ(server.GetTimes(3), "503 200 200");
  EXPECT_THAT(server.RuleIds(), IsEmpty());
  EXPECT_THAT(server.FaultEvents(),
              ElementsAre("twice operation GetKey: error 503; at most 2 times",
                          "twice Keys/GetKey: error 503 (matched 1, acted 1)",
                          "twice Keys/GetKey: error 503 (matched 2, acted 2)",
                          "twice exhausted (matched 2, acted 2)"));
}

TEST(FaultsTest, HitsOnlyWhatItNames) {
  FaultedServer server;
  server.Add(R"({"match":{"vault":"kv2"},"action":{"error":{"status":500}}})");
  server.Add(R"({"match":{"operation":"WrapKey"},"action":{"error":{"status":500}}})");
  server.Add(R"({"match":{"principal":"nobody"},"action":{"error":{"status":500}}})");
  LAZULI_EXPECT_OK(server.Get());
  server.Add(R"({"match":{"service":"vaults","vault":"KV1"},
                 "action":{"error":{"status":409,"code":"ConflictError"}}})");
  LAZULI_EXPECT_OK(server.Get());
  EXPECT_EQ(ErrorInfoOrDefault(server.api().GetVault(kVault).status()).code, "ConflictError");
}

// The caller that may not is told so, and nothing is counted.
TEST(FaultsTest, ComesAfterAuthorization) {
  FaultedServer server;
  server.Add(R"({"id":"all","action":{"error":{"status":500}}})");
  const std::unique_ptr<GrpcClient> stranger = server.server().Connect();
  v1::GetKeyRequest request;
  request.set_vault_name(kVault);
  request.set_key_name(kKey);
  v1::KeyBundle bundle;
  EXPECT_EQ(stranger->Call("lazuli.v1.Keys/GetKey", request, &bundle).code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(server.Rule("all").matched(), 0);
}

// Whatever a rule says, it can be seen and removed again.
TEST(FaultsTest, ControlIsNeverHit) {
  FaultedServer server;
  server.Add(R"({"id":"all","action":{"drop":"beforeEffect"}})");
  EXPECT_EQ(server.GetTimes(1), "503");
  EXPECT_THAT(server.RuleIds(), ElementsAre("all"));
  LAZULI_EXPECT_OK(server.api().AdvanceBy(absl::Seconds(1)));
  LAZULI_EXPECT_OK(
      server.api().Call<v1::ListFaultRulesResponse>("Faults/DeleteAllFaultRules", v1::Empty()));
  EXPECT_EQ(server.GetTimes(1), "200");
}

TEST(FaultsTest, SignInCanFail) {
  FaultedServer server;
  server.Add(R"({"match":{"service":"Tokens","principal":"33333333-3333-3333-3333-333333333333"},
                 "action":{"error":{"status":503}},"count":1})");
  const std::unique_ptr<GrpcClient> client = server.server().Connect();
  EXPECT_THAT(client->SignIn(kAdminAppId, kWellKnownAdminSecret),
              ErrorCodeIs("temporarily_unavailable"));
  LAZULI_EXPECT_OK(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
}

TEST(FaultsTest, ThrottlesInWindowsOfVirtualTime) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey"},
                 "action":{"throttle":{"calls":2,"window":"PT10S"}}})");
  EXPECT_EQ(server.GetTimes(4), "200 200 429 429");
  Must(server.api().AdvanceBy(absl::Seconds(10)).status());
  EXPECT_EQ(server.GetTimes(3), "200 200 429");
}

TEST(FaultsTest, ADroppedCallOverGrpcIsUnavailableAndSaysNoMore) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"CreateKey","key":"before"},
                 "action":{"drop":"beforeEffect"},"count":1})");
  server.Add(R"({"match":{"operation":"CreateKey","key":"after"},
                 "action":{"drop":"afterEffect"},"count":1})");
  for (const char* key : {"before", "after"}) {
    v1::CreateKeyRequest request;
    request.set_vault_name(kVault);
    request.set_key_name(key);
    request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    const absl::Status status = server.api().CreateKey(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << key;
    EXPECT_FALSE(GetErrorInfo(status).has_value()) << key;
  }
  EXPECT_EQ(server.api().GetKey(kVault, "before").status().code(), absl::StatusCode::kNotFound);
  LAZULI_EXPECT_OK(server.api().GetKey(kVault, "after"));
}

TEST(FaultsTest, ADroppedCallOverHttpsEndsTheConnectionWithoutAWord) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"CreateKey","key":"before"},
                 "action":{"drop":"beforeEffect"},"count":1})");
  server.Add(R"({"match":{"operation":"CreateKey","key":"after"},
                 "action":{"drop":"afterEffect"},"count":1})");
  for (const char* key : {"before", "after"}) {
    const std::unique_ptr<TlsClient> client = server.ConnectToVault();
    // The connection serves until then.
    const auto fine = client->Ask(server.VaultRequest("GET", "/keys/key1"));
    ASSERT_TRUE(fine.has_value());
    EXPECT_EQ(fine->status, 200);
    EXPECT_FALSE(client
                     ->Ask(server.VaultRequest("POST", absl::StrCat("/keys/", key, "/create"),
                                               R"({"kty":"EC"})"))
                     .has_value())
        << key;
    EXPECT_EQ(client->ReceiveSome(), "");
  }
  EXPECT_EQ(server.api().GetKey(kVault, "before").status().code(), absl::StatusCode::kNotFound);
  LAZULI_EXPECT_OK(server.api().GetKey(kVault, "after"));
}

TEST(FaultsTest, HttpsShowsTheErrorAsTheServiceWould) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"throttle":{"calls":0,
                 "window":"PT10S"}},"count":1})");
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"error":{"status":403,
                 "code":"Forbidden","innerCode":"KeyDisabled","message":"no"}},"count":1})");
  const std::unique_ptr<TlsClient> client = server.ConnectToVault();
  const auto throttled = client->Ask(server.VaultRequest("GET", "/keys/key1"));
  ASSERT_TRUE(throttled.has_value());
  EXPECT_EQ(throttled->status, 429);
  EXPECT_EQ(throttled->Field("Retry-After"), "10");
  EXPECT_THAT(throttled->body, HasSubstr(R"({"error":{"code":"Throttled","message":)"));
  const auto refused = client->Ask(server.VaultRequest("GET", "/keys/key1"));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 403);
  EXPECT_EQ(refused->body,
            R"({"error":{"code":"Forbidden","message":"no","innererror":{"code":"KeyDisabled"}}})");
  const auto fine = client->Ask(server.VaultRequest("GET", "/keys/key1"));
  ASSERT_TRUE(fine.has_value());
  EXPECT_EQ(fine->status, 200);
}

TEST(FaultsTest, AVirtualDelayEndsWithManualTimeWhenSomebodyMovesIt) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"delay":{"virtual":"PT10S"}}})");
  const int64_t timers = server.Timers();
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.server().address());
  const auto held = server.StartGet(channel.get());
  server.AwaitTimers(timers + 1);
  Must(server.api().AdvanceBy(absl::Seconds(9)).status());
  EXPECT_EQ(server.Timers(), timers + 1);
  Must(server.api().AdvanceBy(absl::Seconds(1)).status());
  LAZULI_EXPECT_OK(held->Wait());
  EXPECT_EQ(server.Timers(), timers);
}

// The delay comes first, the error when it is over; what the caller may do is asked anew.
TEST(FaultsTest, WhatComesAfterADelayComesWhenItIsOver) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey","nth":1},"action":{"delay":{"virtual":"PT10S"},
                 "error":{"status":500}}})");
  server.Add(R"({"match":{"operation":"GetKey","nth":1},"action":{"delay":{"virtual":"PT20S"}}})");
  const int64_t timers = server.Timers();
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.server().address());
  const auto failing = server.StartGet(channel.get());
  server.AwaitTimers(timers + 1);
  const auto denied = server.StartGet(channel.get());
  server.AwaitTimers(timers + 2);
  Must(server.api().AdvanceBy(absl::Seconds(10)).status());
  EXPECT_EQ(failing->Wait().code(), absl::StatusCode::kInternal);
  Must(server.api().DeleteKey(kVault, kKey).status());
  Must(server.api().AdvanceBy(absl::Seconds(10)).status());
  EXPECT_EQ(denied->Wait().code(), absl::StatusCode::kNotFound);
}

TEST(FaultsTest, AutoTimeJumpsToTheEndOfAVirtualDelay) {
  ServerOptions options = HttpsOptions();
  options.clock.mode = ClockMode::kAuto;
  FaultedServer server(options);
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"delay":{"virtual":"PT1H"}},
                 "count":1})");
  const absl::Time before = Must(server.api().Now());
  LAZULI_EXPECT_OK(server.Get());
  EXPECT_EQ(Must(server.api().Now()), before + absl::Hours(1));
}

// The end of a rule is nothing that time has a reason to go to.
TEST(FaultsTest, AutoTimeDoesNotJumpToTheEndOfARule) {
  ServerOptions options = HttpsOptions();
  options.clock.mode = ClockMode::kAuto;
  FaultedServer server(options);
  const int64_t timers = server.Timers();
  server.Add(R"({"action":{"error":{"status":500}},"lifetime":"PT1H"})");
  EXPECT_EQ(server.Timers(), timers);
  EXPECT_EQ(server.GetTimes(1), "500");
  LAZULI_EXPECT_OK(server.api().AdvanceBy(absl::Hours(1)));
  EXPECT_EQ(server.GetTimes(1), "200");
}

TEST(FaultsTest, ARealDelayTakesRealTimeAndNoVirtual) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"delay":{"real":"PT0.2S"}}})");
  const absl::Time virtual_before = Must(server.api().Now());
  const absl::Time before = RealNow();
  LAZULI_EXPECT_OK(server.Get());
  EXPECT_GE(RealNow() - before, absl::Milliseconds(190));
  EXPECT_EQ(Must(server.api().Now()), virtual_before);
}

// More calls wait than there are threads of any kind.
TEST(FaultsTest, NoThreadWaitsWithACall) {
  ServerOptions options = HttpsOptions();
  options.workers = 1;
  FaultedServer server(options);
  server.Add(R"({"id":"slow","match":{"operation":"GetKey"},
                 "action":{"delay":{"virtual":"PT10S"}}})");
  const int64_t timers = server.Timers();
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.server().address());
  std::vector<std::unique_ptr<RawChannel::Pending>> held;
  for (int i = 0; i < 100; ++i) held.push_back(server.StartGet(channel.get()));
  server.AwaitTimers(timers + 100);
  Must(server.api().AdvanceBy(absl::Seconds(10)).status());
  for (const auto& call : held) LAZULI_EXPECT_OK(call->Wait());
}

TEST(FaultsTest, ACallThatNobodyWaitsForIsLetGo) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"delay":{"virtual":"PT10S"}}})");
  const int64_t timers = server.Timers();
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.server().address());
  const auto cancelled = server.StartGet(channel.get());
  const std::unique_ptr<TlsClient> gone = server.ConnectToVault();
  ASSERT_TRUE(gone->Send(server.VaultRequest("GET", "/keys/key1")));
  server.AwaitTimers(timers + 2);
  cancelled->Cancel();
  EXPECT_EQ(cancelled->Wait().code(), absl::StatusCode::kCancelled);
  gone->Reset();
  server.AwaitTimers(timers);
  // Started last, so that nothing else is waited for while its time runs out.
  const auto late = server.StartGet(channel.get(), absl::Seconds(2));
  server.AwaitTimers(timers + 1);
  EXPECT_EQ(late->Wait().code(), absl::StatusCode::kDeadlineExceeded);
  server.AwaitTimers(timers);
}

TEST(FaultsTest, TheEndOfTheServerWaitsForNoHeldCall) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"delay":{"virtual":"PT10S"}}})");
  const int64_t timers = server.Timers();
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.server().address());
  const auto held = server.StartGet(channel.get());
  server.AwaitTimers(timers + 1);
  const absl::Time start = RealNow();
  server.server().server().Shutdown(absl::Seconds(60));
  EXPECT_LT(RealNow() - start, absl::Seconds(50));
  EXPECT_EQ(held->Wait().code(), absl::StatusCode::kUnavailable);
}

// A state that is begun anew has no rules, and nobody waits in the one before.
TEST(FaultsTest, AResetEndsRulesAndWaits) {
  FaultedServer server;
  server.Add(R"({"match":{"operation":"GetKey"},"action":{"delay":{"virtual":"PT10S"}}})");
  const int64_t timers = server.Timers();
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.server().address());
  const auto held = server.StartGet(channel.get());
  server.AwaitTimers(timers + 1);
  LAZULI_ASSERT_OK(server.api().Call<v1::Empty>("State/ResetState", v1::Empty()));
  EXPECT_EQ(held->Wait().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(server.RuleIds(), IsEmpty());
}

TEST(FaultsTest, RulesExpireInVirtualTime) {
  FaultedServer server;
  server.Add(R"({"id":"short","action":{"error":{"status":500}},"lifetime":"PT10S"})");
  EXPECT_EQ(server.GetTimes(1), "500");
  Must(server.api().AdvanceBy(absl::Seconds(10)).status());
  EXPECT_THAT(server.FaultEvents().back(), HasSubstr("short expired (matched 1, acted 1)"));
  EXPECT_EQ(server.GetTimes(1), "200");
}

TEST(FaultsTest, ControlOverHttpMakesAndRemovesRules) {
  FaultedServer server;
  const HttpReply made = server.Control("POST", "/emulator/v1/faults",
                                        R"({"id":"x","action":{"error":{"status":500}}})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(server.GetTimes(1), "500");
  EXPECT_THAT(server.Control("GET", "/emulator/v1/faults").body, HasSubstr("\"acted\":1"));
  EXPECT_THAT(server.Control("GET", "/emulator/v1/faults/x").body, HasSubstr("\"id\":\"x\""));
  const HttpReply removed = server.Control("DELETE", "/emulator/v1/faults/x");
  EXPECT_EQ(removed.status, 200) << removed.body;
  EXPECT_THAT(removed.body, HasSubstr("\"matched\":1"));
  EXPECT_EQ(server.Control("GET", "/emulator/v1/faults/x").status, 404);
  EXPECT_EQ(server.Control("DELETE", "/emulator/v1/faults").body, R"({"value":[]})");
  EXPECT_EQ(server.GetTimes(1), "200");
}

TEST(FaultsTest, ABadRuleIsRefusedByName) {
  FaultedServer server;
  struct Case {
    const char* body;
    const char* field;
  };
  for (const Case& c : {
           Case{R"({"action":{"error":{"status":500}},"colour":"red"})", "colour"},
           Case{R"({"match":{"vaultName":"kv1"},"action":{"error":{"status":500}}})",
                "match.vaultName"},
           Case{R"({"action":{"error":{"status":500},"drop":"afterEffect"}})", "action.drop"},
           Case{R"({"action":{"error":{"status":200}}})", "action.error.status"},
           Case{R"({"match":{"operation":"Nothing"},"action":{"error":{"status":500}}})",
                "match.operation"},
           Case{R"({})", "action"},
       }) {
    const HttpReply refused = server.Control("POST", "/emulator/v1/faults", c.body);
    EXPECT_EQ(refused.status, 400) << c.body;
    EXPECT_THAT(refused.body, HasSubstr(c.field)) << c.body;
  }
  EXPECT_THAT(server.RuleIds(), IsEmpty());
}

// The same seed and the same calls: the same faults, to the letter.
TEST(FaultsTest, TheSameSeedHitsTheSameCalls) {
  const auto live = [](uint64_t seed) {
    ServerOptions options = HttpsOptions();
    options.seed = seed;
    FaultedServer server(options);
    server.Add(R"({"match":{"operation":"GetKey","perMille":300},
                   "action":{"error":{"status":503}}})");
    server.Add(R"({"match":{"operation":"GetKey","every":5,"perMille":500},
                   "action":{"error":{"status":429}}})");
    std::string history = server.GetTimes(60);
    for (const v1::EventRecord& event : Must(server.api().EventsAfter(0))) {
      absl::StrAppend(&history, "\n", event.ShortDebugString());
    }
    return history;
  };
  const std::string first = live(42);
  EXPECT_THAT(first, HasSubstr("503"));
  EXPECT_THAT(first, HasSubstr("429"));
  EXPECT_EQ(live(42), first);
  EXPECT_NE(live(43), first);
}

}  // namespace
}  // namespace lazuli::emulator

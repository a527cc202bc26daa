#include "emulator/https/control/control_handler.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock_driver.h"
#include "base/error.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/real_time.h"
#include "base/status_matchers.h"
#include "base/worker_pool.h"
#include "emulator/control/event_stream.h"
#include "emulator/dispatch/gatekeeper.h"
#include "emulator/https/control/control_callers.h"
#include "emulator/https/control/control_guard.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/token_verifier.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/control.pb.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

constexpr char kToken[] = "an-operator-token";

// Opens streams of a log; remembers who asked.
struct FakeControl {
  absl::StatusOr<std::unique_ptr<MessageStream>> WatchEvents(
      const CallContext& ctx, const v1::WatchEventsRequest& request) {
    caller = ctx.caller;
    after = request.has_after() ? std::optional<uint64_t>(request.after()) : std::nullopt;
    return std::unique_ptr<MessageStream>(
        std::make_unique<EventStream>(&log, request.has_after() ? request.after() : 0));
  }
  EventLog log{10};
  Caller caller;
  std::optional<uint64_t> after;
};

class NoAuthenticator final : public Authenticator {
 public:
  absl::StatusOr<Caller> Authenticate(absl::string_view) const override {
    return absl::UnauthenticatedError("nobody should ask");
  }
};

class AllAllowed final : public Authorizer {
 public:
  absl::Status Authorize(const Method&, const google::protobuf::Message&,
                         CallContext*) const override {
    return absl::OkStatus();
  }
};

// Stands for the handler of unary methods.
class FakeRest final : public HttpHandler {
 public:
  void Handle(HttpRequest request, HttpRespond respond) override {
    last = std::move(request);
    HttpResponse answer;
    answer.body = "rest";
    respond(std::move(answer));
  }
  std::optional<HttpRequest> last;
};

class ControlHandlerTest : public testing::Test {
 protected:
  ControlHandlerTest()
      : ids_(1),
        clock_driver_(Manual()),
        signing_key_(*SigningKey::Generate()),
        directory_(ids_, &clock_driver_.clock(), &events_, "secret"),
        issuer_(signing_key_.get(), &real_clock_),
        verifier_(signing_key_.get(), &directory_, &real_clock_),
        guard_(kToken, {"lazuli.test"}),
        callers_(&guard_, &directory_, &verifier_),
        dispatcher_(DispatcherParts()),
        handler_(HandlerParts()) {
    methods_.AddStream("lazuli.v1.Emulator/WatchEvents", &control_, &FakeControl::WatchEvents);
  }

  static ClockOptions Manual() {
    ClockOptions options;
    options.mode = ClockMode::kManual;
    return options;
  }

  Dispatcher::Parts DispatcherParts() {
    Dispatcher::Parts parts;
    parts.clock_driver = &clock_driver_;
    parts.ids = &ids_;
    parts.workers = &workers_;
    parts.authenticator = &authenticator_;
    parts.authorizers = {{v1::PLANE_CONTROL, &authorizer_}};
    return parts;
  }

  ControlHandler::Parts HandlerParts() {
    ControlHandler::Parts parts;
    parts.guard = &guard_;
    parts.callers = &callers_;
    parts.rest = &rest_;
    parts.methods = &methods_;
    parts.dispatcher = &dispatcher_;
    parts.ca_pem = "the certificate\n";
    parts.is_serving = [this] { return is_serving_; };
    return parts;
  }

  static HttpRequest Get(const std::string& target) {
    HttpRequest request;
    request.method = "GET";
    request.target = target;
    request.authority = "localhost:8443";
    request.client_address = "127.0.0.1";
    return request;
  }

  HttpResponse Ask(HttpRequest request) {
    std::optional<HttpResponse> answer;
    handler_.Handle(std::move(request), [&](HttpResponse response) {
      EXPECT_FALSE(answer.has_value());
      answer = std::move(response);
    });
    return *std::move(answer);
  }

  std::string TokenOf(absl::string_view app_id) {
    return issuer_.Issue(*directory_.FindByAppId(kDefaultTenantId, app_id), kKeyVaultAudience)
        ->token;
  }

  EventLog events_{10};
  const IdDeriver ids_;
  const RealClock real_clock_;
  ClockDriver clock_driver_;
  const std::unique_ptr<SigningKey> signing_key_;
  Directory directory_;
  TokenIssuer issuer_;
  TokenVerifier verifier_;
  const ControlGuard guard_;
  const ControlCallers callers_;
  WorkerPool workers_{WorkerPoolOptions()};
  NoAuthenticator authenticator_;
  AllAllowed authorizer_;
  FakeControl control_;
  MethodRegistry methods_;
  FakeRest rest_;
  bool is_serving_ = true;
  Dispatcher dispatcher_;
  ControlHandler handler_;
};

TEST_F(ControlHandlerTest, HealthIsWhetherItServes) {
  EXPECT_EQ(Ask(Get("/healthz")).status, 200);
  EXPECT_EQ(Ask(Get("//healthz/?verbose")).status, 200);
  is_serving_ = false;
  const HttpResponse down = Ask(Get("/healthz"));
  EXPECT_EQ(down.status, 503);
  EXPECT_THAT(down.body, HasSubstr("\"ServiceUnavailable\""));
}

TEST_F(ControlHandlerTest, HealthAndCertificateAreForAnybodyWhoNamesUs) {
  for (const char* path : {"/healthz", "/emulator/v1/ca.pem"}) {
    HttpRequest request = Get(path);
    request.client_address = "192.168.1.5";
    request.authority = "lazuli.test:8443";
    EXPECT_EQ(Ask(request).status, 200) << path;
    request.authority = "attacker.example";
    EXPECT_EQ(Ask(request).status, 403) << path;
    request.authority = "lazuli.test:8443";
    request.headers.Add("Origin", "https://attacker.example");
    EXPECT_EQ(Ask(request).status, 403) << path;
  }
  EXPECT_EQ(Ask(Get("/emulator/v1/ca.pem")).body, "the certificate\n");
  EXPECT_FALSE(rest_.last.has_value());
}

TEST_F(ControlHandlerTest, EverythingElseIsServedByRestOnceItMayCome) {
  EXPECT_EQ(Ask(Get("/emulator/v1/clock")).body, "rest");
  EXPECT_EQ(rest_.last->target, "/emulator/v1/clock");
  EXPECT_EQ(rest_.last->authority, "localhost:8443");
  rest_.last.reset();

  HttpRequest rebound = Get("/emulator/v1/clock");
  rebound.authority = "attacker.example:8443";
  const HttpResponse refused = Ask(rebound);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("\"HostNotAllowed\""));
  EXPECT_FALSE(rest_.last.has_value());

  HttpRequest from_a_page = Get("/emulator/v1/clock:next");
  from_a_page.method = "POST";
  from_a_page.headers.Add("Sec-Fetch-Site", "cross-site");
  EXPECT_EQ(Ask(from_a_page).status, 403);
  EXPECT_FALSE(rest_.last.has_value());
}

TEST_F(ControlHandlerTest, AnAddedNameTakesTheOperatorToken) {
  HttpRequest request = Get("/emulator/v1/clock");
  request.authority = "lazuli.test:8443";
  const HttpResponse refused = Ask(request);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.Get("www-authenticate"), "Bearer");
  EXPECT_FALSE(rest_.last.has_value());
  request.headers.Add("x-lazuli-operator-token", kToken);
  EXPECT_EQ(Ask(request).body, "rest");
  // The handler of methods knows our own names only.
  EXPECT_EQ(rest_.last->authority, "localhost");
}

TEST_F(ControlHandlerTest, EventsAreAListOrAStreamAsTheCallerAccepts) {
  EXPECT_EQ(Ask(Get("/emulator/v1/events?after=3")).body, "rest");
  HttpRequest list = Get("/emulator/v1/events?after=3");
  list.headers.Add("Accept", "application/json, */*");
  EXPECT_EQ(Ask(list).body, "rest");

  HttpRequest stream = Get("/emulator/v1/events?after=3");
  stream.headers.Add("Accept", "text/plain, Text/Event-Stream;q=0.9");
  HttpResponse answer = Ask(stream);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.Get("content-type"), "text/event-stream");
  ASSERT_NE(answer.stream, nullptr);
  EXPECT_EQ(control_.after, 3u);
  EXPECT_EQ(control_.caller.object_id, kAdminObjectId);
  std::string chunk;
  EXPECT_TRUE(answer.stream->Next(&chunk).value());

  // Where a client goes on after a broken connection.
  stream.headers.Add("Last-Event-ID", "7");
  EXPECT_NE(Ask(stream).stream, nullptr);
  EXPECT_EQ(control_.after, 7u);
  EXPECT_NE(Ask(Get("/emulator/v1/events:watch")).stream, nullptr);
  EXPECT_FALSE(control_.after.has_value());
  stream.headers.Set("Last-Event-ID", "seven");
  EXPECT_EQ(Ask(stream).status, 400);
}

TEST_F(ControlHandlerTest, ABrokenTargetIsRefused) {
  EXPECT_EQ(Ask(Get("/emulator/v1/%zz")).status, 400);
}

TEST_F(ControlHandlerTest, ACallWithoutATokenIsTheAdministrators) {
  const absl::StatusOr<Caller> caller = callers_.WhoCalls(Get("/"));
  LAZULI_ASSERT_OK(caller);
  EXPECT_EQ(caller->object_id, kAdminObjectId);
  EXPECT_EQ(caller->tenant_id, kDefaultTenantId);
  HttpRequest operators = Get("/");
  operators.headers.Add("Authorization", absl::StrCat("Bearer ", kToken));
  EXPECT_EQ(callers_.WhoCalls(operators)->object_id, kAdminObjectId);
}

TEST_F(ControlHandlerTest, ATokenIsItsOwnersAlsoBesideTheOperatorToken) {
  ServicePrincipalSpec spec;
  spec.display_name = "somebody";
  const auto somebody = directory_.CreateServicePrincipal(spec);
  LAZULI_ASSERT_OK(somebody);
  HttpRequest request = Get("/");
  request.headers.Add("Authorization",
                      absl::StrCat("Bearer ", TokenOf(somebody->principal->app_id)));
  EXPECT_EQ(callers_.WhoCalls(request)->object_id, somebody->principal->object_id);
  request.headers.Add("x-lazuli-operator-token", kToken);
  EXPECT_EQ(callers_.WhoCalls(request)->object_id, somebody->principal->object_id);
  // Somebody's broken token is not the administrator's.
  for (const char* authorization : {"Bearer nonsense", "Basic YTpi", "", "Bearer "}) {
    request.headers.Set("Authorization", authorization);
    EXPECT_THAT(callers_.WhoCalls(request).status(), StatusIs(absl::StatusCode::kUnauthenticated))
        << authorization;
  }
}

}  // namespace
}  // namespace lazuli::emulator

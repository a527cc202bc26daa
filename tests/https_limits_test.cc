// The HTTPS port over real sockets: what it refuses, whom it does not wait for, and how it ends.

#include <poll.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>  // NOLINT: a server that ends while a client waits
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "base/real_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/https_port.h"
#include "tests/support/tls_client.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr char kGetHeld[] = "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Limits short enough to be waited for.
HttpLimits ShortTimeouts() {
  HttpLimits limits;
  limits.header_timeout = absl::Milliseconds(200);
  limits.body_timeout = absl::Milliseconds(400);
  limits.idle_timeout = absl::Milliseconds(600);
  limits.write_timeout = absl::Milliseconds(400);
  limits.linger_timeout = absl::Milliseconds(200);
  return limits;
}

TEST(HttpsLimitsTest, RefusesInJsonAndCloses) {
  HttpLimits limits;
  limits.max_header_bytes = 4000;
  limits.max_body_bytes = 10'000;
  HttpsPort port(limits);
  struct Case {
    std::string request;
    int status;
    const char* code;
  };
  const std::vector<Case> cases = {
      {"rubbish\r\n\r\n", 400, "BadRequest"},
      {"GET / HTTP/1.1\r\n\r\n", 400, "BadRequest"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "BadRequest"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
       "BadRequest"},
      {absl::StrCat("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", std::string(5000, 'x')), 431,
       "RequestHeaderFieldsTooLarge"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10001\r\n\r\n", 413,
       "RequestBodyTooLarge"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501,
       "NotImplemented"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: x\r\n\r\n", 417, "ExpectationFailed"},
  };
  for (const Case& c : cases) {
    for (const bool tls : {false, true}) {
      const auto client = tls ? port.ConnectTls() : port.Connect();
      const auto answer = client->Ask(c.request);
      ASSERT_TRUE(answer.has_value()) << c.request;
      EXPECT_EQ(answer->status, c.status) << c.request;
      EXPECT_THAT(answer->body, HasSubstr(absl::StrCat("{\"error\":{\"code\":\"", c.code, "\"")));
      EXPECT_EQ(answer->Field("Connection"), "close");
      EXPECT_TRUE(client->IsClosedByServer()) << c.request;
    }
  }
}

TEST(HttpsLimitsTest, ShowsItsRefusalToAClientThatStillSends) {
  HttpsPort port;
  for (const bool tls : {false, true}) {
    const auto client = tls ? port.ConnectTls() : port.Connect();
    ASSERT_TRUE(client->Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n"));
    ASSERT_TRUE(client->Send(std::string(1'000'000, 'x')));
    const auto answer = client->Receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 413);
  }
}

TEST(HttpsLimitsTest, RefusesAnAnnouncedBodyBeforeItComes) {
  HttpsPort port;
  const auto answer = port.ConnectTls()->Ask(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 413);
}

TEST(HttpsLimitsTest, HoldsAllBodiesTogetherToALimit) {
  HttpLimits limits;
  limits.max_buffered_body_bytes = 100'000;
  HttpsPort port(limits);
  const auto with_body = [](size_t size) {
    return absl::StrCat("POST /held HTTP/1.1\r\nHost: a\r\nContent-Length: ", size, "\r\n\r\n",
                        std::string(size, 'x'));
  };
  const auto first = port.ConnectTls();
  ASSERT_TRUE(first->Send(with_body(60'000)));
  port.handler().HeldIsCancelled();
  const auto second = port.ConnectTls();
  const auto refused = second->Ask(with_body(60'000));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->Field("Retry-After"), "1");
  port.handler().Release();
  ASSERT_TRUE(first->Receive().has_value());
  // What was answered counts no longer.
  const auto third = port.ConnectTls();
  ASSERT_TRUE(third->Send(with_body(60'000)));
  port.handler().Release();
  const auto served = third->Receive();
  ASSERT_TRUE(served.has_value());
  EXPECT_EQ(served->status, 200);
}

TEST(HttpsLimitsTest, WaitsForNobodyForEver) {
  HttpsPort port(ShortTimeouts());
  // Those that never say a word, or stop within TLS.
  EXPECT_TRUE(port.Connect()->IsClosedByServer());
  const auto half_hello = port.Connect();
  ASSERT_TRUE(half_hello->Send(absl::string_view("\x16\x03\x01\x02\x00\x01", 6)));
  EXPECT_TRUE(half_hello->IsClosedByServer());
  // Those that stop within a request are told.
  for (const char* begun :
       {"GE", "GET / HTTP/1.1\r\nHost: local",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n"}) {
    const auto client = port.ConnectTls();
    const auto answer = client->Ask(begun);
    ASSERT_TRUE(answer.has_value()) << begun;
    EXPECT_EQ(answer->status, 408) << begun;
    EXPECT_TRUE(client->IsClosedByServer());
  }
  // Those that stop between requests are not.
  const auto idle = port.ConnectTls();
  ASSERT_TRUE(idle->Ask(kGet).has_value());
  EXPECT_EQ(idle->ReceiveSome(), "");
  // Nor those that take nothing of what they asked for.
  const auto deaf = port.Connect();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(deaf->Send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }
  EXPECT_TRUE(port.ConnectTls()->Ask(kGet).has_value());
}

TEST(HttpsLimitsTest, LetsASlowRequestRunOutOfTimeHoweverSlowlyItGoesOn) {
  HttpsPort port(ShortTimeouts());
  const auto slow = port.ConnectTls();
  ASSERT_TRUE(slow->Send("GET / HTTP/1.1\r\nHost: localhost\r\n"));
  const absl::Time start = RealNow();
  // A byte at a time, each long before the limit; none of them moves it.
  while (slow->Send("X: y\r\n") && RealNow() - start < absl::Seconds(20)) {
    char byte = 0;
    if (::recv(slow->fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) break;
    poll(nullptr, 0, 20);
  }
  const auto answer = slow->Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 408);
}

TEST(HttpsLimitsTest, LetsTheSlowHoldUpNobody) {
  HttpsPort port;
  std::vector<std::unique_ptr<TlsClient>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(port.Connect());
    switch (i % 4) {
      case 0:
        break;  // says nothing
      case 1:
        ASSERT_TRUE(slow.back()->Send(absl::string_view("\x16\x03\x01", 3)));
        break;
      case 2:
        ASSERT_TRUE(slow.back()->Send("GET / HTTP/1.1\r\nHost"));
        break;
      default:
        ASSERT_TRUE(
            slow.back()->Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx"));
    }
  }
  for (int i = 0; i < 20; ++i) {
    const auto answer = port.ConnectTls()->Ask(kGet);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200);
  }
}

TEST(HttpsLimitsTest, TakesNoMoreConnectionsThanItsLimit) {
  HttpLimits limits;
  limits.max_connections = 3;
  HttpsPort port(limits);
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(port.ConnectTls());
  const auto refused = port.Connect();
  EXPECT_TRUE(refused->IsClosedByServer());
  for (const auto& client : clients) EXPECT_TRUE(client->Ask(kGet).has_value());
  // A place that is left is taken again.
  clients.pop_back();
  for (;;) {
    const auto next = port.Connect();
    if (next->Ask(kGet).has_value()) break;
  }
}

TEST(HttpsLimitsTest, ClosesTheIdleAtOnceWhenItEnds) {
  HttpsPort port;
  const auto idle = port.ConnectTls();
  ASSERT_TRUE(idle->Ask(kGet).has_value());
  const auto silent = port.Connect();
  const absl::Time start = RealNow();
  port.server().Shutdown(absl::Seconds(30));
  EXPECT_LT(RealNow() - start, absl::Seconds(10));
  EXPECT_TRUE(idle->IsClosedByServer());
  EXPECT_TRUE(silent->IsClosedByServer());
}

TEST(HttpsLimitsTest, LetsWhatIsUnderWayEndWithItsAnswer) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  ASSERT_TRUE(client->Send(kGetHeld));
  const auto follower = port.ConnectTls();
  ASSERT_TRUE(follower->Send("GET /follow HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  while (follower->ReceiveSome().find("first") == std::string::npos) {
  }
  port.handler().HeldIsCancelled();
  port.server().BeginShutdown();
  // A stream is at its end then.
  EXPECT_THAT(follower->ReceiveSome(), HasSubstr("0\r\n\r\n"));
  std::thread ending([&port] { port.server().Shutdown(absl::Seconds(30)); });
  port.handler().Release();
  const auto answer = client->Receive();
  ending.join();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "released");
  EXPECT_EQ(answer->Field("Connection"), "close");
}

TEST(HttpsLimitsTest, EndsWithoutWhatNeverEnds) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  ASSERT_TRUE(client->Send(kGetHeld));
  const std::function<bool()> is_cancelled = port.handler().HeldIsCancelled();
  port.server().Shutdown(absl::Milliseconds(50));
  EXPECT_TRUE(is_cancelled());
  EXPECT_TRUE(client->IsClosedByServer());
  // An answer after the end harms nobody.
  port.handler().Release();
}

// Whatever comes, the port goes on serving everybody else.
TEST(HttpsLimitsTest, SurvivesRubbish) {
  HttpsPort port(ShortTimeouts());
  const std::string tls_hello("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03", 11);
  const std::vector<std::string> beginnings = {
      kGet, tls_hello, "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"};
  for (uint64_t seed = 0; seed < 150; ++seed) {
    RandomStream random(seed, "https_limits_test");
    const auto client = seed % 3 == 0 ? port.ConnectTls() : port.Connect();
    std::string bytes = beginnings[random.NextBelow(beginnings.size())];
    for (int i = 0; i < 5; ++i) {
      bytes.insert(random.NextBelow(bytes.size() + 1),
                   std::string(1, static_cast<char>(random.NextBelow(256))));
    }
    client->Send(bytes);
    if (random.NextBelow(2) == 0) {
      client->Reset();
    } else {
      client->ReceiveSome();
    }
  }
  const auto answer = port.ConnectTls()->Ask(kGet);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
}

}  // namespace
}  // namespace lazuli::emulator

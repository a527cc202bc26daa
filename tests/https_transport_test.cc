// The HTTPS port over real sockets: what it speaks.

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <thread>  // NOLINT: answers that come from other threads
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/https_port.h"
#include "tests/support/tls_client.h"

namespace lazuli::emulator {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kGet[] = "GET /keys/k?a=b HTTP/1.1\r\nHost: KV1.vault.azure.net\r\n\r\n";

std::string HostOf(const bssl::UniquePtr<X509>& certificate) {
  for (const char* host : {"localhost", "kv1.vault.azure.net", "management.azure.com"}) {
    if (X509_check_host(certificate.get(), host, strlen(host), 0, nullptr) == 1) return host;
  }
  return "";
}

TEST(HttpsTransportTest, SpeaksBothVersionsOfTls) {
  HttpsPort port;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto client = port.Connect();
    TlsClientOptions options;
    options.ca_pem = port.ca_pem();
    options.version = version;
    ASSERT_TRUE(client->StartTls(options));
    EXPECT_EQ(client->tls_version(), version);
    const auto answer = client->Ask(kGet);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200);
    EXPECT_THAT(answer->body, HasSubstr("method=GET\ntarget=/keys/k?a=b\n"
                                        "authority=kv1.vault.azure.net\ntls=1\narrival=direct\n"
                                        "client=127.0.0.1\n"));
  }
}

TEST(HttpsTransportTest, RefusesOlderTls) {
  HttpsPort port;
  const auto client = port.Connect();
  TlsClientOptions options;
  options.ca_pem = port.ca_pem();
  options.version = TLS1_1_VERSION;
  EXPECT_FALSE(client->StartTls(options));
}

TEST(HttpsTransportTest, ShowsEachNameItsOwnCertificate) {
  HttpsPort port;
  for (const char* host : {"kv1.vault.azure.net", "management.azure.com", "localhost"}) {
    EXPECT_EQ(HostOf(port.ConnectTls(host)->certificate()), host);
  }
  // Without a name, and for one that is none of ours: localhost's.
  const auto nameless = port.Connect();
  TlsClientOptions options;
  options.ca_pem = port.ca_pem();
  options.send_name = false;
  ASSERT_TRUE(nameless->StartTls(options));
  EXPECT_EQ(HostOf(nameless->certificate()), "localhost");
  const auto foreign = port.Connect();
  options.send_name = true;
  options.host = "www.example.com";
  EXPECT_FALSE(foreign->StartTls(options));
}

TEST(HttpsTransportTest, ChoosesHttp11BeforeHttp2) {
  HttpsPort port({}, [](int, const std::string&) {});
  struct Case {
    std::vector<std::string> offered;
    std::string chosen;
  };
  for (const Case& c : {Case{{}, ""}, Case{{"http/1.1"}, "http/1.1"},
                        Case{{"h2", "http/1.1"}, "http/1.1"}, Case{{"h2"}, "h2"}}) {
    const auto client = port.Connect();
    TlsClientOptions options;
    options.ca_pem = port.ca_pem();
    options.protocols = c.offered;
    ASSERT_TRUE(client->StartTls(options));
    EXPECT_EQ(client->protocol(), c.chosen);
  }
  const auto client = port.Connect();
  TlsClientOptions options;
  options.ca_pem = port.ca_pem();
  options.protocols = {"spdy/3"};
  EXPECT_FALSE(client->StartTls(options));
}

// Plays gRPC: sends back what comes, until the other side has said all.
class EchoingPeer {
 public:
  ~EchoingPeer() {
    if (thread_.joinable()) thread_.join();
  }

  void Adopt(int socket) {
    thread_ = std::thread([socket] {
      char bytes[4096];
      // The socket does not block, as gRPC wants it.
      for (pollfd ready = {socket, POLLIN, 0}; ::poll(&ready, 1, -1) == 1;) {
        const ssize_t size = ::recv(socket, bytes, sizeof(bytes), 0);
        if (size <= 0) break;
        for (ssize_t sent = 0; sent < size;) {
          pollfd writable = {socket, POLLOUT, 0};
          ::poll(&writable, 1, -1);
          const ssize_t part =
              ::send(socket, bytes + sent, static_cast<size_t>(size - sent), MSG_NOSIGNAL);
          if (part <= 0) break;
          sent += part;
        }
        if (absl::string_view(bytes, static_cast<size_t>(size)) == "bye") break;
      }
      ::close(socket);
    });
  }

 private:
  std::thread thread_;
};

TEST(HttpsTransportTest, CarriesHttp2BothWaysUntilEitherSideEnds) {
  for (const bool peer_ends : {false, true}) {
    EchoingPeer peer;
    HttpsPort port({}, [&peer](int socket, const std::string&) { peer.Adopt(socket); });
    const auto client = port.Connect();
    TlsClientOptions options;
    options.ca_pem = port.ca_pem();
    options.protocols = {"h2"};
    ASSERT_TRUE(client->StartTls(options));
    for (const size_t size : {size_t{1}, size_t{20'000}, size_t{100}}) {
      const std::string bytes(size, 'x');
      ASSERT_TRUE(client->Send(bytes));
      std::string back;
      while (back.size() < size) {
        const std::string some = client->ReceiveSome();
        ASSERT_NE(some, "");
        back += some;
      }
      EXPECT_EQ(back, bytes);
    }
    if (peer_ends) {
      ASSERT_TRUE(client->Send("bye"));
      EXPECT_EQ(client->ReceiveSome(), "bye");
      EXPECT_TRUE(client->IsClosedByServer());
    } else {
      client->Reset();
    }
    // The peer is told, and the port has nobody left to wait for.
    port.server().Shutdown(absl::Seconds(30));
  }
}

TEST(HttpsTransportTest, KeepsAConnectionForManyRequests) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  for (int i = 0; i < 20; ++i) {
    const std::string body = std::string(static_cast<size_t>(i) * 1000, 'x');
    const auto answer =
        client->Ask(absl::StrCat("POST /", i, " HTTP/1.1\r\nHost: localhost\r\n",
                                 "Content-Length: ", body.size(), "\r\n\r\n", body));
    ASSERT_TRUE(answer.has_value()) << i;
    EXPECT_THAT(answer->body, EndsWith(absl::StrCat("\nbody=", body, "\n")));
    EXPECT_EQ(answer->Field("Connection"), "");
    EXPECT_THAT(answer->Field("Date"), EndsWith(" GMT"));
  }
}

TEST(HttpsTransportTest, AnswersWhatIsPipelinedInItsOrder) {
  HttpsPort port;
  for (const bool tls : {false, true}) {
    const auto client = tls ? port.ConnectTls() : port.Connect();
    std::string requests;
    for (int i = 0; i < 50; ++i) {
      absl::StrAppend(&requests, "POST /", i, " HTTP/1.1\r\nHost: localhost\r\n",
                      "Content-Length: 3\r\n\r\nabc");
    }
    ASSERT_TRUE(client->Send(requests));
    for (int i = 0; i < 50; ++i) {
      const auto answer = client->Receive();
      ASSERT_TRUE(answer.has_value()) << i;
      EXPECT_THAT(answer->body, HasSubstr(absl::StrCat("target=/", i, "\n")));
      EXPECT_THAT(answer->body, EndsWith("body=abc\n"));
    }
  }
}

TEST(HttpsTransportTest, TakesARequestByteByByte) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  for (const char byte :
       absl::string_view("POST /slow HTTP/1.1\r\nHost: localhost\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n"
                         "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n")) {
    ASSERT_TRUE(client->Send(absl::string_view(&byte, 1)));
  }
  const auto answer = client->Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->body, HasSubstr("fields=2\nbody=abcde\n"));
}

TEST(HttpsTransportTest, WaitsWithTheBodyForLeave) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  const auto leave = client->Ask(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
      "Expect: 100-continue\r\n\r\n");
  ASSERT_TRUE(leave.has_value());
  EXPECT_EQ(leave->status, 100);
  const auto answer = client->Ask("body");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, EndsWith("body=body\n"));
}

TEST(HttpsTransportTest, WithholdsBodiesThatAreNotToBeSent) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  ASSERT_TRUE(client->Send("HEAD /big HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const auto head = client->Receive(/*to_head=*/true);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->Field("Content-Length"), absl::StrCat(8 << 20));
  const auto empty = client->Ask("GET /empty HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->status, 204);
  EXPECT_EQ(empty->Field("Content-Length"), "");
  // Had there been a body, this would begin with it.
  const auto next = client->Ask(kGet);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->status, 200);
}

TEST(HttpsTransportTest, SendsMoreThanASocketHolds) {
  HttpsPort port;
  for (const bool tls : {false, true}) {
    const auto client = tls ? port.ConnectTls() : port.Connect();
    const auto answer = client->Ask("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, std::string(8 << 20, 'b'));
  }
}

TEST(HttpsTransportTest, SendsStreamsInChunks) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  const auto answer = client->Ask("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->Field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer->body, "chunk1;chunk2;chunk3;");
  EXPECT_TRUE(client->Ask(kGet).has_value());
  // To a client of HTTP/1.0 the end of the connection tells the end of the stream.
  const auto older = port.Connect();
  ASSERT_TRUE(older->Send("GET /stream HTTP/1.0\r\n\r\n"));
  std::string all;
  for (std::string some = older->ReceiveSome(); !some.empty(); some = older->ReceiveSome()) {
    all += some;
  }
  EXPECT_THAT(all, EndsWith("\r\n\r\nchunk1;chunk2;chunk3;"));
}

TEST(HttpsTransportTest, ClosesWhenTheClientWantsIt) {
  HttpsPort port;
  for (const char* request : {"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                              "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"}) {
    const auto client = port.ConnectTls();
    const auto answer = client->Ask(request);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->Field("Connection"), "close");
    EXPECT_TRUE(client->IsClosedByServer());
  }
  const auto kept = port.Connect();
  const auto answer =
      kept->Ask("GET / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->Field("Connection"), "keep-alive");
  EXPECT_TRUE(kept->Ask(kGet).has_value());
}

TEST(HttpsTransportTest, TunnelsTlsToAHostItStandsFor) {
  HttpsPort port;
  const auto client = port.Connect();
  const auto open = client->Ask(
      "CONNECT kv1.vault.azure.net:443 HTTP/1.1\r\n"
      "Host: kv1.vault.azure.net:443\r\n\r\n");
  ASSERT_TRUE(open.has_value());
  EXPECT_EQ(open->status, 200);
  TlsClientOptions options;
  options.ca_pem = port.ca_pem();
  options.host = "kv1.vault.azure.net";
  ASSERT_TRUE(client->StartTls(options));
  for (int i = 0; i < 2; ++i) {
    const auto answer = client->Ask(kGet);
    ASSERT_TRUE(answer.has_value());
    EXPECT_THAT(answer->body, HasSubstr("authority=kv1.vault.azure.net\ntls=1\narrival=tunnel\n"));
  }
}

TEST(HttpsTransportTest, TunnelsPlainHttpAsWell) {
  HttpsPort port;
  const auto client = port.Connect();
  const auto open = client->Ask(
      "CONNECT acc.westus2.batch.azure.com:80 HTTP/1.1\r\n"
      "Host: acc.westus2.batch.azure.com:80\r\n\r\n");
  ASSERT_TRUE(open.has_value());
  EXPECT_EQ(open->status, 200);
  const auto answer =
      client->Ask("GET /pools HTTP/1.1\r\nHost: acc.westus2.batch.azure.com\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->body,
              HasSubstr("authority=acc.westus2.batch.azure.com\ntls=0\narrival=tunnel\n"));
  // A request of HTTP/1.0 that names no host means the tunnel's.
  const auto older = port.Connect();
  ASSERT_TRUE(older->Ask("CONNECT login.microsoftonline.com:443 HTTP/1.0\r\n\r\n").has_value());
  const auto hostless = older->Ask("GET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(hostless.has_value());
  EXPECT_THAT(hostless->body, HasSubstr("authority=login.microsoftonline.com:443\n"));
}

TEST(HttpsTransportTest, WhoTheClientIsToTheProxyComesWithEveryRequestOfTheTunnel) {
  HttpsPort port;
  constexpr char kUser[] = "Proxy-Authorization: Basic c2FuZGJveC0xOng=\r\n";  // sandbox-1:x
  const auto client = port.Connect();
  const auto open = client->Ask(
      absl::StrCat("CONNECT kv1.vault.azure.net:443 HTTP/1.1\r\nHost: kv1.vault.azure.net:443\r\n",
                   kUser, "\r\n"));
  ASSERT_TRUE(open.has_value());
  EXPECT_EQ(open->status, 200);
  TlsClientOptions options;
  options.ca_pem = port.ca_pem();
  options.host = "kv1.vault.azure.net";
  ASSERT_TRUE(client->StartTls(options));
  for (int i = 0; i < 2; ++i) {
    const auto answer = client->Ask(kGet);
    ASSERT_TRUE(answer.has_value());
    EXPECT_THAT(answer->body, EndsWith("proxy user=sandbox-1"));
  }
  // In absolute form it comes with each request.
  const auto plain = port.Connect();
  const std::string absolute =
      "GET http://acc.westus2.batch.azure.com/pools HTTP/1.1\r\n"
      "Host: acc.westus2.batch.azure.com\r\n";
  const auto with = plain->Ask(absl::StrCat(absolute, kUser, "\r\n"));
  ASSERT_TRUE(with.has_value());
  EXPECT_THAT(with->body, EndsWith("proxy user=sandbox-1"));
  const auto without = plain->Ask(absl::StrCat(absolute, "\r\n"));
  ASSERT_TRUE(without.has_value());
  EXPECT_THAT(without->body, testing::Not(HasSubstr("proxy user")));
}

TEST(HttpsTransportTest, TakesWhatIsSentAheadIntoATunnel) {
  HttpsPort port;
  const auto client = port.Connect();
  ASSERT_TRUE(client->Send(absl::StrCat(
      "CONNECT kv1.vault.azure.net:443 HTTP/1.1\r\nHost: kv1.vault.azure.net:443\r\n\r\n", kGet)));
  ASSERT_TRUE(client->Receive(/*to_head=*/true).has_value());
  const auto answer = client->Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->body, HasSubstr("arrival=tunnel\n"));
}

TEST(HttpsTransportTest, LetsNothingThroughToOtherHosts) {
  HttpsPort port;
  for (const char* request :
       {"CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n",
        "GET http://www.example.com/ HTTP/1.1\r\nHost: www.example.com\r\n\r\n",
        // The authority of the URL goes before the Host field.
        "GET http://www.example.com/ HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
    const auto client = port.Connect();
    const auto answer = client->Ask(request);
    ASSERT_TRUE(answer.has_value()) << request;
    EXPECT_EQ(answer->status, 403);
    EXPECT_THAT(answer->body, StartsWith("{\"error\":{\"code\":\"HostNotEmulated\""));
    EXPECT_THAT(answer->body, HasSubstr("www.example.com"));
    EXPECT_TRUE(client->IsClosedByServer());
  }
  // Nor by another name inside of a tunnel.
  const auto client = port.Connect();
  ASSERT_TRUE(client->Ask("CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n"));
  const auto answer = client->Ask("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 403);
}

TEST(HttpsTransportTest, ServesAbsoluteFormAsAProxyDoes) {
  HttpsPort port;
  const auto client = port.Connect();
  const auto answer = client->Ask(
      "GET http://169.254.169.254/metadata/identity/oauth2/token?resource=r HTTP/1.1\r\n"
      "Host: 169.254.169.254\r\nMetadata: true\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->body, HasSubstr("target=/metadata/identity/oauth2/token?resource=r\n"
                                      "authority=169.254.169.254\ntls=0\narrival=absolute\n"));
}

TEST(HttpsTransportTest, AnswersFromWhateverThread) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(client->Send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    std::thread([&port] { port.handler().Release(); }).join();
    const auto answer = client->Receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, "released");
  }
}

TEST(HttpsTransportTest, SaysSoWhenAHandlerDropsARequest) {
  HttpsPort port;
  const auto answer = port.ConnectTls()->Ask("GET /dropped HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 500);
}

TEST(HttpsTransportTest, TellsWorkThatItsClientIsGone) {
  HttpsPort port;
  const auto client = port.ConnectTls();
  ASSERT_TRUE(client->Send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const std::function<bool()> is_cancelled = port.handler().HeldIsCancelled();
  EXPECT_FALSE(is_cancelled());
  client->Reset();
  while (!is_cancelled()) std::this_thread::yield();
  // An answer for nobody harms nobody.
  port.handler().Release();
  EXPECT_TRUE(port.ConnectTls()->Ask(kGet).has_value());
}

TEST(HttpsTransportTest, ListensOnBothFamiliesOfLocalhost) {
  HttpsPort port({}, nullptr, "localhost:0");
  EXPECT_TRUE(port.Connect()->Ask(kGet).has_value());
}

}  // namespace
}  // namespace lazuli::emulator

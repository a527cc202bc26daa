// `lazuli serve` with HTTPS, as a person starts and ends it.

#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "emulator/client/server_process.h"
#include "emulator/server/ready_file.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/tls_client.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kGet[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::unique_ptr<ServerProcess> StartServer(std::vector<std::string> flags) {
  flags.push_back("--https=127.0.0.1:0");
  absl::StatusOr<std::unique_ptr<ServerProcess>> started =
      ServerProcess::Start(ProgramPath(), flags);
  LAZULI_EXPECT_OK(started);
  return started.ok() ? *std::move(started) : nullptr;
}

int PortOf(const ReadyInfo& ready) {
  return std::atoi(ready.https.substr(ready.https.rfind(':') + 1).c_str());
}

TEST(HttpsProcessTest, ServesFromTheMomentItIsReady) {
  const auto server = StartServer({});
  ASSERT_NE(server, nullptr);
  TlsClient client(PortOf(server->ready()));
  TlsClientOptions tls;
  tls.ca_pem = ReadFile(server->ready().ca_file);
  ASSERT_TRUE(client.StartTls(tls));
  const auto answer = client.Ask(kGet);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
}

TEST(HttpsProcessTest, EndsWithinASecondWhateverIsConnected) {
  const auto server = StartServer({});
  ASSERT_NE(server, nullptr);
  TlsClientOptions tls;
  tls.ca_pem = ReadFile(server->ready().ca_file);
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(std::make_unique<TlsClient>(PortOf(server->ready())));
    TlsClient& client = *clients.back();
    switch (i % 3) {
      case 0:  // idle
        ASSERT_TRUE(client.StartTls(tls));
        ASSERT_TRUE(client.Ask(kGet).has_value());
        break;
      case 1:  // follows the history for ever
        ASSERT_TRUE(client.StartTls(tls));
        ASSERT_TRUE(
            client.Send("GET /emulator/v1/events HTTP/1.1\r\nHost: localhost\r\n"
                        "Accept: text/event-stream\r\n\r\n"));
        EXPECT_NE(client.ReceiveSome(), "");
        break;
      default:  // stops within a request
        ASSERT_TRUE(
            client.Send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"));
    }
  }
  const std::string ca_file = server->ready().ca_file;
  const ServerProcess::Ended ended = server->Signal(SIGTERM);
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_LT(ended.took, absl::Seconds(1));
  EXPECT_EQ(ReadFile(ca_file), "");
}

// Each connection is a file, and the usual limit lets a process have 1,024 of them.
TEST(HttpsProcessTest, TakesMoreConnectionsThanTheUsualLimitOfFiles) {
  rlimit files = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  constexpr rlim_t kWanted = 1'300;
  if (files.rlim_max < kWanted) GTEST_SKIP() << "this machine allows but " << files.rlim_max;
  // The server inherits a low limit, the test itself has a higher one.
  files.rlim_cur = 200;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  const auto server = StartServer({});
  files.rlim_cur = kWanted;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_NE(server, nullptr);
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 1'100; ++i) {
    clients.push_back(std::make_unique<TlsClient>(PortOf(server->ready())));
  }
  const auto answer = clients.back()->Ask(kGet);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
}

TEST(HttpsProcessTest, ShowsACertificateOfOnesOwn) {
  const TemporaryFolder folder;
  const std::string command = absl::StrCat(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
      "/CN=mine ",
      "-addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:mine -keyout ",
      folder.File("key.pem"), " -out ", folder.File("cert.pem"), " > ", folder.File("log"),
      " 2>&1");
  const int code = std::system(command.c_str());
  if (WEXITSTATUS(code) == 127) GTEST_SKIP() << "there is no openssl command";
  ASSERT_EQ(code, 0) << ReadFile(folder.File("log"));
  const auto server = StartServer({absl::StrCat("--tls_cert=", folder.File("cert.pem")),
                                   absl::StrCat("--tls_key=", folder.File("key.pem")),
                                   absl::StrCat("--ca_file=", folder.File("trust.pem"))});
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(server->ready().ca_file, folder.File("trust.pem"));
  TlsClient client(PortOf(server->ready()));
  TlsClientOptions tls;
  tls.host = "kv1.vault.azure.net";
  // Nobody vouches for it here; that it is shown is what counts.
  client.StartTls(tls);
  const bssl::UniquePtr<X509> shown = client.certificate();
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(X509_check_host(shown.get(), "mine", 4, 0, nullptr), 1);
}

TEST(HttpsProcessTest, SaysWhatIsWrong) {
  const auto server = StartServer({});
  ASSERT_NE(server, nullptr);
  const TemporaryFolder folder;
  const std::string taken = absl::StrCat("127.0.0.1:", PortOf(server->ready()));
  struct Wrong {
    std::vector<std::string> flags;
    int exit_code;
    std::string says;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {{absl::StrCat("--https=", taken)}, 1, taken},
           {{"--https=nowhere"}, 2, "HOST:PORT"},
           {{"--https=127.0.0.1:99999"}, 1, "HOST:PORT"},
           {{"--https=0.0.0.0:0"}, 2, "admin_secret"},
           {{"--https=127.0.0.1:0", "--allow_host=https://lazuli"}, 2, "allow_host"},
           {{"--https=127.0.0.1:0", "--tls_cert=x"}, 1, "tls_key"},
           {{"--https=127.0.0.1:0", "--ca_key=x"}, 1, "ca_cert"},
           {{"--https=127.0.0.1:0", "--ca_cert=no_such_file", "--ca_key=x"}, 1, "no_such_file"},
           {{"--https=127.0.0.1:0", "--ca_file=/no/such/folder/ca.pem"}, 1, "ca_file"},
       }) {
    std::vector<std::string> arguments = {"serve", "--grpc=127.0.0.1:0"};
    arguments.insert(arguments.end(), wrong.flags.begin(), wrong.flags.end());
    const Ran ran = RunProgram(arguments);
    SCOPED_TRACE(absl::StrJoin(wrong.flags, " "));
    EXPECT_EQ(ran.exit_code, wrong.exit_code);
    EXPECT_THAT(ran.out, IsEmpty());
    EXPECT_THAT(ran.err, HasSubstr(wrong.says));
  }
}

}  // namespace
}  // namespace lazuli::emulator

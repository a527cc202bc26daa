// The program as a process: how it starts, says where it is, keeps its secrets, and ends.
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>  // NOLINT: followers while the server ends
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/ready_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "tests/support/program.h"
#include "tests/support/raw_call.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::Not;
using testing::StartsWith;

constexpr char kVault[] = "process-vault";
constexpr char kAccount[] = "processbatch";
const absl::Duration kEnd = absl::Seconds(1);

std::unique_ptr<ServerProcess> StartServer(std::vector<std::string> flags = {}) {
  flags.insert(flags.begin(), {"--clock=manual", "--start_time=2026-01-01T00:00:00Z"});
  return Must(ServerProcess::Start(ProgramPath(), flags));
}

std::unique_ptr<GrpcClient> SignedIn(const std::string& address) {
  std::unique_ptr<GrpcClient> client = GrpcClient::Connect(address);
  Must(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
  return client;
}

int ModeOf(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? static_cast<int>(status.st_mode & 0777) : -1;
}

TEST(ReadyFileTest, SaysWhereAndIsPrivate) {
  const TemporaryFolder folder;
  const std::string path = folder.File("ready.json");
  Program server({"serve", "--grpc=127.0.0.1:0", "--https=", "--seed=77",
                  absl::StrCat("--ready_file=", path)});
  // Atomic: once the name exists, the whole of it is there, and calls are served.
  ASSERT_TRUE(server.WaitForFile(path)) << server.err();
  EXPECT_EQ(ModeOf(path), 0600);
  const auto ready = ReadReadyFile(path);
  LAZULI_ASSERT_OK(ready);
  EXPECT_EQ(ready->pid, server.pid());
  EXPECT_EQ(ready->seed, 77u);
  EXPECT_FALSE(ready->version.empty());
  EXPECT_THAT(ready->grpc, StartsWith("127.0.0.1:"));
  LAZULI_EXPECT_OK(SignedIn(ready->grpc)->TokenFor(kAdminName, ""));
  // With the file, nothing is said on standard output.
  EXPECT_THAT(server.out(), IsEmpty());
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
  // Nobody shall take an ended server for one that serves.
  EXPECT_EQ(ModeOf(path), -1);
  EXPECT_THAT(server.err(), IsEmpty());
}

TEST(ReadyFileTest, WithoutTheFlagTheLineIsPrinted) {
  Program server({"serve", "--grpc=127.0.0.1:0", "--https="});
  const auto ready = ParseReadyInfo(server.WaitForLine());
  LAZULI_ASSERT_OK(ready);
  EXPECT_EQ(ready->pid, server.pid());
  LAZULI_EXPECT_OK(GrpcClient::Connect(ready->grpc)->SignIn(kAdminAppId, kWellKnownAdminSecret));
  server.Signal(SIGINT);
  EXPECT_EQ(server.Wait(), 0);
}

TEST(EndTest, SigtermEndsAnIdleServerAtOnce) {
  const auto server = StartServer();
  const ServerProcess::Ended ended = server->Signal(SIGTERM);
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.took, Lt(kEnd));
}

TEST(EndTest, SigtermEndsStreamsAndIdleConnections) {
  const auto server = StartServer();
  const std::unique_ptr<GrpcClient> client = SignedIn(server->ready().grpc);
  std::vector<std::thread> followers;
  std::atomic<int> following{0};
  std::atomic<int> refused{0};
  constexpr int kFollowers = 5;
  // Each has followed, or could not: nobody is waited for who could not follow at all.
  std::latch followed_or_ended(kFollowers);
  Api api(client.get(), kTestGroup);
  Must(api.PutResourceGroup());
  for (int i = 0; i < kFollowers; ++i) {
    followers.emplace_back([&] {
      v1::WatchEventsRequest request;
      request.set_after(0);
      v1::EventRecord event;
      bool counted = false;
      const absl::Status status =
          client->Watch("lazuli.v1.Emulator/WatchEvents", request, &event, [&] {
            if (!counted) {
              ++following;
              followed_or_ended.count_down();
            }
            counted = true;
            return true;
          });
      if (!status.ok()) ++refused;
      if (!counted) followed_or_ended.count_down();
    });
  }
  followed_or_ended.wait();
  EXPECT_EQ(following, kFollowers);
  const ServerProcess::Ended ended = server->Signal(SIGTERM);
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.took, Lt(kEnd));
  for (std::thread& follower : followers) follower.join();
  // A stream that is cut says so; it must not look like a whole one.
  EXPECT_EQ(refused, kFollowers);
}

TEST(EndTest, SigtermDoesNotWaitForKeysInTheMaking) {
  const auto server = StartServer({"--workers=2"});
  const std::unique_ptr<GrpcClient> client = SignedIn(server->ready().grpc);
  Api api(client.get(), kTestGroup);
  Must(api.PutResourceGroup());
  Must(api.PutVault(kVault, {}).status());
  const Metadata token = WithToken(Must(client->TokenFor(kAdminAppId, "")));
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server->ready().grpc);
  std::vector<std::unique_ptr<RawChannel::Pending>> calls;
  for (int i = 0; i < 20; ++i) {
    v1::CreateKeyRequest request;
    request.set_vault_name(kVault);
    request.set_key_name(absl::StrCat("large-", i));
    request.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
    request.set_key_size(4096);
    calls.push_back(channel->Start("lazuli.v1.Keys/CreateKey", request.SerializeAsString(), token));
  }
  // All of them have arrived: calls of one connection are read in order.
  LAZULI_ASSERT_OK(channel->Call("lazuli.v1.Emulator/GetInfo", "", token));
  const ServerProcess::Ended ended = server->Signal(SIGTERM);
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.took, Lt(kEnd));
  // Each has its answer. One or two searches for primes may have been lucky in that time; twenty
  // take many seconds.
  int cut = 0;
  for (const auto& call : calls) cut += call->Wait().ok() ? 0 : 1;
  EXPECT_GE(cut, 15);
}

TEST(EndTest, AKilledClientLeavesTheServerFine) {
  const TemporaryFolder folder;
  const std::string ready_file = folder.File("ready");
  Program server(
      {"serve", "--grpc=127.0.0.1:0", "--https=", absl::StrCat("--ready_file=", ready_file)});
  ASSERT_TRUE(server.WaitForFile(ready_file)) << server.err();
  const std::string from = absl::StrCat("--ready_file=", ready_file);
  ASSERT_EQ(RunProgram(
                {"call", "ResourceGroups/CreateOrUpdateResourceGroup", from,
                 absl::StrCat(R"({"subscriptionId":")", kDefaultSubscriptionId,
                              R"(","resourceGroupName":"g","parameters":{"location":"westus2"}})")})
                .exit_code,
            0);
  for (int i = 0; i < 5; ++i) {
    Program follower({"call", "Emulator/WatchEvents", R"({"after":0})", from});
    EXPECT_THAT(follower.WaitForLine(), Not(IsEmpty())) << follower.err();
    follower.Signal(SIGKILL);
    EXPECT_EQ(follower.Wait(), 128 + SIGKILL);
  }
  EXPECT_EQ(RunProgram({"call", "Emulator/GetInfo", from}).exit_code, 0);
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
}

TEST(SocketTest, AUnixSocketIsItsOwners) {
  const TemporaryFolder folder;
  const std::string path = folder.File("socket");
  const auto server = StartServer({absl::StrCat("--grpc=unix:", path)});
  EXPECT_EQ(server->ready().grpc, absl::StrCat("unix:", path));
  EXPECT_EQ(ModeOf(path), 0600);
  const std::unique_ptr<GrpcClient> client = SignedIn(server->ready().grpc);
  Api api(client.get(), kTestGroup);
  LAZULI_EXPECT_OK(api.PutResourceGroup());
  EXPECT_EQ(server->Signal(SIGTERM).exit_code, 0);
}

TEST(SocketTest, APortInUseIsOneClearLine) {
  const auto server = StartServer();
  const Ran second =
      RunProgram({"serve", absl::StrCat("--grpc=", server->ready().grpc), "--https="});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.out, IsEmpty());
  EXPECT_THAT(second.err, AllOf(HasSubstr(server->ready().grpc), HasSubstr("in use")));
  EXPECT_EQ(std::count(second.err.begin(), second.err.end(), '\n'), 1) << second.err;
}

TEST(SecretsTest, NoCoreFiles) {
  const auto server = StartServer();
  const std::string limits = ReadFile(absl::StrCat("/proc/", server->pid(), "/limits"));
  bool found = false;
  for (const absl::string_view line : absl::StrSplit(limits, '\n')) {
    absl::string_view rest = line;
    if (!absl::ConsumePrefix(&rest, "Max core file size")) continue;
    found = true;
    const std::vector<std::string> numbers = absl::StrSplit(rest, ' ', absl::SkipEmpty());
    EXPECT_THAT(numbers, ElementsAre("0", "0", "bytes"));
  }
  EXPECT_TRUE(found);
}

TEST(SecretsTest, NothingSecretIsLogged) {
  const TemporaryFolder folder;
  const std::string ready_file = folder.File("ready");
  const std::string secret = "a-secret-of-our-own-4711";
  Program server({"serve", "--grpc=127.0.0.1:0", "--https=", "--clock=manual", "--log_level=debug",
                  absl::StrCat("--admin_secret=", secret),
                  absl::StrCat("--ready_file=", ready_file)});
  ASSERT_TRUE(server.WaitForFile(ready_file)) << server.err();
  const std::unique_ptr<GrpcClient> client =
      GrpcClient::Connect(Must(ReadReadyFile(ready_file)).grpc);
  Must(client->SignIn(kAdminAppId, secret));
  EXPECT_FALSE(client->SignIn(kAdminAppId, "wrong-secret-4712").ok());
  Must(client->SignIn(kAdminAppId, secret));
  const std::string token = Must(client->TokenFor(kAdminName, ""));
  Api api(client.get(), kTestGroup);
  Must(api.PutResourceGroup());
  Must(api.PutVault(kVault, {}).status());
  Must(api.CreateRsaKey(kVault, "key").status());
  v1::KeyOperationsParameters encrypt;
  encrypt.set_vault_name(kVault);
  encrypt.set_key_name("key");
  encrypt.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP);
  encrypt.set_value("plain text 4713");
  Must(api.Call<v1::KeyOperationResult>("Keys/Encrypt", encrypt).status());
  Must(api.PutAccount(kAccount).status());
  v1::BatchAccountRequest account;
  account.set_subscription_id(std::string(kDefaultSubscriptionId));
  account.set_resource_group_name(kTestGroup);
  account.set_account_name(kAccount);
  const auto keys =
      Must(api.Call<v1::BatchAccountKeys>("BatchAccounts/GetBatchAccountKeys", account));
  Must(api.AddPool(kAccount, "pool", 1));
  Must(api.AddJob(kAccount, "job", "pool"));
  Must(api.AddTasks(kAccount, "job", "task", 1, "telling-command-4714"));
  EXPECT_FALSE(api.AddTasks(kAccount, "no-job", "task", 1, "telling-command-4714").ok());
  v1::CreateServicePrincipalRequest principal;
  principal.set_display_name("someone");
  const auto created = Must(
      api.Call<v1::CreateServicePrincipalResponse>("Directory/CreateServicePrincipal", principal));
  Must(api.AdvanceBy(absl::Hours(1)).status());
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
  const std::string log = server.err();
  // It does say what happened.
  EXPECT_THAT(log, HasSubstr("lazuli.v1.Keys/Encrypt"));
  for (const std::string& hidden : {secret, std::string("4712"), std::string("4713"),
                                    std::string("4714"), token, token.substr(token.rfind('.') + 1),
                                    keys.primary(), keys.secondary(), created.client_secret()}) {
    ASSERT_FALSE(hidden.empty());
    EXPECT_THAT(log, Not(HasSubstr(hidden)));
  }
}

class CommandTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = StartServer().release(); }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  static std::string Server() { return absl::StrCat("--server=", server_->ready().grpc); }

  static ServerProcess* server_;
};

ServerProcess* CommandTest::server_ = nullptr;

TEST_F(CommandTest, CallMakesACallAndPrintsJson) {
  const Ran info = RunProgram({"call", "Emulator/GetInfo", Server()});
  EXPECT_EQ(info.exit_code, 0) << info.err;
  EXPECT_THAT(info.out, HasSubstr(R"("clockMode": "manual")"));
  const Ran full =
      RunProgram({"call", "lazuli.v1.Emulator/AdvanceClock", R"({"by":"PT1H"})", Server()});
  EXPECT_EQ(full.exit_code, 0) << full.err;
  EXPECT_THAT(full.out, HasSubstr("2026-01-01T01:00:00"));
}

TEST_F(CommandTest, CallMakesACallAsSomebodyElse) {
  const Ran created = RunProgram(
      {"call", "Directory/CreateServicePrincipal", R"({"displayName":"somebody-else"})", Server()});
  ASSERT_EQ(created.exit_code, 0) << created.err;
  const Ran refused = RunProgram({"call", "Emulator/GetInfo", Server(), "--as=somebody-else"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("AuthorizationFailed"), HasSubstr("HTTP 403")));
  EXPECT_THAT(refused.out, IsEmpty());
  const Ran nobody = RunProgram({"call", "Emulator/GetInfo", Server(), "--as=nobody-at-all"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("nobody-at-all"));
}

TEST_F(CommandTest, CallSaysWhatIsWrongWithTheCommandLine) {
  struct Wrong {
    std::vector<std::string> arguments;
    int exit_code;
    std::string says;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {{"call"}, 2, "SERVICE/METHOD"},
           {{"call", "Emulator/NoSuchMethod"}, 2, "NoSuchMethod"},
           {{"call", "GetInfo"}, 2, "GetInfo"},
           {{"call", "Emulator/GetInfo", "{}", "more"}, 2, "SERVICE/METHOD"},
           {{"call", "Emulator/AdvanceClock", "{\"by\":"}, 1, ""},
           {{"call", "Emulator/AdvanceClock", R"({"by":"an hour"})"}, 1, "by"},
           {{"call", "Emulator/AdvanceClock", R"({"by":"-PT1H"})"}, 1, "INVALID_ARGUMENT"},
           {{"serve", "more"}, 2, "serve"},
           {{"serve", "--clock=backwards"}, 2, "--clock"},
           {{"serve", "--start_time=yesterday"}, 2, "--start_time"},
           {{"serve", "--restoration_window=11m"}, 2, "--restoration_window"},
           {{"serve", "--log_level=loud"}, 2, "--log_level"},
           {{"serve", "--grpc=0.0.0.0:0"}, 2, "admin_secret"},
           {{"nonsense"}, 2, "nonsense"},
           {{"demo", "more"}, 2, "demo"},
       }) {
    std::vector<std::string> arguments = wrong.arguments;
    if (arguments.front() == "call") arguments.push_back(Server());
    const Ran ran = RunProgram(arguments);
    SCOPED_TRACE(absl::StrJoin(wrong.arguments, " "));
    EXPECT_EQ(ran.exit_code, wrong.exit_code);
    EXPECT_THAT(ran.out, IsEmpty());
    EXPECT_THAT(ran.err, AllOf(Not(IsEmpty()), HasSubstr(wrong.says)));
  }
  const Ran flag = RunProgram({"serve", "--no_such_flag=1"});
  EXPECT_NE(flag.exit_code, 0);
  EXPECT_THAT(flag.err, HasSubstr("no_such_flag"));
}

TEST_F(CommandTest, AnUnknownMemberIsToldOf) {
  const Ran ran = RunProgram({"call", "Emulator/GetInfo", R"({"nonsense":1})", Server()});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr("nonsense"));
}

TEST_F(CommandTest, NoServerIsOneClearLine) {
  const Ran ran = RunProgram({"call", "Emulator/GetInfo", "--server=127.0.0.1:1"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("UNAVAILABLE"));
}

TEST_F(CommandTest, TokenPrintsATokenThatWorks) {
  const Ran ran =
      RunProgram({"token", "--as=administrator", "--resource=https://vault.azure.net", Server()});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const std::string token(absl::StripAsciiWhitespace(ran.out));
  EXPECT_EQ(std::count(token.begin(), token.end(), '.'), 2);
  const std::unique_ptr<GrpcClient> client = GrpcClient::Connect(server_->ready().grpc);
  client->set_token(token);
  v1::Info info;
  LAZULI_EXPECT_OK(client->Call("lazuli.v1.Emulator/GetInfo", v1::Empty(), &info));
  EXPECT_EQ(RunProgram({"token", "--as=nobody", Server()}).exit_code, 1);
  EXPECT_EQ(RunProgram({"token", "--admin_secret=wrong", Server()}).exit_code, 1);
}

TEST_F(CommandTest, MethodsAndVersionTellOfThemselves) {
  const Ran methods = RunProgram({"methods"});
  EXPECT_EQ(methods.exit_code, 0);
  EXPECT_THAT(methods.out, AllOf(HasSubstr("Keys/WrapKey\n"), HasSubstr("Emulator/WatchEvents\n"),
                                 HasSubstr("BatchAccounts/CreateBatchAccount\n")));
  const Ran version = RunProgram({"version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, StartsWith("lazuli "));
  const Ran usage = RunProgram({});
  EXPECT_THAT(usage.out, HasSubstr("lazuli serve"));
}

}  // namespace
}  // namespace lazuli::emulator

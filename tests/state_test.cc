// What rests: a server that is started again, or given a snapshot, goes on where it was.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>  // NOLINT: a follower of events
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/server.h"
#include "emulator/server/server_options.h"
#include "emulator/storage/snapshot.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/state.pb.h"
#include "tests/support/program.h"
#include "tests/support/scene.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ServerOptions OptionsOf(const std::string& data_dir) {
  ServerOptions options = TestOptions();
  options.data_dir = data_dir;
  return options;
}

// As a user would start it once more: the time goes on.
ServerOptions OptionsAgain(const std::string& data_dir) {
  ServerOptions options = OptionsOf(data_dir);
  options.clock.start_time.reset();
  return options;
}

std::string Save(GrpcClient& client) {
  v1::SnapshotBytes saved;
  Must(client.Call("lazuli.v1.State/SaveSnapshot", v1::Empty(), &saved));
  return saved.snapshot();
}

absl::Status Load(GrpcClient& client, const std::string& bytes) {
  v1::LoadSnapshotRequest request;
  request.set_snapshot(bytes);
  v1::LoadSnapshotResponse response;
  return client.Call("lazuli.v1.State/LoadSnapshot", request, &response);
}

absl::Status Reset(GrpcClient& client) {
  v1::Empty response;
  return client.Call("lazuli.v1.State/ResetState", v1::Empty(), &response);
}

bool HasVault(Api& api, const std::string& name) { return api.GetVault(name).ok(); }

// What a scene is about, as one text.
std::string Describe(TestServer& server) {
  Api& api = server.api();
  std::string text = absl::StrCat(absl::FormatTime(Must(api.Now()), absl::UTCTimeZone()), "\n");
  absl::StrAppend(&text, Must(api.GetVault(Scene::kVault)).DebugString(),
                  Must(api.GetKey(Scene::kVault, Scene::kKey)).DebugString(),
                  Must(api.GetAccount(Scene::kAccount)).DebugString(),
                  Must(api.KeyAccess(Scene::kAccount)).DebugString());
  for (const v1::QueuedTransition& queued : Must(api.QueuedTransitions(Scene::kAccount))) {
    absl::StrAppend(&text, queued.DebugString());
  }
  const auto tasks = api.ListTasks(Scene::kAccount, Scene::kJob);
  // Each refusal has an id of its own, which is no part of the state.
  absl::StrAppend(&text, tasks.status().ToString(absl::StatusToStringMode::kWithNoExtraData), "\n");
  if (!tasks.ok()) return text;
  for (const v1::CloudTask& task : *tasks) absl::StrAppend(&text, task.DebugString());
  for (const v1::ComputeNode& node : Must(api.ListNodes(Scene::kAccount, Scene::kPool))) {
    absl::StrAppend(&text, node.DebugString());
  }
  return text;
}

class StateTest : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string data_dir_ = folder_.File("data");
};

TEST_F(StateTest, ARestartBringsEverythingBackAndTimeGoesOn) {
  std::string before;
  {
    Scene scene({}, OptionsOf(data_dir_));
    before = Describe(scene.server());
  }
  TestServer again(OptionsAgain(data_dir_));
  EXPECT_EQ(Describe(again), before);
  // What was running ends when it would have ended.
  Must(again.api().AdvanceBy(Scene::kTaskTime));
  EXPECT_EQ(Must(again.api().CountTasks(Scene::kAccount, Scene::kJob)).completed(), 2);
  Must(again.api().AdvanceBy(Scene::kTaskTime));
  EXPECT_EQ(Must(again.api().CountTasks(Scene::kAccount, Scene::kJob)).completed(), 4);
}

TEST_F(StateTest, TheSeedThatIsToldIsTheOneThatHolds) {
  ServerOptions options = OptionsOf(data_dir_);
  options.seed = 4711;
  {
    const TestServer first(options);
  }
  // Nobody says one: that of the directory goes on.
  TestServer again(OptionsAgain(data_dir_));
  EXPECT_EQ(again.server().ready().seed, 4711u);
}

TEST_F(StateTest, AnAccountThatLostItsKeyStaysLostUntilItIsBack) {
  std::string before;
  {
    Scene scene({}, OptionsOf(data_dir_));
    Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false));
    scene.Advance(absl::Minutes(5));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
    before = Describe(scene.server());
  }
  {
    TestServer again(OptionsAgain(data_dir_));
    EXPECT_EQ(Describe(again), before);
    Must(again.api().EnableKey(Scene::kVault, Scene::kKey, true));
    Must(again.api().AdvanceBy(absl::Minutes(4)));
    EXPECT_EQ(Must(again.api().KeyAccess(Scene::kAccount)).state(), v1::KEY_ACCESS_STATE_RESTORING);
    before = Describe(again);
  }
  // In the middle of the window.
  TestServer third(OptionsAgain(data_dir_));
  EXPECT_EQ(Describe(third), before);
  Must(third.api().AdvanceBy(absl::Minutes(6)));
  EXPECT_EQ(Must(third.api().KeyAccess(Scene::kAccount)).state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  LAZULI_EXPECT_OK(third.api().ListTasks(Scene::kAccount, Scene::kJob).status());
}

TEST_F(StateTest, TokensTrustAndHistoryOutliveTheProcess) {
  std::string token;
  std::string ca;
  uint64_t last_event = 0;
  ServerOptions options = OptionsOf(data_dir_);
  options.https_address = "127.0.0.1:0";
  {
    TestServer server(options);
    token = Must(server.admin().TokenFor(kAdminName, ""));
    ca = server.server().ca_pem();
    Must(server.api().PutVault("kept-vault", {}));
    last_event = server.LastSequence();
  }
  options.clock.start_time.reset();
  TestServer again(options);
  EXPECT_EQ(again.server().ca_pem(), ca);
  EXPECT_GE(again.LastSequence(), last_event);
  const std::unique_ptr<GrpcClient> client = again.Connect();
  client->set_token(token);
  Api api(client.get(), kTestGroup);
  LAZULI_EXPECT_OK(api.GetVault("kept-vault").status());
}

TEST_F(StateTest, ADirectoryServesOneProcessAndItsFilesAreTheOwnersAlone) {
  TestServer server(OptionsOf(data_dir_));
  const absl::Status second = Server::Start(OptionsAgain(data_dir_)).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()), HasSubstr(absl::StrCat(::getpid())));
  struct stat info = {};
  ASSERT_EQ(::stat(data_dir_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0700u);
  for (const auto& entry : std::filesystem::directory_iterator(data_dir_)) {
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777u, 0600u) << entry.path();
  }
}

TEST_F(StateTest, OptionsThatContradictWhatRestsAreRefused) {
  std::string snapshot = folder_.File("snapshot");
  {
    TestServer server(OptionsOf(data_dir_));
    LAZULI_ASSERT_OK(WriteSnapshotFile(snapshot, Save(server.admin())));
  }
  const auto refusal = [](const ServerOptions& options) {
    const absl::Status status = Server::Start(options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    return std::string(status.message());
  };
  ServerOptions options = OptionsAgain(data_dir_);
  options.seed = TestOptions().seed + 1;
  // Nobody asked for it.
  LAZULI_EXPECT_OK(Server::Start(options).status());
  options.has_own_seed = true;
  EXPECT_THAT(refusal(options), HasSubstr("--seed"));
  EXPECT_THAT(refusal(OptionsOf(data_dir_)), HasSubstr("--start_time"));
  options = OptionsAgain(data_dir_);
  options.snapshot = snapshot;
  EXPECT_THAT(refusal(options), HasSubstr("--snapshot"));
}

TEST_F(StateTest, ASnapshotIsTheSameStateInAnotherServer) {
  const std::string path = folder_.File("snapshot");
  std::string before;
  {
    Scene scene;
    before = Describe(scene.server());
    LAZULI_ASSERT_OK(WriteSnapshotFile(path, Save(scene.server().admin())));
  }
  ServerOptions options = OptionsAgain("");
  options.snapshot = path;
  {
    TestServer server(options);
    EXPECT_EQ(Describe(server), before);
  }
  // It fills an empty directory, too.
  options.data_dir = data_dir_;
  {
    TestServer server(options);
  }
  TestServer again(OptionsAgain(data_dir_));
  EXPECT_EQ(Describe(again), before);
}

TEST_F(StateTest, SealedDataStaysSealedInASnapshot) {
  Scene scene;
  const std::string bytes = Save(scene.server().admin());
  EXPECT_THAT(bytes, HasSubstr(Scene::kAccount));
  for (const v1::CloudTask& task : Must(scene.api().ListTasks(Scene::kAccount, Scene::kJob))) {
    EXPECT_THAT(bytes, Not(HasSubstr(task.command_line())));
  }
}

TEST_F(StateTest, ASnapshotTakesThePlaceOfTheStateInARunningServerAndInItsDirectory) {
  std::string token;
  {
    TestServer server(OptionsOf(data_dir_));
    Must(server.api().PutVault("old-vault", {}));
    const std::string bytes = Save(server.admin());
    Must(server.api().PutVault("new-vault", {}));
    Must(server.api().AdvanceBy(absl::Hours(1)));
    LAZULI_ASSERT_OK(Load(server.admin(), bytes));
    EXPECT_TRUE(HasVault(server.api(), "old-vault"));
    EXPECT_FALSE(HasVault(server.api(), "new-vault"));
    EXPECT_EQ(Must(server.api().Now()), TestStart());
    Must(server.api().PutVault("later-vault", {}));
  }
  TestServer again(OptionsAgain(data_dir_));
  EXPECT_TRUE(HasVault(again.api(), "old-vault"));
  EXPECT_FALSE(HasVault(again.api(), "new-vault"));
  EXPECT_TRUE(HasVault(again.api(), "later-vault"));
}

TEST_F(StateTest, AResetBeginsAnewAlsoInTheDirectory) {
  {
    TestServer server(OptionsOf(data_dir_));
    Must(server.api().PutVault("some-vault", {}));
    LAZULI_ASSERT_OK(Reset(server.admin()));
    EXPECT_FALSE(HasVault(server.api(), "some-vault"));
  }
  TestServer again(OptionsAgain(data_dir_));
  EXPECT_FALSE(HasVault(again.api(), "some-vault"));
}

TEST_F(StateTest, FollowersLearnThatTheStateWasReplaced) {
  TestServer server;
  const std::unique_ptr<GrpcClient> follower = server.ConnectAs(std::string(kAdminName));
  const uint64_t before = server.LastSequence();
  ASSERT_GT(before, 0u);
  std::optional<absl::Status> ended;
  std::atomic<bool> follows = false;
  std::thread follow([&] {
    v1::WatchEventsRequest request;
    // One is there, and shows that the follower is.
    request.set_after(before - 1);
    v1::EventRecord record;
    ended = follower->Watch("lazuli.v1.Emulator/WatchEvents", request, &record, [&] {
      follows = true;
      follows.notify_one();
      return true;
    });
    // Who could not follow at all is not waited for; what became of it is checked below.
    follows = true;
    follows.notify_one();
  });
  follows.wait(false);
  LAZULI_EXPECT_OK(Reset(server.admin()));
  follow.join();
  EXPECT_EQ(ended->code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(ended->message()), HasSubstr("replaced"));
  // Whoever follows on misses nothing: the numbers never go back.
  Must(server.api().PutResourceGroup());
  EXPECT_GE(server.LastSequence(), before);
}

TEST_F(StateTest, EveryCallIsAnsweredWhileStatesComeAndGo) {
  TestServer server(OptionsOf(data_dir_));
  const std::string bytes = Save(server.admin());
  std::atomic<bool> done{false};
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, i] {
      const std::unique_ptr<GrpcClient> client = server.ConnectAs(std::string(kAdminName));
      Api api(client.get(), kTestGroup);
      for (int call = 0; !done; ++call) {
        const std::string name = absl::StrCat("client-", i, "-vault-", call);
        const absl::Status put = api.PutVault(name, {}).status();
        // The group, too, comes and goes.
        EXPECT_TRUE(put.ok() || put.code() == absl::StatusCode::kNotFound) << put;
        const absl::Status got = api.GetVault(name).status();
        EXPECT_TRUE(got.ok() || got.code() == absl::StatusCode::kNotFound) << got;
        ++answered;
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    const int before = answered;
    while (answered < before + 4) std::this_thread::yield();
    LAZULI_EXPECT_OK(i % 2 == 0 ? Reset(server.admin()) : Load(server.admin(), bytes));
  }
  done = true;
  for (std::thread& client : clients) client.join();
}

TEST_F(StateTest, WhatIsNoSnapshotChangesNothing) {
  TestServer server;
  Must(server.api().PutVault("some-vault", {}));
  EXPECT_EQ(Load(server.admin(), "nonsense").code(), absl::StatusCode::kInvalidArgument);
  std::string bytes = Save(server.admin());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  EXPECT_FALSE(Load(server.admin(), bytes).ok());
  EXPECT_TRUE(HasVault(server.api(), "some-vault"));
}

// No file of the process may grow beyond `bytes`, as if the disk were full.
void LimitFiles(pid_t pid, rlim_t bytes) {
  const rlimit limit = {bytes, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(pid, RLIMIT_FSIZE, &limit, nullptr), 0);
}

TEST_F(StateTest, OnAFullDiskChangesAreRefusedReadingGoesOnAndNothingIsLost) {
  const std::vector<std::string> flags = {"--clock=manual", absl::StrCat("--data_dir=", data_dir_)};
  auto server = Must(ServerProcess::Start(ProgramPath(), flags));
  auto client = GrpcClient::Connect(server->ready().grpc);
  Must(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
  Api api(client.get(), kTestGroup);
  Must(api.PutResourceGroup());
  Must(api.PutVault("before-vault", {}));
  LimitFiles(server->pid(), 4096);
  const absl::Status not_stored = api.PutVault("during-vault", {}).status();
  EXPECT_EQ(not_stored.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(not_stored.message()), HasSubstr("not stored yet"));
  const absl::Status refused = api.PutVault("refused-vault", {}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("Nothing was changed"));
  EXPECT_TRUE(HasVault(api, "before-vault"));
  EXPECT_FALSE(HasVault(api, "refused-vault"));

  LimitFiles(server->pid(), RLIM_INFINITY);
  Must(api.PutVault("after-vault", {}));
  server->Signal(SIGKILL);
  server = Must(ServerProcess::Start(ProgramPath(), flags));
  client = GrpcClient::Connect(server->ready().grpc);
  Must(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
  Api again(client.get(), kTestGroup);
  EXPECT_TRUE(HasVault(again, "before-vault"));
  EXPECT_TRUE(HasVault(again, "during-vault"));
  EXPECT_TRUE(HasVault(again, "after-vault"));
  EXPECT_FALSE(HasVault(again, "refused-vault"));
}

TEST_F(StateTest, WithNormalSyncChangesOutliveTheProcessHoweverItEnds) {
  const std::vector<std::string> flags = {"--clock=manual", "--sync=normal",
                                          absl::StrCat("--data_dir=", data_dir_)};
  std::vector<std::string> vaults;
  for (const int signal_number : {SIGTERM, SIGKILL, SIGKILL, SIGTERM}) {
    const auto server = Must(ServerProcess::Start(ProgramPath(), flags));
    const auto client = GrpcClient::Connect(server->ready().grpc);
    Must(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
    Api api(client.get(), kTestGroup);
    Must(api.PutResourceGroup());
    for (const std::string& vault : vaults) EXPECT_TRUE(HasVault(api, vault)) << vault;
    vaults.push_back(absl::StrCat("vault-", vaults.size()));
    Must(api.PutVault(vaults.back(), {}));
    server->Signal(signal_number);
  }
}

TEST_F(StateTest, TheCommandLineSavesAndLoads) {
  const std::string file = folder_.File("snapshot");
  const auto server = Must(ServerProcess::Start(ProgramPath(), {"--clock=manual"}));
  const std::string where = absl::StrCat("--server=", server->ready().grpc);
  const auto client = GrpcClient::Connect(server->ready().grpc);
  Must(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
  Api api(client.get(), kTestGroup);
  Must(api.PutResourceGroup());
  Must(api.PutVault("first-vault", {}));
  Program save({"snapshot", "save", file, where});
  EXPECT_EQ(save.Wait(absl::Seconds(30)), 0) << save.err();
  Must(api.PutVault("second-vault", {}));
  Program load({"snapshot", "load", file, where});
  EXPECT_EQ(load.Wait(absl::Seconds(30)), 0) << load.err();
  EXPECT_TRUE(HasVault(api, "first-vault"));
  EXPECT_FALSE(HasVault(api, "second-vault"));
  Program none({"snapshot", "load", folder_.File("absent"), where});
  EXPECT_EQ(none.Wait(absl::Seconds(30)), 1);
  EXPECT_THAT(none.err(), HasSubstr("absent"));
}

}  // namespace
}  // namespace lazuli::emulator

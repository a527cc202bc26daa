// A process that keeps its state in a data directory is killed, at any instant: what it answered is
// there when it starts again, and nothing is half there.
#include <signal.h>
#include <stdlib.h>

#include <climits>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>  // NOLINT: kills while the writer writes
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "gtest/gtest.h"
#include "tests/crash/model.h"
#include "tests/crash/writer.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

ABSL_FLAG(int, kills, 300, "how often the process is killed at a random instant");
ABSL_FLAG(uint64_t, seed, 1, "of the changes and the instants");

namespace lazuli::emulator {
namespace {

constexpr int kMostChangesBeforeAKill = 10;
// Longer than a change takes on an idle machine.
constexpr absl::Duration kLongestWaitForAKill = absl::Milliseconds(5);
constexpr int kChangesOfAStep = 25;
// SQLite's: of a page and of what the log says of it.
constexpr int64_t kLoggedPageBytes = 4096 + 24;
// The server moves its log into the database when it has so many pages.
constexpr int64_t kCheckpointPages = 1000;
// Fewer than kChangesOfAStep changes log, so that the checkpoint falls due among them.
constexpr int64_t kPagesBeforeCheckpoint = 40;
// More than a server without any state goes through until it serves.
constexpr int kMostStepsOfAStart = 200;

// A server on a data directory, and a signed-in client of it.
class StoredServer {
 public:
  StoredServer(const std::string& data_directory, const std::vector<std::string>& more_flags) {
    std::vector<std::string> flags = {"--clock=manual", absl::StrCat("--data_dir=", data_directory),
                                      "--sync=full", "--key_pool=0"};
    flags.insert(flags.end(), more_flags.begin(), more_flags.end());
    auto process = ServerProcess::Start(ProgramPath(), flags);
    if (!process.ok()) return;
    process_ = *std::move(process);
    client_ = GrpcClient::Connect(process_->ready().grpc);
    api_ = std::make_unique<Api>(client_.get(), kTestGroup);
  }

  // False when the process is gone, or never served.
  [[nodiscard]] bool SignIn() {
    return process_ != nullptr && client_->SignIn(kAdminAppId, kWellKnownAdminSecret).ok();
  }
  Api& api() { return *api_; }
  pid_t pid() const { return process_->pid(); }

 private:
  std::unique_ptr<ServerProcess> process_;
  std::unique_ptr<GrpcClient> client_;
  std::unique_ptr<Api> api_;
};

int64_t DatabaseBytes(const std::string& data_directory) {
  return static_cast<int64_t>(std::filesystem::file_size(data_directory + "/lazuli.db"));
}

int64_t LoggedPages(const std::string& data_directory) {
  return static_cast<int64_t>(std::filesystem::file_size(data_directory + "/lazuli.db-wal")) /
         kLoggedPageBytes;
}

// What a writer was told, and what it was not told of any more.
struct Written {
  Model known;                            // after the last change that was answered
  std::optional<ModelledChange> unknown;  // cut off: made or not
  int answered = 0;
};

// Changes until the server is gone, or `most` changes were made; `before_each` gets how many there
// were. Fails the test when a change is refused.
void WriteUntilGone(StoredServer& server, int most, int* number, RandomStream* random,
                    Written* written, const std::function<void(int)>& before_each = {}) {
  for (int i = 0; i < most; ++i) {
    if (before_each) before_each(i);
    ModelledChange change = DrawChange(written->known, ++*number, random);
    const absl::Status status = change.call(server.api());
    if (!status.ok()) {
      ASSERT_TRUE(absl::IsUnavailable(status) || absl::IsCancelled(status))
          << change.what << ": " << status << "\n"
          << written->known.ToString();
      written->unknown = std::move(change);
      return;
    }
    change.expect(&written->known);
    ++written->answered;
  }
}

// That the server has what was answered, and the change that was not answered as a whole or not at
// all. Then `*written` says what it has.
void Verify(StoredServer& server, Written* written) {
  const Model seen = Observe(server.api());
  if (written->unknown.has_value() && !(seen == written->known)) {
    const Model before = written->known;
    written->unknown->expect(&written->known);
    EXPECT_EQ(seen, written->known)
        << "the change that was cut off is half there: " << written->unknown->what
        << "\n--- before it\n"
        << before.ToString() << "--- after it\n"
        << written->known.ToString() << "--- seen\n"
        << seen.ToString();
  } else {
    EXPECT_EQ(seen, written->known) << "--- answered\n"
                                    << written->known.ToString() << "--- seen\n"
                                    << seen.ToString();
  }
  written->known = seen;
  written->unknown.reset();
}

TEST(CrashTest, WhatWasAnsweredSurvivesAKillAtAnyInstant) {
  const TemporaryFolder folder;
  const std::string data = folder.File("data");
  const int kills = absl::GetFlag(FLAGS_kills);
  RandomStream random(absl::GetFlag(FLAGS_seed), "crash");
  Written written;
  {
    StoredServer server(data, {});
    ASSERT_TRUE(server.SignIn());
    MakeModelledObjects(server.api());
    written.known = Observe(server.api());
  }
  int number = 0;
  int cut_off = 0;
  for (int kill_number = 1; kill_number <= kills && !testing::Test::HasFailure(); ++kill_number) {
    SCOPED_TRACE(absl::StrCat("seed ", absl::GetFlag(FLAGS_seed), ", kill ", kill_number));
    StoredServer server(data, {});
    ASSERT_TRUE(server.SignIn());
    Verify(server, &written);
    // Somewhere in one of the first changes; how many there are by then hangs on the machine.
    const int last = static_cast<int>(random.NextBelow(kMostChangesBeforeAKill));
    const absl::Duration patience = random.NextDuration(kLongestWaitForAKill);
    std::thread killer;
    WriteUntilGone(server, INT_MAX, &number, &random, &written, [&](int changes) {
      if (changes != last) return;
      killer = std::thread([&] {
        absl::SleepFor(patience);
        kill(server.pid(), SIGKILL);
      });
    });
    if (killer.joinable()) killer.join();
    cut_off += written.unknown.has_value() ? 1 : 0;
  }
  RecordProperty("answered", written.answered);
  // Otherwise the test would have tried nothing.
  EXPECT_GT(written.answered, kills);
  EXPECT_EQ(cut_off, kills);
}

// Kills before each step of storing in turn: between any two of them.
TEST(CrashTest, WhatWasAnsweredSurvivesAKillBetweenAnyTwoSteps) {
  const TemporaryFolder folder;
  const std::string start_data = folder.File("start");
  Written start;
  {
    StoredServer server(start_data, {});
    ASSERT_TRUE(server.SignIn());
    MakeModelledObjects(server.api());
    for (int i = 0; LoggedPages(start_data) < kCheckpointPages - kPagesBeforeCheckpoint; ++i) {
      ASSERT_TRUE(TagGroup(i).call(server.api()).ok());
    }
    start.known = Observe(server.api());
  }
  const int64_t start_bytes = DatabaseBytes(start_data);
  ASSERT_LT(LoggedPages(start_data), kCheckpointPages);
  int killed = 0;
  // Of those, with something of the checkpoint in the database.
  int checkpointed = 0;
  bool last_checkpointed = false;
  for (int step = 1; !testing::Test::HasFailure(); ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    const std::string data = folder.File(absl::StrCat("step-", step));
    std::filesystem::copy(start_data, data, std::filesystem::copy_options::recursive);
    Written written = start;
    // The same changes each time, so that each step comes to its turn.
    RandomStream random(absl::GetFlag(FLAGS_seed), "crash at a step");
    int number = 0;
    {
      StoredServer server(data, {absl::StrCat("--crash_at_storage_step=", step)});
      if (server.SignIn()) WriteUntilGone(server, kChangesOfAStep, &number, &random, &written);
    }
    const bool crashed = written.answered < kChangesOfAStep;
    last_checkpointed = DatabaseBytes(data) > start_bytes;
    killed += crashed ? 1 : 0;
    checkpointed += crashed && last_checkpointed ? 1 : 0;
    StoredServer server(data, {});
    ASSERT_TRUE(server.SignIn());
    Verify(server, &written);
    std::filesystem::remove_all(data);
    if (!crashed) break;
  }
  RecordProperty("killed", killed);
  // Each change has a beginning, a record and an end at least.
  EXPECT_GT(killed, 3 * kChangesOfAStep);
  // The checkpoint came among the changes, so that each step of it had its kill, and others came
  // before and after it.
  EXPECT_TRUE(last_checkpointed);
  RecordProperty("killed_after_checkpoint", checkpointed);
  EXPECT_GT(checkpointed, 1);
  EXPECT_LT(checkpointed, killed);
}

// The same while the directory is made.
TEST(CrashTest, AStartThatWasKilledIsNoHindranceToTheNext) {
  const TemporaryFolder folder;
  bool serves = false;
  int step = 0;
  while (!serves && !testing::Test::HasFailure()) {
    ASSERT_LT(++step, kMostStepsOfAStart);
    SCOPED_TRACE(absl::StrCat("step ", step));
    const std::string data = folder.File(absl::StrCat("step-", step));
    {
      StoredServer server(data, {absl::StrCat("--crash_at_storage_step=", step)});
      serves = server.SignIn();
    }
    StoredServer server(data, {});
    EXPECT_TRUE(server.SignIn());
  }
  RecordProperty("killed", step - 1);
  // A beginning, a record and an end at least.
  EXPECT_GT(step, 3);
}

}  // namespace
}  // namespace lazuli::emulator

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  absl::ParseCommandLine(argc, argv);
  // What the killed servers leave in the temporary folder goes with the program.
  const lazuli::emulator::TemporaryFolder temporary;
  setenv("TMPDIR", temporary.path().c_str(), /*overwrite=*/1);
  return RUN_ALL_TESTS();
}

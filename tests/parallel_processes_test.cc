// Two hundred tests at once, each with a server of its own.
#include <sys/types.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>  // NOLINT: tests that run at once
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/real_time.h"
#include "emulator/client/http_client.h"
#include "emulator/client/server_process.h"
#include "emulator/server/ready_file.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace lazuli::emulator {
namespace {

constexpr int kServers = 200;

// Lets nobody through before all have come.
class Barrier {
 public:
  explicit Barrier(int missing) : missing_(missing) {}
  void Wait() {
    MutexLock lock(&mutex_);
    if (--missing_ == 0) complete_.SignalAll();
    while (missing_ > 0) complete_.Wait(&mutex_);
  }

 private:
  Mutex mutex_;
  CondVar complete_;
  int missing_ ABSL_GUARDED_BY(mutex_);
};

// What one test leaves to look at.
struct Outcome {
  std::string error;  // empty: the server was ready, answered and ended in order
  pid_t pid = 0;
  std::string folder;
};

Outcome RunTest(Barrier* all_are_ready) {
  Outcome outcome;
  const auto server =
      ServerProcess::Start(ProgramPath(), {"--clock=manual", "--https=127.0.0.1:0"});
  all_are_ready->Wait();
  if (!server.ok()) {
    outcome.error = server.status().ToString();
    return outcome;
  }
  const ReadyInfo& ready = (*server)->ready();
  outcome.pid = (*server)->pid();
  outcome.folder = std::filesystem::path(ready.ready_file).parent_path().string();
  HttpCall call;
  call.method = "POST";
  call.target = "/emulator/v1/clock:advance";
  call.headers = {{"Content-Type", "application/json"}};
  call.body = R"({"duration":"10m"})";
  call.timeout = absl::Minutes(1);
  const auto reply =
      CallHttp(absl::StrCat("127.0.0.1", ready.https.substr(ready.https.rfind(':'))), call);
  if (!reply.ok() || reply->status != 200) {
    outcome.error = reply.ok() ? absl::StrCat("answered ", reply->status, ": ", reply->body)
                               : reply.status().ToString();
  }
  const ServerProcess::Ended ended = (*server)->LetGo();
  if (ended.exit_code != 0) absl::StrAppend(&outcome.error, " ended with ", ended.exit_code);
  return outcome;
}

TEST(ParallelProcessesTest, TwoHundredAreReadyAtOnceAndNoneIsLeft) {
  const absl::Time start = RealNow();
  std::vector<Outcome> outcomes(kServers);
  // One more than there are tests: this one takes the time.
  Barrier all_are_ready(kServers + 1);
  std::vector<std::thread> tests;
  for (Outcome& outcome : outcomes) {
    tests.emplace_back([&outcome, &all_are_ready] { outcome = RunTest(&all_are_ready); });
  }
  all_are_ready.Wait();
  const absl::Time all_ready = RealNow();
  for (std::thread& test : tests) test.join();
  const absl::Time end = RealNow();

  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.error, "");
    EXPECT_FALSE(IsRunning(outcome.pid)) << outcome.pid;
    EXPECT_FALSE(std::filesystem::exists(outcome.folder)) << outcome.folder;
  }
  std::cout << kServers << " servers: all ready after " << all_ready - start
            << ", all answered and ended after " << end - start << std::endl;
}

}  // namespace
}  // namespace lazuli::emulator

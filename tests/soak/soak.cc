// A long load: many clients over both faces, with faults, and with keys that come and go. At the
// end every request had its answer, the server is no larger than after its warm-up, and nothing is
// left.
#include <signal.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <thread>  // NOLINT: each client is one
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/real_time.h"
#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "tests/soak/actor.h"
#include "tests/soak/caller.h"
#include "tests/soak/ledger.h"
#include "tests/soak/process_watch.h"
#include "tests/soak/scene.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

ABSL_FLAG(std::string, program, "", "the program; empty: the one among the test's data");
ABSL_FLAG(absl::Duration, duration, absl::Minutes(10), "how long clients work, warm-up included");
ABSL_FLAG(int, clients, 64, "half of them over gRPC, half over HTTPS");
ABSL_FLAG(double, rate, 180, "requests a second, of all clients together");
ABSL_FLAG(uint64_t, seed, 1, "what the clients' choices and the server's chance derive from");

namespace lazuli::soak {
namespace {

using emulator::Api;
using emulator::GrpcClient;
using emulator::Must;
using emulator::ServerProcess;

// What memory may grow by from the end of the warm-up to the end, as a part of it.
constexpr double kMaxGrowth = 0.05;
// Time in which caches and pools fill: a fifth, and no more than two minutes.
absl::Duration WarmUpOf(absl::Duration duration) {
  return std::min(duration / 5, absl::Minutes(2));
}
constexpr absl::Duration kSampleInterval = absl::Milliseconds(500);
// From the last client's end until what it held is gone.
constexpr absl::Duration kSettle = absl::Seconds(20);
// Threads come and go with gRPC's load; what leaks does so with every request.
constexpr int kThreadSlack = 8;

// Everything that was found wrong.
class Findings {
 public:
  void Check(bool holds, const std::string& what) {
    if (!holds) found_.push_back(what);
  }
  void Add(const std::vector<std::string>& more) {
    found_.insert(found_.end(), more.begin(), more.end());
  }
  const std::vector<std::string>& found() const { return found_; }

 private:
  std::vector<std::string> found_;
};

std::unique_ptr<ServerProcess> StartServer(const std::string& data_dir) {
  const std::string program = absl::GetFlag(FLAGS_program);
  return Must(ServerProcess::Start(
      program.empty() ? emulator::ProgramPath() : program,
      {"--https=127.0.0.1:0",
       // Ten times as fast: what takes minutes, as a restoration, happens often.
       "--clock=scaled:10", "--restoration_window=30s", "--node_boot_time=5s",
       // Full before the warm-up is over.
       "--event_history=2000", absl::StrCat("--seed=", absl::GetFlag(FLAGS_seed)),
       absl::StrCat("--data_dir=", data_dir)}));
}

class Soak {
 public:
  explicit Soak(ServerProcess* server) : server_(server) {
    const std::string ca_pem = emulator::ReadFile(server->ready().ca_file);
    const int count = absl::GetFlag(FLAGS_clients);
    const absl::Duration pace = absl::Seconds(count / absl::GetFlag(FLAGS_rate));
    for (int i = 0; i < count; ++i) {
      actors_.push_back(std::make_unique<Actor>(
          i, i % 2 == 0 ? GrpcCaller(server->ready()) : HttpsCaller(server->ready(), ca_pem), pace,
          absl::GetFlag(FLAGS_seed), &ledger_));
    }
  }

  // Lets all clients work for `duration`, and watches the server meanwhile.
  void Work(absl::Duration duration) {
    std::atomic<bool> end{false};
    std::vector<std::thread> threads;
    threads.reserve(actors_.size());
    for (const std::unique_ptr<Actor>& actor : actors_) {
      threads.emplace_back([&end, &actor] { actor->Run(end); });
    }
    const absl::Time start = RealNow();
    const absl::Time warm = start + WarmUpOf(duration);
    while (RealNow() < start + duration) {
      absl::SleepFor(kSampleInterval);
      const ProcessSample sample = SampleProcess(server_->pid());
      if (RealNow() >= warm) samples_.push_back(sample);
    }
    end = true;
    for (std::thread& thread : threads) thread.join();
  }

  // Takes away what clients have left, over their own connections, and closes these.
  void Leave() {
    for (const std::unique_ptr<Actor>& actor : actors_) actor->CleanUp();
    actors_.clear();
  }

  const std::vector<ProcessSample>& samples() const { return samples_; }
  Ledger::Totals totals() const { return ledger_.totals(); }

 private:
  ServerProcess* const server_;
  Ledger ledger_;
  std::vector<std::unique_ptr<Actor>> actors_;
  std::vector<ProcessSample> samples_;
};

// Waits until the server holds no more than `idle` did; the last sample.
ProcessSample Settled(pid_t pid, const ProcessSample& idle) {
  const absl::Time give_up = RealNow() + kSettle;
  while (true) {
    const ProcessSample now = SampleProcess(pid);
    if (now.files <= idle.files || RealNow() > give_up) return now;
    absl::SleepFor(kSampleInterval);
  }
}

int64_t CountOf(const Ledger::Totals& totals, const std::string& code) {
  const auto found = totals.codes.find(code);
  return found == totals.codes.end() ? 0 : found->second;
}

void Print(const Soak& soak, const FaultCounts& faults, const ChaosResult& chaos,
           const ProcessSample& end, absl::Duration took, const Findings& findings) {
  const Ledger::Totals totals = soak.totals();
  for (const auto& [method, calls] : totals.methods) std::cout << method << ": " << calls << "\n";
  for (const auto& [code, calls] : totals.codes)
    std::cout << "refused, " << code << ": " << calls << "\n";
  for (const std::string& what : findings.found()) std::cout << "WRONG: " << what << "\n";
  const Flatness flatness = FlatnessOf(soak.samples());
  // Of what clients saw, only the first are among the findings.
  const int64_t wrong =
      static_cast<int64_t>(findings.found().size() - totals.first_wrong.size()) + totals.wrong;
  std::cout
      << absl::StrFormat(
             "soak: %s, %d clients, %d requests, %d wrong; %d errors, %d drops, %d throttled by "
             "rules; %d times without a key; memory %.1f -> %.1f MB (%+.1f %%), %d files, %d "
             "threads, server %.0f %% of a processor",
             absl::FormatDuration(absl::Trunc(took, absl::Seconds(1))),
             absl::GetFlag(FLAGS_clients), totals.requests, wrong, faults.errors, faults.drops,
             faults.throttled, chaos.absences, flatness.early_bytes / 1e6,
             flatness.late_bytes / 1e6, flatness.growth() * 100, end.files, end.threads,
             100 * absl::FDivDuration(end.cpu_time, took))
      << std::endl;
}

int Run() {
  const emulator::TemporaryFolder folder;
  const std::unique_ptr<ServerProcess> server = StartServer(folder.File("data"));
  const std::unique_ptr<GrpcClient> client = GrpcClient::Connect(server->ready().grpc);
  const auto sign_in = [&client] {
    Must(client->SignIn(emulator::kAdminAppId, emulator::kWellKnownAdminSecret));
  };
  sign_in();
  Api api(client.get(), kGroup);
  BuildScene(&api);
  const ProcessSample idle = SampleProcess(server->pid());
  const absl::Time start = RealNow();
  const absl::Duration duration = absl::GetFlag(FLAGS_duration);

  Soak soak(server.get());
  StartFaults(&api);
  StartChaos(&api);
  soak.Work(duration);

  // The token of the start has run out.
  sign_in();
  Findings findings;
  const FaultCounts faults = EndFaults(&api);
  const ChaosResult chaos = EndChaos(&api, absl::Seconds(30));
  findings.Add(chaos.problems);
  soak.Leave();
  findings.Add(Leftovers(&api, kSettle));
  const ProcessSample end = Settled(server->pid(), idle);

  const Ledger::Totals totals = soak.totals();
  findings.Add(totals.first_wrong);
  const Flatness flatness = FlatnessOf(soak.samples());
  findings.Check(flatness.growth() <= kMaxGrowth, "memory grows");
  findings.Check(end.files <= idle.files, absl::StrCat(end.files - idle.files, " files leaked"));
  findings.Check(end.threads <= soak.samples().front().threads + kThreadSlack, "threads leaked");
  findings.Check(CountOf(totals, kFaultCode) == faults.errors,
                 "rules gave other errors than clients saw");
  findings.Check(totals.lost == faults.drops, "rules dropped other connections than clients lost");
  findings.Check(faults.errors > 0 && faults.drops > 0, "no rule acted");
  findings.Check(chaos.absences > 0, "no account was ever without its key");
  const ServerProcess::Ended ended = server->Signal(SIGTERM);
  findings.Check(ended.exit_code == 0, absl::StrCat("the server ended with ", ended.exit_code));
  Print(soak, faults, chaos, end, RealNow() - start, findings);
  return findings.found().empty() ? 0 : 1;
}

}  // namespace
}  // namespace lazuli::soak

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return lazuli::soak::Run();
}

// A server at size: its start, its memory, and an account with 1,000 nodes, 10,000 running and
// 100,000 queued tasks that loses its key and gets it back; 90 days over 100,000 timers.
#include <optional>

#include "absl/time/time.h"
#include "base/real_time.h"
#include "bench/figures.h"
#include "bench/processes.h"
#include "bench/site.h"
#include "benchmark/benchmark.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"

namespace lazuli::bench {
namespace {

constexpr int kNodes = 1'000;
constexpr int kSlots = 10;
constexpr int kQueued = 100'000;

// From the start of the process to the answer of a call with a token.
void BM_StartToFirstAnswer(benchmark::State& state) {
  double resident = 0;
  for (auto _ : state) {
    const absl::Time start = RealNow();
    Site site({"--clock=manual"});
    v1::Info info;
    Must(site.client->Call("lazuli.v1.Emulator/GetInfo", v1::Empty(), &info));
    state.SetIterationTime(MicrosSince(start) / 1e6);
    resident = ResidentBytesOf(site.server->pid());
  }
  state.counters["resident_mb"] = resident / 1e6;
}
BENCHMARK(BM_StartToFirstAnswer)->UseManualTime()->Iterations(20);

void BM_KeyLoss(benchmark::State& state) {
  for (auto _ : state) {
    // Without the pool of keys, whose filling would count as the loss's processor time.
    Site site({"--clock=manual", "--key_pool=0"});
    site.MakeAccount();
    site.MakePool(kNodes, kSlots);
    Must(site.api->AddTasks(kSiteAccount, kSiteJob, "running", kNodes * kSlots,
                            "/bin/sh -c 'sleep 86400'"));

    const double resident = ResidentBytesOf(site.server->pid());
    absl::Time start = RealNow();
    Must(site.api->AddTasks(kSiteAccount, kSiteJob, "queued", kQueued, "/bin/sh -c 'sleep 86400'"));
    state.counters["add_tasks_s"] = MicrosSince(start) / 1e6;
    state.counters["bytes_per_task"] = (ResidentBytesOf(site.server->pid()) - resident) / kQueued;

    start = RealNow();
    const double cpu = CpuMicrosOf(site.server->pid());
    Must(site.api->DeleteKey(kSiteVault, kSiteKey).status());
    const double loss_micros = MicrosSince(start);
    state.counters["loss_ms"] = loss_micros / 1e3;
    state.counters["loss_cpu_ms"] = (CpuMicrosOf(site.server->pid()) - cpu) / 1e3;
    state.SetIterationTime(loss_micros / 1e6);

    Must(site.api->RecoverKey(kSiteVault, kSiteKey).status());
    start = RealNow();
    Must(site.api->AdvanceBy(absl::Minutes(10)).status());
    state.counters["restore_ms"] = MicrosSince(start) / 1e3;
    const auto counts = site.api->CountTasks(kSiteAccount, kSiteJob);
    Must(counts.status());
    DieUnless(counts->running() == kNodes * kSlots && counts->active() == kQueued,
              "tasks were lost");
  }
}
BENCHMARK(BM_KeyLoss)->UseManualTime()->Iterations(1);

// 100,000 tasks run at once, on 1,000 nodes, and end within the 90 days.
void BM_NinetyDays(benchmark::State& state) {
  for (auto _ : state) {
    // The periodic look at the key is a timer as well; once a day keeps the figure about the
    // 100,000.
    Site site({"--clock=manual", "--probe_interval=24h"});
    site.MakeAccount();
    site.MakePool(kNodes, kQueued / kNodes);
    Must(site.api->AddTasks(kSiteAccount, kSiteJob, "long", kQueued, "/bin/sh -c 'sleep 7000000'"));
    v1::ClockState clock;
    Must(site.client->Call("lazuli.v1.Emulator/GetClock", v1::Empty(), &clock));
    DieUnless(clock.timers() >= kQueued, "there are too few timers");
    const absl::Time start = RealNow();
    Must(site.api->AdvanceBy(absl::Hours(24) * 90).status());
    state.SetIterationTime(MicrosSince(start) / 1e6);
    const auto counts = site.api->CountTasks(kSiteAccount, kSiteJob);
    Must(counts.status());
    DieUnless(counts->succeeded() == kQueued, "not every task ended");
  }
}
BENCHMARK(BM_NinetyDays)->UseManualTime()->Iterations(1);

int Run(int argc, char** argv) {
  const Medians medians(argc, argv);
  PrintFigures({
      {"start to the first authenticated answer", "us", medians.RealMicros("BM_StartToFirstAnswer"),
       15'000, 1.0},
      {"resident memory after it", "MB", medians.Counter("BM_StartToFirstAnswer", "resident_mb"),
       25, 1.0},
      {"adding 100,000 tasks in collections", "s", medians.Counter("BM_KeyLoss", "add_tasks_s"), 2,
       1.0},
      {"memory of a queued task", "bytes", medians.Counter("BM_KeyLoss", "bytes_per_task"), 1'500,
       1.0},
      {"loss with 1,000 nodes, 10,000 running, 100,000 queued", "ms",
       medians.Counter("BM_KeyLoss", "loss_ms"), 50, 1.0},
      {"the same in the server's processor time", "ms",
       medians.Counter("BM_KeyLoss", "loss_cpu_ms"), 50, 1.0},
      {"restoration of the same", "ms", medians.Counter("BM_KeyLoss", "restore_ms"), std::nullopt,
       1.0, false},
      {"90 days over 100,000 timers", "us", medians.RealMicros("BM_NinetyDays"), 1e6, 1.0},
  });
  return 0;
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) { return lazuli::bench::Run(argc, argv); }

// The work of one account at size, without a server around it but with the real cipher, timers and
// event log: 1,000 nodes, 10,000 running and 100,000 queued tasks that lose the account's key and
// get it back.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/event_log.h"
#include "base/limits.h"
#include "base/timer_queue.h"
#include "batch/data_key.h"
#include "batch/record_protector.h"
#include "batch/service/simulated_task_runner.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "batch/workload_host.h"
#include "bench/figures.h"
#include "benchmark/benchmark.h"
#include "proto/batch_jobs.pb.h"

namespace lazuli::bench {
namespace {

constexpr int kNodes = 1'000;
constexpr int kSlots = 10;
constexpr int kQueued = 100'000;
constexpr int kCollection = 100;

// The processor time of this thread, which does all the work: as much as passes on a machine that
// has nothing else to do.
double CpuMillis() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// An account's part, without its locks.
class Host final : public batch::WorkloadHost {
 public:
  explicit Host(size_t event_history) : events_(event_history) {
    key_.Install(batch::DataKey::Generate());
  }

  const batch::RecordProtector& protector() const override { return key_; }
  TimerId Schedule(absl::Time due, batch::DeferredWork work) override {
    return timers_.Schedule(due, [this, due, work = std::move(work)] { work.apply(now = due); });
  }
  // Nothing comes back after a restart here.
  bool Reschedule(TimerId, batch::DeferredWork) override { return false; }
  void Cancel(TimerId id) override { timers_.Cancel(id); }
  void RecordEvent(absl::string_view kind, absl::string_view resource, absl::string_view from,
                   absl::string_view to, absl::string_view cause) override {
    events_.Append({0, now, std::string(kind), std::string(resource), std::string(from),
                    std::string(to), std::string(cause)});
  }
  void AdvanceBy(absl::Duration duration) {
    const absl::Time until = now + duration;
    while (auto due = timers_.PopDue(until)) due->callback();
    now = until;
  }

  absl::Time now = absl::FromUnixSeconds(1'800'000'000);

 private:
  batch::DataKey key_;
  TimerQueue timers_;
  EventLog events_;
};

// An account with idle nodes and a job for them.
class Scene {
 public:
  explicit Scene(size_t event_history) : host_(event_history), workload_(&host_, Options()) {
    batch::NewPool pool;
    pool.id = "pool";
    pool.target_dedicated = kNodes;
    pool.slots_per_node = kSlots;
    good_ = workload_.AddPool(pool, host_.now).ok();
    host_.AdvanceBy(absl::Minutes(1));
    batch::NewJob job;
    job.id = "job";
    job.pool_id = "pool";
    good_ = good_ && workload_.AddJob(job, host_.now).ok();
  }
  ~Scene() { workload_.Clear(); }

  // As a service has read them from requests.
  static std::vector<std::vector<batch::NewTask>> MakeCollections(int count) {
    std::vector<std::vector<batch::NewTask>> collections;
    for (int i = 0; i < count; ++i) {
      if (i % kCollection == 0) collections.emplace_back();
      v1::TaskAddParameter parameter;
      parameter.set_id(absl::StrCat("task-", i));
      parameter.set_command_line("/bin/sh -c 'sleep 3600'");
      batch::NewTask task;
      task.id = parameter.id();
      task.specification = parameter.SerializeAsString();
      collections.back().push_back(std::move(task));
    }
    return collections;
  }

  void Add(const std::vector<std::vector<batch::NewTask>>& collections) {
    for (const auto& collection : collections) {
      good_ = good_ && workload_.AddTasks("job", collection, host_.now).ok();
    }
  }

  void Lose() {
    for (const batch::LossStep& step : workload_.PlanLoss("KeyDisabled")) {
      good_ = step.apply(host_.now) && good_;
    }
  }
  void Restore() { workload_.OnAccessRestored(host_.now); }

  int64_t Running() const { return workload_.CountTasks("job")->tasks.running; }
  bool good() const { return good_; }

 private:
  static batch::WorkloadOptions Options() {
    static const batch::SimulatedTaskRunner runner;
    batch::WorkloadOptions options;
    options.task_runner = &runner;
    options.account_id = "account";
    return options;
  }

  Host host_;
  batch::Workload workload_;
  bool good_ = true;
};

void LossAndRestoration(benchmark::State& state) {
  Scene scene(limits::kDefaultEventHistory);
  scene.Add(Scene::MakeCollections(kQueued + kNodes * kSlots));
  // The best of several: the first ones still fetch memory.
  double loss = HUGE_VAL;
  double restoration = HUGE_VAL;
  for (auto _ : state) {
    double start = CpuMillis();
    scene.Lose();
    loss = std::min(loss, CpuMillis() - start);
    if (scene.Running() != 0) state.SkipWithError("tasks run without a key");
    start = CpuMillis();
    scene.Restore();
    restoration = std::min(restoration, CpuMillis() - start);
    if (scene.Running() != kNodes * kSlots) state.SkipWithError("not all nodes work again");
  }
  if (!scene.good()) state.SkipWithError("a call was refused");
  state.counters["loss_ms"] = loss;
  state.counters["restoration_ms"] = restoration;
}
BENCHMARK(LossAndRestoration)->Iterations(10)->Unit(benchmark::kMillisecond);

void AddTasks(benchmark::State& state) {
  const auto collections = Scene::MakeCollections(kQueued);
  for (auto _ : state) {
    Scene scene(limits::kDefaultEventHistory);
    const double start = CpuMillis();
    scene.Add(collections);
    state.SetIterationTime((CpuMillis() - start) / 1e3);
    if (!scene.good()) state.SkipWithError("a call was refused");
  }
}
BENCHMARK(AddTasks)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);

// What a queued task adds to the heap; the event log, which is bounded, apart.
void QueuedTaskBytes(benchmark::State& state) {
  double bytes = 0;
  for (auto _ : state) {
    Scene scene(/*event_history=*/1);
    scene.Add(Scene::MakeCollections(kNodes * kSlots));
    auto rest = Scene::MakeCollections(kNodes * kSlots + kQueued);
    rest.erase(rest.begin(), rest.begin() + kNodes * kSlots / kCollection);
    const size_t before = mallinfo2().uordblks;
    scene.Add(rest);
    bytes = static_cast<double>(mallinfo2().uordblks - before) / kQueued;
    if (!scene.good() || scene.Running() != kNodes * kSlots) {
      state.SkipWithError("the tasks are not queued");
    }
  }
  state.counters["bytes"] = bytes;
}
BENCHMARK(QueuedTaskBytes)->Iterations(1)->Unit(benchmark::kMillisecond);

int Main(int argc, char** argv) {
  const Medians medians(argc, argv);
  PrintFigures({
      {"loss of 1,000 nodes, 10,000 running tasks", "ms",
       medians.Counter("LossAndRestoration", "loss_ms"), 50},
      {"their restoration", "ms", medians.Counter("LossAndRestoration", "restoration_ms"), 100},
      {"adding 100,000 tasks, in the account", "us", medians.RealMicros("AddTasks"), 1e6},
      {"memory of a queued task", "bytes", medians.Counter("QueuedTaskBytes", "bytes"), 1536},
  });
  return 0;
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) { return lazuli::bench::Main(argc, argv); }

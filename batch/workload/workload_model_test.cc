// Thousands of random calls with a key that comes and goes, and after each of them what must always
// hold. A failure names the seed that replays it.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "batch/workload/fake_host.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "batch/workload/workload_fixture.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

constexpr int kSteps = 2000;
constexpr int kPools = 3;
constexpr int kJobs = 5;
constexpr int kTasks = 40;  // a job

template <typename View>
std::vector<View> Items(const absl::StatusOr<Page<View>>& page) {
  EXPECT_TRUE(page.ok()) << page.status();
  return page.ok() ? page->items : std::vector<View>();
}

class Model {
 public:
  explicit Model(uint64_t seed)
      : random_(seed, "workload model"), workload_(&host_, TestOptions()) {
    if (seed % 2 == 0) host_.IgnoreCancels();
  }

  void Run() {
    for (int i = 0; i < kSteps && !::testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE(absl::StrCat("step ", i));
      Step();
      FollowEvents();
      if (!lost_) CheckInvariants();
    }
    if (lost_) Restore();
    Finish();
  }

 private:
  uint64_t Below(uint64_t bound) { return random_.NextBelow(bound); }
  std::string AnyPool() { return absl::StrCat("p", Below(kPools)); }
  std::string AnyJob() { return absl::StrCat("j", Below(kJobs)); }
  std::string AnyTask() { return absl::StrCat("t", Below(kTasks)); }

  void Restore() {
    host_.RestoreKey(workload_, Below(2) == 0);
    lost_ = false;
    // Steps that come too late.
    EXPECT_EQ(host_.ApplyLoss(), 0u);
  }

  // Calls may well be refused; what matters is what they leave behind.
  void Step() {
    if (lost_) {
      switch (Below(4)) {
        case 0:
          Restore();
          return;
        case 1:
          host_.ApplyLoss(1 + Below(5));
          return;
        case 2:
          host_.ApplyLoss();
          return;
        default:
          host_.AdvanceBy(absl::Seconds(Below(100)));
          return;
      }
    }
    switch (Below(24)) {
      case 0:
      case 1:
        return AddPool();
      case 2:
        return ResizePool();
      case 3:
        if (Below(4) == 0) workload_.DeletePool(AnyPool(), host_.now()).IgnoreError();
        return;
      case 4:
      case 5:
        return AddJob();
      case 6:
        return ChangeJob();
      case 7:
        workload_.TerminateTask(AnyJob(), AnyTask(), host_.now()).IgnoreError();
        return;
      case 8:
        workload_.ReactivateTask(AnyJob(), AnyTask(), host_.now()).IgnoreError();
        return;
      case 9:
        workload_.DeleteTask(AnyJob(), AnyTask(), host_.now()).IgnoreError();
        return;
      case 10:
        host_.LoseKey(workload_);
        lost_ = true;
        return;
      case 11:
      case 12:
      case 13:
        host_.AdvanceBy(absl::Seconds(Below(60)));
        return;
      case 14:
        host_.AdvanceToNext();
        return;
      case 15:
        return ChangeNode();
      case 16:
        return UpdateJob();
      case 17:
        return UpdateTask();
      case 18:
        if (Below(3) == 0) workload_.StopResize(AnyPool(), host_.now()).IgnoreError();
        return;
      default:
        return AddTasks();
    }
  }

  void AddPool() {
    NewPool pool;
    pool.id = AnyPool();
    pool.target_dedicated = static_cast<int32_t>(Below(4));
    pool.target_low_priority = static_cast<int32_t>(Below(2));
    pool.slots_per_node = static_cast<int32_t>(1 + Below(4));
    pool.fill = Below(2) == 0 ? NodeFillType::kSpread : NodeFillType::kPack;
    workload_.AddPool(pool, host_.now()).IgnoreError();
  }

  void ResizePool() {
    PoolResize resize;
    resize.target_dedicated = static_cast<int32_t>(Below(5));
    if (Below(2) == 0) resize.target_low_priority = static_cast<int32_t>(Below(3));
    resize.deallocation = static_cast<NodeDeallocation>(Below(3));
    resize.resize_timeout = absl::Seconds(30 + Below(300));
    workload_.ResizePool(AnyPool(), resize, host_.now()).IgnoreError();
  }

  // Any of the pool's nodes; empty if it has none.
  std::string AnyNode(const std::string& pool) {
    const auto page = workload_.ListNodes(pool, PageRequest());
    if (!page.ok() || page->items.empty()) return "";
    return page->items[Below(page->items.size())].id;
  }

  void ChangeNode() {
    const std::string pool = AnyPool();
    const std::string node = AnyNode(pool);
    const auto how = static_cast<NodeDeallocation>(Below(3));
    switch (Below(5)) {
      case 0:
        workload_.RemoveNodes(pool, {{node}, how, absl::Seconds(30 + Below(300))}, host_.now())
            .IgnoreError();
        return;
      case 1:
        workload_.DisableScheduling(pool, node, how, host_.now()).IgnoreError();
        return;
      case 2:
        workload_.EnableScheduling(pool, node, host_.now()).IgnoreError();
        return;
      default:
        workload_.RebootNode(pool, node, how, host_.now()).IgnoreError();
        return;
    }
  }

  void UpdateJob() {
    NewJob job;
    job.id = AnyJob();
    job.pool_id = AnyPool();
    job.priority = static_cast<int32_t>(Below(3)) - 1;
    if (const auto counts = workload_.CountTasks(job.id); counts.ok() && Below(2) == 0) {
      // Those that run are not stopped by a lower limit.
      job.max_parallel_tasks =
          static_cast<int32_t>(std::max<int64_t>(1 + Below(3), counts->tasks.running));
    }
    if (Below(4) == 0) job.max_wall_clock_time = absl::Seconds(1 + Below(1000));
    job.max_task_retry_count = static_cast<int32_t>(Below(3));
    if (Below(4) == 0) job.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
    const auto before = workload_.GetJob(job.id);
    // Most stay in their pool, which makes the update possible.
    if (before.ok() && Below(3) > 0) job.pool_id = before->pool_id;
    workload_.UpdateJob(job, host_.now()).IgnoreError();
  }

  void UpdateTask() {
    // Only what does not change how long a run is planned to take.
    const std::string job = AnyJob();
    const std::string task = AnyTask();
    const auto view = workload_.GetTask(job, task);
    if (!view.ok()) return;
    const TaskConstraints constraints{view->max_wall_clock_time, absl::Hours(1 + Below(5)),
                                      static_cast<int32_t>(view->retry_count + Below(3))};
    workload_.UpdateTask(job, task, constraints, host_.now()).IgnoreError();
  }

  void AddJob() {
    NewJob job;
    job.id = AnyJob();
    job.pool_id = AnyPool();
    job.priority = static_cast<int32_t>(Below(3)) - 1;
    if (Below(3) == 0) job.max_parallel_tasks = static_cast<int32_t>(1 + Below(3));
    if (Below(4) == 0) job.max_wall_clock_time = absl::Seconds(1 + Below(1000));
    job.max_task_retry_count = static_cast<int32_t>(Below(3));
    if (Below(4) == 0) job.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
    workload_.AddJob(job, host_.now()).IgnoreError();
  }

  void ChangeJob() {
    const std::string job = AnyJob();
    switch (Below(8)) {
      case 0:
        workload_.DeleteJob(job, host_.now()).IgnoreError();
        return;
      case 1:
        workload_.TerminateJob(job, Below(2) == 0 ? "enough" : "", host_.now()).IgnoreError();
        return;
      case 2:
      case 3:
      case 4:
        workload_.DisableJob(job, static_cast<DisableTasks>(Below(3)), host_.now()).IgnoreError();
        return;
      default:
        workload_.EnableJob(job, host_.now()).IgnoreError();
        return;
    }
  }

  void AddTasks() {
    const std::string job = AnyJob();
    std::vector<NewTask> tasks(1 + Below(5));
    for (NewTask& task : tasks) {
      task.id = AnyTask();
      task.required_slots = static_cast<int32_t>(1 + Below(3));
      if (Below(5) == 0) task.max_wall_clock_time = absl::Seconds(1 + Below(60));
      const uint64_t seconds = 1 + Below(120);
      task.specification = absl::StrCat(seconds, " ", Below(3) == 0 ? 1 : 0);
    }
    const auto added = workload_.AddTasks(job, tasks, host_.now());
    if (!added.ok()) return;
    for (size_t i = 0; i < tasks.size(); ++i) {
      if ((*added)[i].status.ok()) {
        planned_[absl::StrCat("jobs/", job, "/tasks/", tasks[i].id)] = PlannedRun(tasks[i]);
      }
    }
  }

  static absl::Duration PlannedRun(const NewTask& task) {
    return std::min(FakeRunner().Plan(task.specification, "").duration, task.max_wall_clock_time);
  }

  // Nobody but the clock ends a run, and not before its time. A run that is over while the key is
  // lost ends later.
  void FollowRun(const RecordedEvent& event) {
    if (event.to == "running") started_[event.resource] = event.time;
    if (event.cause == "succeeded" || event.cause == "failed" ||
        event.cause == "failed, may try again" || event.cause == "wall clock exceeded") {
      EXPECT_GE(event.time - started_[event.resource], planned_[event.resource])
          << event.resource << " " << event.cause << " early";
    }
  }

  // Each event must go on where the one before it left the object, and a run must begin before it
  // ends.
  void FollowEvents() {
    for (; followed_ < host_.events.size(); ++followed_) {
      const RecordedEvent& event = host_.events[followed_];
      const bool allocation =
          event.kind == "pool" && (event.to == "steady" || event.to == "resizing");
      const std::string key = absl::StrCat(event.resource, allocation ? "#allocation" : "");
      if (!allocation || event.from == "resizing") {
        EXPECT_EQ(states_[key], event.from) << key << " to " << event.to;
      }
      states_[key] = event.to;
      if (event.kind == "pool" && event.to.empty()) states_.erase(event.resource + "#allocation");
      if (event.kind == "job" && event.to.empty()) ForgetTasks(event.resource);
      if (event.kind != "task") continue;
      if (event.cause == "succeeded") {
        EXPECT_EQ(++successes_[event.resource], 1) << event.resource << " succeeded again";
      }
      if (event.to.empty()) successes_.erase(event.resource);
      FollowRun(event);
      EXPECT_FALSE(lost_ && event.to == "running") << "nothing starts without the key";
    }
  }

  // The tasks of a job go with it, without events.
  void ForgetTasks(const std::string& job) {
    const std::string prefix = job + "/tasks/";
    for (auto at = states_.lower_bound(prefix);
         at != states_.end() && at->first.compare(0, prefix.size(), prefix) == 0;) {
      successes_.erase(at->first);
      at = states_.erase(at);
    }
  }

  struct Load {
    int32_t tasks = 0;
    int32_t slots = 0;
  };

  void CheckInvariants() {
    std::map<std::string, Load> load;  // by node
    for (const JobView& job : Items(workload_.ListJobs(PageRequest()))) CheckJob(job, &load);
    for (const PoolView& pool : Items(workload_.ListPools(PageRequest()))) {
      int32_t dedicated = 0;
      for (const NodeView& node : Items(workload_.ListNodes(pool.id, PageRequest()))) {
        const Load expected = load[node.id];
        load.erase(node.id);
        EXPECT_EQ(node.running_tasks, expected.tasks) << node.id;
        EXPECT_EQ(node.running_slots, expected.slots) << node.id;
        EXPECT_LE(node.running_slots, pool.slots_per_node) << node.id << " is oversubscribed";
        EXPECT_EQ(node.state == NodeState::kRunning, expected.tasks > 0)
            << node.id << " is " << StateName(node.state);
        EXPECT_NE(node.state, NodeState::kUnusable) << "the key is there";
        EXPECT_FALSE(node.state == NodeState::kIdle && !node.scheduling) << node.id;
        EXPECT_FALSE(node.state == NodeState::kOffline && node.scheduling) << node.id;
        EXPECT_EQ(states_[absl::StrCat("pools/", pool.id, "/nodes/", node.id)],
                  StateName(node.state));
        if (node.dedicated) ++dedicated;
      }
      EXPECT_EQ(pool.current_dedicated, dedicated);
    }
    EXPECT_TRUE(load.empty()) << "tasks run on nodes that are not there";
  }

  void CheckJob(const JobView& job, std::map<std::string, Load>* load) {
    JobTaskCounts counted;
    for (const TaskView& task : Items(workload_.ListTasks(job.id, PageRequest()))) {
      EXPECT_EQ(states_[absl::StrCat("jobs/", job.id, "/tasks/", task.id)], StateName(task.state));
      const auto count = [&](TaskNumbers& numbers, int64_t amount) {
        (task.state == TaskState::kActive    ? numbers.active
         : task.state == TaskState::kRunning ? numbers.running
                                             : numbers.completed) += amount;
        if (task.result == TaskResult::kSuccess) numbers.succeeded += amount;
        if (task.result == TaskResult::kFailure) numbers.failed += amount;
      };
      count(counted.tasks, 1);
      count(counted.slots, task.required_slots);
      EXPECT_EQ(task.result != TaskResult::kNone, task.state == TaskState::kCompleted);
      EXPECT_LE(task.retry_count, task.max_retry_count);
      if (task.state != TaskState::kRunning) continue;
      EXPECT_EQ(task.pool_id, job.pool_id);
      ++(*load)[task.node_id].tasks;
      (*load)[task.node_id].slots += task.required_slots;
    }
    const JobTaskCounts told = *workload_.CountTasks(job.id);
    EXPECT_EQ(told.tasks, counted.tasks) << job.id;
    EXPECT_EQ(told.slots, counted.slots) << job.id;
    if (job.max_parallel_tasks != kUnlimited) {
      EXPECT_LE(told.tasks.running, job.max_parallel_tasks);
    }
    if (job.state != JobState::kActive && job.state != JobState::kDisabling) {
      EXPECT_EQ(told.tasks.running, 0) << job.id << " is " << StateName(job.state);
    }
  }

  // With every job enabled and room for all, everything that waits runs to its end: nothing was
  // dropped.
  void Finish() {
    host_.AdvanceBy(absl::Hours(1));
    for (const PoolView& pool : Items(workload_.ListPools(PageRequest()))) {
      EXPECT_EQ(pool.state, PoolState::kActive) << pool.id;
      EXPECT_EQ(pool.allocation_state, AllocationState::kSteady) << pool.id;
      for (const NodeView& node : Items(workload_.ListNodes(pool.id, PageRequest()))) {
        EXPECT_TRUE(node.state == NodeState::kIdle || node.state == NodeState::kRunning ||
                    (node.state == NodeState::kOffline && !node.scheduling))
            << node.id << " is " << StateName(node.state) << " for good";
      }
    }
    for (int p = 0; p < kPools; ++p) {
      workload_.DeletePool(absl::StrCat("p", p), host_.now()).IgnoreError();
    }
    host_.AdvanceBy(absl::Hours(1));
    for (int p = 0; p < kPools; ++p) {
      NewPool pool;
      pool.id = absl::StrCat("p", p);
      pool.target_dedicated = 2;
      pool.slots_per_node = 4;
      EXPECT_TRUE(workload_.AddPool(pool, host_.now()).ok());
    }
    for (int j = 0; j < kJobs; ++j) {
      workload_.EnableJob(absl::StrCat("j", j), host_.now()).IgnoreError();
    }
    host_.AdvanceBy(absl::Hours(24));
    FollowEvents();
    CheckInvariants();
    for (const JobView& job : Items(workload_.ListJobs(PageRequest()))) {
      if (job.state != JobState::kActive) continue;
      EXPECT_EQ(workload_.CountTasks(job.id)->tasks.active, 0) << job.id;
      EXPECT_EQ(workload_.CountTasks(job.id)->tasks.running, 0) << job.id;
    }
    EXPECT_TRUE(host_.timers().empty());
  }

  RandomStream random_;
  FakeHost host_;
  Workload workload_;
  bool lost_ = false;
  size_t followed_ = 0;
  std::map<std::string, std::string> states_;
  std::map<std::string, int> successes_;
  // By task.
  std::map<std::string, absl::Duration> planned_;
  std::map<std::string, absl::Time> started_;
};

class WorkloadModelTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(WorkloadModelTest, HoldsItsInvariants) {
  Model model(GetParam());
  model.Run();
}

INSTANTIATE_TEST_SUITE_P(Seeds, WorkloadModelTest, ::testing::Range(uint64_t{1}, uint64_t{7}));

}  // namespace
}  // namespace lazuli::batch

#include "batch/workload/workload_state.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "base/status_matchers.h"
#include "base/timer_queue.h"
#include "batch/state_scope.h"
#include "batch/workload/fake_host.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/states.h"
#include "batch/workload/task.h"
#include "batch/workload/types.h"
#include "batch/workload/workload_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Names what it is shown.
class Names final : public WorkloadStateVisitor {
 public:
  void OnCounters(const WorkloadCounters&) override { shown.insert("counters"); }
  void OnPoolName(absl::string_view key, uint64_t incarnations) override {
    shown.insert(absl::StrCat("name ", key, " ", incarnations));
  }
  void OnPool(const Pool& pool) override { shown.insert(absl::StrCat("pool ", pool.id)); }
  void OnNode(const Node& node) override { shown.insert(absl::StrCat("node ", node.number)); }
  void OnJob(const Job& job) override { shown.insert(absl::StrCat("job ", job.id)); }
  void OnTask(const Task& task) override { shown.insert(absl::StrCat("task ", task.id)); }
  void OnPoolGone(uint64_t) override { shown.insert("a pool is gone"); }
  void OnNodeGone(uint64_t) override { shown.insert("a node is gone"); }
  void OnJobGone(uint64_t) override { shown.insert("a job is gone"); }
  void OnTaskGone(uint64_t) override { shown.insert("a task is gone"); }

  std::set<std::string> shown;
};

class WorkloadStateTest : public WorkloadFixture {
 protected:
  std::set<std::string> Show(StateScope scope) {
    Names names;
    workload_.VisitState(scope, &names);
    return names.shown;
  }
};

TEST_F(WorkloadStateTest, ShowsAllOfIt) {
  BootPool("Pool", 1);
  LAZULI_ASSERT_OK(AddJob("job", "pool"));
  AddTasks("job", 2);
  EXPECT_THAT(Show(StateScope::kAll),
              UnorderedElementsAre("counters", "name pool 1", "pool Pool", "node 0", "job job",
                                   "task t0", "task t1"));
  EXPECT_THAT(Show(StateScope::kChanged), IsEmpty()) << "nobody asked to note anything";
}

TEST_F(WorkloadStateTest, ShowsWhatChanged) {
  BootPool("pool", 1);
  LAZULI_ASSERT_OK(AddJob("job", "pool"));
  AddTasks("job", 2);
  workload_.StartTracking();
  EXPECT_THAT(Show(StateScope::kChanged), UnorderedElementsAre("counters"));
  EXPECT_THAT(Show(StateScope::kChanged), IsEmpty());
  host_.AdvanceBy(absl::Seconds(60));
  EXPECT_THAT(Show(StateScope::kChanged), UnorderedElementsAre("node 0", "task t0", "task t1"));
  LAZULI_ASSERT_OK(workload_.DeleteTask("job", "t0", now()));
  EXPECT_THAT(Show(StateScope::kChanged), UnorderedElementsAre("a task is gone"));
  workload_.Clear();
  EXPECT_THAT(Show(StateScope::kChanged),
              UnorderedElementsAre("counters", "name pool 0", "a pool is gone", "a node is gone",
                                   "a job is gone", "a task is gone"));
}

TEST_F(WorkloadStateTest, NotesTheTasksThatGoWithTheirJob) {
  LAZULI_ASSERT_OK(AddJob("job", "pool"));
  AddTasks("job", 2);
  workload_.StartTracking();
  LAZULI_ASSERT_OK(workload_.DeleteJob("job", now()));
  host_.AdvanceBy(absl::Minutes(1));
  EXPECT_THAT(Show(StateScope::kChanged),
              UnorderedElementsAre("counters", "a job is gone", "a task is gone"));
}

// What a restorer is given, with one thing wrong at a time.
struct Given {
  Given() {
    pool.ordinal = 1;
    pool.id = "pool";
    pool.slots_per_node = 2;
    node.ordinal = 2;
    node.id = "tvm-1";
    node.state = NodeState::kRunning;
    job.ordinal = 3;
    job.id = "job";
    job.pool_id = "pool";
    task.ordinal = 4;
    task.id = "task";
    task.state = TaskState::kRunning;
    run.number = 1;
    run.end_timer = TimerId{absl::FromUnixSeconds(2'000'000'000), 5};
  }

  uint64_t next_ordinal = 5;
  struct {
    uint64_t ordinal;
    std::string id;
    int32_t slots_per_node;
    TimerId timer;
  } pool;
  uint64_t pool_of_node = 1;
  struct {
    uint64_t ordinal;
    std::string id;
    NodeState state;
  } node;
  std::vector<WorkloadRestorer::TaskKey> tasks_of_node = {{3, 4}};
  struct {
    uint64_t ordinal;
    std::string id;
    std::string pool_id;
  } job;
  uint64_t job_of_task = 3;
  struct {
    uint64_t ordinal;
    std::string id;
    TaskState state;
    int32_t required_slots = 1;
  } task;
  bool has_run = true;
  struct {
    uint32_t number;
    TimerId end_timer;
  } run;
  int copies_of_node = 1;
  int copies_of_task = 1;
};

absl::Status Restore(const Given& given, Workload* workload) {
  WorkloadRestorer restorer(workload);
  WorkloadCounters counters;
  counters.next_ordinal = given.next_ordinal;
  LAZULI_RETURN_IF_ERROR(restorer.SetCounters(counters));
  LAZULI_RETURN_IF_ERROR(restorer.AddPoolName("pool", 1));
  auto pool = std::make_unique<Pool>();
  pool->ordinal = given.pool.ordinal;
  pool->id = given.pool.id;
  pool->slots_per_node = given.pool.slots_per_node;
  pool->timer = given.pool.timer;
  LAZULI_RETURN_IF_ERROR(restorer.AddPool(std::move(pool)));
  for (int i = 0; i < given.copies_of_node; ++i) {
    auto node = std::make_unique<Node>();
    node->ordinal = given.node.ordinal;
    node->id = given.node.id;
    node->state = given.node.state;
    LAZULI_RETURN_IF_ERROR(
        restorer.AddNode(given.pool_of_node, std::move(node), given.tasks_of_node));
  }
  auto job = std::make_unique<Job>();
  job->ordinal = given.job.ordinal;
  job->id = given.job.id;
  job->pool_id = given.job.pool_id;
  LAZULI_RETURN_IF_ERROR(restorer.AddJob(std::move(job)));
  for (int i = 0; i < given.copies_of_task; ++i) {
    auto task = std::make_unique<Task>();
    task->ordinal = given.task.ordinal;
    task->id = given.task.id;
    task->state = given.task.state;
    task->required_slots = given.task.required_slots;
    if (given.has_run) {
      task->run = std::make_unique<TaskRun>();
      task->run->number = given.run.number;
      task->run->end_timer = given.run.end_timer;
    }
    LAZULI_RETURN_IF_ERROR(restorer.AddTask(given.job_of_task, std::move(task)));
  }
  if (restorer.Finish().has_value()) return absl::InvalidArgumentError("a task is missing");
  return absl::OkStatus();
}

TEST(WorkloadRestorerTest, TiesTheObjectsTogether) {
  FakeHost host;
  Workload workload(&host, TestOptions());
  LAZULI_ASSERT_OK(Restore(Given(), &workload));
  LAZULI_ASSERT_OK_AND_ASSIGN(const JobTaskCounts counts, workload.CountTasks("JOB"));
  EXPECT_EQ(counts.tasks.running, 1);
  LAZULI_ASSERT_OK_AND_ASSIGN(const NodeView node, workload.GetNode("Pool", "tvm-1"));
  EXPECT_EQ(node.running_tasks, 1);
  EXPECT_EQ(node.running_slots, 1);
  EXPECT_EQ(host.timers().size(), 1u);
  EXPECT_THAT(host.events, IsEmpty());
}

TEST(WorkloadRestorerTest, SaysWhatDoesNotFit) {
  struct Case {
    const char* what;
    void (*spoil)(Given& given);
  };
  for (const Case& spoilt : std::vector<Case>{
           {"next ordinal", [](Given& g) { g.next_ordinal = 0; }},
           {"next ordinal", [](Given& g) { g.next_ordinal = UINT64_MAX; }},
           {"never given", [](Given& g) { g.next_ordinal = 4; }},
           {"never given", [](Given& g) { g.pool.ordinal = 0; }},
           {"without slots", [](Given& g) { g.pool.slots_per_node = 0; }},
           {"id of its own", [](Given& g) { g.pool.timer = g.run.end_timer; }},
           {"pool is missing", [](Given& g) { g.pool_of_node = 3; }},
           {"has its id", [](Given& g) { g.copies_of_node = 2; }},
           {"runs twice", [](Given& g) { g.tasks_of_node.push_back({3, 4}); }},
           {"task is missing", [](Given& g) { g.tasks_of_node.push_back({3, 2}); }},
           {"task is missing", [](Given& g) { g.task.state = TaskState::kActive; }},
           {"no node runs it", [](Given& g) { g.tasks_of_node.clear(); }},
           {"job is missing", [](Given& g) { g.job_of_task = 1; }},
           {"needs no slots", [](Given& g) { g.task.required_slots = 0; }},
           {"no room", [](Given& g) { g.task.required_slots = 3; }},
           {"has not run", [](Given& g) { g.has_run = false; }},
           {"has its id", [](Given& g) { g.copies_of_task = 2; }},
       }) {
    Given given;
    spoilt.spoil(given);
    FakeHost host;
    Workload workload(&host, TestOptions());
    const absl::Status status = Restore(given, &workload);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << spoilt.what;
    EXPECT_THAT(std::string(status.message()), HasSubstr(spoilt.what));
  }
}

}  // namespace
}  // namespace lazuli::batch

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "batch/workload/workload_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WorkloadKeyTest : public WorkloadFixture {
 protected:
  // "kind resource transition" of each step.
  std::vector<std::string> Steps() const {
    std::vector<std::string> steps;
    for (const LossStep& step : host_.loss_steps()) {
      steps.push_back(absl::StrCat(step.kind, " ", step.resource, " ", step.transition));
    }
    return steps;
  }
  // While the key is lost, calls are refused and nothing can be read; so tests look at the events.
  size_t Starts(absl::string_view resource) const {
    size_t starts = 0;
    for (const RecordedEvent& event : host_.events) {
      if (event.resource == resource && event.to == "running") ++starts;
    }
    return starts;
  }
};

TEST_F(WorkloadKeyTest, ALossGoesThroughTasksAndThenNodesInOrder) {
  BootPool("p", 2);
  BootPool("q", 1);
  LAZULI_ASSERT_OK(AddJob("b", "p"));
  LAZULI_ASSERT_OK(AddJob("a", "q"));
  AddTasks("b", 3, 100);
  AddTasks("a", 1, 100);
  const std::vector<NodeView> p = Nodes("p");
  const std::vector<NodeView> q = Nodes("q");
  host_.LoseKey(workload_);
  EXPECT_THAT(Steps(), ElementsAre("task jobs/b/tasks/t0 active", "task jobs/b/tasks/t1 active",
                                   "task jobs/a/tasks/t0 active",
                                   absl::StrCat("node pools/p/nodes/", p[0].id, " unusable"),
                                   absl::StrCat("node pools/p/nodes/", p[1].id, " unusable"),
                                   absl::StrCat("node pools/q/nodes/", q[0].id, " unusable")));
  EXPECT_EQ(host_.ApplyLoss(), 6u);
  EXPECT_TRUE(host_.timers().empty()) << "the end timers are cancelled";
  EXPECT_THAT(Nodes("p"), Each(::testing::Field(&NodeView::state, NodeState::kUnusable)));
  EXPECT_THAT(History(absl::StrCat("pools/p/nodes/", p[0].id)),
              ElementsAre(">creating", "creating>starting", "starting>idle", "idle>running",
                          "running>unusable"));
}

TEST_F(WorkloadKeyTest, AnUnusableNodeSaysWhy) {
  BootPool("p", 1);
  host_.LoseKey(workload_, "the key is disabled");
  host_.ApplyLoss();
  const NodeView node = Nodes("p")[0];
  EXPECT_EQ(node.error_code, "CustomerManagedKeyUnavailable");
  EXPECT_THAT(node.error_message, HasSubstr("the key is disabled"));
  host_.RestoreKey(workload_);
  EXPECT_EQ(Nodes("p")[0].error_code, "");
}

TEST_F(WorkloadKeyTest, TasksRunOnceMoreAfterRestoration) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 3, 100);
  host_.AdvanceBy(absl::Seconds(60));
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  const absl::Time lost = now();
  host_.AdvanceBy(absl::Hours(5));
  EXPECT_EQ(Starts("jobs/j/tasks/t0"), 1u) << "nothing starts while the key is lost";
  host_.RestoreKey(workload_);

  const TaskView task = GetTask("j", "t0");
  EXPECT_EQ(task.state, TaskState::kRunning);
  EXPECT_EQ(task.start_time, now());
  EXPECT_EQ(task.requeue_count, 1);
  EXPECT_EQ(task.last_requeue_time, lost);
  EXPECT_EQ(task.retry_count, 0);
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kRunning);
  EXPECT_EQ(StateOf("j", "t2"), TaskState::kActive) << "requeued tasks keep their places";
  host_.AdvanceBy(absl::Seconds(99));
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning) << "the whole run is repeated";
  host_.AdvanceBy(absl::Seconds(101));
  EXPECT_EQ(Counts("j").succeeded, 3);
  EXPECT_EQ(Starts("jobs/j/tasks/t0"), 2u);
  EXPECT_EQ(Starts("jobs/j/tasks/t2"), 1u);
  EXPECT_EQ(GetTask("j", "t2").requeue_count, 0);
  EXPECT_EQ(host_.superseded(), 0u);
}

TEST_F(WorkloadKeyTest, CompletedAndWaitingTasksStayAsTheyAre) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 3, 10);
  host_.AdvanceBy(absl::Seconds(10));
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  host_.RestoreKey(workload_);
  EXPECT_EQ(GetTask("j", "t0").result, TaskResult::kSuccess);
  EXPECT_EQ(GetTask("j", "t1").requeue_count, 1);
  EXPECT_EQ(GetTask("j", "t2").requeue_count, 0);
}

TEST_F(WorkloadKeyTest, BootingNodesFreeze) {
  LAZULI_ASSERT_OK(AddPool("p", 1));
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1);
  host_.AdvanceBy(absl::Seconds(10));
  host_.LoseKey(workload_);
  EXPECT_THAT(Steps(), IsEmpty());
  host_.AdvanceBy(absl::Hours(1));
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kCreating));
  ASSERT_THAT(host_.deferred(), SizeIs(2));
  EXPECT_EQ(host_.deferred().begin()->second.kind, std::string("node"));
  EXPECT_EQ(host_.deferred().begin()->second.transition, std::string("starting"));
  EXPECT_EQ(host_.deferred().rbegin()->second.kind, std::string("pool"));
  host_.RestoreKey(workload_);
  EXPECT_EQ(host_.superseded(), 1u) << "the resize was done before its timeout was looked at";
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kStarting));
  host_.AdvanceBy(absl::Seconds(30));
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
}

TEST_F(WorkloadKeyTest, ANodeThatFinishedBootingMeanwhileWorksAtRestoration) {
  LAZULI_ASSERT_OK(AddPool("p", 1));
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1);
  host_.AdvanceBy(absl::Seconds(40));
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  host_.AdvanceBy(absl::Hours(1));
  host_.RestoreKey(workload_);
  EXPECT_EQ(Nodes("p")[0].last_boot_time, now());
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
}

TEST_F(WorkloadKeyTest, LeavingNodesLeaveAndPoolsGoAtRestoration) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(workload_.DeletePool("p", now()));
  host_.LoseKey(workload_);
  EXPECT_THAT(Steps(), IsEmpty());
  host_.AdvanceBy(absl::Hours(1));
  EXPECT_THAT(host_.deferred(), SizeIs(3));
  host_.RestoreKey(workload_);
  EXPECT_THAT(workload_.GetPool("p"), ErrorCodeIs("PoolNotFound"));
  EXPECT_EQ(host_.superseded(), 0u);
}

TEST_F(WorkloadKeyTest, ADrainingNodeLeavesAtRestoration) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 200);
  PoolResize resize;
  resize.target_dedicated = 1;
  resize.deallocation = NodeDeallocation::kTaskCompletion;
  LAZULI_ASSERT_OK(workload_.ResizePool("p", resize, now()));
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  host_.AdvanceBy(absl::Minutes(10));
  host_.RestoreKey(workload_);
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kRunning, NodeState::kLeavingPool));
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
}

TEST_F(WorkloadKeyTest, TheJobsWallClockGoesOnAndStrikesAtRestoration) {
  BootPool("p", 1);
  NewJob job = Job("j", "p");
  job.max_wall_clock_time = absl::Minutes(5);
  LAZULI_ASSERT_OK(workload_.AddJob(job, now()));
  AddTasks("j", 1, 100);
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  host_.AdvanceBy(absl::Minutes(10));
  host_.RestoreKey(workload_);
  EXPECT_EQ(GetJob("j").terminate_reason, "MaxWallClockTimeExpiry");
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive) << "it waits and never runs";
  EXPECT_EQ(Starts("jobs/j/tasks/t0"), 1u);
}

TEST_F(WorkloadKeyTest, ARunThatEndedBeforeItsStepIsNotRequeued) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(Add("j", Task("short", 10)));
  LAZULI_ASSERT_OK(Add("j", Task("long", 100)));
  host_.LoseKey(workload_);
  // Before any step was applied, the short run ends: its end waits for the key.
  host_.AdvanceBy(absl::Seconds(20));
  ASSERT_THAT(host_.deferred(), SizeIs(1));
  host_.RestoreKey(workload_);
  EXPECT_EQ(GetTask("j", "short").result, TaskResult::kSuccess);
  EXPECT_EQ(StateOf("j", "long"), TaskState::kRunning) << "access was back before its turn came";
  EXPECT_EQ(host_.ApplyLoss(), 0u) << "steps of a loss that is over do nothing";
  EXPECT_EQ(StateOf("j", "long"), TaskState::kRunning);
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kIdle, NodeState::kRunning));
  host_.AdvanceBy(absl::Seconds(80));
  EXPECT_EQ(Counts("j").succeeded, 2);
}

TEST_F(WorkloadKeyTest, AnEndThatWaitsIsSupersededByTheRequeue) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1, 10);
  host_.LoseKey(workload_);
  host_.AdvanceBy(absl::Seconds(20));
  EXPECT_EQ(host_.ApplyLoss(), 2u);
  host_.RestoreKey(workload_);
  EXPECT_EQ(host_.superseded(), 1u);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
  EXPECT_EQ(Starts("jobs/j/tasks/t0"), 2u);
}

TEST_F(WorkloadKeyTest, AnEndOfTheRunBeforeDoesNotEndTheNextOne) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1, 10);
  host_.LoseKey(workload_);
  host_.AdvanceBy(absl::Seconds(20));
  host_.ApplyLoss();
  host_.RestoreKey(workload_, /*drain_first=*/false);
  EXPECT_EQ(host_.superseded(), 1u);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(Counts("j").succeeded, 1);
}

TEST_F(WorkloadKeyTest, APartlyAppliedLossIsPutRight) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 100);
  host_.LoseKey(workload_);
  EXPECT_EQ(host_.ApplyLoss(1), 1u);
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kRunning, NodeState::kRunning))
      << "a node has its own step";
  host_.RestoreKey(workload_);
  EXPECT_EQ(GetTask("j", "t0").requeue_count, 1);
  EXPECT_EQ(GetTask("j", "t1").requeue_count, 0);
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kRunning));
  EXPECT_EQ(Counts("j").running, 2);
}

TEST_F(WorkloadKeyTest, LosingItAgainBeforeRestorationPlansWhatIsLeft) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1, 100);
  host_.LoseKey(workload_, "first");
  host_.ApplyLoss(1);
  host_.LoseKey(workload_, "second");
  EXPECT_THAT(Steps(), SizeIs(1)) << "the node";
  EXPECT_EQ(host_.ApplyLoss(), 1u);
  EXPECT_THAT(Nodes("p")[0].error_message, HasSubstr("second"));
  host_.LoseKey(workload_, "third");
  EXPECT_THAT(Steps(), IsEmpty());
  host_.RestoreKey(workload_);
  EXPECT_EQ(GetTask("j", "t0").requeue_count, 1);
}

TEST_F(WorkloadKeyTest, ADisablingJobIsDisabledByTheLoss) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1, 100);
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kWait, now()));
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  host_.RestoreKey(workload_);
  EXPECT_EQ(GetJob("j").state, JobState::kDisabled);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
}

TEST_F(WorkloadKeyTest, ClearDropsEverythingEvenWhileTheKeyIsLost) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddPool("q", 1));
  NewJob job = Job("j", "p");
  job.max_wall_clock_time = absl::Hours(1);
  LAZULI_ASSERT_OK(workload_.AddJob(job, now()));
  AddTasks("j", 3, 100);
  host_.LoseKey(workload_);
  host_.ApplyLoss(1);
  workload_.Clear();
  EXPECT_TRUE(host_.timers().empty());
  EXPECT_THAT(workload_.DumpRecords(), IsEmpty());
  EXPECT_EQ(host_.ApplyLoss(), 0u);
}

TEST_F(WorkloadKeyTest, RestorationWithoutALossChangesNothing) {
  BootPool("p", 1);
  const size_t events = host_.events.size();
  workload_.OnAccessRestored(now());
  EXPECT_EQ(host_.events.size(), events);
}

}  // namespace
}  // namespace lazuli::batch

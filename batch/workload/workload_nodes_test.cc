// What users do with single nodes, and with resizes under way.
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
using ::testing::SizeIs;

class WorkloadNodesTest : public WorkloadFixture {
 protected:
  absl::Status Reboot(int index, NodeDeallocation how = NodeDeallocation::kRequeue) {
    return workload_.RebootNode("p", Nodes("p")[index].id, how, now());
  }
  absl::Status Disable(int index, NodeDeallocation how = NodeDeallocation::kRequeue) {
    return workload_.DisableScheduling("p", Nodes("p")[index].id, how, now());
  }
  absl::Status Enable(int index) {
    return workload_.EnableScheduling("p", Nodes("p")[index].id, now());
  }
  absl::Status Remove(const std::vector<std::string>& ids,
                      NodeDeallocation how = NodeDeallocation::kRequeue) {
    return workload_.RemoveNodes("p", {ids, how, {}}, now());
  }
  NodeState StateOfNode(int index) { return Nodes("p")[index].state; }
  // A job "j" with `tasks` long tasks in the pool.
  void AddWork(int tasks) {
    LAZULI_ASSERT_OK(AddJob("j", "p"));
    AddTasks("j", tasks, 100);
  }
};

TEST_F(WorkloadNodesTest, ARebootTakesHalfABootAndComesBackIdle) {
  BootPool("p", 1);
  const absl::Time start = now();
  LAZULI_ASSERT_OK(Reboot(0));
  EXPECT_EQ(StateOfNode(0), NodeState::kRebooting);
  EXPECT_THAT(Reboot(0), ErrorCodeIs("NodeBeingRebooted"));
  host_.AdvanceTo(start + absl::Seconds(30) - absl::Nanoseconds(1));
  EXPECT_EQ(StateOfNode(0), NodeState::kRebooting);
  host_.AdvanceTo(start + absl::Seconds(30));
  EXPECT_EQ(StateOfNode(0), NodeState::kIdle);
  EXPECT_EQ(Nodes("p")[0].last_boot_time, now());
}

TEST_F(WorkloadNodesTest, ARebootDoesWithTasksWhatItIsTold) {
  BootPool("p", 3);
  AddWork(3);
  LAZULI_ASSERT_OK(Reboot(0, NodeDeallocation::kRequeue));
  EXPECT_EQ(StateOfNode(0), NodeState::kRebooting);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
  EXPECT_EQ(GetTask("j", "t0").requeue_count, 1);
  LAZULI_ASSERT_OK(Reboot(1, NodeDeallocation::kTerminate));
  EXPECT_EQ(StateOfNode(1), NodeState::kRebooting);
  EXPECT_EQ(GetTask("j", "t1").failure, TaskFailure::kEnded);
  LAZULI_ASSERT_OK(Reboot(2, NodeDeallocation::kTaskCompletion));
  EXPECT_EQ(StateOfNode(2), NodeState::kRunning);
  EXPECT_EQ(StateOf("j", "t2"), TaskState::kRunning);
  EXPECT_THAT(Reboot(2), ErrorCodeIs("NodeBeingRebooted"));
  host_.AdvanceBy(absl::Seconds(30));
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning) << "on a node that is back";
  host_.AdvanceBy(absl::Seconds(70));
  EXPECT_EQ(GetTask("j", "t2").result, TaskResult::kSuccess);
  EXPECT_EQ(StateOfNode(2), NodeState::kRebooting) << "now that its task has ended";
}

TEST_F(WorkloadNodesTest, OnlyWhatIsReadyReboots) {
  LAZULI_ASSERT_OK(AddPool("p", 1));
  EXPECT_THAT(Reboot(0), ErrorCodeIs("NodeBeingCreated"));
  host_.AdvanceBy(absl::Seconds(30));
  EXPECT_THAT(Reboot(0), ErrorCodeIs("NodeBeingStarted"));
  host_.AdvanceBy(absl::Seconds(30));
  LAZULI_ASSERT_OK(Disable(0));
  EXPECT_THAT(Reboot(0), ErrorCodeIs("OperationNotValidOnNode"));
  LAZULI_ASSERT_OK(Remove({Nodes("p")[0].id}));
  EXPECT_THAT(Reboot(0), ErrorCodeIs("OperationNotValidOnNode"));
  EXPECT_THAT(Disable(0), ErrorCodeIs("OperationNotValidOnNode"));
  EXPECT_THAT(Enable(0), ErrorCodeIs("OperationNotValidOnNode"));
  EXPECT_THAT(workload_.RebootNode("p", "x", NodeDeallocation::kRequeue, now()),
              ErrorCodeIs("NodeNotFound"));
  EXPECT_THAT(workload_.RebootNode("q", "x", NodeDeallocation::kRequeue, now()),
              ErrorCodeIs("PoolNotFound"));
}

TEST_F(WorkloadNodesTest, ANodeWithoutSchedulingTakesNoTasks) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(Disable(0));
  EXPECT_EQ(StateOfNode(0), NodeState::kOffline);
  EXPECT_FALSE(Nodes("p")[0].scheduling);
  EXPECT_THAT(Disable(0), ErrorCodeIs("NodeAlreadyInTargetSchedulingState"));
  AddWork(1);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
  LAZULI_ASSERT_OK(Enable(0));
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
  EXPECT_THAT(Enable(0), ErrorCodeIs("NodeAlreadyInTargetSchedulingState"));
}

TEST_F(WorkloadNodesTest, SchedulingThatIsSwitchedOffDoesWithTasksWhatItIsTold) {
  BootPool("p", 3);
  AddWork(3);
  LAZULI_ASSERT_OK(Disable(0, NodeDeallocation::kRequeue));
  EXPECT_EQ(StateOfNode(0), NodeState::kOffline);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
  LAZULI_ASSERT_OK(Disable(1, NodeDeallocation::kTerminate));
  EXPECT_EQ(GetTask("j", "t1").failure, TaskFailure::kEnded);
  LAZULI_ASSERT_OK(Disable(2, NodeDeallocation::kTaskCompletion));
  EXPECT_EQ(StateOfNode(2), NodeState::kRunning);
  host_.AdvanceBy(absl::Seconds(100));
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kOffline));
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
}

TEST_F(WorkloadNodesTest, ANodeThatBootsWithoutSchedulingIsOffline) {
  LAZULI_ASSERT_OK(AddPool("p", 1));
  LAZULI_ASSERT_OK(Disable(0));
  EXPECT_EQ(StateOfNode(0), NodeState::kCreating);
  host_.AdvanceBy(absl::Minutes(1));
  EXPECT_EQ(StateOfNode(0), NodeState::kOffline);
}

TEST_F(WorkloadNodesTest, SwitchingSchedulingOnAgainKeepsARunningNodeInService) {
  BootPool("p", 1, 2);
  AddWork(1);
  LAZULI_ASSERT_OK(Disable(0, NodeDeallocation::kTaskCompletion));
  LAZULI_ASSERT_OK(Enable(0));
  LAZULI_ASSERT_OK(Add("j", Task("more")));
  EXPECT_EQ(StateOf("j", "more"), TaskState::kRunning);
}

TEST_F(WorkloadNodesTest, WhatUsersWantOutlivesALossOfTheKey) {
  BootPool("p", 3);
  AddWork(3);
  LAZULI_ASSERT_OK(Disable(0, NodeDeallocation::kTaskCompletion));
  LAZULI_ASSERT_OK(Reboot(1, NodeDeallocation::kTaskCompletion));
  LAZULI_ASSERT_OK(Reboot(2, NodeDeallocation::kRequeue));
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  EXPECT_THAT(NodeStates("p"),
              ElementsAre(NodeState::kUnusable, NodeState::kUnusable, NodeState::kRebooting));
  host_.AdvanceBy(absl::Hours(1));
  EXPECT_EQ(StateOfNode(2), NodeState::kRebooting) << "waits for the key";
  host_.RestoreKey(workload_);
  EXPECT_EQ(StateOfNode(0), NodeState::kOffline);
  EXPECT_EQ(StateOfNode(1), NodeState::kRebooting);
  EXPECT_EQ(StateOfNode(2), NodeState::kRunning);
}

TEST_F(WorkloadNodesTest, ANodeThatIsOfflineStaysSoThroughALoss) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(Disable(0));
  host_.LoseKey(workload_);
  EXPECT_THAT(host_.loss_steps(), SizeIs(0));
  host_.RestoreKey(workload_);
  EXPECT_EQ(StateOfNode(0), NodeState::kOffline);
}

TEST_F(WorkloadNodesTest, ARemovalLowersTheTargetsAndLeavesTheRest) {
  NewPool pool;
  pool.id = "p";
  pool.target_dedicated = 2;
  pool.target_low_priority = 2;
  LAZULI_ASSERT_OK(workload_.AddPool(pool, now()));
  host_.AdvanceBy(absl::Minutes(1));
  const std::vector<NodeView> before = Nodes("p");
  const uint32_t revision = GetPool("p").revision.number;
  // Naming one twice, in another case, is naming it.
  LAZULI_ASSERT_OK(Remove({before[1].id, before[2].id, before[1].id}));
  EXPECT_EQ(GetPool("p").target_dedicated, 1);
  EXPECT_EQ(GetPool("p").target_low_priority, 1);
  EXPECT_NE(GetPool("p").revision.number, revision);
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kResizing);
  EXPECT_THAT(Remove({before[0].id}), ErrorCodeIs("PoolBeingResized"));
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  EXPECT_THAT(Nodes("p"), SizeIs(2));
  EXPECT_EQ(Nodes("p")[0].id, before[0].id);
  EXPECT_EQ(Nodes("p")[1].id, before[3].id);
}

TEST_F(WorkloadNodesTest, ARemovalWithAWrongNameChangesNothing) {
  BootPool("p", 2);
  EXPECT_THAT(Remove({Nodes("p")[0].id, "x"}), ErrorCodeIs("NodeNotFound"));
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kIdle));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  EXPECT_EQ(GetPool("p").target_dedicated, 2);
}

TEST_F(WorkloadNodesTest, ARemovalMayWaitForTasks) {
  BootPool("p", 1);
  AddWork(1);
  LAZULI_ASSERT_OK(Remove({Nodes("p")[0].id}, NodeDeallocation::kTaskCompletion));
  EXPECT_EQ(StateOfNode(0), NodeState::kRunning);
  host_.AdvanceBy(absl::Seconds(100));
  EXPECT_EQ(GetTask("j", "t0").result, TaskResult::kSuccess);
  EXPECT_EQ(StateOfNode(0), NodeState::kLeavingPool);
}

TEST_F(WorkloadNodesTest, AStoppedResizeKeepsWhatIsThere) {
  BootPool("p", 2);
  AddWork(2);
  PoolResize resize;
  resize.target_dedicated = 0;
  resize.deallocation = NodeDeallocation::kTaskCompletion;
  LAZULI_ASSERT_OK(workload_.ResizePool("p", resize, now()));
  LAZULI_ASSERT_OK(workload_.StopResize("p", now()));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  EXPECT_EQ(GetPool("p").target_dedicated, 2);
  host_.AdvanceBy(absl::Seconds(100));
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kIdle)) << "no longer on their way out";
  EXPECT_TRUE(host_.timers().empty());
  // A pool that is steady is left alone.
  const uint32_t revision = GetPool("p").revision.number;
  LAZULI_ASSERT_OK(workload_.StopResize("p", now()));
  EXPECT_EQ(GetPool("p").revision.number, revision);
  LAZULI_ASSERT_OK(workload_.DeletePool("p", now()));
  EXPECT_THAT(workload_.StopResize("p", now()), ErrorCodeIs("PoolBeingDeleted"));
  EXPECT_THAT(Remove({Nodes("p")[0].id}), ErrorCodeIs("PoolBeingDeleted"));
  EXPECT_THAT(workload_.ReplacePoolSpecification("p", "", now()), ErrorCodeIs("PoolBeingDeleted"));
}

TEST_F(WorkloadNodesTest, NodesAreCountedByState) {
  BootPool("p", 3);
  AddWork(1);
  LAZULI_ASSERT_OK(Disable(2));
  LAZULI_ASSERT_OK(AddPool("q", 0));
  const auto page = workload_.CountNodes(PageRequest());
  LAZULI_ASSERT_OK(page.status());
  ASSERT_THAT(page->items, SizeIs(2));
  const NodeNumbers& dedicated = page->items[0].dedicated;
  EXPECT_EQ(page->items[0].pool_id, "p");
  EXPECT_EQ(dedicated[static_cast<size_t>(NodeState::kRunning)], 1);
  EXPECT_EQ(dedicated[static_cast<size_t>(NodeState::kIdle)], 1);
  EXPECT_EQ(dedicated[static_cast<size_t>(NodeState::kOffline)], 1);
  EXPECT_THAT(page->items[0].low_priority, Each(0));
  EXPECT_THAT(page->items[1].dedicated, Each(0));
}

}  // namespace
}  // namespace lazuli::batch

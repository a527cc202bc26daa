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
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class WorkloadPoolsTest : public WorkloadFixture {
 protected:
  absl::Status Resize(absl::string_view pool_id, int target,
                      NodeDeallocation how = NodeDeallocation::kRequeue) {
    PoolResize resize;
    resize.target_dedicated = target;
    resize.deallocation = how;
    return workload_.ResizePool(pool_id, resize, now());
  }
};

TEST_F(WorkloadPoolsTest, NodesBootOverVirtualTime) {
  const absl::Time start = now();
  LAZULI_ASSERT_OK(AddPool("p", 2));
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kCreating, NodeState::kCreating));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kResizing);

  host_.AdvanceTo(start + absl::Seconds(30) - absl::Nanoseconds(1));
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kCreating));
  host_.AdvanceTo(start + absl::Seconds(30));
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kStarting));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);

  host_.AdvanceTo(start + absl::Seconds(60));
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kIdle));
  const NodeView node = Nodes("p")[0];
  EXPECT_EQ(node.allocation_time, start);
  EXPECT_EQ(node.last_boot_time, start + absl::Seconds(60));
  EXPECT_EQ(node.state_transition_time, start + absl::Seconds(60));
  EXPECT_TRUE(host_.timers().empty());
}

TEST_F(WorkloadPoolsTest, APoolTellsWhatItWasAddedWith) {
  NewPool added;
  added.id = "Pool-1";
  added.target_dedicated = 1;
  added.target_low_priority = 2;
  added.slots_per_node = 4;
  added.fill = NodeFillType::kPack;
  added.resize_timeout = absl::Minutes(20);
  added.specification = "pool secret";
  LAZULI_ASSERT_OK(workload_.AddPool(added, now()));
  const PoolView pool = GetPool("POOL-1");
  EXPECT_EQ(pool.id, "Pool-1");
  EXPECT_EQ(pool.state, PoolState::kActive);
  EXPECT_EQ(pool.creation_time, now());
  EXPECT_EQ(pool.revision.last_modified, now());
  EXPECT_EQ(pool.current_dedicated, 1);
  EXPECT_EQ(pool.current_low_priority, 2);
  EXPECT_EQ(pool.target_dedicated, 1);
  EXPECT_EQ(pool.target_low_priority, 2);
  EXPECT_EQ(pool.slots_per_node, 4);
  EXPECT_EQ(pool.fill, NodeFillType::kPack);
  EXPECT_EQ(pool.resize_timeout, absl::Minutes(20));
  EXPECT_EQ(pool.specification, "pool secret");
  const std::vector<NodeView> nodes = Nodes("pool-1");
  ASSERT_THAT(nodes, SizeIs(3));
  EXPECT_TRUE(nodes[0].dedicated);
  EXPECT_FALSE(nodes[1].dedicated);
}

TEST_F(WorkloadPoolsTest, NodeIdsAreDerivedAndDistinct) {
  LAZULI_ASSERT_OK(AddPool("p", 2));
  LAZULI_ASSERT_OK(AddPool("q", 1));
  const std::vector<NodeView> nodes = Nodes("p");
  EXPECT_THAT(nodes[0].id, StartsWith("tvm-"));
  EXPECT_NE(nodes[0].id, nodes[1].id);
  EXPECT_NE(nodes[0].id, Nodes("q")[0].id);
  EXPECT_EQ(nodes[0].ip_address, "10.0.0.4");
  EXPECT_EQ(nodes[1].ip_address, "10.0.0.5");

  FakeHost other_host;
  Workload other(&other_host, TestOptions());
  NewPool pool;
  pool.id = "P";
  pool.target_dedicated = 1;
  LAZULI_ASSERT_OK(other.AddPool(pool, other_host.now()));
  EXPECT_EQ(other.ListNodes("p", PageRequest())->items[0].id, nodes[0].id);

  LAZULI_ASSERT_OK(workload_.DeletePool("p", now()));
  host_.AdvanceBy(absl::Minutes(1));
  LAZULI_ASSERT_OK(AddPool("p", 1));
  EXPECT_NE(Nodes("p")[0].id, nodes[0].id) << "a pool of an old name has nodes of its own";
}

TEST_F(WorkloadPoolsTest, FindsWithoutRegardToCase) {
  LAZULI_ASSERT_OK(AddPool("Alpha", 1));
  EXPECT_THAT(AddPool("aLPHA", 1), ErrorCodeIs("PoolExists"));
  EXPECT_THAT(workload_.GetPool("beta"), ErrorCodeIs("PoolNotFound"));
  const std::string id = Nodes("ALPHA")[0].id;
  LAZULI_EXPECT_OK(workload_.GetNode("alpha", "TVM-" + id.substr(4)));
  EXPECT_THAT(workload_.GetNode("alpha", "tvm-0"), ErrorCodeIs("NodeNotFound"));
  EXPECT_THAT(workload_.GetNode("beta", id), ErrorCodeIs("PoolNotFound"));
  EXPECT_THAT(workload_.ListNodes("beta", PageRequest()), ErrorCodeIs("PoolNotFound"));
}

TEST_F(WorkloadPoolsTest, GrowsBesideTheNodesThatAreThere) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(Resize("p", 3));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kResizing);
  EXPECT_THAT(Resize("p", 4), ErrorCodeIs("PoolBeingResized"));
  EXPECT_THAT(NodeStates("p"),
              ElementsAre(NodeState::kIdle, NodeState::kCreating, NodeState::kCreating));
  host_.AdvanceBy(absl::Minutes(1));
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kIdle));
  EXPECT_EQ(GetPool("p").current_dedicated, 3);
  EXPECT_EQ(GetPool("p").target_dedicated, 3);
  EXPECT_TRUE(host_.timers().empty());
}

TEST_F(WorkloadPoolsTest, AResizeToTheSameSizeSettlesAtOnce) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(Resize("p", 1));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  EXPECT_THAT(History("pools/p"), ElementsAre(">active", "steady>resizing", "resizing>steady",
                                              "steady>resizing", "resizing>steady"));
}

TEST_F(WorkloadPoolsTest, ShrinkingTakesIdleNodesFirstAndTheYoungestOfThem) {
  BootPool("p", 3);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1);  // on the first node
  const std::vector<NodeView> before = Nodes("p");
  ASSERT_EQ(before[0].state, NodeState::kRunning);
  LAZULI_ASSERT_OK(Resize("p", 2));
  EXPECT_THAT(NodeStates("p"),
              ElementsAre(NodeState::kRunning, NodeState::kIdle, NodeState::kLeavingPool));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kResizing);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kRunning, NodeState::kIdle));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  EXPECT_EQ(GetPool("p").current_dedicated, 2);
}

TEST_F(WorkloadPoolsTest, ShrinkingRequeuesTasks) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(Resize("p", 1, NodeDeallocation::kRequeue));
  const TaskView task = GetTask("j", "t1");
  EXPECT_EQ(task.state, TaskState::kActive);
  EXPECT_EQ(task.requeue_count, 1);
  EXPECT_EQ(task.last_requeue_time, now());
  EXPECT_EQ(task.node_id, "");
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
  const std::string node = Nodes("p")[1].id;
  EXPECT_THAT(History(absl::StrCat("pools/p/nodes/", node)),
              ElementsAre(">creating", "creating>starting", "starting>idle", "idle>running",
                          "running>leavingpool"));
  host_.AdvanceBy(absl::Seconds(100));
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kRunning) << "on the node that is left";
}

TEST_F(WorkloadPoolsTest, ShrinkingTerminatesTasks) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(Resize("p", 1, NodeDeallocation::kTerminate));
  const TaskView task = GetTask("j", "t1");
  EXPECT_EQ(task.state, TaskState::kCompleted);
  EXPECT_EQ(task.result, TaskResult::kFailure);
  EXPECT_EQ(task.failure, TaskFailure::kEnded);
  EXPECT_EQ(task.requeue_count, 0);
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kRunning, NodeState::kLeavingPool));
}

TEST_F(WorkloadPoolsTest, ShrinkingWaitsForTasks) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 3, 100);
  LAZULI_ASSERT_OK(Resize("p", 1, NodeDeallocation::kTaskCompletion));
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kRunning, NodeState::kRunning));
  host_.AdvanceBy(absl::Seconds(100));
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kCompleted);
  EXPECT_THAT(NodeStates("p"), ElementsAre(NodeState::kRunning, NodeState::kLeavingPool))
      << "the third task runs on the node that stays";
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kResizing);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  EXPECT_EQ(GetPool("p").current_dedicated, 1);
}

TEST_F(WorkloadPoolsTest, AResizeThatTakesTooLongIsGivenUp) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 3600);
  PoolResize resize;
  resize.target_dedicated = 0;
  resize.deallocation = NodeDeallocation::kTaskCompletion;
  resize.resize_timeout = absl::Minutes(5);
  LAZULI_ASSERT_OK(workload_.ResizePool("p", resize, now()));
  AddTasks("j", 1, 60, "late");
  host_.AdvanceBy(absl::Minutes(5));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  EXPECT_EQ(GetPool("p").current_dedicated, 2);
  host_.AdvanceBy(absl::Minutes(56));
  EXPECT_EQ(StateOf("j", "late0"), TaskState::kCompleted) << "the nodes work on";
}

TEST_F(WorkloadPoolsTest, ResizesKindsOfNodesApart) {
  NewPool pool;
  pool.id = "p";
  pool.target_dedicated = 2;
  pool.target_low_priority = 2;
  LAZULI_ASSERT_OK(workload_.AddPool(pool, now()));
  host_.AdvanceBy(absl::Minutes(1));
  PoolResize resize;
  resize.target_low_priority = 1;
  LAZULI_ASSERT_OK(workload_.ResizePool("p", resize, now()));
  host_.AdvanceBy(absl::Minutes(1));
  EXPECT_EQ(GetPool("p").current_dedicated, 2);
  EXPECT_EQ(GetPool("p").current_low_priority, 1);
}

TEST_F(WorkloadPoolsTest, ADeletedPoolRequeuesItsTasksAndIsGone) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(workload_.DeletePool("p", now()));
  EXPECT_EQ(GetPool("p").state, PoolState::kDeleting);
  EXPECT_THAT(NodeStates("p"), Each(NodeState::kLeavingPool));
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
  EXPECT_THAT(workload_.DeletePool("p", now()), ErrorCodeIs("PoolBeingDeleted"));
  EXPECT_THAT(AddPool("p", 1), ErrorCodeIs("PoolBeingDeleted"));
  EXPECT_THAT(Resize("p", 1), ErrorCodeIs("PoolBeingDeleted"));
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_THAT(workload_.GetPool("p"), ErrorCodeIs("PoolNotFound"));
  EXPECT_TRUE(host_.timers().empty());

  BootPool("p", 1);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning) << "the tasks waited for a pool of the id";
}

TEST_F(WorkloadPoolsTest, DeletingInTheMiddleOfAResizeWorks) {
  LAZULI_ASSERT_OK(AddPool("p", 3));
  host_.AdvanceBy(absl::Seconds(10));
  LAZULI_ASSERT_OK(workload_.DeletePool("p", now()));
  host_.AdvanceBy(absl::Hours(1));
  EXPECT_THAT(workload_.GetPool("p"), ErrorCodeIs("PoolNotFound"));
  EXPECT_TRUE(host_.timers().empty());
  EXPECT_EQ(host_.superseded(), 0u);
}

TEST_F(WorkloadPoolsTest, APoolWithoutNodesIsDeletedAsWell) {
  LAZULI_ASSERT_OK(AddPool("p", 0));
  EXPECT_EQ(GetPool("p").allocation_state, AllocationState::kSteady);
  LAZULI_ASSERT_OK(workload_.DeletePool("p", now()));
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_THAT(workload_.GetPool("p"), ErrorCodeIs("PoolNotFound"));
}

TEST_F(WorkloadPoolsTest, PagesAreStableWhilePoolsComeAndGo) {
  for (int i = 0; i < 5; ++i) LAZULI_ASSERT_OK(AddPool(absl::StrCat("p", i), 0));
  PageRequest request;
  request.max_results = 2;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<PoolView> first, workload_.ListPools(request));
  ASSERT_THAT(first.items, SizeIs(2));
  EXPECT_EQ(first.items[1].id, "p1");
  LAZULI_ASSERT_OK(workload_.DeletePool("p1", now()));
  host_.AdvanceBy(absl::Minutes(1));
  LAZULI_ASSERT_OK(AddPool("new", 0));
  request.after = first.next;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<PoolView> second, workload_.ListPools(request));
  ASSERT_THAT(second.items, SizeIs(2));
  EXPECT_EQ(second.items[0].id, "p2");
  request.after = second.next;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<PoolView> third, workload_.ListPools(request));
  ASSERT_THAT(third.items, SizeIs(2));
  EXPECT_EQ(third.items[1].id, "new");
  EXPECT_EQ(third.next, 0u);
}

class SmallQuotaTest : public WorkloadFixture {
 protected:
  SmallQuotaTest() : WorkloadFixture(Options()) {}
  static WorkloadOptions Options() {
    WorkloadOptions options = TestOptions();
    options.pool_quota = 2;
    options.active_job_quota = 2;
    return options;
  }
};

TEST_F(SmallQuotaTest, PoolsCountUntilTheyAreGone) {
  LAZULI_ASSERT_OK(AddPool("p", 0));
  LAZULI_ASSERT_OK(AddPool("q", 0));
  EXPECT_THAT(AddPool("r", 0), ErrorCodeIs("PoolQuotaReached"));
  EXPECT_THAT(AddPool("p", 0), ErrorCodeIs("PoolExists"));
  LAZULI_ASSERT_OK(workload_.DeletePool("p", now()));
  EXPECT_THAT(AddPool("r", 0), ErrorCodeIs("PoolQuotaReached"));
  host_.AdvanceBy(absl::Minutes(1));
  LAZULI_EXPECT_OK(AddPool("r", 0));
}

TEST_F(SmallQuotaTest, JobsCountUntilTheyAreCompletedOrGone) {
  LAZULI_ASSERT_OK(AddJob("a", "p"));
  LAZULI_ASSERT_OK(AddJob("b", "p"));
  EXPECT_THAT(AddJob("c", "p"), ErrorCodeIs("ActiveJobAndScheduleQuotaReached"));
  LAZULI_ASSERT_OK(workload_.TerminateJob("a", "", now()));
  LAZULI_ASSERT_OK(AddJob("c", "p"));
  LAZULI_ASSERT_OK(workload_.DeleteJob("a", now()));
  LAZULI_ASSERT_OK(workload_.DeleteJob("b", now()));
  EXPECT_THAT(AddJob("d", "p"), ErrorCodeIs("ActiveJobAndScheduleQuotaReached"));
  host_.AdvanceBy(absl::Minutes(1));
  LAZULI_ASSERT_OK(AddJob("d", "p"));
  EXPECT_THAT(AddJob("e", "p"), ErrorCodeIs("ActiveJobAndScheduleQuotaReached"));
}

}  // namespace
}  // namespace lazuli::batch

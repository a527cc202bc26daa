#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "batch/workload/workload_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using ::testing::ElementsAre;

class WorkloadSchedulerTest : public WorkloadFixture {
 protected:
  // The tasks that started, in order, as "job/task".
  std::vector<std::string> Started() const {
    std::vector<std::string> started;
    for (const RecordedEvent& event : host_.events) {
      if (event.kind != "task" || event.to != "running") continue;
      const std::vector<std::string> parts = absl::StrSplit(event.resource, '/');
      started.push_back(absl::StrCat(parts[1], "/", parts[3]));
    }
    return started;
  }
  std::vector<int> RunningSlots(absl::string_view pool_id) const {
    std::vector<int> slots;
    for (const NodeView& node : Nodes(pool_id)) slots.push_back(node.running_slots);
    return slots;
  }
};

TEST_F(WorkloadSchedulerTest, ServesByPriorityThenByAgeOfTheJobThenByTask) {
  LAZULI_ASSERT_OK(AddJob("low", "p", -5));
  LAZULI_ASSERT_OK(AddJob("old", "p", 0));
  LAZULI_ASSERT_OK(AddJob("young", "p", 0));
  LAZULI_ASSERT_OK(AddJob("high", "p", 9));
  for (const char* job : {"young", "old", "high", "low"}) AddTasks(job, 2, 10);
  BootPool("p", 1);
  host_.AdvanceBy(absl::Minutes(5));
  EXPECT_THAT(Started(), ElementsAre("high/t0", "high/t1", "old/t0", "old/t1", "young/t0",
                                     "young/t1", "low/t0", "low/t1"));
}

TEST_F(WorkloadSchedulerTest, NeverRunsMoreOfAJobThanItAllows) {
  BootPool("p", 4);
  NewJob job = Job("j", "p");
  job.max_parallel_tasks = 2;
  LAZULI_ASSERT_OK(workload_.AddJob(job, now()));
  LAZULI_ASSERT_OK(AddJob("other", "p"));
  AddTasks("j", 5, 10);
  EXPECT_EQ(Counts("j"), (TaskNumbers{3, 2, 0, 0, 0}));
  AddTasks("other", 3, 10);
  EXPECT_EQ(Counts("other").running, 2) << "the nodes that are left go to the next job";
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(Counts("j"), (TaskNumbers{1, 2, 2, 2, 0}));
  host_.AdvanceBy(absl::Seconds(20));
  EXPECT_EQ(Counts("j").succeeded, 5);
}

TEST_F(WorkloadSchedulerTest, SpreadsOverTheNodes) {
  BootPool("p", 3, 4, NodeFillType::kSpread);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 4);
  EXPECT_THAT(RunningSlots("p"), ElementsAre(2, 1, 1));
}

TEST_F(WorkloadSchedulerTest, PacksTheNodes) {
  BootPool("p", 3, 4, NodeFillType::kPack);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 5);
  EXPECT_THAT(RunningSlots("p"), ElementsAre(4, 1, 0));
}

TEST_F(WorkloadSchedulerTest, SlotsAreNeverOversubscribed) {
  BootPool("p", 2, 4);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(Add("j", Task("a", 100, 0, 3)));
  LAZULI_ASSERT_OK(Add("j", Task("b", 50, 0, 3)));
  LAZULI_ASSERT_OK(Add("j", Task("c", 10, 0, 2)));
  LAZULI_ASSERT_OK(Add("j", Task("d", 10, 0, 1)));
  EXPECT_THAT(RunningSlots("p"), ElementsAre(4, 3));
  EXPECT_EQ(StateOf("j", "c"), TaskState::kActive) << "too big for what is left";
  EXPECT_EQ(StateOf("j", "d"), TaskState::kRunning) << "small enough for what is left";
  host_.AdvanceBy(absl::Seconds(50));
  EXPECT_EQ(StateOf("j", "c"), TaskState::kRunning);
  EXPECT_THAT(RunningSlots("p"), ElementsAre(3, 2));
}

TEST_F(WorkloadSchedulerTest, ATaskThatFitsNoNodeOfThePoolIsRefused) {
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(Add("j", Task("early", 10, 0, 2))) << "there is no pool yet";
  BootPool("p", 1, 1);
  EXPECT_THAT(Add("j", Task("late", 10, 0, 2)), ErrorCodeIs("InvalidPropertyValue"));
  LAZULI_ASSERT_OK(Add("j", Task("small", 10, 0, 1)));
  EXPECT_EQ(StateOf("j", "early"), TaskState::kActive);
  EXPECT_EQ(StateOf("j", "small"), TaskState::kRunning);
}

TEST_F(WorkloadSchedulerTest, APoolServesOnlyItsOwnJobs) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("mine", "p"));
  LAZULI_ASSERT_OK(AddJob("other", "q"));
  AddTasks("other", 1);
  AddTasks("mine", 1);
  EXPECT_EQ(StateOf("mine", "t0"), TaskState::kRunning);
  EXPECT_EQ(StateOf("other", "t0"), TaskState::kActive);
}

TEST_F(WorkloadSchedulerTest, ARequeuedTaskKeepsItsPlace) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 3, 100);
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kRequeue, now()));
  LAZULI_ASSERT_OK(workload_.EnableJob("j", now()));
  EXPECT_THAT(Started(), ElementsAre("j/t0", "j/t0"));
}

TEST_F(WorkloadSchedulerTest, TheCommonSettingsOfTheJobReachTheRunner) {
  BootPool("p", 2);
  NewJob job = Job("j", "p");
  job.specification = "code 5";
  LAZULI_ASSERT_OK(workload_.AddJob(job, now()));
  AddTasks("j", 2, 10);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetTask("j", "t0").exit_code, 5);
  EXPECT_EQ(GetTask("j", "t1").exit_code, 5);
}

TEST_F(WorkloadSchedulerTest, TheSameCallsGiveTheSameHistory) {
  const auto run = [](FakeHost& host) {
    Workload workload(&host, TestOptions());
    NewPool pool;
    pool.id = "p";
    pool.target_dedicated = 3;
    pool.slots_per_node = 2;
    ASSERT_TRUE(workload.AddPool(pool, host.now()).ok());
    for (int j = 0; j < 3; ++j) {
      NewJob job = Job(absl::StrCat("j", j), "p");
      job.priority = j % 2;
      ASSERT_TRUE(workload.AddJob(job, host.now()).ok());
      for (int t = 0; t < 10; ++t) {
        ASSERT_TRUE(
            workload.AddTask(job.id, Task(absl::StrCat("t", t), t, t % 3, 1 + t % 2), host.now())
                .ok());
      }
    }
    host.AdvanceBy(absl::Hours(1));
  };
  FakeHost first, second;
  run(first);
  run(second);
  ASSERT_EQ(first.events.size(), second.events.size());
  for (size_t i = 0; i < first.events.size(); ++i) {
    const RecordedEvent& a = first.events[i];
    const RecordedEvent& b = second.events[i];
    EXPECT_EQ(a.time, b.time);
    EXPECT_EQ(a.resource + a.from + a.to + a.cause, b.resource + b.from + b.to + b.cause);
  }
}

}  // namespace
}  // namespace lazuli::batch

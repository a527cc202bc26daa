#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "batch/workload/workload_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class WorkloadTasksTest : public WorkloadFixture {
 protected:
  void SetUp() override {
    BootPool("p", 1);
    LAZULI_ASSERT_OK(AddJob("j", "p"));
  }
};

TEST_F(WorkloadTasksTest, ATaskRunsAndSucceeds) {
  const absl::Time start = now();
  LAZULI_ASSERT_OK(Add("j", Task("Task-1", 30)));
  TaskView task = GetTask("J", "TASK-1");
  EXPECT_EQ(task.id, "Task-1");
  EXPECT_EQ(task.state, TaskState::kRunning);
  EXPECT_EQ(task.previous_state, TaskState::kActive);
  EXPECT_EQ(task.start_time, start);
  EXPECT_EQ(task.end_time, std::nullopt);
  EXPECT_EQ(task.exit_code, std::nullopt);
  EXPECT_EQ(task.pool_id, "p");
  EXPECT_EQ(task.node_id, Nodes("p")[0].id);
  EXPECT_EQ(task.specification, "30 0 task secret");
  EXPECT_EQ(Nodes("p")[0].state, NodeState::kRunning);
  EXPECT_EQ(Nodes("p")[0].running_tasks, 1);
  EXPECT_EQ(Nodes("p")[0].running_slots, 1);

  host_.AdvanceBy(absl::Seconds(30));
  task = GetTask("j", "task-1");
  EXPECT_EQ(task.state, TaskState::kCompleted);
  EXPECT_EQ(task.end_time, start + absl::Seconds(30));
  EXPECT_EQ(task.exit_code, 0);
  EXPECT_EQ(task.result, TaskResult::kSuccess);
  EXPECT_EQ(task.failure, TaskFailure::kNone);
  EXPECT_EQ(task.node_id, Nodes("p")[0].id);
  EXPECT_EQ(Nodes("p")[0].state, NodeState::kIdle);
  EXPECT_EQ(Nodes("p")[0].total_tasks_run, 1);
  EXPECT_EQ(Nodes("p")[0].total_tasks_succeeded, 1);
  EXPECT_THAT(History("jobs/j/tasks/Task-1"),
              ElementsAre(">active", "active>running", "running>completed"));
}

TEST_F(WorkloadTasksTest, ATaskTellsWhatItWasAddedWith) {
  NewTask added = Task("t");
  added.max_wall_clock_time = absl::Hours(2);
  added.retention_time = absl::Hours(3);
  added.max_retry_count = 4;
  LAZULI_ASSERT_OK(Add("j", added));
  const TaskView task = GetTask("j", "t");
  EXPECT_EQ(task.max_wall_clock_time, absl::Hours(2));
  EXPECT_EQ(task.retention_time, absl::Hours(3));
  EXPECT_EQ(task.max_retry_count, 4);
  EXPECT_EQ(task.required_slots, 1);
  EXPECT_EQ(task.creation_time, now());
}

TEST_F(WorkloadTasksTest, RetriesAreInheritedFromTheJob) {
  NewJob job = Job("retrying", "p");
  job.max_task_retry_count = 5;
  LAZULI_ASSERT_OK(workload_.AddJob(job, now()));
  AddTasks("retrying", 1);
  EXPECT_EQ(GetTask("retrying", "t0").max_retry_count, 5);
}

TEST_F(WorkloadTasksTest, AnIdIsTakenInAnyCase) {
  LAZULI_ASSERT_OK(Add("j", Task("Alpha")));
  EXPECT_THAT(Add("j", Task("aLPHA")), ErrorCodeIs("TaskExists"));
  EXPECT_EQ(Counts("j").active + Counts("j").running, 1);
}

TEST_F(WorkloadTasksTest, NRetriesAreNPlusOneTries) {
  NewTask added = Task("t", 10, 3);
  added.max_retry_count = 2;
  LAZULI_ASSERT_OK(Add("j", added));
  host_.AdvanceBy(absl::Seconds(10));
  TaskView task = GetTask("j", "t");
  EXPECT_EQ(task.state, TaskState::kRunning) << "its second try has started";
  EXPECT_EQ(task.retry_count, 1);
  EXPECT_EQ(task.last_retry_time, now());
  EXPECT_EQ(task.exit_code, std::nullopt);
  host_.AdvanceBy(absl::Seconds(20));
  task = GetTask("j", "t");
  EXPECT_EQ(task.state, TaskState::kCompleted);
  EXPECT_EQ(task.retry_count, 2);
  EXPECT_EQ(task.requeue_count, 0);
  EXPECT_EQ(task.exit_code, 3);
  EXPECT_EQ(task.result, TaskResult::kFailure);
  EXPECT_EQ(task.failure, TaskFailure::kExitCode);
  EXPECT_EQ(Nodes("p")[0].total_tasks_run, 3);
  EXPECT_EQ(Nodes("p")[0].total_tasks_succeeded, 0);
}

TEST_F(WorkloadTasksTest, UnlimitedRetriesDoNotStopTime) {
  NewTask added = Task("t", 0, 1);
  added.max_retry_count = kUnlimited;
  LAZULI_ASSERT_OK(Add("j", added));
  host_.AdvanceBy(absl::Minutes(1));
  EXPECT_EQ(GetTask("j", "t").retry_count, 61) << "the first try takes no time, others a second";
}

TEST_F(WorkloadTasksTest, ARetriedTaskKeepsItsPlace) {
  NewTask failing = Task("failing", 10, 1);
  failing.max_retry_count = 1;
  LAZULI_ASSERT_OK(Add("j", failing));
  AddTasks("j", 1, 10);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(StateOf("j", "failing"), TaskState::kRunning);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
}

TEST_F(WorkloadTasksTest, TheWallClockEndsARunWithoutARetry) {
  NewTask added = Task("t", 100);
  added.max_wall_clock_time = absl::Seconds(40);
  added.max_retry_count = 3;
  LAZULI_ASSERT_OK(Add("j", added));
  host_.AdvanceBy(absl::Seconds(40));
  const TaskView task = GetTask("j", "t");
  EXPECT_EQ(task.state, TaskState::kCompleted);
  EXPECT_EQ(task.failure, TaskFailure::kWallClock);
  EXPECT_EQ(task.exit_code, std::nullopt);
  EXPECT_EQ(task.retry_count, 0);
}

TEST_F(WorkloadTasksTest, ARunAsLongAsTheWallClockIsNotCut) {
  NewTask added = Task("t", 40);
  added.max_wall_clock_time = absl::Seconds(40);
  LAZULI_ASSERT_OK(Add("j", added));
  host_.AdvanceBy(absl::Seconds(40));
  EXPECT_EQ(GetTask("j", "t").result, TaskResult::kSuccess);
}

TEST_F(WorkloadTasksTest, ARunningTaskIsTerminatedAndItsNodeFreed) {
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(workload_.TerminateTask("j", "t0", now()));
  const TaskView task = GetTask("j", "t0");
  EXPECT_EQ(task.state, TaskState::kCompleted);
  EXPECT_EQ(task.failure, TaskFailure::kEnded);
  EXPECT_EQ(task.exit_code, std::nullopt);
  EXPECT_EQ(task.end_time, now());
  EXPECT_EQ(task.revision.number, 1u);
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kRunning);
  EXPECT_THAT(workload_.TerminateTask("j", "t0", now()), ErrorCodeIs("TaskCompleted"));
  EXPECT_THAT(workload_.TerminateTask("j", "none", now()), ErrorCodeIs("TaskNotFound"));
  EXPECT_THAT(workload_.TerminateTask("none", "t0", now()), ErrorCodeIs("JobNotFound"));
  EXPECT_EQ(host_.timers().size(), 1u);
}

TEST_F(WorkloadTasksTest, AWaitingTaskIsTerminatedWithoutARun) {
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(workload_.TerminateTask("j", "t1", now()));
  const TaskView task = GetTask("j", "t1");
  EXPECT_EQ(task.state, TaskState::kCompleted);
  EXPECT_EQ(task.start_time, std::nullopt);
  EXPECT_EQ(task.end_time, now());
}

TEST_F(WorkloadTasksTest, AFailedTaskIsReactivated) {
  NewTask added = Task("t", 10, 9);
  added.max_retry_count = 1;
  LAZULI_ASSERT_OK(Add("j", added));
  EXPECT_THAT(workload_.ReactivateTask("j", "t", now()), ErrorCodeIs("TaskNotCompleted"));
  host_.AdvanceBy(absl::Seconds(20));
  ASSERT_EQ(GetTask("j", "t").failure, TaskFailure::kExitCode);
  AddTasks("j", 1, 100, "blocker");
  LAZULI_ASSERT_OK(workload_.ReactivateTask("j", "t", now()));
  const TaskView task = GetTask("j", "t");
  EXPECT_EQ(task.state, TaskState::kActive);
  EXPECT_EQ(task.retry_count, 0);
  EXPECT_EQ(task.result, TaskResult::kNone);
  EXPECT_EQ(task.failure, TaskFailure::kNone);
  EXPECT_EQ(task.exit_code, std::nullopt);
  EXPECT_EQ(task.start_time, std::nullopt);
  EXPECT_EQ(task.end_time, std::nullopt);
  EXPECT_EQ(task.node_id, "");
  EXPECT_EQ(Counts("j"), (TaskNumbers{1, 1, 0, 0, 0}));
  EXPECT_THAT(workload_.ReactivateTask("j", "none", now()), ErrorCodeIs("TaskNotFound"));
}

TEST_F(WorkloadTasksTest, ASuccessfulTaskIsNotReactivated) {
  AddTasks("j", 1, 10);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_THAT(workload_.ReactivateTask("j", "t0", now()), ErrorCodeIs("TaskSucceeded"));
}

TEST_F(WorkloadTasksTest, DeletesInAnyState) {
  AddTasks("j", 3, 10);
  LAZULI_ASSERT_OK(workload_.DeleteTask("j", "t0", now()));
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kRunning) << "the node was free at once";
  LAZULI_ASSERT_OK(workload_.DeleteTask("j", "t2", now()));
  host_.AdvanceBy(absl::Seconds(10));
  LAZULI_ASSERT_OK(workload_.DeleteTask("j", "t1", now()));
  EXPECT_EQ(Counts("j"), TaskNumbers());
  EXPECT_THAT(workload_.GetTask("j", "t0"), ErrorCodeIs("TaskNotFound"));
  EXPECT_THAT(workload_.DeleteTask("j", "t0", now()), ErrorCodeIs("TaskNotFound"));
  LAZULI_EXPECT_OK(Add("j", Task("T0"))) << "the id is free again";
}

TEST_F(WorkloadTasksTest, ACollectionTellsEachResultApart) {
  LAZULI_ASSERT_OK(Add("j", Task("old")));
  const std::vector<NewTask> added = {Task("a"), Task("OLD"), Task("b"), Task("A"),
                                      Task("big", 1, 0, 2)};
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<AddedTask> results,
                              workload_.AddTasks("j", added, now()));
  ASSERT_THAT(results, SizeIs(5));
  LAZULI_EXPECT_OK(results[0].status);
  EXPECT_EQ(results[0].revision.last_modified, now());
  EXPECT_THAT(results[1].status, ErrorCodeIs("TaskExists"));
  LAZULI_EXPECT_OK(results[2].status);
  EXPECT_THAT(results[3].status, ErrorCodeIs("TaskExists"));
  EXPECT_THAT(results[4].status, ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_EQ(GetErrorInfo(results[4].status)->target, "requiredSlots");
  EXPECT_EQ(Counts("j"), (TaskNumbers{2, 1, 0, 0, 0}));
}

TEST_F(WorkloadTasksTest, PagesAreStableWhileTasksComeAndGo) {
  AddTasks("j", 5);
  PageRequest request;
  request.max_results = 2;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<TaskView> first, workload_.ListTasks("j", request));
  ASSERT_THAT(first.items, SizeIs(2));
  LAZULI_ASSERT_OK(workload_.DeleteTask("j", "t1", now()));
  LAZULI_ASSERT_OK(Add("j", Task("new")));
  request.after = first.next;
  request.max_results = 1000;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<TaskView> rest, workload_.ListTasks("j", request));
  ASSERT_THAT(rest.items, SizeIs(4));
  EXPECT_EQ(rest.items[0].id, "t2");
  EXPECT_EQ(rest.items[3].id, "new");
  EXPECT_EQ(rest.next, 0u);
  request.max_results = 4;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<TaskView> full, workload_.ListTasks("j", request));
  EXPECT_EQ(full.next, 0u) << "a page that holds the last one has no next";
}

}  // namespace
}  // namespace lazuli::batch

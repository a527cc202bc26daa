#include <string>
#include <vector>

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
using ::testing::SizeIs;

using WorkloadJobsTest = WorkloadFixture;

TEST_F(WorkloadJobsTest, AJobTellsWhatItWasAddedWith) {
  NewJob added = Job("Job-1", "Nowhere");
  added.priority = -7;
  added.max_parallel_tasks = 3;
  added.max_task_retry_count = 2;
  added.max_wall_clock_time = absl::Hours(1);
  added.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
  LAZULI_ASSERT_OK(workload_.AddJob(added, now()));
  const JobView job = GetJob("JOB-1");
  EXPECT_EQ(job.id, "Job-1");
  EXPECT_EQ(job.pool_id, "Nowhere");
  EXPECT_EQ(job.state, JobState::kActive);
  EXPECT_EQ(job.previous_state, std::nullopt);
  EXPECT_EQ(job.creation_time, now());
  EXPECT_EQ(job.priority, -7);
  EXPECT_EQ(job.max_parallel_tasks, 3);
  EXPECT_EQ(job.max_task_retry_count, 2);
  EXPECT_EQ(job.max_wall_clock_time, absl::Hours(1));
  EXPECT_EQ(job.on_all_tasks_complete, OnAllTasksComplete::kTerminateJob);
  EXPECT_EQ(job.end_time, std::nullopt);
  EXPECT_EQ(job.terminate_reason, "");
  EXPECT_EQ(job.specification, "job secret");
  EXPECT_THAT(AddJob("jOB-1", "p"), ErrorCodeIs("JobExists"));
}

TEST_F(WorkloadJobsTest, EveryCallNamesTheJobThatIsNotThere) {
  EXPECT_THAT(workload_.GetJob("x"), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.DisableJob("x", DisableTasks::kWait, now()), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.EnableJob("x", now()), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.TerminateJob("x", "", now()), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.DeleteJob("x", now()), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.CountTasks("x"), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.AddTasks("x", {}, now()), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.ListTasks("x", PageRequest()), ErrorCodeIs("JobNotFound"));
}

TEST_F(WorkloadJobsTest, TasksWaitForAPoolOfTheJobsId) {
  LAZULI_ASSERT_OK(AddJob("j", "LATER"));
  AddTasks("j", 2);
  EXPECT_EQ(Counts("j").active, 2);
  BootPool("later", 1);
  EXPECT_EQ(Counts("j").running, 1);
}

TEST_F(WorkloadJobsTest, DisablingWithRequeueStopsTheTasks) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kRequeue, now()));
  EXPECT_EQ(GetJob("j").state, JobState::kDisabled);
  EXPECT_EQ(GetJob("j").previous_state, JobState::kDisabling);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
  EXPECT_EQ(GetTask("j", "t0").requeue_count, 1);
  EXPECT_EQ(NodeStates("p")[0], NodeState::kIdle);
  EXPECT_TRUE(host_.timers().empty());
  LAZULI_EXPECT_OK(Add("j", Task("more")));
  LAZULI_EXPECT_OK(workload_.DisableJob("j", DisableTasks::kTerminate, now()));
  EXPECT_EQ(GetJob("j").state, JobState::kDisabled);

  LAZULI_ASSERT_OK(workload_.EnableJob("j", now()));
  EXPECT_EQ(GetJob("j").state, JobState::kActive);
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
  EXPECT_THAT(History("jobs/j"), ElementsAre(">active", "active>disabling", "disabling>disabled",
                                             "disabled>enabling", "enabling>active"));
  EXPECT_THAT(workload_.EnableJob("j", now()), ErrorCodeIs("OperationInvalidForCurrentState"));
}

TEST_F(WorkloadJobsTest, DisablingWithTerminateEndsTheTasks) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kTerminate, now()));
  EXPECT_EQ(GetJob("j").state, JobState::kDisabled);
  EXPECT_EQ(GetTask("j", "t0").failure, TaskFailure::kEnded);
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kActive);
}

TEST_F(WorkloadJobsTest, DisablingWithWaitLetsTheTasksRunOn) {
  BootPool("p", 2);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(Add("j", Task("short", 10)));
  LAZULI_ASSERT_OK(Add("j", Task("long", 100)));
  LAZULI_ASSERT_OK(Add("j", Task("never", 10)));
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kWait, now()));
  EXPECT_EQ(GetJob("j").state, JobState::kDisabling);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetJob("j").state, JobState::kDisabling);
  EXPECT_EQ(StateOf("j", "never"), TaskState::kActive);
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kRequeue, now()));
  EXPECT_EQ(GetJob("j").state, JobState::kDisabled);
  EXPECT_EQ(StateOf("j", "long"), TaskState::kActive);
}

TEST_F(WorkloadJobsTest, ADisablingJobIsDisabledWhenItsLastTaskEnds) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1, 10);
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kWait, now()));
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetJob("j").state, JobState::kDisabled);
  EXPECT_EQ(GetJob("j").state_transition_time, now());
}

TEST_F(WorkloadJobsTest, ADisabledJobLeavesItsNodesToOthers) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("first", "p"));
  LAZULI_ASSERT_OK(AddJob("second", "p"));
  AddTasks("first", 1);
  AddTasks("second", 1);
  LAZULI_ASSERT_OK(workload_.DisableJob("first", DisableTasks::kRequeue, now()));
  EXPECT_EQ(StateOf("second", "t0"), TaskState::kRunning);
}

TEST_F(WorkloadJobsTest, TerminatingEndsRunningTasksAndLeavesTheOthers) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 2, 100);
  LAZULI_ASSERT_OK(workload_.TerminateJob("j", "we changed our mind", now()));
  const JobView job = GetJob("j");
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(job.previous_state, JobState::kTerminating);
  EXPECT_EQ(job.terminate_reason, "we changed our mind");
  EXPECT_EQ(job.end_time, now());
  EXPECT_EQ(GetTask("j", "t0").failure, TaskFailure::kEnded);
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kActive);
  host_.AdvanceBy(absl::Hours(1));
  EXPECT_EQ(StateOf("j", "t1"), TaskState::kActive);
  for (const RecordedEvent& event : host_.events) {
    EXPECT_EQ(event.cause.find("mind"), std::string::npos);
  }

  EXPECT_THAT(workload_.TerminateJob("j", "", now()), ErrorCodeIs("JobCompleted"));
  EXPECT_THAT(workload_.DisableJob("j", DisableTasks::kWait, now()), ErrorCodeIs("JobCompleted"));
  EXPECT_THAT(workload_.EnableJob("j", now()), ErrorCodeIs("JobCompleted"));
  EXPECT_THAT(Add("j", Task("late")), ErrorCodeIs("JobCompleted"));
  EXPECT_THAT(workload_.ReactivateTask("j", "t0", now()), ErrorCodeIs("JobCompleted"));
}

TEST_F(WorkloadJobsTest, TerminatingWithoutAReasonGetsTheServicesOwn) {
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(workload_.TerminateJob("j", "", now()));
  EXPECT_EQ(GetJob("j").terminate_reason, "UserTerminate");
}

TEST_F(WorkloadJobsTest, TheWallClockEndsAJob) {
  BootPool("p", 1);
  NewJob added = Job("j", "p");
  added.max_wall_clock_time = absl::Seconds(90);
  LAZULI_ASSERT_OK(workload_.AddJob(added, now()));
  AddTasks("j", 3, 60);
  host_.AdvanceBy(absl::Seconds(90));
  EXPECT_EQ(GetJob("j").state, JobState::kCompleted);
  EXPECT_EQ(GetJob("j").terminate_reason, "MaxWallClockTimeExpiry");
  EXPECT_EQ(GetTask("j", "t0").result, TaskResult::kSuccess);
  EXPECT_EQ(GetTask("j", "t1").failure, TaskFailure::kEnded);
  EXPECT_EQ(StateOf("j", "t2"), TaskState::kActive);
  EXPECT_TRUE(host_.timers().empty());
}

TEST_F(WorkloadJobsTest, TheWallClockStopsWithTheJob) {
  NewJob added = Job("j", "p");
  added.max_wall_clock_time = absl::Seconds(90);
  LAZULI_ASSERT_OK(workload_.AddJob(added, now()));
  LAZULI_ASSERT_OK(workload_.TerminateJob("j", "", now()));
  EXPECT_TRUE(host_.timers().empty());
}

TEST_F(WorkloadJobsTest, AJobMayEndWithItsLastTask) {
  BootPool("p", 1);
  NewJob added = Job("j", "p");
  added.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
  LAZULI_ASSERT_OK(workload_.AddJob(added, now()));
  EXPECT_EQ(GetJob("j").state, JobState::kActive) << "it waits for its first task";
  AddTasks("j", 2, 10);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetJob("j").state, JobState::kActive);
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetJob("j").state, JobState::kCompleted);
  EXPECT_EQ(GetJob("j").terminate_reason, "AllTasksComplete");
}

TEST_F(WorkloadJobsTest, DeletingTheLastOpenTaskEndsSuchAJobToo) {
  NewJob added = Job("j", "p");
  added.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
  LAZULI_ASSERT_OK(workload_.AddJob(added, now()));
  AddTasks("j", 1);
  LAZULI_ASSERT_OK(workload_.DeleteTask("j", "t0", now()));
  EXPECT_EQ(GetJob("j").terminate_reason, "AllTasksComplete");
}

TEST_F(WorkloadJobsTest, ADeletedJobIsGoneAfterAMoment) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(AddJob("other", "p"));
  AddTasks("j", 2, 100);
  AddTasks("other", 1);
  LAZULI_ASSERT_OK(workload_.DeleteJob("j", now()));
  EXPECT_EQ(GetJob("j").state, JobState::kDeleting);
  EXPECT_EQ(StateOf("other", "t0"), TaskState::kRunning) << "the node is free at once";
  EXPECT_THAT(workload_.DeleteJob("j", now()), ErrorCodeIs("JobBeingDeleted"));
  EXPECT_THAT(workload_.TerminateJob("j", "", now()), ErrorCodeIs("JobBeingDeleted"));
  EXPECT_THAT(AddJob("j", "p"), ErrorCodeIs("JobBeingDeleted"));
  EXPECT_THAT(Add("j", Task("late")), ErrorCodeIs("JobBeingDeleted"));
  EXPECT_THAT(workload_.TerminateTask("j", "t1", now()), ErrorCodeIs("JobBeingDeleted"));
  EXPECT_THAT(workload_.DeleteTask("j", "t1", now()), ErrorCodeIs("JobBeingDeleted"));
  host_.AdvanceBy(absl::Seconds(5));
  EXPECT_THAT(workload_.GetJob("j"), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.GetTask("j", "t0"), ErrorCodeIs("JobNotFound"));
  LAZULI_EXPECT_OK(AddJob("j", "p"));
}

TEST_F(WorkloadJobsTest, ListsInOrderOfCreation) {
  for (const char* id : {"c", "a", "b"}) LAZULI_ASSERT_OK(AddJob(id, "p"));
  PageRequest request;
  request.max_results = 2;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<JobView> first, workload_.ListJobs(request));
  ASSERT_THAT(first.items, SizeIs(2));
  EXPECT_EQ(first.items[0].id, "c");
  request.after = first.next;
  LAZULI_ASSERT_OK_AND_ASSIGN(const Page<JobView> second, workload_.ListJobs(request));
  ASSERT_THAT(second.items, SizeIs(1));
  EXPECT_EQ(second.items[0].id, "b");
  EXPECT_EQ(second.next, 0u);
}

TEST_F(WorkloadJobsTest, ChangesByCallersMoveTheRevision) {
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  const Revision added = GetJob("j").revision;
  host_.AdvanceBy(absl::Seconds(1));
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kWait, now()));
  const Revision disabled = GetJob("j").revision;
  EXPECT_EQ(disabled.last_modified, added.last_modified + absl::Seconds(1));
  EXPECT_EQ(disabled.number, added.number + 1);
}

TEST_F(WorkloadJobsTest, CountsTasksAndSlots) {
  BootPool("p", 1, 4);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(Add("j", Task("good", 10, 0, 3)));
  LAZULI_ASSERT_OK(Add("j", Task("bad", 10, 1, 1)));
  LAZULI_ASSERT_OK(Add("j", Task("next", 100, 0, 4)));
  LAZULI_ASSERT_OK(Add("j", Task("last", 100, 0, 2)));
  host_.AdvanceBy(absl::Seconds(10));
  LAZULI_ASSERT_OK_AND_ASSIGN(const JobTaskCounts counts, workload_.CountTasks("j"));
  EXPECT_EQ(counts.tasks, (TaskNumbers{1, 1, 2, 1, 1}));
  EXPECT_EQ(counts.slots, (TaskNumbers{4, 2, 4, 3, 1}))
      << "when three slots are free the last one fits, the next does not";
}

}  // namespace
}  // namespace lazuli::batch

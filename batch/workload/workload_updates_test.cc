// What changes pools, jobs and tasks that are there.
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "batch/workload/workload_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

class WorkloadUpdatesTest : public WorkloadFixture {
 protected:
  absl::Status Update(const NewJob& job) { return workload_.UpdateJob(job, now()); }
};

TEST_F(WorkloadUpdatesTest, ASpecificationIsReplacedAndSealedAnew) {
  LAZULI_ASSERT_OK(AddPool("p", 0));
  const std::string before = workload_.DumpRecords()[0].sealed;
  host_.AdvanceBy(absl::Seconds(1));
  LAZULI_ASSERT_OK(workload_.ReplacePoolSpecification("P", "another secret", now()));
  EXPECT_EQ(GetPool("p").specification, "another secret");
  EXPECT_EQ(GetPool("p").revision.last_modified, now());
  EXPECT_EQ(GetPool("p").revision.number, 1u);
  EXPECT_NE(workload_.DumpRecords()[0].sealed, before);
  EXPECT_THAT(workload_.ReplacePoolSpecification("q", "", now()), ErrorCodeIs("PoolNotFound"));
}

TEST_F(WorkloadUpdatesTest, AJobBecomesWhatItIsToldToBe) {
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  NewJob changed = Job("J", "P");
  changed.priority = 9;
  changed.max_parallel_tasks = 2;
  changed.max_task_retry_count = 4;
  changed.max_wall_clock_time = absl::Hours(2);
  changed.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
  changed.specification = "another secret";
  host_.AdvanceBy(absl::Seconds(1));
  // A job without tasks is done as soon as it is to end when it is done: so give it one.
  LAZULI_ASSERT_OK(Add("j", Task("t")));
  LAZULI_ASSERT_OK(Update(changed));
  const JobView job = GetJob("j");
  EXPECT_EQ(job.id, "j");
  EXPECT_EQ(job.priority, 9);
  EXPECT_EQ(job.max_parallel_tasks, 2);
  EXPECT_EQ(job.max_wall_clock_time, absl::Hours(2));
  EXPECT_EQ(job.specification, "another secret");
  EXPECT_EQ(job.revision.last_modified, now());
  // Tasks that were there keep their own.
  EXPECT_EQ(GetTask("j", "t").max_retry_count, 0);
  LAZULI_ASSERT_OK(Add("j", Task("later")));
  EXPECT_EQ(GetTask("j", "later").max_retry_count, 4);
}

TEST_F(WorkloadUpdatesTest, APriorityCountsAtOnce) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("first", "p"));
  LAZULI_ASSERT_OK(AddJob("second", "p"));
  LAZULI_ASSERT_OK(Add("first", Task("running", 100)));
  LAZULI_ASSERT_OK(Add("first", Task("waiting", 100)));
  LAZULI_ASSERT_OK(Add("second", Task("urgent", 100)));
  NewJob changed = Job("second", "p");
  changed.priority = 1;
  LAZULI_ASSERT_OK(Update(changed));
  host_.AdvanceBy(absl::Seconds(100));
  EXPECT_EQ(StateOf("second", "urgent"), TaskState::kRunning);
  EXPECT_EQ(StateOf("first", "waiting"), TaskState::kActive);
}

TEST_F(WorkloadUpdatesTest, ALimitOfParallelTasksCountsAtOnce) {
  BootPool("p", 3);
  NewJob job = Job("j", "p");
  job.max_parallel_tasks = 1;
  LAZULI_ASSERT_OK(workload_.AddJob(job, now()));
  AddTasks("j", 3, 100);
  EXPECT_EQ(Counts("j").running, 1);
  job.max_parallel_tasks = 2;
  LAZULI_ASSERT_OK(Update(job));
  EXPECT_EQ(Counts("j").running, 2);
}

TEST_F(WorkloadUpdatesTest, ADisabledJobMovesToAnotherPool) {
  BootPool("q", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1);
  EXPECT_THAT(Update(Job("j", "q")), ErrorCodeIs("OperationInvalidForCurrentState"));
  LAZULI_ASSERT_OK(workload_.DisableJob("j", DisableTasks::kRequeue, now()));
  LAZULI_ASSERT_OK(Update(Job("j", "q")));
  EXPECT_EQ(GetJob("j").pool_id, "q");
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kActive);
  LAZULI_ASSERT_OK(workload_.EnableJob("j", now()));
  EXPECT_EQ(StateOf("j", "t0"), TaskState::kRunning);
  EXPECT_EQ(GetTask("j", "t0").pool_id, "q");
}

TEST_F(WorkloadUpdatesTest, TheWallClockCountsFromTheJobsCreation) {
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  host_.AdvanceBy(absl::Minutes(10));
  NewJob changed = Job("j", "p");
  changed.max_wall_clock_time = absl::Minutes(15);
  LAZULI_ASSERT_OK(Update(changed));
  host_.AdvanceBy(absl::Minutes(5) - absl::Nanoseconds(1));
  EXPECT_EQ(GetJob("j").state, JobState::kActive);
  host_.AdvanceBy(absl::Nanoseconds(1));
  EXPECT_EQ(GetJob("j").state, JobState::kCompleted);
  EXPECT_EQ(GetJob("j").terminate_reason, "MaxWallClockTimeExpiry");
}

TEST_F(WorkloadUpdatesTest, AWallClockThatIsOverEndsTheJobAtOnce) {
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  host_.AdvanceBy(absl::Minutes(10));
  NewJob changed = Job("j", "p");
  changed.max_wall_clock_time = absl::Minutes(5);
  LAZULI_ASSERT_OK(Update(changed));
  EXPECT_EQ(GetJob("j").state, JobState::kCompleted);
  EXPECT_THAT(Update(changed), ErrorCodeIs("JobCompleted"));
}

TEST_F(WorkloadUpdatesTest, ALimitThatIsTakenAwayEndsNothing) {
  NewJob job = Job("j", "p");
  job.max_wall_clock_time = absl::Minutes(5);
  LAZULI_ASSERT_OK(workload_.AddJob(job, now()));
  LAZULI_ASSERT_OK(Update(Job("j", "p")));
  host_.AdvanceBy(absl::Hours(1));
  EXPECT_EQ(GetJob("j").state, JobState::kActive);
}

TEST_F(WorkloadUpdatesTest, AJobThatIsDoneEndsWhenItIsToldToEndThen) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  AddTasks("j", 1, 10);
  host_.AdvanceBy(absl::Seconds(10));
  NewJob changed = Job("j", "p");
  changed.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
  LAZULI_ASSERT_OK(Update(changed));
  EXPECT_EQ(GetJob("j").terminate_reason, "AllTasksComplete");
}

TEST_F(WorkloadUpdatesTest, ConstraintsOfATaskCountFromItsNextRunOn) {
  BootPool("p", 1);
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(Add("j", Task("running", 100, /*exit_code=*/1)));
  LAZULI_ASSERT_OK(Add("j", Task("waiting", 100)));
  const TaskConstraints constraints{absl::Seconds(10), absl::Hours(1), 1};
  LAZULI_ASSERT_OK(workload_.UpdateTask("j", "running", constraints, now()));
  LAZULI_ASSERT_OK(workload_.UpdateTask("j", "waiting", constraints, now()));
  EXPECT_EQ(GetTask("j", "running").revision.number, 1u);
  EXPECT_EQ(GetTask("j", "running").retention_time, absl::Hours(1));
  host_.AdvanceBy(absl::Seconds(100));
  EXPECT_EQ(GetTask("j", "running").retry_count, 1) << "it may try again now";
  host_.AdvanceBy(absl::Seconds(10));
  EXPECT_EQ(GetTask("j", "running").failure, TaskFailure::kWallClock);
  EXPECT_THAT(workload_.UpdateTask("j", "running", constraints, now()),
              ErrorCodeIs("TaskCompleted"));
  EXPECT_THAT(workload_.UpdateTask("j", "x", constraints, now()), ErrorCodeIs("TaskNotFound"));
  LAZULI_ASSERT_OK(workload_.DeleteJob("j", now()));
  EXPECT_THAT(workload_.UpdateTask("j", "waiting", constraints, now()),
              ErrorCodeIs("JobBeingDeleted"));
}

TEST_F(WorkloadUpdatesTest, RevisionsTellWhatTheViewsTell) {
  LAZULI_ASSERT_OK(AddPool("p", 0));
  LAZULI_ASSERT_OK(AddJob("j", "p"));
  LAZULI_ASSERT_OK(Add("j", Task("t")));
  EXPECT_EQ(workload_.PoolRevision("P")->last_modified, GetPool("p").revision.last_modified);
  EXPECT_EQ(workload_.JobRevision("J")->number, GetJob("j").revision.number);
  EXPECT_EQ(workload_.TaskRevision("J", "T")->number, GetTask("j", "t").revision.number);
  EXPECT_THAT(workload_.PoolRevision("x").status(), ErrorCodeIs("PoolNotFound"));
  EXPECT_THAT(workload_.JobRevision("x").status(), ErrorCodeIs("JobNotFound"));
  EXPECT_THAT(workload_.TaskRevision("j", "x").status(), ErrorCodeIs("TaskNotFound"));
}

}  // namespace
}  // namespace lazuli::batch

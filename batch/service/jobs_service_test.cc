#include "batch/service/jobs_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/service/data_plane_fixture.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "proto/batch_jobs.pb.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::StartsWith;

constexpr char kJob[] = "id: 'j' pool_info { pool_id: 'p' } ";

using JobsServiceTest = DataPlaneFixture;

TEST_F(JobsServiceTest, AJobIsShownWithItsDefaults) {
  LAZULI_ASSERT_OK(AddJob("id: 'Job-1' pool_info { pool_id: 'nowhere' }"));
  v1::CloudJob job = GetJob("JOB-1");
  EXPECT_THAT(job.e_tag(), StartsWith("0x8"));
  EXPECT_EQ(FromProto(job.execution_info().start_time()), now());
  for (auto* time :
       {job.mutable_last_modified(), job.mutable_creation_time(),
        job.mutable_state_transition_time(), job.mutable_execution_info()->mutable_start_time()}) {
    time->Clear();
  }
  job.clear_e_tag();
  EXPECT_TRUE(
      MessageDifferencer::Equals(job, FromText<v1::CloudJob>(R"pb(
                                   id: "Job-1"
                                   url: "https://account.westus2.batch.azure.com/jobs/Job-1"
                                   last_modified {}
                                   creation_time {}
                                   state: JOB_STATE_ACTIVE
                                   state_transition_time {}
                                   priority: 0
                                   max_parallel_tasks: -1
                                   constraints {
                                     max_wall_clock_time { seconds: 922337203685 nanos: 477580700 }
                                     max_task_retry_count: 0
                                   }
                                   pool_info { pool_id: "nowhere" }
                                   on_all_tasks_complete: "noaction"
                                   on_task_failure: "noaction"
                                   execution_info {
                                     start_time {}
                                     pool_id: "nowhere"
                                   }
                                   uses_task_dependencies: false
                                   allow_task_preemption: false
                                 )pb")))
      << job.DebugString();
}

TEST_F(JobsServiceTest, WhatWasGivenIsShownAgain) {
  LAZULI_ASSERT_OK(AddJob(absl::StrCat(kJob, R"pb(
    display_name: "My job"
    priority: -1000
    max_parallel_tasks: 5
    constraints {
      max_wall_clock_time { seconds: 3600 }
      max_task_retry_count: -1
    }
    common_environment_settings { name: "A" value: "b" }
    metadata { name: "owner" value: "me" }
    on_all_tasks_complete: "TerminateJob"
    on_task_failure: "NoAction"
  )pb")));
  const v1::CloudJob job = GetJob("j");
  EXPECT_EQ(job.display_name(), "My job");
  EXPECT_EQ(job.priority(), -1000);
  EXPECT_EQ(job.max_parallel_tasks(), 5);
  EXPECT_EQ(job.constraints().max_wall_clock_time().seconds(), 3600);
  EXPECT_EQ(job.constraints().max_task_retry_count(), -1);
  EXPECT_EQ(job.common_environment_settings(0).value(), "b");
  EXPECT_EQ(job.metadata(0).value(), "me");
  EXPECT_EQ(job.on_all_tasks_complete(), "terminatejob");
}

TEST_F(JobsServiceTest, BadInputIsRefusedWithTheFieldNamed) {
  struct Case {
    std::string job;
    const char* code;
    const char* target;
  };
  const Case cases[] = {
      {"id: 'a.b' pool_info { pool_id: 'p' }", "InvalidPropertyValue", "id"},
      {"id: 'j'", "MissingRequiredProperty", "poolInfo.poolId"},
      {"id: 'j' pool_info { pool_id: 'a b' }", "InvalidPropertyValue", "poolInfo.poolId"},
      {absl::StrCat(kJob, "priority: 1001"), "OutOfRangePriority", "priority"},
      {absl::StrCat(kJob, "priority: -1001"), "OutOfRangePriority", "priority"},
      {absl::StrCat(kJob, "max_parallel_tasks: 0"), "OutOfRangeInput", "maxParallelTasks"},
      {absl::StrCat(kJob, "max_parallel_tasks: -2"), "OutOfRangeInput", "maxParallelTasks"},
      {absl::StrCat(kJob, "constraints { max_wall_clock_time {} }"), "InvalidPropertyValue",
       "constraints.maxWallClockTime"},
      {absl::StrCat(kJob, "constraints { max_task_retry_count: -2 }"), "OutOfRangeInput",
       "constraints.maxTaskRetryCount"},
      {absl::StrCat(kJob, "common_environment_settings { value: 'x' }"), "MissingRequiredProperty",
       "commonEnvironmentSettings[0].name"},
      {absl::StrCat(kJob, "on_all_tasks_complete: 'explode'"), "InvalidPropertyValue",
       "onAllTasksComplete"},
      {absl::StrCat(kJob, "on_task_failure: 'explode'"), "InvalidPropertyValue", "onTaskFailure"},
      {absl::StrCat(kJob, "on_task_failure: 'performExitOptionsJobAction'"), "NotImplemented",
       "onTaskFailure"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.job);
    const absl::Status status = AddJob(c.job);
    EXPECT_THAT(status, ErrorCodeIs(c.code));
    EXPECT_EQ(ErrorInfoOrDefault(status).target, c.target);
  }
  EXPECT_EQ(Get<v1::ListJobsResponse>(jobs_, &JobsService::ListJobs, "").value_size(), 0);
}

TEST_F(JobsServiceTest, GoesThroughItsLife) {
  MakeSite();
  LAZULI_ASSERT_OK(AddTask("j", "id: 't' command_line: 'sleep 100'"));
  EXPECT_THAT(Call(jobs_, &JobsService::DisableJob, "job_id: 'j'"),
              ErrorCodeIs("MissingRequiredProperty"));
  LAZULI_ASSERT_OK(
      Call(jobs_, &JobsService::DisableJob, "job_id: 'j' disable_tasks: DISABLE_JOB_OPTION_WAIT"));
  EXPECT_EQ(GetJob("j").state(), v1::JOB_STATE_DISABLING);
  LAZULI_ASSERT_OK(Call(jobs_, &JobsService::DisableJob,
                        "job_id: 'j' disable_tasks: DISABLE_JOB_OPTION_REQUEUE"));
  EXPECT_EQ(GetJob("j").state(), v1::JOB_STATE_DISABLED);
  EXPECT_EQ(GetJob("j").previous_state(), v1::JOB_STATE_DISABLING);
  LAZULI_ASSERT_OK(Call(jobs_, &JobsService::EnableJob, "job_id: 'j'"));
  EXPECT_EQ(GetTask("j", "t").state(), v1::TASK_STATE_RUNNING);
  LAZULI_ASSERT_OK(
      Call(jobs_, &JobsService::TerminateJob, "job_id: 'j' terminate_reason: 'no need'"));
  EXPECT_EQ(GetJob("j").state(), v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(GetJob("j").execution_info().terminate_reason(), "no need");
  EXPECT_EQ(FromProto(GetJob("j").execution_info().end_time()), now());
  LAZULI_ASSERT_OK(Call(jobs_, &JobsService::DeleteJob, "job_id: 'j'"));
  EXPECT_EQ(GetJob("j").state(), v1::JOB_STATE_DELETING);
  AdvanceBy(absl::Minutes(1));
  EXPECT_THAT(Call(jobs_, &JobsService::GetJob, "job_id: 'j'"), ErrorCodeIs("JobNotFound"));
}

TEST_F(JobsServiceTest, CountsItsTasks) {
  MakeSite();
  for (const char* task : {"id: 'a' command_line: 'exit 0'", "id: 'b' command_line: 'exit 1'",
                           "id: 'c' command_line: 'sleep 9'", "id: 'd' command_line: 'sleep 9'"}) {
    LAZULI_ASSERT_OK(AddTask("j", task));
  }
  AdvanceBy(absl::Seconds(1));
  const auto counts = Get<v1::TaskCountsResult>(jobs_, &JobsService::GetTaskCounts, "job_id: 'j'");
  EXPECT_TRUE(MessageDifferencer::Equals(
      counts, FromText<v1::TaskCountsResult>(R"pb(
        task_counts { active: 1 running: 1 completed: 2 succeeded: 1 failed: 1 }
        task_slot_counts { active: 1 running: 1 completed: 2 succeeded: 1 failed: 1 }
      )pb")));
}

TEST_F(JobsServiceTest, ListsInPages) {
  for (int i = 0; i < 3; ++i) {
    LAZULI_ASSERT_OK(AddJob(absl::StrCat("id: 'j", i, "' pool_info { pool_id: 'p' }")));
  }
  const auto first = Get<v1::ListJobsResponse>(jobs_, &JobsService::ListJobs, "maxresults: 2");
  ASSERT_EQ(first.value_size(), 2);
  const auto second = Get<v1::ListJobsResponse>(
      jobs_, &JobsService::ListJobs, absl::StrCat("skip_token: '", first.next_link(), "'"));
  ASSERT_EQ(second.value_size(), 1);
  EXPECT_EQ(second.value(0).id(), "j2");
  EXPECT_FALSE(second.has_next_link());
}

}  // namespace
}  // namespace lazuli::batch

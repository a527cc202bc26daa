#include "batch/service/tasks_service.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/service/data_plane_fixture.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "proto/batch_jobs.pb.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::Not;

class TasksServiceTest : public DataPlaneFixture {
 protected:
  v1::TaskAddCollectionResult AddCollection(const std::string& text) {
    return Get<v1::TaskAddCollectionResult>(tasks_, &TasksService::AddTaskCollection, text);
  }
  void SetKeyEnabled(bool enabled) {
    keys.SetVersion("vault", "key", 1, [&](KeyDescription& key) { key.enabled = enabled; });
    KeyChanged();
  }
};

TEST_F(TasksServiceTest, AWaitingTaskIsShownWithItsDefaults) {
  LAZULI_ASSERT_OK(
      AddJob("id: 'Job' pool_info { pool_id: 'p' } constraints { max_task_retry_count: 5 }"));
  LAZULI_ASSERT_OK(AddTask("job", "id: 'Task-1' command_line: 'sleep 30'"));
  v1::CloudTask task = GetTask("JOB", "TASK-1");
  for (auto* time : {task.mutable_last_modified(), task.mutable_creation_time(),
                     task.mutable_state_transition_time()}) {
    EXPECT_EQ(FromProto(*time), now());
    time->Clear();
  }
  task.clear_e_tag();
  EXPECT_TRUE(MessageDifferencer::Equals(
      task, FromText<v1::CloudTask>(R"pb(
        id: "Task-1"
        url: "https://account.westus2.batch.azure.com/jobs/Job/tasks/Task-1"
        last_modified {}
        creation_time {}
        state: TASK_STATE_ACTIVE
        state_transition_time {}
        command_line: "sleep 30"
        constraints {
          max_wall_clock_time { seconds: 922337203685 nanos: 477580700 }
          retention_time { seconds: 604800 }
          max_task_retry_count: 5
        }
        required_slots: 1
        user_identity { auto_user { scope: "pool" elevation_level: "nonadmin" } }
        execution_info { retry_count: 0 requeue_count: 0 }
      )pb")))
      << task.DebugString();
}

TEST_F(TasksServiceTest, ATaskThatRanIsShownWithWhatCameOfIt) {
  MakeSite();
  const absl::Time start = now();
  LAZULI_ASSERT_OK(AddTask("j", R"pb(
    id: "t"
    display_name: "My task"
    command_line: "/bin/sh -c 'sleep 30; exit 4'"
    resource_files { http_url: "https://x" file_path: "y" }
    environment_settings { name: "A" value: "b" }
    affinity_info { affinity_id: "TVM:z" }
    user_identity { username: "me" }
  )pb"));
  AdvanceBy(absl::Seconds(30));
  const v1::CloudTask task = GetTask("j", "t");
  EXPECT_EQ(task.state(), v1::TASK_STATE_COMPLETED);
  EXPECT_EQ(task.previous_state(), v1::TASK_STATE_RUNNING);
  EXPECT_EQ(task.display_name(), "My task");
  EXPECT_EQ(task.resource_files(0).file_path(), "y");
  EXPECT_EQ(task.environment_settings(0).name(), "A");
  EXPECT_EQ(task.affinity_info().affinity_id(), "TVM:z");
  EXPECT_EQ(task.user_identity().username(), "me");
  EXPECT_FALSE(task.user_identity().has_auto_user());
  const v1::TaskExecutionInformation& execution = task.execution_info();
  EXPECT_EQ(FromProto(execution.start_time()), start);
  EXPECT_EQ(FromProto(execution.end_time()), start + absl::Seconds(30));
  EXPECT_EQ(execution.exit_code(), 4);
  EXPECT_EQ(execution.result(), "failure");
  EXPECT_EQ(execution.failure_info().category(), "usererror");
  EXPECT_EQ(execution.failure_info().code(), "FailureExitCode");
  EXPECT_EQ(task.node_info().pool_id(), "p");
  EXPECT_EQ(task.node_info().node_url(),
            absl::StrCat(kUrl, "/pools/p/nodes/", task.node_info().node_id()));
}

TEST_F(TasksServiceTest, BadInputIsRefusedWithTheFieldNamed) {
  MakeSite();
  struct Case {
    const char* task;
    const char* code;
    const char* target;
  };
  const Case cases[] = {
      {"id: 'a b' command_line: 'x'", "InvalidPropertyValue", "id"},
      {"id: 't'", "MissingRequiredProperty", "commandLine"},
      {"id: 't' command_line: '  '", "MissingRequiredProperty", "commandLine"},
      {"id: 't' command_line: 'x' required_slots: 0", "OutOfRangeInput", "requiredSlots"},
      {"id: 't' command_line: 'x' required_slots: 257", "OutOfRangeInput", "requiredSlots"},
      {"id: 't' command_line: 'x' required_slots: 2", "InvalidPropertyValue", "requiredSlots"},
      {"id: 't' command_line: 'x' environment_settings { value: 'y' }", "MissingRequiredProperty",
       "environmentSettings[0].name"},
      {"id: 't' command_line: 'x' constraints { max_wall_clock_time { seconds: -1 } }",
       "InvalidPropertyValue", "constraints.maxWallClockTime"},
      {"id: 't' command_line: 'x' constraints { retention_time {} }", "InvalidPropertyValue",
       "constraints.retentionTime"},
      {"id: 't' command_line: 'x' constraints { max_task_retry_count: -2 }", "OutOfRangeInput",
       "constraints.maxTaskRetryCount"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.task);
    const absl::Status status = AddTask("j", c.task);
    EXPECT_THAT(status, ErrorCodeIs(c.code));
    EXPECT_EQ(ErrorInfoOrDefault(status).target, c.target);
  }
  EXPECT_EQ(
      Get<v1::ListTasksResponse>(tasks_, &TasksService::ListTasks, "job_id: 'j'").value_size(), 0);
}

TEST_F(TasksServiceTest, ACollectionTellsEachResultApart) {
  MakeSite();
  const v1::TaskAddCollectionResult result = AddCollection(R"pb(
    job_id: "j"
    value { id: "a" command_line: "sleep 1" }
    value { id: "no command" }
    value { id: "A" command_line: "sleep 1" }
    value { id: "b" command_line: "sleep 1" })pb");
  ASSERT_EQ(result.value_size(), 4);
  EXPECT_EQ(result.value(0).status(), "success");
  EXPECT_EQ(result.value(0).task_id(), "a");
  EXPECT_EQ(result.value(0).location(), absl::StrCat(kUrl, "/jobs/j/tasks/a"));
  EXPECT_EQ(result.value(0).e_tag(), GetTask("j", "a").e_tag());
  EXPECT_EQ(FromProto(result.value(0).last_modified()), now());
  EXPECT_FALSE(result.value(0).has_error());
  EXPECT_EQ(result.value(1).status(), "clienterror");
  EXPECT_EQ(result.value(1).error().code(), "InvalidPropertyValue");
  EXPECT_EQ(result.value(2).status(), "clienterror");
  EXPECT_EQ(result.value(2).task_id(), "A");
  EXPECT_EQ(result.value(2).error().code(), "TaskExists");
  EXPECT_EQ(result.value(3).status(), "success");
}

TEST_F(TasksServiceTest, ACollectionIsBounded) {
  MakeSite();
  v1::AddTaskCollectionRequest request;
  request.set_account("account");
  request.set_job_id("j");
  v1::TaskAddCollectionResult response;
  EXPECT_THAT(tasks_.AddTaskCollection(Context(), request, &response),
              ErrorCodeIs("MissingRequiredProperty"));
  for (int i = 0; i < 100; ++i) {
    v1::TaskAddParameter& task = *request.add_value();
    task.set_id(absl::StrCat("t", i));
    task.set_command_line("sleep 1");
  }
  LAZULI_EXPECT_OK(tasks_.AddTaskCollection(Context(), request, &response));
  EXPECT_EQ(response.value_size(), 100);
  request.add_value()->set_id("t100");
  EXPECT_THAT(tasks_.AddTaskCollection(Context(), request, &response),
              ErrorCodeIs("RequestBodyTooLarge"));
  request.clear_value();
  request.add_value()->set_command_line(std::string(1 << 20, 'x'));
  EXPECT_THAT(tasks_.AddTaskCollection(Context(), request, &response),
              ErrorCodeIs("RequestBodyTooLarge"));
  request.set_job_id("none");
  request.mutable_value(0)->set_command_line("x");
  EXPECT_THAT(tasks_.AddTaskCollection(Context(), request, &response), ErrorCodeIs("JobNotFound"));
}

TEST_F(TasksServiceTest, ListsInPagesThatStayStable) {
  MakeSite();
  for (int i = 0; i < 4; ++i) {
    LAZULI_ASSERT_OK(AddTask("j", absl::StrCat("id: 't", i, "' command_line: 'sleep 1'")));
  }
  const auto first =
      Get<v1::ListTasksResponse>(tasks_, &TasksService::ListTasks, "job_id: 'j' maxresults: 2");
  ASSERT_EQ(first.value_size(), 2);
  LAZULI_ASSERT_OK(Call(tasks_, &TasksService::DeleteTask, "job_id: 'j' task_id: 't1'"));
  const auto second =
      Get<v1::ListTasksResponse>(tasks_, &TasksService::ListTasks,
                                 absl::StrCat("job_id: 'j' skip_token: '", first.next_link(), "'"));
  ASSERT_EQ(second.value_size(), 2);
  EXPECT_EQ(second.value(0).id(), "t2");
  EXPECT_EQ(second.value(1).id(), "t3");
}

TEST_F(TasksServiceTest, TerminatesAndReactivates) {
  MakeSite();
  LAZULI_ASSERT_OK(AddTask("j", "id: 't' command_line: 'sleep 100'"));
  LAZULI_ASSERT_OK(Call(tasks_, &TasksService::TerminateTask, "job_id: 'j' task_id: 't'"));
  EXPECT_EQ(GetTask("j", "t").execution_info().failure_info().code(), "TaskEnded");
  LAZULI_ASSERT_OK(Call(tasks_, &TasksService::ReactivateTask, "job_id: 'j' task_id: 't'"));
  EXPECT_EQ(GetTask("j", "t").state(), v1::TASK_STATE_RUNNING);
  EXPECT_FALSE(GetTask("j", "t").execution_info().has_failure_info());
  EXPECT_THAT(Call(tasks_, &TasksService::ReactivateTask, "job_id: 'j' task_id: 't'"),
              ErrorCodeIs("TaskNotCompleted"));
}

TEST_F(TasksServiceTest, EverythingIsRefusedWithoutTheKeyAndGoesOnWithIt) {
  MakeSite();
  LAZULI_ASSERT_OK(AddTask("j", "id: 't' command_line: 'sleep 100'"));
  SetKeyEnabled(false);
  const std::vector<absl::Status> refusals = {
      AddPool(PoolText("q", 1)),
      AddPool("id: 'not even valid'"),
      Call(pools_, &PoolsService::ListPools, ""),
      Call(pools_, &PoolsService::GetPool, "pool_id: 'p'"),
      Call(pools_, &PoolsService::DeletePool, "pool_id: 'p'"),
      Call(pools_, &PoolsService::ResizePool, "pool_id: 'p' target_dedicated_nodes: 3"),
      Call(pools_, &PoolsService::ListComputeNodes, "pool_id: 'p'"),
      Call(pools_, &PoolsService::GetComputeNode, "pool_id: 'p' node_id: 'x'"),
      AddJob("id: 'k' pool_info { pool_id: 'p' }"),
      Call(jobs_, &JobsService::ListJobs, ""),
      Call(jobs_, &JobsService::GetJob, "job_id: 'j'"),
      Call(jobs_, &JobsService::DeleteJob, "job_id: 'j'"),
      Call(jobs_, &JobsService::DisableJob,
           "job_id: 'j' disable_tasks: DISABLE_JOB_OPTION_REQUEUE"),
      Call(jobs_, &JobsService::EnableJob, "job_id: 'j'"),
      Call(jobs_, &JobsService::TerminateJob, "job_id: 'j'"),
      Call(jobs_, &JobsService::GetTaskCounts, "job_id: 'j'"),
      AddTask("j", "id: 'u' command_line: 'x'"),
      Call(tasks_, &TasksService::AddTaskCollection, "job_id: 'j'"),
      Call(tasks_, &TasksService::ListTasks, "job_id: 'j'"),
      Call(tasks_, &TasksService::GetTask, "job_id: 'j' task_id: 't'"),
      Call(tasks_, &TasksService::DeleteTask, "job_id: 'j' task_id: 't'"),
      Call(tasks_, &TasksService::TerminateTask, "job_id: 'j' task_id: 't'"),
      Call(tasks_, &TasksService::ReactivateTask, "job_id: 'j' task_id: 't'"),
  };
  for (const absl::Status& status : refusals) EXPECT_THAT(status, ErrorCodeIs("AccountIsDisabled"));

  SetKeyEnabled(true);
  AdvanceBy(absl::Minutes(10));
  const v1::CloudTask task = GetTask("j", "t");
  EXPECT_EQ(task.state(), v1::TASK_STATE_RUNNING);
  EXPECT_EQ(task.execution_info().requeue_count(), 1);
  EXPECT_EQ(task.execution_info().retry_count(), 0);
  AdvanceBy(absl::Seconds(100));
  EXPECT_EQ(GetTask("j", "t").execution_info().result(), "success");
}

TEST_F(TasksServiceTest, CommandLinesRestSealed) {
  MakeSite();
  LAZULI_ASSERT_OK(AddTask("j", "id: 'visible' command_line: 'sleep 100 # hidden'"));
  std::string all;
  for (const RestingBytes& record : account().DumpRecords()) {
    absl::StrAppend(&all, record.clear, record.sealed);
  }
  EXPECT_THAT(all, HasSubstr("visible"));
  EXPECT_THAT(all, Not(HasSubstr("hidden")));
  for (const char* kind : {"pool", "node", "job", "task"}) {
    for (const std::string& event : Events(kind)) EXPECT_THAT(event, Not(HasSubstr("hidden")));
  }
}

}  // namespace
}  // namespace lazuli::batch

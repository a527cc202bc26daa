// What changes pools, nodes, jobs and tasks that are there, and what conditions, filters and
// selections do in every service.
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/service/data_plane_fixture.h"
#include "batch/service/jobs_service.h"
#include "batch/service/pools_service.h"
#include "batch/service/tasks_service.h"
#include "gtest/gtest.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

class DataPlaneUpdatesTest : public DataPlaneFixture {
 protected:
  std::string NodeId(int index = 0) {
    return Get<v1::ListComputeNodesResponse>(pools_, &PoolsService::ListComputeNodes,
                                             "pool_id: 'p'")
        .value(index)
        .id();
  }
  v1::ComputeNode Node(const std::string& id) {
    return Get<v1::ComputeNode>(pools_, &PoolsService::GetComputeNode,
                                absl::StrCat("pool_id: 'p' node_id: '", id, "'"));
  }
  template <typename Request, typename Service>
  v1::ObjectRevision Change(Service& service,
                            absl::Status (Service::*operation)(const CallContext&, const Request&,
                                                               v1::ObjectRevision*),
                            const std::string& text) {
    return Get<v1::ObjectRevision>(service, operation, text);
  }
};

TEST_F(DataPlaneUpdatesTest, WhatWasAddedIsToldAsItIs) {
  const auto pool =
      Change(pools_, &PoolsService::AddPool, absl::StrCat("pool {", PoolText("Pool-1", 0), "}"));
  EXPECT_EQ(pool.e_tag(), GetPool("Pool-1").e_tag());
  EXPECT_EQ(FromProto(pool.last_modified()), now());
  EXPECT_EQ(pool.location(), absl::StrCat(kUrl, "/pools/Pool-1"));
  EXPECT_EQ(pool.data_service_id(), pool.location());
  const auto job =
      Change(jobs_, &JobsService::AddJob, "job { id: 'j' pool_info { pool_id: 'p' } }");
  EXPECT_EQ(job.e_tag(), GetJob("j").e_tag());
  EXPECT_EQ(job.location(), absl::StrCat(kUrl, "/jobs/j"));
  const auto task =
      Change(tasks_, &TasksService::AddTask, "job_id: 'j' task { id: 't' command_line: 'x' }");
  EXPECT_EQ(task.e_tag(), GetTask("j", "t").e_tag());
  EXPECT_EQ(task.location(), absl::StrCat(kUrl, "/jobs/j/tasks/t"));
}

TEST_F(DataPlaneUpdatesTest, APatchOfAPoolLeavesTheRest) {
  LAZULI_ASSERT_OK(AddPool(PoolText("p", 0, R"pb(
    start_task { command_line: "a" }
    metadata { name: "m" value: "1" }
    target_node_communication_mode: "classic"
  )pb")));
  const std::string before = GetPool("p").e_tag();
  AdvanceBy(absl::Seconds(5));
  const auto revision = Change(pools_, &PoolsService::PatchPool, R"pb(
    pool_id: "p"
    pool { metadata { values { name: "n" value: "2" } } }
  )pb");
  v1::CloudPool pool = GetPool("p");
  EXPECT_NE(pool.e_tag(), before);
  EXPECT_EQ(pool.e_tag(), revision.e_tag());
  EXPECT_EQ(FromProto(pool.last_modified()), now());
  EXPECT_EQ(pool.start_task().command_line(), "a");
  EXPECT_EQ(pool.target_node_communication_mode(), "classic");
  ASSERT_EQ(pool.metadata_size(), 1);
  EXPECT_EQ(pool.metadata(0).name(), "n");
  // An empty list is not an absent one.
  LAZULI_ASSERT_OK(Call(pools_, &PoolsService::PatchPool, "pool_id: 'p' pool { metadata {} }"));
  EXPECT_EQ(GetPool("p").metadata_size(), 0);
  EXPECT_THAT(Call(pools_, &PoolsService::PatchPool,
                   "pool_id: 'p' pool { metadata { values { value: 'x' } } }"),
              ErrorCodeIs("EmptyMetadataKey"));
  EXPECT_THAT(Call(pools_, &PoolsService::PatchPool, "pool_id: 'p' pool { start_task {} }"),
              ErrorCodeIs("MissingRequiredProperty"));
  EXPECT_THAT(Call(pools_, &PoolsService::PatchPool, "pool_id: 'x' pool {}"),
              ErrorCodeIs("PoolNotFound"));
}

TEST_F(DataPlaneUpdatesTest, AnUpdateOfAPoolRemovesWhatItLacks) {
  LAZULI_ASSERT_OK(AddPool(PoolText("p", 0, R"pb(
    start_task { command_line: "a" }
    metadata { name: "m" value: "1" }
    target_node_communication_mode: "classic"
  )pb")));
  LAZULI_ASSERT_OK(Call(pools_, &PoolsService::UpdatePoolProperties,
                        "pool_id: 'p' pool { metadata { name: 'n' value: '2' } }"));
  const v1::CloudPool pool = GetPool("p");
  EXPECT_FALSE(pool.has_start_task());
  EXPECT_EQ(pool.metadata(0).name(), "n");
  EXPECT_EQ(pool.target_node_communication_mode(), "default");
  EXPECT_EQ(pool.vm_size(), "standard_d2s_v3");
}

TEST_F(DataPlaneUpdatesTest, SecretsOfMachinesAreNotShownAgain) {
  LAZULI_ASSERT_OK(AddPool(PoolText("p", 0, R"pb(
    user_accounts {
      name: "me"
      password: "secret"
      linux_user_configuration { uid: 7 ssh_private_key: "secret" }
    }
    mount_configuration {
      azure_blob_file_system_configuration {
        account_name: "a"
        account_key: "secret"
        sas_key: "secret"
      }
      cifs_mount_configuration { username: "u" password: "secret" }
      azure_file_share_configuration { account_name: "a" account_key: "secret" }
    }
    start_task {
      command_line: "x"
      container_settings {
        image_name: "i"
        registry { username: "u" password: "secret" }
      }
    }
    network_configuration { subnet_id: "net" }
  )pb")));
  const v1::CloudPool pool = GetPool("p");
  EXPECT_EQ(pool.DebugString().find("secret"), std::string::npos);
  EXPECT_EQ(pool.user_accounts(0).linux_user_configuration().uid(), 7);
  EXPECT_EQ(pool.mount_configuration(0).cifs_mount_configuration().username(), "u");
  EXPECT_EQ(pool.start_task().container_settings().registry().username(), "u");
  EXPECT_EQ(pool.network_configuration().subnet_id(), "net");
  LAZULI_ASSERT_OK(AddJob("id: 'j' pool_info { pool_id: 'p' }"));
  LAZULI_ASSERT_OK(AddTask("j", R"pb(
    id: "t"
    command_line: "x"
    container_settings {
      image_name: "i"
      registry { username: "u" password: "secret" }
    }
  )pb"));
  EXPECT_EQ(GetTask("j", "t").DebugString().find("secret"), std::string::npos);
  EXPECT_EQ(GetTask("j", "t").container_settings().registry().username(), "u");
}

TEST_F(DataPlaneUpdatesTest, AResizeCanBeStopped) {
  MakeSite(1);
  LAZULI_ASSERT_OK(
      Call(pools_, &PoolsService::ResizePool, "pool_id: 'p' target_dedicated_nodes: 3"));
  LAZULI_ASSERT_OK(Call(pools_, &PoolsService::StopPoolResize, "pool_id: 'p'"));
  EXPECT_EQ(GetPool("p").allocation_state(), v1::ALLOCATION_STATE_STEADY);
  EXPECT_EQ(GetPool("p").target_dedicated_nodes(), 3);
}

TEST_F(DataPlaneUpdatesTest, NodesAreRemovedByName) {
  MakeSite(3);
  const std::string id = NodeId(1);
  LAZULI_ASSERT_OK(
      Call(pools_, &PoolsService::RemoveNodes, absl::StrCat("pool_id: 'p' node_list: '", id, "'")));
  EXPECT_EQ(GetPool("p").target_dedicated_nodes(), 2);
  EXPECT_EQ(Node(id).state(), v1::COMPUTE_NODE_STATE_LEAVING_POOL);
  AdvanceBy(absl::Minutes(1));
  EXPECT_EQ(GetPool("p").current_dedicated_nodes(), 2);
  EXPECT_EQ(GetPool("p").allocation_state(), v1::ALLOCATION_STATE_STEADY);
  EXPECT_THAT(
      Call(pools_, &PoolsService::RemoveNodes, absl::StrCat("pool_id: 'p' node_list: '", id, "'")),
      ErrorCodeIs("NodeNotFound"));
  std::string many = "pool_id: 'p'";
  for (int i = 0; i <= 100; ++i) absl::StrAppend(&many, " node_list: 'n", i, "'");
  EXPECT_THAT(Call(pools_, &PoolsService::RemoveNodes, many), ErrorCodeIs("OutOfRangeInput"));
}

TEST_F(DataPlaneUpdatesTest, NodesRebootAndGoOffline) {
  MakeSite(1);
  const std::string node = absl::StrCat("pool_id: 'p' node_id: '", NodeId(), "' ");
  const auto rebooted = Change(pools_, &PoolsService::RebootNode, node);
  EXPECT_EQ(rebooted.data_service_id(), absl::StrCat(kUrl, "/pools/p/nodes/", NodeId()));
  EXPECT_EQ(Node(NodeId()).state(), v1::COMPUTE_NODE_STATE_REBOOTING);
  EXPECT_THAT(Call(pools_, &PoolsService::RebootNode, node), ErrorCodeIs("NodeBeingRebooted"));
  AdvanceBy(absl::Minutes(1));
  EXPECT_EQ(Node(NodeId()).state(), v1::COMPUTE_NODE_STATE_IDLE);
  LAZULI_ASSERT_OK(Call(pools_, &PoolsService::DisableNodeScheduling, node));
  EXPECT_EQ(Node(NodeId()).state(), v1::COMPUTE_NODE_STATE_OFFLINE);
  EXPECT_EQ(Node(NodeId()).scheduling_state(), "disabled");
  EXPECT_THAT(Call(pools_, &PoolsService::DisableNodeScheduling, node),
              ErrorCodeIs("NodeAlreadyInTargetSchedulingState"));
  LAZULI_ASSERT_OK(Call(pools_, &PoolsService::EnableNodeScheduling, node));
  EXPECT_EQ(Node(NodeId()).state(), v1::COMPUTE_NODE_STATE_IDLE);
  EXPECT_EQ(Node(NodeId()).scheduling_state(), "enabled");
}

TEST_F(DataPlaneUpdatesTest, APatchOfAJobReplacesWhatItHas) {
  LAZULI_ASSERT_OK(AddJob(R"pb(
    id: "j"
    pool_info { pool_id: "p" }
    priority: 7
    constraints {
      max_wall_clock_time { seconds: 600 }
      max_task_retry_count: 3
    }
    metadata { name: "m" value: "1" }
  )pb"));
  const std::string before = GetJob("j").e_tag();
  LAZULI_ASSERT_OK(Call(jobs_, &JobsService::PatchJob, R"pb(
    job_id: "j"
    job { constraints { max_wall_clock_time { seconds: 900 } } }
  )pb"));
  v1::CloudJob job = GetJob("j");
  EXPECT_NE(job.e_tag(), before);
  EXPECT_EQ(job.priority(), 7);
  EXPECT_EQ(job.constraints().max_wall_clock_time().seconds(), 900);
  // The whole of the constraints is replaced.
  EXPECT_EQ(job.constraints().max_task_retry_count(), 0);
  EXPECT_EQ(job.metadata_size(), 1);
  EXPECT_THAT(Call(jobs_, &JobsService::PatchJob, "job_id: 'j' job { priority: 1001 }"),
              ErrorCodeIs("OutOfRangePriority"));
  EXPECT_EQ(GetJob("j").priority(), 7);
}

TEST_F(DataPlaneUpdatesTest, AnUpdateOfAJobResetsWhatItLacks) {
  LAZULI_ASSERT_OK(AddJob(R"pb(
    id: "j"
    pool_info { pool_id: "p" }
    priority: 7
    max_parallel_tasks: 2
    metadata { name: "m" value: "1" }
    common_environment_settings { name: "A" value: "b" }
  )pb"));
  LAZULI_ASSERT_OK(
      Call(jobs_, &JobsService::UpdateJob, "job_id: 'j' job { pool_info { pool_id: 'p' } }"));
  const v1::CloudJob job = GetJob("j");
  EXPECT_EQ(job.priority(), 0);
  EXPECT_EQ(job.max_parallel_tasks(), -1);
  EXPECT_EQ(job.metadata_size(), 0);
  EXPECT_EQ(job.common_environment_settings_size(), 1);
  EXPECT_THAT(
      Call(jobs_, &JobsService::UpdateJob, "job_id: 'j' job { pool_info { pool_id: 'q' } }"),
      ErrorCodeIs("OperationInvalidForCurrentState"));
}

TEST_F(DataPlaneUpdatesTest, AnUpdateOfATaskSetsItsConstraints) {
  LAZULI_ASSERT_OK(
      AddJob("id: 'j' pool_info { pool_id: 'p' } constraints { max_task_retry_count: 5 }"));
  LAZULI_ASSERT_OK(
      AddTask("j", "id: 't' command_line: 'x' constraints { max_task_retry_count: 1 }"));
  LAZULI_ASSERT_OK(Call(tasks_, &TasksService::UpdateTask, R"pb(
    job_id: "j"
    task_id: "t"
    task { constraints { max_wall_clock_time { seconds: 60 } } }
  )pb"));
  const v1::CloudTask task = GetTask("j", "t");
  EXPECT_EQ(task.constraints().max_wall_clock_time().seconds(), 60);
  EXPECT_EQ(task.constraints().retention_time().seconds(), 7 * 24 * 3600);
  EXPECT_EQ(task.constraints().max_task_retry_count(), 5);
  LAZULI_ASSERT_OK(Call(tasks_, &TasksService::TerminateTask, "job_id: 'j' task_id: 't'"));
  EXPECT_THAT(Call(tasks_, &TasksService::UpdateTask, "job_id: 'j' task_id: 't' task {}"),
              ErrorCodeIs("TaskCompleted"));
}

TEST_F(DataPlaneUpdatesTest, ConditionsAreHeldToInEveryService) {
  MakeSite(1);
  LAZULI_ASSERT_OK(AddTask("j", "id: 't' command_line: 'sleep 9'"));
  const std::string stale = "if_match: '0x1'";
  const auto refused = ErrorCodeIs("ConditionNotMet");
  const std::string in_pool = absl::StrCat("pool_id: 'p' ", stale);
  EXPECT_THAT(Call(pools_, &PoolsService::PatchPool, in_pool + " pool {}"), refused);
  EXPECT_THAT(Call(pools_, &PoolsService::DeletePool, in_pool), refused);
  EXPECT_THAT(Call(pools_, &PoolsService::ResizePool, in_pool + " target_dedicated_nodes: 2"),
              refused);
  EXPECT_THAT(Call(pools_, &PoolsService::StopPoolResize, in_pool), refused);
  EXPECT_THAT(Call(pools_, &PoolsService::RemoveNodes, in_pool + " node_list: 'x'"), refused);
  const std::string of_job = absl::StrCat("job_id: 'j' ", stale);
  EXPECT_THAT(Call(jobs_, &JobsService::PatchJob, of_job + " job {}"), refused);
  EXPECT_THAT(Call(jobs_, &JobsService::UpdateJob, of_job + " job { pool_info { pool_id: 'p' } }"),
              refused);
  EXPECT_THAT(Call(jobs_, &JobsService::DeleteJob, of_job), refused);
  EXPECT_THAT(
      Call(jobs_, &JobsService::DisableJob, of_job + " disable_tasks: DISABLE_JOB_OPTION_WAIT"),
      refused);
  EXPECT_THAT(Call(jobs_, &JobsService::EnableJob, of_job), refused);
  EXPECT_THAT(Call(jobs_, &JobsService::TerminateJob, of_job), refused);
  const std::string of_task = absl::StrCat("job_id: 'j' task_id: 't' ", stale);
  EXPECT_THAT(Call(tasks_, &TasksService::UpdateTask, of_task + " task {}"), refused);
  EXPECT_THAT(Call(tasks_, &TasksService::DeleteTask, of_task), refused);
  EXPECT_THAT(Call(tasks_, &TasksService::TerminateTask, of_task), refused);
  EXPECT_THAT(Call(tasks_, &TasksService::ReactivateTask, of_task), refused);
  EXPECT_EQ(GetJob("j").state(), v1::JOB_STATE_ACTIVE);
  EXPECT_EQ(GetTask("j", "t").state(), v1::TASK_STATE_RUNNING);
  // What was read and has not changed is not read again.
  const std::string fresh = absl::StrCat("if_none_match: '", GetPool("p").e_tag(), "'");
  const absl::Status unchanged =
      Call(pools_, &PoolsService::GetPool, absl::StrCat("pool_id: 'p' ", fresh));
  EXPECT_THAT(unchanged, refused);
  EXPECT_EQ(ErrorInfoOrDefault(unchanged).http_status, 304);
  EXPECT_THAT(Call(jobs_, &JobsService::GetJob, of_job), refused);
  EXPECT_THAT(Call(tasks_, &TasksService::GetTask, of_task), refused);
}

TEST_F(DataPlaneUpdatesTest, ListsAreFilteredAndTrimmed) {
  MakeSite(2);
  for (int i = 0; i < 20; ++i) {
    LAZULI_ASSERT_OK(AddTask("j", absl::StrCat("id: 't", i, "' command_line: 'sleep 1000'")));
  }
  const auto running = Get<v1::ListTasksResponse>(
      tasks_, &TasksService::ListTasks,
      "job_id: 'j' filter: \"state eq 'running'\" select: 'id,nodeInfo'");
  ASSERT_EQ(running.value_size(), 2);
  EXPECT_EQ(running.value(0).id(), "t0");
  EXPECT_TRUE(running.value(0).has_node_info());
  EXPECT_FALSE(running.value(0).has_state());
  EXPECT_FALSE(running.value(0).has_url());
  // Pages come full, and end where the matches end.
  const auto page =
      Get<v1::ListTasksResponse>(tasks_, &TasksService::ListTasks,
                                 "job_id: 'j' filter: \"startswith(id,'t1')\" maxresults: 4");
  ASSERT_EQ(page.value_size(), 4);
  EXPECT_EQ(page.value(3).id(), "t12");
  const auto rest = Get<v1::ListTasksResponse>(
      tasks_, &TasksService::ListTasks,
      absl::StrCat("job_id: 'j' filter: \"startswith(id,'t1')\" skip_token: '", page.next_link(),
                   "'"));
  EXPECT_EQ(rest.value_size(), 7);
  EXPECT_FALSE(rest.has_next_link());
  EXPECT_EQ(Get<v1::ListPoolsResponse>(pools_, &PoolsService::ListPools,
                                       "filter: \"allocationState eq 'resizing'\"")
                .value_size(),
            0);
  EXPECT_EQ(Get<v1::ListJobsResponse>(jobs_, &JobsService::ListJobs,
                                      "filter: \"executionInfo/poolId eq 'P'\"")
                .value_size(),
            1);
  EXPECT_EQ(Get<v1::ListComputeNodesResponse>(pools_, &PoolsService::ListComputeNodes,
                                              "pool_id: 'p' filter: \"state eq 'running'\"")
                .value_size(),
            2);
  for (const char* bad : {"filter: 'x'", "select: 'x'", "expand: 'x'"}) {
    EXPECT_THAT(Call(pools_, &PoolsService::ListPools, bad),
                ErrorCodeIs("InvalidQueryParameterValue"));
    EXPECT_THAT(Call(jobs_, &JobsService::ListJobs, bad),
                ErrorCodeIs("InvalidQueryParameterValue"));
    EXPECT_THAT(Call(tasks_, &TasksService::ListTasks, absl::StrCat("job_id: 'j' ", bad)),
                ErrorCodeIs("InvalidQueryParameterValue"));
  }
}

TEST_F(DataPlaneUpdatesTest, OneObjectIsTrimmed) {
  MakeSite(1);
  EXPECT_EQ(Get<v1::CloudPool>(pools_, &PoolsService::GetPool, "pool_id: 'p' select: 'id, state'")
                .ShortDebugString(),
            "id: \"p\" state: POOL_STATE_ACTIVE");
  EXPECT_EQ(
      Get<v1::CloudJob>(jobs_, &JobsService::GetJob, "job_id: 'j' select: 'id'").ShortDebugString(),
      "id: \"j\"");
}

}  // namespace
}  // namespace lazuli::batch

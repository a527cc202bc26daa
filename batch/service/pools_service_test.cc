#include "batch/service/pools_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/service/data_plane_fixture.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "proto/batch_pools.pb.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::StartsWith;

using PoolsServiceTest = DataPlaneFixture;

TEST_F(PoolsServiceTest, APoolIsShownWithItsDefaults) {
  LAZULI_ASSERT_OK(AddPool(PoolText("Pool-1", 2)));
  v1::CloudPool pool = GetPool("POOL-1");
  EXPECT_EQ(FromProto(pool.creation_time()), now());
  EXPECT_THAT(pool.e_tag(), StartsWith("0x8"));
  for (auto* time :
       {pool.mutable_last_modified(), pool.mutable_creation_time(),
        pool.mutable_state_transition_time(), pool.mutable_allocation_state_transition_time()}) {
    time->Clear();
  }
  pool.clear_e_tag();
  EXPECT_TRUE(MessageDifferencer::Equals(
      pool, FromText<v1::CloudPool>(R"pb(
        id: "Pool-1"
        url: "https://account.westus2.batch.azure.com/pools/Pool-1"
        last_modified {}
        creation_time {}
        state: POOL_STATE_ACTIVE
        state_transition_time {}
        allocation_state: ALLOCATION_STATE_RESIZING
        allocation_state_transition_time {}
        vm_size: "standard_d2s_v3"
        virtual_machine_configuration {
          image_reference { offer: "ubuntu" version: "latest" }
          node_agent_sku_id: "batch.node.ubuntu 22.04"
        }
        resize_timeout { seconds: 900 }
        current_dedicated_nodes: 2
        current_low_priority_nodes: 0
        target_dedicated_nodes: 2
        target_low_priority_nodes: 0
        enable_auto_scale: false
        enable_inter_node_communication: false
        task_slots_per_node: 1
        task_scheduling_policy { node_fill_type: COMPUTE_NODE_FILL_TYPE_SPREAD }
        target_node_communication_mode: "default"
      )pb")))
      << pool.DebugString();
}

TEST_F(PoolsServiceTest, WhatWasGivenIsShownAgain) {
  LAZULI_ASSERT_OK(AddPool(PoolText("p", 0, R"pb(
    display_name: "My pool"
    target_low_priority_nodes: 3
    resize_timeout { seconds: 600 }
    enable_inter_node_communication: true
    start_task {
      command_line: "prepare"
      environment_settings { name: "A" value: "b" }
      wait_for_success: false
    }
    task_slots_per_node: 4
    task_scheduling_policy { node_fill_type: COMPUTE_NODE_FILL_TYPE_PACK }
    metadata { name: "owner" value: "me" }
    target_node_communication_mode: "Simplified"
  )pb")));
  const v1::CloudPool pool = GetPool("p");
  EXPECT_EQ(pool.display_name(), "My pool");
  EXPECT_EQ(pool.target_low_priority_nodes(), 3);
  EXPECT_EQ(pool.resize_timeout().seconds(), 600);
  EXPECT_TRUE(pool.enable_inter_node_communication());
  EXPECT_EQ(pool.start_task().command_line(), "prepare");
  EXPECT_TRUE(pool.start_task().has_max_task_retry_count());
  EXPECT_FALSE(pool.start_task().wait_for_success());
  EXPECT_EQ(pool.task_slots_per_node(), 4);
  EXPECT_EQ(pool.task_scheduling_policy().node_fill_type(), v1::COMPUTE_NODE_FILL_TYPE_PACK);
  EXPECT_EQ(pool.metadata(0).value(), "me");
  EXPECT_EQ(pool.target_node_communication_mode(), "Simplified");
}

TEST_F(PoolsServiceTest, BadInputIsRefusedWithTheFieldNamed) {
  struct Case {
    std::string pool;
    const char* code;
    const char* target;
  };
  const Case cases[] = {
      {PoolText("a b", 1), "InvalidPropertyValue", "id"},
      {PoolText("", 1), "MissingRequiredProperty", "id"},
      {PoolText("p", 1, absl::StrCat("display_name: '", std::string(1025, 'x'), "'")),
       "InvalidPropertyValue", "displayName"},
      {"id: 'p' target_dedicated_nodes: 1", "MissingRequiredProperty", "vmSize"},
      {"id: 'p' vm_size: 's' target_dedicated_nodes: 1", "MissingRequiredProperty",
       "virtualMachineConfiguration"},
      {"id: 'p' vm_size: 's' virtual_machine_configuration {}", "MissingRequiredProperty",
       "targetDedicatedNodes"},
      {PoolText("p", -1), "OutOfRangeInput", "targetDedicatedNodes"},
      {PoolText("p", 10'001), "OutOfRangeInput", "targetDedicatedNodes"},
      {PoolText("p", 1, "target_low_priority_nodes: -1"), "OutOfRangeInput",
       "targetLowPriorityNodes"},
      {PoolText("p", 1, "resize_timeout { seconds: 299 }"), "InvalidPropertyValue",
       "resizeTimeout"},
      {PoolText("p", 1, "task_slots_per_node: 0"), "OutOfRangeInput", "taskSlotsPerNode"},
      {PoolText("p", 1, "task_slots_per_node: 257"), "OutOfRangeInput", "taskSlotsPerNode"},
      {PoolText("p", 1, "start_task {}"), "MissingRequiredProperty", "startTask.commandLine"},
      {PoolText("p", 1, "start_task { command_line: 'x' max_task_retry_count: -2 }"),
       "OutOfRangeInput", "startTask.maxTaskRetryCount"},
      {PoolText("p", 1, "metadata { value: 'x' }"), "EmptyMetadataKey", "metadata[0].name"},
      {PoolText("p", 1, "target_node_communication_mode: 'fast'"), "InvalidPropertyValue",
       "targetNodeCommunicationMode"},
      {"id: 'p' vm_size: 's' target_dedicated_nodes: 1 virtual_machine_configuration {"
       " disk_encryption_configuration { targets: 'osdisk' targets: 'c' } }",
       "InvalidPropertyValue", "virtualMachineConfiguration.diskEncryptionConfiguration.targets"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.pool);
    const absl::Status status = AddPool(c.pool);
    EXPECT_THAT(status, ErrorCodeIs(c.code));
    EXPECT_EQ(ErrorInfoOrDefault(status).target, c.target);
  }
  EXPECT_EQ(Get<v1::ListPoolsResponse>(pools_, &PoolsService::ListPools, "").value_size(), 0);
}

TEST_F(PoolsServiceTest, ListsInPages) {
  for (int i = 0; i < 5; ++i) LAZULI_ASSERT_OK(AddPool(PoolText(absl::StrCat("p", i), 0)));
  std::string token;
  std::string ids;
  int pages = 0;
  do {
    const auto page = Get<v1::ListPoolsResponse>(
        pools_, &PoolsService::ListPools, absl::StrCat("maxresults: 2 skip_token: '", token, "'"));
    for (const v1::CloudPool& pool : page.value()) absl::StrAppend(&ids, pool.id(), " ");
    token = page.next_link();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(ids, "p0 p1 p2 p3 p4 ");
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(Call(pools_, &PoolsService::ListPools, "maxresults: 1001"),
              ErrorCodeIs("OutOfRangeQueryParameterValue"));
}

TEST_F(PoolsServiceTest, NodesAreShown) {
  MakeSite(2);
  LAZULI_ASSERT_OK(AddTask("j", "id: 't' command_line: 'sleep 10'"));
  const auto nodes =
      Get<v1::ListComputeNodesResponse>(pools_, &PoolsService::ListComputeNodes, "pool_id: 'P'");
  ASSERT_EQ(nodes.value_size(), 2);
  const v1::ComputeNode& node = nodes.value(0);
  EXPECT_EQ(node.state(), v1::COMPUTE_NODE_STATE_RUNNING);
  EXPECT_EQ(nodes.value(1).state(), v1::COMPUTE_NODE_STATE_IDLE);
  EXPECT_EQ(node.url(), absl::StrCat(kUrl, "/pools/p/nodes/", node.id()));
  EXPECT_EQ(node.affinity_id(), absl::StrCat("TVM:", node.id()));
  EXPECT_EQ(node.vm_size(), "standard_d2s_v3");
  EXPECT_EQ(node.scheduling_state(), "enabled");
  EXPECT_EQ(node.running_tasks_count(), 1);
  EXPECT_EQ(node.running_task_slots_count(), 1);
  EXPECT_EQ(node.total_tasks_run(), 1);
  EXPECT_TRUE(node.is_dedicated());
  EXPECT_EQ(FromProto(node.last_boot_time()), now());
  EXPECT_EQ(node.errors_size(), 0);
  const auto alone = Get<v1::ComputeNode>(pools_, &PoolsService::GetComputeNode,
                                          absl::StrCat("pool_id: 'p' node_id: '", node.id(), "'"));
  EXPECT_TRUE(MessageDifferencer::Equals(alone, node));
  EXPECT_THAT(Call(pools_, &PoolsService::GetComputeNode, "pool_id: 'p' node_id: 'x'"),
              ErrorCodeIs("NodeNotFound"));
}

TEST_F(PoolsServiceTest, ResizesAndDeletes) {
  MakeSite(1);
  EXPECT_THAT(Call(pools_, &PoolsService::ResizePool, "pool_id: 'p'"),
              ErrorCodeIs("MissingRequiredProperty"));
  EXPECT_THAT(Call(pools_, &PoolsService::ResizePool,
                   "pool_id: 'p' target_dedicated_nodes: 2 resize_timeout { seconds: 1 }"),
              ErrorCodeIs("InvalidPropertyValue"));
  const std::string before = GetPool("p").e_tag();
  LAZULI_ASSERT_OK(
      Call(pools_, &PoolsService::ResizePool, "pool_id: 'p' target_dedicated_nodes: 2"));
  EXPECT_EQ(GetPool("p").allocation_state(), v1::ALLOCATION_STATE_RESIZING);
  EXPECT_NE(GetPool("p").e_tag(), before);
  EXPECT_THAT(Call(pools_, &PoolsService::ResizePool, "pool_id: 'p' target_dedicated_nodes: 1"),
              ErrorCodeIs("PoolBeingResized"));
  AdvanceBy(absl::Minutes(1));
  LAZULI_ASSERT_OK(AddTask("j", "id: 'a' command_line: 'sleep 100'"));
  LAZULI_ASSERT_OK(AddTask("j", "id: 'b' command_line: 'sleep 100'"));
  LAZULI_ASSERT_OK(Call(pools_, &PoolsService::ResizePool,
                        "pool_id: 'p' target_dedicated_nodes: 1 node_deallocation_option: "
                        "COMPUTE_NODE_DEALLOCATION_OPTION_TERMINATE"));
  EXPECT_EQ(GetTask("j", "b").state(), v1::TASK_STATE_COMPLETED);
  LAZULI_ASSERT_OK(Call(pools_, &PoolsService::DeletePool, "pool_id: 'p'"));
  EXPECT_EQ(GetPool("p").state(), v1::POOL_STATE_DELETING);
  AdvanceBy(absl::Minutes(1));
  EXPECT_THAT(Call(pools_, &PoolsService::GetPool, "pool_id: 'p'"), ErrorCodeIs("PoolNotFound"));
}

TEST_F(PoolsServiceTest, AnAccountThatDoesNotExistIsToldFirst) {
  v1::AddPoolRequest request;
  request.set_account("nobody");
  v1::ObjectRevision response;
  EXPECT_THAT(pools_.AddPool(Context(), request, &response), ErrorCodeIs("ResourceNotFound"));
}

}  // namespace
}  // namespace lazuli::batch

// File: batch/service/data_plane_fixture.h
//
// For tests: the services of the data plane over a real account "account" with simulated tasks.
#ifndef LAZULI_BATCH_SERVICE_DATA_PLANE_FIXTURE_H_
#define LAZULI_BATCH_SERVICE_DATA_PLANE_FIXTURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "batch/account_fixture.h"
#include "batch/account_workload.h"
#include "batch/service/jobs_service.h"
#include "batch/service/pools_service.h"
#include "batch/service/simulated_task_runner.h"
#include "batch/service/tasks_service.h"
#include "batch/workload/workload.h"
#include "google/protobuf/text_format.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::batch {

class DataPlaneFixture : public AccountFixture {
 protected:
  static constexpr char kUrl[] = "https://account.westus2.batch.azure.com";

  DataPlaneFixture() { MakeAccountWithKey(); }

  template <typename Message>
  static Message FromText(const std::string& text) {
    Message message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return message;
  }
  // A request to the account, with the rest of its fields in text form.
  template <typename Request>
  static Request Ask(const std::string& text = "") {
    return FromText<Request>(absl::StrCat("account: 'account' ", text));
  }
  // Calls `operation` of `service` and drops the response.
  template <typename Service, typename Request, typename Response>
  absl::Status Call(Service& service,
                    absl::Status (Service::*operation)(const CallContext&, const Request&,
                                                       Response*),
                    const std::string& text) {
    Response response;
    return (service.*operation)(Context(), Ask<Request>(text), &response);
  }
  template <typename Response, typename Service, typename Request>
  Response Get(Service& service,
               absl::Status (Service::*operation)(const CallContext&, const Request&, Response*),
               const std::string& text) {
    Response response;
    LAZULI_EXPECT_OK((service.*operation)(Context(), Ask<Request>(text), &response));
    return response;
  }

  // The least that a pool is.
  static std::string PoolText(const std::string& id, int nodes, const std::string& more = "") {
    return absl::StrCat("id: '", id, "' vm_size: 'standard_d2s_v3' target_dedicated_nodes: ", nodes,
                        " virtual_machine_configuration { image_reference { offer: 'ubuntu' }",
                        " node_agent_sku_id: 'batch.node.ubuntu 22.04' } ", more);
  }
  absl::Status AddPool(const std::string& text) {
    return Call(pools_, &PoolsService::AddPool, absl::StrCat("pool {", text, "}"));
  }
  absl::Status AddJob(const std::string& text) {
    return Call(jobs_, &JobsService::AddJob, absl::StrCat("job {", text, "}"));
  }
  absl::Status AddTask(const std::string& job, const std::string& text) {
    return Call(tasks_, &TasksService::AddTask,
                absl::StrCat("job_id: '", job, "' task {", text, "}"));
  }
  v1::CloudPool GetPool(const std::string& id) {
    return Get<v1::CloudPool>(pools_, &PoolsService::GetPool, absl::StrCat("pool_id: '", id, "'"));
  }
  v1::CloudJob GetJob(const std::string& id) {
    return Get<v1::CloudJob>(jobs_, &JobsService::GetJob, absl::StrCat("job_id: '", id, "'"));
  }
  v1::CloudTask GetTask(const std::string& job, const std::string& task) {
    return Get<v1::CloudTask>(tasks_, &TasksService::GetTask,
                              absl::StrCat("job_id: '", job, "' task_id: '", task, "'"));
  }
  // A pool "p" of idle nodes and a job "j" for it.
  void MakeSite(int nodes = 1) {
    LAZULI_ASSERT_OK(AddPool(PoolText("p", nodes)));
    AdvanceBy(absl::Minutes(1));
    LAZULI_ASSERT_OK(AddJob("id: 'j' pool_info { pool_id: 'p' }"));
  }

  SimulatedTaskRunner runner_;
  AccountRegistry* const accounts_ = MakeRegistry();
  PoolsService pools_{accounts_};
  JobsService jobs_{accounts_};
  TasksService tasks_{accounts_};

 private:
  AccountRegistry* MakeRegistry() {
    WorkloadOptions options;
    options.task_runner = &runner_;
    factory_ = MakeWorkloadFactory(options);
    return &registry();
  }
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_DATA_PLANE_FIXTURE_H_

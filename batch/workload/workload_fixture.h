// File: batch/workload/workload_fixture.h
//
// A workload with a fake account around it, and short words for what tests do with it.
#ifndef LAZULI_BATCH_WORKLOAD_WORKLOAD_FIXTURE_H_
#define LAZULI_BATCH_WORKLOAD_WORKLOAD_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "batch/workload/fake_host.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "gtest/gtest.h"

namespace lazuli::batch {

inline WorkloadOptions TestOptions() {
  static const FakeRunner runner;
  WorkloadOptions options;
  options.task_runner = &runner;
  options.ids = IdDeriver(7);
  options.account_id =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a";
  options.account_url = "https://a.westus2.batch.azure.com";
  return options;
}

class WorkloadFixture : public ::testing::Test {
 protected:
  explicit WorkloadFixture(WorkloadOptions options = TestOptions())
      : workload_(&host_, std::move(options)) {}

  absl::Time now() const { return host_.now(); }

  absl::Status AddPool(absl::string_view id, int nodes, int slots = 1,
                       NodeFillType fill = NodeFillType::kSpread) {
    NewPool pool;
    pool.id = std::string(id);
    pool.target_dedicated = nodes;
    pool.slots_per_node = slots;
    pool.fill = fill;
    pool.specification = "pool secret";
    return workload_.AddPool(pool, now());
  }
  // A pool whose nodes are idle.
  void BootPool(absl::string_view id, int nodes, int slots = 1,
                NodeFillType fill = NodeFillType::kSpread) {
    ASSERT_TRUE(AddPool(id, nodes, slots, fill).ok());
    host_.AdvanceBy(workload_.options().node_boot_time);
  }
  static NewJob Job(absl::string_view id, absl::string_view pool_id) {
    NewJob job;
    job.id = std::string(id);
    job.pool_id = std::string(pool_id);
    job.specification = "job secret";
    return job;
  }
  absl::Status AddJob(absl::string_view id, absl::string_view pool_id, int priority = 0) {
    NewJob job = Job(id, pool_id);
    job.priority = priority;
    return workload_.AddJob(job, now());
  }
  static NewTask Task(absl::string_view id, double seconds = 60, int exit_code = 0, int slots = 1) {
    NewTask task;
    task.id = std::string(id);
    task.required_slots = slots;
    task.specification = absl::StrCat(seconds, " ", exit_code, " task secret");
    return task;
  }
  absl::Status Add(absl::string_view job_id, const NewTask& task) {
    return workload_.AddTask(job_id, task, now()).status();
  }
  // Tasks PREFIX0, PREFIX1, ...
  void AddTasks(absl::string_view job_id, int count, double seconds = 60,
                absl::string_view prefix = "t") {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(Add(job_id, Task(absl::StrCat(prefix, i), seconds)).ok());
    }
  }

  TaskView GetTask(absl::string_view job_id, absl::string_view task_id) const {
    const auto view = workload_.GetTask(job_id, task_id);
    EXPECT_TRUE(view.ok()) << view.status();
    return view.ok() ? *view : TaskView();
  }
  TaskState StateOf(absl::string_view job_id, absl::string_view task_id) const {
    return GetTask(job_id, task_id).state;
  }
  JobView GetJob(absl::string_view job_id) const {
    const auto view = workload_.GetJob(job_id);
    EXPECT_TRUE(view.ok()) << view.status();
    return view.ok() ? *view : JobView();
  }
  PoolView GetPool(absl::string_view pool_id) const {
    const auto view = workload_.GetPool(pool_id);
    EXPECT_TRUE(view.ok()) << view.status();
    return view.ok() ? *view : PoolView();
  }
  std::vector<NodeView> Nodes(absl::string_view pool_id) const {
    const auto page = workload_.ListNodes(pool_id, PageRequest());
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->items : std::vector<NodeView>();
  }
  std::vector<NodeState> NodeStates(absl::string_view pool_id) const {
    std::vector<NodeState> states;
    for (const NodeView& node : Nodes(pool_id)) states.push_back(node.state);
    return states;
  }
  TaskNumbers Counts(absl::string_view job_id) const {
    const auto counts = workload_.CountTasks(job_id);
    EXPECT_TRUE(counts.ok()) << counts.status();
    return counts.ok() ? counts->tasks : TaskNumbers();
  }
  // "from>to" of every event of the resource, in order.
  std::vector<std::string> History(absl::string_view resource) const {
    std::vector<std::string> history;
    for (const RecordedEvent& event : host_.events) {
      if (event.resource == resource) history.push_back(absl::StrCat(event.from, ">", event.to));
    }
    return history;
  }

  FakeHost host_;
  Workload workload_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_WORKLOAD_FIXTURE_H_

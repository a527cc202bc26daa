// Accounts with the real work in them.
#include "batch/account_workload.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_fixture.h"
#include "batch/workload/task_runner.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using NodeCounts = std::map<NodeState, int>;
using TaskCounts = std::map<TaskState, int>;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kSecret[] = "secret command line";

// Every task lasts ten minutes.
class TenMinuteRunner final : public TaskRunner {
 public:
  RunPlan Plan(absl::string_view task_specification, absl::string_view) const override {
    EXPECT_EQ(task_specification, kSecret);
    return RunPlan{absl::Minutes(10), 0};
  }
};

class AccountWorkloadTest : public AccountFixture {
 protected:
  AccountWorkloadTest() {
    WorkloadOptions options;
    options.task_runner = &runner_;
    factory_ = MakeWorkloadFactory(options);
  }

  // An account with a pool of idle nodes and a job.
  void MakeBusyAccount(int nodes, int tasks) {
    MakeAccountWithKey();
    Do([&](Workload& work, absl::Time now) {
      NewPool pool;
      pool.id = "pool";
      pool.target_dedicated = nodes;
      return work.AddPool(pool, now);
    });
    AdvanceBy(absl::Minutes(1));
    Do([&](Workload& work, absl::Time now) {
      NewJob job;
      job.id = "job";
      job.pool_id = "pool";
      return work.AddJob(job, now);
    });
    Do([&](Workload& work, absl::Time now) {
      for (int i = 0; i < tasks; ++i) {
        NewTask task;
        task.id = absl::StrCat("t", i);
        task.specification = kSecret;
        LAZULI_EXPECT_OK(work.AddTask("job", task, now).status());
      }
      return absl::OkStatus();
    });
  }
  template <typename Operation>
  void Do(Operation&& operation) {
    LAZULI_ASSERT_OK(account().WithWorkload(Context(), operation));
  }
  std::map<TaskState, int> TasksByState() {
    std::map<TaskState, int> result;
    Do([&](Workload& work, absl::Time) {
      const Page<TaskView> page = work.ListTasks("job", PageRequest()).value();
      for (const TaskView& task : page.items) ++result[task.state];
      return absl::OkStatus();
    });
    return result;
  }
  std::map<NodeState, int> NodesByState() {
    std::map<NodeState, int> result;
    Do([&](Workload& work, absl::Time) {
      const Page<NodeView> page = work.ListNodes("pool", PageRequest()).value();
      for (const NodeView& node : page.items) ++result[node.state];
      return absl::OkStatus();
    });
    return result;
  }
  void SetEnabled(bool enabled) {
    keys.SetVersion("vault", "key", 1, [enabled](KeyDescription& key) { key.enabled = enabled; });
    KeyChanged("key updated");
  }
  int CountEvents(const std::string& kind, const std::string& start) {
    int count = 0;
    for (const std::string& event : Events(kind)) {
      if (event.rfind(start, 0) == 0) ++count;
    }
    return count;
  }

 private:
  const TenMinuteRunner runner_;
};

TEST_F(AccountWorkloadTest, WorkStopsWithTheKeyAndGoesOnWithIt) {
  MakeBusyAccount(4, 6);
  ASSERT_EQ(NodesByState(), (NodeCounts{{NodeState::kRunning, 4}}));
  ASSERT_EQ(TasksByState(), (TaskCounts{{TaskState::kActive, 2}, {TaskState::kRunning, 4}}));
  AdvanceBy(absl::Minutes(5));
  SetEnabled(false);
  EXPECT_EQ(CountEvents("node", "running -> unusable"), 4);
  EXPECT_EQ(CountEvents("task", "running -> active"), 4);
  EXPECT_THAT(account().ListQueuedTransitions(), IsEmpty());
  // No task ends meanwhile: their timers are gone, and only the account's own probe is left.
  EXPECT_EQ(clock_.timers().size(), 1u);
  AdvanceBy(absl::Hours(1));
  SetEnabled(true);
  AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(NodesByState(), (NodeCounts{{NodeState::kRunning, 4}}));
  EXPECT_EQ(TasksByState(), (TaskCounts{{TaskState::kActive, 2}, {TaskState::kRunning, 4}}));
  AdvanceBy(absl::Minutes(20));
  EXPECT_EQ(TasksByState(), (TaskCounts{{TaskState::kCompleted, 6}}));
  EXPECT_EQ(NodesByState(), (NodeCounts{{NodeState::kIdle, 4}}));
  // Each that was cut ran once more.
  EXPECT_EQ(CountEvents("task", "active -> running"), 10);
  EXPECT_EQ(CountEvents("task", "running -> completed"), 6);
}

TEST_F(AccountWorkloadTest, NodesThatBootMeanwhileComeUpAtRestoration) {
  MakeBusyAccount(1, 0);
  Do([&](Workload& work, absl::Time now) {
    PoolResize resize;
    resize.target_dedicated = 3;
    return work.ResizePool("pool", resize, now);
  });
  SetEnabled(false);
  AdvanceBy(absl::Minutes(5));
  const std::vector<QueuedTransition> queued = account().ListQueuedTransitions();
  EXPECT_THAT(queued, Not(IsEmpty()));
  for (const QueuedTransition& each : queued) {
    EXPECT_EQ(each.queue, TransitionQueue::kRestore);
    EXPECT_EQ(each.kind, "node");
  }
  SetEnabled(true);
  AdvanceBy(absl::Minutes(10));
  EXPECT_THAT(account().ListQueuedTransitions(), IsEmpty());
  AdvanceBy(absl::Minutes(1));
  EXPECT_EQ(NodesByState(), (NodeCounts{{NodeState::kIdle, 3}}));
}

TEST_F(AccountWorkloadTest, WhatRestsTellsNoSecret) {
  MakeBusyAccount(1, 3);
  for (const bool lost : {false, true}) {
    if (lost) SetEnabled(false);
    bool job_seen = false;
    for (const RestingBytes& record : account().DumpRecords()) {
      EXPECT_THAT(record.clear, Not(HasSubstr("secret")));
      EXPECT_THAT(record.sealed, Not(HasSubstr("secret")));
      job_seen = job_seen || record.clear.find("job") != std::string::npos;
    }
    EXPECT_TRUE(job_seen);
  }
  SetEnabled(true);
  AdvanceBy(absl::Minutes(10));
  Do([&](Workload& work, absl::Time) {
    EXPECT_EQ(work.GetTask("job", "t2")->specification, kSecret);
    return absl::OkStatus();
  });
}

TEST_F(AccountWorkloadTest, UnusableNodesSayWhy) {
  options().key_access.loss_step_delay = absl::Minutes(1);
  MakeBusyAccount(2, 1);
  SetEnabled(false);
  ASSERT_EQ(account().ListQueuedTransitions().size(), 3u);
  EXPECT_EQ(account().ListQueuedTransitions()[0].kind, "task");
  EXPECT_EQ(account().ListQueuedTransitions()[1].transition, "unusable");
  AdvanceBy(absl::Minutes(2));
  EXPECT_EQ(account().ListQueuedTransitions().size(), 1u);
  SetEnabled(true);
  AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(CountEvents("node", "running -> unusable") + CountEvents("node", "idle -> unusable"),
            2);
}

TEST_F(AccountWorkloadTest, UrlsAndIdsBelongToTheAccount) {
  MakeAccountWithKey();
  Do([&](Workload& work, absl::Time) {
    EXPECT_EQ(work.options().account_url, "https://account.westus2.batch.azure.com");
    EXPECT_EQ(work.options().account_id, account().arm_id());
    return absl::OkStatus();
  });
}

TEST_F(AccountWorkloadTest, DeletedAccountsLeaveNoTimer) {
  MakeBusyAccount(4, 6);
  SetEnabled(false);
  registry().DeleteAccount(account().id(), now());
  EXPECT_EQ(clock_.timers().size(), 0u);
}

}  // namespace
}  // namespace lazuli::batch

#include "batch/storage/account_records.h"

#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/memory_records.h"
#include "base/records.h"
#include "base/sanitized.h"
#include "base/spoiled_records.h"
#include "base/status_macros.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_registry.h"
#include "batch/fake_key_encryption_client.h"
#include "batch/key_access.h"
#include "batch/storage/batch_world.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

NewPool Pool(const std::string& id, int nodes) {
  NewPool pool;
  pool.id = id;
  pool.target_dedicated = nodes;
  pool.specification = "pool secret";
  return pool;
}

NewJob Job(const std::string& id, const std::string& pool) {
  NewJob job;
  job.id = id;
  job.pool_id = pool;
  job.specification = "job secret";
  return job;
}

NewTask Task(const std::string& id, int seconds, int exit_code = 0) {
  NewTask task;
  task.id = id;
  task.specification = absl::StrCat(seconds, " ", exit_code, " task secret");
  return task;
}

// A world whose changes are stored as they are made.
class StoredWorld {
 public:
  explicit StoredWorld(const AccountOptions& options = {}) : options_(options) {
    world_ = std::make_unique<BatchWorld>(&surroundings_, options_, kStart);
    world_->records().StartTracking();
  }

  BatchSurroundings& surroundings() { return surroundings_; }
  BatchWorld& world() { return *world_; }
  BatchWorld* operator->() { return world_.get(); }
  const MemoryRecords& stored() const { return stored_; }

  void Store() { world_->records().WriteChanges(&stored_); }
  // What is stored is what there is.
  void ExpectAllStored() {
    Store();
    EXPECT_EQ(stored_.tables(), MemoryRecords(&world_->records()).tables());
  }
  // Another one made of what is stored.
  std::unique_ptr<BatchWorld> Copy() {
    Store();
    auto copy = std::make_unique<BatchWorld>(&surroundings_, options_, world_->now());
    LAZULI_EXPECT_OK(copy->records().Restore(stored_));
    EXPECT_EQ(MemoryRecords(&copy->records()).tables(), stored_.tables());
    EXPECT_THAT(copy->Events(), IsEmpty()) << "restoring is no event";
    copy->records().StartTracking();
    return copy;
  }
  // Goes on in the place of this process with one made of what is stored.
  void Restart() {
    std::unique_ptr<BatchWorld> copy = Copy();
    copy->registry().Resume(copy->now());
    world_ = std::move(copy);
  }

 private:
  const AccountOptions options_;
  BatchSurroundings surroundings_;
  std::unique_ptr<BatchWorld> world_;
  MemoryRecords stored_;
};

class AccountRecordsTest : public ::testing::Test {
 protected:
  void SetKeyEnabled(bool enabled) {
    stored_.surroundings().keys.SetVersion(
        "vault", "key", 1, [enabled](KeyDescription& key) { key.enabled = enabled; });
  }
  // One node that runs "running" for a minute while "waiting" waits.
  void AddWork(const std::string& account) {
    LAZULI_ASSERT_OK(stored_->InWorkload(account, [](Workload& work, absl::Time now) {
      return work.AddPool(Pool("pool", 1), now);
    }));
    stored_->AdvanceBy(absl::Seconds(60));
    LAZULI_ASSERT_OK(stored_->InWorkload(account, [](Workload& work, absl::Time now) {
      LAZULI_EXPECT_OK(work.AddJob(Job("job", "pool"), now));
      return work.AddTasks("job", {Task("running", 60, 3), Task("waiting", 60)}, now).status();
    }));
  }
  std::string StateOf(const std::string& account) {
    return KeyAccessName(stored_->Find(account)->GetKeyAccess().state);
  }

  StoredWorld stored_;
};

TEST_F(AccountRecordsTest, ComesBackAsItWas) {
  stored_->AddAccount("platform", false);
  stored_->AddAccount("customer", true);
  AddWork("platform");
  AddWork("customer");
  stored_.ExpectAllStored();
  const std::vector<std::string> platform = stored_->Describe("platform");
  const std::vector<std::string> customer = stored_->Describe("customer");
  EXPECT_THAT(customer, Contains(HasSubstr("job secret")));
  stored_.Restart();
  EXPECT_EQ(stored_->Describe("platform"), platform);
  EXPECT_EQ(stored_->Describe("customer"), customer);
  EXPECT_THAT(stored_->Events(), IsEmpty());
  EXPECT_THAT(stored_->dependencies(), ElementsAre(HasSubstr("customer on vault/key as user")));
}

TEST_F(AccountRecordsTest, WhatRunsGoesOnToItsEnd) {
  stored_->AddAccount("account", true);
  AddWork("account");
  stored_->AdvanceBy(absl::Seconds(30));
  stored_.Restart();
  stored_->AdvanceBy(absl::Seconds(29));
  EXPECT_THAT(stored_->Events(), IsEmpty());
  stored_->AdvanceBy(absl::Seconds(1));
  EXPECT_THAT(stored_->Events(),
              Contains(HasSubstr("account/jobs/job/tasks/running | running | completed | failed")));
  EXPECT_THAT(stored_->Events(),
              Contains(HasSubstr("account/jobs/job/tasks/waiting | active | running")));
}

TEST_F(AccountRecordsTest, StaysLostUntilTheKeyIsBack) {
  stored_->AddAccount("account", true);
  AddWork("account");
  SetKeyEnabled(false);
  stored_->KeyChanged();
  ASSERT_EQ(StateOf("account"), "lost");
  stored_->AdvanceBy(absl::Minutes(2));
  const std::vector<std::string> before = stored_->Describe("account");
  stored_.Restart();
  EXPECT_EQ(stored_->Describe("account"), before);
  EXPECT_THAT(stored_->Events(), IsEmpty());
  SetKeyEnabled(true);
  stored_->KeyChanged();
  EXPECT_EQ(StateOf("account"), "restoring");
  const std::vector<std::string> restoring = stored_->Describe("account");
  stored_->AdvanceBy(absl::Minutes(4));
  stored_.Restart();
  EXPECT_EQ(stored_->Describe("account"), restoring) << "the window ends when it would have";
  stored_->AdvanceBy(absl::Minutes(6));
  EXPECT_EQ(StateOf("account"), "accessible");
  EXPECT_THAT(stored_->Events(), Contains(HasSubstr("restoration window over")));
  EXPECT_THAT(stored_->Events(), Contains(HasSubstr("tasks/running | active | running")));
}

TEST_F(AccountRecordsTest, IsLostWhenItsKeyWentMeanwhile) {
  stored_->AddAccount("account", true);
  stored_->AddAccount("other", false);
  AddWork("account");
  stored_.Store();
  SetKeyEnabled(false);
  stored_.Restart();
  EXPECT_EQ(StateOf("account"), "lost");
  EXPECT_EQ(StateOf("other"), "platform");
  const std::vector<std::string> events = stored_->Events();
  ASSERT_THAT(events, Not(IsEmpty()));
  EXPECT_THAT(events[0], HasSubstr("| accessible | lost | KeyDisabled"));
  EXPECT_THAT(events[0], HasSubstr("(restart)"));
  EXPECT_THAT(events, Contains(HasSubstr("tasks/running | running | active")));
  stored_.ExpectAllStored();
}

TEST_F(AccountRecordsTest, IsLostAtOnceWithoutWaitingForADenialToLast) {
  AccountOptions options;
  options.key_access.detection_delay = absl::Minutes(5);
  StoredWorld stored(options);
  stored->AddAccount("account", true);
  stored.Store();
  stored.surroundings().keys.RemoveVault("vault");
  stored.Restart();
  EXPECT_EQ(stored->Find("account")->GetKeyAccess().state, KeyAccess::kLost);
  EXPECT_THAT(stored->Events(), ElementsAre(HasSubstr("VaultNotFound")));
}

TEST_F(AccountRecordsTest, LosesTheRestStepByStep) {
  AccountOptions options;
  options.key_access.loss_step_delay = absl::Seconds(10);
  StoredWorld stored(options);
  stored->AddAccount("account", true);
  LAZULI_ASSERT_OK(stored->InWorkload("account", [](Workload& work, absl::Time now) {
    LAZULI_EXPECT_OK(work.AddPool(Pool("pool", 3), now));
    LAZULI_EXPECT_OK(work.AddJob(Job("job", "pool"), now));
    return work.AddTasks("job", {Task("a", 75), Task("b", 1000), Task("c", 72)}, now).status();
  }));
  stored->AdvanceBy(absl::Seconds(60));
  stored.surroundings().keys.RemoveVault("vault");
  stored->KeyChanged();
  stored->AdvanceBy(absl::Seconds(15));
  // "a" was requeued, its end came due all the same and is superseded, that of "c" waits.
  const std::vector<std::string> before = stored->Describe("account");
  EXPECT_THAT(before, Contains(StartsWith("loss task jobs/job/tasks/b")));
  stored.ExpectAllStored();
  const std::unique_ptr<BatchWorld> copy = stored.Copy();
  copy->registry().Resume(copy->now());
  EXPECT_EQ(copy->Describe("account"), before);
  const uint64_t last = stored->last_event();
  stored->AdvanceBy(absl::Hours(1));
  copy->AdvanceBy(absl::Hours(1));
  EXPECT_EQ(copy->Events(), stored->Events(last));
  EXPECT_THAT(copy->Events(), Contains(HasSubstr("| running | unusable")));
}

TEST_F(AccountRecordsTest, IdsDoNotComeTwice) {
  stored_->AddAccount("account", false);
  const auto node = [&] {
    std::string id;
    LAZULI_EXPECT_OK(stored_->InWorkload("account", [&](Workload& work, absl::Time now) {
      LAZULI_EXPECT_OK(work.AddPool(Pool("pool", 1), now));
      id = work.ListNodes("pool", PageRequest())->items.at(0).id;
      return work.DeletePool("pool", now);
    }));
    stored_->AdvanceBy(absl::Minutes(5));
    return id;
  };
  const std::string first = node();
  stored_.Restart();
  EXPECT_NE(node(), first);
}

TEST_F(AccountRecordsTest, ForgetsWhatIsGone) {
  stored_->AddAccount("account", true);
  stored_->AddAccount("other", true);
  AddWork("account");
  AddWork("other");
  SetKeyEnabled(false);
  stored_->KeyChanged();
  stored_->AdvanceBy(absl::Minutes(2));
  stored_.ExpectAllStored();
  stored_->registry().DeleteAccount({"sub", "group", "account"}, stored_->now());
  SetKeyEnabled(true);
  stored_->AddAccount("account", false);
  stored_.ExpectAllStored();
  stored_->registry().DeleteAccount({"sub", "group", "account"}, stored_->now());
  stored_->registry().DeleteAccount({"sub", "group", "other"}, stored_->now());
  stored_.Store();
  EXPECT_THAT(stored_.stored().tables(), IsEmpty());
}

TEST_F(AccountRecordsTest, AChangeOfOneTaskWritesAtMostTwoRecords) {
  stored_->AddAccount("account", false);
  AddWork("account");
  stored_.Store();
  const auto writes_of = [&](const std::function<absl::Status(Workload&, absl::Time)>& operation) {
    const size_t before = stored_.stored().writes();
    LAZULI_EXPECT_OK(stored_->InWorkload("account", operation));
    stored_.Store();
    return stored_.stored().writes() - before;
  };
  EXPECT_EQ(writes_of([](Workload& work, absl::Time now) {
              return work.AddTask("job", Task("new", 1), now).status();
            }),
            2u)
      << "the task, and which ordinal comes next";
  EXPECT_EQ(writes_of([](Workload& work, absl::Time now) {
              return work.UpdateTask("job", "new", TaskConstraints(), now);
            }),
            1u);
  EXPECT_EQ(
      writes_of([](Workload& work, absl::Time now) { return work.DeleteTask("job", "new", now); }),
      1u);
  EXPECT_EQ(
      writes_of([](Workload& work, absl::Time) { return work.GetTask("job", "waiting").status(); }),
      0u);
}

TEST_F(AccountRecordsTest, HoldsNothingProtectedInClear) {
  stored_->AddAccount("account", true);
  AddWork("account");
  LAZULI_ASSERT_OK(stored_->InWorkload("account", [](Workload& work, absl::Time now) {
    LAZULI_EXPECT_OK(work.AddJob(Job("other", "pool"), now));
    return work.TerminateJob("other", "reason secret", now);
  }));
  stored_.Store();
  for (const auto& [table, records] : stored_.stored().tables()) {
    for (const auto& [key, value] : records) EXPECT_THAT(value, Not(HasSubstr("secret"))) << table;
  }
}

// --- What rests badly ---

TEST_F(AccountRecordsTest, RefusesSpoiledRecords) {
  AccountOptions options;
  options.key_access.loss_step_delay = absl::Seconds(10);
  StoredWorld stored(options);
  stored->AddAccount("customer", true);
  stored->AddAccount("platform", false);
  for (const char* account : {"customer", "platform"}) {
    LAZULI_ASSERT_OK(stored->InWorkload(account, [](Workload& work, absl::Time now) {
      LAZULI_EXPECT_OK(work.AddPool(Pool("pool", 2), now));
      NewJob job = Job("job", "pool");
      job.max_wall_clock_time = absl::Hours(1);
      LAZULI_EXPECT_OK(work.AddJob(job, now));
      return work.AddTasks("job", {Task("a", 1), Task("b", 65), Task("c", 70)}, now).status();
    }));
  }
  stored->AdvanceBy(absl::Seconds(63));
  stored.surroundings().keys.RemoveVault("vault");
  stored->KeyChanged();
  stored->AdvanceBy(absl::Seconds(15));
  stored.Store();
  ExpectSpoiledRecordsAreRefused(stored.stored(), 1, [&](const RecordReader& records) {
    BatchWorld world(&stored.surroundings(), options, stored->now());
    LAZULI_RETURN_IF_ERROR(world.records().Restore(records));
    world.registry().Resume(world.now());
    world.Describe("platform");
    world.AdvanceBy(absl::Hours(2));
    for (const char* account : {"customer", "platform"}) {
      world
          .InWorkload(account,
                      [](Workload& work, absl::Time now) {
                        work.AddTask("job", Task("another", 1), now).IgnoreError();
                        work.ReactivateTask("job", "a", now).IgnoreError();
                        work.DeleteTask("job", "b", now).IgnoreError();
                        work.DeleteJob("job", now).IgnoreError();
                        return work.DeletePool("pool", now);
                      })
          .IgnoreError();
    }
    world.AdvanceBy(absl::Hours(2));
    return absl::OkStatus();
  });
}

TEST_F(AccountRecordsTest, RefusesKeysOfAnotherSpelling) {
  stored_->AddAccount("account", true);
  AddWork("account");
  SetKeyEnabled(false);
  stored_->KeyChanged();
  stored_->AdvanceBy(absl::Minutes(2));
  stored_.Store();
  for (const auto& [table, records] : stored_.stored().tables()) {
    const std::string key = records.begin()->first;
    // What stands for the same number: a prefix in the place of two zeros, and one more zero.
    const size_t number = key.find('/') + 1;  // npos + 1: the whole key
    std::string prefixed = key;
    prefixed.replace(number, 2, "0x");
    std::string longer = key;
    longer.insert(number, "0");
    for (const std::string& other : {prefixed, longer}) {
      if (table == "batch.pool_name") continue;  // there it is another name
      MemoryRecords spoiled = stored_.stored();
      spoiled.Erase(table, key);
      spoiled.Put(table, other, records.begin()->second);
      BatchWorld world(&stored_.surroundings(), {}, stored_->now());
      const absl::Status status = world.records().Restore(spoiled);
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
      EXPECT_THAT(std::string(status.message()),
                  AllOf(HasSubstr(absl::StrCat("the record ", other, " of ", table)),
                        HasSubstr("its key is none of this table")));
    }
  }
}

// --- Speed ---

TEST_F(AccountRecordsTest, AHundredThousandTasksComeBackWithinASecond) {
  static constexpr int kTasks = 100'000;
  stored_->AddAccount("account", false);
  LAZULI_ASSERT_OK(stored_->InWorkload("account", [](Workload& work, absl::Time now) {
    LAZULI_EXPECT_OK(work.AddJob(Job("job", "pool"), now));
    std::vector<NewTask> tasks;
    for (int i = 0; i < kTasks; ++i) tasks.push_back(Task(absl::StrCat("task-", i), 60));
    return work.AddTasks("job", tasks, now).status();
  }));
  stored_.Store();
  BatchWorld copy(&stored_.surroundings(), {}, stored_->now());
  const std::clock_t begin = std::clock();
  LAZULI_ASSERT_OK(copy.records().Restore(stored_.stored()));
  // Of the processor, so that what else runs on the machine does not matter.
  EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC * (kSanitized ? 5 : 1));
  LAZULI_EXPECT_OK(copy.InWorkload("account", [](Workload& work, absl::Time) {
    EXPECT_EQ(work.CountTasks("job")->tasks.active, kTasks);
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace lazuli::batch

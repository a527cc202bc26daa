// Hundreds of random calls with keys that come and go. What is stored change by change must be all
// that there is; and a process made of it must go on just as the one does that never stopped, event
// for event. A failure names the seed that replays it.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/memory_records.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_registry.h"
#include "batch/account_spec.h"
#include "batch/fake_key_encryption_client.h"
#include "batch/key_access.h"
#include "batch/key_identifier.h"
#include "batch/storage/batch_world.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

constexpr int kRounds = 25;
constexpr int kStepsAlone = 30;
constexpr int kStepsSideBySide = 30;
constexpr int kPools = 3;
constexpr int kJobs = 4;
constexpr int kTasks = 30;  // a job

AccountOptions OptionsOf(uint64_t seed) {
  AccountOptions options;
  options.key_access.random_restoration_window = true;
  if (seed % 2 == 0) options.key_access.loss_step_delay = absl::Seconds(7);
  if (seed % 3 == 0) options.key_access.detection_delay = absl::Seconds(20);
  return options;
}

// One change, made of what lies outside of Batch once, and of each process.
struct Operation {
  std::function<void()> outside;
  std::function<void(BatchWorld&)> inside;
};

class Model {
 public:
  explicit Model(uint64_t seed)
      : random_(seed, "account records model"),
        options_(OptionsOf(seed)),
        world_(std::make_unique<BatchWorld>(&surroundings_, options_,
                                            absl::FromUnixSeconds(1'800'000'000))) {
    world_->records().StartTracking();
    for (const char* account : {"first", "second"}) world_->AddAccount(account, true);
    world_->AddAccount("third", false);
  }

  void Run() {
    for (int round = 0; round < kRounds && !::testing::Test::HasFailure(); ++round) {
      SCOPED_TRACE(absl::StrCat("round ", round));
      for (int i = 0; i < kStepsAlone; ++i) Step(i);
      // A denial that is not acted upon yet is, after a restart, without the data key.
      if (SeesDenial()) continue;
      Restart();
      for (int i = 0; i < kStepsSideBySide && !::testing::Test::HasFailure(); ++i) {
        SCOPED_TRACE(absl::StrCat("side by side, step ", i));
        Step(i);
      }
      // The restarted one goes on, and the other ends.
      if (Below(2) == 0) {
        world_ = std::move(other_);
        stored_ = std::move(stored_by_other_);
      }
      other_.reset();
    }
  }

 private:
  uint64_t Below(uint64_t bound) { return random_.NextBelow(bound); }
  std::string AnyAccount() {
    return std::vector<std::string>{"first", "second", "third"}[Below(3)];
  }
  std::string AnyPool() { return absl::StrCat("p", Below(kPools)); }
  std::string AnyJob() { return absl::StrCat("j", Below(kJobs)); }
  std::string AnyTask() { return absl::StrCat("t", Below(kTasks)); }

  bool SeesDenial() {
    for (const char* account : {"first", "second", "third"}) {
      const KeyAccess state = world_->Find(account)->GetKeyAccess().state;
      if (state == KeyAccess::kAccessible && !enabled_) return true;
    }
    return false;
  }

  void Restart() {
    other_ = std::make_unique<BatchWorld>(&surroundings_, options_, world_->now());
    LAZULI_ASSERT_OK(other_->records().Restore(stored_));
    other_->records().StartTracking();
    other_->registry().Resume(other_->now());
    branch_ = world_->last_event();
    stored_by_other_ = stored_;
    Compare();
  }

  void Step(int number) {
    const Operation operation = Next();
    if (operation.outside) operation.outside();
    operation.inside(*world_);
    Store(*world_, &stored_, number);
    if (other_ == nullptr) return;
    operation.inside(*other_);
    Store(*other_, &stored_by_other_, number);
    Compare();
  }

  static void Store(BatchWorld& world, MemoryRecords* stored, int number) {
    world.records().WriteChanges(stored);
    if (number % 5 == 0) {
      EXPECT_EQ(stored->tables(), MemoryRecords(&world.records()).tables());
    }
  }

  void Compare() {
    EXPECT_EQ(other_->Events(), world_->Events(branch_));
    for (const char* account : {"first", "second", "third"}) {
      EXPECT_EQ(other_->Describe(account), world_->Describe(account));
    }
  }

  Operation Next() {
    switch (Below(16)) {
      case 0:
        return SetKey();
      case 1:
        return ChangeAccount();
      case 2:
      case 3:
      case 4:
        return {nullptr, [by = absl::Seconds(Below(90))](BatchWorld& w) { w.AdvanceBy(by); }};
      case 5:
        return {nullptr, [](BatchWorld& w) { w.AdvanceToNextTimer(); }};
      case 6:
        return {nullptr, [](BatchWorld& w) { w.AdvanceBy(absl::Minutes(3)); }};
      default:
        return ChangeWork();
    }
  }

  Operation SetKey() {
    const auto look = [](BatchWorld& w) { w.KeyChanged(); };
    if (Below(5) == 0) {
      const int version = ++versions_;
      const bool enabled = enabled_;
      return {[this, version, enabled] {
                surroundings_.keys.SetVersion(
                    "vault", "key", version,
                    [enabled](KeyDescription& key) { key.enabled = enabled; });
              },
              look};
    }
    enabled_ = !enabled_;
    return {[this] {
              for (int version = 1; version <= versions_; ++version) {
                surroundings_.keys.SetVersion("vault", "key", version,
                                              [this](KeyDescription& k) { k.enabled = enabled_; });
              }
            },
            look};
  }

  Operation ChangeAccount() {
    const std::string name = AnyAccount();
    AccountChange change;
    switch (Below(3)) {
      case 0:
        change.tags = {{"n", absl::StrCat(Below(100))}};
        break;
      case 1:
        change.encryption.emplace();
        break;
      case 2:
        change.encryption.emplace();
        change.encryption->customer_key =
            KeyIdentifier::Parse("https://vault.vault.azure.net/keys/key").value();
        break;
    }
    return {nullptr, [name, change](BatchWorld& w) {
              w.Find(name)->Update(w.Context(), change).IgnoreError();
            }};
  }

  // Calls may well be refused.
  Operation ChangeWork() {
    return {nullptr, [account = AnyAccount(), change = NextOfWork()](BatchWorld& w) {
              w.InWorkload(account, change).IgnoreError();
            }};
  }

  using WorkOperation = std::function<absl::Status(Workload&, absl::Time)>;

  WorkOperation NextOfWork() {
    switch (Below(20)) {
      case 0:
      case 1:
        return AddPool();
      case 2:
        return ResizePool();
      case 3:
        if (Below(3) != 0) return AddPool();
        return [pool = AnyPool()](Workload& w, absl::Time now) { return w.DeletePool(pool, now); };
      case 4:
      case 5:
        return AddJob();
      case 6:
      case 7:
        return ChangeJob();
      case 8:
        return [job = AnyJob(), task = AnyTask()](Workload& w, absl::Time now) {
          return w.TerminateTask(job, task, now);
        };
      case 9:
        return [job = AnyJob(), task = AnyTask()](Workload& w, absl::Time now) {
          return w.ReactivateTask(job, task, now);
        };
      case 10:
        return [job = AnyJob(), task = AnyTask()](Workload& w, absl::Time now) {
          return w.DeleteTask(job, task, now);
        };
      case 11:
      case 12:
        return ChangeNode();
      case 13:
        return
            [job = AnyJob(), task = AnyTask(), seconds = Below(60)](Workload& w, absl::Time now) {
              TaskConstraints constraints;
              constraints.max_wall_clock_time = absl::Seconds(seconds + 1);
              return w.UpdateTask(job, task, constraints, now);
            };
      case 14:
        return [pool = AnyPool()](Workload& w, absl::Time now) { return w.StopResize(pool, now); };
      case 15:
        return [pool = AnyPool()](Workload& w, absl::Time now) {
          return w.ReplacePoolSpecification(pool, "replaced", now);
        };
      default:
        return AddTasks();
    }
  }

  WorkOperation AddPool() {
    NewPool pool;
    pool.id = AnyPool();
    pool.target_dedicated = static_cast<int32_t>(Below(4));
    pool.target_low_priority = static_cast<int32_t>(Below(2));
    pool.slots_per_node = static_cast<int32_t>(1 + Below(4));
    pool.fill = Below(2) == 0 ? NodeFillType::kSpread : NodeFillType::kPack;
    return [pool](Workload& w, absl::Time now) { return w.AddPool(pool, now); };
  }

  WorkOperation ResizePool() {
    PoolResize resize;
    resize.target_dedicated = static_cast<int32_t>(Below(5));
    if (Below(2) == 0) resize.target_low_priority = static_cast<int32_t>(Below(3));
    resize.deallocation = static_cast<NodeDeallocation>(Below(3));
    resize.resize_timeout = absl::Seconds(30 + Below(300));
    return [pool = AnyPool(), resize](Workload& w, absl::Time now) {
      return w.ResizePool(pool, resize, now);
    };
  }

  // Of one of the pool's nodes, by its place.
  WorkOperation ChangeNode() {
    return [pool = AnyPool(), place = Below(100), what = Below(4),
            how = static_cast<NodeDeallocation>(Below(3))](Workload& w, absl::Time now) {
      const auto nodes = w.ListNodes(pool, PageRequest());
      if (!nodes.ok() || nodes->items.empty()) return absl::NotFoundError("no node");
      const std::string node = nodes->items[place % nodes->items.size()].id;
      switch (what) {
        case 0:
          return w.RemoveNodes(pool, {{node}, how, absl::Seconds(100)}, now);
        case 1:
          return w.DisableScheduling(pool, node, how, now);
        case 2:
          return w.EnableScheduling(pool, node, now);
        default:
          return w.RebootNode(pool, node, how, now);
      }
    };
  }

  NewJob AnyNewJob() {
    NewJob job;
    job.id = AnyJob();
    job.pool_id = AnyPool();
    job.priority = static_cast<int32_t>(Below(3));
    if (Below(3) == 0) job.max_parallel_tasks = static_cast<int32_t>(1 + Below(3));
    if (Below(3) == 0) job.max_wall_clock_time = absl::Seconds(10 + Below(600));
    job.max_task_retry_count = static_cast<int32_t>(Below(3));
    if (Below(4) == 0) job.on_all_tasks_complete = OnAllTasksComplete::kTerminateJob;
    job.specification = absl::StrCat("job ", Below(100));
    return job;
  }

  WorkOperation AddJob() {
    return [job = AnyNewJob()](Workload& w, absl::Time now) { return w.AddJob(job, now); };
  }

  WorkOperation ChangeJob() {
    const std::string job = AnyJob();
    switch (Below(5)) {
      case 0:
        return [job, tasks = static_cast<DisableTasks>(Below(3))](Workload& w, absl::Time now) {
          return w.DisableJob(job, tasks, now);
        };
      case 1:
        return [job](Workload& w, absl::Time now) { return w.TerminateJob(job, "reason", now); };
      case 2:
        return [job](Workload& w, absl::Time now) { return w.DeleteJob(job, now); };
      case 3:
        return [changed = AnyNewJob()](Workload& w, absl::Time now) {
          return w.UpdateJob(changed, now);
        };
      default:
        return [job](Workload& w, absl::Time now) { return w.EnableJob(job, now); };
    }
  }

  WorkOperation AddTasks() {
    std::vector<NewTask> tasks(1 + Below(5));
    for (NewTask& task : tasks) {
      task.id = AnyTask();
      task.required_slots = static_cast<int32_t>(1 + Below(3));
      if (Below(5) == 0) task.max_wall_clock_time = absl::Seconds(1 + Below(60));
      if (Below(4) == 0) task.max_retry_count = static_cast<int32_t>(Below(3));
      // Runs of whole tens of seconds end at the same time now and then.
      task.specification = absl::StrCat(10 * (1 + Below(12)), " ", Below(3) == 0 ? 1 : 0);
    }
    return [job = AnyJob(), tasks](Workload& w, absl::Time now) {
      return w.AddTasks(job, tasks, now).status();
    };
  }

  RandomStream random_;
  const AccountOptions options_;
  BatchSurroundings surroundings_;
  bool enabled_ = true;
  int versions_ = 1;
  std::unique_ptr<BatchWorld> world_;
  MemoryRecords stored_;
  // The restarted one beside it, and the last event of the other before that.
  std::unique_ptr<BatchWorld> other_;
  MemoryRecords stored_by_other_;
  uint64_t branch_ = 0;
};

class AccountRecordsModelTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(AccountRecordsModelTest, GoesOnAfterARestartAsWithoutOne) {
  Model model(GetParam());
  model.Run();
}

INSTANTIATE_TEST_SUITE_P(Seeds, AccountRecordsModelTest,
                         ::testing::Range(uint64_t{1}, uint64_t{7}));

}  // namespace
}  // namespace lazuli::batch

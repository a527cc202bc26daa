#include "batch/storage/account_records.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "base/timer_queue.h"
#include "batch/account.h"
#include "batch/account_state.h"
#include "batch/state_scope.h"
#include "batch/storage/account_record_conversion.h"
#include "batch/storage/workload_record_conversion.h"
#include "batch/transition_queues.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/task.h"
#include "batch/workload/workload_state.h"
#include "batch/workload_handle.h"

namespace lazuli::batch {
namespace {

constexpr char kAccountTable[] = "batch.account";
constexpr char kWaitingTable[] = "batch.waiting";
constexpr char kWorkloadTable[] = "batch.workload";
constexpr char kPoolNameTable[] = "batch.pool_name";
constexpr char kPoolTable[] = "batch.pool";
constexpr char kNodeTable[] = "batch.node";
constexpr char kJobTable[] = "batch.job";
constexpr char kTaskTable[] = "batch.task";

std::string AccountKey(uint64_t number) { return absl::StrCat(absl::Hex(number, absl::kZeroPad8)); }

std::string NumberedKey(uint64_t account, uint64_t number) {
  return absl::StrCat(AccountKey(account), "/", absl::Hex(number, absl::kZeroPad16));
}

class Writer final : public AccountStateVisitor, private WorkloadStateVisitor {
 public:
  explicit Writer(RecordWriter* writer) : writer_(writer) {}

  void OnBegin(uint64_t number) override { account_ = number; }
  void OnAccount(const AccountState& state) override {
    writer_->Put(kAccountTable, AccountKey(account_), ToRecord(state));
  }
  void OnAccountGone() override {
    writer_->Erase(kAccountTable, AccountKey(account_));
    gone_ = account_;
  }
  void OnWaiting(const WaitingTransition& waiting) override {
    writer_->Put(kWaitingTable, NumberedKey(account_, waiting.id.sequence), ToRecord(waiting));
  }
  void OnWaitingGone(TimerId id) override { Erase(kWaitingTable, id.sequence); }
  WorkloadStateVisitor* workload() override { return this; }

 private:
  void OnCounters(const WorkloadCounters& counters) override {
    if (account_ == gone_) {
      writer_->Erase(kWorkloadTable, AccountKey(account_));
    } else {
      writer_->Put(kWorkloadTable, AccountKey(account_), ToRecord(counters));
    }
  }
  void OnPoolName(absl::string_view id, uint64_t incarnations) override {
    const std::string key = absl::StrCat(AccountKey(account_), "/", id);
    if (incarnations == 0) {
      writer_->Erase(kPoolNameTable, key);
    } else {
      writer_->Put(kPoolNameTable, key, PoolNameToRecord(incarnations));
    }
  }
  void OnPool(const Pool& pool) override { Put(kPoolTable, pool); }
  void OnNode(const Node& node) override { Put(kNodeTable, node); }
  void OnJob(const Job& job) override { Put(kJobTable, job); }
  void OnTask(const Task& task) override { Put(kTaskTable, task); }
  void OnPoolGone(uint64_t ordinal) override { Erase(kPoolTable, ordinal); }
  void OnNodeGone(uint64_t ordinal) override { Erase(kNodeTable, ordinal); }
  void OnJobGone(uint64_t ordinal) override { Erase(kJobTable, ordinal); }
  void OnTaskGone(uint64_t ordinal) override { Erase(kTaskTable, ordinal); }

  template <typename Object>
  void Put(absl::string_view table, const Object& object) {
    writer_->Put(table, NumberedKey(account_, object.ordinal), ToRecord(object));
  }
  void Erase(absl::string_view table, uint64_t number) {
    writer_->Erase(table, NumberedKey(account_, number));
  }

  RecordWriter* const writer_;
  uint64_t account_ = 0;
  uint64_t gone_ = 0;  // the latest account that is
};

// One restoration.
class Restoration {
 public:
  Restoration(AccountRegistry* registry, const RecordReader& reader)
      : registry_(registry), reader_(reader) {}

  absl::Status Run() {
    LAZULI_RETURN_IF_ERROR(Read(kAccountTable, &Restoration::ReadAccount));
    LAZULI_RETURN_IF_ERROR(Read(kWaitingTable, &Restoration::ReadWaiting));
    LAZULI_RETURN_IF_ERROR(Read(kWorkloadTable, &Restoration::ReadCounters));
    LAZULI_RETURN_IF_ERROR(Read(kPoolNameTable, &Restoration::ReadPoolName));
    LAZULI_RETURN_IF_ERROR(Read(kPoolTable, &Restoration::ReadPool));
    LAZULI_RETURN_IF_ERROR(Read(kNodeTable, &Restoration::ReadNode));
    LAZULI_RETURN_IF_ERROR(Read(kJobTable, &Restoration::ReadJob));
    LAZULI_RETURN_IF_ERROR(Read(kTaskTable, &Restoration::ReadTask));
    return Finish();
  }

 private:
  // An account that is being put together.
  struct Parts {
    std::shared_ptr<Account> account;
    std::unique_ptr<WorkloadRestorer> work;
  };
  // A key of something in an account.
  struct SplitKey {
    uint64_t account;
    absl::string_view rest;  // after the slash
  };
  using ReadRecord = absl::Status (Restoration::*)(absl::string_view key, absl::string_view value);

  absl::Status Read(absl::string_view table, ReadRecord read) {
    return ReadTable(reader_, table, [&](absl::string_view key, absl::string_view value) {
      return (this->*read)(key, value);
    });
  }

  absl::Status ReadAccount(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(AccountState state, AccountFromRecord(value));
    LAZULI_ASSIGN_OR_RETURN(const uint64_t number, AccountNumberOf(key));
    state.number = number;
    Parts& parts = accounts_[number];
    LAZULI_ASSIGN_OR_RETURN(parts.account, registry_->RestoreAccount(std::move(state)));
    return parts.account->RestoreWork([&](WorkloadHandle& work) {
      parts.work = std::make_unique<WorkloadRestorer>(&work.workload());
      return absl::OkStatus();
    });
  }

  absl::Status ReadWaiting(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(WaitingTransition waiting, WaitingFromRecord(value));
    uint64_t sequence = 0;
    LAZULI_ASSIGN_OR_RETURN(const Parts* parts, FindNumbered(key, &sequence));
    if (waiting.id.sequence != sequence) return KeyError();
    return parts->account->RestoreWaiting(std::move(waiting));
  }

  absl::Status ReadCounters(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(WorkloadCounters counters, CountersFromRecord(value));
    LAZULI_ASSIGN_OR_RETURN(const uint64_t number, AccountNumberOf(key));
    LAZULI_ASSIGN_OR_RETURN(const Parts* parts, Find(number));
    return InWork(*parts,
                  [&](WorkloadRestorer& work) { return work.SetCounters(std::move(counters)); });
  }

  absl::Status ReadPoolName(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(const uint64_t incarnations, PoolNameFromRecord(value));
    LAZULI_ASSIGN_OR_RETURN(const SplitKey split, Split(key));
    LAZULI_ASSIGN_OR_RETURN(const Parts* parts, Find(split.account));
    return InWork(
        *parts, [&](WorkloadRestorer& work) { return work.AddPoolName(split.rest, incarnations); });
  }

  absl::Status ReadPool(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<Pool> pool, PoolFromRecord(value));
    LAZULI_ASSIGN_OR_RETURN(const Parts* parts, FindNumbered(key, &pool->ordinal));
    return InWork(*parts, [&](WorkloadRestorer& work) { return work.AddPool(std::move(pool)); });
  }

  absl::Status ReadNode(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(RestoredNode node, NodeFromRecord(value));
    LAZULI_ASSIGN_OR_RETURN(const Parts* parts, FindNumbered(key, &node.node->ordinal));
    return InWork(*parts, [&](WorkloadRestorer& work) {
      return work.AddNode(node.pool, std::move(node.node), node.tasks);
    });
  }

  absl::Status ReadJob(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<Job> job, JobFromRecord(value));
    LAZULI_ASSIGN_OR_RETURN(const Parts* parts, FindNumbered(key, &job->ordinal));
    return InWork(*parts, [&](WorkloadRestorer& work) { return work.AddJob(std::move(job)); });
  }

  absl::Status ReadTask(absl::string_view key, absl::string_view value) {
    LAZULI_ASSIGN_OR_RETURN(RestoredTask task, TaskFromRecord(value));
    LAZULI_ASSIGN_OR_RETURN(const Parts* parts, FindNumbered(key, &task.task->ordinal));
    return InWork(*parts, [&](WorkloadRestorer& work) {
      return work.AddTask(task.job, std::move(task.task));
    });
  }

  absl::Status Finish() {
    for (const auto& [number, parts] : accounts_) {
      LAZULI_RETURN_IF_ERROR(InWork(parts, [number = number](WorkloadRestorer& work) {
        const std::optional<uint64_t> node = work.Finish();
        if (!node.has_value()) return absl::OkStatus();
        return UnreadableRecordError(kNodeTable, NumberedKey(number, *node),
                                     "one of its tasks is missing");
      }));
      parts.account->FinishRestore();
    }
    return absl::OkStatus();
  }

  static absl::Status KeyError() {
    return absl::DataLossError("its key is none of this table, or not its own");
  }

  // The account of that key, which is as AccountKey makes it.
  static absl::StatusOr<uint64_t> AccountNumberOf(absl::string_view key) {
    uint64_t number = 0;
    if (!absl::SimpleHexAtoi(key, &number) || AccountKey(number) != key) return KeyError();
    return number;
  }

  static absl::StatusOr<SplitKey> Split(absl::string_view key) {
    const size_t slash = key.find('/');
    if (slash == absl::string_view::npos) return KeyError();
    LAZULI_ASSIGN_OR_RETURN(const uint64_t account, AccountNumberOf(key.substr(0, slash)));
    return SplitKey{account, key.substr(slash + 1)};
  }

  absl::StatusOr<const Parts*> Find(uint64_t account) const {
    const auto found = accounts_.find(account);
    if (found == accounts_.end()) return absl::DataLossError("its account is missing");
    return &found->second;
  }

  // The account, and the number after it.
  absl::StatusOr<const Parts*> FindNumbered(absl::string_view key, uint64_t* number) const {
    LAZULI_ASSIGN_OR_RETURN(const SplitKey split, Split(key));
    // One of another spelling would not be found when it is to be erased.
    if (!absl::SimpleHexAtoi(split.rest, number) || NumberedKey(split.account, *number) != key) {
      return KeyError();
    }
    return Find(split.account);
  }

  // Runs `step`, of WorkloadRestorer& to absl::Status, under the lock of the account.
  template <typename Step>
  static absl::Status InWork(const Parts& parts, Step step) {
    return parts.account->RestoreWork([&](WorkloadHandle&) { return step(*parts.work); });
  }

  AccountRegistry* const registry_;
  const RecordReader& reader_;
  std::map<uint64_t, Parts> accounts_;  // by number
};

}  // namespace

void AccountRecords::StartTracking() { registry_->StartTracking(); }

void AccountRecords::WriteChanges(RecordWriter* writer) {
  Writer records(writer);
  registry_->VisitState(StateScope::kChanged, &records);
}

void AccountRecords::WriteAll(RecordWriter* writer) {
  Writer records(writer);
  registry_->VisitState(StateScope::kAll, &records);
}

absl::Status AccountRecords::Restore(const RecordReader& reader) {
  return Restoration(registry_, reader).Run();
}

}  // namespace lazuli::batch

#include "emulator/storage/journal.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>  // NOLINT: tests of group commit
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/change_gate.h"
#include "base/change_set.h"
#include "base/error.h"
#include "base/mutex.h"
#include "base/records.h"
#include "base/status_matchers.h"
#include "emulator/storage/database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;

// Numbers under names.
class Numbers final : public RecordSource {
 public:
  void Set(const std::string& name, int number) {
    MutexLock lock(&mu_);
    numbers_[name] = number;
    changes_.Mark(name);
  }
  int Get(const std::string& name) const {
    MutexLock lock(&mu_);
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? 0 : found->second;
  }

  void StartTracking() override {
    MutexLock lock(&mu_);
    changes_.Start();
  }
  void WriteChanges(RecordWriter* writer) override {
    MutexLock lock(&mu_);
    for (const std::string& name : changes_.Take()) {
      writer->Put("number", name, absl::StrCat(numbers_[name]));
    }
  }
  void WriteAll(RecordWriter* writer) override {
    MutexLock lock(&mu_);
    for (const auto& [name, number] : numbers_) writer->Put("number", name, absl::StrCat(number));
  }
  absl::Status Restore(const RecordReader& reader) override {
    MutexLock lock(&mu_);
    return reader.ForEach("number", [this](absl::string_view key, absl::string_view value)
                                        ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
                                          numbers_[std::string(key)] =
                                              std::stoi(std::string(value));
                                          return absl::OkStatus();
                                        });
  }

 private:
  mutable Mutex mu_;
  std::map<std::string, int> numbers_ ABSL_GUARDED_BY(mu_);
  ChangeSet<std::string> changes_ ABSL_GUARDED_BY(mu_);
};

// One number that no store has yet.
class NewNumber final : public RecordSource {
 public:
  void StartTracking() override { ChangeGate::NoteChange(); }
  void WriteChanges(RecordWriter* writer) override {
    if (!std::exchange(is_stored_, true)) WriteAll(writer);
  }
  void WriteAll(RecordWriter* writer) override { writer->Put("number", "new", "5"); }
  absl::Status Restore(const RecordReader&) override { return absl::OkStatus(); }

 private:
  bool is_stored_ = false;
};

class JournalTest : public ::testing::Test {
 protected:
  JournalTest()
      : path_(absl::StrCat(::testing::TempDir(), "/",
                           ::testing::UnitTest::GetInstance()->current_test_info()->name(), ".",
                           ::getpid(), ".db")) {
    for (const char* suffix : {"", "-wal"}) std::filesystem::remove(path_ + suffix);
    auto database = Database::Open(
        {.path = path_, .on_step = [this](absl::string_view step) { return OnStep(step); }});
    LAZULI_EXPECT_OK(database.status());
    database_ = *std::move(database);
    journal_.emplace(database_.get(), &gate_, std::vector<RecordSource*>{&numbers_});
    journal_->Start();
  }

  absl::Status OnStep(absl::string_view step) {
    MutexLock lock(&mu_);
    while (held_ && step == "begin") {
      is_held_ = true;
      moved_.SignalAll();
      moved_.Wait(&mu_);
    }
    transactions_ += step == "committed";
    if (!full_) return absl::OkStatus();
    ErrorInfo info;
    info.code = "InsufficientStorage";
    info.http_status = 507;
    return MakeError(absl::StatusCode::kUnavailable, "disk full", info);
  }
  void SetFull(bool full) {
    MutexLock lock(&mu_);
    full_ = full;
  }
  // Keeps the next transaction from beginning, until Release.
  void Hold() {
    MutexLock lock(&mu_);
    held_ = true;
    is_held_ = false;
  }
  void WaitUntilHeld() {
    MutexLock lock(&mu_);
    while (!is_held_) moved_.Wait(&mu_);
  }
  void Release() {
    MutexLock lock(&mu_);
    held_ = false;
    moved_.SignalAll();
  }
  int transactions() {
    MutexLock lock(&mu_);
    return transactions_;
  }

  void Change(const std::string& name, int number) {
    ChangeGate::Change change(&gate_);
    numbers_.Set(name, number);
  }
  absl::Status WaitUntilStored() {
    Mutex mu;
    CondVar changed;
    std::optional<absl::Status> stored;
    journal_->WhenStored([&](absl::Status status) {
      MutexLock lock(&mu);
      stored = std::move(status);
      changed.SignalAll();
    });
    MutexLock lock(&mu);
    while (!stored.has_value()) changed.Wait(&mu);
    return *stored;
  }
  // As the file holds it.
  int Stored(const std::string& name) {
    Numbers restored;
    LAZULI_EXPECT_OK(restored.Restore(*database_));
    return restored.Get(name);
  }

  const std::string path_;
  Mutex mu_;
  CondVar moved_;
  bool full_ ABSL_GUARDED_BY(mu_) = false;
  bool held_ ABSL_GUARDED_BY(mu_) = false;
  bool is_held_ ABSL_GUARDED_BY(mu_) = false;
  int transactions_ ABSL_GUARDED_BY(mu_) = 0;
  std::unique_ptr<Database> database_;
  ChangeGate gate_;
  Numbers numbers_;
  std::optional<Journal> journal_;
};

TEST_F(JournalTest, AChangeIsAnsweredWhenItIsInTheFile) {
  Change("a", 1);
  LAZULI_ASSERT_OK(WaitUntilStored());
  EXPECT_EQ(Stored("a"), 1);
}

TEST_F(JournalTest, WithoutAChangeNobodyWaitsAndNothingIsWritten) {
  LAZULI_EXPECT_OK(WaitUntilStored());
  {
    ChangeGate::Change nothing(&gate_);
  }
  LAZULI_EXPECT_OK(WaitUntilStored());
  EXPECT_EQ(transactions(), 0);
}

TEST_F(JournalTest, WhatTheFileLacksAtTheStartIsInItBeforeAnythingChanges) {
  journal_.reset();
  NewNumber number;
  journal_.emplace(database_.get(), &gate_, std::vector<RecordSource*>{&numbers_, &number});
  journal_->Start();
  EXPECT_EQ(Stored("new"), 5);
  EXPECT_EQ(transactions(), 1);
  // As if the process had ended at once.
  journal_->Abandon();
  journal_.reset();
}

TEST_F(JournalTest, ChangesThatNobodyWaitsForAreStoredByThemselves) {
  Change("timer", 7);
  journal_->Stop();
  EXPECT_EQ(Stored("timer"), 7);
}

TEST_F(JournalTest, WhatComesDuringOneTransactionSharesTheNext) {
  Hold();
  std::vector<std::thread> clients;
  clients.emplace_back([this] {
    Change("first", 1);
    LAZULI_EXPECT_OK(WaitUntilStored());
  });
  WaitUntilHeld();
  std::atomic<int> changed{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([this, i, &changed] {
      Change(absl::StrCat("client", i), i + 1);
      ++changed;
      LAZULI_EXPECT_OK(WaitUntilStored());
      EXPECT_EQ(Stored(absl::StrCat("client", i)), i + 1);
    });
  }
  while (changed < 8) std::this_thread::yield();
  Release();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(transactions(), 2);
}

TEST_F(JournalTest, OnAFullDiskChangesAreRefusedBeforeTheyAreMadeAndNothingIsLost) {
  SetFull(true);
  Change("a", 1);
  const absl::Status not_stored = WaitUntilStored();
  EXPECT_EQ(not_stored.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(not_stored.message()), HasSubstr("not stored yet"));
  EXPECT_EQ(GetErrorInfo(not_stored)->code, "InsufficientStorage");
  const absl::Status refused = journal_->Accepts();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("Nothing was changed"));
  EXPECT_EQ(GetErrorInfo(refused)->http_status, 507);
  // A timer does not ask.
  Change("timer", 2);
  EXPECT_EQ(Stored("a"), 0);

  SetFull(false);
  LAZULI_EXPECT_OK(journal_->Accepts());
  LAZULI_EXPECT_OK(WaitUntilStored());
  EXPECT_EQ(Stored("a"), 1);
  EXPECT_EQ(Stored("timer"), 2);
}

TEST_F(JournalTest, TheTryForARefusedChangeDoesNotWaitForThatChangeItself) {
  SetFull(true);
  Change("a", 1);
  EXPECT_FALSE(WaitUntilStored().ok());
  ChangeGate::Change change(&gate_);
  EXPECT_FALSE(journal_->Accepts().ok());
}

TEST_F(JournalTest, WhatIsLeftOnAFullDiskIsWrittenAtTheEnd) {
  SetFull(true);
  Change("a", 1);
  EXPECT_FALSE(WaitUntilStored().ok());
  SetFull(false);
  journal_->Stop();
  EXPECT_EQ(Stored("a"), 1);
}

TEST_F(JournalTest, APauseKeepsEverythingUntilItIsOver) {
  journal_->Pause();
  std::atomic<bool> answered{false};
  std::thread client([&] {
    Change("a", 1);
    LAZULI_EXPECT_OK(WaitUntilStored());
    answered = true;
  });
  while (numbers_.Get("a") == 0) std::this_thread::yield();
  EXPECT_EQ(Stored("a"), 0);
  EXPECT_FALSE(answered);
  journal_->Resume();
  client.join();
  EXPECT_EQ(Stored("a"), 1);
}

TEST_F(JournalTest, WhoeverWaitsForAStateThatWasReplacedIsAnswered) {
  journal_->Pause();
  std::thread client([&] {
    Change("a", 1);
    LAZULI_EXPECT_OK(WaitUntilStored());
  });
  while (numbers_.Get("a") == 0) std::this_thread::yield();
  journal_->Abandon();
  client.join();
  Change("b", 1);
  LAZULI_EXPECT_OK(WaitUntilStored());
  journal_->Stop();
  EXPECT_EQ(Stored("a"), 0);
  EXPECT_EQ(Stored("b"), 0);
}

}  // namespace
}  // namespace lazuli::emulator

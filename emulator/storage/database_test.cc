#include "emulator/storage/database.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/storage/record_batch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sqlite3.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest()
      : path_(absl::StrCat(::testing::TempDir(), "/",
                           ::testing::UnitTest::GetInstance()->current_test_info()->name(), ".",
                           ::getpid(), ".db")) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(path_ + suffix);
    }
  }

  absl::StatusOr<std::unique_ptr<Database>> Open(StorageStepHook on_step = nullptr) {
    return Database::Open({.path = path_, .on_step = std::move(on_step)});
  }

  using Records = std::vector<std::pair<std::string, std::string>>;
  static absl::StatusOr<Records> Read(const RecordReader& reader, absl::string_view table) {
    Records records;
    const absl::Status status =
        reader.ForEach(table, [&](absl::string_view key, absl::string_view value) {
          records.emplace_back(key, value);
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    return records;
  }

  // With another program's hands.
  void Execute(const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

  void WriteFile(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  const std::string path_;
};

TEST_F(DatabaseTest, WhatWasWrittenIsThereAgainInTheOrderOfItsKeys) {
  const std::string binary("\0\xff\x80", 3);
  {
    auto database = Open();
    LAZULI_ASSERT_OK(database.status());
    EXPECT_TRUE(*(*database)->IsEmpty());
    RecordBatch batch;
    batch.Put("a", "2", "two");
    batch.Put("a", binary, "");
    batch.Put("a", "10", "ten");
    batch.Put("b", "2", binary);
    LAZULI_ASSERT_OK((*database)->Write(batch));
    RecordBatch second;
    second.Put("a", "2", "zwei");
    second.Erase("a", "10");
    second.Erase("a", "never there");
    LAZULI_ASSERT_OK((*database)->Write(second));
  }
  auto database = Open();
  LAZULI_ASSERT_OK(database.status());
  EXPECT_FALSE(*(*database)->IsEmpty());
  EXPECT_THAT(*Read(**database, "a"), ElementsAre(Pair(binary, ""), Pair("2", "zwei")));
  EXPECT_THAT(*Read(**database, "b"), ElementsAre(Pair("2", binary)));
  EXPECT_THAT(*Read(**database, "c"), IsEmpty());
}

TEST_F(DatabaseTest, AReplacementLeavesNothingButWhatBelongsToTheDirectory) {
  auto database = Open();
  LAZULI_ASSERT_OK(database.status());
  RecordBatch batch;
  batch.Put("a", "1", "old");
  LAZULI_ASSERT_OK((*database)->Write(batch));
  LAZULI_ASSERT_OK((*database)->WriteProcessValue("key", "kept"));
  RecordBatch replacement;
  replacement.Put("b", "1", "new");
  LAZULI_ASSERT_OK((*database)->ReplaceAll(replacement));
  EXPECT_THAT(*Read(**database, "a"), IsEmpty());
  EXPECT_THAT(*Read(**database, "b"), ElementsAre(Pair("1", "new")));
  EXPECT_EQ(*(*database)->ReadProcessValue("key"), "kept");
  EXPECT_EQ(*(*database)->ReadProcessValue("other"), std::nullopt);
}

TEST_F(DatabaseTest, ItsFilesAreTheOwnersAlone) {
  auto database = Open();
  LAZULI_ASSERT_OK(database.status());
  RecordBatch batch;
  batch.Put("a", "1", "x");
  LAZULI_ASSERT_OK((*database)->Write(batch));
  int files = 0;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info = {};
    if (::stat((path_ + suffix).c_str(), &info) != 0) continue;
    EXPECT_EQ(info.st_mode & 0777u, 0600u) << suffix;
    ++files;
  }
  EXPECT_GE(files, 2);
}

TEST_F(DatabaseTest, AStepThatFailsLeavesTheWholeTransactionUndone) {
  for (const std::string bad : {"begin", "put", "erase", "commit"}) {
    bool failing = false;
    auto database = Open([&](absl::string_view step) {
      return failing && step == bad ? absl::UnavailableError("injected") : absl::OkStatus();
    });
    LAZULI_ASSERT_OK(database.status());
    RecordBatch before;
    before.Put("a", "1", "before");
    LAZULI_ASSERT_OK((*database)->ReplaceAll(before));
    RecordBatch batch;
    batch.Put("a", "0", "new");
    batch.Put("a", "1", "after");
    batch.Erase("b", "1");
    failing = true;
    EXPECT_EQ((*database)->Write(batch).message(), "injected") << bad;
    EXPECT_THAT(*Read(**database, "a"), ElementsAre(Pair("1", "before"))) << bad;
    failing = false;
    LAZULI_ASSERT_OK((*database)->Write(batch));
    EXPECT_THAT(*Read(**database, "a"), ElementsAre(Pair("0", "new"), Pair("1", "after"))) << bad;
  }
}

TEST_F(DatabaseTest, TheLogIsMovedIntoTheDatabaseWhenItIsLong) {
  int checkpoints = 0;
  auto database = Open([&](absl::string_view step) {
    checkpoints += step == "checkpointed";
    return absl::OkStatus();
  });
  LAZULI_ASSERT_OK(database.status());
  (*database)->CheckpointIfDue();
  EXPECT_EQ(checkpoints, 0);
  RecordBatch batch;
  batch.Put("a", "1", std::string(8 << 20, 'x'));
  LAZULI_ASSERT_OK((*database)->Write(batch));
  (*database)->CheckpointIfDue();
  EXPECT_EQ(checkpoints, 1);
  (*database)->CheckpointIfDue();
  EXPECT_EQ(checkpoints, 1);
}

TEST_F(DatabaseTest, AChangedRecordIsNoticedWhenItIsRead) {
  {
    auto database = Open();
    LAZULI_ASSERT_OK(database.status());
    RecordBatch batch;
    batch.Put("a", "1", "honest");
    LAZULI_ASSERT_OK((*database)->Write(batch));
  }
  Execute("UPDATE record SET value = x'00'");
  auto database = Open();
  LAZULI_ASSERT_OK(database.status());
  const absl::Status status = Read(**database, "a").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
}

TEST_F(DatabaseTest, WhatIsNoDatabaseOfOursIsRefusedUntouched) {
  const std::string text(4096, 'x');
  WriteFile(text);
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("--data_dir"));
  std::ifstream file(path_, std::ios::binary);
  std::stringstream left;
  left << file.rdbuf();
  EXPECT_EQ(left.str(), text);

  WriteFile("");
  Execute("CREATE TABLE theirs (x)");
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(DatabaseTest, ANewerOneIsRefused) {
  LAZULI_ASSERT_OK(Open().status());
  Execute("PRAGMA user_version = 99");
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("99"));
}

TEST_F(DatabaseTest, ATruncatedOneIsRefusedWithWhatToDo) {
  {
    auto database = Open();
    LAZULI_ASSERT_OK(database.status());
    RecordBatch batch;
    for (int i = 0; i < 200; ++i) batch.Put("a", absl::StrCat(i), std::string(1000, 'x'));
    LAZULI_ASSERT_OK((*database)->Write(batch));
  }
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("restore"));
}

TEST_F(DatabaseTest, TheWordsOfSync) {
  EXPECT_EQ(*ParseStorageSync("full"), StorageSync::kFull);
  EXPECT_EQ(*ParseStorageSync("normal"), StorageSync::kNormal);
  EXPECT_EQ(GetErrorInfo(ParseStorageSync("off").status())->target, "sync");
}

}  // namespace
}  // namespace lazuli::emulator

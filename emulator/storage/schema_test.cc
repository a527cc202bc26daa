#include "emulator/storage/schema.h"

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/status_matchers.h"
#include "emulator/storage/sqlite_handle.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;

constexpr char kPath[] = "the-path";

class SchemaTest : public ::testing::Test {
 protected:
  SchemaTest() {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
    db_.reset(db);
  }
  absl::Status Execute(const char* sql) { return SqliteExecute(db_.get(), sql, kPath); }
  absl::StatusOr<int64_t> Number(const char* sql) { return SqliteNumber(db_.get(), sql, kPath); }
  absl::Status Migrate(absl::Span<const char* const> steps) {
    const auto version = ReadVersion(db_.get(), static_cast<int64_t>(steps.size()), kPath);
    if (!version.ok()) return version.status();
    return BringUpToDate(db_.get(), *version, steps, kPath);
  }

  SqliteHandle db_;
};

constexpr const char* kSteps[] = {
    "CREATE TABLE first (number INTEGER); INSERT INTO first VALUES (7);",
    "ALTER TABLE first ADD COLUMN doubled INTEGER; UPDATE first SET doubled = number * 2;",
};

TEST_F(SchemaTest, ANewDatabaseGetsEveryStep) {
  LAZULI_ASSERT_OK(Migrate(kSteps));
  EXPECT_EQ(*Number("SELECT doubled FROM first"), 14);
  EXPECT_EQ(*Number("PRAGMA user_version"), 2);
  EXPECT_EQ(*Number("PRAGMA application_id"), kApplicationId);
}

TEST_F(SchemaTest, AnOlderOneGetsWhatItLacksAndKeepsWhatItHolds) {
  LAZULI_ASSERT_OK(Migrate(absl::MakeSpan(kSteps, 1)));
  LAZULI_ASSERT_OK(Execute("UPDATE first SET number = 21"));
  LAZULI_ASSERT_OK(Migrate(kSteps));
  EXPECT_EQ(*Number("SELECT doubled FROM first"), 42);
  // Once more there is nothing to do.
  LAZULI_EXPECT_OK(Migrate(kSteps));
}

TEST_F(SchemaTest, AStepThatFailsLeavesTheOldVersion) {
  LAZULI_ASSERT_OK(Migrate(absl::MakeSpan(kSteps, 1)));
  constexpr const char* kBad[] = {kSteps[0], "DELETE FROM first; no such thing;"};
  EXPECT_FALSE(Migrate(kBad).ok());
  EXPECT_EQ(*Number("SELECT number FROM first"), 7);
  EXPECT_EQ(*Number("PRAGMA user_version"), 1);
}

TEST_F(SchemaTest, ANewerOneIsRefusedWithWhatToDo) {
  LAZULI_ASSERT_OK(Migrate(kSteps));
  const absl::Status status = Migrate(absl::MakeSpan(kSteps, 1));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("newer"));
  EXPECT_EQ(*Number("PRAGMA user_version"), 2);
}

TEST_F(SchemaTest, AForeignOneIsRefusedUntouched) {
  LAZULI_ASSERT_OK(Execute("CREATE TABLE theirs (x)"));
  EXPECT_EQ(Migrate(kSteps).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*Number("PRAGMA application_id"), 0);
  LAZULI_ASSERT_OK(Execute("PRAGMA application_id = 12345; PRAGMA user_version = 1"));
  EXPECT_EQ(Migrate(kSteps).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SchemaTest, OneOfOursWithoutAVersionIsDamaged) {
  LAZULI_ASSERT_OK(Migrate(kSteps));
  LAZULI_ASSERT_OK(Execute("PRAGMA user_version = 0"));
  EXPECT_EQ(Migrate(kSteps).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace lazuli::emulator

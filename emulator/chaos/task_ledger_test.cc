#include "emulator/chaos/task_ledger.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kTask[] = "acc/jobs/j/tasks/t";

class TaskLedgerTest : public testing::Test {
 protected:
  TaskLedgerTest() { ledger_.SetBaseline("acc", {}); }

  std::string Move(const std::string& from, const std::string& to,
                   const std::string& resource = kTask) {
    return ledger_.OnEvent("task", resource, from, to);
  }

  TaskLedger ledger_;
};

TEST_F(TaskLedgerTest, ARequeuedTaskThatEndsOnceIsInOrder) {
  EXPECT_THAT(Move("", "active"), IsEmpty());
  EXPECT_THAT(Move("active", "running"), IsEmpty());
  EXPECT_THAT(Move("running", "active"), IsEmpty());
  EXPECT_THAT(Move("active", "running"), IsEmpty());
  EXPECT_THAT(Move("running", "completed"), IsEmpty());
  EXPECT_THAT(ledger_.Compare("acc", {.completed = 1}), IsEmpty());
}

TEST_F(TaskLedgerTest, ATaskThatEndsTwiceIsDoubled) {
  Move("", "active");
  Move("active", "running");
  Move("running", "completed");
  EXPECT_THAT(Move("running", "completed"), HasSubstr("although it is completed"));
}

TEST_F(TaskLedgerTest, ATaskThatStartsTwiceIsDoubled) {
  Move("", "active");
  Move("active", "running");
  EXPECT_THAT(Move("active", "running"), HasSubstr("although it is running"));
}

TEST_F(TaskLedgerTest, ATaskOutOfNowhereIsFound) {
  EXPECT_THAT(Move("active", "running"), HasSubstr("although it does not exist"));
}

TEST_F(TaskLedgerTest, ALostTaskShowsInTheCount) {
  Move("", "active");
  Move("", "active", "acc/jobs/j/tasks/u");
  EXPECT_THAT(ledger_.Compare("acc", {.active = 1}),
              HasSubstr("counts 1 active, 0 running, 0 completed tasks, its history 2 active"));
}

TEST_F(TaskLedgerTest, TasksGoWithTheirJobAndAccountsWithTheirs) {
  Move("", "active");
  Move("", "active", "acc/jobs/j2/tasks/t");
  EXPECT_THAT(ledger_.OnEvent("job", "acc/jobs/j", "deleting", ""), IsEmpty());
  EXPECT_THAT(ledger_.Compare("acc", {.active = 1}), IsEmpty());
  EXPECT_THAT(ledger_.OnEvent("account", "acc", "accessible", ""), IsEmpty());
  EXPECT_THAT(ledger_.OnEvent("account", "acc", "", "platform"), IsEmpty());
  EXPECT_THAT(ledger_.Compare("acc", {}), IsEmpty());
}

TEST_F(TaskLedgerTest, WithoutABaselineTasksAreFollowedFromTheirFirstMove) {
  EXPECT_THAT(Move("running", "active", "other/jobs/j/tasks/t"), IsEmpty());
  EXPECT_THAT(Move("running", "active", "other/jobs/j/tasks/t"),
              HasSubstr("although it is active"));
  EXPECT_THAT(ledger_.Compare("other", {.active = 12}), IsEmpty());
}

TEST_F(TaskLedgerTest, ABaselineIsCompared) {
  ledger_.SetBaseline("acc", {{kTask, "running"}, {"acc/jobs/j/tasks/u", "completed"}});
  EXPECT_THAT(ledger_.Compare("acc", {.running = 1, .completed = 1}), IsEmpty());
  EXPECT_THAT(Move("running", "completed"), IsEmpty());
  EXPECT_THAT(ledger_.Compare("acc", {.running = 1, .completed = 1}), HasSubstr("2 completed"));
}

}  // namespace
}  // namespace lazuli::emulator

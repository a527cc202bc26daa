#include "batch/workload/ready_tasks.h"

#include <optional>

#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

TEST(ReadyTasksTest, TheEarliestThatFitsComesFirst) {
  ReadyTasks ready;
  ready.Add(4, 1);
  ready.Add(1, 3);
  ready.Add(2, 2);
  EXPECT_EQ(ready.size(), 3u);
  EXPECT_EQ(ready.First(4), 1u);
  EXPECT_EQ(ready.First(3), 2u);
  EXPECT_EQ(ready.First(1), 3u);
  EXPECT_EQ(ready.First(0), std::nullopt);
}

TEST(ReadyTasksTest, ATaskThatComesBackKeepsItsPlace) {
  ReadyTasks ready;
  ready.Add(1, 5);
  ready.Add(1, 6);
  ready.Remove(1, 5);
  EXPECT_EQ(ready.First(1), 6u);
  ready.Add(1, 5);
  EXPECT_EQ(ready.First(1), 5u);
}

TEST(ReadyTasksTest, CountsEachOnce) {
  ReadyTasks ready;
  ready.Add(1, 5);
  ready.Add(1, 5);
  EXPECT_EQ(ready.size(), 1u);
  ready.Remove(2, 5);
  ready.Remove(1, 4);
  EXPECT_EQ(ready.size(), 1u);
  ready.Remove(1, 5);
  ready.Remove(1, 5);
  EXPECT_TRUE(ready.empty());
  EXPECT_EQ(ready.First(256), std::nullopt);
}

}  // namespace
}  // namespace lazuli::batch

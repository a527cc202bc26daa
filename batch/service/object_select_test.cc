#include "batch/service/object_select.h"

#include <string>

#include "base/status_matchers.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "proto/batch_jobs.pb.h"

namespace lazuli::batch {
namespace {

// What is left of a task.
std::string Selected(const char* select) {
  v1::CloudTask task;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "id: 'a' state: TASK_STATE_ACTIVE execution_info { retry_count: 0 requeue_count: 1 }",
      &task));
  const auto parsed = ObjectSelect::Parse(select, *v1::CloudTask::descriptor());
  LAZULI_EXPECT_OK(parsed.status());
  parsed->Apply(&task);
  return task.ShortDebugString();
}

TEST(ObjectSelectTest, KeepsWhatWasAskedFor) {
  EXPECT_EQ(
      Selected(""),
      "id: \"a\" state: TASK_STATE_ACTIVE execution_info { retry_count: 0 requeue_count: 1 }");
  EXPECT_EQ(Selected("id"), "id: \"a\"");
  EXPECT_EQ(Selected("state, id,"), "id: \"a\" state: TASK_STATE_ACTIVE");
  EXPECT_EQ(Selected("executionInfo/retryCount"),
            "execution_info { retry_count: 0 requeue_count: 1 }");
  // Batch has it, the emulator has not.
  EXPECT_EQ(Selected("stats"), "");
}

TEST(ObjectSelectTest, RefusesWhatThereIsNot) {
  for (const char* select : {"ID", "color", "id,color", "/id"}) {
    EXPECT_THAT(ObjectSelect::Parse(select, *v1::CloudTask::descriptor()).status(),
                ErrorCodeIs("InvalidQueryParameterValue"))
        << select;
  }
}

TEST(ObjectSelectTest, OnlyStatisticsExpand) {
  LAZULI_EXPECT_OK(CheckExpand(""));
  LAZULI_EXPECT_OK(CheckExpand("stats"));
  EXPECT_THAT(CheckExpand("tasks"), ErrorCodeIs("InvalidQueryParameterValue"));
}

}  // namespace
}  // namespace lazuli::batch

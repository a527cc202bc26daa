#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "batch/workload/types.h"
#include "batch/workload/workload.h"
#include "batch/workload/workload_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class WorkloadRecordsTest : public WorkloadFixture {
 protected:
  void SetUp() override {
    BootPool("pool-1", 1);
    LAZULI_ASSERT_OK(AddJob("job-1", "pool-1"));
    NewTask task = Task("task-1", 10, 98765);
    LAZULI_ASSERT_OK(Add("job-1", task));
    host_.AdvanceBy(absl::Seconds(10));
    LAZULI_ASSERT_OK(Add("job-1", Task("task-2", 123456, 0)));
    LAZULI_ASSERT_OK(workload_.TerminateJob("job-1", "reason secret", now()));
  }
};

TEST_F(WorkloadRecordsTest, HoldsIdsAndStatesInClear) {
  std::vector<std::string> kinds;
  for (const RestingBytes& record : workload_.DumpRecords()) kinds.push_back(record.kind);
  EXPECT_THAT(kinds, ElementsAre("pool", "node", "job", "job", "task", "task", "task"));
  const std::vector<RestingBytes> records = workload_.DumpRecords();
  EXPECT_THAT(records[0].clear, AllOf(HasSubstr("id=pool-1"), HasSubstr("state=active"),
                                      HasSubstr("targetDedicatedNodes=1")));
  EXPECT_THAT(records[1].clear, AllOf(HasSubstr("id=tvm-"), HasSubstr("state=idle")));
  EXPECT_EQ(records[1].sealed, "");
  EXPECT_THAT(records[2].clear, AllOf(HasSubstr("id=job-1"), HasSubstr("state=completed")));
  EXPECT_THAT(records[4].clear, AllOf(HasSubstr("id=task-1"), HasSubstr("state=completed"),
                                      HasSubstr("requiredSlots=1")));
}

TEST_F(WorkloadRecordsTest, HoldsNothingProtectedInClear) {
  for (const RestingBytes& record : workload_.DumpRecords()) {
    const std::string bytes = absl::StrCat(record.clear, record.sealed);
    EXPECT_THAT(bytes, Not(HasSubstr("secret")));
    EXPECT_THAT(bytes, Not(HasSubstr("123456"))) << "how long a task runs comes from its command";
    EXPECT_THAT(bytes, Not(HasSubstr("98765"))) << "and so does how it ends";
  }
  for (const RecordedEvent& event : host_.events) {
    const std::string text =
        absl::StrCat(event.resource, " ", event.from, " ", event.to, " ", event.cause);
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    EXPECT_THAT(text, Not(HasSubstr("98765")));
  }
}

TEST_F(WorkloadRecordsTest, SealsEachRecordForItself) {
  const FakeProtector protector;
  const std::vector<RestingBytes> records = workload_.DumpRecords();
  ASSERT_EQ(records.size(), 7u);
  const std::string sealed = records[4].sealed;
  EXPECT_FALSE(protector.Unseal("task/job-1/task-2", 4, sealed).ok());
  std::vector<std::string> all;
  for (const RestingBytes& record : records) {
    if (record.sealed.empty()) continue;
    EXPECT_THAT(all, Not(::testing::Contains(record.sealed)));
    all.push_back(record.sealed);
  }
}

TEST_F(WorkloadRecordsTest, CanBeReadWhileTheKeyIsLost) {
  host_.LoseKey(workload_);
  host_.ApplyLoss();
  const std::vector<RestingBytes> records = workload_.DumpRecords();
  EXPECT_THAT(records[1].clear, HasSubstr("state=unusable"));
}

}  // namespace
}  // namespace lazuli::batch

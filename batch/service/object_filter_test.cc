#include "batch/service/object_filter.h"

#include <string>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "proto/batch_jobs.pb.h"

namespace lazuli::batch {
namespace {

v1::CloudTask Task() {
  v1::CloudTask task;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        id: "Task-1"
        state: TASK_STATE_COMPLETED
        creation_time { seconds: 1714521600 }
        command_line: "it's"
        required_slots: 2
        execution_info { exit_code: 3 retry_count: 0 result: "failure" }
      )pb",
      &task));
  return task;
}

struct Case {
  const char* filter;
  bool matches;
};

class ObjectFilterTest : public ::testing::TestWithParam<Case> {};

TEST_P(ObjectFilterTest, Matches) {
  const auto filter = ObjectFilter::Parse(GetParam().filter, *v1::CloudTask::descriptor());
  LAZULI_ASSERT_OK(filter.status());
  EXPECT_EQ(filter->Matches(Task()), GetParam().matches) << GetParam().filter;
}

INSTANTIATE_TEST_SUITE_P(
    Filters, ObjectFilterTest,
    ::testing::Values(
        Case{"state eq 'completed'", true}, Case{"state eq 'Completed'", true},
        Case{"state eq 'active'", false}, Case{"state ne 'active'", true},
        Case{"id eq 'task-1'", true}, Case{"id eq 'TASK-1' ", true}, Case{"id eq 'task-2'", false},
        Case{"startswith(id,'ta')", true}, Case{"startswith(id, 'x')", false},
        Case{"startswith(id,'TASK') eq true", true}, Case{"startswith(id,'TASK') eq false", false},
        Case{"commandLine eq 'it''s'", true}, Case{"id lt 'task-2'", true},
        Case{"id gt 'task-2'", false}, Case{"requiredSlots eq 2", true},
        Case{"requiredSlots gt 2", false}, Case{"requiredSlots ge 2", true},
        Case{"requiredSlots le 1", false}, Case{"executionInfo/exitCode lt 0", false},
        Case{"executionInfo/exitCode gt -1", true}, Case{"executionInfo/result eq 'failure'", true},
        Case{"creationTime eq DateTime'2024-05-01T00:00:00Z'", true},
        Case{"creationTime ge datetime'2024-05-01T00:00:00'", true},
        Case{"creationTime lt 2024-05-01T00:00:00Z", false},
        Case{"creationTime lt 2024-05-01T00:00:00.5Z", true},
        // What is absent is unequal to anything.
        Case{"displayName eq 'x'", false}, Case{"displayName ne 'x'", true},
        Case{"displayName lt 'x'", false}, Case{"nodeInfo/poolId eq 'p'", false},
        Case{"nodeInfo/poolId ne 'p'", true}, Case{"startswith(displayName,'')", false},
        // And binds before or; not before both.
        Case{"state eq 'completed' and id eq 'x'", false},
        Case{"state eq 'completed' or id eq 'x'", true},
        Case{"id eq 'x' and id eq 'y' or state eq 'completed'", true},
        Case{"id eq 'x' and (id eq 'y' or state eq 'completed')", false},
        Case{"not state eq 'completed' or id eq 'task-1'", true},
        Case{"not (state eq 'completed' or id eq 'x')", false},
        Case{"((((state eq 'completed'))))", true}));

TEST(ObjectFilterRefusalTest, SaysWhatIsWrong) {
  struct Refusal {
    std::string filter;
    const char* reason;
  };
  const Refusal refusals[] = {
      {" ", "It is no filter: expected a property or a function at position 1"},
      {"state eq completed", "A text in single quotation marks is expected"},
      {"state eq 'busy'", "There is no value 'busy'"},
      {"state gt 'active'", "The property 'state' has no order"},
      {"State eq 'active'", "There is no property 'State' to filter by"},
      {"color eq 'red'", "There is no property 'color' to filter by"},
      {"executionInfo eq 'x'", "The property 'executionInfo' is no plain value"},
      {"executionInfo/x eq 'x'", "There is no property 'executionInfo/x' to filter by"},
      {"id/x eq 'x'", "There is no property 'id/x' to filter by"},
      {"id/ eq 'x'", "There is no property 'id/' to filter by"},
      {"creationTime/seconds eq 1", "There is no property 'creationTime/seconds' to filter by"},
      {"resourceFiles eq 'x'", "There is no property 'resourceFiles' to filter by"},
      {"requiredSlots eq 'x'", "A whole number is expected"},
      {"requiredSlots eq 1.5", "A whole number is expected"},
      {"creationTime gt 'x'", "An instant is expected, as in DateTime'2024-05-01T00:00:00Z'"},
      {"creationTime gt '2024-05-01T00:00:00Z'",
       "An instant is expected, as in DateTime'2024-05-01T00:00:00Z'"},
      {"startswith(requiredSlots,'x')", "startswith takes a property that is a text"},
      {"startswith(id)", "startswith takes a property and a text"},
      {"startswith('x', id)", "startswith takes a property and a text"},
      {"endswith(id,'x')", "There is no function 'endswith'"},
      {"id in ('x')", "There are no operators 'in' and 'any'"},
      {"resourceFiles/any(f:f eq 'x')", "There are no operators 'in' and 'any'"},
  };
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.filter);
    const absl::Status status =
        ObjectFilter::Parse(refusal.filter, *v1::CloudTask::descriptor()).status();
    EXPECT_THAT(status, ErrorCodeIs("InvalidQueryParameterValue"));
    const ErrorInfo info = ErrorInfoOrDefault(status);
    ASSERT_EQ(info.details.size(), 2u);
    EXPECT_EQ(info.details[0].message, "$filter");
    EXPECT_EQ(info.details[1].message, refusal.reason);
  }
}

}  // namespace
}  // namespace lazuli::batch

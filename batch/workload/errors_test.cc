#include "batch/workload/errors.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using ::testing::ElementsAre;

struct Case {
  const char* code;
  int http_status;
  absl::StatusCode canonical;
  const char* target;
  absl::Status status;
};

TEST(WorkloadErrorsTest, EachCarriesAzuresCodeAndStatus) {
  using absl::StatusCode;
  const Case cases[] = {
      {"PoolNotFound", 404, StatusCode::kNotFound, "pools/p", PoolNotFoundError("p")},
      {"NodeNotFound", 404, StatusCode::kNotFound, "pools/p/nodes/n", NodeNotFoundError("p", "n")},
      {"JobNotFound", 404, StatusCode::kNotFound, "jobs/j", JobNotFoundError("j")},
      {"TaskNotFound", 404, StatusCode::kNotFound, "jobs/j/tasks/t", TaskNotFoundError("j", "t")},
      {"PoolExists", 409, StatusCode::kAlreadyExists, "pools/p", PoolExistsError("p")},
      {"JobExists", 409, StatusCode::kAlreadyExists, "jobs/j", JobExistsError("j")},
      {"TaskExists", 409, StatusCode::kAlreadyExists, "jobs/j/tasks/t", TaskExistsError("j", "t")},
      {"PoolBeingDeleted", 409, StatusCode::kFailedPrecondition, "pools/p",
       PoolBeingDeletedError("p")},
      {"PoolBeingResized", 409, StatusCode::kFailedPrecondition, "pools/p",
       PoolBeingResizedError("p")},
      {"JobBeingDeleted", 409, StatusCode::kFailedPrecondition, "jobs/j",
       JobBeingDeletedError("j")},
      {"JobBeingTerminated", 409, StatusCode::kFailedPrecondition, "jobs/j",
       JobBeingTerminatedError("j")},
      {"JobCompleted", 409, StatusCode::kFailedPrecondition, "jobs/j", JobCompletedError("j")},
      {"TaskCompleted", 409, StatusCode::kFailedPrecondition, "jobs/j/tasks/t",
       TaskCompletedError("j", "t")},
      {"TaskNotCompleted", 409, StatusCode::kFailedPrecondition, "jobs/j/tasks/t",
       TaskNotCompletedError("j", "t")},
      {"TaskSucceeded", 409, StatusCode::kFailedPrecondition, "jobs/j/tasks/t",
       TaskSucceededError("j", "t")},
      {"OperationInvalidForCurrentState", 409, StatusCode::kFailedPrecondition, "jobs/j",
       JobNotDisabledError("j")},
      {"ApplicationNotFound", 404, StatusCode::kNotFound, "applications/a",
       ApplicationNotFoundError("a")},
      {"NodeAlreadyInTargetSchedulingState", 409, StatusCode::kFailedPrecondition,
       "pools/p/nodes/n", NodeSchedulingUnchangedError("p", "n")},
      {"NodeBeingCreated", 409, StatusCode::kFailedPrecondition, "pools/p/nodes/n",
       NodeStateError("p", "n", NodeState::kCreating)},
      {"NodeBeingStarted", 409, StatusCode::kFailedPrecondition, "pools/p/nodes/n",
       NodeStateError("p", "n", NodeState::kStarting)},
      {"NodeBeingRebooted", 409, StatusCode::kFailedPrecondition, "pools/p/nodes/n",
       NodeStateError("p", "n", NodeState::kRebooting)},
      {"NodeStateUnusable", 409, StatusCode::kFailedPrecondition, "pools/p/nodes/n",
       NodeStateError("p", "n", NodeState::kUnusable)},
      {"OperationNotValidOnNode", 409, StatusCode::kFailedPrecondition, "pools/p/nodes/n",
       NodeStateError("p", "n", NodeState::kOffline)},
      {"ConditionNotMet", 412, StatusCode::kFailedPrecondition, "", ConditionNotMetError(false)},
      {"ConditionNotMet", 304, StatusCode::kFailedPrecondition, "", ConditionNotMetError(true)},
      {"InvalidHeaderValue", 400, StatusCode::kInvalidArgument, "If-Modified-Since",
       InvalidHeaderError("If-Modified-Since", "Because")},
      {"MultipleConditionHeadersNotSupported", 400, StatusCode::kInvalidArgument, "",
       SeveralConditionsError()},
      {"PoolQuotaReached", 409, StatusCode::kResourceExhausted, "", PoolQuotaReachedError(7)},
      {"ActiveJobAndScheduleQuotaReached", 409, StatusCode::kResourceExhausted, "",
       ActiveJobQuotaReachedError(7)},
      {"MissingRequiredProperty", 400, StatusCode::kInvalidArgument, "commandLine",
       MissingPropertyError("commandLine")},
      {"InvalidPropertyValue", 400, StatusCode::kInvalidArgument, "id",
       InvalidPropertyError("id", "?", "Because")},
      {"EmptyMetadataKey", 400, StatusCode::kInvalidArgument, "metadata[0].name",
       EmptyMetadataKeyError("metadata[0].name")},
      {"OutOfRangeInput", 400, StatusCode::kInvalidArgument, "requiredSlots",
       OutOfRangePropertyError("requiredSlots", 0, 1, 256)},
      {"OutOfRangePriority", 400, StatusCode::kInvalidArgument, "priority",
       OutOfRangePriorityError(1001, -1000, 1000)},
      {"OutOfRangeQueryParameterValue", 400, StatusCode::kInvalidArgument, "maxresults",
       OutOfRangeQueryParameterError("maxresults", 0, 1, 1000)},
      {"InvalidQueryParameterValue", 400, StatusCode::kInvalidArgument, "$skiptoken",
       InvalidQueryParameterError("$skiptoken", "Because")},
      {"RequestBodyTooLarge", 413, StatusCode::kResourceExhausted, "value",
       CollectionTooLargeError("At most 100 tasks")},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.code);
    EXPECT_EQ(c.status.code(), c.canonical);
    EXPECT_FALSE(c.status.message().empty());
    const std::optional<ErrorInfo> info = GetErrorInfo(c.status);
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->code, c.code);
    EXPECT_EQ(info->http_status, c.http_status);
    EXPECT_EQ(info->target, c.target);
  }
}

TEST(WorkloadErrorsTest, AnInvalidPropertyIsNamedWithItsValueAndTheReason) {
  const std::optional<ErrorInfo> info = GetErrorInfo(
      InvalidPropertyError("constraints.maxTaskRetryCount", "-2", "The value must be at least -1"));
  ASSERT_TRUE(info.has_value());
  EXPECT_THAT(info->details, ElementsAre(ErrorDetail{"PropertyName", "maxTaskRetryCount"},
                                         ErrorDetail{"PropertyValue", "-2"},
                                         ErrorDetail{"Reason", "The value must be at least -1"}));
  EXPECT_EQ(info->target, "constraints.maxTaskRetryCount");
}

TEST(WorkloadErrorsTest, AProtectedValueIsLeftOut) {
  const std::optional<ErrorInfo> info =
      GetErrorInfo(InvalidPropertyError("displayName", "", "Too long"));
  ASSERT_TRUE(info.has_value());
  EXPECT_THAT(info->details, ElementsAre(ErrorDetail{"PropertyName", "displayName"},
                                         ErrorDetail{"Reason", "Too long"}));
}

}  // namespace
}  // namespace lazuli::batch

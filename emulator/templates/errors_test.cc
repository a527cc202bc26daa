#include "emulator/templates/errors.h"

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(TemplateErrorsTest, AnElementsErrorIsTheOperationsWithThePlace) {
  LAZULI_EXPECT_OK(ElementError("vaults", 0, absl::OkStatus()));
  const absl::Status status = ElementError("vaults", 2, PreconditionError("It is taken."));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, "vaults[2]: It is taken."));
  EXPECT_THAT(status, ErrorCodeIs("Conflict"));
}

TEST(TemplateErrorsTest, ARefusedTaskIsNamedInTheWordsOfBatch) {
  v1::TaskAddResult result;
  result.set_task_id("t1");
  result.mutable_error()->set_code("TaskExists");
  result.mutable_error()->mutable_message()->set_value("It exists.");
  EXPECT_THAT(TaskRefusedError(result),
              StatusIs(absl::StatusCode::kFailedPrecondition, "task 't1': It exists."));
  EXPECT_THAT(TaskRefusedError(result), ErrorCodeIs("TaskExists"));
}

TEST(TemplateErrorsTest, ReachingOutOfASandboxIsForbidden) {
  EXPECT_THAT(ConfinedTemplateError("tenant"), ErrorCodeIs("TemplateOutOfSandbox"));
  EXPECT_EQ(GetErrorInfo(ConfinedTemplateError("tenant"))->http_status, 403);
}

}  // namespace
}  // namespace lazuli::emulator

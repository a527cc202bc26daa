#include "emulator/https/batch_auth/unemulated_operations.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using Segments = std::vector<std::string>;

TEST(UnemulatedOperationsTest, NamesWhatIsNotEmulated) {
  struct Case {
    const char* verb;
    Segments segments;
    const char* code;
    int http_status;
    const char* operation;
  };
  const Case cases[] = {
      {"GET", {"jobs", "j", "tasks", "t", "files"}, "NotImplemented", 501, "File_ListFromTask"},
      {"GET",
       {"jobs", "j", "tasks", "t", "files", "wd", "out.txt"},
       "NotImplemented",
       501,
       "File_GetFromTask"},
      {"HEAD",
       {"jobs", "j", "tasks", "t", "files", "stdout.txt"},
       "NotImplemented",
       501,
       "File_GetPropertiesFromTask"},
      {"GET",
       {"jobs", "j", "tasks", "t", "subtasksinfo"},
       "NotImplemented",
       501,
       "Task_ListSubtasks"},
      {"POST", {"Pools", "p", "EnableAutoscale"}, "NotImplemented", 501, "Pool_EnableAutoScale"},
      {"POST",
       {"pools", "p", "evaluateautoscale"},
       "OperationNotValidOnPool",
       409,
       "Pool_EvaluateAutoScale"},
      {"POST", {"jobschedules"}, "NotImplemented", 501, "JobSchedule_Add"},
      {"HEAD", {"jobschedules", "s"}, "JobScheduleNotFound", 404, "JobSchedule_Exists"},
      {"GET", {"jobschedules", "s", "jobs"}, "JobScheduleNotFound", 404, "Job_ListFromJobSchedule"},
      {"GET",
       {"jobs", "j", "jobpreparationandreleasetaskstatus"},
       "JobPreparationTaskNotSpecified",
       409,
       "Job_ListPreparationAndReleaseTaskStatus"},
      {"GET",
       {"certificates(thumbprintAlgorithm=sha1,thumbprint=00)"},
       "CertificateNotFound",
       404,
       "Certificate_Get"},
      {"POST",
       {"certificates(thumbprintAlgorithm=sha1,thumbprint=00)", "canceldelete"},
       "CertificateNotFound",
       404,
       "Certificate_CancelDeletion"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.operation);
    const absl::Status status = UnemulatedBatchOperation(c.verb, c.segments);
    EXPECT_THAT(status, ErrorCodeIs(c.code));
    const ErrorInfo info = ErrorInfoOrDefault(status);
    EXPECT_EQ(info.http_status, c.http_status);
    ASSERT_EQ(info.details.size(), 1u);
    EXPECT_EQ(info.details[0].message, c.operation);
  }
}

TEST(UnemulatedOperationsTest, LeavesEverythingElseAlone) {
  LAZULI_EXPECT_OK(UnemulatedBatchOperation("GET", Segments{}));
  LAZULI_EXPECT_OK(UnemulatedBatchOperation("GET", Segments{"pools"}));
  LAZULI_EXPECT_OK(UnemulatedBatchOperation("PUT", Segments{"jobschedules"}));
  LAZULI_EXPECT_OK(UnemulatedBatchOperation("GET", Segments{"jobs", "j", "tasks", "t"}));
  LAZULI_EXPECT_OK(UnemulatedBatchOperation("GET", Segments{"certificates"}));
  LAZULI_EXPECT_OK(UnemulatedBatchOperation("GET", Segments{"certificates(x"}));
  LAZULI_EXPECT_OK(
      UnemulatedBatchOperation("DELETE", Segments{"jobs", "j", "tasks", "t", "files"}));
}

}  // namespace
}  // namespace lazuli::emulator

#include "emulator/https/batch_auth/unemulated_operations.h"

#include <cstdint>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"

namespace lazuli::emulator {
namespace {

enum class Answer : uint8_t {
  kNotImplemented,
  kNoJobSchedule,
  kNoCertificate,
  kNoJobPreparation,
  kNotOnThisPool,
};

struct Operation {
  const char* verb;
  // "*": any one segment; "certificate": one that names a certificate; "**" at the end: one or
  // more.
  const char* path;
  const char* name;
  Answer answer = Answer::kNotImplemented;
};

constexpr Operation kOperations[] = {
    {"GET", "poolusagemetrics", "Pool_ListUsageMetrics"},
    {"GET", "lifetimepoolstats", "Pool_GetAllLifetimeStatistics"},
    {"GET", "lifetimejobstats", "Job_GetAllLifetimeStatistics"},
    {"POST", "certificates", "Certificate_Add"},
    {"POST", "certificate/canceldelete", "Certificate_CancelDeletion", Answer::kNoCertificate},
    {"DELETE", "certificate", "Certificate_Delete", Answer::kNoCertificate},
    {"GET", "certificate", "Certificate_Get", Answer::kNoCertificate},
    {"GET", "jobs/*/tasks/*/files", "File_ListFromTask"},
    {"GET", "jobs/*/tasks/*/files/**", "File_GetFromTask"},
    {"HEAD", "jobs/*/tasks/*/files/**", "File_GetPropertiesFromTask"},
    {"DELETE", "jobs/*/tasks/*/files/**", "File_DeleteFromTask"},
    {"GET", "pools/*/nodes/*/files", "File_ListFromComputeNode"},
    {"GET", "pools/*/nodes/*/files/**", "File_GetFromComputeNode"},
    {"HEAD", "pools/*/nodes/*/files/**", "File_GetPropertiesFromComputeNode"},
    {"DELETE", "pools/*/nodes/*/files/**", "File_DeleteFromComputeNode"},
    {"POST", "jobschedules", "JobSchedule_Add"},
    {"HEAD", "jobschedules/*", "JobSchedule_Exists", Answer::kNoJobSchedule},
    {"GET", "jobschedules/*", "JobSchedule_Get", Answer::kNoJobSchedule},
    {"PATCH", "jobschedules/*", "JobSchedule_Patch", Answer::kNoJobSchedule},
    {"PUT", "jobschedules/*", "JobSchedule_Update", Answer::kNoJobSchedule},
    {"DELETE", "jobschedules/*", "JobSchedule_Delete", Answer::kNoJobSchedule},
    {"POST", "jobschedules/*/disable", "JobSchedule_Disable", Answer::kNoJobSchedule},
    {"POST", "jobschedules/*/enable", "JobSchedule_Enable", Answer::kNoJobSchedule},
    {"POST", "jobschedules/*/terminate", "JobSchedule_Terminate", Answer::kNoJobSchedule},
    {"GET", "jobschedules/*/jobs", "Job_ListFromJobSchedule", Answer::kNoJobSchedule},
    {"GET", "jobs/*/jobpreparationandreleasetaskstatus", "Job_ListPreparationAndReleaseTaskStatus",
     Answer::kNoJobPreparation},
    {"GET", "jobs/*/tasks/*/subtasksinfo", "Task_ListSubtasks"},
    {"POST", "pools/*/disableautoscale", "Pool_DisableAutoScale", Answer::kNotOnThisPool},
    {"POST", "pools/*/enableautoscale", "Pool_EnableAutoScale"},
    {"POST", "pools/*/evaluateautoscale", "Pool_EvaluateAutoScale", Answer::kNotOnThisPool},
    {"POST", "pools/*/nodes/*/users", "ComputeNode_AddUser"},
    {"PUT", "pools/*/nodes/*/users/*", "ComputeNode_UpdateUser"},
    {"DELETE", "pools/*/nodes/*/users/*", "ComputeNode_DeleteUser"},
    {"POST", "pools/*/nodes/*/reimage", "ComputeNode_Reimage", Answer::kNotOnThisPool},
    {"GET", "pools/*/nodes/*/remoteloginsettings", "ComputeNode_GetRemoteLoginSettings"},
    {"GET", "pools/*/nodes/*/rdp", "ComputeNode_GetRemoteDesktop", Answer::kNotOnThisPool},
    {"POST", "pools/*/nodes/*/uploadbatchservicelogs", "ComputeNode_UploadBatchServiceLogs"},
    {"GET", "pools/*/nodes/*/extensions", "ComputeNodeExtension_List"},
    {"GET", "pools/*/nodes/*/extensions/*", "ComputeNodeExtension_Get"},
};

bool SegmentMatches(absl::string_view pattern, absl::string_view segment) {
  if (pattern == "*") return true;
  if (pattern == "certificate") {
    // certificates(thumbprintAlgorithm=sha1,thumbprint=...)
    return absl::StartsWithIgnoreCase(segment, "certificates(") && absl::EndsWith(segment, ")");
  }
  return absl::EqualsIgnoreCase(pattern, segment);
}

bool PathMatches(absl::string_view path, absl::Span<const std::string> segments) {
  const std::vector<absl::string_view> patterns = absl::StrSplit(path, '/');
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (i >= segments.size()) return false;
    if (patterns[i] == "**") return true;
    if (!SegmentMatches(patterns[i], segments[i])) return false;
  }
  return patterns.size() == segments.size();
}

absl::Status Refuse(absl::StatusCode code, int http_status, const char* error,
                    absl::string_view message, const Operation& operation) {
  ErrorInfo info;
  info.code = error;
  info.http_status = http_status;
  info.details = {{"Operation", operation.name}};
  return MakeError(code, message, info);
}

absl::Status Refuse(const Operation& operation) {
  switch (operation.answer) {
    case Answer::kNotImplemented:
      return Refuse(absl::StatusCode::kUnimplemented, 501, "NotImplemented",
                    absl::StrCat("The operation ", operation.name, " is not emulated."), operation);
    case Answer::kNoJobSchedule:
      return Refuse(absl::StatusCode::kNotFound, 404, "JobScheduleNotFound",
                    "The specified job schedule does not exist.", operation);
    case Answer::kNoCertificate:
      return Refuse(absl::StatusCode::kNotFound, 404, "CertificateNotFound",
                    "The specified certificate does not exist.", operation);
    case Answer::kNoJobPreparation:
      return Refuse(absl::StatusCode::kFailedPrecondition, 409, "JobPreparationTaskNotSpecified",
                    "The specified job does not have a job preparation task.", operation);
    case Answer::kNotOnThisPool:
      return Refuse(absl::StatusCode::kFailedPrecondition, 409, "OperationNotValidOnPool",
                    "The requested operation is not valid on the specified pool.", operation);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status UnemulatedBatchOperation(absl::string_view verb,
                                      absl::Span<const std::string> segments) {
  for (const Operation& operation : kOperations) {
    if (absl::EqualsIgnoreCase(operation.verb, verb) && PathMatches(operation.path, segments)) {
      return Refuse(operation);
    }
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

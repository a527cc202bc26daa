#include "batch/workload/errors.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::batch {
namespace {

constexpr absl::string_view kOutOfRangeInput = "One of the request inputs is out of range.";

std::string JobPath(absl::string_view job_id) { return absl::StrCat("jobs/", job_id); }
std::string TaskPath(absl::string_view job_id, absl::string_view task_id) {
  return absl::StrCat("jobs/", job_id, "/tasks/", task_id);
}
std::string PoolPath(absl::string_view pool_id) { return absl::StrCat("pools/", pool_id); }
std::string NodePath(absl::string_view pool_id, absl::string_view node_id) {
  return absl::StrCat("pools/", pool_id, "/nodes/", node_id);
}

absl::Status BatchError(absl::StatusCode canonical, int http_status, absl::string_view code,
                        std::string target, absl::string_view message,
                        std::vector<ErrorDetail> details = {}) {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  info.target = std::move(target);
  info.details = std::move(details);
  return MakeError(canonical, message, info);
}

absl::Status NotFound(absl::string_view code, std::string target, absl::string_view message) {
  return BatchError(absl::StatusCode::kNotFound, 404, code, std::move(target), message);
}
absl::Status Exists(absl::string_view code, std::string target, absl::string_view message) {
  return BatchError(absl::StatusCode::kAlreadyExists, 409, code, std::move(target), message);
}
absl::Status Conflict(absl::string_view code, std::string target, absl::string_view message) {
  return BatchError(absl::StatusCode::kFailedPrecondition, 409, code, std::move(target), message);
}
absl::Status Quota(absl::string_view code, absl::string_view message, int32_t quota) {
  return BatchError(absl::StatusCode::kResourceExhausted, 409, code, "", message,
                    {{"Quota", absl::StrCat(quota)}});
}

absl::Status Invalid(absl::string_view code, absl::string_view target, absl::string_view message,
                     std::vector<ErrorDetail> details) {
  return BatchError(absl::StatusCode::kInvalidArgument, 400, code, std::string(target), message,
                    std::move(details));
}

std::string LastPart(absl::string_view path) {
  const size_t dot = path.rfind('.');
  return std::string(dot == absl::string_view::npos ? path : path.substr(dot + 1));
}

std::string RangeReason(int64_t min, int64_t max) {
  return absl::StrCat("The value must be between ", min, " and ", max);
}

}  // namespace

absl::Status PoolNotFoundError(absl::string_view pool_id) {
  return NotFound("PoolNotFound", PoolPath(pool_id), "The specified pool does not exist.");
}

absl::Status NodeNotFoundError(absl::string_view pool_id, absl::string_view node_id) {
  return NotFound("NodeNotFound", NodePath(pool_id, node_id), "The specified node does not exist.");
}

absl::Status JobNotFoundError(absl::string_view job_id) {
  return NotFound("JobNotFound", JobPath(job_id), "The specified job does not exist.");
}

absl::Status TaskNotFoundError(absl::string_view job_id, absl::string_view task_id) {
  return NotFound("TaskNotFound", TaskPath(job_id, task_id), "The specified task does not exist.");
}

absl::Status ApplicationNotFoundError(absl::string_view application_id) {
  return NotFound("ApplicationNotFound", absl::StrCat("applications/", application_id),
                  "The specified application does not exist.");
}

absl::Status PoolExistsError(absl::string_view pool_id) {
  return Exists("PoolExists", PoolPath(pool_id), "The specified pool already exists.");
}

absl::Status JobExistsError(absl::string_view job_id) {
  return Exists("JobExists", JobPath(job_id), "The specified job already exists.");
}

absl::Status TaskExistsError(absl::string_view job_id, absl::string_view task_id) {
  return Exists("TaskExists", TaskPath(job_id, task_id), "The specified task already exists.");
}

absl::Status PoolBeingDeletedError(absl::string_view pool_id) {
  return Conflict("PoolBeingDeleted", PoolPath(pool_id), "The specified pool is being deleted.");
}

absl::Status PoolBeingResizedError(absl::string_view pool_id) {
  return Conflict("PoolBeingResized", PoolPath(pool_id), "The specified pool is being resized.");
}

absl::Status JobBeingDeletedError(absl::string_view job_id) {
  return Conflict("JobBeingDeleted", JobPath(job_id), "The specified job is being deleted.");
}

absl::Status JobBeingTerminatedError(absl::string_view job_id) {
  return Conflict("JobBeingTerminated", JobPath(job_id), "The specified job is being terminated.");
}

absl::Status JobCompletedError(absl::string_view job_id) {
  return Conflict("JobCompleted", JobPath(job_id),
                  "The specified job is already in a completed state.");
}

absl::Status TaskCompletedError(absl::string_view job_id, absl::string_view task_id) {
  return Conflict("TaskCompleted", TaskPath(job_id, task_id),
                  "The specified task is already in a completed state.");
}

absl::Status TaskNotCompletedError(absl::string_view job_id, absl::string_view task_id) {
  return Conflict("TaskNotCompleted", TaskPath(job_id, task_id),
                  "The specified task is not in a completed state.");
}

absl::Status TaskSucceededError(absl::string_view job_id, absl::string_view task_id) {
  return Conflict("TaskSucceeded", TaskPath(job_id, task_id),
                  "The specified task has completed successfully.");
}

absl::Status JobNotDisabledError(absl::string_view job_id) {
  return Conflict("OperationInvalidForCurrentState", JobPath(job_id),
                  "The requested operation is not valid for the current state of the resource: the "
                  "job is not disabled.");
}

absl::Status NodeSchedulingUnchangedError(absl::string_view pool_id, absl::string_view node_id) {
  return Conflict("NodeAlreadyInTargetSchedulingState", NodePath(pool_id, node_id),
                  "The specified node is already in the target scheduling state.");
}

absl::Status NodeStateError(absl::string_view pool_id, absl::string_view node_id, NodeState state) {
  const std::string path = NodePath(pool_id, node_id);
  switch (state) {
    case NodeState::kCreating:
      return Conflict("NodeBeingCreated", path, "The specified node is being created.");
    case NodeState::kStarting:
      return Conflict("NodeBeingStarted", path, "The specified node is being started.");
    case NodeState::kRebooting:
      return Conflict("NodeBeingRebooted", path, "The specified node is being rebooted.");
    case NodeState::kUnusable:
      return Conflict("NodeStateUnusable", path, "The specified node is unusable.");
    case NodeState::kIdle:
    case NodeState::kRunning:
    case NodeState::kOffline:
    case NodeState::kLeavingPool:
      break;
  }
  return Conflict(
      "OperationNotValidOnNode", path,
      absl::StrCat("The requested operation is not valid on the specified node, which is ",
                   StateName(state), "."));
}

absl::Status ConditionNotMetError(bool is_read) {
  return BatchError(absl::StatusCode::kFailedPrecondition, is_read ? 304 : 412, "ConditionNotMet",
                    "", "The condition specified using HTTP conditional header(s) is not met.");
}

absl::Status PoolQuotaReachedError(int32_t quota) {
  return Quota("PoolQuotaReached", "The pool quota for the account has been reached.", quota);
}

absl::Status ActiveJobQuotaReachedError(int32_t quota) {
  return Quota("ActiveJobAndScheduleQuotaReached",
               "The active job and job schedule quota for the account has been reached.", quota);
}

absl::Status MissingPropertyError(absl::string_view property) {
  return Invalid("MissingRequiredProperty", property,
                 "A required property was not specified in the request body.",
                 {{"PropertyName", LastPart(property)}, {"PropertyPath", std::string(property)}});
}

absl::Status InvalidPropertyError(absl::string_view property, absl::string_view value,
                                  absl::string_view reason) {
  std::vector<ErrorDetail> details = {{"PropertyName", LastPart(property)}};
  if (!value.empty()) details.push_back({"PropertyValue", std::string(value)});
  details.push_back({"Reason", std::string(reason)});
  return Invalid("InvalidPropertyValue", property,
                 "The value provided for one of the properties in the request body is invalid.",
                 std::move(details));
}

absl::Status EmptyMetadataKeyError(absl::string_view property) {
  return Invalid("EmptyMetadataKey", property,
                 "The key for one of the metadata key-value pairs is empty.",
                 {{"PropertyName", LastPart(property)}});
}

absl::Status OutOfRangePropertyError(absl::string_view property, int64_t value, int64_t min,
                                     int64_t max) {
  return Invalid("OutOfRangeInput", property, kOutOfRangeInput,
                 {{"PropertyName", LastPart(property)},
                  {"PropertyValue", absl::StrCat(value)},
                  {"Reason", RangeReason(min, max)}});
}

absl::Status OutOfRangePriorityError(int64_t value, int64_t min, int64_t max) {
  return Invalid("OutOfRangePriority", "priority", "The priority is out of range.",
                 {{"PropertyName", "priority"},
                  {"PropertyValue", absl::StrCat(value)},
                  {"Reason", RangeReason(min, max)}});
}

absl::Status OutOfRangeQueryParameterError(absl::string_view parameter, int64_t value, int64_t min,
                                           int64_t max) {
  return Invalid("OutOfRangeQueryParameterValue", parameter,
                 "A query parameter specified in the request URI is outside the permissible range.",
                 {{"QueryParameterName", std::string(parameter)},
                  {"QueryParameterValue", absl::StrCat(value)},
                  {"MinimumAllowed", absl::StrCat(min)},
                  {"MaximumAllowed", absl::StrCat(max)}});
}

absl::Status InvalidQueryParameterError(absl::string_view parameter, absl::string_view reason) {
  return Invalid("InvalidQueryParameterValue", parameter,
                 "Value for one of the query parameters specified in the request URI is invalid.",
                 {{"QueryParameterName", std::string(parameter)}, {"Reason", std::string(reason)}});
}

absl::Status InvalidHeaderError(absl::string_view header, absl::string_view reason) {
  return Invalid("InvalidHeaderValue", header,
                 "The value provided for one of the HTTP headers was not in the correct format.",
                 {{"HeaderName", std::string(header)}, {"Reason", std::string(reason)}});
}

absl::Status SeveralConditionsError() {
  return Invalid("MultipleConditionHeadersNotSupported", "",
                 "Multiple condition headers are not supported.", {});
}

absl::Status CollectionTooLargeError(absl::string_view limit) {
  return BatchError(absl::StatusCode::kResourceExhausted, 413, "RequestBodyTooLarge", "value",
                    "The request body is too large and exceeds the maximum permissible limit.",
                    {{"Reason", std::string(limit)}});
}

}  // namespace lazuli::batch

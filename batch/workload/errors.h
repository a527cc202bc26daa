// File: batch/workload/errors.h
//
// The errors of pools, nodes, jobs and tasks, one factory each, with the codes, HTTP statuses and
// sentences of the Batch service's data plane. None carries anything protected. Ids are only in the
// target, as the path that the caller asked for.
#ifndef LAZULI_BATCH_WORKLOAD_ERRORS_H_
#define LAZULI_BATCH_WORKLOAD_ERRORS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "batch/workload/states.h"

namespace lazuli::batch {

// NOT_FOUND, 404.
absl::Status ApplicationNotFoundError(absl::string_view application_id);
absl::Status PoolNotFoundError(absl::string_view pool_id);
absl::Status NodeNotFoundError(absl::string_view pool_id, absl::string_view node_id);
absl::Status JobNotFoundError(absl::string_view job_id);
absl::Status TaskNotFoundError(absl::string_view job_id, absl::string_view task_id);

// ALREADY_EXISTS, 409.
absl::Status PoolExistsError(absl::string_view pool_id);
absl::Status JobExistsError(absl::string_view job_id);
absl::Status TaskExistsError(absl::string_view job_id, absl::string_view task_id);

// FAILED_PRECONDITION, 409.
absl::Status PoolBeingDeletedError(absl::string_view pool_id);
absl::Status PoolBeingResizedError(absl::string_view pool_id);
absl::Status JobBeingDeletedError(absl::string_view job_id);
absl::Status JobBeingTerminatedError(absl::string_view job_id);
absl::Status JobCompletedError(absl::string_view job_id);
absl::Status TaskCompletedError(absl::string_view job_id, absl::string_view task_id);
absl::Status TaskNotCompletedError(absl::string_view job_id, absl::string_view task_id);
absl::Status TaskSucceededError(absl::string_view job_id, absl::string_view task_id);
// OperationInvalidForCurrentState: enabling a job that is active, or moving it to another pool.
absl::Status JobNotDisabledError(absl::string_view job_id);
// NodeAlreadyInTargetSchedulingState.
absl::Status NodeSchedulingUnchangedError(absl::string_view pool_id, absl::string_view node_id);
// What a node in that state cannot do: NodeBeingCreated, NodeBeingStarted, NodeBeingRebooted,
// NodeStateUnusable, OperationNotValidOnNode.
absl::Status NodeStateError(absl::string_view pool_id, absl::string_view node_id, NodeState state);

// FAILED_PRECONDITION, ConditionNotMet: a conditional header is not satisfied. 304 where it was to
// be read only if something is new, else 412.
absl::Status ConditionNotMetError(bool is_read);

// RESOURCE_EXHAUSTED, 409.
absl::Status PoolQuotaReachedError(int32_t quota);
absl::Status ActiveJobQuotaReachedError(int32_t quota);

// INVALID_ARGUMENT, 400. `property` is the path in the body as JSON spells it, as in
// "constraints.maxTaskRetryCount", and becomes the target; its last part is the PropertyName among
// the details.

// MissingRequiredProperty.
absl::Status MissingPropertyError(absl::string_view property);
// InvalidPropertyValue. For values that rest protected give no `value`.
absl::Status InvalidPropertyError(absl::string_view property, absl::string_view value,
                                  absl::string_view reason);
// EmptyMetadataKey.
absl::Status EmptyMetadataKeyError(absl::string_view property);
// OutOfRangeInput: a number outside of [min, max].
absl::Status OutOfRangePropertyError(absl::string_view property, int64_t value, int64_t min,
                                     int64_t max);
// OutOfRangePriority: a job's priority.
absl::Status OutOfRangePriorityError(int64_t value, int64_t min, int64_t max);
// OutOfRangeQueryParameterValue and InvalidQueryParameterValue.
absl::Status OutOfRangeQueryParameterError(absl::string_view parameter, int64_t value, int64_t min,
                                           int64_t max);
absl::Status InvalidQueryParameterError(absl::string_view parameter, absl::string_view reason);
// InvalidHeaderValue and MultipleConditionHeadersNotSupported.
absl::Status InvalidHeaderError(absl::string_view header, absl::string_view reason);
absl::Status SeveralConditionsError();

// RequestBodyTooLarge, RESOURCE_EXHAUSTED, 413: a collection with too many tasks, or too long.
absl::Status CollectionTooLargeError(absl::string_view limit);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_ERRORS_H_

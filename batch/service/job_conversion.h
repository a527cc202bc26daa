// File: batch/service/job_conversion.h
//
// Between the messages of batch_jobs.proto and the model of jobs.
#ifndef LAZULI_BATCH_SERVICE_JOB_CONVERSION_H_
#define LAZULI_BATCH_SERVICE_JOB_CONVERSION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "batch/workload/types.h"
#include "proto/batch_jobs.pb.h"

namespace lazuli::batch {

// MissingRequiredProperty, InvalidPropertyValue, OutOfRangeInput, OutOfRangePriority,
// EmptyMetadataKey; UNIMPLEMENTED for a value that is not emulated.
absl::StatusOr<NewJob> ReadJob(const v1::JobAddParameter& job);
// `view` with the change applied: what the change lacks stays, or becomes its default.
absl::StatusOr<NewJob> PatchJob(const JobView& view, const v1::JobPatchParameter& change);
absl::StatusOr<NewJob> UpdateJob(const JobView& view, const v1::JobUpdateParameter& change);
absl::StatusOr<DisableTasks> ReadDisableTasks(v1::DisableJobOption option);

// With Batch's defaults for what was not given. DATA_LOSS if the specification cannot be read.
absl::Status WriteJob(const JobView& view, absl::string_view account_url, v1::CloudJob* job);
void WriteTaskCounts(const JobTaskCounts& counts, v1::TaskCountsResult* result);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_JOB_CONVERSION_H_

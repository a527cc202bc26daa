// File: batch/service/task_conversion.h
//
// Between the messages of batch_jobs.proto and the model of tasks.
#ifndef LAZULI_BATCH_SERVICE_TASK_CONVERSION_H_
#define LAZULI_BATCH_SERVICE_TASK_CONVERSION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "batch/workload/types.h"
#include "proto/batch_jobs.pb.h"

namespace lazuli::batch {

// MissingRequiredProperty, InvalidPropertyValue, OutOfRangeInput.
absl::StatusOr<NewTask> ReadTask(const v1::TaskAddParameter& task);
absl::StatusOr<TaskConstraints> ReadConstraints(const v1::TaskConstraints& constraints);

// With Batch's defaults for what was not given. DATA_LOSS if the specification cannot be read.
absl::Status WriteTask(const TaskView& view, absl::string_view account_url, v1::CloudTask* task);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_TASK_CONVERSION_H_

// File: batch/workload/job_open.h
//
// Whether a job still takes orders.
#ifndef LAZULI_BATCH_WORKLOAD_JOB_OPEN_H_
#define LAZULI_BATCH_WORKLOAD_JOB_OPEN_H_

#include "absl/status/status.h"
#include "batch/workload/job.h"

namespace lazuli::batch {

// OK unless the job is over or about to be: JobBeingTerminated, JobCompleted, JobBeingDeleted.
absl::Status CheckOpen(const Job& job);
// The same, cheaper.
bool IsOpen(const Job& job);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_JOB_OPEN_H_

// File: batch/account_workload.h
//
// The work of real accounts.
#ifndef LAZULI_BATCH_ACCOUNT_WORKLOAD_H_
#define LAZULI_BATCH_ACCOUNT_WORKLOAD_H_

#include "batch/workload/workload.h"
#include "batch/workload_handle.h"

namespace lazuli::batch {

// Makes Workloads with `options`, but for what belongs to one account: its id and its URL.
WorkloadFactory MakeWorkloadFactory(const WorkloadOptions& options);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_WORKLOAD_H_

// File: batch/service/simulated_task_runner.h
//
// Tasks that run in virtual time only.
#ifndef LAZULI_BATCH_SERVICE_SIMULATED_TASK_RUNNER_H_
#define LAZULI_BATCH_SERVICE_SIMULATED_TASK_RUNNER_H_

#include "absl/strings/string_view.h"
#include "batch/workload/task_runner.h"

namespace lazuli::batch {

// How long a run lasts and how it ends, each by the first that says so:
//
//   1. the command line, as batch/workload/command_line.h reads it;
//   2. the environment settings LAZULI_RUN_SECONDS and LAZULI_EXIT_CODE of the task, then those
//   common to its job; a
//      value that is no such number says nothing;
//   3. 60 seconds, or none after a plain `exit N`; exit code 0.
//
// Thread safe.
class SimulatedTaskRunner final : public TaskRunner {
 public:
  // A serialized v1::TaskAddParameter and v1::JobAddParameter.
  RunPlan Plan(absl::string_view task_specification,
               absl::string_view job_specification) const override;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_SIMULATED_TASK_RUNNER_H_

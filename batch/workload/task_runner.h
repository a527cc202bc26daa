// File: batch/workload/task_runner.h
//
// What running a task amounts to. The specification is opaque here; a runner knows how to read it.
#ifndef LAZULI_BATCH_WORKLOAD_TASK_RUNNER_H_
#define LAZULI_BATCH_WORKLOAD_TASK_RUNNER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli::batch {

// How one run goes if nothing ends it before.
struct RunPlan {
  absl::Duration duration;  // virtual, >= 0
  int32_t exit_code = 0;
};

// Thread safe.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;

  // Asked once a run, when it starts; the answer is kept only as long as the run lasts. Both are
  // the blobs that the task and its job were added with.
  virtual RunPlan Plan(absl::string_view task_specification,
                       absl::string_view job_specification) const = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_TASK_RUNNER_H_

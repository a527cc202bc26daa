#include "batch/workload/job_open.h"

#include "batch/workload/errors.h"

namespace lazuli::batch {

absl::Status CheckOpen(const Job& job) {
  switch (job.state) {
    case JobState::kActive:
    case JobState::kDisabling:
    case JobState::kDisabled:
    case JobState::kEnabling:
      return absl::OkStatus();
    case JobState::kTerminating:
      return JobBeingTerminatedError(job.id);
    case JobState::kCompleted:
      return JobCompletedError(job.id);
    case JobState::kDeleting:
      return JobBeingDeletedError(job.id);
  }
  return absl::OkStatus();
}

bool IsOpen(const Job& job) {
  return job.state != JobState::kTerminating && job.state != JobState::kCompleted &&
         job.state != JobState::kDeleting;
}

}  // namespace lazuli::batch

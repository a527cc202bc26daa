// File: batch/workload/resource_names.h
//
// How objects of an account are called: in events and deferred work ("jobs/j/tasks/t"), and as the
// identity that a record is sealed for ("task/j/t").
#ifndef LAZULI_BATCH_WORKLOAD_RESOURCE_NAMES_H_
#define LAZULI_BATCH_WORKLOAD_RESOURCE_NAMES_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/task.h"

namespace lazuli::batch {

inline std::string ResourceName(const Pool& pool) { return absl::StrCat("pools/", pool.id); }
inline std::string ResourceName(const Node& node) {
  return absl::StrCat("pools/", node.pool->id, "/nodes/", node.id);
}
inline std::string ResourceName(const Job& job) { return absl::StrCat("jobs/", job.id); }
inline std::string ResourceName(const Task& task) {
  return absl::StrCat("jobs/", task.job->id, "/tasks/", task.id);
}

inline std::string RecordIdentity(const Pool& pool) { return absl::StrCat("pool/", pool.id); }
inline std::string RecordIdentity(const Job& job) { return absl::StrCat("job/", job.id); }
inline std::string RecordIdentity(const Task& task) {
  return absl::StrCat("task/", task.job->id, "/", task.id);
}
// A user's reason for terminating the job.
inline std::string ReasonIdentity(const Job& job) {
  return absl::StrCat("job/", job.id, "/terminateReason");
}
// The exit code of a run.
inline std::string ExitCodeIdentity(const Task& task) {
  return absl::StrCat(RecordIdentity(task), "/exitCode/", task.run->number);
}

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_RESOURCE_NAMES_H_

// File: batch/workload/workload_state.h
//
// What is to be stored of a workload, and how it comes back. An object is stored with its own
// fields and with what it refers to, by ordinal; counts, indexes and queues follow from these.
// Timers are stored as their ids: what one is for follows from its object.
#ifndef LAZULI_BATCH_WORKLOAD_WORKLOAD_STATE_H_
#define LAZULI_BATCH_WORKLOAD_WORKLOAD_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "batch/workload/job.h"
#include "batch/workload/node.h"
#include "batch/workload/pool.h"
#include "batch/workload/task.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {

// What belongs to no single object.
struct WorkloadCounters {
  uint64_t next_ordinal = 1;
  // Since the key was lost and until it is restored.
  bool access_lost = false;
  std::string loss_reason;
};

// Shown what is to be stored. Pools and jobs come before what is in them; within a kind the order
// is that of ordinals, for tasks within their jobs.
class WorkloadStateVisitor {
 public:
  virtual ~WorkloadStateVisitor() = default;

  virtual void OnCounters(const WorkloadCounters& counters) = 0;
  // How many pools of that id (in lower case) there have been; 0: forget it.
  virtual void OnPoolName(absl::string_view key, uint64_t incarnations) = 0;
  virtual void OnPool(const Pool& pool) = 0;
  virtual void OnNode(const Node& node) = 0;
  virtual void OnJob(const Job& job) = 0;
  virtual void OnTask(const Task& task) = 0;
  virtual void OnPoolGone(uint64_t ordinal) = 0;
  virtual void OnNodeGone(uint64_t ordinal) = 0;
  virtual void OnJobGone(uint64_t ordinal) = 0;
  virtual void OnTaskGone(uint64_t ordinal) = 0;
};

// Puts a new Workload together from what was shown: counters and names first, then pools, nodes,
// jobs and tasks, those of a kind in any order; Finish at the end. An object is given with the
// fields that describe it set, and those that tie it to others unset. INVALID_ARGUMENT says what
// does not fit; the workload is then good for nothing. No event is told. Timers go to the host's
// Reschedule. Under the account's lock, like the Workload.
class WorkloadRestorer {
 public:
  // (job, task), by ordinal.
  using TaskKey = std::pair<uint64_t, uint64_t>;

  explicit WorkloadRestorer(Workload* workload) : workload_(*workload) {}

  absl::Status SetCounters(WorkloadCounters counters);
  absl::Status AddPoolName(absl::string_view key, uint64_t incarnations);
  absl::Status AddPool(std::unique_ptr<Pool> pool);
  // `tasks`: those that it runs, in the order in which they started.
  absl::Status AddNode(uint64_t pool_ordinal, std::unique_ptr<Node> node,
                       const std::vector<TaskKey>& tasks);
  absl::Status AddJob(std::unique_ptr<Job> job);
  // A completed or running task has a run.
  absl::Status AddTask(uint64_t job_ordinal, std::unique_ptr<Task> task);
  // The ordinal of a node that is said to run tasks which did not come; nullopt: all is well.
  std::optional<uint64_t> Finish() const;

 private:
  // Where a running task has its place.
  struct Place {
    Node* node;
    size_t index;  // in node->tasks
  };

  absl::Status CheckOrdinal(uint64_t ordinal) const;
  // Nothing for an id that is not valid.
  absl::Status Reschedule(TimerId id, DeferredWork work);
  absl::Status PlaceOnNode(Task& task);

  Workload& workload_;
  std::map<TaskKey, Place> places_;  // of the tasks that have not come yet
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_WORKLOAD_STATE_H_

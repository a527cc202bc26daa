// File: batch/workload_host.h
//
// The two sides between an account and the work in it. A Workload (pools, nodes, jobs, tasks,
// scheduler) is a plain state machine without locks or sockets; the Account owns it, guards it with
// its own lock, keeps its data key, and stands between it and time.
#ifndef LAZULI_BATCH_WORKLOAD_HOST_H_
#define LAZULI_BATCH_WORKLOAD_HOST_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/record_protector.h"

namespace lazuli::batch {

// Work for later, on one object.
struct DeferredWork {
  const char* kind;        // "pool", "node", "job", "task"
  std::string resource;    // the object's id within the account, e.g. "pools/p1/nodes/tvm-1"
  const char* transition;  // what will happen, e.g. "boot finished"
  // Applies at `now`, or finds that the object has changed meanwhile (by its generation) and
  // returns false.
  std::function<bool(absl::Time now)> apply;
};

// One change that losing the key brings about.
struct LossStep {
  const char* kind;  // "node" or "task"
  std::string resource;
  const char* transition;  // "unusable" or "active"
  // Returns false if the object is gone or changed meanwhile.
  std::function<bool(absl::Time now)> apply;
};

// What a Workload asks of its account. Every method is called under the account's lock, from within
// the Workload's own methods.
class WorkloadHost {
 public:
  virtual ~WorkloadHost() = default;

  // Seals and unseals; valid only while the account has access to its data key. A Workload needs it
  // only in calls that the account lets through and in work that it applies, never in a loss.
  virtual const RecordProtector& protector() const = 0;

  // Applies `work` under the account's lock when `due` comes. If access to the key is lost by then,
  // it joins the restore queue instead and is applied, in the order of due times, when access is
  // restored.
  virtual TimerId Schedule(absl::Time due, DeferredWork work) = 0;
  // Takes back, after a restart, the work that Schedule gave that id: it goes on waiting for its
  // time, or for restoration. False, and nothing done, if other work has the id.
  virtual bool Reschedule(TimerId id, DeferredWork work) = 0;
  virtual void Cancel(TimerId id) = 0;

  // Tells the event log. `resource` as in DeferredWork; the host adds the account and the time.
  virtual void RecordEvent(absl::string_view kind, absl::string_view resource,
                           absl::string_view from, absl::string_view to,
                           absl::string_view cause) = 0;
};

// One record as it rests. `sealed` is empty for records without protected data.
struct RestingBytes {
  const char* kind;    // "pool", "node", "job", "task"
  std::string clear;   // the serialized clear fields
  std::string sealed;  // the sealed blob
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_HOST_H_

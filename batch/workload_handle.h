// File: batch/workload_handle.h
//
// What an account asks of the work in it.
#ifndef LAZULI_BATCH_WORKLOAD_HANDLE_H_
#define LAZULI_BATCH_WORKLOAD_HANDLE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "batch/state_scope.h"
#include "batch/workload_host.h"

namespace lazuli::batch {

class Workload;
class WorkloadStateVisitor;

// Holds a Workload, or what a test puts in its place. Called under the account's lock. The methods
// are those of Workload.
class WorkloadHandle {
 public:
  virtual ~WorkloadHandle() = default;

  virtual std::vector<LossStep> PlanLoss(absl::string_view reason) = 0;
  virtual void OnAccessRestored(absl::Time now) = 0;
  virtual std::vector<RestingBytes> DumpRecords() const = 0;
  virtual void Clear() = 0;
  virtual void StartTracking() = 0;
  virtual void VisitState(StateScope scope, WorkloadStateVisitor* visitor) = 0;
  // What is left of a loss, after a restart. Nothing where no key is lost.
  virtual std::vector<LossStep> PlanRestOfLoss() = 0;

  // The Workload itself, for the services of pools, jobs and tasks.
  virtual Workload& workload() = 0;
};

// Makes the workload of a new account. `host` outlives it. `account_id` is the ARM id, `endpoint`
// "NAME.REGION.batch.azure.com".
using WorkloadFactory = std::function<std::unique_ptr<WorkloadHandle>(
    WorkloadHost* host, const std::string& account_id, const std::string& endpoint)>;

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_HANDLE_H_

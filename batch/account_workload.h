// File: batch/account_workload.h
//
// What an account asks of the work in it.
#ifndef LAZULI_BATCH_ACCOUNT_WORKLOAD_H_
#define LAZULI_BATCH_ACCOUNT_WORKLOAD_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "batch/workload/workload.h"
#include "batch/workload_host.h"

namespace lazuli::batch {

// A Workload, or what a test puts in its place. Called under the account's lock. The methods are
// those of Workload.
class AccountWorkload {
 public:
  virtual ~AccountWorkload() = default;

  virtual std::vector<LossStep> PlanLoss(absl::string_view reason) = 0;
  virtual void OnAccessRestored(absl::Time now) = 0;
  virtual std::vector<RestingBytes> DumpRecords() const = 0;
  virtual void Clear() = 0;

  // The Workload itself, for the services of pools, jobs and tasks.
  virtual Workload& workload() = 0;
};

// Makes the workload of a new account. `host` outlives it. `endpoint` as in AccountView.
using AccountWorkloadFactory = std::function<std::unique_ptr<AccountWorkload>(
    WorkloadHost* host, const std::string& account_id, const std::string& endpoint)>;

// Real ones, with `options` but for what belongs to one account.
AccountWorkloadFactory MakeWorkloadFactory(const WorkloadOptions& options);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_WORKLOAD_H_

#include "batch/account_workload.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace lazuli::batch {
namespace {

class RealWorkload final : public WorkloadHandle {
 public:
  RealWorkload(WorkloadHost* host, WorkloadOptions options) : workload_(host, std::move(options)) {}

  std::vector<LossStep> PlanLoss(absl::string_view reason) override {
    return workload_.PlanLoss(reason);
  }
  void OnAccessRestored(absl::Time now) override { workload_.OnAccessRestored(now); }
  std::vector<RestingBytes> DumpRecords() const override { return workload_.DumpRecords(); }
  void Clear() override { workload_.Clear(); }
  void StartTracking() override { workload_.StartTracking(); }
  void VisitState(StateScope scope, WorkloadStateVisitor* visitor) override {
    workload_.VisitState(scope, visitor);
  }
  std::vector<LossStep> PlanRestOfLoss() override { return workload_.PlanRestOfLoss(); }
  Workload& workload() override { return workload_; }

 private:
  Workload workload_;
};

}  // namespace

WorkloadFactory MakeWorkloadFactory(const WorkloadOptions& options) {
  return [options](WorkloadHost* host, const std::string& account_id, const std::string& endpoint) {
    WorkloadOptions own = options;
    own.account_id = account_id;
    own.account_url = absl::StrCat("https://", endpoint);
    return std::make_unique<RealWorkload>(host, std::move(own));
  };
}

}  // namespace lazuli::batch

// File: emulator/faults/faults_service.h
//
// Fault rules over control: lazuli.v1.Faults.
#ifndef LAZULI_EMULATOR_FAULTS_FAULTS_SERVICE_H_
#define LAZULI_EMULATOR_FAULTS_FAULTS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/faults/fault_rules.h"
#include "proto/common.pb.h"
#include "proto/faults.pb.h"

namespace lazuli::emulator {

// Thread safe.
class FaultsService {
 public:
  // `rules` outlives the service.
  explicit FaultsService(FaultRules* rules) : rules_(rules) {}

  absl::Status CreateFaultRule(const CallContext& ctx, const v1::FaultRule& request,
                               v1::FaultRule* response);
  absl::Status ListFaultRules(const CallContext& ctx, const v1::Empty& request,
                              v1::ListFaultRulesResponse* response);
  absl::Status GetFaultRule(const CallContext& ctx, const v1::FaultRuleRequest& request,
                            v1::FaultRule* response);
  absl::Status DeleteFaultRule(const CallContext& ctx, const v1::FaultRuleRequest& request,
                               v1::FaultRule* response);
  absl::Status DeleteAllFaultRules(const CallContext& ctx, const v1::Empty& request,
                                   v1::ListFaultRulesResponse* response);

 private:
  FaultRules* const rules_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_FAULTS_FAULTS_SERVICE_H_

#include "emulator/faults/faults_service.h"

#include <utility>

#include "base/status_macros.h"
#include "emulator/faults/fault_conversion.h"

namespace lazuli::emulator {

absl::Status FaultsService::CreateFaultRule(const CallContext& ctx, const v1::FaultRule& request,
                                            v1::FaultRule* response) {
  LAZULI_ASSIGN_OR_RETURN(FaultRuleSpec spec, FaultRuleFromProto(request, ctx.now));
  LAZULI_ASSIGN_OR_RETURN(const FaultRuleView rule, rules_->Add(std::move(spec), ctx.now));
  *response = ToProto(rule);
  return absl::OkStatus();
}

absl::Status FaultsService::ListFaultRules(const CallContext& ctx, const v1::Empty&,
                                           v1::ListFaultRulesResponse* response) {
  for (const FaultRuleView& rule : rules_->List(ctx.now)) *response->add_value() = ToProto(rule);
  return absl::OkStatus();
}

absl::Status FaultsService::GetFaultRule(const CallContext& ctx,
                                         const v1::FaultRuleRequest& request,
                                         v1::FaultRule* response) {
  LAZULI_ASSIGN_OR_RETURN(const FaultRuleView rule, rules_->Get(request.id(), ctx.now));
  *response = ToProto(rule);
  return absl::OkStatus();
}

absl::Status FaultsService::DeleteFaultRule(const CallContext& ctx,
                                            const v1::FaultRuleRequest& request,
                                            v1::FaultRule* response) {
  LAZULI_ASSIGN_OR_RETURN(const FaultRuleView rule, rules_->Remove(request.id(), ctx.now));
  *response = ToProto(rule);
  return absl::OkStatus();
}

absl::Status FaultsService::DeleteAllFaultRules(const CallContext& ctx, const v1::Empty&,
                                                v1::ListFaultRulesResponse* response) {
  for (const FaultRuleView& rule : rules_->RemoveAll(ctx.now)) {
    *response->add_value() = ToProto(rule);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

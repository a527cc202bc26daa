// File: emulator/faults/fault_gate.h
#ifndef LAZULI_EMULATOR_FAULTS_FAULT_GATE_H_
#define LAZULI_EMULATOR_FAULTS_FAULT_GATE_H_

#include "emulator/dispatch/fault_point.h"
#include "emulator/faults/fault_rules.h"

namespace lazuli::emulator {

// Shows the calls of the one path to the rules: what a call is about says its request. The
// emulator's own control is never hit, so that a rule can always be removed. Thread safe.
class FaultGate final : public FaultPoint {
 public:
  // `rules` outlives this.
  explicit FaultGate(FaultRules* rules) : FaultPoint(&rules->is_armed()), rules_(rules) {}

  Fault Strike(const Method& method, const google::protobuf::Message& request,
               const CallContext& ctx) override;

 private:
  FaultRules* const rules_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_FAULTS_FAULT_GATE_H_

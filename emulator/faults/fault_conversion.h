// File: emulator/faults/fault_conversion.h
//
// Rules between the wire and the engine; the one place that says what makes a rule a rule.
#ifndef LAZULI_EMULATOR_FAULTS_FAULT_CONVERSION_H_
#define LAZULI_EMULATOR_FAULTS_FAULT_CONVERSION_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/faults/fault_rule.h"
#include "proto/faults.pb.h"

namespace lazuli::emulator {

// Names of services and operations come in any letter case and with or without what stands before
// them. InvalidInputError, which names the field, for a rule that can never act, contradicts itself
// or asks for what there is not.
absl::StatusOr<FaultRuleSpec> FaultRuleFromProto(const v1::FaultRule& rule, absl::Time now);

v1::FaultRule ToProto(const FaultRuleView& view);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_FAULTS_FAULT_CONVERSION_H_

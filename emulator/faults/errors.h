// File: emulator/faults/errors.h
#ifndef LAZULI_EMULATOR_FAULTS_ERRORS_H_
#define LAZULI_EMULATOR_FAULTS_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/faults/fault_rule.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

// What a rule has a call of `plane` answered with. What the rule leaves open is as the plane's own
// service says it: Key Vault's 429 is "Throttled", Batch's 503 "ServerBusy".
absl::Status InjectedError(v1::Plane plane, const FaultError& error, absl::string_view rule_id);
// 429, RESOURCE_EXHAUSTED, in the plane's words.
absl::Status InjectedThrottleError(v1::Plane plane, absl::Duration retry_after,
                                   absl::string_view rule_id);

// The code that `plane` answers with beside an HTTP status of 400 to 599.
absl::string_view UsualErrorCode(v1::Plane plane, int http_status);

// There is a rule of that id already. ALREADY_EXISTS, 409, code "FaultRuleExists".
absl::Status FaultRuleExistsError(absl::string_view id);
// NOT_FOUND, 404, code "FaultRuleNotFound".
absl::Status FaultRuleNotFoundError(absl::string_view id);
// RESOURCE_EXHAUSTED, 409, code "TooManyFaultRules".
absl::Status TooManyFaultRulesError(size_t limit);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_FAULTS_ERRORS_H_

// File: emulator/faults/fault_rule.h
//
// A rule that makes calls fail: which calls, in what way, and how often.
#ifndef LAZULI_EMULATOR_FAULTS_FAULT_RULE_H_
#define LAZULI_EMULATOR_FAULTS_FAULT_RULE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace lazuli::emulator {

// A call fits when everything that is given here fits. Names are compared without regard to case;
// an empty one fits every call.
struct FaultMatch {
  std::string service;    // "Keys"
  std::string operation;  // "UnwrapKey"
  std::string vault;
  std::string key;
  // As the call names it: one that names none asks for the latest, and fits no version.
  std::string version;
  // A name, or "name.region.batch.azure.com", where a call says the region.
  std::string account;
  // Who calls: object id, client id, display name, or, of whoever signed with the shared key of an
  // account, the account's ARM id.
  std::string principal;
  // Virtual time: from the first until before the last.
  std::optional<absl::Time> from;
  std::optional<absl::Time> until;
  // Of the calls that fit all of the above, counted from 1: only this one; or each so-many-th.
  std::optional<int64_t> nth;
  std::optional<int64_t> every;
  // Of what is left: so many in a thousand, drawn from the rule's own stream of chance.
  std::optional<int> per_mille;
};

// Where a member is empty, the usual one of the call's plane and status is taken.
struct FaultError {
  int http_status = 503;  // 400 to 599
  std::string code;
  std::string inner_code;
  std::string message;
  std::optional<absl::Duration> retry_after;
};

// In each window, which begins with a call, the first `calls` go on, and the others are answered
// 429 with the time until the window's end as Retry-After.
struct FaultThrottle {
  int64_t calls = 0;
  absl::Duration window;  // virtual
};

enum class FaultDrop {
  kNone,
  kBeforeEffect,  // the operation does not take place
  kAfterEffect,   // the operation takes place
};

// A delay, and at most one of error, throttle and drop, which comes when the delay is over.
struct FaultAction {
  absl::Duration virtual_delay;
  absl::Duration real_delay;
  std::optional<FaultError> error;
  std::optional<FaultThrottle> throttle;
  FaultDrop drop = FaultDrop::kNone;

  bool only_delays() const {
    return !error.has_value() && !throttle.has_value() && drop == FaultDrop::kNone;
  }
};

struct FaultRuleSpec {
  std::string id;  // empty: one is given
  FaultMatch match;
  FaultAction action;
  // The rule goes once it has acted so often.
  std::optional<int64_t> count;
  // Virtual time at which the rule goes.
  std::optional<absl::Time> expires;
};

// A rule as it stands, or as it was when it went.
struct FaultRuleView {
  FaultRuleSpec spec;
  absl::Time created;
  int64_t matched = 0;  // calls that fitted the names and the time
  int64_t acted = 0;
};

// "operation UnwrapKey, vault kv1: error 503 ServerBusy; at most 2 times", for the event log.
std::string DescribeFaultRule(const FaultRuleSpec& spec);
// "delay of 10s, error 503 ServerBusy"
std::string DescribeFaultAction(const FaultAction& action);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_FAULTS_FAULT_RULE_H_

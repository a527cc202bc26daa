// File: emulator/faults/fault_rules.h
//
// The fault rules of the process, and what they do to calls.
#ifndef LAZULI_EMULATOR_FAULTS_FAULT_RULES_H_
#define LAZULI_EMULATOR_FAULTS_FAULT_RULES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/event_log.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/timer_queue.h"
#include "emulator/dispatch/fault_point.h"
#include "emulator/faults/fault_rule.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

// A call as rules see it. What it does not have is empty.
struct StruckCall {
  absl::string_view service;    // "Keys"
  absl::string_view operation;  // "UnwrapKey"
  v1::Plane plane = v1::PLANE_UNSPECIFIED;
  absl::string_view vault;
  absl::string_view key;
  absl::string_view version;
  absl::string_view account;
  const Caller* caller = nullptr;
  // Made by the emulator itself, as the identity of an account.
  bool is_own = false;
};

// Rules are asked in the order of their creation. A call that fits is counted by its rule; delays
// add up, and the first rule that ends the call in any other way is the last one that sees it.
//
// The emulator's own calls, an account's look at its key, are seen by rules that name their
// principal alone, and wait for nobody: delays are passed over.
//
// Sign-in is seen by rules that name its service or operation alone.
//
// Every creation, action and end of a rule is an event of the kind "fault", with the rule's id and
// counters. The same calls in the same order are hit in the same way: chance comes from a stream
// that the seed and the rule's id name, anew for each rule.
//
// Rules are no part of what is stored. Thread safe; a leaf but for the event log and the timers.
class FaultRules {
 public:
  struct Parts {
    EventLog* events = nullptr;
    uint64_t seed = 0;
    // Rules that expire go by a timer of it. Null: they go when somebody looks, or a call comes.
    // Under auto time a timer would make time jump to the end of a rule for no other reason.
    TimerQueue* timers = nullptr;
  };

  // The parts outlive this, and no timer fires any more when it is destroyed.
  explicit FaultRules(const Parts& parts) : parts_(parts) {}

  FaultRules(const FaultRules&) = delete;
  FaultRules& operator=(const FaultRules&) = delete;

  // `spec` makes sense (FaultRuleFromProto checks). FaultRuleExistsError, TooManyFaultRulesError.
  absl::StatusOr<FaultRuleView> Add(FaultRuleSpec spec, absl::Time now);
  // In the order of their creation.
  std::vector<FaultRuleView> List(absl::Time now);
  // FaultRuleNotFoundError.
  absl::StatusOr<FaultRuleView> Get(absl::string_view id, absl::Time now);
  // As it was last. FaultRuleNotFoundError.
  absl::StatusOr<FaultRuleView> Remove(absl::string_view id, absl::Time now);
  std::vector<FaultRuleView> RemoveAll(absl::Time now);

  // False while there is no rule.
  const std::atomic<bool>& is_armed() const { return is_armed_; }
  // What the rules do to a call; counts it.
  Fault Strike(const StruckCall& call, absl::Time now);

 private:
  struct Rule {
    FaultRuleView view;
    RandomStream chance;
    TimerId expiry = {};
    // The window of a throttle: nullopt before the first call.
    std::optional<absl::Time> window_start = {};
    int64_t calls_in_window = 0;
  };
  using RulePtr = std::unique_ptr<Rule>;

  // Whether the rule has its turn with a call that fits; counts and draws.
  static bool HasTurn(Rule* rule);
  // nullopt: the call may go on.
  static std::optional<absl::Duration> ThrottledFor(Rule* rule, absl::Time now);
  // Whether the rule can never act again.
  static bool IsSpent(const Rule& rule);
  // Adds what the rule does to `fault`; true when the call ends with it.
  static bool Act(const Rule& rule, v1::Plane plane, std::optional<absl::Duration> throttled_for,
                  Fault* fault);

  std::vector<RulePtr>::iterator FindLocked(absl::string_view id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ExpireLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RecordEndLocked(const Rule& rule, absl::string_view cause, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RecordLocked(const Rule& rule, absl::string_view from, absl::string_view to,
                    std::string cause, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void UpdateArmedLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    is_armed_.store(!rules_.empty(), std::memory_order_release);
  }

  const Parts parts_;
  std::atomic<bool> is_armed_ = false;
  Mutex mu_;
  std::vector<RulePtr> rules_ ABSL_GUARDED_BY(mu_);
  // Ids of rules that were given none: never one twice.
  uint64_t created_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_FAULTS_FAULT_RULES_H_

#include "emulator/faults/fault_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "emulator/dispatch/errors.h"
#include "emulator/faults/errors.h"
#include "emulator/faults/limits.h"

namespace lazuli::emulator {
namespace {

// The one state that a rule is in while it is there.
constexpr char kActive[] = "active";

bool Fits(const std::string& wanted, absl::string_view found) {
  return wanted.empty() || absl::EqualsIgnoreCase(wanted, found);
}

// "acc1" and "acc1.westus2.batch.azure.com": the region matters where both have one.
bool FitsAccount(const std::string& wanted, absl::string_view found) {
  if (Fits(wanted, found)) return true;
  const absl::string_view name = absl::string_view(wanted).substr(0, wanted.find('.'));
  const bool both_have_regions = name.size() < wanted.size() && absl::StrContains(found, ".");
  return !both_have_regions && absl::EqualsIgnoreCase(name, found.substr(0, found.find('.')));
}

bool FitsPrincipal(const std::string& wanted, const Caller& caller) {
  if (wanted.empty()) return true;
  for (const std::string* found :
       {&caller.object_id, &caller.app_id, &caller.name, &caller.shared_key_account_id}) {
    if (absl::EqualsIgnoreCase(wanted, *found)) return true;
  }
  return false;
}

bool FitsTime(const FaultMatch& match, absl::Time now) {
  return now >= match.from.value_or(absl::InfinitePast()) &&
         now < match.until.value_or(absl::InfiniteFuture());
}

bool FitsCall(const FaultRuleSpec& spec, const StruckCall& call, absl::Time now) {
  const FaultMatch& match = spec.match;
  // Nobody can wait for an account's look at its key, which others may wait for.
  if (call.is_own && (match.principal.empty() || spec.action.only_delays())) return false;
  // Whoever wants to remove a rule signs in first.
  const bool names_calls = !match.service.empty() || !match.operation.empty();
  if (call.plane == v1::PLANE_TOKEN && !names_calls) return false;
  return Fits(match.service, call.service) && Fits(match.operation, call.operation) &&
         Fits(match.vault, call.vault) && Fits(match.key, call.key) &&
         Fits(match.version, call.version) && FitsAccount(match.account, call.account) &&
         FitsPrincipal(match.principal, *call.caller) && FitsTime(match, now);
}

// The answer of a rule, with the rule that made it.
absl::Status RefuseBy(const FaultRuleSpec& spec, absl::Status answer) {
  Decision decision{
      .by = "fault",
      .allowed = false,
      .reason = absl::StrCat("fault rule ", spec.id, ": ", DescribeFaultAction(spec.action)),
      .change = absl::StrCat("remove the fault rule ", spec.id),
      .facts = {}};
  decision.AddFact("faultRule", spec.id);
  return WithDecision(std::move(answer), decision);
}

std::string Counters(const FaultRuleView& view) {
  return absl::StrCat(" (matched ", view.matched, ", acted ", view.acted, ")");
}

}  // namespace

absl::StatusOr<FaultRuleView> FaultRules::Add(FaultRuleSpec spec, absl::Time now) {
  MutexLock lock(&mu_);
  ExpireLocked(now);
  if (rules_.size() >= limits::faults::kMaxRules) {
    return TooManyFaultRulesError(limits::faults::kMaxRules);
  }
  if (spec.id.empty()) {
    // Somebody may have given such an id to a rule.
    do {
      spec.id = absl::StrCat("fault-", ++created_);
    } while (FindLocked(spec.id) != rules_.end());
  } else if (FindLocked(spec.id) != rules_.end()) {
    return FaultRuleExistsError(spec.id);
  }
  RandomStream chance(parts_.seed, absl::StrCat("fault/", spec.id));
  rules_.push_back(std::make_unique<Rule>(
      Rule{.view = {.spec = std::move(spec), .created = now}, .chance = chance}));
  Rule& rule = *rules_.back();
  if (const std::optional<absl::Time> expires = rule.view.spec.expires;
      expires.has_value() && parts_.timers != nullptr) {
    rule.expiry = parts_.timers->Schedule(*expires, [this, at = *expires] {
      MutexLock expiry_lock(&mu_);
      ExpireLocked(at);
    });
  }
  RecordLocked(rule, "", kActive, DescribeFaultRule(rule.view.spec), now);
  UpdateArmedLocked();
  return rule.view;
}

std::vector<FaultRuleView> FaultRules::List(absl::Time now) {
  MutexLock lock(&mu_);
  ExpireLocked(now);
  std::vector<FaultRuleView> views;
  for (const RulePtr& rule : rules_) views.push_back(rule->view);
  return views;
}

absl::StatusOr<FaultRuleView> FaultRules::Get(absl::string_view id, absl::Time now) {
  MutexLock lock(&mu_);
  ExpireLocked(now);
  const auto found = FindLocked(id);
  if (found == rules_.end()) return FaultRuleNotFoundError(id);
  return (*found)->view;
}

absl::StatusOr<FaultRuleView> FaultRules::Remove(absl::string_view id, absl::Time now) {
  MutexLock lock(&mu_);
  ExpireLocked(now);
  const auto found = FindLocked(id);
  if (found == rules_.end()) return FaultRuleNotFoundError(id);
  RecordEndLocked(**found, "removed", now);
  FaultRuleView view = std::move((*found)->view);
  rules_.erase(found);
  UpdateArmedLocked();
  return view;
}

std::vector<FaultRuleView> FaultRules::RemoveAll(absl::Time now) {
  MutexLock lock(&mu_);
  ExpireLocked(now);
  std::vector<FaultRuleView> views;
  for (const RulePtr& rule : rules_) {
    RecordEndLocked(*rule, "removed", now);
    views.push_back(std::move(rule->view));
  }
  rules_.clear();
  UpdateArmedLocked();
  return views;
}

Fault FaultRules::Strike(const StruckCall& call, absl::Time now) {
  Fault fault;
  MutexLock lock(&mu_);
  ExpireLocked(now);
  bool is_over = false;
  for (auto it = rules_.begin(); it != rules_.end() && !is_over;) {
    Rule& rule = **it;
    if (!FitsCall(rule.view.spec, call, now)) {
      ++it;
      continue;
    }
    if (HasTurn(&rule)) {
      const std::optional<absl::Duration> throttled_for = ThrottledFor(&rule, now);
      if (!rule.view.spec.action.throttle.has_value() || throttled_for.has_value()) {
        ++rule.view.acted;
        is_over = Act(rule, call.plane, throttled_for, &fault);
        RecordLocked(rule, kActive, kActive,
                     absl::StrCat(call.service, "/", call.operation, ": ",
                                  DescribeFaultAction(rule.view.spec.action), Counters(rule.view)),
                     now);
      }
    }
    if (IsSpent(rule)) {
      RecordEndLocked(rule, "exhausted", now);
      it = rules_.erase(it);
    } else {
      ++it;
    }
  }
  UpdateArmedLocked();
  return fault;
}

bool FaultRules::HasTurn(Rule* rule) {
  const FaultMatch& match = rule->view.spec.match;
  const int64_t call = ++rule->view.matched;
  if (match.nth.has_value() && call != *match.nth) return false;
  if (match.every.has_value() && call % *match.every != 0) return false;
  if (!match.per_mille.has_value()) return true;
  return rule->chance.NextBelow(1'000) < static_cast<uint64_t>(*match.per_mille);
}

std::optional<absl::Duration> FaultRules::ThrottledFor(Rule* rule, absl::Time now) {
  if (!rule->view.spec.action.throttle.has_value()) return std::nullopt;
  const FaultThrottle& throttle = *rule->view.spec.action.throttle;
  if (!rule->window_start.has_value() || now >= *rule->window_start + throttle.window) {
    rule->window_start = now;
    rule->calls_in_window = 0;
  }
  if (++rule->calls_in_window <= throttle.calls) return std::nullopt;
  return *rule->window_start + throttle.window - now;
}

bool FaultRules::IsSpent(const Rule& rule) {
  const FaultRuleView& view = rule.view;
  return (view.spec.count.has_value() && view.acted >= *view.spec.count) ||
         (view.spec.match.nth.has_value() && view.matched >= *view.spec.match.nth);
}

bool FaultRules::Act(const Rule& rule, v1::Plane plane, std::optional<absl::Duration> throttled_for,
                     Fault* fault) {
  const FaultRuleSpec& spec = rule.view.spec;
  fault->virtual_delay += spec.action.virtual_delay;
  fault->real_delay += spec.action.real_delay;
  if (spec.action.error.has_value()) {
    fault->answer = RefuseBy(spec, InjectedError(plane, *spec.action.error, spec.id));
  } else if (throttled_for.has_value()) {
    fault->answer = RefuseBy(spec, InjectedThrottleError(plane, *throttled_for, spec.id));
  } else if (spec.action.drop == FaultDrop::kBeforeEffect) {
    fault->answer = ConnectionDroppedError();
  } else if (spec.action.drop == FaultDrop::kAfterEffect) {
    fault->loses_answer = true;
  } else {
    return false;
  }
  return true;
}

std::vector<FaultRules::RulePtr>::iterator FaultRules::FindLocked(absl::string_view id) {
  return std::find_if(rules_.begin(), rules_.end(),
                      [id](const RulePtr& rule) { return rule->view.spec.id == id; });
}

void FaultRules::ExpireLocked(absl::Time now) {
  std::erase_if(rules_, [&](const RulePtr& rule) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (now < rule->view.spec.expires.value_or(absl::InfiniteFuture())) return false;
    RecordEndLocked(*rule, "expired", now);
    return true;
  });
  UpdateArmedLocked();
}

void FaultRules::RecordEndLocked(const Rule& rule, absl::string_view cause, absl::Time now) {
  if (rule.expiry.valid()) parts_.timers->Cancel(rule.expiry);
  RecordLocked(rule, kActive, "", absl::StrCat(cause, Counters(rule.view)), now);
}

void FaultRules::RecordLocked(const Rule& rule, absl::string_view from, absl::string_view to,
                              std::string cause, absl::Time now) {
  parts_.events->Append({.time = now,
                         .kind = "fault",
                         .resource = rule.view.spec.id,
                         .from = std::string(from),
                         .to = std::string(to),
                         .cause = std::move(cause)});
}

}  // namespace lazuli::emulator

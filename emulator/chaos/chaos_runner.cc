#include "emulator/chaos/chaos_runner.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/chaos/errors.h"
#include "emulator/faults/fault_conversion.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

// Looks between two instants: so many, but not more often than that. Own choice: several in the
// usual restoration window, and no crowd of timers that auto time would have to jump over.
constexpr int kLooksBetweenInstants = 10;
constexpr absl::Duration kLeastLookInterval = absl::Minutes(1);

std::string CodeOf(const absl::Status& status) {
  return status.ok() ? "OK" : ErrorInfoOrDefault(status).code;
}

}  // namespace

absl::Status ChaosRunner::Start(const v1::ChaosSchedule& message, const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(Schedule schedule, ReadSchedule(message));
  MutexLock lock(&mu_);
  if (IsActiveLocked()) return ChaosIsRunningError();
  schedule_ = std::move(schedule);
  caller_ = context.caller;
  seed_ = schedule_.seed.value_or(parts_.seed);
  plan_ = MakePlan(schedule_, seed_);
  next_ = 0;
  taken_.clear();
  executed_.Clear();
  executed_.set_seed(seed_);
  if (schedule_.wait_for_accounts) executed_.set_wait_for_accounts(true);
  start_time_ = context.now;
  ++generation_;
  phase_ = v1::CHAOS_PHASE_WAITING;
  waiting_.store(true);
  parts_.observer->Begin(context.now);
  if (!schedule_.wait_for_accounts || AccountsAreReadyLocked()) BeginLocked(context.now);
  return absl::OkStatus();
}

absl::Status ChaosRunner::Stop(bool restore, const CallContext& context) {
  MutexLock lock(&mu_);
  if (restore && phase_ != v1::CHAOS_PHASE_NONE) {
    std::vector<Taken> all;
    for (const auto& [instant, taken] : taken_) all.insert(all.end(), taken.begin(), taken.end());
    std::reverse(all.begin(), all.end());
    taken_.clear();
    GiveBackLocked(all, context.now);
  } else if (!IsActiveLocked()) {
    return ChaosIsNotRunningError();
  }
  if (IsActiveLocked()) EndLocked(v1::CHAOS_PHASE_STOPPED);
  parts_.observer->Look("the end", context.now);
  return absl::OkStatus();
}

bool ChaosRunner::IsActiveLocked() const {
  return phase_ == v1::CHAOS_PHASE_WAITING || phase_ == v1::CHAOS_PHASE_RUNNING;
}

bool ChaosRunner::AccountsAreReadyLocked() const {
  const auto serves = [](const batch::Account& account) {
    return account.GetKeyAccess().state == batch::KeyAccess::kAccessible;
  };
  for (const ScheduleStep& step : schedule_.steps) {
    for (const std::string& name : step.accounts) {
      if (name == kAllAccounts) {
        const auto accounts = parts_.taker->ListCustomerKeyAccounts();
        if (std::none_of(accounts.begin(), accounts.end(),
                         [&](const auto& account) { return serves(*account); })) {
          return false;
        }
        continue;
      }
      const auto account = parts_.taker->FindAccount(name);
      if (!account.ok() || !serves(**account)) return false;
    }
  }
  return true;
}

void ChaosRunner::OnCompleted(const Method& method, const CallContext& context,
                              const google::protobuf::Message& request,
                              const absl::Status& status) {
  parts_.observer->OnCompleted(method, context, request, status);
  // Accounts, keys and permissions come about by management calls.
  if (!waiting_.load() || !status.ok() || method.plane != v1::PLANE_RESOURCE_MANAGER) return;
  MutexLock lock(&mu_);
  if (phase_ == v1::CHAOS_PHASE_WAITING && AccountsAreReadyLocked()) {
    BeginLocked(parts_.clock->Now());
  }
}

void ChaosRunner::BeginLocked(absl::Time now) {
  phase_ = v1::CHAOS_PHASE_RUNNING;
  waiting_.store(false);
  start_time_ = now;
  *executed_.mutable_start_time() = lazuli::ToProto(now);
  AdvanceLocked(now);
  ScheduleLookLocked(now);
}

void ChaosRunner::EndLocked(v1::ChaosPhase phase) {
  phase_ = phase;
  waiting_.store(false);
  ++generation_;
  parts_.timers->Cancel(timer_);
  parts_.timers->Cancel(look_);
}

void ChaosRunner::AdvanceLocked(absl::Time now) {
  while (next_ < plan_.size() && start_time_ + plan_[next_].at <= now) {
    ExecuteLocked(plan_[next_++], now);
  }
  if (next_ == plan_.size()) {
    EndLocked(v1::CHAOS_PHASE_FINISHED);
    return;
  }
  timer_ = parts_.timers->Schedule(start_time_ + plan_[next_].at,
                                   [this, generation = generation_] { OnTimer(generation); });
}

void ChaosRunner::OnTimer(uint64_t generation) {
  MutexLock lock(&mu_);
  if (generation == generation_) AdvanceLocked(parts_.clock->Now());
}

void ChaosRunner::ScheduleLookLocked(absl::Time now) {
  if (phase_ != v1::CHAOS_PHASE_RUNNING) return;
  const absl::Duration ahead = start_time_ + plan_[next_].at - now;
  look_ = parts_.timers->Schedule(now + std::max(kLeastLookInterval, ahead / kLooksBetweenInstants),
                                  [this, generation = generation_] { OnLook(generation); });
}

void ChaosRunner::OnLook(uint64_t generation) {
  MutexLock lock(&mu_);
  if (generation != generation_) return;
  const absl::Time now = parts_.clock->Now();
  parts_.observer->Look("", now);
  ScheduleLookLocked(now);
}

void ChaosRunner::ExecuteLocked(const PlannedInstant& instant, absl::Time now) {
  const ScheduleStep& step = schedule_.steps[instant.step];
  // For people steps count from one.
  const std::string label = absl::StrCat("step ", instant.step + 1, ", time ", instant.time + 1,
                                         instant.gives_back ? ", restoration" : "");
  parts_.observer->Look("", now);
  if (instant.gives_back) {
    // The latest first, so that what lies on top of another goes before it.
    std::vector<Taken> taken = std::move(taken_[{instant.step, instant.time}]);
    taken_.erase({instant.step, instant.time});
    std::reverse(taken.begin(), taken.end());
    GiveBackLocked(taken, now);
  } else {
    switch (step.kind) {
      case ScheduleStep::Kind::kRevoke:
        RevokeLocked(instant, now);
        break;
      case ScheduleStep::Kind::kRestore:
        RestoreLocked(step, now);
        break;
      case ScheduleStep::Kind::kDelays:
        SetDelaysLocked(step, now);
        break;
      case ScheduleStep::Kind::kAddFault:
        AddFaultLocked(step, now);
        break;
      case ScheduleStep::Kind::kRemoveFault:
        RemoveFaultLocked(step, now);
        break;
    }
  }
  parts_.observer->Look(label, now);
}

std::vector<std::string> ChaosRunner::ResolveLocked(const ScheduleStep& step) const {
  if (step.accounts.front() != kAllAccounts) return step.accounts;
  std::vector<std::string> names;
  if (step.kind == ScheduleStep::Kind::kRevoke) {
    for (const auto& account : parts_.taker->ListCustomerKeyAccounts()) {
      names.push_back(parts_.taker->HandleOf(account->arm_id(), account->id().name));
    }
    return names;
  }
  for (const TakenKey& key : parts_.taker->List()) {
    std::string name = parts_.taker->HandleOf(key.account_id, key.account_name);
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

void ChaosRunner::RevokeLocked(const PlannedInstant& instant, absl::Time now) {
  const ScheduleStep& step = schedule_.steps[instant.step];
  for (const std::string& name : ResolveLocked(step)) {
    const auto account = parts_.taker->FindAccount(name);
    // Drawn by the account's id, so that one more account changes nothing for the others.
    const Cause* const cause =
        DrawCause(step.causes, seed_, instant.step, instant.time,
                  account.ok() ? absl::string_view((*account)->arm_id()) : name);
    const absl::Status status =
        parts_.taker->Revoke(name, cause->name, ContextLocked(now)).status();
    v1::ChaosStep& record = *RecordLocked(now, status);
    record.add_revoke(name);
    record.add_causes(std::string(cause->name));
    if (status.ok()) taken_[{instant.step, instant.time}].emplace_back(name, cause);
  }
}

void ChaosRunner::GiveBackLocked(const std::vector<Taken>& taken, absl::Time now) {
  for (const auto& [name, cause] : taken) {
    const absl::Status status =
        parts_.taker->Restore(name, cause->name, ContextLocked(now)).status();
    v1::ChaosStep& record = *RecordLocked(now, status);
    record.add_causes(std::string(cause->name));
    record.add_restore(name);
  }
}

void ChaosRunner::RestoreLocked(const ScheduleStep& step, absl::Time now) {
  const std::vector<TakenKey> held = parts_.taker->List();
  for (const std::string& name : ResolveLocked(step)) {
    const std::string id = parts_.taker->IdOf(name);
    std::vector<Taken> taken;
    for (auto key = held.rbegin(); key != held.rend(); ++key) {
      const bool of_account = absl::EqualsIgnoreCase(key->account_id, id);
      const bool wanted = step.causes.empty() || std::find(step.causes.begin(), step.causes.end(),
                                                           key->cause) != step.causes.end();
      if (of_account && wanted) taken.emplace_back(name, key->cause);
    }
    GiveBackLocked(taken, now);
    // That there was nothing to give back is a result, too.
    if (taken.empty()) {
      RecordLocked(now, NothingRevokedError(name, ""))->add_restore(name);
    }
  }
}

void ChaosRunner::SetDelaysLocked(const ScheduleStep& step, absl::Time now) {
  parts_.delays->Set(step.policy_propagation_delay, step.detection_delay, now);
  v1::ChaosStep& record = *RecordLocked(now, absl::OkStatus());
  if (step.policy_propagation_delay.has_value()) {
    record.set_policy_propagation_delay(absl::FormatDuration(*step.policy_propagation_delay));
  }
  if (step.detection_delay.has_value()) {
    record.set_detection_delay(absl::FormatDuration(*step.detection_delay));
  }
}

void ChaosRunner::AddFaultLocked(const ScheduleStep& step, absl::Time now) {
  v1::FaultRule fault = step.fault;
  absl::StatusOr<FaultRuleSpec> spec = FaultRuleFromProto(fault, now);
  absl::Status status = spec.status();
  if (spec.ok()) {
    const absl::StatusOr<FaultRuleView> rule = parts_.faults->Add(*std::move(spec), now);
    status = rule.status();
    // Elsewhere another id would be drawn, and what removes the rule would not find it.
    if (rule.ok()) fault.set_id(rule->spec.id);
  }
  *RecordLocked(now, status)->mutable_add_fault() = std::move(fault);
}

void ChaosRunner::RemoveFaultLocked(const ScheduleStep& step, absl::Time now) {
  const absl::Status status = parts_.faults->Remove(step.fault_id, now).status();
  RecordLocked(now, status)->set_remove_fault(step.fault_id);
}

v1::ChaosStep* ChaosRunner::RecordLocked(absl::Time now, const absl::Status& status) {
  v1::ChaosStep* const step = executed_.add_steps();
  step->set_at(absl::FormatDuration(now - start_time_));
  *step->mutable_time() = lazuli::ToProto(now);
  *step->mutable_real_time() = lazuli::ToProto(parts_.real_clock->Now());
  step->set_outcome(CodeOf(status));
  return step;
}

CallContext ChaosRunner::ContextLocked(absl::Time now) const {
  CallContext context;
  context.caller = caller_;
  context.now = now;
  return context;
}

v1::ChaosState ChaosRunner::State() const {
  v1::ChaosState state;
  MutexLock lock(&mu_);
  state.set_phase(phase_);
  if (phase_ == v1::CHAOS_PHASE_NONE) return state;
  state.set_seed(seed_);
  if (phase_ != v1::CHAOS_PHASE_WAITING) *state.mutable_start_time() = lazuli::ToProto(start_time_);
  state.set_executed(static_cast<int32_t>(next_));
  state.set_planned(static_cast<int32_t>(plan_.size() - next_));
  if (phase_ == v1::CHAOS_PHASE_RUNNING) {
    *state.mutable_next_time() = lazuli::ToProto(start_time_ + plan_[next_].at);
  }
  return state;
}

v1::ChaosSchedule ChaosRunner::Executed() const {
  MutexLock lock(&mu_);
  return executed_;
}

v1::ChaosReport ChaosRunner::Report() {
  v1::ChaosReport report;
  {
    MutexLock lock(&mu_);
    if (phase_ != v1::CHAOS_PHASE_NONE) parts_.observer->Look("", parts_.clock->Now());
    *report.mutable_executed() = executed_;
    parts_.observer->Fill(seed_, parts_.clock->Now(), &report);
  }
  *report.mutable_state() = State();
  return report;
}

}  // namespace lazuli::emulator

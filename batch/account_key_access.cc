// What an account does about the access to its key: loss, window, restoration, and their timers.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/iso8601.h"
#include "batch/account.h"

namespace lazuli::batch {

void Account::ActLocked(KeyAccessEvent event, absl::Time now, absl::string_view reason,
                        absl::string_view cause) {
  const KeyAccess before = access_.state();
  const KeyAccessStep step = access_.Apply(event, now, reason);
  if (const std::optional<absl::Time> due = access_.detection_due(); due.has_value()) {
    ArmLocked(Timer::kDetection, *due);
  } else {
    DisarmLocked(Timer::kDetection);
  }
  const auto record = [&](absl::string_view why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    RecordAccountEventLocked(KeyAccessName(before), KeyAccessName(access_.state()), why);
  };
  switch (step) {
    case KeyAccessStep::kNone:
    case KeyAccessStep::kWatch:
    case KeyAccessStep::kProtect:
      return;
    case KeyAccessStep::kLose:
      record(absl::StrCat(reason, " (", cause, ")"));
      LoseLocked(now);
      return;
    case KeyAccessStep::kAnotherReason:
      record(absl::StrCat(reason, " (", cause, ")"));
      return;
    case KeyAccessStep::kOpenWindow:
      record(absl::StrCat("access is back (", cause, "); restored at ",
                          FormatIso8601Time(*access_.until(), 7)));
      ArmLocked(Timer::kWindow, *access_.until());
      return;
    case KeyAccessStep::kDropWindow:
      DisarmLocked(Timer::kWindow);
      record(absl::StrCat(reason, " (", cause, ")"));
      LoseLocked(now);
      return;
    case KeyAccessStep::kRestore:
      record(cause);
      RestoreLocked(now);
      return;
  }
}

void Account::LoseLocked(absl::Time now) {
  data_key_.Wipe();
  const absl::Duration delay = env_->options.key_access.loss_step_delay;
  queues_->PlanLoss(workload_->PlanLoss(access_.reason()), now + delay, delay);
  StepLossLocked(now);
}

void Account::StepLossLocked(absl::Time now) {
  RecordSupersededLocked(queues_->ApplyLossDue(now));
  if (const std::optional<absl::Time> next = queues_->next_loss_due(); next.has_value()) {
    ArmLocked(Timer::kLossStep, *next);
  } else {
    DisarmLocked(Timer::kLossStep);
  }
}

void Account::RestoreLocked(absl::Time now) {
  DisarmLocked(Timer::kLossStep);
  RecordSupersededLocked(queues_->Drain(now));
  workload_->OnAccessRestored(now);
}

void Account::RecordSupersededLocked(const std::vector<SupersededTransition>& superseded) {
  for (const SupersededTransition& each : superseded) {
    RecordEvent(each.kind, each.resource, each.transition, "superseded",
                "the object changed while this waited");
  }
}

void Account::ArmLocked(Timer timer, absl::Time due) {
  DisarmLocked(timer);
  if (const TimerId id = env_->timers->Reserve(due); id.valid()) ArmAsLocked(timer, id);
}

void Account::ArmAsLocked(Timer timer, TimerId id) {
  ArmedTimer& armed = timers_[static_cast<size_t>(timer)];
  const auto fire = [weak = weak_from_this(), timer, generation = armed.generation] {
    if (const std::shared_ptr<Account> account = weak.lock()) account->OnTimer(timer, generation);
  };
  // A timer that was taken over before, of somebody else, may have the id.
  armed.id = env_->timers->ScheduleAs(id, fire) ? id : env_->timers->Schedule(id.due, fire);
  changed_.Mark();
}

void Account::DisarmLocked(Timer timer) {
  ArmedTimer& armed = timers_[static_cast<size_t>(timer)];
  ++armed.generation;
  changed_.Mark();
  if (armed.id.valid()) env_->timers->Cancel(armed.id);
  armed.id = TimerId();
}

bool Account::TakeFired(Timer timer, uint64_t generation) {
  MutexLock lock(&mu_);
  ArmedTimer& armed = timers_[static_cast<size_t>(timer)];
  if (armed.generation != generation) return false;
  armed.id = TimerId();
  changed_.Mark();
  return true;
}

void Account::OnTimer(Timer timer, uint64_t generation) {
  if (timer == Timer::kLossStep) {
    OnLossStepDue(generation);
    return;
  }
  MutexLock key_lock(&key_mu_);
  // With the key lock held it stays so: only its holders arm these timers.
  if (!TakeFired(timer, generation)) return;
  const absl::Time now = env_->clock->Now();
  switch (timer) {
    case Timer::kProbe:
      Probe(now, "periodic probe");
      return;
    case Timer::kKeyTime:
      Probe(now, "a time of the key has come");
      return;
    case Timer::kDetection:
      Probe(now, "detection delay over");
      return;
    case Timer::kWindow:
      EndWindow(now);
      return;
    case Timer::kLossStep:
      return;
  }
}

void Account::OnLossStepDue(uint64_t generation) {
  MutexLock lock(&mu_);
  if (timers_[static_cast<size_t>(Timer::kLossStep)].generation != generation) return;
  now_ = env_->clock->Now();
  StepLossLocked(now_);
}

void Account::OnWorkDue(TimerId id) {
  MutexLock lock(&mu_);
  now_ = env_->clock->Now();
  const bool deferred =
      access_.state() == KeyAccess::kLost || access_.state() == KeyAccess::kRestoring;
  queues_->OnDue(id, deferred, now_);
}

}  // namespace lazuli::batch

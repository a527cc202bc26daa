// How an account is stored and comes back.
#include <utility>

#include "base/aead_key.h"
#include "base/status_macros.h"
#include "batch/account.h"

namespace lazuli::batch {

void Account::StartTracking() {
  MutexLock lock(&mu_);
  changed_.Start();
  queues_->StartTracking();
  workload_->StartTracking();
}

void Account::VisitState(StateScope scope, AccountStateVisitor* visitor) {
  MutexLock lock(&mu_);
  visitor->OnBegin(number_);
  if (scope == StateScope::kAll || changed_.Take()) {
    deleted_ ? visitor->OnAccountGone() : visitor->OnAccount(SaveLocked());
  }
  queues_->VisitWaiting(
      scope, [visitor](const WaitingTransition& waiting) { visitor->OnWaiting(waiting); },
      [visitor](TimerId id) { visitor->OnWaitingGone(id); });
  workload_->VisitState(scope, visitor->workload());
}

AccountState Account::SaveLocked() const {
  AccountState state;
  state.number = number_;
  state.id = id_;
  state.tenant_id = tenant_id_;
  state.region = region_;
  state.node_management_endpoint = node_management_endpoint_;
  state.created_with_identity = created_with_identity_;
  state.tags = tags_;
  state.authentication_modes = authentication_modes_;
  state.primary_shared_key = primary_shared_key_.Clone();
  state.secondary_shared_key = secondary_shared_key_.Clone();
  state.identity = identity_;
  state.protection = protection_;
  if (platform_key_ != nullptr) state.platform_key = platform_key_->key().Clone();
  state.access = access_.saved();
  for (size_t timer = 0; timer < kAccountTimers; ++timer) state.timers[timer] = timers_[timer].id;
  if (const std::optional<absl::Time> next = queues_->next_loss_due(); next.has_value()) {
    state.loss = PlannedLoss{*next, queues_->loss_delay()};
  }
  state.refused_version = refused_version_;
  return state;
}

absl::StatusOr<std::shared_ptr<Account>> Account::Restore(const AccountEnvironment* environment,
                                                          AccountState state) {
  std::shared_ptr<Account> account(new Account(environment, state));
  LAZULI_RETURN_IF_ERROR(account->TakeOver(std::move(state)));
  return account;
}

absl::Status Account::TakeOver(AccountState state) {
  MutexLock key_lock(&key_mu_);
  MutexLock lock(&mu_);
  MakeWorkLocked();
  tags_ = std::move(state.tags);
  authentication_modes_ = std::move(state.authentication_modes);
  primary_shared_key_ = std::move(state.primary_shared_key);
  secondary_shared_key_ = std::move(state.secondary_shared_key);
  identity_ = std::move(state.identity);
  protection_ = std::move(state.protection);
  refused_version_ = std::move(state.refused_version);
  restored_loss_ = state.loss;
  LAZULI_RETURN_IF_ERROR(access_.Restore(std::move(state.access)));
  if (protection_.customer_key.has_value() != (access_.state() != KeyAccess::kPlatform)) {
    return absl::InvalidArgumentError("the state of its access does not fit its key");
  }
  if (!protection_.customer_key.has_value()) {
    LAZULI_ASSIGN_OR_RETURN(platform_key_,
                            PlatformKey::FromKey(arm_id_, std::move(state.platform_key)));
    absl::StatusOr<SecureBytes> data_key = platform_key_->Unwrap(protection_.wrapped_data_key);
    if (!data_key.ok() || data_key->size() != AeadKey::kKeyBytes) {
      return absl::InvalidArgumentError("the platform key does not unwrap the data key");
    }
    data_key_.Install(*std::move(data_key));
  }
  for (size_t timer = 0; timer < kAccountTimers; ++timer) {
    const TimerId id = state.timers[timer];
    if (id.valid()) ArmAsLocked(static_cast<Timer>(timer), id);
  }
  return absl::OkStatus();
}

absl::Status Account::RestoreWaiting(WaitingTransition waiting) {
  MutexLock lock(&mu_);
  if (queues_->RestoreWaiting(std::move(waiting))) return absl::OkStatus();
  return absl::InvalidArgumentError("another timer has its id");
}

absl::Status Account::RestoreWork(absl::FunctionRef<absl::Status(WorkloadHandle&)> operation) {
  MutexLock lock(&mu_);
  return operation(*workload_);
}

void Account::FinishRestore() {
  MutexLock lock(&mu_);
  if (!restored_loss_.has_value()) return;
  queues_->PlanLoss(workload_->PlanRestOfLoss(), restored_loss_->next_due, restored_loss_->delay);
  restored_loss_.reset();
}

void Account::Resume(absl::Time now) {
  MutexLock key_lock(&key_mu_);
  PublishDependency();
  if (GetKeyAccess().state != KeyAccess::kAccessible) return;
  Finding finding;
  {
    MutexLock lock(&mu_);
    finding.identity = identity_;
  }
  SecureBytes data_key = Unwrap(&finding, now);
  if (!finding.refusal.ok()) {
    // Said in the same words as by any other look at the key.
    if (Finding look = Look(now); !look.refusal.ok()) finding = std::move(look);
  }
  MutexLock lock(&mu_);
  now_ = now;
  if (finding.refusal.ok()) {
    data_key_.Install(std::move(data_key));
    return;
  }
  changed_.Mark();
  ActLocked(KeyAccessEvent::kNotUnwrapped, now, finding.reason, "restart");
  ArmProbesLocked(finding, now);
}

}  // namespace lazuli::batch

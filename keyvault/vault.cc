#include "keyvault/vault.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/errors.h"
#include "keyvault/vault_input.h"

namespace lazuli::keyvault {

Vault::Vault(std::shared_ptr<VaultEnvironment> environment, VaultRecord record,
             uint64_t incarnation)
    : environment_(std::move(environment)),
      name_(record.address.name),
      name_space_(record.address.name_space),
      qualified_name_(QualifiedName(name_, name_space_)),
      incarnation_(incarnation),
      record_(std::make_shared<const VaultRecord>(std::move(record))),
      objects_(VaultObjects<KeyTraits>(environment_.get(), this),
               VaultObjects<SecretTraits>(environment_.get(), this),
               VaultObjects<CertificateTraits>(environment_.get(), this)) {}

VaultRecordPtr Vault::record() const {
  MutexLock lock(&mu_);
  return record_;
}

absl::StatusOr<VaultRecordPtr> Vault::ChangeRecord(absl::Time now, absl::string_view cause,
                                                   absl::string_view access_cause,
                                                   const RecordChange& change) {
  VaultRecordPtr next;
  bool access_changed = false;
  RemovedVersions removed;
  {
    MutexLock lock(&mu_);
    absl::StatusOr<VaultRecord> changed = change(*record_);
    if (!changed.ok()) return std::move(changed).status();
    KeepSupersededPolicies(*record_, now, &*changed);
    next = std::make_shared<const VaultRecord>(*std::move(changed));
    const bool recovered = next->state == VaultState::kLive && record_->state != next->state;
    access_changed =
        next->state != record_->state || AccessDiffers(next->settings, record_->settings);
    Event event;
    event.time = now;
    event.kind = "vault";
    event.resource = next->arm_id;
    event.from = std::string(VaultStateName(record_->state));
    event.to = std::string(VaultStateName(next->state));
    event.cause = std::string(cause);
    environment_->events->Append(std::move(event));
    record_ = next;
    environment_->changes.Mark(qualified_name_);
    if (recovered) {
      std::apply([&](auto&... objects) { (objects.ResumeMilestones(now), ...); }, objects_);
    }
    if (next->state == VaultState::kPurged) {
      std::apply([&](auto&... objects) { (objects.Clear(&removed), ...); }, objects_);
    }
  }
  Forget(removed);
  if (access_changed) environment_->Publish(name_space_, name_, "", std::string(access_cause));
  return next;
}

void Vault::KeepSupersededPolicies(const VaultRecord& before, absl::Time now, VaultRecord* next) {
  std::erase_if(next->superseded_policies,
                [now](const SupersededPolicies& policies) { return policies.until <= now; });
  const absl::Duration delay = environment_->policy_propagation_delay();
  if (delay <= absl::ZeroDuration() ||
      before.settings.access_policies == next->settings.access_policies) {
    return;
  }
  const absl::Time due = now + delay;
  // What was superseded before goes on deciding as long: these never get to.
  if (!next->superseded_policies.empty() && next->superseded_policies.back().until >= due) return;
  next->superseded_policies.push_back({before.settings.access_policies, due});
  environment_->timers->Schedule(due, [vault = weak_from_this(), due] {
    if (const VaultPtr self = vault.lock()) self->FinishPropagation(due);
  });
}

void Vault::FinishPropagation(absl::Time due) {
  {
    MutexLock lock(&mu_);
    Event event;
    event.time = due;
    event.kind = "vault";
    event.resource = record_->arm_id;
    event.from = std::string(VaultStateName(record_->state));
    event.to = event.from;
    event.cause = "access policies propagated";
    environment_->events->Append(std::move(event));
  }
  environment_->Publish(name_space_, name_, "", "access policies propagated");
}

absl::Status Vault::CheckLiveLocked() const {
  return is_live() ? absl::OkStatus() : VaultNotFoundError(name_);
}

TimerId Vault::ScheduleStep(ObjectKind kind, const std::string& name, uint64_t step,
                            absl::Time due) {
  return environment_->timers->Schedule(due, [vault = weak_from_this(), kind, name, step, due] {
    const VaultPtr self = vault.lock();
    if (self == nullptr) return;
    VisitObjectKind(kind, [&]<typename Traits>() { self->FinishStep<Traits>(name, step, due); });
  });
}

void Vault::Forget(const RemovedVersions& removed) const {
  for (const KeyVersionPtr& key : removed.keys) environment_->engine->Forget(*key->material);
}

void Vault::ExportObjects(VaultStateSink* sink) const {
  const std::string vault = absl::AsciiStrToLower(qualified_name_);
  MutexLock lock(&mu_);
  std::apply([&](const auto&... objects) { (objects.Export(vault, sink), ...); }, objects_);
}

void Vault::AddMilestones(absl::Time now) {
  MutexLock lock(&mu_);
  // Nothing comes in a deleted vault.
  if (!is_live()) return;
  std::apply([now](auto&... objects) { (objects.AddMilestones(now), ...); }, objects_);
}

void Vault::SetPurgeTimer(TimerId timer) {
  MutexLock lock(&mu_);
  auto record = std::make_shared<VaultRecord>(*record_);
  record->purge_timer = timer;
  record_ = std::move(record);
}

}  // namespace lazuli::keyvault

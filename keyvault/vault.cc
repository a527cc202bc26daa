#include "keyvault/vault.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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
      epoch_(environment_->NextEpoch()) {}

VaultRecordPtr Vault::record() const {
  MutexLock lock(&mu_);
  return record_;
}

uint64_t Vault::access_epoch() const {
  MutexLock lock(&mu_);
  return epoch_;
}

absl::StatusOr<VaultRecordPtr> Vault::ChangeRecord(absl::Time now, absl::string_view cause,
                                                   absl::string_view access_cause,
                                                   const RecordChange& change) {
  VaultRecordPtr next;
  bool access_changed = false;
  KeyMap dropped;
  {
    MutexLock lock(&mu_);
    absl::StatusOr<VaultRecord> changed = change(*record_);
    if (!changed.ok()) return std::move(changed).status();
    KeepSupersededPolicies(*record_, now, &*changed);
    next = std::make_shared<const VaultRecord>(*std::move(changed));
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
    if (access_changed) epoch_ = environment_->NextEpoch();
    if (next->state == VaultState::kPurged) {
      for (const auto& [name, versions_made] : ordinals_) MarkLocked(name);
      ordinals_.clear();
      for (auto& [name, entry] : keys_) {
        MarkVersionsLocked(entry);
        CancelStepLocked(&entry);
      }
      dropped.swap(keys_);
    }
  }
  for (const auto& [name, entry] : dropped) Forget(entry);
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
    epoch_ = environment_->NextEpoch();
  }
  environment_->Publish(name_space_, name_, "", "access policies propagated");
}

absl::Status Vault::CheckLiveLocked() const {
  return record_->state == VaultState::kLive ? absl::OkStatus() : VaultNotFoundError(name_);
}

KeyState Vault::StateLocked(KeyMap::const_iterator entry) const {
  return entry == keys_.end() ? KeyState::kAbsent : entry->second.state;
}

void Vault::SetStateLocked(KeyEntry* entry, KeyState state, absl::Time now,
                           absl::string_view cause) {
  AppendKeyEvent(now, entry->name, "", KeyStateName(entry->state), KeyStateName(state), cause);
  entry->state = state;
  MarkLocked(entry->name);
}

void Vault::ScheduleStepLocked(KeyEntry* entry, absl::Time due) {
  CancelStepLocked(entry);
  StartStepLocked(entry, environment_->NextStep(), due);
}

void Vault::StartStepLocked(KeyEntry* entry, uint64_t step, absl::Time due) {
  entry->step = step;
  entry->timer = environment_->timers->Schedule(
      due, [vault = weak_from_this(), name = entry->name, step, due] {
        if (const VaultPtr self = vault.lock()) self->FinishStep(name, step, due);
      });
}

void Vault::CancelStepLocked(KeyEntry* entry) {
  if (entry->timer.valid()) environment_->timers->Cancel(entry->timer);
  entry->timer = TimerId();
  entry->step = 0;
}

Vault::KeyEntry Vault::RemoveLocked(KeyMap::iterator entry, absl::Time now,
                                    absl::string_view cause) {
  CancelStepLocked(&entry->second);
  AppendKeyEvent(now, entry->second.name, "", KeyStateName(entry->second.state), "", cause);
  MarkLocked(entry->second.name);
  MarkVersionsLocked(entry->second);
  KeyEntry removed = std::move(entry->second);
  keys_.erase(entry);
  return removed;
}

void Vault::FinishStep(const std::string& key_name, uint64_t step, absl::Time due) {
  KeyEntry removed;
  std::string access_cause;
  {
    MutexLock lock(&mu_);
    const auto found = keys_.find(key_name);
    if (found == keys_.end() || found->second.step != step) return;
    KeyEntry& entry = found->second;
    entry.timer = TimerId();
    switch (entry.state) {
      case KeyState::kDeleting:
        SetStateLocked(&entry, KeyState::kDeleted, due, "deletion finished");
        ScheduleStepLocked(&entry, entry.scheduled_purge_date);
        break;
      case KeyState::kDeleted:
        removed = RemoveLocked(found, due, "retention ended");
        access_cause = "key purged";
        break;
      case KeyState::kRecovering:
        SetStateLocked(&entry, KeyState::kLive, due, "recovery finished");
        access_cause = "key recovered";
        break;
      case KeyState::kAbsent:
      case KeyState::kLive:
        break;
    }
    if (!access_cause.empty()) epoch_ = environment_->NextEpoch();
  }
  Forget(removed);
  if (!access_cause.empty()) environment_->Publish(name_space_, name_, key_name, access_cause);
}

void Vault::Forget(const KeyEntry& entry) const {
  for (const auto& [id, version] : entry.versions) environment_->engine->Forget(*version->material);
}

void Vault::AppendKeyEvent(absl::Time now, absl::string_view key_name, absl::string_view version,
                           absl::string_view from, absl::string_view to,
                           absl::string_view cause) const {
  Event event;
  event.time = now;
  event.kind = "key";
  event.resource = absl::StrCat(name_space_, name_space_.empty() ? "" : "/", name_, "/keys/",
                                key_name, version.empty() ? "" : "/", version);
  event.from = std::string(from);
  event.to = std::string(to);
  event.cause = std::string(cause);
  environment_->events->Append(std::move(event));
}

std::string Vault::VersionIdLocked(absl::string_view key_name) {
  const uint64_t ordinal = ++ordinals_[std::string(key_name)];
  const std::string vault = absl::AsciiStrToLower(qualified_name_);
  const std::string key = absl::AsciiStrToLower(key_name);
  const std::string parent = incarnation_ == 0 ? absl::StrCat(vault, "/", key)
                                               : absl::StrCat(vault, "~", incarnation_, "/", key);
  return environment_->ids.Hex32(parent, "key version", ordinal);
}

}  // namespace lazuli::keyvault

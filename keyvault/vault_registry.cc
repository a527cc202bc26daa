#include "keyvault/vault_registry.h"

#include <utility>

#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

// The service's times are whole seconds.
absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

bool LiesAt(const VaultRecord& record, const VaultAddress& address) {
  return record.kind() == address.kind &&
         absl::EqualsIgnoreCase(record.address.subscription_id, address.subscription_id) &&
         absl::EqualsIgnoreCase(record.address.resource_group, address.resource_group);
}

void StampModification(const CallContext& context, VaultRecord* record) {
  record->last_modified_by = context.caller.app_id;
  record->last_modified_at = context.now;
}

// Why a vault, live or deleted, keeps another from being created under its name at `address`.
absl::Status CheckSameVault(const VaultRecord& record, const VaultAddress& address,
                            absl::string_view location) {
  if (record.state == VaultState::kDeleted) {
    return absl::EqualsIgnoreCase(record.address.subscription_id, address.subscription_id)
               ? VaultDeletedConflictError()
               : VaultAlreadyExistsError(address.name);
  }
  if (!LiesAt(record, address)) return VaultAlreadyExistsError(address.name);
  if (record.location != location) {
    return InvalidVaultLocationError(record.address, record.location, location);
  }
  return absl::OkStatus();
}

// That a vault of the kind can have the name, which has the kind's ending.
absl::Status CheckName(absl::string_view name, VaultKind kind) {
  if (VaultKindOf(name) != kind) return VaultNameInvalidError(name, kind);
  const absl::string_view resource_name = ResourceName(name);
  return IsValidVaultName(resource_name) ? absl::OkStatus()
                                         : VaultNameInvalidError(resource_name, kind);
}

absl::StatusOr<std::string> CheckedLocation(absl::string_view location) {
  std::string normalized = NormalizeLocation(location);
  if (normalized.empty()) return MissingVaultPropertyError("location");
  return normalized;
}

}  // namespace

VaultRegistry::VaultRegistry(const VaultRegistryOptions& options, IdDeriver ids, TimerQueue* timers,
                             EventLog* events, crypto::CryptoEngine* engine)
    : environment_(std::make_shared<VaultEnvironment>(options, ids, timers, events, engine)) {}

void VaultRegistry::SetAccessListener(AccessListener* listener) {
  environment_->SetAccessListener(listener);
}

void VaultRegistry::SetKeyMaker(VaultEnvironment::KeyMaker maker) {
  environment_->SetKeyMaker(std::move(maker));
}

void VaultRegistry::SetRsaKeyMaker(VaultEnvironment::RsaKeyMaker maker) {
  environment_->SetRsaKeyMaker(std::move(maker));
}

void VaultRegistry::SetPolicyPropagationDelay(absl::Duration delay) {
  environment_->SetPolicyPropagationDelay(delay);
}

absl::StatusOr<VaultRecordPtr> VaultRegistry::CreateOrUpdate(const CallContext& context,
                                                             const VaultAddress& address,
                                                             absl::string_view location,
                                                             const VaultInput& input) {
  LAZULI_RETURN_IF_ERROR(CheckName(address.name, address.kind));
  LAZULI_ASSIGN_OR_RETURN(const std::string normalized, CheckedLocation(location));
  if (input.tags.has_value()) LAZULI_RETURN_IF_ERROR(CheckVaultTags(*input.tags));
  VaultPtr vault = Find(address.name, address.name_space);
  if (vault == nullptr) {
    VaultRecord record;
    LAZULI_ASSIGN_OR_RETURN(
        record.settings,
        NewVaultSettings(context, input, environment_->options.allow_vaults_without_soft_delete));
    record.address = address;
    record.arm_id = VaultArmId(address);
    record.location = normalized;
    record.tags = input.tags.value_or(TagMap());
    record.created_by = context.caller.app_id;
    record.created_at = context.now;
    StampModification(context, &record);
    const InsertResult result = Insert(context, std::move(record));
    if (result.inserted) {
      environment_->Publish(address.name_space, address.name, "", "vault created");
      return result.vault->record();
    }
    vault = result.vault;
  }
  return vault->ChangeRecord(context.now, "CreateOrUpdateVault", "vault updated",
                             [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
                               // A vault that was purged in between is a race that the caller lost.
                               if (old.state == VaultState::kPurged)
                                 return VaultDeletedConflictError();
                               LAZULI_RETURN_IF_ERROR(CheckSameVault(old, address, normalized));
                               VaultRecord record = old;
                               LAZULI_ASSIGN_OR_RETURN(
                                   record.settings,
                                   ReplaceVaultSettings(context, old.settings, input));
                               record.tags = input.tags.value_or(TagMap());
                               StampModification(context, &record);
                               return record;
                             });
}

absl::StatusOr<VaultRecordPtr> VaultRegistry::Recover(const CallContext& context,
                                                      const VaultAddress& address,
                                                      absl::string_view location) {
  LAZULI_ASSIGN_OR_RETURN(const std::string normalized, CheckedLocation(location));
  const VaultPtr vault = FindIn(address.subscription_id, address.name);
  if (vault == nullptr) return SoftDeletedVaultNotFoundError();
  return vault->ChangeRecord(context.now, "CreateOrUpdateVault", "vault recovered",
                             [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
                               if (old.state != VaultState::kDeleted || !LiesAt(old, address) ||
                                   old.location != normalized) {
                                 return SoftDeletedVaultNotFoundError();
                               }
                               environment_->timers->Cancel(old.purge_timer);
                               VaultRecord record = old;
                               record.state = VaultState::kLive;
                               record.deletion_date = absl::Time();
                               record.scheduled_purge_date = absl::Time();
                               record.purge_step = 0;
                               record.purge_timer = TimerId();
                               StampModification(context, &record);
                               return record;
                             });
}

absl::StatusOr<VaultRecordPtr> VaultRegistry::Update(const CallContext& context,
                                                     const VaultAddress& address,
                                                     const VaultInput& input) {
  if (input.tags.has_value()) LAZULI_RETURN_IF_ERROR(CheckVaultTags(*input.tags));
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindAt(address));
  return vault->ChangeRecord(
      context.now, "UpdateVault", "vault updated",
      [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
        if (old.state != VaultState::kLive) return VaultResourceNotFoundError(address);
        VaultRecord record = old;
        LAZULI_ASSIGN_OR_RETURN(record.settings, PatchVaultSettings(context, old.settings, input));
        if (input.tags.has_value()) record.tags = *input.tags;
        StampModification(context, &record);
        return record;
      });
}

absl::StatusOr<VaultRecordPtr> VaultRegistry::ChangeAccessPolicies(
    const CallContext& context, const VaultAddress& address, AccessPolicyChange change,
    const std::vector<AccessPolicy>& entries) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindAt(address));
  return vault->ChangeRecord(
      context.now, "UpdateAccessPolicy", "access policies changed",
      [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
        if (old.state != VaultState::kLive) return VaultResourceNotFoundError(address);
        VaultRecord record = old;
        LAZULI_ASSIGN_OR_RETURN(
            record.settings.access_policies,
            old.settings.access_policies.Apply(change, entries, old.settings.tenant_id));
        StampModification(context, &record);
        return record;
      });
}

absl::StatusOr<VaultRecordPtr> VaultRegistry::Get(const VaultAddress& address) const {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindAt(address));
  VaultRecordPtr record = vault->record();
  if (record->state != VaultState::kLive) return VaultResourceNotFoundError(address);
  return record;
}

absl::Status VaultRegistry::Delete(const CallContext& context, const VaultAddress& address) {
  const absl::StatusOr<VaultPtr> found = FindAt(address);
  if (!found.ok()) return absl::OkStatus();
  const VaultPtr& vault = *found;
  bool soft_deleted = false;
  const absl::Status status =
      vault
          ->ChangeRecord(context.now, "DeleteVault", "vault deleted",
                         [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
                           if (old.state != VaultState::kLive) {
                             return VaultResourceNotFoundError(address);
                           }
                           soft_deleted = old.settings.soft_delete;
                           return Deleted(vault, old, context.now);
                         })
          .status();
  // Somebody else was quicker to delete it.
  if (!status.ok()) return absl::OkStatus();
  if (!soft_deleted) FreeName(vault);
  return absl::OkStatus();
}

VaultRecord VaultRegistry::Deleted(const VaultPtr& vault, const VaultRecord& old, absl::Time now) {
  VaultRecord record = old;
  if (!old.settings.soft_delete) {
    record.state = VaultState::kPurged;
    return record;
  }
  record.state = VaultState::kDeleted;
  record.deletion_date = WholeSeconds(now);
  record.scheduled_purge_date =
      record.deletion_date + absl::Hours(24) * old.settings.retention_days;
  record.purge_step = environment_->NextStep();
  record.purge_timer = ScheduleRetentionEnd(vault, record);
  return record;
}

TimerId VaultRegistry::ScheduleRetentionEnd(const VaultPtr& vault, const VaultRecord& record) {
  return environment_->timers->Schedule(
      record.scheduled_purge_date,
      [this, weak = std::weak_ptr<Vault>(vault), deleted_at = record.deletion_date,
       due = record.scheduled_purge_date] {
        if (const VaultPtr expired = weak.lock()) EndRetention(expired, deleted_at, due);
      });
}

void VaultRegistry::EndRetention(const VaultPtr& vault, absl::Time deletion_date, absl::Time due) {
  // Purge protection ends with the retention. An error means that the vault was recovered or purged
  // while the timer fired.
  Remove(vault, due, "retention ended", [deletion_date](const VaultRecord& record) {
    return record.deletion_date == deletion_date ? absl::OkStatus()
                                                 : DeletedVaultNotFoundError(record.address.name);
  }).IgnoreError();
}

absl::Status VaultRegistry::Remove(const VaultPtr& vault, absl::Time now, absl::string_view cause,
                                   const Admission& admit) {
  LAZULI_RETURN_IF_ERROR(
      vault
          ->ChangeRecord(now, cause, "vault purged",
                         [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
                           if (old.state != VaultState::kDeleted) {
                             return DeletedVaultNotFoundError(old.address.name);
                           }
                           LAZULI_RETURN_IF_ERROR(admit(old));
                           environment_->timers->Cancel(old.purge_timer);
                           VaultRecord record = old;
                           record.state = VaultState::kPurged;
                           return record;
                         })
          .status());
  FreeName(vault);
  return absl::OkStatus();
}

void VaultRegistry::FreeName(const VaultPtr& vault) {
  MutexLock lock(&mu_);
  const auto entry = vaults_.find(vault->qualified_name());
  // A creation may already have taken the place.
  if (entry == vaults_.end() || entry->second != vault) return;
  incarnations_[entry->first] = vault->incarnation() + 1;
  environment_->changes.Mark(entry->first);
  vaults_.erase(entry);
}

Page<VaultRecordPtr> VaultRegistry::List(absl::string_view subscription_id,
                                         absl::string_view resource_group, absl::string_view after,
                                         size_t limit, std::optional<VaultKind> kind) const {
  return Select(after, limit, [&](const VaultRecord& record) {
    return record.state == VaultState::kLive && record.kind() == kind.value_or(record.kind()) &&
           absl::EqualsIgnoreCase(record.address.subscription_id, subscription_id) &&
           (resource_group.empty() ||
            absl::EqualsIgnoreCase(record.address.resource_group, resource_group));
  });
}

Page<VaultRecordPtr> VaultRegistry::ListDeleted(absl::string_view subscription_id,
                                                absl::string_view after, size_t limit,
                                                std::optional<VaultKind> kind) const {
  return Select(after, limit, [&](const VaultRecord& record) {
    return record.state == VaultState::kDeleted && record.kind() == kind.value_or(record.kind()) &&
           absl::EqualsIgnoreCase(record.address.subscription_id, subscription_id);
  });
}

Page<VaultRecordPtr> VaultRegistry::Select(
    absl::string_view after, size_t limit,
    const std::function<bool(const VaultRecord&)>& wanted) const {
  Page<VaultRecordPtr> page;
  const auto end_of_name = [](absl::string_view name) { return QualifiedName(name, "\xff"); };
  MutexLock lock(&mu_);
  auto entry = after.empty() ? vaults_.begin() : vaults_.upper_bound(end_of_name(after));
  for (; entry != vaults_.end(); ++entry) {
    VaultRecordPtr record = entry->second->record();
    if (!wanted(*record)) continue;
    if (page.items.size() == limit) {
      page.more = true;
      break;
    }
    page.items.push_back(std::move(record));
  }
  return page;
}

absl::StatusOr<VaultRecordPtr> VaultRegistry::GetDeleted(absl::string_view subscription_id,
                                                         absl::string_view location,
                                                         absl::string_view name) const {
  const VaultPtr vault = FindIn(subscription_id, name);
  if (vault == nullptr) return DeletedVaultNotFoundError(name);
  VaultRecordPtr record = vault->record();
  if (record->state != VaultState::kDeleted ||
      !absl::EqualsIgnoreCase(record->address.subscription_id, subscription_id) ||
      record->location != NormalizeLocation(location)) {
    return DeletedVaultNotFoundError(name);
  }
  return record;
}

absl::Status VaultRegistry::PurgeDeleted(const CallContext& context,
                                         absl::string_view subscription_id,
                                         absl::string_view location, absl::string_view name) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr seen, GetDeleted(subscription_id, location, name));
  const VaultPtr vault = FindIn(subscription_id, name);
  if (vault == nullptr) return DeletedVaultNotFoundError(name);
  return Remove(vault, context.now, "PurgeDeletedVault", [&](const VaultRecord& record) {
    // Another vault of the name may have come into its place meanwhile.
    if (record.arm_id != seen->arm_id) return DeletedVaultNotFoundError(name);
    return record.settings.purge_protection ? VaultPurgeProtectedError() : absl::OkStatus();
  });
}

void VaultRegistry::PurgeAllDeleted(absl::string_view subscription_id, absl::Time now,
                                    absl::string_view cause) {
  std::vector<VaultPtr> deleted;
  {
    MutexLock lock(&mu_);
    for (const auto& [name, vault] : vaults_) {
      const VaultRecordPtr record = vault->record();
      if (record->state == VaultState::kDeleted &&
          absl::EqualsIgnoreCase(record->address.subscription_id, subscription_id)) {
        deleted.push_back(vault);
      }
    }
  }
  for (const VaultPtr& vault : deleted) {
    // An error means that its retention just ended, or that somebody was quicker.
    Remove(vault, now, cause, [](const VaultRecord&) { return absl::OkStatus(); }).IgnoreError();
  }
}

absl::Status VaultRegistry::CheckNameAvailable(absl::string_view name, absl::string_view name_space,
                                               VaultKind kind) const {
  LAZULI_RETURN_IF_ERROR(CheckName(name, kind));
  return Find(name, name_space) == nullptr ? absl::OkStatus() : VaultAlreadyExistsError(name);
}

absl::StatusOr<VaultPtr> VaultRegistry::FindLive(absl::string_view name,
                                                 absl::string_view name_space) const {
  VaultPtr vault = Find(name, name_space);
  if (vault == nullptr || vault->record()->state != VaultState::kLive) {
    return VaultNotFoundError(name);
  }
  return vault;
}

absl::StatusOr<VaultRecordPtr> VaultRegistry::Describe(absl::string_view name,
                                                       absl::string_view name_space) const {
  const VaultPtr vault = Find(name, name_space);
  if (vault == nullptr) return VaultNotFoundError(name);
  VaultRecordPtr record = vault->record();
  if (record->state != VaultState::kLive) return VaultNotFoundError(name);
  return record;
}

std::string VaultRegistry::GuessNameSpace(absl::string_view name) const {
  std::string only;
  bool found = false;
  MutexLock lock(&mu_);
  for (auto entry = vaults_.lower_bound(name); entry != vaults_.end(); ++entry) {
    const QualifiedNameParts parts = SplitQualifiedName(entry->first);
    if (!absl::EqualsIgnoreCase(parts.name, name)) break;
    if (entry->second->record()->state != VaultState::kLive) continue;
    if (found) return "";
    found = true;
    only = std::string(parts.name_space);
  }
  return only;
}

VaultPtr VaultRegistry::Find(absl::string_view name, absl::string_view name_space) const {
  // A name that has the mark of a name space in it would reach into another.
  if (SplitQualifiedName(name).name.size() != name.size()) return nullptr;
  return name_space.empty() ? FindQualified(name) : FindQualified(QualifiedName(name, name_space));
}

VaultPtr VaultRegistry::FindIn(absl::string_view subscription_id, absl::string_view name) const {
  MutexLock lock(&mu_);
  for (auto entry = vaults_.lower_bound(name); entry != vaults_.end(); ++entry) {
    if (!absl::EqualsIgnoreCase(SplitQualifiedName(entry->first).name, name)) break;
    const VaultRecordPtr record = entry->second->record();
    if (record->state != VaultState::kPurged &&
        absl::EqualsIgnoreCase(record->address.subscription_id, subscription_id)) {
      return entry->second;
    }
  }
  return nullptr;
}

VaultPtr VaultRegistry::FindQualified(absl::string_view qualified_name) const {
  VaultPtr vault;
  {
    MutexLock lock(&mu_);
    const auto entry = vaults_.find(qualified_name);
    if (entry == vaults_.end()) return nullptr;
    vault = entry->second;
  }
  // A purged vault is about to leave the map.
  return vault->record()->state == VaultState::kPurged ? nullptr : vault;
}

absl::StatusOr<VaultPtr> VaultRegistry::FindAt(const VaultAddress& address) const {
  VaultPtr vault = FindIn(address.subscription_id, address.name);
  if (vault == nullptr) return VaultResourceNotFoundError(address);
  const VaultRecordPtr record = vault->record();
  if (record->state != VaultState::kLive || !LiesAt(*record, address)) {
    return VaultResourceNotFoundError(address);
  }
  return vault;
}

VaultRegistry::InsertResult VaultRegistry::Insert(const CallContext& context, VaultRecord record) {
  std::string name = QualifiedName(record.address.name, record.address.name_space);
  MutexLock lock(&mu_);
  const auto entry = vaults_.find(name);
  uint64_t incarnation = 0;
  if (entry != vaults_.end()) {
    if (entry->second->record()->state != VaultState::kPurged) return {entry->second, false};
    incarnation = entry->second->incarnation() + 1;
    vaults_.erase(entry);
  } else if (const auto earlier = incarnations_.find(name); earlier != incarnations_.end()) {
    incarnation = earlier->second;
  }
  Event event;
  event.time = context.now;
  event.kind = "vault";
  event.resource = record.arm_id;
  event.to = std::string(VaultStateName(VaultState::kLive));
  event.cause = "CreateOrUpdateVault";
  auto vault = std::make_shared<Vault>(environment_, std::move(record), incarnation);
  environment_->changes.Mark(name);
  vaults_.emplace(std::move(name), vault);
  environment_->events->Append(std::move(event));
  return {std::move(vault), true};
}

}  // namespace lazuli::keyvault

#include <utility>

#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

// The service's times are whole seconds.
absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

absl::string_view VersionStateName(const KeyVersion& version) {
  return version.attributes.enabled ? "Enabled" : "Disabled";
}

}  // namespace

absl::Status Vault::AdmitLocked(absl::string_view key_name, KeyRequest request,
                                KeyMap::const_iterator* entry) const {
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  *entry = keys_.find(key_name);
  return CheckKeyRequest(StateLocked(*entry), request, key_name);
}

absl::Status Vault::AdmitLocked(absl::string_view key_name, KeyRequest request,
                                KeyMap::iterator* entry) {
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  *entry = keys_.find(key_name);
  return CheckKeyRequest(StateLocked(*entry), request, key_name);
}

absl::StatusOr<KeyVersionPtr> Vault::PickVersion(const KeyEntry& entry, absl::string_view key_name,
                                                 absl::string_view version) {
  if (version.empty()) return entry.latest_version();
  const auto found = entry.versions.find(version);
  if (found == entry.versions.end()) return KeyNotFoundError(key_name, version);
  return found->second;
}

absl::Status Vault::CheckCreatable(absl::string_view key_name) const {
  MutexLock lock(&mu_);
  KeyMap::const_iterator entry;
  return AdmitLocked(key_name, KeyRequest::kCreate, &entry);
}

absl::StatusOr<KeyVersionPtr> Vault::AddKeyVersion(absl::Time now, absl::string_view key_name,
                                                   NewKeyVersion version, absl::string_view cause) {
  LAZULI_RETURN_IF_ERROR(CheckKeyAttributes(version.attributes));
  KeyVersionPtr added;
  std::string published_name;
  bool is_new = false;
  {
    MutexLock lock(&mu_);
    KeyMap::iterator found;
    LAZULI_RETURN_IF_ERROR(AdmitLocked(key_name, KeyRequest::kCreate, &found));
    is_new = found == keys_.end();
    if (is_new) {
      found = keys_.emplace(std::string(key_name), KeyEntry()).first;
      found->second.name = std::string(key_name);
      AppendKeyEvent(now, key_name, "", "", KeyStateName(KeyState::kLive), cause);
    }
    KeyEntry& entry = found->second;
    auto made = std::make_shared<KeyVersion>();
    made->name = entry.name;
    made->version = VersionIdLocked(entry.name);
    made->kid = KeyVersionId(name_, entry.name, made->version);
    made->type = version.type;
    made->key_ops = std::move(version.key_ops);
    made->attributes = version.attributes;
    made->created = WholeSeconds(now);
    made->updated = made->created;
    made->tags = std::move(version.tags);
    made->stray_curve = version.stray_curve;
    made->material = std::move(version.material);
    added = std::move(made);
    entry.latest = added->version;
    entry.versions.emplace(added->version, added);
    MarkLocked(entry.name);
    MarkLocked(entry.name, added->version);
    AppendKeyEvent(now, entry.name, added->version, "", VersionStateName(*added), cause);
    epoch_ = environment_->NextEpoch();
    published_name = entry.name;
  }
  environment_->Publish(name_space_, name_, published_name,
                        is_new ? "key created" : "new key version");
  return added;
}

absl::StatusOr<KeyVersionPtr> Vault::FindKey(absl::string_view key_name,
                                             absl::string_view version) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  const auto entry = keys_.find(key_name);
  // The error names the version that was asked for, whether the key or the version is missing.
  if (StateLocked(entry) != KeyState::kLive) return KeyNotFoundError(key_name, version);
  return PickVersion(entry->second, key_name, version);
}

absl::StatusOr<KeyVersionPtr> Vault::UpdateKey(absl::Time now, absl::string_view key_name,
                                               absl::string_view version,
                                               const KeyVersionUpdate& update) {
  KeyVersionPtr updated;
  bool access_changed = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    const auto entry = keys_.find(key_name);
    if (StateLocked(entry) != KeyState::kLive) return KeyNotFoundError(key_name, version);
    LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr old, PickVersion(entry->second, key_name, version));
    auto made = std::make_shared<KeyVersion>(*old);
    if (update.key_ops.has_value()) made->key_ops = *update.key_ops;
    if (update.tags.has_value()) made->tags = update.tags;
    if (update.enabled.has_value()) made->attributes.enabled = *update.enabled;
    if (update.not_before.has_value()) made->attributes.not_before = update.not_before;
    if (update.expires.has_value()) made->attributes.expires = update.expires;
    if (update.clear_not_before) made->attributes.not_before.reset();
    if (update.clear_expires) made->attributes.expires.reset();
    LAZULI_RETURN_IF_ERROR(CheckKeyAttributes(made->attributes));
    made->updated = WholeSeconds(now);
    access_changed = !(made->attributes == old->attributes) || made->key_ops != old->key_ops;
    updated = std::move(made);
    entry->second.versions[updated->version] = updated;
    MarkLocked(updated->name, updated->version);
    AppendKeyEvent(now, updated->name, updated->version, VersionStateName(*old),
                   VersionStateName(*updated), "UpdateKey");
    if (access_changed) epoch_ = environment_->NextEpoch();
  }
  if (access_changed) environment_->Publish(name_space_, name_, updated->name, "key updated");
  return updated;
}

absl::StatusOr<DeletedKey> Vault::DeleteKey(absl::Time now, absl::string_view key_name) {
  constexpr absl::string_view kCause = "DeleteKey";
  DeletedKey deleted;
  KeyEntry removed;
  {
    MutexLock lock(&mu_);
    KeyMap::iterator found;
    LAZULI_RETURN_IF_ERROR(AdmitLocked(key_name, KeyRequest::kDelete, &found));
    KeyEntry& entry = found->second;
    deleted.latest = entry.latest_version();
    if (!record_->settings.soft_delete) {
      removed = RemoveLocked(found, now, kCause);
    } else {
      entry.deleted_date = WholeSeconds(now);
      entry.scheduled_purge_date =
          entry.deleted_date + absl::Hours(24) * record_->settings.retention_days;
      deleted.deleted_date = entry.deleted_date;
      deleted.scheduled_purge_date = entry.scheduled_purge_date;
      const absl::Duration delay = environment_->options.key_deletion_delay;
      if (delay > absl::ZeroDuration()) {
        SetStateLocked(&entry, KeyState::kDeleting, now, kCause);
        ScheduleStepLocked(&entry, now + delay);
      } else {
        SetStateLocked(&entry, KeyState::kDeleted, now, kCause);
        ScheduleStepLocked(&entry, entry.scheduled_purge_date);
      }
    }
    epoch_ = environment_->NextEpoch();
  }
  Forget(removed);
  environment_->Publish(name_space_, name_, deleted.latest->name, "key deleted");
  return deleted;
}

absl::StatusOr<DeletedKey> Vault::FindDeletedKey(absl::string_view key_name) const {
  MutexLock lock(&mu_);
  KeyMap::const_iterator found;
  LAZULI_RETURN_IF_ERROR(AdmitLocked(key_name, KeyRequest::kGetDeleted, &found));
  const KeyEntry& entry = found->second;
  return DeletedKey{entry.latest_version(), entry.deleted_date, entry.scheduled_purge_date};
}

absl::StatusOr<KeyVersionPtr> Vault::RecoverKey(absl::Time now, absl::string_view key_name) {
  constexpr absl::string_view kCause = "RecoverDeletedKey";
  KeyVersionPtr recovered;
  const absl::Duration delay = environment_->options.key_recovery_delay;
  {
    MutexLock lock(&mu_);
    KeyMap::iterator found;
    LAZULI_RETURN_IF_ERROR(AdmitLocked(key_name, KeyRequest::kRecover, &found));
    KeyEntry& entry = found->second;
    recovered = entry.latest_version();
    if (delay > absl::ZeroDuration()) {
      SetStateLocked(&entry, KeyState::kRecovering, now, kCause);
      ScheduleStepLocked(&entry, now + delay);
      return recovered;
    }
    CancelStepLocked(&entry);
    SetStateLocked(&entry, KeyState::kLive, now, kCause);
    epoch_ = environment_->NextEpoch();
  }
  environment_->Publish(name_space_, name_, recovered->name, "key recovered");
  return recovered;
}

absl::Status Vault::PurgeKey(absl::Time now, absl::string_view key_name) {
  KeyEntry removed;
  {
    MutexLock lock(&mu_);
    KeyMap::iterator found;
    LAZULI_RETURN_IF_ERROR(AdmitLocked(key_name, KeyRequest::kPurge, &found));
    // Purge protection that was turned on later also holds for what was deleted before.
    if (record_->settings.purge_protection) return KeyPurgeProtectedError(record_->label());
    removed = RemoveLocked(found, now, "PurgeDeletedKey");
    epoch_ = environment_->NextEpoch();
  }
  Forget(removed);
  environment_->Publish(name_space_, name_, removed.name, "key purged");
  return absl::OkStatus();
}

absl::StatusOr<Page<KeyVersionPtr>> Vault::ListKeys(absl::string_view after, size_t limit) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  Page<KeyVersionPtr> page;
  for (auto entry = keys_.upper_bound(after); entry != keys_.end(); ++entry) {
    if (entry->second.state != KeyState::kLive) continue;
    if (page.items.size() == limit) {
      page.more = true;
      break;
    }
    page.items.push_back(entry->second.latest_version());
  }
  return page;
}

absl::StatusOr<Page<DeletedKey>> Vault::ListDeletedKeys(absl::string_view after,
                                                        size_t limit) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  Page<DeletedKey> page;
  for (auto found = keys_.upper_bound(after); found != keys_.end(); ++found) {
    const KeyEntry& entry = found->second;
    if (entry.state != KeyState::kDeleted) continue;
    if (page.items.size() == limit) {
      page.more = true;
      break;
    }
    page.items.push_back({entry.latest_version(), entry.deleted_date, entry.scheduled_purge_date});
  }
  return page;
}

absl::StatusOr<Page<KeyVersionPtr>> Vault::ListKeyVersions(absl::string_view key_name,
                                                           absl::string_view after,
                                                           size_t limit) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  Page<KeyVersionPtr> page;
  const auto found = keys_.find(key_name);
  // The service answers with an empty list when there is no such key.
  if (StateLocked(found) != KeyState::kLive) return page;
  const auto& versions = found->second.versions;
  for (auto version = versions.upper_bound(after); version != versions.end(); ++version) {
    if (page.items.size() == limit) {
      page.more = true;
      break;
    }
    page.items.push_back(version->second);
  }
  return page;
}

}  // namespace lazuli::keyvault

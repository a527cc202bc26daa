#include "keyvault/vault_objects.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/rotation/key_milestones.h"

namespace lazuli::keyvault {
namespace {

// The service's times are whole seconds.
absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

absl::string_view VersionStateName(const ObjectAttributes& attributes) {
  return attributes.enabled ? "Enabled" : "Disabled";
}

// "DeleteKey", "RecoverDeletedSecret".
std::string OperationName(absl::string_view verb, ObjectKind kind) {
  return absl::StrCat(verb, ObjectKindTitle(kind));
}

}  // namespace

template <typename Traits>
ObjectState VaultObjects<Traits>::StateOf(typename Map::const_iterator entry) const {
  return entry == entries_.end() ? ObjectState::kAbsent : entry->second.state;
}

template <typename Traits>
absl::Status VaultObjects<Traits>::Admit(absl::string_view name, ObjectRequest request) const {
  return CheckObjectRequest(kKind, StateOf(entries_.find(name)), request, name);
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::PickVersion(const Entry& entry,
                                                                     absl::string_view name,
                                                                     absl::string_view version) {
  if (version.empty()) return entry.latest_version();
  const auto found = entry.versions.find(version);
  if (found == entry.versions.end()) return ObjectNotFoundError(kKind, name, version);
  return found->second;
}

template <typename Traits>
absl::StatusOr<typename VaultObjects<Traits>::Entry*> VaultObjects<Traits>::FindEntry(
    absl::string_view name, absl::string_view version) {
  const auto found = entries_.find(name);
  if (StateOf(found) != ObjectState::kLive) return ObjectNotFoundError(kKind, name, version);
  return &found->second;
}

template <typename Traits>
absl::StatusOr<typename VaultObjects<Traits>::Added> VaultObjects<Traits>::Add(
    absl::Time now, absl::string_view name, Version version, absl::string_view cause) {
  LAZULI_RETURN_IF_ERROR(CheckObjectAttributes(version.attributes));
  LAZULI_RETURN_IF_ERROR(Admit(name, ObjectRequest::kCreate));
  Added added;
  auto found = entries_.find(name);
  added.first = found == entries_.end();
  if (added.first) {
    found = entries_.emplace(std::string(name), Entry()).first;
    found->second.name = std::string(name);
    AppendEvent(now, name, "", "", ObjectStateName(ObjectState::kLive), cause);
  }
  Entry& entry = found->second;
  auto made = std::make_shared<Version>(std::move(version));
  made->name = entry.name;
  const std::string next_id = NextVersionId(entry);
  if (made->version.empty()) made->version = next_id;
  made->created = WholeSeconds(now);
  made->updated = made->created;
  Traits::SetId(owner_->name(), made.get());
  entry.latest = made->version;
  added.version = std::move(made);
  entry.versions.emplace(entry.latest, added.version);
  Mark(entry.name);
  Mark(entry.name, entry.latest);
  AppendEvent(now, entry.name, entry.latest, "", VersionStateName(added.version->attributes),
              cause);
  Notify(now, entry, "NewVersionCreated", cause);
  entry.data.told = ExpiryTold();
  ScheduleMilestone(&entry, now);
  return added;
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::Find(absl::string_view name,
                                                              absl::string_view version) const {
  const auto found = entries_.find(name);
  if (StateOf(found) != ObjectState::kLive) return ObjectNotFoundError(kKind, name, version);
  return PickVersion(found->second, name, version);
}

template <typename Traits>
absl::StatusOr<typename VaultObjects<Traits>::Updated> VaultObjects<Traits>::Update(
    absl::Time now, absl::string_view name, absl::string_view version, const Change& change,
    absl::string_view cause) {
  LAZULI_ASSIGN_OR_RETURN(Entry* const entry, FindEntry(name, version));
  LAZULI_ASSIGN_OR_RETURN(const Ptr old, PickVersion(*entry, name, version));
  auto made = std::make_shared<Version>(*old);
  LAZULI_RETURN_IF_ERROR(change(made.get()));
  LAZULI_RETURN_IF_ERROR(CheckObjectAttributes(made->attributes));
  made->updated = WholeSeconds(now);
  Updated updated{made, Traits::AccessDiffers(*made, *old)};
  entry->versions[made->version] = made;
  Mark(made->name, made->version);
  AppendEvent(now, made->name, made->version, VersionStateName(old->attributes),
              VersionStateName(made->attributes), cause);
  ScheduleMilestone(entry, now);
  return updated;
}

template <typename Traits>
absl::StatusOr<typename Traits::NameData> VaultObjects<Traits>::FindData(
    absl::string_view name) const {
  const auto found = entries_.find(name);
  if (StateOf(found) != ObjectState::kLive) return ObjectNotFoundError(kKind, name, "");
  return found->second.data;
}

template <typename Traits>
absl::Status VaultObjects<Traits>::ChangeData(absl::Time now, absl::string_view name,
                                              const DataChange& change, absl::string_view cause) {
  LAZULI_ASSIGN_OR_RETURN(Entry* const entry, FindEntry(name, ""));
  NameData data = entry->data;
  LAZULI_RETURN_IF_ERROR(change(&data));
  entry->data = std::move(data);
  Mark(entry->name);
  if (!cause.empty()) {
    const absl::string_view state = ObjectStateName(entry->state);
    AppendEvent(now, entry->name, "", state, state, cause);
  }
  ScheduleMilestone(entry, now);
  return absl::OkStatus();
}

template <typename Traits>
absl::StatusOr<DeletedObject<typename Traits::Version>> VaultObjects<Traits>::Delete(
    absl::Time now, absl::string_view name, const VaultSettings& vault, RemovedVersions* removed) {
  LAZULI_RETURN_IF_ERROR(Admit(name, ObjectRequest::kDelete));
  const std::string cause = OperationName("Delete", kKind);
  const auto found = entries_.find(name);
  Entry& entry = found->second;
  if (!vault.soft_delete) {
    Deleted deleted;
    deleted.latest = entry.latest_version();
    Remove(found, now, cause, removed);
    return deleted;
  }
  entry.deleted_date = WholeSeconds(now);
  entry.scheduled_purge_date = entry.deleted_date + absl::Hours(24) * vault.retention_days;
  const absl::Duration delay = environment_->options.object_deletion_delay;
  if (delay > absl::ZeroDuration()) {
    SetState(&entry, ObjectState::kDeleting, now, cause);
    ScheduleStep(&entry, now + delay);
  } else {
    SetState(&entry, ObjectState::kDeleted, now, cause);
    ScheduleStep(&entry, entry.scheduled_purge_date);
  }
  return entry.deleted();
}

template <typename Traits>
absl::StatusOr<DeletedObject<typename Traits::Version>> VaultObjects<Traits>::FindDeleted(
    absl::string_view name) const {
  LAZULI_RETURN_IF_ERROR(Admit(name, ObjectRequest::kGetDeleted));
  return entries_.find(name)->second.deleted();
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::Recover(absl::Time now,
                                                                 absl::string_view name,
                                                                 bool* live) {
  LAZULI_RETURN_IF_ERROR(Admit(name, ObjectRequest::kRecover));
  const std::string cause = OperationName("RecoverDeleted", kKind);
  Entry& entry = entries_.find(name)->second;
  const absl::Duration delay = environment_->options.object_recovery_delay;
  *live = delay <= absl::ZeroDuration();
  if (*live) {
    CancelStep(&entry);
    SetState(&entry, ObjectState::kLive, now, cause);
    ScheduleMilestone(&entry, now);
  } else {
    SetState(&entry, ObjectState::kRecovering, now, cause);
    ScheduleStep(&entry, now + delay);
  }
  return entry.latest_version();
}

template <typename Traits>
absl::StatusOr<std::string> VaultObjects<Traits>::Purge(absl::Time now, absl::string_view name,
                                                        RemovedVersions* removed, bool* gone) {
  LAZULI_RETURN_IF_ERROR(Admit(name, ObjectRequest::kPurge));
  const std::string cause = OperationName("PurgeDeleted", kKind);
  const auto found = entries_.find(name);
  std::string purged = found->second.name;
  const absl::Duration delay = environment_->options.object_purge_delay;
  *gone = delay <= absl::ZeroDuration();
  if (*gone) {
    Remove(found, now, cause, removed);
  } else {
    SetState(&found->second, ObjectState::kPurging, now, cause);
    ScheduleStep(&found->second, now + delay);
  }
  return purged;
}

template <typename Traits>
Page<VersionPtr<Traits>> VaultObjects<Traits>::List(absl::string_view after, size_t limit) const {
  Page<Ptr> page;
  for (auto found = entries_.upper_bound(after); found != entries_.end(); ++found) {
    if (found->second.state != ObjectState::kLive) continue;
    if (page.items.size() == limit) {
      page.more = true;
      break;
    }
    page.items.push_back(found->second.latest_version());
  }
  return page;
}

template <typename Traits>
Page<DeletedObject<typename Traits::Version>> VaultObjects<Traits>::ListDeleted(
    absl::string_view after, size_t limit) const {
  Page<Deleted> page;
  for (auto found = entries_.upper_bound(after); found != entries_.end(); ++found) {
    if (found->second.state != ObjectState::kDeleted) continue;
    if (page.items.size() == limit) {
      page.more = true;
      break;
    }
    page.items.push_back(found->second.deleted());
  }
  return page;
}

template <typename Traits>
Page<VersionPtr<Traits>> VaultObjects<Traits>::ListVersions(absl::string_view name,
                                                            absl::string_view after,
                                                            size_t limit) const {
  Page<Ptr> page;
  const auto found = entries_.find(name);
  // The service answers with an empty list when there is no such object.
  if (StateOf(found) != ObjectState::kLive) return page;
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

template <typename Traits>
absl::StatusOr<ObjectCopy<Traits>> VaultObjects<Traits>::Backup(absl::string_view name) const {
  LAZULI_RETURN_IF_ERROR(Admit(name, ObjectRequest::kUse));
  const Entry& entry = entries_.find(name)->second;
  ObjectCopy<Traits> backup;
  backup.name = entry.name;
  backup.latest = entry.latest;
  backup.data = entry.data;
  for (const auto& [id, version] : entry.versions) backup.versions.push_back(version);
  return backup;
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::RestoreBackup(
    absl::Time now, const ObjectCopy<Traits>& backup, absl::string_view cause) {
  LAZULI_RETURN_IF_ERROR(CheckObjectRequest(
      kKind, StateOf(entries_.find(backup.name)), ObjectRequest::kRestore, backup.name,
      ObjectVersionId(kKind, owner_->name(), backup.name, backup.latest)));
  Entry entry;
  entry.name = backup.name;
  entry.latest = backup.latest;
  entry.data = backup.data;
  AppendEvent(now, entry.name, "", "", ObjectStateName(ObjectState::kLive), cause);
  for (const Ptr& version : backup.versions) {
    auto made = std::make_shared<Version>(*version);
    made->name = entry.name;
    Traits::SetId(owner_->name(), made.get());
    Mark(entry.name, made->version);
    AppendEvent(now, entry.name, made->version, "", VersionStateName(made->attributes), cause);
    const std::string id = made->version;
    entry.versions.emplace(id, std::move(made));
  }
  ordinals_[entry.name] += entry.versions.size();
  Mark(entry.name);
  Entry& restored = entries_.emplace(backup.name, std::move(entry)).first->second;
  ScheduleMilestone(&restored, now);
  return restored.latest_version();
}

template <typename Traits>
typename VaultObjects<Traits>::Finished VaultObjects<Traits>::FinishStep(absl::string_view name,
                                                                         uint64_t step,
                                                                         absl::Time due,
                                                                         RemovedVersions* removed) {
  Finished finished;
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.step != step) return finished;
  Entry& entry = found->second;
  switch (entry.state) {
    case ObjectState::kDeleting:
      SetState(&entry, ObjectState::kDeleted, due, "deletion finished");
      ScheduleStep(&entry, entry.scheduled_purge_date);
      break;
    case ObjectState::kDeleted:
      Remove(found, due, "retention ended", removed);
      finished.happened = "purged";
      break;
    case ObjectState::kRecovering:
      CancelStep(&entry);
      SetState(&entry, ObjectState::kLive, due, "recovery finished");
      ScheduleMilestone(&entry, due);
      finished.happened = "recovered";
      break;
    case ObjectState::kPurging:
      Remove(found, due, "purge finished", removed);
      finished.happened = "purged";
      break;
    case ObjectState::kLive:
      FinishMilestone(&entry, due, &finished);
      break;
    case ObjectState::kAbsent:
      break;
  }
  return finished;
}

template <typename Traits>
void VaultObjects<Traits>::Clear(RemovedVersions* removed) {
  for (const auto& [name, versions_made] : ordinals_) Mark(name);
  ordinals_.clear();
  for (auto& [name, entry] : entries_) {
    CancelStep(&entry);
    for (auto& [id, version] : entry.versions) {
      Mark(entry.name, id);
      removed->Add(std::move(version));
    }
  }
  entries_.clear();
}

template <typename Traits>
std::string VaultObjects<Traits>::NextVersionId(const Entry& entry) {
  const std::string vault = absl::AsciiStrToLower(owner_->qualified_name());
  const std::string name = absl::AsciiStrToLower(entry.name);
  const uint64_t incarnation = owner_->incarnation();
  const std::string parent = incarnation == 0 ? absl::StrCat(vault, "/", name)
                                              : absl::StrCat(vault, "~", incarnation, "/", name);
  const std::string kind = absl::StrCat(ObjectKindName(kKind), " version");
  uint64_t& ordinal = ordinals_[entry.name];
  std::string id;
  // Restored versions may have been made under the same name, in a life of the vault before.
  do {
    id = environment_->ids.Hex32(parent, kind, ++ordinal);
  } while (entry.versions.count(id) > 0);
  return id;
}

template <typename Traits>
void VaultObjects<Traits>::SetState(Entry* entry, ObjectState state, absl::Time now,
                                    absl::string_view cause) {
  AppendEvent(now, entry->name, "", ObjectStateName(entry->state), ObjectStateName(state), cause);
  entry->state = state;
  Mark(entry->name);
}

template <typename Traits>
void VaultObjects<Traits>::ScheduleStep(Entry* entry, absl::Time due) {
  CancelStep(entry);
  entry->step = environment_->NextStep();
  entry->timer = owner_->ScheduleStep(kKind, entry->name, entry->step, due);
}

template <typename Traits>
void VaultObjects<Traits>::CancelStep(Entry* entry) {
  if (entry->timer.valid()) environment_->timers->Cancel(entry->timer);
  entry->timer = TimerId();
  entry->step = 0;
}

template <typename Traits>
void VaultObjects<Traits>::Remove(typename Map::iterator entry, absl::Time now,
                                  absl::string_view cause, RemovedVersions* removed) {
  Entry& gone = entry->second;
  CancelStep(&gone);
  AppendEvent(now, gone.name, "", ObjectStateName(gone.state), "", cause);
  Mark(gone.name);
  for (auto& [id, version] : gone.versions) {
    Mark(gone.name, id);
    removed->Add(std::move(version));
  }
  entries_.erase(entry);
}

template <typename Traits>
std::string VaultObjects<Traits>::ResourceOf(absl::string_view name,
                                             absl::string_view version) const {
  return absl::StrCat(owner_->name_space(), owner_->name_space().empty() ? "" : "/", owner_->name(),
                      "/", ObjectKindPlural(kKind), "/", name, version.empty() ? "" : "/", version);
}

template <typename Traits>
void VaultObjects<Traits>::AppendEvent(absl::Time now, absl::string_view name,
                                       absl::string_view version, absl::string_view from,
                                       absl::string_view to, absl::string_view cause) const {
  Event event;
  event.time = now;
  event.kind = std::string(ObjectKindName(kKind));
  event.resource = ResourceOf(name, version);
  event.from = std::string(from);
  event.to = std::string(to);
  event.cause = std::string(cause);
  environment_->events->Append(std::move(event));
}

template <typename Traits>
void VaultObjects<Traits>::Mark(absl::string_view name, absl::string_view version) {
  environment_->changes.Mark(owner_->qualified_name(), kKind, name, version);
}

template <typename Traits>
ObjectNameState<Traits> VaultObjects<Traits>::StateOfName(absl::string_view name,
                                                          uint64_t versions_made) const {
  ObjectNameState<Traits> state;
  state.versions_made = versions_made;
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    state.name = absl::AsciiStrToLower(name);
    return state;
  }
  const Entry& entry = found->second;
  state.name = entry.name;
  state.state = entry.state;
  state.latest = entry.latest;
  state.deleted_date = entry.deleted_date;
  state.scheduled_purge_date = entry.scheduled_purge_date;
  if (entry.timer.valid()) {
    state.step = entry.step;
    state.step_due = entry.timer.due;
  }
  state.data = entry.data;
  return state;
}

template <typename Traits>
void VaultObjects<Traits>::Export(const std::string& vault, VaultStateSink* sink) const {
  for (const auto& [name, versions_made] : ordinals_) {
    const ObjectNameState<Traits> state = StateOfName(name, versions_made);
    sink->OnName(vault, absl::AsciiStrToLower(name), &state);
  }
  for (const auto& [name, entry] : entries_) {
    const std::string object = absl::AsciiStrToLower(name);
    for (const auto& [id, version] : entry.versions) {
      sink->OnVersion(vault, object, id, version.get());
    }
  }
}

template <typename Traits>
void VaultObjects<Traits>::ExportName(const std::string& vault, absl::string_view name,
                                      VaultStateSink* sink) const {
  const std::string object = absl::AsciiStrToLower(name);
  const ObjectNameState<Traits>* told = nullptr;
  ObjectNameState<Traits> state;
  if (const auto made = ordinals_.find(name); made != ordinals_.end()) {
    state = StateOfName(made->first, made->second);
    told = &state;
  }
  sink->OnName(vault, object, told);
}

template <typename Traits>
void VaultObjects<Traits>::ExportVersion(const std::string& vault, absl::string_view name,
                                         absl::string_view version, VaultStateSink* sink) const {
  const std::string object = absl::AsciiStrToLower(name);
  const Version* told = nullptr;
  if (const auto entry = entries_.find(name); entry != entries_.end()) {
    const auto found = entry->second.versions.find(version);
    if (found != entry->second.versions.end()) told = found->second.get();
  }
  sink->OnVersion(vault, object, version, told);
}

template <typename Traits>
absl::Status VaultObjects<Traits>::Restore(const ObjectNameState<Traits>& state,
                                           std::vector<Version> versions) {
  if (!IsValidObjectName(state.name)) return absl::DataLossError("nothing can have its name");
  if (state.versions_made == 0 || versions.size() > state.versions_made) {
    return absl::DataLossError(
        absl::StrCat("it has ", versions.size(), " versions, of ", state.versions_made));
  }
  if (!ordinals_.emplace(state.name, state.versions_made).second) {
    return absl::DataLossError("another one has its name");
  }
  if (state.state == ObjectState::kAbsent) {
    return versions.empty() ? absl::OkStatus()
                            : absl::DataLossError("it is gone, and has versions");
  }
  Entry entry;
  entry.state = state.state;
  entry.name = state.name;
  entry.latest = state.latest;
  entry.deleted_date = state.deleted_date;
  entry.scheduled_purge_date = state.scheduled_purge_date;
  entry.data = state.data;
  for (Version& version : versions) {
    if (!IsHex32(version.version) || !Traits::IsWhole(version)) {
      return absl::DataLossError("it has a version that nothing can have");
    }
    version.name = entry.name;
    Traits::SetId(owner_->name(), &version);
    auto shared = std::make_shared<const Version>(std::move(version));
    entry.versions.emplace(shared->version, shared);
  }
  if (entry.versions.count(entry.latest) == 0) {
    return absl::DataLossError("its latest version is missing");
  }
  // Nothing else would ever end the state.
  if (state.state != ObjectState::kLive && state.step == 0) {
    return absl::DataLossError(absl::StrCat("it is ", ObjectStateName(state.state), " for ever"));
  }
  entries_.emplace(state.name, std::move(entry));
  return absl::OkStatus();
}

template <typename Traits>
void VaultObjects<Traits>::ResumeStep(absl::string_view name, uint64_t step, absl::Time due) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  found->second.step = step;
  found->second.timer = owner_->ScheduleStep(kKind, found->second.name, step, due);
}

template class VaultObjects<KeyTraits>;
template class VaultObjects<SecretTraits>;

}  // namespace lazuli::keyvault

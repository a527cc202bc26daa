#include "keyvault/vault_objects.h"

#include <memory>
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

// Has the version come into the cache, with the numbers of its owners, which std::make_shared keeps
// right before it.
template <typename Version>
void SendFor(const std::shared_ptr<const Version>& version) {
  constexpr size_t kCacheLine = 64;
  const auto* const end = reinterpret_cast<const char*>(version.get() + 1);
  const auto* line = reinterpret_cast<const char*>(version.get()) - 2 * sizeof(void*);
  for (; line < end; line += kCacheLine) __builtin_prefetch(line);
}

// "DeleteKey", "RecoverDeletedSecret".
std::string OperationName(absl::string_view verb, ObjectKind kind) {
  return absl::StrCat(verb, ObjectKindTitle(kind));
}

}  // namespace

template <typename Traits>
ObjectState VaultObjects<Traits>::StateOf(const Entry* entry) {
  return entry == nullptr ? ObjectState::kAbsent : entry->state;
}

template <typename Traits>
absl::Status VaultObjects<Traits>::Admit(absl::string_view name, ObjectRequest request) const {
  return CheckObjectRequest(kKind, StateOf(index_.Find(name)), request, name);
}

template <typename Traits>
absl::StatusOr<typename VaultObjects<Traits>::Entry*> VaultObjects<Traits>::FindFor(
    absl::string_view name, ObjectRequest request) const {
  Entry* const entry = index_.Find(name);
  LAZULI_RETURN_IF_ERROR(CheckObjectRequest(kKind, StateOf(entry), request, name));
  return entry;
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::PickVersion(const Entry& entry,
                                                                     absl::string_view name,
                                                                     absl::string_view version) {
  if (version.empty()) return entry.latest;
  const auto found = entry.versions.find(version);
  if (found == entry.versions.end()) return ObjectNotFoundError(kKind, name, version);
  return found->second;
}

template <typename Traits>
absl::StatusOr<typename VaultObjects<Traits>::Entry*> VaultObjects<Traits>::FindEntry(
    absl::string_view name, absl::string_view version) const {
  Entry* const entry = index_.Find(name);
  if (StateOf(entry) != ObjectState::kLive) return ObjectNotFoundError(kKind, name, version);
  return entry;
}

template <typename Traits>
typename VaultObjects<Traits>::Entry* VaultObjects<Traits>::NewObject(absl::string_view name,
                                                                      Entry* entry) {
  if (entry == nullptr) {
    auto made = std::make_unique<Entry>();
    made->name = std::string(name);
    entry = index_.Add(std::move(made));
  } else {
    entry->name = std::string(name);
  }
  entry->state = ObjectState::kLive;
  return entry;
}

template <typename Traits>
absl::StatusOr<typename VaultObjects<Traits>::Added> VaultObjects<Traits>::Add(
    absl::Time now, absl::string_view name, Version version, absl::string_view cause) {
  LAZULI_RETURN_IF_ERROR(CheckObjectAttributes(version.attributes));
  LAZULI_ASSIGN_OR_RETURN(Entry* const found, FindFor(name, ObjectRequest::kCreate));
  Added added;
  added.first = StateOf(found) == ObjectState::kAbsent;
  Entry* const entry = added.first ? NewObject(name, found) : found;
  if (added.first) AppendEvent(now, name, "", "", ObjectStateName(ObjectState::kLive), cause);
  auto made = std::make_shared<Version>(std::move(version));
  made->name = entry->name;
  const std::string next_id = NextVersionId(entry);
  if (made->version.empty()) made->version = next_id;
  made->created = WholeSeconds(now);
  made->updated = made->created;
  Traits::SetId(owner_->name(), made.get());
  added.version = std::move(made);
  const std::string& id = added.version->version;
  entry->versions[id] = added.version;
  entry->latest = added.version;
  index_.Update(entry);
  Mark(entry->name);
  Mark(entry->name, id);
  AppendEvent(now, entry->name, id, "", VersionStateName(added.version->attributes), cause);
  if (Traits::IsIssued(*added.version)) Notify(now, *entry, "NewVersionCreated", cause);
  entry->data.told = ExpiryTold();
  ScheduleMilestone(entry, now);
  return added;
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::Find(absl::string_view name,
                                                              absl::string_view version) const {
  if (version.empty()) {
    const Ptr* const latest = index_.FindLatest(name);
    if (latest == nullptr) return ObjectNotFoundError(kKind, name, version);
    SendFor(*latest);
    return *latest;
  }
  LAZULI_ASSIGN_OR_RETURN(const Entry* const entry, FindEntry(name, version));
  return PickVersion(*entry, name, version);
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
  if (entry->latest == old) {
    entry->latest = made;
    index_.Update(entry);
  }
  Mark(made->name, made->version);
  AppendEvent(now, made->name, made->version, VersionStateName(old->attributes),
              VersionStateName(made->attributes), cause);
  if (!Traits::IsIssued(*old) && Traits::IsIssued(*made)) {
    Notify(now, *entry, "NewVersionCreated", cause);
  }
  ScheduleMilestone(entry, now);
  return updated;
}

template <typename Traits>
absl::StatusOr<typename Traits::NameData> VaultObjects<Traits>::FindData(
    absl::string_view name) const {
  LAZULI_ASSIGN_OR_RETURN(const Entry* const entry, FindEntry(name, ""));
  return entry->data;
}

template <typename Traits>
typename Traits::NameData VaultObjects<Traits>::DataOf(absl::string_view name) const {
  const Entry* const entry = index_.Find(name);
  return StateOf(entry) == ObjectState::kAbsent ? NameData() : entry->data;
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
  LAZULI_ASSIGN_OR_RETURN(Entry* const entry, FindFor(name, ObjectRequest::kDelete));
  const std::string cause = OperationName("Delete", kKind);
  if (!vault.soft_delete) {
    Deleted deleted;
    deleted.latest = entry->latest;
    Remove(entry, now, cause, removed);
    return deleted;
  }
  entry->deleted_date = WholeSeconds(now);
  entry->scheduled_purge_date = entry->deleted_date + absl::Hours(24) * vault.retention_days;
  const absl::Duration delay = environment_->options.object_deletion_delay;
  if (delay > absl::ZeroDuration()) {
    SetState(entry, ObjectState::kDeleting, now, cause);
    ScheduleStep(entry, now + delay);
  } else {
    SetState(entry, ObjectState::kDeleted, now, cause);
    ScheduleStep(entry, entry->scheduled_purge_date);
  }
  return entry->deleted();
}

template <typename Traits>
absl::StatusOr<DeletedObject<typename Traits::Version>> VaultObjects<Traits>::FindDeleted(
    absl::string_view name) const {
  LAZULI_ASSIGN_OR_RETURN(const Entry* const entry, FindFor(name, ObjectRequest::kGetDeleted));
  return entry->deleted();
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::Recover(absl::Time now,
                                                                 absl::string_view name,
                                                                 bool* live) {
  LAZULI_ASSIGN_OR_RETURN(Entry* const entry, FindFor(name, ObjectRequest::kRecover));
  const std::string cause = OperationName("RecoverDeleted", kKind);
  const absl::Duration delay = environment_->options.object_recovery_delay;
  *live = delay <= absl::ZeroDuration();
  if (*live) {
    CancelStep(entry);
    SetState(entry, ObjectState::kLive, now, cause);
    ScheduleMilestone(entry, now);
  } else {
    SetState(entry, ObjectState::kRecovering, now, cause);
    ScheduleStep(entry, now + delay);
  }
  return entry->latest;
}

template <typename Traits>
absl::StatusOr<typename VaultObjects<Traits>::Purgeable> VaultObjects<Traits>::FindPurgeable(
    absl::string_view name) const {
  LAZULI_ASSIGN_OR_RETURN(Entry* const entry, FindFor(name, ObjectRequest::kPurge));
  return Purgeable(entry);
}

template <typename Traits>
std::string VaultObjects<Traits>::Purge(absl::Time now, Purgeable object, RemovedVersions* removed,
                                        bool* gone) {
  Entry* const entry = object.entry_;
  const std::string cause = OperationName("PurgeDeleted", kKind);
  std::string purged = entry->name;
  const absl::Duration delay = environment_->options.object_purge_delay;
  *gone = delay <= absl::ZeroDuration();
  if (*gone) {
    Remove(entry, now, cause, removed);
  } else {
    SetState(entry, ObjectState::kPurging, now, cause);
    ScheduleStep(entry, now + delay);
  }
  return purged;
}

template <typename Traits>
Page<VersionPtr<Traits>> VaultObjects<Traits>::List(absl::string_view after, size_t limit) const {
  const typename ObjectIndex<Entry>::Walk walk = index_.LiveAfter(after, limit);
  Page<Ptr> page;
  page.more = walk.more;
  page.items.reserve(walk.entries.size());
  // Whoever reads a page would wait for one version after the other: all are sent for before.
  for (const Entry* const entry : walk.entries) SendFor(entry->latest);
  for (const Entry* const entry : walk.entries) page.items.push_back(entry->latest);
  return page;
}

template <typename Traits>
Page<DeletedObject<typename Traits::Version>> VaultObjects<Traits>::ListDeleted(
    absl::string_view after, size_t limit) const {
  const typename ObjectIndex<Entry>::Walk walk = index_.DeletedAfter(after, limit);
  Page<Deleted> page;
  page.more = walk.more;
  for (const Entry* const entry : walk.entries) page.items.push_back(entry->deleted());
  return page;
}

template <typename Traits>
Page<VersionPtr<Traits>> VaultObjects<Traits>::ListVersions(absl::string_view name,
                                                            absl::string_view after,
                                                            size_t limit) const {
  Page<Ptr> page;
  const Entry* const entry = index_.Find(name);
  // The service answers with an empty list when there is no such object.
  if (StateOf(entry) != ObjectState::kLive) return page;
  const auto& versions = entry->versions;
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
  LAZULI_ASSIGN_OR_RETURN(const Entry* const entry, FindFor(name, ObjectRequest::kUse));
  ObjectCopy<Traits> backup;
  backup.name = entry->name;
  backup.latest = entry->latest->version;
  backup.data = entry->data;
  for (const auto& [id, version] : entry->versions) backup.versions.push_back(version);
  return backup;
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::RestoreBackup(
    absl::Time now, const ObjectCopy<Traits>& backup, absl::string_view cause) {
  Entry* const old = index_.Find(backup.name);
  LAZULI_RETURN_IF_ERROR(
      CheckObjectRequest(kKind, StateOf(old), ObjectRequest::kRestore, backup.name,
                         ObjectVersionId(kKind, owner_->name(), backup.name, backup.latest)));
  Entry& entry = *NewObject(backup.name, old);
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
  entry.versions_made += entry.versions.size();
  entry.latest = entry.versions.find(backup.latest)->second;
  index_.Update(&entry);
  Mark(entry.name);
  ScheduleMilestone(&entry, now);
  return entry.latest;
}

template <typename Traits>
typename VaultObjects<Traits>::Finished VaultObjects<Traits>::FinishStep(absl::string_view name,
                                                                         uint64_t step,
                                                                         absl::Time due,
                                                                         RemovedVersions* removed) {
  Finished finished;
  Entry* const entry = index_.Find(name);
  if (entry == nullptr || entry->step != step) return finished;
  switch (entry->state) {
    case ObjectState::kDeleting:
      SetState(entry, ObjectState::kDeleted, due, "deletion finished");
      ScheduleStep(entry, entry->scheduled_purge_date);
      break;
    case ObjectState::kDeleted:
      Remove(entry, due, "retention ended", removed);
      finished.happened = "purged";
      break;
    case ObjectState::kRecovering:
      CancelStep(entry);
      SetState(entry, ObjectState::kLive, due, "recovery finished");
      ScheduleMilestone(entry, due);
      finished.happened = "recovered";
      break;
    case ObjectState::kPurging:
      Remove(entry, due, "purge finished", removed);
      finished.happened = "purged";
      break;
    case ObjectState::kLive:
      FinishMilestone(entry, due, &finished);
      break;
    case ObjectState::kAbsent:
      break;
  }
  return finished;
}

template <typename Traits>
void VaultObjects<Traits>::Clear(RemovedVersions* removed) {
  for (Entry* const entry : index_.All()) {
    Mark(entry->name);
    CancelStep(entry);
    for (auto& [id, version] : entry->versions) {
      Mark(entry->name, id);
      removed->Add(std::move(version));
    }
  }
  index_.Clear();
}

template <typename Traits>
std::string VaultObjects<Traits>::NextVersionId(Entry* entry) {
  const std::string vault = absl::AsciiStrToLower(owner_->qualified_name());
  const std::string name = absl::AsciiStrToLower(entry->name);
  const uint64_t incarnation = owner_->incarnation();
  const std::string parent = incarnation == 0 ? absl::StrCat(vault, "/", name)
                                              : absl::StrCat(vault, "~", incarnation, "/", name);
  const std::string kind = absl::StrCat(ObjectKindName(kKind), " version");
  std::string id;
  // Restored versions may have been made under the same name, in a life of the vault before.
  do {
    id = environment_->ids.Hex32(parent, kind, ++entry->versions_made);
  } while (entry->versions.count(id) > 0);
  return id;
}

template <typename Traits>
void VaultObjects<Traits>::SetState(Entry* entry, ObjectState state, absl::Time now,
                                    absl::string_view cause) {
  AppendEvent(now, entry->name, "", ObjectStateName(entry->state), ObjectStateName(state), cause);
  entry->state = state;
  index_.Update(entry);
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
void VaultObjects<Traits>::Remove(Entry* entry, absl::Time now, absl::string_view cause,
                                  RemovedVersions* removed) {
  CancelStep(entry);
  AppendEvent(now, entry->name, "", ObjectStateName(entry->state), "", cause);
  Mark(entry->name);
  for (auto& [id, version] : entry->versions) {
    Mark(entry->name, id);
    removed->Add(std::move(version));
  }
  const uint64_t versions_made = entry->versions_made;
  std::string name = absl::AsciiStrToLower(entry->name);
  *entry = Entry();
  entry->name = std::move(name);
  entry->versions_made = versions_made;
  index_.Update(entry);
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

template class VaultObjects<KeyTraits>;
template class VaultObjects<SecretTraits>;
template class VaultObjects<CertificateTraits>;

}  // namespace lazuli::keyvault

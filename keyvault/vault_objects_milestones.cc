#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/event_log.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/rotation/key_milestones.h"
#include "keyvault/vault_objects.h"

// What time brings to live objects.
namespace lazuli::keyvault {

template <typename Traits>
void VaultObjects<Traits>::FinishMilestone(Entry* entry, absl::Time due, Finished* finished) {
  const Ptr latest = entry->latest;
  const std::optional<DueMilestone> next =
      owner_->is_live() ? Traits::NextMilestone(*latest, entry->data, due) : std::nullopt;
  if (next.has_value() && next->due <= due) {
    switch (next->milestone) {
      case Milestone::kNearExpiry:
        Notify(due, *entry, "NearExpiry", "its expiry is near");
        entry->data.told.near = latest->attributes.expires;
        break;
      case Milestone::kExpired:
        Notify(due, *entry, "Expired", "its expiry is reached");
        entry->data.told.expired = latest->attributes.expires;
        break;
      case Milestone::kRotate:
        // The step stays until there is a version: who stores the state now does so before it.
        finished->to_succeed = latest;
        return;
    }
  }
  CancelStep(entry);
  Mark(entry->name);
  // In a deleted vault nothing comes: see ResumeMilestones.
  if (owner_->is_live()) ScheduleMilestone(entry, due);
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> VaultObjects<Traits>::AddSuccessor(absl::Time now,
                                                                      absl::string_view name,
                                                                      uint64_t step,
                                                                      const MakeVersion& make,
                                                                      absl::string_view cause) {
  LAZULI_ASSIGN_OR_RETURN(Entry* const entry, FindEntry(name, ""));
  if (step != 0 && entry->step != step) return nullptr;
  std::optional<Version> version = make(*entry->latest, entry->data);
  if (!version.has_value()) return nullptr;
  if (step != 0) CancelStep(entry);
  LAZULI_ASSIGN_OR_RETURN(Added added, Add(now, entry->name, *std::move(version), cause));
  return added.version;
}

template <typename Traits>
void VaultObjects<Traits>::PutOffSuccessor(absl::Time now, absl::string_view name, uint64_t step,
                                           absl::Time retry, absl::string_view cause) {
  Entry* const entry = index_.Find(name);
  if (StateOf(entry) != ObjectState::kLive || entry->step != step) return;
  const absl::string_view state = ObjectStateName(entry->state);
  AppendEvent(now, entry->name, "", state, state, cause);
  Mark(entry->name);
  ScheduleStep(entry, retry);
}

template <typename Traits>
bool VaultObjects<Traits>::TakeStep(const Ptr& old, uint64_t step) {
  Entry* const entry = index_.Find(old->name);
  if (StateOf(entry) != ObjectState::kLive || entry->step != step) return false;
  if (entry->latest->version != old->version) return false;
  CancelStep(entry);
  Mark(entry->name);
  return true;
}

template <typename Traits>
void VaultObjects<Traits>::ResumeMilestones(absl::Time now) {
  for (Entry* const entry : index_.All()) {
    if (entry->state != ObjectState::kLive) continue;
    if (entry->step != 0) Mark(entry->name);
    CancelStep(entry);
    ScheduleMilestone(entry, now);
  }
}

template <typename Traits>
void VaultObjects<Traits>::AddMilestones(absl::Time now) {
  for (Entry* const entry : index_.All()) {
    if (entry->step == 0) ScheduleMilestone(entry, now);
  }
}

template <typename Traits>
void VaultObjects<Traits>::ScheduleMilestone(Entry* entry, absl::Time now) {
  if (entry->state != ObjectState::kLive) return;
  const std::optional<DueMilestone> next = Traits::NextMilestone(*entry->latest, entry->data, now);
  const absl::Time due = next.has_value() ? std::max(next->due, now) : absl::InfiniteFuture();
  // What is scheduled already keeps its place among its equals.
  if (entry->step == 0 ? !next.has_value() : entry->timer.due == due) return;
  Mark(entry->name);
  if (next.has_value()) {
    ScheduleStep(entry, due);
  } else {
    CancelStep(entry);
  }
}

template <typename Traits>
void VaultObjects<Traits>::Notify(absl::Time now, const Entry& entry, absl::string_view what,
                                  absl::string_view cause) {
  const Version& version = *entry.latest;
  Event event;
  event.time = now;
  event.kind = absl::StrCat("Microsoft.KeyVault.", ObjectKindTitle(kKind), what);
  event.resource = ResourceOf(entry.name, version.version);
  event.cause = std::string(cause);
  // The members of Azure's events, under their names.
  event.data = {{"id", Traits::IdOf(version)},
                {"vaultName", owner_->name()},
                {"objectType", std::string(ObjectKindTitle(kKind))},
                {"objectName", entry.name},
                {"version", version.version}};
  const auto add_time = [&event](const char* member, const std::optional<absl::Time>& time) {
    if (!time.has_value()) return;
    event.data.emplace_back(member, absl::StrCat(absl::ToUnixSeconds(*time)));
  };
  add_time("nbf", version.attributes.not_before);
  add_time("exp", version.attributes.expires);
  environment_->events->Append(std::move(event));
}

// NOLINTBEGIN(bugprone-macro-parentheses): the argument is a type.
#define LAZULI_OBJECT_MILESTONES(T)                                                       \
  template void VaultObjects<T>::FinishMilestone(Entry*, absl::Time, Finished*);          \
  template absl::StatusOr<VersionPtr<T>> VaultObjects<T>::AddSuccessor(                   \
      absl::Time, absl::string_view, uint64_t, const MakeVersion&, absl::string_view);    \
  template void VaultObjects<T>::PutOffSuccessor(absl::Time, absl::string_view, uint64_t, \
                                                 absl::Time, absl::string_view);          \
  template bool VaultObjects<T>::TakeStep(const Ptr&, uint64_t);                          \
  template void VaultObjects<T>::ResumeMilestones(absl::Time);                            \
  template void VaultObjects<T>::AddMilestones(absl::Time);                               \
  template void VaultObjects<T>::ScheduleMilestone(Entry*, absl::Time);                   \
  template void VaultObjects<T>::Notify(absl::Time, const Entry&, absl::string_view,      \
                                        absl::string_view)
// NOLINTEND(bugprone-macro-parentheses)

LAZULI_OBJECT_MILESTONES(KeyTraits);
LAZULI_OBJECT_MILESTONES(SecretTraits);
LAZULI_OBJECT_MILESTONES(CertificateTraits);

#undef LAZULI_OBJECT_MILESTONES

}  // namespace lazuli::keyvault

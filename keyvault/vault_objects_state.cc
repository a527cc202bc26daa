#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "keyvault/vault_objects.h"

// What has to be kept of objects, and putting it back.
namespace lazuli::keyvault {

template <typename Traits>
ObjectNameState<Traits> VaultObjects<Traits>::StateOfName(const Entry& entry) {
  ObjectNameState<Traits> state;
  state.name = entry.name;
  state.versions_made = entry.versions_made;
  if (entry.state == ObjectState::kAbsent) return state;
  state.state = entry.state;
  state.latest = entry.latest->version;
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
  const std::vector<Entry*> entries = index_.All();
  for (const Entry* const entry : entries) {
    const ObjectNameState<Traits> state = StateOfName(*entry);
    sink->OnName(vault, absl::AsciiStrToLower(entry->name), &state);
  }
  for (const Entry* const entry : entries) {
    const std::string object = absl::AsciiStrToLower(entry->name);
    for (const auto& [id, version] : entry->versions) {
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
  if (const Entry* const entry = index_.Find(name); entry != nullptr) {
    state = StateOfName(*entry);
    told = &state;
  }
  sink->OnName(vault, object, told);
}

template <typename Traits>
void VaultObjects<Traits>::ExportVersion(const std::string& vault, absl::string_view name,
                                         absl::string_view version, VaultStateSink* sink) const {
  const std::string object = absl::AsciiStrToLower(name);
  const Version* told = nullptr;
  if (const Entry* const entry = index_.Find(name); entry != nullptr) {
    const auto found = entry->versions.find(version);
    if (found != entry->versions.end()) told = found->second.get();
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
  if (index_.Find(state.name) != nullptr) return absl::DataLossError("another one has its name");
  auto entry = std::make_unique<Entry>();
  entry->state = state.state;
  entry->name = state.name;
  entry->versions_made = state.versions_made;
  if (state.state == ObjectState::kAbsent) {
    if (!versions.empty()) return absl::DataLossError("it is gone, and has versions");
    index_.Update(index_.Add(std::move(entry)));
    return absl::OkStatus();
  }
  entry->deleted_date = state.deleted_date;
  entry->scheduled_purge_date = state.scheduled_purge_date;
  entry->data = state.data;
  for (Version& version : versions) {
    if (!IsHex32(version.version) || !Traits::IsWhole(version)) {
      return absl::DataLossError("it has a version that nothing can have");
    }
    version.name = entry->name;
    Traits::SetId(owner_->name(), &version);
    auto shared = std::make_shared<const Version>(std::move(version));
    entry->versions.emplace(shared->version, shared);
  }
  const auto latest = entry->versions.find(state.latest);
  if (latest == entry->versions.end()) return absl::DataLossError("its latest version is missing");
  entry->latest = latest->second;
  // Nothing else would ever end the state.
  if (state.state != ObjectState::kLive && state.step == 0) {
    return absl::DataLossError(absl::StrCat("it is ", ObjectStateName(state.state), " for ever"));
  }
  index_.Update(index_.Add(std::move(entry)));
  return absl::OkStatus();
}

template <typename Traits>
void VaultObjects<Traits>::ResumeStep(absl::string_view name, uint64_t step, absl::Time due) {
  Entry* const entry = index_.Find(name);
  if (entry == nullptr) return;
  entry->step = step;
  entry->timer = owner_->ScheduleStep(kKind, entry->name, step, due);
}

#define LAZULI_OBJECT_STATE(T)                                                                     \
  template ObjectNameState<T> VaultObjects<T>::StateOfName(const Entry&);                          \
  template void VaultObjects<T>::Export(const std::string&, VaultStateSink*) const;                \
  template void VaultObjects<T>::ExportName(const std::string&, absl::string_view,                 \
                                            VaultStateSink*) const;                                \
  template void VaultObjects<T>::ExportVersion(const std::string&, absl::string_view,              \
                                               absl::string_view, VaultStateSink*) const;          \
  template absl::Status VaultObjects<T>::Restore(const ObjectNameState<T>&, std::vector<Version>); \
  template void VaultObjects<T>::ResumeStep(absl::string_view, uint64_t, absl::Time)

LAZULI_OBJECT_STATE(KeyTraits);
LAZULI_OBJECT_STATE(SecretTraits);
LAZULI_OBJECT_STATE(CertificateTraits);

#undef LAZULI_OBJECT_STATE

}  // namespace lazuli::keyvault

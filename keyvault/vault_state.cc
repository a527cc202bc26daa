#include "keyvault/vault_state.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {

void Vault::MarkLocked(absl::string_view key_name, absl::string_view version) {
  environment_->changes.Mark(qualified_name_, key_name, version);
}

void Vault::MarkVersionsLocked(const KeyEntry& entry) {
  for (const auto& [id, version] : entry.versions) MarkLocked(entry.name, id);
}

KeyNameState Vault::KeyNameStateLocked(absl::string_view key_name, uint64_t versions_made) const {
  KeyNameState state;
  state.versions_made = versions_made;
  const auto found = keys_.find(key_name);
  if (found == keys_.end()) {
    state.name = absl::AsciiStrToLower(key_name);
    return state;
  }
  const KeyEntry& entry = found->second;
  state.name = entry.name;
  state.state = entry.state;
  state.latest = entry.latest;
  state.deleted_date = entry.deleted_date;
  state.scheduled_purge_date = entry.scheduled_purge_date;
  if (entry.timer.valid()) {
    state.step = entry.step;
    state.step_due = entry.timer.due;
  }
  return state;
}

void Vault::ExportKeys(VaultStateSink* sink) const {
  const std::string vault = absl::AsciiStrToLower(qualified_name_);
  MutexLock lock(&mu_);
  for (const auto& [name, versions_made] : ordinals_) {
    const KeyNameState state = KeyNameStateLocked(name, versions_made);
    sink->OnKey(vault, absl::AsciiStrToLower(name), &state);
  }
  for (const auto& [name, entry] : keys_) {
    const std::string key = absl::AsciiStrToLower(name);
    for (const auto& [id, version] : entry.versions) {
      sink->OnKeyVersion(vault, key, id, version.get());
    }
  }
}

void Vault::ExportKey(absl::string_view key_name, VaultStateSink* sink) const {
  const std::string vault = absl::AsciiStrToLower(qualified_name_);
  const std::string key = absl::AsciiStrToLower(key_name);
  MutexLock lock(&mu_);
  const auto made = ordinals_.find(key_name);
  if (made == ordinals_.end()) return sink->OnKey(vault, key, nullptr);
  const KeyNameState state = KeyNameStateLocked(made->first, made->second);
  sink->OnKey(vault, key, &state);
}

void Vault::ExportKeyVersion(absl::string_view key_name, absl::string_view version,
                             VaultStateSink* sink) const {
  const std::string vault = absl::AsciiStrToLower(qualified_name_);
  const std::string key = absl::AsciiStrToLower(key_name);
  MutexLock lock(&mu_);
  const KeyVersion* state = nullptr;
  if (const auto entry = keys_.find(key_name); entry != keys_.end()) {
    const auto found = entry->second.versions.find(version);
    if (found != entry->second.versions.end()) state = found->second.get();
  }
  sink->OnKeyVersion(vault, key, version, state);
}

absl::Status Vault::RestoreKey(const KeyNameState& state, std::vector<KeyVersion> versions) {
  if (!IsValidKeyName(state.name)) return absl::DataLossError("no key can have its name");
  if (state.versions_made == 0 || versions.size() > state.versions_made) {
    return absl::DataLossError(
        absl::StrCat("it has ", versions.size(), " versions, of ", state.versions_made));
  }
  MutexLock lock(&mu_);
  if (!ordinals_.emplace(state.name, state.versions_made).second) {
    return absl::DataLossError("another key has its name");
  }
  if (state.state == KeyState::kAbsent) {
    return versions.empty() ? absl::OkStatus()
                            : absl::DataLossError("it is gone, and has versions");
  }
  KeyEntry entry;
  entry.state = state.state;
  entry.name = state.name;
  entry.latest = state.latest;
  entry.deleted_date = state.deleted_date;
  entry.scheduled_purge_date = state.scheduled_purge_date;
  for (KeyVersion& version : versions) {
    if (!IsHex32(version.version) || version.material == nullptr) {
      return absl::DataLossError("it has a version that no key can have");
    }
    version.name = entry.name;
    version.kid = KeyVersionId(name_, entry.name, version.version);
    auto shared = std::make_shared<const KeyVersion>(std::move(version));
    entry.versions.emplace(shared->version, shared);
  }
  if (entry.versions.count(entry.latest) == 0) {
    return absl::DataLossError("its latest version is missing");
  }
  // Nothing else would ever end the state.
  if (state.state != KeyState::kLive && state.step == 0) {
    return absl::DataLossError(absl::StrCat("it is ", KeyStateName(state.state), " for ever"));
  }
  keys_.emplace(state.name, std::move(entry));
  return absl::OkStatus();
}

void Vault::ResumeKeyStep(const std::string& key_name, uint64_t step, absl::Time due) {
  MutexLock lock(&mu_);
  const auto found = keys_.find(key_name);
  if (found != keys_.end()) StartStepLocked(&found->second, step, due);
}

void Vault::SetPurgeTimer(TimerId timer) {
  MutexLock lock(&mu_);
  auto record = std::make_shared<VaultRecord>(*record_);
  record->purge_timer = timer;
  record_ = std::move(record);
}

}  // namespace lazuli::keyvault

#include <utility>

#include "absl/strings/ascii.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {
namespace {

// `vault` null: it is gone, and all that was in it.
template <typename Traits>
void ExportObjectChange(const Vault* vault, const ChangedItem& item, VaultStateSink* sink) {
  const ObjectNameState<Traits>* const no_name = nullptr;
  const typename Traits::Version* const no_version = nullptr;
  if (item.version.empty()) {
    if (vault == nullptr) return sink->OnName(item.vault, item.object, no_name);
    vault->ExportName<Traits>(item.object, sink);
  } else {
    if (vault == nullptr) {
      return sink->OnVersion(item.vault, item.object, item.version, no_version);
    }
    vault->ExportVersion<Traits>(item.object, item.version, sink);
  }
}

}  // namespace

void VaultRegistry::StartTracking() { environment_->changes.Start(); }

void VaultRegistry::ExportAll(VaultStateSink* sink) const {
  std::vector<VaultPtr> vaults;
  {
    MutexLock lock(&mu_);
    for (const auto& [name, vault] : vaults_) vaults.push_back(vault);
    for (const auto& [name, incarnation] : incarnations_) {
      if (vaults_.count(name) > 0) continue;
      const std::string free_name = absl::AsciiStrToLower(name);
      sink->OnVault(free_name, {free_name, incarnation, nullptr});
    }
  }
  for (const VaultPtr& vault : vaults) {
    sink->OnVault(absl::AsciiStrToLower(vault->qualified_name()),
                  {vault->qualified_name(), vault->incarnation(), vault->record()});
    vault->ExportObjects(sink);
  }
}

void VaultRegistry::ExportChanges(VaultStateSink* sink) {
  for (const ChangedItem& item : environment_->changes.Take()) {
    const VaultPtr vault = FindQualified(item.vault);
    if (!item.object.empty()) {
      VisitObjectKind(item.kind, [&]<typename Traits>() {
        ExportObjectChange<Traits>(vault.get(), item, sink);
      });
      continue;
    }
    if (vault != nullptr) {
      sink->OnVault(item.vault, {vault->qualified_name(), vault->incarnation(), vault->record()});
      continue;
    }
    MutexLock lock(&mu_);
    const auto freed = incarnations_.find(item.vault);
    if (freed != incarnations_.end()) {
      sink->OnVault(item.vault, {item.vault, freed->second, nullptr});
    }
  }
}

absl::Status VaultRegistry::RestoreVault(const VaultNameState& state) {
  if (!IsValidVaultName(ResourceName(SplitQualifiedName(state.name).name)))
    return absl::DataLossError("no vault can have its name");
  MutexLock lock(&mu_);
  if (vaults_.count(state.name) > 0 || incarnations_.count(state.name) > 0) {
    return absl::DataLossError("another vault has its name");
  }
  if (state.record == nullptr) {
    incarnations_.emplace(state.name, state.incarnation);
    return absl::OkStatus();
  }
  const VaultRecord& record = *state.record;
  const auto vault = std::make_shared<Vault>(environment_, record, state.incarnation);
  if (record.state == VaultState::kDeleted) {
    // Nothing else would ever free the name.
    if (record.purge_step == 0) return absl::DataLossError("it is deleted for ever");
    restored_steps_.emplace(record.purge_step,
                            RestoredStep{vault, {}, "", record.scheduled_purge_date});
  }
  vaults_.emplace(state.name, vault);
  return absl::OkStatus();
}

template <typename Traits>
absl::Status VaultRegistry::Restore(absl::string_view vault_name,
                                    const ObjectNameState<Traits>& state,
                                    std::vector<typename Traits::Version> versions) {
  const VaultPtr vault = FindQualified(vault_name);
  if (vault == nullptr) return absl::DataLossError("its vault is missing");
  absl::Status restored = vault->Restore<Traits>(state, std::move(versions));
  if (!restored.ok() || state.step == 0) return restored;
  MutexLock lock(&mu_);
  restored_steps_.emplace(state.step,
                          RestoredStep{vault, Traits::kKind, state.name, state.step_due});
  return absl::OkStatus();
}

template absl::Status VaultRegistry::Restore<KeyTraits>(absl::string_view, const KeyNameState&,
                                                        std::vector<KeyVersion>);
template absl::Status VaultRegistry::Restore<SecretTraits>(absl::string_view,
                                                           const SecretNameState&,
                                                           std::vector<SecretVersion>);

template absl::Status VaultRegistry::Restore<CertificateTraits>(absl::string_view,
                                                                const CertificateNameState&,
                                                                std::vector<CertificateVersion>);

void VaultRegistry::AddMilestones(absl::Time now) {
  std::vector<VaultPtr> vaults;
  {
    MutexLock lock(&mu_);
    for (const auto& [name, vault] : vaults_) vaults.push_back(vault);
  }
  for (const VaultPtr& vault : vaults) vault->AddMilestones(now);
}

void VaultRegistry::FinishRestore() {
  std::multimap<uint64_t, RestoredStep> steps;
  {
    MutexLock lock(&mu_);
    steps.swap(restored_steps_);
  }
  for (const auto& [step, what] : steps) {
    environment_->SkipStep(step);
    if (what.name.empty()) {
      what.vault->SetPurgeTimer(ScheduleRetentionEnd(what.vault, *what.vault->record()));
    } else {
      VisitObjectKind(what.kind, [&, &what = what, step = step]<typename Traits>() {
        what.vault->ResumeStep<Traits>(what.name, step, what.due);
      });
    }
  }
}

}  // namespace lazuli::keyvault

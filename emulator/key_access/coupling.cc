#include "emulator/key_access/coupling.h"

#include "absl/strings/match.h"

namespace lazuli::emulator {

using batch::KeyDependency;

void KeyAccessCoupling::OnKeyDependencyChanged(const std::string& account_id,
                                               const std::optional<KeyDependency>& dependency) {
  MutexLock lock(&mu_);
  if (dependency.has_value()) {
    dependencies_[account_id] = *dependency;
  } else {
    dependencies_.erase(account_id);
  }
}

void KeyAccessCoupling::OnAccessChanged(const std::string& name_space,
                                        const std::string& vault_name, const std::string& key_name,
                                        const std::string& cause) {
  Reevaluate(
      [&](const KeyDependency& dependency) {
        return dependency.name_space == name_space &&
               absl::EqualsIgnoreCase(dependency.vault_name, vault_name) &&
               (key_name.empty() || absl::EqualsIgnoreCase(dependency.key_name, key_name));
      },
      cause);
}

void KeyAccessCoupling::OnRolesChanged(const std::string& object_id, const std::string&,
                                       const std::string& cause) {
  Reevaluate(
      [&](const KeyDependency& dependency) {
        return absl::EqualsIgnoreCase(dependency.principal_id, object_id);
      },
      cause);
}

void KeyAccessCoupling::OnPrincipalDeleted(const std::string& object_id, const std::string& cause) {
  OnRolesChanged(object_id, "", cause);
}

void KeyAccessCoupling::Reevaluate(const std::function<bool(const KeyDependency&)>& depends,
                                   const std::string& cause) {
  std::vector<std::string> dependents;
  {
    MutexLock lock(&mu_);
    for (const auto& [account_id, dependency] : dependencies_) {
      if (depends(dependency)) dependents.push_back(account_id);
    }
  }
  if (!dependents.empty()) accounts_->ReevaluateKeyAccess(dependents, clock_->Now(), cause);
}

}  // namespace lazuli::emulator

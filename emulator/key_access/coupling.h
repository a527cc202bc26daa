// File: emulator/key_access/coupling.h
//
// Ties accounts to what their keys hang on: knows which account depends on which vault, key and
// principal, and has it look at its key whenever one of them changes. The call that made the change
// answers only when every dependent account has settled.
#ifndef LAZULI_EMULATOR_KEY_ACCESS_COUPLING_H_
#define LAZULI_EMULATOR_KEY_ACCESS_COUPLING_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "batch/account.h"
#include "batch/account_registry.h"
#include "emulator/arm/role_listener.h"
#include "emulator/identity/principal.h"
#include "keyvault/access_listener.h"

namespace lazuli::emulator {

// Thread safe. Its lock is a leaf: accounts are called without it.
class KeyAccessCoupling final : public batch::KeyDependencyObserver,
                                public keyvault::AccessListener,
                                public RoleListener,
                                public PrincipalListener {
 public:
  // `clock` outlives this.
  explicit KeyAccessCoupling(const Clock* clock) : clock_(clock) {}

  // Once, before the first call. `accounts` outlives the last change that is told to this.
  void SetAccounts(batch::AccountRegistry* accounts) { accounts_ = accounts; }

  // batch::KeyDependencyObserver
  void OnKeyDependencyChanged(const std::string& account_id,
                              const std::optional<batch::KeyDependency>& dependency) override;
  // keyvault::AccessListener
  void OnAccessChanged(const std::string& name_space, const std::string& vault_name,
                       const std::string& key_name, const std::string& cause) override;
  // RoleListener
  void OnRolesChanged(const std::string& object_id, const std::string& scope,
                      const std::string& cause) override;
  // PrincipalListener
  void OnPrincipalDeleted(const std::string& object_id, const std::string& cause) override;

 private:
  // Has the accounts that `depends` holds of look at their keys.
  void Reevaluate(const std::function<bool(const batch::KeyDependency&)>& depends,
                  const std::string& cause) ABSL_LOCKS_EXCLUDED(mu_);

  const Clock* const clock_;
  batch::AccountRegistry* accounts_ = nullptr;
  Mutex mu_;
  // By the account's ARM id.
  std::map<std::string, batch::KeyDependency> dependencies_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_KEY_ACCESS_COUPLING_H_

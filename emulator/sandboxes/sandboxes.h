// File: emulator/sandboxes/sandboxes.h
//
// Sandboxes: tenants that see nothing of each other. They are made of what Azure keeps tenants
// apart by, so that there is no second wall to hold up: a principal's token is good in its own
// tenant only.
#ifndef LAZULI_EMULATOR_SANDBOXES_SANDBOXES_H_
#define LAZULI_EMULATOR_SANDBOXES_SANDBOXES_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/change_set.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/identity/directory.h"
#include "emulator/sandboxes/sandbox.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {

// Thread safe. One sandbox at a time is emptied or deleted; its lock is held meanwhile, and taken
// before every other.
class Sandboxes {
 public:
  // All outlive this.
  struct Parts {
    Directory* directory = nullptr;
    ResourceDirectory* resources = nullptr;
    RoleAssignments* roles = nullptr;
    keyvault::VaultRegistry* vaults = nullptr;
    const IdDeriver* ids = nullptr;
    // New sandboxes have names of vaults and accounts of their own. Otherwise they are global, as
    // Azure's are.
    bool own_names = false;
  };

  explicit Sandboxes(const Parts& parts) : parts_(parts) {}
  Sandboxes(const Sandboxes&) = delete;
  Sandboxes& operator=(const Sandboxes&) = delete;

  // `id` empty: the next of "sandbox-1" and so on that is free. SandboxIdInvalidError,
  // SandboxExistsError.
  absl::StatusOr<CreatedSandbox> Create(absl::string_view id, absl::Time now);
  // By id. SandboxNotFoundError.
  absl::StatusOr<Sandbox> Get(absl::string_view id) const;
  std::vector<Sandbox> List() const;  // by id

  // Everything in it is gone, for good: what it was made with stays. SandboxNotFoundError;
  // ResourceGroupInUseError while calls are making something in it: it then is as far emptied as it
  // came.
  absl::Status Reset(const CallContext& ctx, absl::string_view id);
  // The same with all of it.
  absl::Status Delete(const CallContext& ctx, absl::string_view id);

  // The principal that it was made with, as a caller.
  static Caller OwnerOf(const Sandbox& sandbox);

  // Where names that a member of the tenant says are looked up (CallContext::name_space): in the
  // tenant's own if it is that of a sandbox that has names of its own, else in what all share.
  std::string NameSpaceOf(absl::string_view tenant_id) const;
  // False while there never was a sandbox with names of its own: everything is in what all share.
  // Takes no lock: it is asked for every call.
  bool has_own_names() const { return has_own_names_.load(std::memory_order_acquire); }
  // The same of a sandbox; nullopt when there is none of the id.
  std::optional<std::string> NameSpaceOfSandbox(absl::string_view id) const;

  // --- state, for storage

  void StartTracking();
  // Calls `changed` for each sandbox that came since the last call, and `gone` for each that went.
  void TakeChanges(absl::FunctionRef<void(const Sandbox&)> changed,
                   absl::FunctionRef<void(const std::string& id)> gone);
  // How many ids were derived so far.
  uint64_t made() const;
  // Into one that is as it was made.
  void Restore(std::vector<Sandbox> sandboxes, uint64_t made);

 private:
  // Takes an id; SandboxIdInvalidError, SandboxExistsError.
  absl::StatusOr<std::string> Reserve(absl::string_view id);
  absl::StatusOr<CreatedSandbox> Make(const std::string& id, absl::Time now);
  absl::Status MakeGroup(const Sandbox& sandbox);
  // Takes everything away that is in it.
  absl::Status Empty(const CallContext& ctx, const Sandbox& sandbox)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(manage_mu_);

  void NoteOwnNames(const std::string& tenant_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Parts parts_;
  std::atomic<bool> has_own_names_{false};
  Mutex manage_mu_ ABSL_ACQUIRED_BEFORE(mu_);
  mutable Mutex mu_;
  // By id; null while one is being made.
  std::map<std::string, std::unique_ptr<const Sandbox>> sandboxes_ ABSL_GUARDED_BY(mu_);
  // Of the sandboxes that have names of their own.
  std::set<std::string> tenants_ ABSL_GUARDED_BY(mu_);
  uint64_t made_ ABSL_GUARDED_BY(mu_) = 0;
  ChangeSet<std::string> changes_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SANDBOXES_SANDBOXES_H_

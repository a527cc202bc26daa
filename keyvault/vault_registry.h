// File: keyvault/vault_registry.h
//
// All vaults, live and deleted, under their global names: global within a name space (names.h).
#ifndef LAZULI_KEYVAULT_VAULT_REGISTRY_H_
#define LAZULI_KEYVAULT_VAULT_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "base/timer_queue.h"
#include "keyvault/access_listener.h"
#include "keyvault/access_policy.h"
#include "keyvault/names.h"
#include "keyvault/object_kind.h"
#include "keyvault/private_endpoint.h"
#include "keyvault/vault.h"
#include "keyvault/vault_environment.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_record.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {

// Thread safe. Its lock guards the map of names alone and is taken before a vault's. Whoever may
// call is decided before; subscription and resource group are known to exist. Names, subscriptions
// and groups are compared without regard to letter case.
class VaultRegistry {
 public:
  // The pointers outlive the registry, and the timers no longer fire once it is destroyed.
  VaultRegistry(const VaultRegistryOptions& options, IdDeriver ids, TimerQueue* timers,
                EventLog* events, crypto::CryptoEngine* engine);

  VaultRegistry(const VaultRegistry&) = delete;
  VaultRegistry& operator=(const VaultRegistry&) = delete;

  // Once, before the first call. The listener outlives the registry.
  void SetAccessListener(AccessListener* listener);

  // Who makes the keys of rotations; see VaultEnvironment. Once, before the first call.
  void SetKeyMaker(VaultEnvironment::KeyMaker maker);
  // Likewise those of certificates that are renewed.
  void SetRsaKeyMaker(VaultEnvironment::RsaKeyMaker maker);

  // From a change of a vault's access policies until it counts for the data plane, in virtual time,
  // >= 0: until then those before decide. For changes from now on; at first zero.
  void SetPolicyPropagationDelay(absl::Duration delay);

  // --- management

  // Creates the vault or, when one lies at the address, replaces its settings. Errors besides those
  // of vault_input.h: VaultNameInvalidError, VaultAlreadyExistsError (the name is taken elsewhere),
  // VaultDeletedConflictError (a deleted vault of the subscription has it),
  // InvalidVaultLocationError (the vault lies in another location).
  absl::StatusOr<VaultRecordPtr> CreateOrUpdate(const CallContext& context,
                                                const VaultAddress& address,
                                                absl::string_view location,
                                                const VaultInput& input);
  // Either kind of vault lies where its address says; of the other kind nothing is found there.
  //
  // createMode "recover": brings the deleted vault of that address and location back as it was.
  // SoftDeletedVaultNotFoundError.
  absl::StatusOr<VaultRecordPtr> Recover(const CallContext& context, const VaultAddress& address,
                                         absl::string_view location);
  absl::StatusOr<VaultRecordPtr> Update(const CallContext& context, const VaultAddress& address,
                                        const VaultInput& input);
  absl::StatusOr<VaultRecordPtr> ChangeAccessPolicies(const CallContext& context,
                                                      const VaultAddress& address,
                                                      AccessPolicyChange change,
                                                      const std::vector<AccessPolicy>& entries);
  // VaultResourceNotFoundError.
  absl::StatusOr<VaultRecordPtr> Get(const VaultAddress& address) const;
  // Makes the connection, or changes the one of that name, and answers it as it is then. Errors
  // besides: InvalidVaultPropertyError.
  absl::StatusOr<PrivateEndpointConnection> PutPrivateEndpointConnection(
      const CallContext& context, const VaultAddress& address, absl::string_view name,
      const PrivateEndpointConnectionInput& input);
  // PrivateEndpointConnectionNotFoundError.
  absl::StatusOr<PrivateEndpointConnection> GetPrivateEndpointConnection(
      const VaultAddress& address, absl::string_view name) const;
  // What was deleted. PrivateEndpointConnectionNotFoundError.
  absl::StatusOr<PrivateEndpointConnection> DeletePrivateEndpointConnection(
      const CallContext& context, const VaultAddress& address, absl::string_view name);
  // Deleting a vault that is not there is no error, as everywhere in Resource Manager.
  absl::Status Delete(const CallContext& context, const VaultAddress& address);
  // Live vaults ordered by name, at most `limit` of those after `after`. `resource_group` empty:
  // all of the subscription. Without `kind` both.
  Page<VaultRecordPtr> List(absl::string_view subscription_id, absl::string_view resource_group,
                            absl::string_view after, size_t limit,
                            std::optional<VaultKind> kind = std::nullopt) const;

  Page<VaultRecordPtr> ListDeleted(absl::string_view subscription_id, absl::string_view after,
                                   size_t limit,
                                   std::optional<VaultKind> kind = std::nullopt) const;
  // DeletedVaultNotFoundError. `name` with the ending of its kind, also for what follows.
  absl::StatusOr<VaultRecordPtr> GetDeleted(absl::string_view subscription_id,
                                            absl::string_view location,
                                            absl::string_view name) const;
  // DeletedVaultNotFoundError, VaultPurgeProtectedError.
  absl::Status PurgeDeleted(const CallContext& context, absl::string_view subscription_id,
                            absl::string_view location, absl::string_view name);

  // Purges all deleted vaults of the subscription, also those that are protected from it: for a
  // subscription that is emptied for good. `cause` is for the event log.
  void PurgeAllDeleted(absl::string_view subscription_id, absl::Time now, absl::string_view cause);

  // OK when a vault could be created under the name; else VaultNameInvalidError or
  // VaultAlreadyExistsError (a deleted vault counts).
  absl::Status CheckNameAvailable(absl::string_view name, absl::string_view name_space = "",
                                  VaultKind kind = VaultKind::kVault) const;

  // --- for the data plane

  // The live vault of that name; VaultNotFoundError.
  absl::StatusOr<VaultPtr> FindLive(absl::string_view name,
                                    absl::string_view name_space = "") const;
  // Its settings: tenant, soft delete, purge protection and all else. VaultNotFoundError.
  absl::StatusOr<VaultRecordPtr> Describe(absl::string_view name,
                                          absl::string_view name_space = "") const;
  // The only name space that has a live vault of that name, for whoever does not say which; empty
  // when none or several have.
  std::string GuessNameSpace(absl::string_view name) const;

  // --- the state

  // Notes from now on what changes, for ExportChanges.
  void StartTracking();
  // Tells of everything.
  void ExportAll(VaultStateSink* sink) const;
  // Tells of what changed since the last call. No change is under way meanwhile.
  void ExportChanges(VaultStateSink* sink);

  // Takes over what was exported, into a registry that nobody uses yet: the vaults, then their
  // objects, then FinishRestore once. Without events, and nobody is told. DATA_LOSS, saying why,
  // for what cannot be.
  absl::Status RestoreVault(const VaultNameState& state);
  template <typename Traits>
  absl::Status Restore(absl::string_view vault, const ObjectNameState<Traits>& state,
                       std::vector<typename Traits::Version> versions);
  // Schedules what ends states, in the order in which it was scheduled first.
  void FinishRestore();
  // To be called once the clock of a restored registry runs and changes are tracked: schedules what
  // time brings to objects that were stored by a version which knew nothing of it.
  void AddMilestones(absl::Time now);

 private:
  // By QualifiedName.
  using VaultMap = std::map<std::string, VaultPtr, IgnoreCaseLess>;

  // The vault of that name, live or deleted, or null.
  VaultPtr Find(absl::string_view name, absl::string_view name_space) const;
  VaultPtr FindQualified(absl::string_view qualified_name) const;
  // The one that lies in the subscription, in whatever name space that is.
  VaultPtr FindIn(absl::string_view subscription_id, absl::string_view name) const;
  // The live vault at the address; VaultResourceNotFoundError.
  absl::StatusOr<VaultPtr> FindAt(const VaultAddress& address) const;
  // The vaults after `after` that `wanted` accepts, by name.
  Page<VaultRecordPtr> Select(absl::string_view after, size_t limit,
                              const std::function<bool(const VaultRecord&)>& wanted) const;

  // The owner of the name: a new vault, or the one that was quicker.
  struct InsertResult {
    VaultPtr vault;
    bool inserted = false;
  };
  InsertResult Insert(const CallContext& context, VaultRecord record);
  // The record of a vault that is being deleted; schedules the end of its retention.
  VaultRecord Deleted(const VaultPtr& vault, const VaultRecord& old, absl::Time now);
  // Purges a deleted vault, unless `admit`, which judges its record under its lock, refuses.
  using Admission = std::function<absl::Status(const VaultRecord&)>;
  absl::Status Remove(const VaultPtr& vault, absl::Time now, absl::string_view cause,
                      const Admission& admit);
  // Takes a purged vault out of the map.
  void FreeName(const VaultPtr& vault);
  // Schedules EndRetention for a vault with that record.
  TimerId ScheduleRetentionEnd(const VaultPtr& vault, const VaultRecord& record);
  // Fired by a timer: the retention of a vault that was deleted at `deletion_date` is over.
  void EndRetention(const VaultPtr& vault, absl::Time deletion_date, absl::Time due);

  const std::shared_ptr<VaultEnvironment> environment_;
  mutable Mutex mu_;
  VaultMap vaults_ ABSL_GUARDED_BY(mu_);
  // Vaults made so far under each qualified name that is free again.
  std::map<std::string, uint64_t, IgnoreCaseLess> incarnations_ ABSL_GUARDED_BY(mu_);

  // What a restored vault (no name) or object waits for.
  struct RestoredStep {
    VaultPtr vault;
    ObjectKind kind = ObjectKind::kKey;
    std::string name;
    absl::Time due;
  };
  // By number. Empty but while the state is restored.
  std::multimap<uint64_t, RestoredStep> restored_steps_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_REGISTRY_H_

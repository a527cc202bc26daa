// File: batch/account.h
//
// One Batch account: its settings, the data key that protects what rests in it, its access to the
// key that protects that data key, and the work in it.
//
// Losing access wipes the data key and sends nodes and tasks through the loss queue; from then
// until the end of the restoration window nothing works but reading the account's resource and
// deleting it. Work that comes due meanwhile waits in the restore queue.
#ifndef LAZULI_BATCH_ACCOUNT_H_
#define LAZULI_BATCH_ACCOUNT_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "base/secure_bytes.h"
#include "base/timer_queue.h"
#include "batch/account_spec.h"
#include "batch/account_state.h"
#include "batch/change_flag.h"
#include "batch/data_key.h"
#include "batch/key_access.h"
#include "batch/key_encryption_client.h"
#include "batch/managed_identity_client.h"
#include "batch/platform_key.h"
#include "batch/state_scope.h"
#include "batch/transition_queues.h"
#include "batch/workload/limits.h"
#include "batch/workload_handle.h"
#include "batch/workload_host.h"

namespace lazuli::batch {

// Told what an account's access to its key hangs on, so that whoever changes it can have the
// account look again. Called with the account's key lock held: the implementation may take leaf
// locks only, and must hold none of them when it calls an account.
class KeyDependencyObserver {
 public:
  virtual ~KeyDependencyObserver() = default;

  // nullopt: on nothing any more. `account_id` is the ARM id. Calls for one account come in order.
  virtual void OnKeyDependencyChanged(const std::string& account_id,
                                      const std::optional<KeyDependency>& dependency) = 0;
};

struct AccountOptions {
  KeyAccessOptions key_access;
  // Lets accounts that were created without an identity use a customer-managed key, too. Batch's
  // documentation supports it for new accounts only.
  bool allow_cmk_on_any_account = false;
  // Shown by the accounts.
  int pool_quota = limits::batch::kDefaultPoolQuota;
  int active_job_quota = limits::batch::kDefaultActiveJobQuota;
};

// What accounts work with. Nothing is owned, all outlives the accounts; `observer` may be null.
struct AccountEnvironment {
  const Clock* clock = nullptr;
  TimerQueue* timers = nullptr;
  EventLog* events = nullptr;
  KeyEncryptionClient* keys = nullptr;
  ManagedIdentityClient* identities = nullptr;
  KeyDependencyObserver* observer = nullptr;
  WorkloadFactory workloads;
  IdDeriver ids = IdDeriver(0);
  AccountOptions options;
};

// Thread safe.
//
// Three locks, always taken in this order: `manage_mu_` lets one caller at a time change or delete
// the account; `key_mu_` lets one at a time look at its key or change it, and is held while the
// vault is asked; `mu_` guards the state and is never held while anybody outside of the account is
// asked.
class Account final : public std::enable_shared_from_this<Account>, private WorkloadHost {
 public:
  // Makes the account with a new data key: looks up or makes the identity, and checks and uses the
  // customer's key if `spec` names one. Errors are the preconditions' (batch/errors.h); then no
  // trace is left. `spec` has valid names, region and tags. The account comes to life by Start().
  // `number` is the AccountState's.
  static absl::StatusOr<std::shared_ptr<Account>> Create(const AccountEnvironment* environment,
                                                         const AccountSpec& spec, uint64_t number,
                                                         absl::Time now);
  ~Account() override;

  // Takes the account back as it was when it was stored. What it waits for is timed again, and it
  // tells nobody; the work comes in by RestoreWork. INVALID_ARGUMENT says what does not fit. The
  // account comes to life by Resume().
  static absl::StatusOr<std::shared_ptr<Account>> Restore(const AccountEnvironment* environment,
                                                          AccountState state);
  // Announces the account and looks at its key once more: whatever changed before somebody could
  // know of the account is seen now.
  void Start(absl::Time now) ABSL_LOCKS_EXCLUDED(manage_mu_, key_mu_, mu_);

  // The like after a restart, when all that the account depends upon is back: the data key is
  // unwrapped, if the account had it; without it access is lost from now on.
  void Resume(absl::Time now) ABSL_LOCKS_EXCLUDED(manage_mu_, key_mu_, mu_);

  const AccountId& id() const { return id_; }
  const std::string& arm_id() const { return arm_id_; }
  const std::string& region() const { return region_; }

  AccountView Describe() const ABSL_LOCKS_EXCLUDED(mu_);
  // True if creating it with `spec` again would change nothing.
  bool Matches(const AccountSpec& spec) const ABSL_LOCKS_EXCLUDED(mu_);

  // OK while the account serves calls, else AccountUnavailableError, or AccountNotFoundError once
  // it is deleted.
  absl::Status CheckServing() const ABSL_LOCKS_EXCLUDED(mu_);

  // All or nothing. A new key, version or identity is checked by wrapping and unwrapping the data
  // key with it; after a change the key used before is not needed any more.
  absl::Status Update(const CallContext& ctx, const AccountChange& change)
      ABSL_LOCKS_EXCLUDED(manage_mu_, key_mu_, mu_);
  // The account and everything in it is gone, in whatever state it was. Idempotent.
  void Delete(absl::Time now) ABSL_LOCKS_EXCLUDED(manage_mu_, key_mu_, mu_);

  // SharedKeyNotAllowedError, or as CheckServing.
  absl::StatusOr<SharedKeyPair> ListSharedKeys() const ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<SharedKeyPair> RegenerateSharedKey(SharedKeyName which) ABSL_LOCKS_EXCLUDED(mu_);

  // OK if the account's data takes callers of this kind, else AuthenticationModeNotAllowedError.
  // Works without access to the key.
  absl::Status CheckAuthenticationMode(AuthenticationMode mode) const ABSL_LOCKS_EXCLUDED(mu_);
  // Which of `texts` has `mac` as its HMAC-SHA256 by one of the shared keys: its index, or nullopt.
  // Works without access to the key, and whatever the authentication modes are. The time that it
  // takes tells nothing of the keys.
  std::optional<size_t> FindSigned(absl::Span<const std::string> texts, absl::string_view mac) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Runs `operation`, an absl::Status(Workload&, absl::Time now), on the account's work under its
  // lock, with ctx.now, if the account serves calls; else as CheckServing. The operation must not
  // call the account.
  template <typename Operation>
  absl::Status WithWorkload(const CallContext& ctx, Operation&& operation)
      ABSL_LOCKS_EXCLUDED(mu_) {
    return WithWorkloadHandle(ctx, [&operation](WorkloadHandle& handle, absl::Time now) {
      return absl::Status(operation(handle.workload(), now));
    });
  }
  // The same for whatever the factory made.
  absl::Status WithWorkloadHandle(
      const CallContext& ctx,
      absl::FunctionRef<absl::Status(WorkloadHandle&, absl::Time now)> operation)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Looks at the key and acts upon what it finds; answers when that is done. `cause` says what set
  // it off, for the event log.
  void ReevaluateKeyAccess(absl::Time now, absl::string_view cause)
      ABSL_LOCKS_EXCLUDED(key_mu_, mu_);

  // How late refusals and returns of access are noticed, from now on. >= 0.
  void SetDetectionDelay(absl::Duration delay) ABSL_LOCKS_EXCLUDED(mu_);

  KeyAccessSnapshot GetKeyAccess() const ABSL_LOCKS_EXCLUDED(mu_);
  // The loss queue, then the restore queue, each in the order in which it will be applied.
  std::vector<QueuedTransition> ListQueuedTransitions() const ABSL_LOCKS_EXCLUDED(mu_);
  // What rests: the wrapped data key (kind "datakey"), then the work's records. Works without
  // access.
  std::vector<RestingBytes> DumpRecords() const ABSL_LOCKS_EXCLUDED(mu_);

  // --- How it is stored: account_storage.cc ---

  // From now on notes what changes.
  void StartTracking() ABSL_LOCKS_EXCLUDED(mu_);
  // Shows all that is to be stored of the account and the work in it, or what changed since the
  // last such call or since StartTracking. Works without access to the key.
  void VisitState(StateScope scope, AccountStateVisitor* visitor) ABSL_LOCKS_EXCLUDED(mu_);
  // Makes an entry of the restore queue, for work that comes in after it. INVALID_ARGUMENT if there
  // is one.
  absl::Status RestoreWaiting(WaitingTransition waiting) ABSL_LOCKS_EXCLUDED(mu_);
  // Runs `operation`, which is to bring in the work that the account had, under its lock.
  absl::Status RestoreWork(absl::FunctionRef<absl::Status(WorkloadHandle&)> operation)
      ABSL_LOCKS_EXCLUDED(mu_);
  // When all of it is in: goes on with a loss that was under way.
  void FinishRestore() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  using Timer = AccountTimer;
  using Protection = DataKeyProtection;
  struct ArmedTimer {
    TimerId id;
    uint64_t generation = 0;  // of the latest arming: an older one that still fires is ignored
  };

  // What a look at the key found.
  struct Finding {
    absl::Status refusal;
    std::string reason;                       // of the refusal
    AccountIdentity identity;                 // as the directory knows it now
    std::optional<absl::Time> next_key_time;  // when nbf or exp may change the answer
    std::string newer_version;                // what a versionless identifier should follow
    // The vault was too busy to say whether there is access: `refusal` is no refusal.
    bool unanswered = false;
    // Of a question that found no answer, this or another: when to ask again.
    std::optional<absl::Duration> retry_after;
  };

  struct PreparedIdentity {
    AccountIdentity identity;
    bool created = false;  // a system-assigned identity was made for this
  };

  // Takes of `state` what never changes.
  Account(const AccountEnvironment* environment, const AccountState& state);

  // --- Settings: account.cc, account_update.cc ---
  static absl::StatusOr<PreparedIdentity> PrepareIdentity(const AccountEnvironment& environment,
                                                          const AccountId& id,
                                                          absl::string_view tenant_id,
                                                          const IdentitySpec& spec,
                                                          const AccountIdentity& present);
  // Takes over what Create() has prepared.
  void Initialize(const AccountSpec& spec, AccountIdentity identity, Protection protection,
                  const SecureBytes& data_key) ABSL_LOCKS_EXCLUDED(key_mu_, mu_);
  void MakeWorkLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The changeable rest of `state`.
  absl::Status TakeOver(AccountState state) ABSL_LOCKS_EXCLUDED(key_mu_, mu_);
  AccountState SaveLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status CheckServingLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status CheckSharedKeysLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  SharedKeyPair SharedKeysLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Checks and applies all of a change.
  absl::Status Change(const AccountChange& change, const AccountIdentity& identity, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_) ABSL_LOCKS_EXCLUDED(mu_);
  // The protection after the change, tried out; nullopt when it stays.
  absl::StatusOr<std::optional<Protection>> PrepareProtection(const AccountChange& change,
                                                              const AccountIdentity& identity,
                                                              absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_) ABSL_LOCKS_EXCLUDED(mu_);
  // OK if the key in use can be used, which leaving it takes.
  absl::Status CheckMayLeaveKey(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_)
      ABSL_LOCKS_EXCLUDED(mu_);
  // The data key stays; what wraps it is replaced.
  void ProtectLocked(Protection protection, const SecureBytes& data_key, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_, mu_);
  // "Microsoft.Batch" or the identifier of the version in use.
  std::string ProtectionNameLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void PublishDependency() ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_) ABSL_LOCKS_EXCLUDED(mu_);
  void RecordAccountEventLocked(absl::string_view from, absl::string_view to,
                                absl::string_view cause) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // --- Looking at the key: account_probe.cc ---
  // Looks, follows a newer version, and acts. Nothing without a customer's key.
  void Probe(absl::Time now, absl::string_view cause) ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Asks for everything that the use of the key hangs on, without RSA work.
  Finding Look(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_) ABSL_LOCKS_EXCLUDED(mu_);
  // Wraps the data key with the newer version, or stays with the one in use. When to try again, if
  // the vault gave no answer.
  std::optional<absl::Duration> Follow(const Finding& finding, absl::Time now,
                                       absl::string_view cause)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_) ABSL_LOCKS_EXCLUDED(mu_);
  // Has the key unwrap the data key, as the identity of `finding`; a refusal, or that there was no
  // answer, becomes the finding's.
  SecureBytes Unwrap(Finding* finding, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_)
      ABSL_LOCKS_EXCLUDED(mu_);
  void EndWindow(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_mu_) ABSL_LOCKS_EXCLUDED(mu_);
  bool HasCustomerKey() const ABSL_LOCKS_EXCLUDED(mu_);
  // Tells of a look that says nothing.
  void RecordUnansweredLocked(const Finding& finding, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Sees to it that the key is looked at again.
  void ArmProbesLocked(const Finding& finding, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // --- Acting: account_key_access.cc ---
  // Feeds the state machine and does what it says.
  void ActLocked(KeyAccessEvent event, absl::Time now, absl::string_view reason,
                 absl::string_view cause) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void LoseLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void StepLossLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RestoreLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RecordSupersededLocked(const std::vector<SupersededTransition>& superseded)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ArmLocked(Timer timer, absl::Time due) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // `id` is one that was reserved, or that the timer had before a restart.
  void ArmAsLocked(Timer timer, TimerId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void DisarmLocked(Timer timer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // True if the timer still is the one of that generation, which then is armed no more.
  bool TakeFired(Timer timer, uint64_t generation) ABSL_LOCKS_EXCLUDED(mu_);
  void OnTimer(Timer timer, uint64_t generation) ABSL_LOCKS_EXCLUDED(key_mu_, mu_);
  void OnLossStepDue(uint64_t generation) ABSL_LOCKS_EXCLUDED(mu_);
  void OnWorkDue(TimerId id) ABSL_LOCKS_EXCLUDED(mu_);

  // --- WorkloadHost, called by the workload under mu_ ---
  const RecordProtector& protector() const override;
  TimerId Schedule(absl::Time due, DeferredWork work) override;
  bool Reschedule(TimerId id, DeferredWork work) override;
  void Cancel(TimerId id) override;
  void RecordEvent(absl::string_view kind, absl::string_view resource, absl::string_view from,
                   absl::string_view to, absl::string_view cause) override;

  const AccountEnvironment* const env_;
  const uint64_t number_;
  const AccountId id_;
  const std::string arm_id_;
  const std::string tenant_id_;
  const std::string region_;
  const std::string endpoint_;
  const std::string node_management_endpoint_;
  const bool created_with_identity_;

  Mutex manage_mu_ ABSL_ACQUIRED_BEFORE(key_mu_);
  mutable Mutex key_mu_ ABSL_ACQUIRED_BEFORE(mu_);
  mutable Mutex mu_;

  bool deleted_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, std::string> tags_ ABSL_GUARDED_BY(mu_);
  std::vector<AuthenticationMode> authentication_modes_ ABSL_GUARDED_BY(mu_);
  SecureBytes primary_shared_key_ ABSL_GUARDED_BY(mu_);  // not encoded
  SecureBytes secondary_shared_key_ ABSL_GUARDED_BY(mu_);
  // These stand still for whoever holds key_mu_: they are written with both locks held.
  AccountIdentity identity_ ABSL_GUARDED_BY(mu_);
  Protection protection_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<const PlatformKey> platform_key_ ABSL_GUARDED_BY(mu_);
  DataKey data_key_ ABSL_GUARDED_BY(mu_);
  KeyAccessMachine access_ ABSL_GUARDED_BY(mu_);

  std::array<ArmedTimer, kAccountTimers> timers_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<WorkloadHandle> workload_ ABSL_GUARDED_BY(mu_);
  // Its callbacks may refer to the workload, and go first.
  std::unique_ptr<TransitionQueues> queues_ ABSL_GUARDED_BY(mu_);
  // The time of the call or timer that holds mu_: what events carry.
  absl::Time now_ ABSL_GUARDED_BY(mu_);

  // The newer version that was refused last, so that one event tells of it and not one a probe.
  std::string refused_version_ ABSL_GUARDED_BY(mu_);
  // What is left of a loss that was stored, until the work is there that it is about.
  std::optional<PlannedLoss> restored_loss_ ABSL_GUARDED_BY(mu_);
  ChangeFlag changed_ ABSL_GUARDED_BY(mu_);
  std::optional<KeyDependency> published_ ABSL_GUARDED_BY(key_mu_);
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_H_

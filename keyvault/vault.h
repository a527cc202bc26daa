// File: keyvault/vault.h
//
// One vault: its record and its keys, behind one lock.
#ifndef LAZULI_KEYVAULT_VAULT_H_
#define LAZULI_KEYVAULT_VAULT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/timer_queue.h"
#include "keyvault/key_lifecycle.h"
#include "keyvault/key_version.h"
#include "keyvault/vault_environment.h"
#include "keyvault/vault_record.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {

// One page of a listing; `more` when something follows.
template <typename T>
struct Page {
  std::vector<T> items;
  bool more = false;
};

// Thread safe. The lock is held for look-ups and pointer swaps only: neither cryptography nor the
// listener runs under it. Whoever may call is decided before (keyvault/access_control.h).
//
// Every operation on keys refuses with VaultNotFoundError once the vault is deleted; its keys rest
// until it is recovered, while the retention of those that were already deleted goes on. Key names
// are found in any letter case; an empty version stands for the latest. Every change appends events
// and, where it can give or take access, raises the epoch and tells the listener when the lock is
// free again.
//
// `cause` is the name of the operation, for events; `now` the virtual time of the call.
class Vault : public std::enable_shared_from_this<Vault> {
 public:
  // `incarnation`: how many vaults of the name there were before, so that ids are never derived
  // twice.
  Vault(std::shared_ptr<VaultEnvironment> environment, VaultRecord record, uint64_t incarnation);

  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  const std::string& name() const { return name_; }
  // With its name space; see names.h.
  const std::string& qualified_name() const { return qualified_name_; }
  uint64_t incarnation() const { return incarnation_; }
  VaultRecordPtr record() const;
  // Another number after each change that can give or take access; never a number that another
  // vault had.
  uint64_t access_epoch() const;

  // --- keys; errors besides: those of CheckKeyRequest

  // Whether a version could be added now: to be asked before its material is made.
  absl::Status CheckCreatable(absl::string_view key_name) const;
  // Adds a version, the first of a new key or the new latest of an existing one.
  absl::StatusOr<KeyVersionPtr> AddKeyVersion(absl::Time now, absl::string_view key_name,
                                              NewKeyVersion version, absl::string_view cause);
  absl::StatusOr<KeyVersionPtr> FindKey(absl::string_view key_name,
                                        absl::string_view version) const;
  absl::StatusOr<KeyVersionPtr> UpdateKey(absl::Time now, absl::string_view key_name,
                                          absl::string_view version,
                                          const KeyVersionUpdate& update);
  absl::StatusOr<DeletedKey> DeleteKey(absl::Time now, absl::string_view key_name);
  absl::StatusOr<DeletedKey> FindDeletedKey(absl::string_view key_name) const;
  absl::StatusOr<KeyVersionPtr> RecoverKey(absl::Time now, absl::string_view key_name);
  // KeyPurgeProtectedError while the vault is purge protected.
  absl::Status PurgeKey(absl::Time now, absl::string_view key_name);

  // Listings give at most `limit` (>= 1) items that come after `after`, from the beginning when it
  // is empty. Keys are ordered by their names in upper case and shown by their latest version;
  // versions are ordered by id, and an unknown key has none.
  absl::StatusOr<Page<KeyVersionPtr>> ListKeys(absl::string_view after, size_t limit) const;
  absl::StatusOr<Page<DeletedKey>> ListDeletedKeys(absl::string_view after, size_t limit) const;
  absl::StatusOr<Page<KeyVersionPtr>> ListKeyVersions(absl::string_view key_name,
                                                      absl::string_view after, size_t limit) const;

  // --- the record; for VaultRegistry, which knows about names

  // Puts the record that `change` makes of the present one in its place. `change` runs under the
  // lock and must not block; its error is returned and leaves all as it was. A record in the state
  // kPurged takes all keys with it. `access_cause` is for the listener, e.g. "vault deleted".
  using RecordChange = std::function<absl::StatusOr<VaultRecord>(const VaultRecord&)>;
  absl::StatusOr<VaultRecordPtr> ChangeRecord(absl::Time now, absl::string_view cause,
                                              absl::string_view access_cause,
                                              const RecordChange& change);

  // --- the state; for VaultRegistry

  // Tells of all keys and versions.
  void ExportKeys(VaultStateSink* sink) const;
  void ExportKey(absl::string_view key_name, VaultStateSink* sink) const;
  void ExportKeyVersion(absl::string_view key_name, absl::string_view version,
                        VaultStateSink* sink) const;
  // Into a vault that nobody uses yet; without events. `versions` in any order; their name and kid
  // are set here. Nothing is scheduled: see ResumeKeyStep. DATA_LOSS, saying why, for what cannot
  // be.
  absl::Status RestoreKey(const KeyNameState& state, std::vector<KeyVersion> versions);
  // Schedules the step that a restored key has.
  void ResumeKeyStep(const std::string& key_name, uint64_t step, absl::Time due);
  // Puts the timer into the record of a restored vault.
  void SetPurgeTimer(TimerId timer);

 private:
  // All versions of one key.
  struct KeyEntry {
    KeyState state = KeyState::kLive;
    std::string name;  // as first created
    std::map<std::string, KeyVersionPtr, IgnoreCaseLess> versions;
    std::string latest;  // its key in versions
    // Of a key that is being deleted, deleted, or being recovered.
    absl::Time deleted_date;
    absl::Time scheduled_purge_date;
    // What ends the present state, and its number (see VaultEnvironment::NextStep): a timer of
    // another number is out of date.
    TimerId timer;
    uint64_t step = 0;

    const KeyVersionPtr& latest_version() const { return versions.find(latest)->second; }
  };
  using KeyMap = std::map<std::string, KeyEntry, IgnoreCaseLess>;

  // Lets the access policies of `before`, if `*next` has others, decide for as long as they take to
  // propagate.
  void KeepSupersededPolicies(const VaultRecord& before, absl::Time now, VaultRecord* next);
  // Fired by a timer: other policies decide from now on.
  void FinishPropagation(absl::Time due);

  absl::Status CheckLiveLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  KeyState StateLocked(KeyMap::const_iterator entry) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // OK when the vault is live and the key accepts `request`; `*entry` is the key's, or the end.
  absl::Status AdmitLocked(absl::string_view key_name, KeyRequest request,
                           KeyMap::const_iterator* entry) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status AdmitLocked(absl::string_view key_name, KeyRequest request, KeyMap::iterator* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The version of a key that was admitted; KeyNotFoundError.
  static absl::StatusOr<KeyVersionPtr> PickVersion(const KeyEntry& entry,
                                                   absl::string_view key_name,
                                                   absl::string_view version);
  void SetStateLocked(KeyEntry* entry, KeyState state, absl::Time now, absl::string_view cause)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Makes FinishStep run at `due`, in the place of what was scheduled before.
  void ScheduleStepLocked(KeyEntry* entry, absl::Time due) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void StartStepLocked(KeyEntry* entry, uint64_t step, absl::Time due)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CancelStepLocked(KeyEntry* entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Takes the key out of the vault. The caller lets go of what is returned, which wipes the
  // material, when the lock is free.
  KeyEntry RemoveLocked(KeyMap::iterator entry, absl::Time now, absl::string_view cause)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Fired by a timer: the present state of the key has lasted long enough.
  void FinishStep(const std::string& key_name, uint64_t step, absl::Time due);
  void Forget(const KeyEntry& entry) const;
  // `version` empty: of the key as a whole.
  void AppendKeyEvent(absl::Time now, absl::string_view key_name, absl::string_view version,
                      absl::string_view from, absl::string_view to, absl::string_view cause) const;
  std::string VersionIdLocked(absl::string_view key_name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  KeyNameState KeyNameStateLocked(absl::string_view key_name, uint64_t versions_made) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Notes for storing that the key, or its version, changed.
  void MarkLocked(absl::string_view key_name, absl::string_view version = "")
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void MarkVersionsLocked(const KeyEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::shared_ptr<VaultEnvironment> environment_;
  const std::string name_;
  const std::string name_space_;
  const std::string qualified_name_;
  const uint64_t incarnation_;
  mutable Mutex mu_;
  VaultRecordPtr record_ ABSL_GUARDED_BY(mu_);
  uint64_t epoch_ ABSL_GUARDED_BY(mu_);
  KeyMap keys_ ABSL_GUARDED_BY(mu_);
  // Versions made so far under each name; outlives the keys, so that no version id comes twice.
  std::map<std::string, uint64_t, IgnoreCaseLess> ordinals_ ABSL_GUARDED_BY(mu_);
};

using VaultPtr = std::shared_ptr<Vault>;

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_H_

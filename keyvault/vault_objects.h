// File: keyvault/vault_objects.h
//
// All objects of one kind in a vault: their names, versions, states and the timers that end these.
// The one implementation of the lifecycle that keys, secrets and the like share.
#ifndef LAZULI_KEYVAULT_VAULT_OBJECTS_H_
#define LAZULI_KEYVAULT_VAULT_OBJECTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "keyvault/names.h"
#include "keyvault/object_attributes.h"
#include "keyvault/object_index.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/object_traits.h"
#include "keyvault/vault_environment.h"
#include "keyvault/vault_record.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {

// The vault that the objects are in, as far as they need to know it.
class ObjectOwner {
 public:
  virtual ~ObjectOwner() = default;

  virtual const std::string& name() const = 0;
  virtual const std::string& name_space() const = 0;
  virtual const std::string& qualified_name() const = 0;
  virtual uint64_t incarnation() const = 0;
  // Called under the vault's lock.
  virtual bool is_live() const = 0;
  // Has FinishStep called with these at `due`, under the vault's lock.
  virtual TimerId ScheduleStep(ObjectKind kind, const std::string& name, uint64_t step,
                               absl::Time due) = 0;
};

// Has no lock: the vault's guards it. Names are found in any letter case; an empty version stands
// for the latest. `cause` is the name of the operation, for events. Every change appends events and
// is marked for storing. Errors: those of CheckObjectRequest.
template <typename Traits>
class VaultObjects {
  struct Entry;

 public:
  using Version = typename Traits::Version;
  using Ptr = VersionPtr<Traits>;
  using Deleted = DeletedObject<Version>;
  using NameData = typename Traits::NameData;
  static constexpr ObjectKind kKind = Traits::kKind;

  // Both outlive this.
  VaultObjects(VaultEnvironment* environment, ObjectOwner* owner)
      : environment_(environment), owner_(owner) {}

  // An object of that name is there, in whatever state.
  bool Has(absl::string_view name) const { return StateOf(name) != ObjectState::kAbsent; }
  // OK, or why the name refuses `request`.
  absl::Status Admit(absl::string_view name, ObjectRequest request) const;

  // Adds a version, the first of a new object or the new latest of an existing one. Its name, id
  // and times are set here, and its version unless it has one already.
  struct Added {
    Ptr version;
    bool first = false;
  };
  absl::StatusOr<Added> Add(absl::Time now, absl::string_view name, Version version,
                            absl::string_view cause);
  absl::StatusOr<Ptr> Find(absl::string_view name, absl::string_view version) const;

  // Puts what `change` makes of a version in its place; its error is returned and leaves all as it
  // was. It may change neither identity nor times.
  using Change = std::function<absl::Status(Version*)>;
  struct Updated {
    Ptr version;
    bool access_changed = false;
  };
  absl::StatusOr<Updated> Update(absl::Time now, absl::string_view name, absl::string_view version,
                                 const Change& change, absl::string_view cause);

  // What the object has as a whole.
  absl::StatusOr<NameData> FindData(absl::string_view name) const;
  // The same of an object in whatever state; empty without one.
  NameData DataOf(absl::string_view name) const;
  // `cause` empty: without an event.
  using DataChange = std::function<absl::Status(NameData*)>;
  absl::Status ChangeData(absl::Time now, absl::string_view name, const DataChange& change,
                          absl::string_view cause);

  absl::StatusOr<Deleted> Delete(absl::Time now, absl::string_view name, const VaultSettings& vault,
                                 RemovedVersions* removed);
  absl::StatusOr<Deleted> FindDeleted(absl::string_view name) const;
  ObjectState StateOf(absl::string_view name) const { return StateOf(index_.Find(name)); }
  // `*live`: whether it is so already.
  absl::StatusOr<Ptr> Recover(absl::Time now, absl::string_view name, bool* live);
  // A deleted object that takes a purge: what Purge is given. It holds until the object changes.
  class Purgeable {
   public:
    Deleted deleted() const { return entry_->deleted(); }

   private:
    friend class VaultObjects;
    explicit Purgeable(Entry* entry) : entry_(entry) {}
    Entry* entry_;
  };
  absl::StatusOr<Purgeable> FindPurgeable(absl::string_view name) const;
  // Gives the name as the object spells it. `*gone`: whether it is so already.
  std::string Purge(absl::Time now, Purgeable object, RemovedVersions* removed, bool* gone);

  // See Vault::List and the like.
  Page<Ptr> List(absl::string_view after, size_t limit) const;
  Page<Deleted> ListDeleted(absl::string_view after, size_t limit) const;
  Page<Ptr> ListVersions(absl::string_view name, absl::string_view after, size_t limit) const;

  // The whole object, and the same in a vault where its name is free.
  absl::StatusOr<ObjectCopy<Traits>> Backup(absl::string_view name) const;
  absl::StatusOr<Ptr> RestoreBackup(absl::Time now, const ObjectCopy<Traits>& backup,
                                    absl::string_view cause);

  // Ends the present state of the object, if it is still the one that `step` was to end, or does
  // what time brings to a live one. Returns for those who rely on it what happened: "purged",
  // "recovered", or nothing.
  struct Finished {
    std::string happened;
    // Not null: the object is due for a version that succeeds this one; see AddSuccessor.
    Ptr to_succeed;
  };
  Finished FinishStep(absl::string_view name, uint64_t step, absl::Time due,
                      RemovedVersions* removed);

  // As Add, with the version that `make` gives, of the present latest one and of what the object
  // has as a whole; null, and nothing is changed, if it gives none. `step` other than 0: also null
  // unless the object still has that step, which is done then.
  using MakeVersion = std::function<std::optional<Version>(const Version&, const NameData&)>;
  absl::StatusOr<Ptr> AddSuccessor(absl::Time now, absl::string_view name, uint64_t step,
                                   const MakeVersion& make, absl::string_view cause);

  // Of an object that still has `step`, for which no successor could be made: tells of that with an
  // event, and has the step come again at `retry`.
  void PutOffSuccessor(absl::Time now, absl::string_view name, uint64_t step, absl::Time retry,
                       absl::string_view cause);
  // Whether `old` is still the latest version of a live object that has `step`, which is done then.
  bool TakeStep(const Ptr& old, uint64_t step);

  // The vault is live again: what time would have brought meanwhile comes now.
  void ResumeMilestones(absl::Time now);
  // Schedules what time brings next to the live objects that wait for nothing, as after the
  // restoration of what was stored when nothing came to them.
  void AddMilestones(absl::Time now);

  // Forgets everything, as if there had never been an object.
  void Clear(RemovedVersions* removed);

  // --- the state

  void Export(const std::string& vault, VaultStateSink* sink) const;
  void ExportName(const std::string& vault, absl::string_view name, VaultStateSink* sink) const;
  void ExportVersion(const std::string& vault, absl::string_view name, absl::string_view version,
                     VaultStateSink* sink) const;
  // See Vault::Restore.
  absl::Status Restore(const ObjectNameState<Traits>& state, std::vector<Version> versions);
  void ResumeStep(absl::string_view name, uint64_t step, absl::Time due);

 private:
  // All versions of one object, or what is left of one that is gone: its name is in lower case
  // then.
  struct Entry {
    ObjectState state = ObjectState::kAbsent;
    std::string name;  // as first created
    // One of `versions`, unless the object is gone.
    Ptr latest;
    std::map<std::string, Ptr, IgnoreCaseLess> versions;
    // Under this name so far; outlives the object, so that no version id comes twice.
    uint64_t versions_made = 0;
    // Of an object that is being deleted, deleted, or being recovered or purged.
    absl::Time deleted_date;
    absl::Time scheduled_purge_date;
    // What ends the present state, or what comes next to a live object, and its number (see
    // VaultEnvironment::NextStep): a timer of another number is out of date.
    TimerId timer;
    uint64_t step = 0;
    NameData data;

    Deleted deleted() const { return {latest, deleted_date, scheduled_purge_date}; }
  };

  static ObjectState StateOf(const Entry* entry);
  // The entry of an object that takes the request, or why it does not.
  absl::StatusOr<Entry*> FindFor(absl::string_view name, ObjectRequest request) const;
  // The live object's entry; the error names the version that was asked for, whether the object or
  // the version is missing.
  absl::StatusOr<Entry*> FindEntry(absl::string_view name, absl::string_view version) const;
  static absl::StatusOr<Ptr> PickVersion(const Entry& entry, absl::string_view name,
                                         absl::string_view version);
  // Makes a live object in the place of `entry`, which is gone, or is null for a name that never
  // was. To be given its latest version, and then to be told to the index.
  Entry* NewObject(absl::string_view name, Entry* entry);
  // An id that no version of the name ever had.
  std::string NextVersionId(Entry* entry);
  void SetState(Entry* entry, ObjectState state, absl::Time now, absl::string_view cause);
  // Has FinishStep called at `due`, in the place of what was scheduled before.
  void ScheduleStep(Entry* entry, absl::Time due);
  void CancelStep(Entry* entry);
  // Of a live object: schedules what time brings next. To be called after each change of it.
  void ScheduleMilestone(Entry* entry, absl::Time now);
  void FinishMilestone(Entry* entry, absl::Time due, Finished* finished);
  // Tells what Azure sends to subscribers: "NearExpiry" and the like, of the latest version.
  void Notify(absl::Time now, const Entry& entry, absl::string_view what, absl::string_view cause);
  void Remove(Entry* entry, absl::Time now, absl::string_view cause, RemovedVersions* removed);
  // How events name it. `version` empty: the object as a whole.
  std::string ResourceOf(absl::string_view name, absl::string_view version) const;
  void AppendEvent(absl::Time now, absl::string_view name, absl::string_view version,
                   absl::string_view from, absl::string_view to, absl::string_view cause) const;
  // Notes for storing that the object, or its version, changed.
  void Mark(absl::string_view name, absl::string_view version = "");
  static ObjectNameState<Traits> StateOfName(const Entry& entry);

  VaultEnvironment* const environment_;
  ObjectOwner* const owner_;
  ObjectIndex<Entry> index_;
};

extern template class VaultObjects<KeyTraits>;
extern template class VaultObjects<SecretTraits>;
extern template class VaultObjects<CertificateTraits>;

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_OBJECTS_H_

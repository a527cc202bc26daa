#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/errors.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {

template <typename Traits>
void Vault::Publish(const std::string& name, absl::string_view what) const {
  if (!Traits::kGivesAccess) return;
  environment_->Publish(name_space_, name_, name, std::string(what));
}

// Secrets have no material of their own that could be made anew.
template <>
void Vault::Succeed<SecretTraits>(absl::Time, const SecretVersionPtr&, uint64_t) {}

template <typename Traits>
absl::Status Vault::CheckNotManagedLocked(absl::string_view name, absl::string_view verb) const {
  if (Traits::kKind == ObjectKind::kCertificate) return absl::OkStatus();
  if (!ObjectsLocked<CertificateTraits>().Has(name)) return absl::OkStatus();
  return ManagedObjectError(absl::StrCat(ObjectKindTitle(Traits::kKind), "ManagedByKeyVault"),
                            verb);
}

template <typename Traits>
absl::Status Vault::CheckAddable(absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Admit(name, ObjectRequest::kCreate));
  return CheckNotManagedLocked<Traits>(name, "create");
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> Vault::Add(absl::Time now, absl::string_view name,
                                              typename Traits::Version version,
                                              absl::string_view cause, bool only_first) {
  typename VaultObjects<Traits>::Added added;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    if (only_first) {
      absl::StatusOr<VersionPtr<Traits>> present = ObjectsLocked<Traits>().Find(name, "");
      if (present.ok()) return present;
    }
    LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Admit(name, ObjectRequest::kCreate));
    LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, "create"));
    LAZULI_ASSIGN_OR_RETURN(added,
                            ObjectsLocked<Traits>().Add(now, name, std::move(version), cause));
  }
  const absl::string_view kind = ObjectKindName(Traits::kKind);
  Publish<Traits>(added.version->name, added.first ? absl::StrCat(kind, " created")
                                                   : absl::StrCat("new ", kind, " version"));
  return added.version;
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> Vault::Find(absl::string_view name,
                                               absl::string_view version) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  return ObjectsLocked<Traits>().Find(name, version);
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> Vault::Update(absl::Time now, absl::string_view name,
                                                 absl::string_view version,
                                                 const VersionChange<Traits>& change,
                                                 absl::string_view cause) {
  typename VaultObjects<Traits>::Updated updated;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Find(name, version).status());
    LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, "update"));
    LAZULI_ASSIGN_OR_RETURN(updated,
                            ObjectsLocked<Traits>().Update(now, name, version, change, cause));
  }
  if (updated.access_changed) {
    Publish<Traits>(updated.version->name, absl::StrCat(ObjectKindName(Traits::kKind), " updated"));
  }
  return updated.version;
}

template <typename Traits>
absl::StatusOr<DeletedObject<typename Traits::Version>> Vault::Delete(absl::Time now,
                                                                      absl::string_view name) {
  DeletedObject<typename Traits::Version> deleted;
  RemovedVersions removed;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Admit(name, ObjectRequest::kDelete));
    LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, "delete"));
    LAZULI_ASSIGN_OR_RETURN(deleted,
                            ObjectsLocked<Traits>().Delete(now, name, record_->settings, &removed));
  }
  Forget(removed);
  Publish<Traits>(deleted.latest->name, absl::StrCat(ObjectKindName(Traits::kKind), " deleted"));
  return deleted;
}

template <typename Traits>
absl::StatusOr<DeletedObject<typename Traits::Version>> Vault::FindDeleted(
    absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  return ObjectsLocked<Traits>().FindDeleted(name);
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> Vault::Recover(absl::Time now, absl::string_view name) {
  VersionPtr<Traits> recovered;
  bool live = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Admit(name, ObjectRequest::kRecover));
    LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, "recover"));
    LAZULI_ASSIGN_OR_RETURN(recovered, ObjectsLocked<Traits>().Recover(now, name, &live));
  }
  if (live) {
    Publish<Traits>(recovered->name, absl::StrCat(ObjectKindName(Traits::kKind), " recovered"));
  }
  return recovered;
}

template <typename Traits>
absl::Status Vault::Purge(absl::Time now, absl::string_view name) {
  RemovedVersions removed;
  std::string purged_name;
  bool gone = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    VaultObjects<Traits>& objects = ObjectsLocked<Traits>();
    LAZULI_ASSIGN_OR_RETURN(const auto object, objects.FindPurgeable(name));
    LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, "purge"));
    // Purge protection that was turned on later also holds for what was deleted before.
    if (record_->settings.purge_protection) return PurgeProtectedLocked<Traits>(object.deleted());
    purged_name = objects.Purge(now, object, &removed, &gone);
  }
  Forget(removed);
  if (gone) Publish<Traits>(purged_name, absl::StrCat(ObjectKindName(Traits::kKind), " purged"));
  return absl::OkStatus();
}

template <typename Traits>
absl::StatusOr<Page<VersionPtr<Traits>>> Vault::List(absl::string_view after, size_t limit) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  return ObjectsLocked<Traits>().List(after, limit);
}

template <typename Traits>
absl::StatusOr<Page<DeletedObject<typename Traits::Version>>> Vault::ListDeleted(
    absl::string_view after, size_t limit) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  return ObjectsLocked<Traits>().ListDeleted(after, limit);
}

template <typename Traits>
absl::StatusOr<Page<VersionPtr<Traits>>> Vault::ListVersions(absl::string_view name,
                                                             absl::string_view after,
                                                             size_t limit) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  return ObjectsLocked<Traits>().ListVersions(name, after, limit);
}

template <typename Traits>
absl::StatusOr<typename Traits::NameData> Vault::FindData(absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  return ObjectsLocked<Traits>().FindData(name);
}

template <typename Traits>
absl::Status Vault::ChangeData(absl::Time now, absl::string_view name,
                               const DataChange<Traits>& change, absl::string_view cause) {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Admit(name, ObjectRequest::kUse));
  LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, "update"));
  return ObjectsLocked<Traits>().ChangeData(now, name, change, cause);
}

template <typename Traits>
absl::StatusOr<ObjectCopy<Traits>> Vault::Backup(absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Admit(name, ObjectRequest::kUse));
  LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, "backup"));
  return ObjectsLocked<Traits>().Backup(name);
}

template <typename Traits>
absl::StatusOr<VersionPtr<Traits>> Vault::RestoreBackup(absl::Time now,
                                                        const ObjectCopy<Traits>& backup,
                                                        absl::string_view cause) {
  VersionPtr<Traits> restored;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(backup.name, "restore"));
    LAZULI_ASSIGN_OR_RETURN(restored, ObjectsLocked<Traits>().RestoreBackup(now, backup, cause));
  }
  Publish<Traits>(restored->name, absl::StrCat(ObjectKindName(Traits::kKind), " restored"));
  return restored;
}

template <typename Traits>
void Vault::FinishStep(const std::string& name, uint64_t step, absl::Time due) {
  RemovedVersions removed;
  typename VaultObjects<Traits>::Finished finished;
  {
    MutexLock lock(&mu_);
    finished = ObjectsLocked<Traits>().FinishStep(name, step, due, &removed);
  }
  Forget(removed);
  if (finished.to_succeed != nullptr) Succeed<Traits>(due, finished.to_succeed, step);
  if (finished.happened.empty()) return;
  Publish<Traits>(name, absl::StrCat(ObjectKindName(Traits::kKind), " ", finished.happened));
}

template <typename Traits>
void Vault::ExportName(absl::string_view name, VaultStateSink* sink) const {
  MutexLock lock(&mu_);
  ObjectsLocked<Traits>().ExportName(absl::AsciiStrToLower(qualified_name_), name, sink);
}

template <typename Traits>
void Vault::ExportVersion(absl::string_view name, absl::string_view version,
                          VaultStateSink* sink) const {
  MutexLock lock(&mu_);
  ObjectsLocked<Traits>().ExportVersion(absl::AsciiStrToLower(qualified_name_), name, version,
                                        sink);
}

template <typename Traits>
absl::Status Vault::Restore(const ObjectNameState<Traits>& state,
                            std::vector<typename Traits::Version> versions) {
  MutexLock lock(&mu_);
  return ObjectsLocked<Traits>().Restore(state, std::move(versions));
}

template <typename Traits>
void Vault::ResumeStep(absl::string_view name, uint64_t step, absl::Time due) {
  MutexLock lock(&mu_);
  ObjectsLocked<Traits>().ResumeStep(name, step, due);
}

// NOLINTBEGIN(bugprone-macro-parentheses): the argument is a type.
// Every operation for one kind of object.
#define LAZULI_VAULT_OPERATIONS(T)                                                                 \
  template absl::Status Vault::CheckNotManagedLocked<T>(absl::string_view, absl::string_view)      \
      const;                                                                                       \
  template absl::Status Vault::CheckAddable<T>(absl::string_view) const;                           \
  template absl::StatusOr<VersionPtr<T>> Vault::Add<T>(absl::Time, absl::string_view, T::Version,  \
                                                       absl::string_view, bool);                   \
  template absl::StatusOr<VersionPtr<T>> Vault::Find<T>(absl::string_view, absl::string_view)      \
      const;                                                                                       \
  template absl::StatusOr<VersionPtr<T>> Vault::Update<T>(                                         \
      absl::Time, absl::string_view, absl::string_view, const VersionChange<T>&,                   \
      absl::string_view);                                                                          \
  template absl::StatusOr<DeletedObject<T::Version>> Vault::Delete<T>(absl::Time,                  \
                                                                      absl::string_view);          \
  template absl::StatusOr<DeletedObject<T::Version>> Vault::FindDeleted<T>(absl::string_view)      \
      const;                                                                                       \
  template absl::StatusOr<VersionPtr<T>> Vault::Recover<T>(absl::Time, absl::string_view);         \
  template absl::Status Vault::Purge<T>(absl::Time, absl::string_view);                            \
  template absl::StatusOr<Page<VersionPtr<T>>> Vault::List<T>(absl::string_view, size_t) const;    \
  template absl::StatusOr<Page<DeletedObject<T::Version>>> Vault::ListDeleted<T>(                  \
      absl::string_view, size_t) const;                                                            \
  template absl::StatusOr<Page<VersionPtr<T>>> Vault::ListVersions<T>(                             \
      absl::string_view, absl::string_view, size_t) const;                                         \
  template absl::StatusOr<T::NameData> Vault::FindData<T>(absl::string_view) const;                \
  template absl::Status Vault::ChangeData<T>(absl::Time, absl::string_view, const DataChange<T>&,  \
                                             absl::string_view);                                   \
  template absl::StatusOr<ObjectCopy<T>> Vault::Backup<T>(absl::string_view) const;                \
  template absl::StatusOr<VersionPtr<T>> Vault::RestoreBackup<T>(absl::Time, const ObjectCopy<T>&, \
                                                                 absl::string_view);               \
  template void Vault::FinishStep<T>(const std::string&, uint64_t, absl::Time);                    \
  template void Vault::ResumeStep<T>(absl::string_view, uint64_t, absl::Time);                     \
  template void Vault::ExportName<T>(absl::string_view, VaultStateSink*) const;                    \
  template void Vault::ExportVersion<T>(absl::string_view, absl::string_view, VaultStateSink*)     \
      const;                                                                                       \
  template absl::Status Vault::Restore<T>(const ObjectNameState<T>&, std::vector<T::Version>)
// NOLINTEND(bugprone-macro-parentheses)

LAZULI_VAULT_OPERATIONS(KeyTraits);
LAZULI_VAULT_OPERATIONS(SecretTraits);
LAZULI_VAULT_OPERATIONS(CertificateTraits);

#undef LAZULI_VAULT_OPERATIONS

}  // namespace lazuli::keyvault

// File: keyvault/vault.h
//
// One vault: its record and its objects, behind one lock.
#ifndef LAZULI_KEYVAULT_VAULT_H_
#define LAZULI_KEYVAULT_VAULT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/timer_queue.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/issued_certificate.h"
#include "keyvault/key_version.h"
#include "keyvault/object_attributes.h"
#include "keyvault/object_kind.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/object_traits.h"
#include "keyvault/rotation/rotation_policy.h"
#include "keyvault/vault_environment.h"
#include "keyvault/vault_objects.h"
#include "keyvault/vault_record.h"
#include "keyvault/vault_state.h"

namespace lazuli::keyvault {

// Thread safe. The lock is held for look-ups and pointer swaps only: neither cryptography nor the
// listener runs under it. Whoever may call is decided before (keyvault/access_control.h).
//
// Every operation on objects refuses with VaultNotFoundError once the vault is deleted; they rest
// until it is recovered, while the retention of those that were already deleted goes on. Names are
// found in any letter case; an empty version stands for the latest. Every change appends events
// and, where it can give or take access, tells the listener when the lock is free again.
//
// `cause` is the name of the operation, for events; `now` the virtual time of the call.
class Vault : public std::enable_shared_from_this<Vault>, private ObjectOwner {
 public:
  // `incarnation`: how many vaults of the name there were before, so that ids are never derived
  // twice.
  Vault(std::shared_ptr<VaultEnvironment> environment, VaultRecord record, uint64_t incarnation);

  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  const std::string& name() const override { return name_; }
  // With its name space; see names.h.
  const std::string& qualified_name() const override { return qualified_name_; }
  uint64_t incarnation() const override { return incarnation_; }
  VaultRecordPtr record() const;

  // --- objects of any kind: Traits are of object_traits.h; errors besides: CheckObjectRequest's

  // Whether a version could be added now: to be asked before its material is made.
  template <typename Traits>
  absl::Status CheckAddable(absl::string_view name) const;
  // Adds a version, the first of a new object or the new latest of an existing one. Its name, id
  // and times are set here, and its version unless it has one already. `only_first`: a live object
  // stays as it is, and its latest version is given.
  template <typename Traits>
  absl::StatusOr<VersionPtr<Traits>> Add(absl::Time now, absl::string_view name,
                                         typename Traits::Version version, absl::string_view cause,
                                         bool only_first = false);
  template <typename Traits>
  absl::StatusOr<VersionPtr<Traits>> Find(absl::string_view name, absl::string_view version) const;
  // Puts what `change` makes of a version in its place. `change` runs under the lock and must not
  // block; its error is returned and leaves all as it was. It changes neither identity nor times.
  template <typename Traits>
  using VersionChange = std::function<absl::Status(typename Traits::Version*)>;
  template <typename Traits>
  absl::StatusOr<VersionPtr<Traits>> Update(absl::Time now, absl::string_view name,
                                            absl::string_view version,
                                            const VersionChange<Traits>& change,
                                            absl::string_view cause);
  template <typename Traits>
  absl::StatusOr<DeletedObject<typename Traits::Version>> Delete(absl::Time now,
                                                                 absl::string_view name);
  template <typename Traits>
  absl::StatusOr<DeletedObject<typename Traits::Version>> FindDeleted(absl::string_view name) const;
  template <typename Traits>
  absl::StatusOr<VersionPtr<Traits>> Recover(absl::Time now, absl::string_view name);
  // ObjectPurgeProtectedError while the vault is purge protected.
  template <typename Traits>
  absl::Status Purge(absl::Time now, absl::string_view name);

  // OK, or what the operation of `request` would be refused with now, whatever else it says.
  // Nothing is changed.
  template <typename Traits>
  absl::Status CheckRequest(absl::string_view name, ObjectRequest request) const;
  // kAbsent also of a deleted vault.
  template <typename Traits>
  ObjectState FindState(absl::string_view name) const;

  // Listings give at most `limit` (>= 1) items that come after `after`, from the beginning when it
  // is empty. Objects are ordered by their names in upper case and shown by their latest version;
  // versions are ordered by id, and an unknown object has none.
  template <typename Traits>
  absl::StatusOr<Page<VersionPtr<Traits>>> List(absl::string_view after, size_t limit) const;
  template <typename Traits>
  absl::StatusOr<Page<DeletedObject<typename Traits::Version>>> ListDeleted(absl::string_view after,
                                                                            size_t limit) const;
  template <typename Traits>
  absl::StatusOr<Page<VersionPtr<Traits>>> ListVersions(absl::string_view name,
                                                        absl::string_view after,
                                                        size_t limit) const;

  // What a live object has as a whole, and the same as `change`, as for Update, makes it.
  template <typename Traits>
  absl::StatusOr<typename Traits::NameData> FindData(absl::string_view name) const;
  template <typename Traits>
  using DataChange = std::function<absl::Status(typename Traits::NameData*)>;
  // `cause` empty: without an event.
  template <typename Traits>
  absl::Status ChangeData(absl::Time now, absl::string_view name, const DataChange<Traits>& change,
                          absl::string_view cause);

  // A live object with all its versions.
  template <typename Traits>
  absl::StatusOr<ObjectCopy<Traits>> Backup(absl::string_view name) const;
  // Puts it into the vault with the versions, times and attributes that it had; gives the latest.
  // ObjectRestoreConflictError when the name is taken. The backup is whole: see ObjectCopy.
  template <typename Traits>
  absl::StatusOr<VersionPtr<Traits>> RestoreBackup(absl::Time now, const ObjectCopy<Traits>& backup,
                                                   absl::string_view cause);

  // --- the same of keys

  absl::Status CheckCreatable(absl::string_view key_name) const {
    return CheckAddable<KeyTraits>(key_name);
  }
  absl::StatusOr<KeyVersionPtr> AddKeyVersion(absl::Time now, absl::string_view key_name,
                                              NewKeyVersion version, absl::string_view cause,
                                              bool only_first = false);
  absl::StatusOr<KeyVersionPtr> FindKey(absl::string_view key_name,
                                        absl::string_view version) const {
    return Find<KeyTraits>(key_name, version);
  }
  absl::StatusOr<KeyVersionPtr> UpdateKey(absl::Time now, absl::string_view key_name,
                                          absl::string_view version,
                                          const KeyVersionUpdate& update);
  absl::StatusOr<DeletedKey> DeleteKey(absl::Time now, absl::string_view key_name) {
    return Delete<KeyTraits>(now, key_name);
  }
  absl::StatusOr<DeletedKey> FindDeletedKey(absl::string_view key_name) const {
    return FindDeleted<KeyTraits>(key_name);
  }
  absl::StatusOr<KeyVersionPtr> RecoverKey(absl::Time now, absl::string_view key_name) {
    return Recover<KeyTraits>(now, key_name);
  }
  absl::Status PurgeKey(absl::Time now, absl::string_view key_name) {
    return Purge<KeyTraits>(now, key_name);
  }
  absl::StatusOr<Page<KeyVersionPtr>> ListKeys(absl::string_view after, size_t limit) const {
    return List<KeyTraits>(after, limit);
  }
  absl::StatusOr<Page<DeletedKey>> ListDeletedKeys(absl::string_view after, size_t limit) const {
    return ListDeleted<KeyTraits>(after, limit);
  }
  absl::StatusOr<Page<KeyVersionPtr>> ListKeyVersions(absl::string_view key_name,
                                                      absl::string_view after, size_t limit) const {
    return ListVersions<KeyTraits>(key_name, after, limit);
  }

  // A new latest version like the present one, with fresh material, and with the lifetime that the
  // rotation policy gives it. Takes as long as making the material does. Also of a disabled key.
  // What others change meanwhile counts: the material is made anew only if the key became one of
  // another type or size. KeyGenerationInterruptedError once `interrupted` says so.
  absl::StatusOr<KeyVersionPtr> RotateKey(absl::Time now, absl::string_view key_name,
                                          const crypto::Interrupted& interrupted = nullptr);
  // Null: none was set.
  absl::StatusOr<std::shared_ptr<const RotationPolicy>> FindRotationPolicy(
      absl::string_view key_name) const;
  // The times of `policy` are set here; gives what is kept.
  absl::StatusOr<std::shared_ptr<const RotationPolicy>> SetRotationPolicy(
      absl::Time now, absl::string_view key_name, RotationPolicy policy);

  // --- certificates, each of which has a key and a secret of its name and versions behind it that
  // live as it does. Whatever changes or copies a key or secret refuses those with
  // ManagedObjectError.

  // Besides the errors of CheckAddable: NameTakenByPlainObjectError, and CertificateInProgressError
  // while a request is in progress.
  absl::Status CheckCertificateAddable(absl::string_view name) const;
  // Adds a version, or fills in the one that was waiting for it, and puts `data` in place, apart
  // from what was told. `answered_request`: the id of the request that the version answers, which
  // has to be in progress (PendingCertificateNotInProgressError); empty when it answers none.
  absl::StatusOr<CertificateView> AddCertificate(absl::Time now, absl::string_view name,
                                                 IssuedCertificate issued,
                                                 const CertificateNameData& data,
                                                 absl::string_view answered_request,
                                                 absl::string_view cause);
  // Puts `data` in place, which has a request in progress, apart from what was told. A new
  // certificate gets a version that waits for it.
  absl::StatusOr<CertificateView> RequestCertificate(absl::Time now, absl::string_view name,
                                                     const CertificateNameData& data,
                                                     absl::string_view cause);
  absl::StatusOr<CertificateView> FindCertificate(absl::string_view name,
                                                  absl::string_view version) const;
  absl::StatusOr<CertificateView> ChangeCertificate(absl::Time now, absl::string_view name,
                                                    const DataChange<CertificateTraits>& change,
                                                    absl::string_view cause);
  absl::StatusOr<CertificateView> UpdateCertificate(absl::Time now, absl::string_view name,
                                                    absl::string_view version,
                                                    const VersionChange<CertificateTraits>& change);
  absl::StatusOr<DeletedCertificateView> DeleteCertificate(absl::Time now, absl::string_view name);
  absl::StatusOr<DeletedCertificateView> FindDeletedCertificate(absl::string_view name) const;
  absl::StatusOr<CertificateView> RecoverCertificate(absl::Time now, absl::string_view name);
  absl::Status PurgeCertificate(absl::Time now, absl::string_view name);
  // A live certificate with all that is behind it, and the same in a vault where nothing has its
  // name: else ObjectRestoreConflictError or NameTakenByPlainObjectError.
  absl::StatusOr<CertificateCopy> BackupCertificate(absl::string_view name) const;
  absl::StatusOr<CertificateView> RestoreCertificate(absl::Time now, const CertificateCopy& copy,
                                                     absl::string_view cause);
  absl::Status SetCertificateContacts(absl::Time now,
                                      const std::vector<CertificateContact>& contacts,
                                      absl::string_view cause);
  // How long the vault or one of its issuers takes to issue a certificate, in virtual time.
  absl::Duration certificate_issue_delay() const;
  std::string CertificateRequestId(absl::Time now, absl::string_view name) const;

  // --- issuers of certificates, by their names in any letter case. Setting and updating one may
  // make an EC key. Errors: IssuerNotFoundError, and those of MakeCertificateIssuer.

  // A new one, or one in the place of the present; TooManyIssuersError.
  absl::StatusOr<CertificateIssuerPtr> SetCertificateIssuer(absl::Time now, absl::string_view name,
                                                            const CertificateIssuerInput& input);
  absl::StatusOr<CertificateIssuerPtr> UpdateCertificateIssuer(absl::Time now,
                                                               absl::string_view name,
                                                               const CertificateIssuerInput& input);
  // Certificates that name it stay; what they ask of it waits for another of the name.
  absl::StatusOr<CertificateIssuerPtr> DeleteCertificateIssuer(absl::Time now,
                                                               absl::string_view name);
  absl::StatusOr<CertificateIssuerPtr> FindCertificateIssuer(absl::string_view name) const;
  // As the listings of objects.
  absl::StatusOr<Page<CertificateIssuerPtr>> ListCertificateIssuers(absl::string_view after,
                                                                    size_t limit) const;

  // --- the record; for VaultRegistry, which knows about names

  // Puts the record that `change` makes of the present one in its place. `change` runs under the
  // lock and must not block; its error is returned and leaves all as it was. A record in the state
  // kPurged takes all objects with it. `access_cause` is for the listener, e.g. "vault deleted".
  using RecordChange = std::function<absl::StatusOr<VaultRecord>(const VaultRecord&)>;
  absl::StatusOr<VaultRecordPtr> ChangeRecord(absl::Time now, absl::string_view cause,
                                              absl::string_view access_cause,
                                              const RecordChange& change);

  // --- the state; for VaultRegistry

  // Tells of all objects and versions.
  void ExportObjects(VaultStateSink* sink) const;
  template <typename Traits>
  void ExportName(absl::string_view name, VaultStateSink* sink) const;
  template <typename Traits>
  void ExportVersion(absl::string_view name, absl::string_view version, VaultStateSink* sink) const;
  // Into a vault that nobody uses yet; without events. `versions` in any order; their names and ids
  // are set here. Nothing is scheduled: see ResumeStep. DATA_LOSS, saying why, for what cannot be.
  template <typename Traits>
  absl::Status Restore(const ObjectNameState<Traits>& state,
                       std::vector<typename Traits::Version> versions);
  // Schedules the step that a restored object has.
  template <typename Traits>
  void ResumeStep(absl::string_view name, uint64_t step, absl::Time due);
  // Of a restored vault: schedules what time brings to objects that were stored by a version which
  // knew nothing of it.
  void AddMilestones(absl::Time now);
  // Puts the timer into the record of a restored vault.
  void SetPurgeTimer(TimerId timer);

 private:
  using ObjectCollections = std::tuple<VaultObjects<KeyTraits>, VaultObjects<SecretTraits>,
                                       VaultObjects<CertificateTraits>>;

  const std::string& name_space() const override { return name_space_; }
  bool is_live() const override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return record_->state == VaultState::kLive;
  }
  TimerId ScheduleStep(ObjectKind kind, const std::string& name, uint64_t step,
                       absl::Time due) override;

  // Lets the access policies of `before`, if `*next` has others, decide for as long as they take to
  // propagate.
  void KeepSupersededPolicies(const VaultRecord& before, absl::Time now, VaultRecord* next);
  // Fired by a timer: other policies decide from now on.
  void FinishPropagation(absl::Time due);

  absl::Status CheckLiveLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // What refuses the purge of a deleted object.
  template <typename Traits>
  absl::Status PurgeProtectedLocked(const DeletedObject<typename Traits::Version>& deleted) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  template <typename Traits>
  VaultObjects<Traits>& ObjectsLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return std::get<VaultObjects<Traits>>(objects_);
  }
  template <typename Traits>
  const VaultObjects<Traits>& ObjectsLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return std::get<VaultObjects<Traits>>(objects_);
  }
  // Tells the listener of it: "key created". No lock may be held.
  template <typename Traits>
  void Publish(const std::string& name, absl::string_view what) const;
  // Fired by a timer: the present state of the object has lasted long enough.
  template <typename Traits>
  void FinishStep(const std::string& name, uint64_t step, absl::Time due);
  // Time has come for a new version after `old`, as `step` says.
  template <typename Traits>
  void Succeed(absl::Time due, const VersionPtr<Traits>& old, uint64_t step);
  // As VaultObjects::AddSuccessor, with a key like the latest, which was `latest` before, of other
  // material.
  absl::StatusOr<KeyVersionPtr> AddRotatedKey(absl::Time now, KeyVersionPtr latest, uint64_t step,
                                              const crypto::Interrupted& interrupted,
                                              absl::string_view cause);
  // ManagedObjectError for a key or secret that is behind a certificate. `verb`: "delete".
  template <typename Traits>
  absl::Status CheckNotManagedLocked(absl::string_view name, absl::string_view verb) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // As CheckCertificateAddable; `answered_request` as in AddCertificate.
  absl::Status CheckCertificateAddableLocked(absl::string_view name,
                                             absl::string_view answered_request) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<CertificateView> ViewLocked(absl::string_view name,
                                             absl::string_view version) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<CertificateVersionPtr> PutIssuedLocked(absl::Time now, absl::string_view name,
                                                        const CertificateVersion& issued,
                                                        absl::string_view cause)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // All three versions. `*first`: the key is the first one.
  absl::StatusOr<CertificateView> AddIssuedLocked(absl::Time now, absl::string_view name,
                                                  IssuedCertificate issued,
                                                  const CertificateNameData& data,
                                                  absl::string_view cause, bool* first)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status SetCertificateDataLocked(absl::Time now, absl::string_view name,
                                        const CertificateNameData& data)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Does `action` with the keys and the secrets that have one behind the certificate.
  template <typename Action>
  absl::Status ForBehindLocked(absl::string_view name, const Action& action)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status ChangeIssuers(
      absl::Time now, const std::function<absl::Status(std::vector<CertificateIssuerPtr>*)>& change,
      absl::string_view cause);
  absl::StatusOr<crypto::KeyMaterial::Ptr> KeyForRenewal(const CertificateView& view) const;
  // Issues the version after `old`, or fills it in when it waits for that, as the policy says: by
  // itself or by an issuer of the vault; nothing if `step` is out of date by then. Takes as long as
  // making a key does.
  absl::Status IssueNext(const CertificateVersionPtr& old, uint64_t step, absl::Time due);
  // Has nothing else keep what is gone.
  void Forget(const RemovedVersions& removed) const;

  const std::shared_ptr<VaultEnvironment> environment_;
  const std::string name_;
  const std::string name_space_;
  const std::string qualified_name_;
  const uint64_t incarnation_;
  mutable Mutex mu_;
  VaultRecordPtr record_ ABSL_GUARDED_BY(mu_);
  ObjectCollections objects_ ABSL_GUARDED_BY(mu_);
};

template <>
void Vault::Succeed<KeyTraits>(absl::Time due, const KeyVersionPtr& old, uint64_t step);
template <>
void Vault::Succeed<SecretTraits>(absl::Time due, const SecretVersionPtr& old, uint64_t step);
template <>
void Vault::Succeed<CertificateTraits>(absl::Time due, const CertificateVersionPtr& old,
                                       uint64_t step);

using VaultPtr = std::shared_ptr<Vault>;

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_H_

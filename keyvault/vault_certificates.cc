// Certificates, each of which has a key and a secret behind it that live as it does.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/errors.h"
#include "keyvault/issued_certificate.h"
#include "keyvault/limits.h"
#include "keyvault/names.h"
#include "keyvault/object_traits.h"
#include "keyvault/rotation/key_milestones.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

// The key and the secret show what their certificate shows.
template <typename Version>
absl::Status TakeOver(const CertificateVersion& certificate, Version* version) {
  version->attributes = certificate.attributes;
  version->tags = certificate.tags;
  return absl::OkStatus();
}

}  // namespace

template <typename Action>
absl::Status Vault::ForBehindLocked(absl::string_view name, const Action& action) {
  auto& keys = ObjectsLocked<KeyTraits>();
  if (keys.Has(name)) LAZULI_RETURN_IF_ERROR(action(keys));
  auto& secrets = ObjectsLocked<SecretTraits>();
  if (secrets.Has(name)) LAZULI_RETURN_IF_ERROR(action(secrets));
  return absl::OkStatus();
}

absl::Status Vault::CheckCertificateAddableLocked(absl::string_view name,
                                                  absl::string_view answered_request) const {
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  const auto& certificates = ObjectsLocked<CertificateTraits>();
  LAZULI_RETURN_IF_ERROR(certificates.Admit(name, ObjectRequest::kCreate));
  if (certificates.Has(name)) {
    const std::optional<CertificateRequest> request = certificates.DataOf(name).request;
    const bool in_progress = request.has_value() && request->is_in_progress();
    if (answered_request.empty()) {
      return in_progress ? CertificateInProgressError() : absl::OkStatus();
    }
    return in_progress && request->request_id == answered_request
               ? absl::OkStatus()
               : PendingCertificateNotInProgressError("merge");
  }
  if (!answered_request.empty()) return PendingCertificateNotFoundError(name);
  if (ObjectsLocked<KeyTraits>().Has(name)) return NameTakenByPlainObjectError("key", name);
  if (ObjectsLocked<SecretTraits>().Has(name)) return NameTakenByPlainObjectError("secret", name);
  return absl::OkStatus();
}

absl::Status Vault::CheckCertificateAddable(absl::string_view name) const {
  MutexLock lock(&mu_);
  return CheckCertificateAddableLocked(name, "");
}

absl::StatusOr<CertificateView> Vault::ViewLocked(absl::string_view name,
                                                  absl::string_view version) const {
  const auto& certificates = ObjectsLocked<CertificateTraits>();
  CertificateView view;
  LAZULI_ASSIGN_OR_RETURN(view.version, certificates.Find(name, version));
  LAZULI_ASSIGN_OR_RETURN(view.data, certificates.FindData(name));
  return view;
}

absl::StatusOr<CertificateView> Vault::FindCertificate(absl::string_view name,
                                                       absl::string_view version) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  return ViewLocked(name, version);
}

absl::StatusOr<CertificateVersionPtr> Vault::PutIssuedLocked(absl::Time now, absl::string_view name,
                                                             const CertificateVersion& issued,
                                                             absl::string_view cause) {
  auto& certificates = ObjectsLocked<CertificateTraits>();
  if (certificates.Has(name)) {
    LAZULI_ASSIGN_OR_RETURN(const CertificateVersionPtr latest, certificates.Find(name, ""));
    if (!latest->is_issued()) {
      LAZULI_ASSIGN_OR_RETURN(const auto updated, certificates.Update(
                                                      now, name, latest->version,
                                                      [&issued](CertificateVersion* version) {
                                                        version->der = issued.der;
                                                        return TakeOver(issued, version);
                                                      },
                                                      cause));
      return updated.version;
    }
  }
  LAZULI_ASSIGN_OR_RETURN(const auto added, certificates.Add(now, name, issued, cause));
  return added.version;
}

absl::StatusOr<CertificateView> Vault::AddIssuedLocked(absl::Time now, absl::string_view name,
                                                       IssuedCertificate issued,
                                                       const CertificateNameData& data,
                                                       absl::string_view cause, bool* first) {
  LAZULI_ASSIGN_OR_RETURN(const CertificateVersionPtr certificate,
                          PutIssuedLocked(now, name, issued.certificate, cause));
  issued.key.version = certificate->version;
  LAZULI_ASSIGN_OR_RETURN(
      const auto key,
      ObjectsLocked<KeyTraits>().Add(now, certificate->name, std::move(issued.key), cause));
  *first = key.first;
  issued.secret.version = certificate->version;
  issued.secret.kid = key.version->kid;
  LAZULI_RETURN_IF_ERROR(ObjectsLocked<SecretTraits>()
                             .Add(now, certificate->name, std::move(issued.secret), cause)
                             .status());
  LAZULI_RETURN_IF_ERROR(SetCertificateDataLocked(now, certificate->name, data));
  return CertificateView{certificate, data};
}

absl::StatusOr<CertificateView> Vault::AddCertificate(absl::Time now, absl::string_view name,
                                                      IssuedCertificate issued,
                                                      const CertificateNameData& data,
                                                      absl::string_view answered_request,
                                                      absl::string_view cause) {
  CertificateView view;
  bool first = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckCertificateAddableLocked(name, answered_request));
    LAZULI_ASSIGN_OR_RETURN(view,
                            AddIssuedLocked(now, name, std::move(issued), data, cause, &first));
  }
  Publish<KeyTraits>(view.version->name, first ? "key created" : "new key version");
  return view;
}

absl::StatusOr<CertificateView> Vault::RequestCertificate(absl::Time now, absl::string_view name,
                                                          const CertificateNameData& data,
                                                          absl::string_view cause) {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckCertificateAddableLocked(name, ""));
  if (!ObjectsLocked<CertificateTraits>().Has(name)) {
    // Shows that the name is taken; it is filled in when the certificate is issued.
    CertificateVersion empty;
    empty.attributes.enabled = false;
    empty.tags = data.request->tags;
    LAZULI_RETURN_IF_ERROR(
        ObjectsLocked<CertificateTraits>().Add(now, name, std::move(empty), cause).status());
  }
  LAZULI_RETURN_IF_ERROR(SetCertificateDataLocked(now, name, data));
  return ViewLocked(name, "");
}

absl::Status Vault::SetCertificateDataLocked(absl::Time now, absl::string_view name,
                                             const CertificateNameData& data) {
  return ObjectsLocked<CertificateTraits>().ChangeData(
      now, name,
      [&data](CertificateNameData* present) {
        const ExpiryTold told = present->told;
        *present = data;
        present->told = told;
        return absl::OkStatus();
      },
      "");
}

absl::StatusOr<CertificateView> Vault::ChangeCertificate(
    absl::Time now, absl::string_view name, const DataChange<CertificateTraits>& change,
    absl::string_view cause) {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  LAZULI_RETURN_IF_ERROR(ObjectsLocked<CertificateTraits>().ChangeData(now, name, change, cause));
  return ViewLocked(name, "");
}

absl::StatusOr<CertificateView> Vault::UpdateCertificate(
    absl::Time now, absl::string_view name, absl::string_view version,
    const VersionChange<CertificateTraits>& change) {
  CertificateView view;
  bool access_changed = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    constexpr absl::string_view kCause = "UpdateCertificate";
    LAZULI_ASSIGN_OR_RETURN(const auto updated, ObjectsLocked<CertificateTraits>().Update(
                                                    now, name, version, change, kCause));
    const CertificateVersion& certificate = *updated.version;
    if (certificate.is_issued()) {
      LAZULI_ASSIGN_OR_RETURN(
          const auto key,
          ObjectsLocked<KeyTraits>().Update(
              now, name, certificate.version,
              [&certificate](KeyVersion* own) { return TakeOver(certificate, own); }, kCause));
      LAZULI_RETURN_IF_ERROR(
          ObjectsLocked<SecretTraits>()
              .Update(
                  now, name, certificate.version,
                  [&certificate](SecretVersion* own) { return TakeOver(certificate, own); }, kCause)
              .status());
      access_changed = key.access_changed;
    }
    LAZULI_ASSIGN_OR_RETURN(view, ViewLocked(name, certificate.version));
  }
  if (access_changed) Publish<KeyTraits>(view.version->name, "key updated");
  return view;
}

absl::StatusOr<DeletedCertificateView> Vault::DeleteCertificate(absl::Time now,
                                                                absl::string_view name) {
  DeletedCertificateView view;
  RemovedVersions removed;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    auto& certificates = ObjectsLocked<CertificateTraits>();
    LAZULI_RETURN_IF_ERROR(certificates.Admit(name, ObjectRequest::kDelete));
    LAZULI_ASSIGN_OR_RETURN(view.data, certificates.FindData(name));
    const VaultSettings& settings = record_->settings;
    LAZULI_RETURN_IF_ERROR(ForBehindLocked(name, [&](auto& objects) {
      return objects.Delete(now, name, settings, &removed).status();
    }));
    LAZULI_ASSIGN_OR_RETURN(view.deleted, certificates.Delete(now, name, settings, &removed));
  }
  Forget(removed);
  Publish<KeyTraits>(view.deleted.latest->name, "key deleted");
  return view;
}

absl::StatusOr<DeletedCertificateView> Vault::FindDeletedCertificate(absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  const auto& certificates = ObjectsLocked<CertificateTraits>();
  DeletedCertificateView view;
  LAZULI_ASSIGN_OR_RETURN(view.deleted, certificates.FindDeleted(name));
  view.data = certificates.DataOf(name);
  return view;
}

absl::StatusOr<CertificateView> Vault::RecoverCertificate(absl::Time now, absl::string_view name) {
  CertificateView view;
  bool live = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    auto& certificates = ObjectsLocked<CertificateTraits>();
    LAZULI_RETURN_IF_ERROR(certificates.Admit(name, ObjectRequest::kRecover));
    bool behind_live = false;
    LAZULI_RETURN_IF_ERROR(ForBehindLocked(
        name, [&](auto& objects) { return objects.Recover(now, name, &behind_live).status(); }));
    LAZULI_ASSIGN_OR_RETURN(view.version, certificates.Recover(now, name, &live));
    view.data = certificates.DataOf(name);
  }
  if (live) Publish<KeyTraits>(view.version->name, "key recovered");
  return view;
}

absl::Status Vault::PurgeCertificate(absl::Time now, absl::string_view name) {
  RemovedVersions removed;
  std::string purged_name;
  bool gone = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    auto& certificates = ObjectsLocked<CertificateTraits>();
    LAZULI_ASSIGN_OR_RETURN(const auto certificate, certificates.FindPurgeable(name));
    if (record_->settings.purge_protection) {
      return PurgeProtectedLocked<CertificateTraits>(certificate.deleted());
    }
    bool behind_gone = false;
    LAZULI_RETURN_IF_ERROR(ForBehindLocked(name, [&](auto& objects) -> absl::Status {
      LAZULI_ASSIGN_OR_RETURN(const auto behind, objects.FindPurgeable(name));
      objects.Purge(now, behind, &removed, &behind_gone);
      return absl::OkStatus();
    }));
    purged_name = certificates.Purge(now, certificate, &removed, &gone);
  }
  Forget(removed);
  if (gone) Publish<KeyTraits>(purged_name, "key purged");
  return absl::OkStatus();
}

absl::StatusOr<CertificateCopy> Vault::BackupCertificate(absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  CertificateCopy copy;
  LAZULI_ASSIGN_OR_RETURN(copy.certificate, ObjectsLocked<CertificateTraits>().Backup(name));
  const auto& keys = ObjectsLocked<KeyTraits>();
  if (keys.Has(name)) {
    LAZULI_ASSIGN_OR_RETURN(copy.key, keys.Backup(name));
  }
  const auto& secrets = ObjectsLocked<SecretTraits>();
  if (secrets.Has(name)) {
    LAZULI_ASSIGN_OR_RETURN(copy.secret, secrets.Backup(name));
  }
  return copy;
}

absl::StatusOr<CertificateView> Vault::RestoreCertificate(absl::Time now,
                                                          const CertificateCopy& copy,
                                                          absl::string_view cause) {
  const std::string& name = copy.certificate.name;
  // The key of another vault is not theirs.
  ObjectCopy<SecretTraits> secret = copy.secret;
  for (SecretVersionPtr& version : secret.versions) {
    auto own = std::make_shared<SecretVersion>(*version);
    own->kid = KeyVersionId(name_, name, own->version);
    version = std::move(own);
  }
  CertificateView view;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    auto& certificates = ObjectsLocked<CertificateTraits>();
    auto& keys = ObjectsLocked<KeyTraits>();
    auto& secrets = ObjectsLocked<SecretTraits>();
    if (!certificates.Has(name)) {
      if (keys.Has(name)) return NameTakenByPlainObjectError("key", name);
      if (secrets.Has(name)) return NameTakenByPlainObjectError("secret", name);
    }
    LAZULI_RETURN_IF_ERROR(certificates.RestoreBackup(now, copy.certificate, cause).status());
    if (!copy.key.versions.empty()) {
      LAZULI_RETURN_IF_ERROR(keys.RestoreBackup(now, copy.key, cause).status());
      LAZULI_RETURN_IF_ERROR(secrets.RestoreBackup(now, secret, cause).status());
    }
    LAZULI_ASSIGN_OR_RETURN(view, ViewLocked(name, ""));
  }
  if (!copy.key.versions.empty()) Publish<KeyTraits>(name, "key restored");
  return view;
}

absl::Status Vault::SetCertificateContacts(absl::Time now,
                                           const std::vector<CertificateContact>& contacts,
                                           absl::string_view cause) {
  const auto change = [this, &contacts](const VaultRecord& record) -> absl::StatusOr<VaultRecord> {
    if (record.state != VaultState::kLive) return VaultNotFoundError(name_);
    VaultRecord next = record;
    next.certificate_contacts = contacts;
    return next;
  };
  return ChangeRecord(now, cause, "", change).status();
}

absl::Duration Vault::certificate_issue_delay() const {
  return environment_->options.certificate_issue_delay;
}

std::string Vault::CertificateRequestId(absl::Time now, absl::string_view name) const {
  return environment_->ids.Guid(
      absl::AsciiStrToLower(absl::StrCat(qualified_name_, "~", incarnation_, "/", name)),
      "certificate request", static_cast<uint64_t>(absl::ToUnixNanos(now)));
}

// --- what time brings

template <>
void Vault::Succeed<CertificateTraits>(absl::Time due, const CertificateVersionPtr& old,
                                       uint64_t step) {
  const absl::Status issued = IssueNext(old, step, due);
  // At the end of the process the step rests and comes again in the next one.
  if (issued.ok() || absl::IsCancelled(issued)) return;
  MutexLock lock(&mu_);
  // What is due in a deleted vault comes when it is recovered.
  if (!is_live()) return;
  auto& certificates = ObjectsLocked<CertificateTraits>();
  const std::optional<CertificateRequest> request = certificates.DataOf(old->name).request;
  const bool requested = request.has_value() && request->is_in_progress();
  certificates.PutOffSuccessor(
      due, old->name, step, due + absl::Hours(limits::keyvault::kRotationRetryHours),
      absl::StrCat(requested ? "CreateCertificate" : "AutoRenew", " failed: ", issued.message()));
}

absl::StatusOr<crypto::KeyMaterial::Ptr> Vault::KeyForRenewal(const CertificateView& view) const {
  const CertificatePolicy& policy = view.data.policy;
  if (policy.reuse_key) {
    LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr key,
                            FindKey(view.version->name, view.version->version));
    if (KeyFitsPolicy(policy, *key->material)) return key->material;
  }
  if (crypto::MaterialType(policy.key_type) == crypto::KeyType::kEc) {
    return crypto::KeyMaterial::GenerateEc(policy.curve);
  }
  return environment_->MakeRsaKey(policy.key_size);
}

absl::Status Vault::IssueNext(const CertificateVersionPtr& old, uint64_t step, absl::Time due) {
  LAZULI_ASSIGN_OR_RETURN(const CertificateView view, FindCertificate(old->name, old->version));
  const std::optional<CertificateRequest>& request = view.data.request;
  const bool requested = request.has_value() && request->is_in_progress();
  // Before a key is made for nothing.
  LAZULI_ASSIGN_OR_RETURN(const CertificateIssuerPtr issuer,
                          record()->IssuerOfPolicy(view.data.policy.issuer));
  CertificateLabels labels{true, view.version->tags};
  crypto::KeyMaterial::Ptr key;
  if (requested) {
    key = request->key;
    labels = {request->enabled, request->tags};
  } else {
    LAZULI_ASSIGN_OR_RETURN(key, KeyForRenewal(view));
  }
  LAZULI_ASSIGN_OR_RETURN(IssuedCertificate issued,
                          IssueCertificate(view.data.policy, key, labels, issuer.get(), due));
  bool first = false;
  {
    MutexLock lock(&mu_);
    LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
    auto& certificates = ObjectsLocked<CertificateTraits>();
    CertificateNameData data = certificates.DataOf(old->name);
    // A request that was made, answered or replaced meanwhile decides.
    const bool still_requested = data.request.has_value() && data.request->is_in_progress();
    if (still_requested != requested) return absl::OkStatus();
    if (requested && data.request->request_id != request->request_id) return absl::OkStatus();
    // Whoever changed the certificate meanwhile has changed what it is due for.
    if (!certificates.TakeStep(old, step)) return absl::OkStatus();
    if (requested) {
      data.request->status = CertificateRequestStatus::kCompleted;
      data.request->key = nullptr;
      data.request->issue_at.reset();
    }
    LAZULI_RETURN_IF_ERROR(AddIssuedLocked(due, old->name, std::move(issued), data,
                                           requested ? "CreateCertificate" : "AutoRenew", &first)
                               .status());
  }
  Publish<KeyTraits>(old->name, first ? "key created" : "new key version");
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault

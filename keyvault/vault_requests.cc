// File: keyvault/vault_requests.cc
//
// What the states of a vault and of its objects say to requests, for whoever asks beforehand.
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "keyvault/attribute_decision.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

// What an object behind a certificate refuses, as CheckNotManagedLocked names it; empty: nothing.
absl::string_view ManagedVerbOf(ObjectRequest request) {
  switch (request) {
    case ObjectRequest::kDelete:
      return "delete";
    case ObjectRequest::kCreate:
      return "create";
    case ObjectRequest::kRestore:
      return "restore";
    case ObjectRequest::kRecover:
      return "recover";
    case ObjectRequest::kPurge:
      return "purge";
    case ObjectRequest::kUse:
    case ObjectRequest::kGetDeleted:
      return "";
  }
  return "";
}

}  // namespace

template <typename Traits>
ObjectState Vault::FindState(absl::string_view name) const {
  MutexLock lock(&mu_);
  return is_live() ? ObjectsLocked<Traits>().StateOf(name) : ObjectState::kAbsent;
}

template <typename Traits>
absl::Status Vault::CheckRequest(absl::string_view name, ObjectRequest request) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  LAZULI_RETURN_IF_ERROR(ObjectsLocked<Traits>().Admit(name, request));
  if (const absl::string_view verb = ManagedVerbOf(request); !verb.empty()) {
    LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<Traits>(name, verb));
  }
  if (request == ObjectRequest::kPurge && record_->settings.purge_protection) {
    LAZULI_ASSIGN_OR_RETURN(const auto deleted, ObjectsLocked<Traits>().FindDeleted(name));
    return PurgeProtectedLocked<Traits>(deleted);
  }
  return absl::OkStatus();
}

template <typename Traits>
absl::Status Vault::PurgeProtectedLocked(
    const DeletedObject<typename Traits::Version>& deleted) const {
  // Never absent: without soft delete nothing is deleted and there.
  return RefusePurge(Traits::kKind, record_->label(),
                     deleted.scheduled_purge_date.value_or(absl::InfiniteFuture()));
}

// For one kind of object.
#define LAZULI_VAULT_REQUESTS(T)                                                        \
  template ObjectState Vault::FindState<T>(absl::string_view) const;                    \
  template absl::Status Vault::CheckRequest<T>(absl::string_view, ObjectRequest) const; \
  template absl::Status Vault::PurgeProtectedLocked<T>(const DeletedObject<T::Version>&) const

LAZULI_VAULT_REQUESTS(KeyTraits);
LAZULI_VAULT_REQUESTS(SecretTraits);
LAZULI_VAULT_REQUESTS(CertificateTraits);

#undef LAZULI_VAULT_REQUESTS

}  // namespace lazuli::keyvault

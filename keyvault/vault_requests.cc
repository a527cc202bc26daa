// File: keyvault/vault_requests.cc
//
// What the states of a vault and of its objects say to requests, for whoever asks beforehand.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {

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
  if (request == ObjectRequest::kPurge && record_->settings.purge_protection) {
    return PurgeProtectedLocked<Traits>(name);
  }
  return absl::OkStatus();
}

template <typename Traits>
absl::Status Vault::PurgeProtectedLocked(absl::string_view name) const {
  Decision decision{.by = "purgeProtection",
                    .allowed = false,
                    .reason = "enablePurgeProtection of the vault is true",
                    .change = {},
                    .facts = {}};
  const auto deleted = ObjectsLocked<Traits>().FindDeleted(name);
  if (deleted.ok() && deleted->scheduled_purge_date.has_value()) {
    const std::string purged = InstantText(*deleted->scheduled_purge_date);
    decision.change = absl::StrCat("advance the clock to ", purged, ", when the ",
                                   ObjectKindName(Traits::kKind), " is purged by itself");
    decision.AddFact("scheduledPurgeDate", purged);
  }
  return WithDecision(ObjectPurgeProtectedError(record_->label()), decision);
}

// For one kind of object.
#define LAZULI_VAULT_REQUESTS(T)                                                        \
  template ObjectState Vault::FindState<T>(absl::string_view) const;                    \
  template absl::Status Vault::CheckRequest<T>(absl::string_view, ObjectRequest) const; \
  template absl::Status Vault::PurgeProtectedLocked<T>(absl::string_view) const

LAZULI_VAULT_REQUESTS(KeyTraits);
LAZULI_VAULT_REQUESTS(SecretTraits);
LAZULI_VAULT_REQUESTS(CertificateTraits);

#undef LAZULI_VAULT_REQUESTS

}  // namespace lazuli::keyvault

// Issuers of certificates: a part of the vault's record.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "keyvault/certificates/certificate_issuer.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/errors.h"
#include "keyvault/vault.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

using Issuers = std::vector<CertificateIssuerPtr>;

Issuers::iterator At(absl::string_view name, Issuers* issuers) {
  return std::lower_bound(issuers->begin(), issuers->end(), name,
                          [](const CertificateIssuerPtr& issuer, absl::string_view wanted) {
                            return IssuerNameLess(issuer->name, wanted);
                          });
}

// Null: there is none.
CertificateIssuerPtr Present(const Issuers& issuers, Issuers::const_iterator at,
                             absl::string_view name) {
  if (at == issuers.end() || !absl::EqualsIgnoreCase((*at)->name, name)) return nullptr;
  return *at;
}

}  // namespace

absl::Status Vault::ChangeIssuers(absl::Time now,
                                  const std::function<absl::Status(Issuers*)>& change,
                                  absl::string_view cause) {
  const auto change_record = [&](const VaultRecord& record) -> absl::StatusOr<VaultRecord> {
    if (record.state != VaultState::kLive) return VaultNotFoundError(name_);
    VaultRecord next = record;
    LAZULI_RETURN_IF_ERROR(change(&next.certificate_issuers));
    return next;
  };
  return ChangeRecord(now, cause, "", change_record).status();
}

absl::StatusOr<CertificateIssuerPtr> Vault::SetCertificateIssuer(
    absl::Time now, absl::string_view name, const CertificateIssuerInput& input) {
  LAZULI_ASSIGN_OR_RETURN(CertificateIssuer issuer, MakeCertificateIssuer(name, input, now));
  LAZULI_ASSIGN_OR_RETURN(issuer.authority, MakeIssuingAuthority(issuer.provider, now));
  CertificateIssuerPtr set;
  LAZULI_RETURN_IF_ERROR(ChangeIssuers(
      now,
      [&](Issuers* issuers) -> absl::Status {
        const auto at = At(name, issuers);
        const CertificateIssuerPtr present = Present(*issuers, at, name);
        if (present == nullptr) {
          if (issuers->size() >= limits::certificates::kMaxIssuers) return TooManyIssuersError();
          set = std::make_shared<const CertificateIssuer>(std::move(issuer));
          issuers->insert(at, set);
          return absl::OkStatus();
        }
        issuer.name = present->name;
        issuer.created = present->created;
        // What it signed goes on to verify.
        if (issuer.provider == present->provider) issuer.authority = present->authority;
        set = std::make_shared<const CertificateIssuer>(std::move(issuer));
        *at = set;
        return absl::OkStatus();
      },
      "SetCertificateIssuer"));
  return set;
}

absl::StatusOr<CertificateIssuerPtr> Vault::UpdateCertificateIssuer(
    absl::Time now, absl::string_view name, const CertificateIssuerInput& input) {
  // Made without the lock; needed when the provider changes.
  IssuingAuthority other;
  if (input.provider.has_value()) {
    const std::optional<absl::string_view> provider = ParseIssuerProvider(*input.provider);
    if (provider.has_value()) {
      LAZULI_ASSIGN_OR_RETURN(other, MakeIssuingAuthority(*provider, now));
    }
  }
  CertificateIssuerPtr updated;
  LAZULI_RETURN_IF_ERROR(ChangeIssuers(
      now,
      [&](Issuers* issuers) -> absl::Status {
        const auto at = At(name, issuers);
        const CertificateIssuerPtr present = Present(*issuers, at, name);
        if (present == nullptr) return IssuerNotFoundError();
        LAZULI_ASSIGN_OR_RETURN(CertificateIssuer issuer,
                                keyvault::UpdateCertificateIssuer(*present, input, now));
        if (issuer.authority.key == nullptr) issuer.authority = other;
        updated = std::make_shared<const CertificateIssuer>(std::move(issuer));
        *at = updated;
        return absl::OkStatus();
      },
      "UpdateCertificateIssuer"));
  return updated;
}

absl::StatusOr<CertificateIssuerPtr> Vault::DeleteCertificateIssuer(absl::Time now,
                                                                    absl::string_view name) {
  CertificateIssuerPtr deleted;
  LAZULI_RETURN_IF_ERROR(ChangeIssuers(
      now,
      [&](Issuers* issuers) -> absl::Status {
        const auto at = At(name, issuers);
        deleted = Present(*issuers, at, name);
        if (deleted == nullptr) return IssuerNotFoundError();
        issuers->erase(at);
        return absl::OkStatus();
      },
      "DeleteCertificateIssuer"));
  return deleted;
}

absl::StatusOr<CertificateIssuerPtr> Vault::FindCertificateIssuer(absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  CertificateIssuerPtr issuer = record_->FindCertificateIssuer(name);
  if (issuer == nullptr) return IssuerNotFoundError();
  return issuer;
}

absl::StatusOr<Page<CertificateIssuerPtr>> Vault::ListCertificateIssuers(absl::string_view after,
                                                                         size_t limit) const {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
  Page<CertificateIssuerPtr> page;
  for (const CertificateIssuerPtr& issuer : record_->certificate_issuers) {
    if (!after.empty() && !IssuerNameLess(after, issuer->name)) continue;
    page.more = page.items.size() == limit;
    if (page.more) break;
    page.items.push_back(issuer);
  }
  return page;
}

}  // namespace lazuli::keyvault

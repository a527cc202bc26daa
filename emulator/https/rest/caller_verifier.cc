#include "emulator/https/rest/caller_verifier.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "emulator/https/rest/errors.h"
#include "emulator/https/rest/url_fields.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {
namespace {

// Key Vault's own application, which tokens of the second version name as their audience.
constexpr absl::string_view kVaultApplication = "cfa8b339-82a2-471a-a3c9-0fc0be7a4093";
// Likewise that of managed HSMs.
constexpr absl::string_view kManagedHsmApplication = "589d5083-6f11-4d30-a62a-a4b316a14abf";

}  // namespace

CallerVerifier::CallerVerifier(TokenVerifier* tokens, const SharedKeyAuthenticator* shared_keys,
                               ControlCaller control_caller)
    : tokens_(tokens), shared_keys_(shared_keys), control_caller_(std::move(control_caller)) {}

absl::StatusOr<Caller> CallerVerifier::Verify(const Exchange& exchange) const {
  static const std::string& none = *new std::string();
  const std::string* found = exchange.http.headers.Find("Authorization");
  const std::string& header = found == nullptr ? none : *found;
  switch (exchange.plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return VerifyVault(exchange, header);
    case v1::PLANE_RESOURCE_MANAGER:
      return VerifyResourceManager(exchange, header);
    case v1::PLANE_BATCH_DATA:
      return VerifyBatch(exchange, header);
    default:
      if (control_caller_) return control_caller_(exchange.http);
      return VerifyBearer(header, kAllAudiences);
  }
}

absl::StatusOr<Caller> CallerVerifier::VerifyBearer(
    const std::string& header, absl::Span<const absl::string_view> audiences) const {
  LAZULI_ASSIGN_OR_RETURN(const absl::string_view token, BearerToken(header));
  return tokens_->Verify(token, audiences);
}

absl::StatusOr<Caller> CallerVerifier::VerifyVault(const Exchange& exchange,
                                                   const std::string& header) const {
  const std::string resource = ServiceNames(exchange.host).VaultResource();
  const std::string with_slash = absl::StrCat(resource, "/");
  // A token for vaults serves no managed HSM, and the other way round.
  absl::StatusOr<Caller> caller =
      exchange.host.kind == HostKind::kManagedHsm
          ? VerifyBearer(header, {kManagedHsmAudience, "https://managedhsm.azure.net/",
                                  kManagedHsmApplication, resource, with_slash})
          : VerifyBearer(header, {kKeyVaultAudience, "https://vault.azure.net/", kVaultApplication,
                                  resource, with_slash});
  if (caller.ok()) return caller;
  return VaultAuthenticationError(caller.status(), resource);
}

absl::StatusOr<Caller> CallerVerifier::VerifyResourceManager(const Exchange& exchange,
                                                             const std::string& header) const {
  // A client that is told another endpoint asks for a token for that endpoint.
  const std::string endpoint = absl::StrCat("https://", exchange.http.authority);
  const std::string with_slash = absl::StrCat(endpoint, "/");
  absl::StatusOr<Caller> caller =
      VerifyBearer(header, {kResourceManagerAudience, "https://management.azure.com",
                            "https://management.core.windows.net/",
                            "https://management.core.windows.net", endpoint, with_slash});
  if (caller.ok()) return caller;
  return ResourceManagerAuthenticationError(caller.status());
}

absl::StatusOr<Caller> CallerVerifier::VerifyBatch(const Exchange& exchange,
                                                   const std::string& header) const {
  if (shared_keys_ != nullptr && absl::StartsWithIgnoreCase(header, "SharedKey")) {
    return shared_keys_->Authenticate(exchange.http, exchange.target, exchange.host);
  }
  absl::StatusOr<Caller> caller =
      VerifyBearer(header, {kBatchAudience, "https://batch.core.windows.net"});
  if (caller.ok()) return caller;
  return BatchAuthenticationError(caller.status());
}

}  // namespace lazuli::emulator

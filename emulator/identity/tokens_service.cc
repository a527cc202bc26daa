// File: emulator/identity/tokens_service.cc
#include "emulator/identity/tokens_service.h"

#include <string>

#include "absl/time/time.h"
#include "base/status_macros.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/limits.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/token_messages.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

TokensService::TokensService(const Directory* directory, const TokenIssuer* issuer)
    : directory_(directory), issuer_(issuer) {}

absl::Status TokensService::IssueToken(const CallContext&, const v1::IssueTokenRequest& request,
                                       v1::IssueTokenResponse* response) const {
  if (request.client_id().empty()) return MissingParameterError("client_id");
  if (request.client_secret().empty()) return MissingParameterError("client_secret");
  if (request.has_grant_type() && request.grant_type() != "client_credentials") {
    return UnsupportedGrantTypeError(request.grant_type());
  }
  const std::string audience = AudienceOf(request.scope());
  if (audience.size() > limits::identity::kMaxAudienceBytes) {
    return InvalidScopeError(request.scope());
  }
  const std::string tenant =
      request.tenant_id().empty() ? std::string(kDefaultTenantId) : request.tenant_id();
  if (!directory_->HasTenant(tenant)) return SignInTenantNotFoundError(tenant);
  const Principal::Ptr principal = directory_->FindByAppId(tenant, request.client_id());
  if (principal == nullptr) return UnknownApplicationError(request.client_id(), tenant);
  if (!directory_->CheckSecret(principal->object_id, request.client_secret())) {
    return WrongSecretError(principal->app_id);
  }
  LAZULI_ASSIGN_OR_RETURN(const IssuedToken token, issuer_->Issue(*principal, audience));
  FillTokenResponse(token, response);
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

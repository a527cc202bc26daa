// File: emulator/identity/token_verifier.cc
#include "emulator/identity/token_verifier.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/limits.h"
#include "emulator/identity/token_issuer.h"

namespace lazuli::emulator {

absl::StatusOr<absl::string_view> BearerToken(absl::string_view authorization_header) {
  constexpr absl::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(authorization_header, kScheme)) return MissingTokenError();
  absl::string_view token = authorization_header.substr(kScheme.size());
  while (absl::ConsumePrefix(&token, " ")) {
  }
  while (absl::ConsumeSuffix(&token, " ")) {
  }
  if (token.empty()) return MissingTokenError();
  return token;
}

TokenVerifier::TokenVerifier(const SigningKey* key, const Directory* directory,
                             const Clock* real_clock, size_t cache_size)
    : key_(key), directory_(directory), clock_(real_clock), cache_(cache_size) {}

absl::StatusOr<Caller> TokenVerifier::Verify(
    absl::string_view token, absl::Span<const absl::string_view> accepted_audiences) {
  if (token.empty()) return MissingTokenError();
  if (token.size() > limits::identity::kMaxTokenBytes) return MalformedTokenError("it is too long");

  const TokenCache::Key key = TokenCache::KeyOf(token);
  // Read before the principal is looked up: a deletion in between makes the epoch differ, and the
  // next call looks again.
  const uint64_t epoch = directory_->deletion_epoch();
  const TokenCache::Hit hit = cache_.Get(key);
  if (hit.token != nullptr) {
    if (hit.epoch != epoch) {
      if (directory_->FindByObjectId(hit.token->caller.object_id) == nullptr) {
        cache_.Drop(key);
        return UnknownPrincipalError(hit.token->caller.object_id);
      }
      cache_.Confirm(key, epoch);
    }
    if (absl::Status use = CheckUse(*hit.token, accepted_audiences); !use.ok()) {
      if (clock_->Now() >= hit.token->expires_at) cache_.Drop(key);
      return use;
    }
    return hit.token->caller;
  }

  LAZULI_ASSIGN_OR_RETURN(AccessTokenClaims claims, VerifySignedClaims(token));
  VerifiedToken verified{.caller = {},
                         .audience = std::move(claims.audience),
                         .not_before = claims.not_before,
                         .expires_at = claims.expires_at};
  LAZULI_RETURN_IF_ERROR(CheckUse(verified, accepted_audiences));
  LAZULI_ASSIGN_OR_RETURN(verified.caller, ResolveCaller(claims));
  Caller caller = verified.caller;
  cache_.Put(key, std::make_shared<const VerifiedToken>(std::move(verified)), epoch);
  return caller;
}

absl::StatusOr<AccessTokenClaims> TokenVerifier::VerifySignedClaims(absl::string_view token) const {
  const std::optional<JwtParts> parts = SplitJwt(token);
  if (!parts) return MalformedTokenError("it is no JSON Web Token with a signature");
  // Never by what the token asks for: the one algorithm and the one key are ours to choose.
  if (absl::string_view(parts->header.alg) != SigningKey::kAlgorithm) {
    return MalformedTokenError("its algorithm is not ES256");
  }
  if (parts->header.kid != key_->kid()) return WrongSignatureError();
  if (!key_->Verify(parts->signing_input, parts->signature)) return WrongSignatureError();

  std::optional<AccessTokenClaims> claims = ParseClaims(parts->payload);
  if (!claims) return MalformedTokenError("its claims are not those of an access token");
  if (claims->issuer != IssuerOf(claims->tenant_id) || !directory_->HasTenant(claims->tenant_id)) {
    return UnknownIssuerError(claims->issuer);
  }
  return *std::move(claims);
}

absl::StatusOr<Caller> TokenVerifier::ResolveCaller(const AccessTokenClaims& claims) const {
  const Principal::Ptr principal = directory_->FindByObjectId(claims.object_id);
  if (principal == nullptr || principal->tenant_id != claims.tenant_id ||
      principal->app_id != claims.app_id) {
    return UnknownPrincipalError(claims.object_id);
  }
  return Caller{.tenant_id = principal->tenant_id,
                .object_id = principal->object_id,
                .app_id = principal->app_id,
                .issuer = claims.issuer,
                .name = principal->display_name,
                .shared_key_account_id = ""};
}

absl::Status TokenVerifier::CheckUse(const VerifiedToken& token,
                                     absl::Span<const absl::string_view> accepted_audiences) const {
  const absl::string_view audience(token.audience);
  if (std::find(accepted_audiences.begin(), accepted_audiences.end(), audience) ==
      accepted_audiences.end()) {
    return WrongAudienceError(accepted_audiences, audience);
  }
  const absl::Time now = clock_->Now();
  if (now >= token.expires_at) return TokenExpiredError(token.expires_at);
  if (now + limits::identity::kNotBeforeLeeway < token.not_before) {
    return TokenNotYetValidError(token.not_before);
  }
  return absl::OkStatus();
}

void TokenVerifier::OnPrincipalDeleted(const std::string& object_id, const std::string&) {
  cache_.DropPrincipal(object_id);
}

}  // namespace lazuli::emulator

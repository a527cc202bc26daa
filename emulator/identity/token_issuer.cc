// File: emulator/identity/token_issuer.cc
#include "emulator/identity/token_issuer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "emulator/identity/jwt.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {
namespace {

constexpr size_t kTokenIdBytes = 16;

}  // namespace

std::string IssuerOf(absl::string_view tenant_id) {
  return absl::StrCat("https://sts.windows.net/", tenant_id, "/");
}

std::string AudienceOf(absl::string_view scope_or_resource) {
  // "https://batch.core.windows.net//.default" asks for "https://batch.core.windows.net/": one
  // slash belongs to the suffix.
  absl::string_view audience = absl::StripSuffix(scope_or_resource, "/.default");
  return std::string(audience.empty() ? kGrpcAudience : audience);
}

TokenIssuer::TokenIssuer(const SigningKey* key, const Clock* real_clock, absl::Duration lifetime)
    : key_(key), clock_(real_clock), lifetime_(lifetime) {}

absl::StatusOr<IssuedToken> TokenIssuer::Issue(const Principal& principal,
                                               absl::string_view audience) const {
  const absl::Time now = absl::FromUnixSeconds(absl::ToUnixSeconds(clock_->Now()));
  const std::string input = EncodeSigningInput(
      {.alg = std::string(SigningKey::kAlgorithm), .kid = key_->kid()},
      {.issuer = IssuerOf(principal.tenant_id),
       .audience = std::string(audience),
       .tenant_id = principal.tenant_id,
       .object_id = principal.object_id,
       .app_id = principal.app_id,
       .identity_resource_id = principal.type == PrincipalType::kServicePrincipal
                                   ? std::string()
                                   : principal.resource_id,
       // Makes two tokens of one second differ; from the secure source, as tokens do not replay.
       .token_id = Base64UrlEncode(SecureRandomBytes(kTokenIdBytes).view()),
       .issued_at = now,
       .not_before = now,
       .expires_at = now + lifetime_});
  LAZULI_ASSIGN_OR_RETURN(const std::string signature, key_->Sign(input));
  return IssuedToken{.token = EncodeJwt(input, signature), .lifetime = lifetime_, .issued_at = now};
}

}  // namespace lazuli::emulator

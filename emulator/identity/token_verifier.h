// File: emulator/identity/token_verifier.h
//
// Tells who calls.
#ifndef LAZULI_EMULATOR_IDENTITY_TOKEN_VERIFIER_H_
#define LAZULI_EMULATOR_IDENTITY_TOKEN_VERIFIER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/limits.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/jwt.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_cache.h"

namespace lazuli::emulator {

// The token of an Authorization header, "Bearer TOKEN" (the scheme in any letter case). Points into
// `header`. Errors: MissingTokenError, also for another scheme.
absl::StatusOr<absl::string_view> BearerToken(absl::string_view authorization_header);

// Thread safe. A token that was verified before costs a SHA-256 of it and a look-up; a token of a
// deleted principal is refused from the moment its deletion is answered.
class TokenVerifier final : public PrincipalListener {
 public:
  // `real_clock` is the machine's. All pointers outlive the verifier. To have the tokens of deleted
  // principals also leave memory at once, add it to the directory's listeners.
  TokenVerifier(const SigningKey* key, const Directory* directory, const Clock* real_clock,
                size_t cache_size = limits::kTokenCacheSize);

  // Errors, all UNAUTHENTICATED and 401 (emulator/identity/errors.h): MalformedTokenError,
  // WrongSignatureError, UnknownIssuerError, WrongAudienceError, TokenExpiredError,
  // TokenNotYetValidError, UnknownPrincipalError.
  absl::StatusOr<Caller> Verify(absl::string_view token,
                                absl::Span<const absl::string_view> accepted_audiences);

  void OnPrincipalDeleted(const std::string& object_id, const std::string& cause) override;

  size_t cached_tokens() const { return cache_.size(); }

 private:
  // Signature, issuer and form: what never changes about a token.
  absl::StatusOr<AccessTokenClaims> VerifySignedClaims(absl::string_view token) const;
  // The caller that the claims name, if it exists and they agree with the directory.
  absl::StatusOr<Caller> ResolveCaller(const AccessTokenClaims& claims) const;
  // Audience and time: judged at every call.
  absl::Status CheckUse(const VerifiedToken& token,
                        absl::Span<const absl::string_view> accepted_audiences) const;

  const SigningKey* const key_;
  const Directory* const directory_;
  const Clock* const clock_;
  TokenCache cache_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_TOKEN_VERIFIER_H_

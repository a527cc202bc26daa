// File: emulator/identity/token_issuer.h
//
// Makes access tokens.
#ifndef LAZULI_EMULATOR_IDENTITY_TOKEN_ISSUER_H_
#define LAZULI_EMULATOR_IDENTITY_TOKEN_ISSUER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "emulator/identity/limits.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/signing_key.h"

namespace lazuli::emulator {

struct IssuedToken {
  std::string token;  // secret
  absl::Duration lifetime;
  absl::Time issued_at;  // whole seconds; also the first instant at which it is valid
};

// "https://sts.windows.net/TENANT/".
std::string IssuerOf(absl::string_view tenant_id);

// What a token is for, from what a client asked: "X/.default" asks for X, anything else is itself,
// and nothing is the audience that serves every plane over gRPC.
std::string AudienceOf(absl::string_view scope_or_resource);

// Thread safe. Whoever calls has made sure that the principal may have a token.
class TokenIssuer {
 public:
  // `real_clock` is the machine's, by which clients judge a token's lifetime. Both pointers outlive
  // the issuer.
  TokenIssuer(const SigningKey* key, const Clock* real_clock,
              absl::Duration lifetime = limits::identity::kAccessTokenLifetime);

  // A token of `principal` for `audience`, valid from now on.
  absl::StatusOr<IssuedToken> Issue(const Principal& principal, absl::string_view audience) const;

 private:
  const SigningKey* const key_;
  const Clock* const clock_;
  const absl::Duration lifetime_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_TOKEN_ISSUER_H_

// File: emulator/identity/jwt.h
//
// JSON Web Tokens in the compact form (RFC 7519, RFC 7515 section 3.1): what the emulator writes
// and nothing more.
#ifndef LAZULI_EMULATOR_IDENTITY_JWT_H_
#define LAZULI_EMULATOR_IDENTITY_JWT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli::emulator {

struct JwtHeader {
  std::string alg;
  std::string kid;

  friend bool operator==(const JwtHeader&, const JwtHeader&) = default;
};

// The claims of an access token, version 1.0 (Microsoft identity platform documentation, "Access
// token claims reference"). Times have whole seconds.
struct AccessTokenClaims {
  std::string issuer;     // iss
  std::string audience;   // aud
  std::string tenant_id;  // tid
  std::string object_id;  // oid, also written as sub
  std::string app_id;     // appid
  // xms_mirid: the ARM id behind a managed identity. No claim when empty.
  std::string identity_resource_id;
  std::string token_id;   // jti
  absl::Time issued_at;   // iat
  absl::Time not_before;  // nbf
  absl::Time expires_at;  // exp

  friend bool operator==(const AccessTokenClaims&, const AccessTokenClaims&) = default;
};

// A token taken apart. Nothing of it is to be believed before its signature is verified.
struct JwtParts {
  JwtHeader header;
  // The text that was signed: header and payload as they stand in the token.
  absl::string_view signing_input;  // points into the token
  std::string payload;              // JSON
  std::string signature;            // bytes
};

// Header and payload, each in base64url, with the dot between.
std::string EncodeSigningInput(const JwtHeader& header, const AccessTokenClaims& claims);
// With the signature appended: the token.
std::string EncodeJwt(absl::string_view signing_input, absl::string_view signature);

// nullopt unless the token has three parts of proper base64url of which the first is a JSON object
// with the strings alg and kid. A header that asks for extensions (crit) is refused: there are
// none.
std::optional<JwtParts> SplitJwt(absl::string_view token);
// nullopt unless the text is a JSON object with all the claims above in their proper types
// (xms_mirid may be missing) and ver "1.0". Other claims are ignored.
std::optional<AccessTokenClaims> ParseClaims(absl::string_view payload);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_JWT_H_

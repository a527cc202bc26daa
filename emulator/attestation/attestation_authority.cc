#include "emulator/attestation/attestation_authority.h"

#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/identity/jwt.h"
#include "keyvault/crypto/key_transport.h"
#include "keyvault/errors.h"
#include "keyvault/release/limits.h"

namespace lazuli::emulator {

namespace {

namespace json = boost::json;

using keyvault::Attestation;
using keyvault::InvalidAttestationError;
using keyvault::ReleaseRefusedError;

constexpr char kEnvironmentKey[] = "TpmEphemeralEncryptionKey";

json::string_view ToJson(absl::string_view text) { return {text.data(), text.size()}; }

std::optional<json::object> ParseObject(absl::string_view text) {
  json::parse_options options;
  options.max_depth = limits::release::kMaxAttestationDepth;
  json::error_code error;
  json::value value = json::parse(ToJson(text), error, json::storage_ptr(), options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

// Adds the environment's key to x-ms-runtime.keys, where the claims may say more. It comes first,
// so that a release takes it and none of theirs.
absl::Status AddEnvironmentKey(const AttestationInput& input, json::object* claims) {
  if (claims->contains("x-ms-runtime.keys")) {
    return InvalidInputError("claims", "x-ms-runtime.keys is a path, not the name of a claim");
  }
  json::value& runtime = (*claims)["x-ms-runtime"];
  if (runtime.is_null()) runtime.emplace_object();
  if (!runtime.is_object()) return InvalidInputError("claims", "x-ms-runtime must be an object");
  json::value& keys = runtime.as_object()["keys"];
  if (keys.is_null()) keys.emplace_array();
  if (!keys.is_array()) return InvalidInputError("claims", "x-ms-runtime.keys must be a list");
  json::array& list = keys.as_array();
  list.insert(list.begin(), json::value{{"kid", kEnvironmentKey},
                                        {"kty", "RSA"},
                                        {"key_use", "enc"},
                                        {"key_ops", json::array({"encrypt", "wrapKey"})},
                                        {"n", Base64UrlEncode(input.n)},
                                        {"e", Base64UrlEncode(input.e)}});
  return absl::OkStatus();
}

absl::Status TooLong() {
  return InvalidInputError("claims", absl::StrCat("the token would be longer than ",
                                                  limits::release::kMaxAttestationBytes,
                                                  " characters, more than a release takes"));
}

std::optional<absl::Time> TimeOf(const json::object& claims, const char* name) {
  const json::value* const value = claims.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return absl::FromUnixSeconds(value->as_int64());
}

}  // namespace

absl::StatusOr<const SigningKey*> AttestationAuthority::signing_key() const {
  MutexLock lock(&mu_);
  if (key_ == nullptr) {
    LAZULI_ASSIGN_OR_RETURN(key_, SigningKey::Generate());
  }
  return key_.get();
}

absl::StatusOr<std::string> AttestationAuthority::Issue(const AttestationInput& input,
                                                        absl::Time now) const {
  const absl::string_view authority =
      input.authority.empty() ? kDefaultAuthority : absl::string_view(input.authority);
  if (!absl::StartsWithIgnoreCase(authority, "https://")) {
    return InvalidInputError("authority", "it must be an https URL");
  }
  if (!keyvault::crypto::CheckTransportKey(input.n, input.e).ok()) {
    return InvalidInputError("n", "n and e must be an RSA key of 2048 to 8192 bits");
  }
  if (input.claims.size() > limits::release::kMaxAttestationBytes) return TooLong();
  std::optional<json::object> claims =
      input.claims.empty() ? json::object() : ParseObject(input.claims);
  if (!claims.has_value()) return InvalidInputError("claims", "they must be a JSON object");
  LAZULI_RETURN_IF_ERROR(AddEnvironmentKey(input, &*claims));
  (*claims)["iss"] = ToJson(authority);
  (*claims)["iat"] = absl::ToUnixSeconds(now);
  (*claims)["nbf"] = absl::ToUnixSeconds(now);
  (*claims)["exp"] = absl::ToUnixSeconds(now + input.lifetime);
  LAZULI_ASSIGN_OR_RETURN(const SigningKey* const key, signing_key());
  const json::object header = {
      {"typ", "JWT"}, {"alg", ToJson(SigningKey::kAlgorithm)}, {"kid", key->kid()}};
  const std::string signing_input = absl::StrCat(Base64UrlEncode(json::serialize(header)), ".",
                                                 Base64UrlEncode(json::serialize(*claims)));
  LAZULI_ASSIGN_OR_RETURN(const std::string signature, key->Sign(signing_input));
  std::string token = EncodeJwt(signing_input, signature);
  if (token.size() > limits::release::kMaxAttestationBytes) return TooLong();
  return token;
}

absl::StatusOr<Attestation> AttestationAuthority::Verify(absl::string_view token,
                                                         absl::Time now) const {
  if (token.size() > limits::release::kMaxAttestationBytes) {
    return InvalidAttestationError("it is too long");
  }
  const std::optional<JwtParts> parts = SplitJwt(token);
  if (!parts.has_value()) return InvalidAttestationError("it is no compact JWT");
  LAZULI_ASSIGN_OR_RETURN(const SigningKey* const key, signing_key());
  if (absl::string_view(parts->header.alg) != SigningKey::kAlgorithm ||
      parts->header.kid != key->kid() || !key->Verify(parts->signing_input, parts->signature)) {
    return ReleaseRefusedError("no authority that the emulator knows has signed the attestation");
  }
  const std::optional<json::object> claims = ParseObject(parts->payload);
  if (!claims.has_value()) return InvalidAttestationError("its claims are no JSON object");
  const json::value* const issuer = claims->if_contains("iss");
  const std::optional<absl::Time> not_before = TimeOf(*claims, "nbf");
  const std::optional<absl::Time> expires = TimeOf(*claims, "exp");
  if (issuer == nullptr || !issuer->is_string() || !not_before.has_value() ||
      !expires.has_value()) {
    return InvalidAttestationError("it lacks iss, nbf or exp");
  }
  if (now < *not_before) return ReleaseRefusedError("the attestation is not yet valid");
  if (now >= *expires) return ReleaseRefusedError("the attestation has expired");
  return Attestation{std::string(issuer->as_string().data(), issuer->as_string().size()),
                     parts->payload};
}

}  // namespace lazuli::emulator

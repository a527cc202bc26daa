// File: emulator/identity/jwt.cc
#include "emulator/identity/jwt.h"

#include <boost/json.hpp>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

constexpr absl::string_view kVersion = "1.0";
// Claims are dated within these years; what lies outside is no date of ours.
constexpr int64_t kMaxUnixSeconds = 253402300799;  // the end of the year 9999

json::string_view ToJson(absl::string_view text) { return {text.data(), text.size()}; }

std::optional<json::object> ParseObject(absl::string_view text) {
  json::error_code error;
  json::value value = json::parse(ToJson(text), error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

bool TakeString(const json::object& object, const char* name, std::string* out) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return false;
  const json::string& text = value->as_string();
  out->assign(text.data(), text.size());
  return true;
}

bool TakeTime(const json::object& object, const char* name, absl::Time* out) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return false;
  const int64_t seconds = value->as_int64();
  if (seconds < 0 || seconds > kMaxUnixSeconds) return false;
  *out = absl::FromUnixSeconds(seconds);
  return true;
}

}  // namespace

std::string EncodeSigningInput(const JwtHeader& header, const AccessTokenClaims& claims) {
  const json::object head = {{"typ", "JWT"}, {"alg", header.alg}, {"kid", header.kid}};
  json::object payload = {
      {"aud", claims.audience},
      {"iss", claims.issuer},
      {"iat", absl::ToUnixSeconds(claims.issued_at)},
      {"nbf", absl::ToUnixSeconds(claims.not_before)},
      {"exp", absl::ToUnixSeconds(claims.expires_at)},
      {"appid", claims.app_id},
      {"idp", claims.issuer},
      {"idtyp", "app"},
      {"oid", claims.object_id},
      {"sub", claims.object_id},
      {"tid", claims.tenant_id},
      {"jti", claims.token_id},
      {"uti", claims.token_id},
      {"ver", ToJson(kVersion)},
  };
  if (!claims.identity_resource_id.empty()) payload["xms_mirid"] = claims.identity_resource_id;
  return absl::StrCat(Base64UrlEncode(json::serialize(head)), ".",
                      Base64UrlEncode(json::serialize(payload)));
}

std::string EncodeJwt(absl::string_view signing_input, absl::string_view signature) {
  return absl::StrCat(signing_input, ".", Base64UrlEncode(signature));
}

std::optional<JwtParts> SplitJwt(absl::string_view token) {
  const size_t first = token.find('.');
  if (first == absl::string_view::npos) return std::nullopt;
  const size_t second = token.find('.', first + 1);
  if (second == absl::string_view::npos) return std::nullopt;
  if (token.find('.', second + 1) != absl::string_view::npos) return std::nullopt;
  // RFC 7515 section 2: base64url here goes without padding.
  if (token.find('=') != absl::string_view::npos) return std::nullopt;

  const std::optional<std::string> head = Base64UrlDecode(token.substr(0, first));
  std::optional<std::string> payload = Base64UrlDecode(token.substr(first + 1, second - first - 1));
  std::optional<std::string> signature = Base64UrlDecode(token.substr(second + 1));
  if (!head || !payload || !signature) return std::nullopt;

  const std::optional<json::object> object = ParseObject(*head);
  if (!object || object->contains("crit")) return std::nullopt;
  JwtParts parts;
  if (!TakeString(*object, "alg", &parts.header.alg)) return std::nullopt;
  if (!TakeString(*object, "kid", &parts.header.kid)) return std::nullopt;
  parts.signing_input = token.substr(0, second);
  parts.payload = *std::move(payload);
  parts.signature = *std::move(signature);
  return parts;
}

std::optional<AccessTokenClaims> ParseClaims(absl::string_view payload) {
  const std::optional<json::object> object = ParseObject(payload);
  if (!object) return std::nullopt;
  AccessTokenClaims claims;
  std::string version;
  const bool complete =
      TakeString(*object, "iss", &claims.issuer) && TakeString(*object, "aud", &claims.audience) &&
      TakeString(*object, "tid", &claims.tenant_id) &&
      TakeString(*object, "oid", &claims.object_id) &&
      TakeString(*object, "appid", &claims.app_id) &&
      TakeString(*object, "jti", &claims.token_id) && TakeString(*object, "ver", &version) &&
      TakeTime(*object, "iat", &claims.issued_at) && TakeTime(*object, "nbf", &claims.not_before) &&
      TakeTime(*object, "exp", &claims.expires_at);
  TakeString(*object, "xms_mirid", &claims.identity_resource_id);
  if (!complete || absl::string_view(version) != kVersion) return std::nullopt;
  return claims;
}

}  // namespace lazuli::emulator

#include "emulator/https/entra/client_assertion.h"

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "base/status_macros.h"
#include "emulator/https/message/host_name.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/limits.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

// The end of the year 9999: what lies beyond is no date.
constexpr int64_t kMaxUnixSeconds = 253402300799;

std::optional<json::object> ParseObject(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  json::error_code error;
  json::value value = json::parse(*text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::string TextOf(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return "";
  const json::string& text = value->get_string();
  return std::string(text.data(), text.size());
}

// RFC 7519 section 2: seconds, which may have a fraction.
std::optional<absl::Time> TimeOf(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double seconds = value->to_number<double>();
  if (!(seconds >= 0 && seconds <= static_cast<double>(kMaxUnixSeconds))) return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

std::string AudienceOf(const json::object& claims) {
  const json::value* const value = claims.if_contains("aud");
  if (value != nullptr && value->is_array() && value->get_array().size() == 1) {
    const json::object one = {{"aud", value->get_array()[0]}};
    return TextOf(one, "aud");
  }
  return TextOf(claims, "aud");
}

bool IsPathOfTenant(absl::string_view segment, const SignInTenant& tenant) {
  return absl::EqualsIgnoreCase(segment, tenant.segment) ||
         absl::EqualsIgnoreCase(segment, tenant.tenant_id);
}

// True for https://HOST/TENANT and what may follow: /, /v2.0, /oauth2/token, /oauth2/v2.0/token.
bool IsFor(absl::string_view audience, const AssertionRecipient& recipient) {
  const std::string lower = absl::AsciiStrToLower(audience);
  absl::string_view rest = lower;
  if (!absl::ConsumePrefix(&rest, "https://")) return false;
  const size_t slash = rest.find('/');
  if (slash == absl::string_view::npos) return false;
  const absl::string_view authority = rest.substr(0, slash);
  if (authority != recipient.authority && ParseHostName(authority).kind != HostKind::kLogin) {
    return false;
  }
  const std::vector<absl::string_view> path =
      absl::StrSplit(rest.substr(slash), '/', absl::SkipEmpty());
  if (path.empty() || !IsPathOfTenant(path[0], recipient.tenant)) return false;
  if (path.size() == 1) return true;
  if (path.size() == 2) return path[1] == "v2.0";
  if (path[1] != "oauth2" || path.back() != "token") return false;
  return path.size() == 3 || (path.size() == 4 && path[2] == "v2.0");
}

absl::Status CheckSignature(const ClientAssertion& assertion,
                            const std::vector<KeyCredential::Ptr>& keys, absl::Time now) {
  for (const KeyCredential::Ptr& key : keys) {
    if (!key->IsNamed(assertion.key_name)) continue;
    if (now > key->not_after() || now < key->not_before()) {
      return AssertionKeyError("The key used is expired.", key->thumbprint());
    }
    if (key->Verify(assertion.algorithm, assertion.signing_input, assertion.signature)) {
      return absl::OkStatus();
    }
    return AssertionKeyError("The key was found but the signature is not valid.",
                             key->thumbprint());
  }
  return AssertionKeyError("The key was not found.", assertion.key_name);
}

}  // namespace

absl::StatusOr<ClientAssertion> ParseClientAssertion(absl::string_view text) {
  if (text.size() > limits::identity::kMaxAssertionBytes) {
    return MalformedAssertionError("it is too long");
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  if (parts.size() != 3) return MalformedAssertionError("it has not three parts");
  const std::optional<json::object> header = ParseObject(Base64UrlDecode(parts[0]));
  const std::optional<json::object> claims = ParseObject(Base64UrlDecode(parts[1]));
  std::optional<std::string> signature = Base64UrlDecode(parts[2]);
  if (!header || !claims || !signature) {
    return MalformedAssertionError("its parts are not JSON in base64url");
  }
  // RFC 7515 section 4.1.11: extensions that have to be understood, and are not.
  if (header->contains("crit")) return MalformedAssertionError("it asks for extensions");

  ClientAssertion assertion;
  assertion.algorithm = TextOf(*header, "alg");
  if (assertion.algorithm != "RS256" && assertion.algorithm != "PS256" &&
      assertion.algorithm != "ES256") {
    return AssertionAlgorithmError(assertion.algorithm);
  }
  for (const char* const name : {"x5t#S256", "x5t", "kid"}) {
    if (assertion.key_name.empty()) assertion.key_name = TextOf(*header, name);
  }
  if (assertion.key_name.empty()) return AssertionWithoutKeyError();
  assertion.issuer = TextOf(*claims, "iss");
  assertion.subject = TextOf(*claims, "sub");
  assertion.audience = AudienceOf(*claims);
  const std::optional<absl::Time> expires_at = TimeOf(*claims, "exp");
  if (!expires_at) return MalformedAssertionError("it has no exp");
  assertion.expires_at = *expires_at;
  assertion.not_before = absl::InfinitePast();
  if (claims->contains("nbf")) {
    const std::optional<absl::Time> not_before = TimeOf(*claims, "nbf");
    if (!not_before) return MalformedAssertionError("its nbf is no time");
    assertion.not_before = *not_before;
  }
  assertion.signing_input = std::string(text.substr(0, text.rfind('.')));
  assertion.signature = *std::move(signature);
  return assertion;
}

absl::Status CheckClientAssertion(const ClientAssertion& assertion, absl::string_view client_id,
                                  const std::vector<KeyCredential::Ptr>& keys,
                                  const AssertionRecipient& recipient, absl::Time now) {
  if (!absl::EqualsIgnoreCase(assertion.subject, client_id) ||
      !absl::EqualsIgnoreCase(assertion.issuer, client_id)) {
    return AssertionOfOtherClientError();
  }
  LAZULI_RETURN_IF_ERROR(CheckSignature(assertion, keys, now));
  if (!IsFor(assertion.audience, recipient)) return AssertionAudienceError();
  if (now >= assertion.expires_at ||
      now + limits::identity::kNotBeforeLeeway < assertion.not_before) {
    return AssertionTimeError(now, assertion.not_before, assertion.expires_at);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

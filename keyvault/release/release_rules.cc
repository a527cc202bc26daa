#include "keyvault/release/release_rules.h"

#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "base/excerpt.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/release/limits.h"

namespace lazuli::keyvault {
namespace {

namespace json = boost::json;

constexpr absl::string_view kVersion = "1.0.0";
constexpr absl::string_view kEphemeralKey = "TpmEphemeralEncryptionKey";

absl::string_view View(const json::string& text) { return {text.data(), text.size()}; }

absl::Status BadPolicy(absl::string_view reason) {
  return BadKeyParameterError("release_policy.data", reason);
}

json::parse_options Depth(size_t depth) {
  json::parse_options options;
  options.max_depth = depth;
  return options;
}

std::optional<json::object> ParseObject(absl::string_view text, size_t depth) {
  json::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error,
                                  json::storage_ptr(), Depth(depth));
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

// The text of a claim's or a condition's value; nullopt for what has none.
std::optional<std::string> TextOf(const json::value& value) {
  if (value.is_string()) return std::string(View(value.as_string()));
  if (value.is_bool() || value.is_number()) return json::serialize(value);
  return std::nullopt;
}

absl::StatusOr<json::object> NormalizeConditions(const json::object& object, bool is_authority);

absl::StatusOr<json::object> NormalizeClaim(const json::object& object) {
  const json::value* const claim = object.if_contains("claim");
  const json::value* const equals = object.if_contains("equals");
  if (object.size() != 2 || claim == nullptr || equals == nullptr || !claim->is_string() ||
      claim->as_string().empty() || !TextOf(*equals).has_value()) {
    return BadPolicy(
        "A condition names a claim and what it equals: a text, a number or a boolean.");
  }
  return json::object({{"claim", *claim}, {"equals", *equals}});
}

// One element of allOf or anyOf below an authority.
absl::StatusOr<json::object> NormalizeElement(const json::value& value) {
  if (!value.is_object()) return BadPolicy("A condition must be an object.");
  const json::object& object = value.as_object();
  return object.contains("claim") ? NormalizeClaim(object) : NormalizeConditions(object, false);
}

// An authority with its conditions, or conditions within conditions.
absl::StatusOr<json::object> NormalizeConditions(const json::object& object, bool is_authority) {
  json::object normal;
  if (is_authority) {
    const json::value* const authority = object.if_contains("authority");
    if (authority == nullptr || !authority->is_string() ||
        !absl::StartsWithIgnoreCase(View(authority->as_string()), "https://")) {
      return BadPolicy("Each member of anyOf names an authority by its https URL.");
    }
    normal["authority"] = *authority;
  }
  const char* const quantifier = object.contains("allOf") ? "allOf" : "anyOf";
  const json::value* const conditions = object.if_contains(quantifier);
  if (object.size() != normal.size() + 1 || conditions == nullptr || !conditions->is_array() ||
      conditions->as_array().empty()) {
    return BadPolicy("Conditions are a list that is not empty: either allOf or anyOf.");
  }
  json::array elements;
  for (const json::value& condition : conditions->as_array()) {
    LAZULI_ASSIGN_OR_RETURN(json::object element, NormalizeElement(condition));
    elements.push_back(std::move(element));
  }
  normal[quantifier] = std::move(elements);
  return normal;
}

// The member of `claims` at `path`: the longest name that fits first, since names may have dots of
// their own.
const json::value* FindClaim(const json::object& claims, absl::string_view path) {
  const json::value* const whole = claims.if_contains(json::string_view(path.data(), path.size()));
  if (whole != nullptr) return whole;
  for (size_t dot = path.rfind('.'); dot != absl::string_view::npos && dot > 0;
       dot = path.rfind('.', dot - 1)) {
    const json::value* const member = claims.if_contains(json::string_view(path.data(), dot));
    if (member == nullptr || !member->is_object()) continue;
    const json::value* const found = FindClaim(member->as_object(), path.substr(dot + 1));
    if (found != nullptr) return found;
  }
  return nullptr;
}

// Of a normalized policy: nullopt when the conditions hold, else why not.
std::optional<std::string> Unmet(const json::object& conditions, const json::object& claims) {
  if (const json::value* const name = conditions.if_contains("claim")) {
    const absl::string_view claim = View(name->as_string());
    const json::value* const found = FindClaim(claims, claim);
    if (found == nullptr) return absl::StrCat("the claim '", Excerpt(claim), "' is missing");
    if (TextOf(*found) == TextOf(conditions.at("equals"))) return std::nullopt;
    return absl::StrCat("the claim '", Excerpt(claim), "' has another value");
  }
  const bool needs_all = conditions.contains("allOf");
  std::optional<std::string> first;
  for (const json::value& element : conditions.at(needs_all ? "allOf" : "anyOf").as_array()) {
    std::optional<std::string> unmet = Unmet(element.as_object(), claims);
    if (!needs_all && !unmet.has_value()) return std::nullopt;
    if (needs_all && unmet.has_value()) return unmet;
    if (!first.has_value()) first = std::move(unmet);
  }
  return first;
}

// URLs of authorities differ in letter case and in a slash at the end.
bool IsSameAuthority(absl::string_view a, absl::string_view b) {
  return absl::EqualsIgnoreCase(absl::StripSuffix(a, "/"), absl::StripSuffix(b, "/"));
}

bool MemberIs(const json::object& key, const char* name, absl::string_view wanted) {
  const json::value* const value = key.if_contains(name);
  return value != nullptr && value->is_string() &&
         absl::EqualsIgnoreCase(View(value->as_string()), wanted);
}

std::optional<std::string> BytesOf(const json::object& key, const char* name) {
  const json::value* const value = key.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return Base64UrlDecode(View(value->as_string()));
}

}  // namespace

absl::StatusOr<std::string> NormalizeReleasePolicy(absl::string_view text) {
  if (text.size() > limits::release::kMaxPolicyBytes) {
    return BadPolicy(absl::StrCat("It has at most ", limits::release::kMaxPolicyBytes, " bytes."));
  }
  const std::optional<json::object> policy = ParseObject(text, limits::release::kMaxPolicyDepth);
  if (!policy.has_value()) return BadPolicy("It is no JSON object.");
  const json::value* const version = policy->if_contains("version");
  if (version == nullptr || !version->is_string() || View(version->as_string()) != kVersion) {
    return BadPolicy(absl::StrCat("Its version must be ", kVersion, "."));
  }
  const json::value* const authorities = policy->if_contains("anyOf");
  if (policy->size() != 2 || authorities == nullptr || !authorities->is_array() ||
      authorities->as_array().empty()) {
    return BadPolicy("Beside its version it has anyOf alone, a list that is not empty.");
  }
  json::array normal;
  for (const json::value& authority : authorities->as_array()) {
    if (!authority.is_object()) return BadPolicy("Each member of anyOf must be an object.");
    LAZULI_ASSIGN_OR_RETURN(json::object element, NormalizeConditions(authority.as_object(), true));
    normal.push_back(std::move(element));
  }
  return json::serialize(json::object({{"version", *version}, {"anyOf", std::move(normal)}}));
}

absl::Status CheckRelease(const ReleasePolicy& policy, const Attestation& attestation) {
  const std::optional<json::object> rules =
      ParseObject(policy.data, limits::release::kMaxPolicyDepth);
  const std::optional<json::object> claims =
      ParseObject(attestation.claims, limits::release::kMaxAttestationDepth);
  if (!claims.has_value()) return InvalidAttestationError("its claims are no JSON object");
  if (!rules.has_value()) return ReleaseRefusedError("the key's policy cannot be read");
  std::optional<std::string> why;
  for (const json::value& element : rules->at("anyOf").as_array()) {
    const json::object& conditions = element.as_object();
    if (!IsSameAuthority(View(conditions.at("authority").as_string()), attestation.authority)) {
      continue;
    }
    std::optional<std::string> unmet = Unmet(conditions, *claims);
    if (!unmet.has_value()) return absl::OkStatus();
    if (!why.has_value()) why = std::move(unmet);
  }
  if (why.has_value()) return ReleaseRefusedError(*why);
  return ReleaseRefusedError(absl::StrCat("the policy names no authority '",
                                          Excerpt(attestation.authority),
                                          "', which issued the attestation"));
}

absl::StatusOr<EnvironmentKey> EnvironmentKeyOf(const Attestation& attestation) {
  const std::optional<json::object> claims =
      ParseObject(attestation.claims, limits::release::kMaxAttestationDepth);
  if (!claims.has_value()) return InvalidAttestationError("its claims are no JSON object");
  const json::value* keys = FindClaim(*claims, "x-ms-runtime.keys");
  if (keys == nullptr) keys = FindClaim(*claims, "x-ms-isolation-tee.x-ms-runtime.keys");
  if (keys == nullptr || !keys->is_array()) {
    return InvalidAttestationError("it has no x-ms-runtime.keys");
  }
  const json::object* chosen = nullptr;
  int best = -1;
  int candidates = 0;
  for (const json::value& value : keys->as_array()) {
    if (!value.is_object() || !MemberIs(value.as_object(), "kty", "RSA")) continue;
    const json::object& key = value.as_object();
    ++candidates;
    int rank = 0;
    if (MemberIs(key, "key_use", "enc") || MemberIs(key, "use", "enc")) rank = 1;
    if (MemberIs(key, "kid", kEphemeralKey) || MemberIs(key, "key_use", kEphemeralKey)) rank = 2;
    if (rank > best) {
      best = rank;
      chosen = &key;
    }
  }
  if (chosen == nullptr || (best == 0 && candidates > 1)) {
    return InvalidAttestationError("its x-ms-runtime.keys have no RSA key for encryption");
  }
  std::optional<std::string> n = BytesOf(*chosen, "n");
  std::optional<std::string> e = BytesOf(*chosen, "e");
  if (!n.has_value() || !e.has_value()) {
    return InvalidAttestationError("the RSA key of its x-ms-runtime.keys lacks n or e");
  }
  const json::value* const kid = chosen->if_contains("kid");
  return EnvironmentKey{
      kid != nullptr && kid->is_string() ? std::string(View(kid->as_string())) : std::string(),
      *std::move(n), *std::move(e)};
}

}  // namespace lazuli::keyvault

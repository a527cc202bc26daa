#include "emulator/https/entra/token_endpoint.h"

#include <boost/json.hpp>
#include <cstdint>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/status_macros.h"
#include "emulator/https/entra/client_assertion.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/limits.h"
#include "emulator/json/utf8.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

constexpr absl::string_view kDefaultScope = "/.default";

constexpr absl::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

using Form = std::vector<std::pair<std::string, std::string>>;

// The value of a parameter; empty when it is missing (RFC 6749 section 3.2: one without a value
// counts as missing).
absl::string_view Get(const Form& form, absl::string_view name) {
  for (const auto& [key, value] : form) {
    if (absl::string_view(key) == name) return value;
  }
  return "";
}

struct BasicCredentials {
  std::string client_id;
  std::string secret;
};

// nullopt unless the header is of the scheme Basic and readable.
std::optional<BasicCredentials> ParseBasic(absl::string_view authorization) {
  constexpr absl::string_view kScheme = "Basic ";
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) return std::nullopt;
  const std::optional<std::string> text = Base64Decode(authorization.substr(kScheme.size()));
  if (!text) return std::nullopt;
  const size_t colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  // RFC 6749 section 2.3.1: both were encoded as in a form first.
  absl::StatusOr<std::string> client_id = PercentDecode(text->substr(0, colon), true);
  absl::StatusOr<std::string> secret = PercentDecode(text->substr(colon + 1), true);
  if (!client_id.ok() || !secret.ok()) return std::nullopt;
  return BasicCredentials{*std::move(client_id), *std::move(secret)};
}

// True for the scopes of OpenID Connect, which name no resource.
bool IsOpenIdScope(absl::string_view scope) {
  return scope == "openid" || scope == "profile" || scope == "email" || scope == "offline_access";
}

// What a client credentials grant may ask for: "X/.default", once.
absl::StatusOr<std::string> AudienceOfScope(absl::string_view scope) {
  absl::string_view resource;
  for (const absl::string_view part : absl::StrSplit(scope, ' ', absl::SkipEmpty())) {
    if (IsOpenIdScope(part)) continue;
    if (!resource.empty() && resource != part) return SeveralResourcesError(scope);
    resource = part;
  }
  if (!absl::EndsWith(resource, kDefaultScope) || resource.size() == kDefaultScope.size() ||
      resource.size() > limits::identity::kMaxAudienceBytes || !IsValidUtf8(resource)) {
    return InvalidScopeError(scope);
  }
  return AudienceOf(resource);
}

absl::StatusOr<std::string> AudienceOfForm(const TokenEndpointRequest& request, const Form& form) {
  const absl::string_view resource = Get(form, "resource");
  const absl::string_view scope = Get(form, "scope");
  const bool by_scope = request.is_v2 || (request.tenant.is_adfs && resource.empty());
  if (by_scope) {
    if (scope.empty()) return MissingParameterError("scope");
    return AudienceOfScope(scope);
  }
  if (resource.empty()) return MissingParameterError("resource");
  if (resource.size() > limits::identity::kMaxAudienceBytes || !IsValidUtf8(resource))
    return InvalidResourceError(resource);
  return std::string(resource);
}

std::string AnswerV2(const IssuedToken& token) {
  const int64_t seconds = absl::ToInt64Seconds(token.lifetime);
  return json::serialize(json::object{{"token_type", "Bearer"},
                                      {"expires_in", seconds},
                                      {"ext_expires_in", seconds},
                                      {"access_token", token.token}});
}

// v1.0 writes every number as a string.
std::string AnswerV1(const IssuedToken& token, const std::string& resource) {
  const std::string seconds = absl::StrCat(absl::ToInt64Seconds(token.lifetime));
  return json::serialize(json::object{
      {"token_type", "Bearer"},
      {"expires_in", seconds},
      {"ext_expires_in", seconds},
      {"expires_on", absl::StrCat(absl::ToUnixSeconds(token.issued_at + token.lifetime))},
      {"not_before", absl::StrCat(absl::ToUnixSeconds(token.issued_at))},
      {"resource", resource},
      {"access_token", token.token}});
}

}  // namespace

TokenEndpoint::TokenEndpoint(const Directory* directory, const TokenIssuer* issuer,
                             const Clock* real_clock)
    : directory_(directory), issuer_(issuer), real_clock_(real_clock) {}

absl::StatusOr<std::string> TokenEndpoint::Serve(const TokenEndpointRequest& request) const {
  absl::StatusOr<Form> form = ParseForm(request.form);
  // A body that is no form has no parameters.
  if (!form.ok()) return MissingParameterError("grant_type");
  const absl::string_view grant_type = Get(*form, "grant_type");
  if (grant_type.empty()) return MissingParameterError("grant_type");
  if (grant_type != "client_credentials") return UnsupportedGrantTypeError(grant_type);
  LAZULI_ASSIGN_OR_RETURN(const std::string audience, AudienceOfForm(request, *form));
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr client, Authenticate(request, *form));
  LAZULI_ASSIGN_OR_RETURN(const IssuedToken token, issuer_->Issue(*client, audience));
  return request.is_v2 || request.tenant.is_adfs ? AnswerV2(token) : AnswerV1(token, audience);
}

absl::StatusOr<Principal::Ptr> TokenEndpoint::Authenticate(const TokenEndpointRequest& request,
                                                           const Form& form) const {
  std::string client_id(Get(form, "client_id"));
  std::string secret(Get(form, "client_secret"));
  const absl::string_view signed_text = Get(form, "client_assertion");
  if (secret.empty() && !signed_text.empty()) return ByAssertion(request, form, client_id);
  if (secret.empty()) {
    if (std::optional<BasicCredentials> basic = ParseBasic(request.authorization)) {
      if (client_id.empty()) client_id = std::move(basic->client_id);
      secret = std::move(basic->secret);
    }
  }
  if (client_id.empty()) return MissingParameterError("client_id");
  LAZULI_ASSIGN_OR_RETURN(Principal::Ptr client,
                          FindClient(*directory_, request.tenant, client_id));
  if (secret.empty()) return MissingClientCredentialError();
  if (!directory_->CheckSecret(client->object_id, secret)) return WrongSecretError(client->app_id);
  return client;
}

absl::StatusOr<Principal::Ptr> TokenEndpoint::ByAssertion(const TokenEndpointRequest& request,
                                                          const Form& form,
                                                          std::string client_id) const {
  const absl::string_view type = Get(form, "client_assertion_type");
  if (type.empty()) return MissingParameterError("client_assertion_type");
  if (type != kAssertionType) {
    return MalformedAssertionError(
        absl::StrCat("the client_assertion_type has to be ", kAssertionType));
  }
  LAZULI_ASSIGN_OR_RETURN(const ClientAssertion assertion,
                          ParseClientAssertion(Get(form, "client_assertion")));
  // RFC 7521 section 4.2: the assertion itself names the client.
  if (client_id.empty()) client_id = assertion.subject;
  LAZULI_ASSIGN_OR_RETURN(Principal::Ptr client,
                          FindClient(*directory_, request.tenant, client_id));
  LAZULI_RETURN_IF_ERROR(CheckClientAssertion(
      assertion, client->app_id, directory_->KeyCredentials(client->object_id),
      {.authority = request.authority, .tenant = request.tenant}, real_clock_->Now()));
  return client;
}

}  // namespace lazuli::emulator

#include "emulator/https/entra/discovery_documents.h"

#include <boost/json.hpp>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/https/entra/entra_answer.h"
#include "emulator/https/message/host_name.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

json::string_view ToJson(absl::string_view text) { return {text.data(), text.size()}; }

// The names of Azure's public cloud, the one to use first (Microsoft identity platform
// documentation, "National clouds").
constexpr std::initializer_list<absl::string_view> kPublicCloudNames = {
    "login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"};

json::array Strings(std::initializer_list<absl::string_view> texts) {
  json::array strings;
  for (const absl::string_view text : texts) strings.emplace_back(ToJson(text));
  return strings;
}

std::string GraphHost(absl::string_view authority) {
  const bool is_azures = ParseHostName(authority).kind == HostKind::kLogin;
  return is_azures ? "graph.microsoft.com" : std::string(authority);
}

json::object AdfsConfiguration(const std::string& base) {
  const std::string root = absl::StrCat(base, "/adfs");
  return {
      {"issuer", root},
      {"authorization_endpoint", absl::StrCat(root, "/oauth2/authorize/")},
      {"token_endpoint", absl::StrCat(root, "/oauth2/token/")},
      {"jwks_uri", absl::StrCat(root, "/discovery/keys")},
      {"token_endpoint_auth_methods_supported",
       Strings({"client_secret_post", "client_secret_basic", "private_key_jwt"})},
      {"response_types_supported",
       Strings({"code", "id_token", "code id_token", "id_token token"})},
      {"response_modes_supported", Strings({"query", "fragment", "form_post"})},
      {"grant_types_supported", Strings({"client_credentials"})},
      {"subject_types_supported", Strings({"pairwise"})},
      {"scopes_supported", Strings({"openid"})},
      {"id_token_signing_alg_values_supported", Strings({SigningKey::kAlgorithm})},
      {"access_token_issuer", root},
  };
}

std::string IssuerInMetadata(const std::string& base, const SignInTenant& tenant, bool is_v2) {
  // For the names that mean no tenant, Entra leaves the place open.
  const std::string id = tenant.is_shared ? "{tenantid}" : tenant.tenant_id;
  return is_v2 ? absl::StrCat(base, "/", id, "/v2.0") : IssuerOf(id);
}

// Host and port of a URL with https.
absl::string_view AuthorityOf(absl::string_view url) {
  if (!absl::StartsWithIgnoreCase(url, "https://")) return "";
  url.remove_prefix(8);
  return url.substr(0, url.find_first_of("/?#"));
}

// The first segment of a URL's path: the tenant.
absl::string_view TenantOf(absl::string_view url) {
  url.remove_prefix(8);
  const size_t slash = url.find('/');
  if (slash == absl::string_view::npos) return "common";
  absl::string_view path = url.substr(slash);
  while (absl::ConsumePrefix(&path, "/")) {
  }
  path = path.substr(0, path.find_first_of("/?#"));
  return path.empty() ? absl::string_view("common") : path;
}

json::object Aliases(absl::string_view network, absl::string_view cache, json::array aliases) {
  return {{"preferred_network", ToJson(network)},
          {"preferred_cache", ToJson(cache)},
          {"aliases", std::move(aliases)}};
}

}  // namespace

std::string OpenIdConfiguration(absl::string_view authority, const SignInTenant& tenant,
                                bool is_v2) {
  const std::string base = absl::StrCat("https://", authority);
  if (tenant.is_adfs) return json::serialize(AdfsConfiguration(base));
  const std::string root = absl::StrCat(base, "/", tenant.segment);
  const std::string oauth = absl::StrCat(root, is_v2 ? "/oauth2/v2.0" : "/oauth2");
  const std::string graph = GraphHost(authority);
  const json::object document = {
      {"token_endpoint", absl::StrCat(oauth, "/token")},
      {"token_endpoint_auth_methods_supported",
       Strings({"client_secret_post", "private_key_jwt", "client_secret_basic"})},
      {"jwks_uri", absl::StrCat(root, is_v2 ? "/discovery/v2.0/keys" : "/discovery/keys")},
      {"response_modes_supported", Strings({"query", "fragment", "form_post"})},
      {"subject_types_supported", Strings({"pairwise"})},
      {"id_token_signing_alg_values_supported", Strings({SigningKey::kAlgorithm})},
      {"response_types_supported",
       Strings({"code", "id_token", "code id_token", "id_token token"})},
      {"grant_types_supported", Strings({"client_credentials"})},
      {"scopes_supported", Strings({"openid", "profile", "email", "offline_access"})},
      {"issuer", IssuerInMetadata(base, tenant, is_v2)},
      {"request_uri_parameter_supported", false},
      {"userinfo_endpoint", absl::StrCat("https://", graph, "/oidc/userinfo")},
      {"authorization_endpoint", absl::StrCat(oauth, "/authorize")},
      {"device_authorization_endpoint", absl::StrCat(oauth, "/devicecode")},
      {"end_session_endpoint", absl::StrCat(oauth, "/logout")},
      {"http_logout_supported", true},
      {"frontchannel_logout_supported", true},
      {"claims_supported", Strings({"sub", "iss", "cloud_instance_name", "aud", "exp", "iat", "tid",
                                    "ver", "oid", "appid"})},
      {"tenant_region_scope", nullptr},
      {"cloud_instance_name", "microsoftonline.com"},
      {"cloud_graph_host_name", "graph.windows.net"},
      {"msgraph_host", graph},
  };
  return json::serialize(document);
}

absl::StatusOr<std::string> InstanceDiscovery(absl::string_view authority,
                                              const std::string* authorization_endpoint,
                                              absl::string_view api_version) {
  if (authorization_endpoint == nullptr) return MissingParameterError("authorization_endpoint");
  const std::string asked = absl::AsciiStrToLower(AuthorityOf(*authorization_endpoint));
  const HostName host = ParseHostName(asked);
  const bool is_here = host.kind == HostKind::kLocal || asked == authority;
  if (host.kind != HostKind::kLogin && !is_here) {
    return UnknownInstanceError(*authorization_endpoint);
  }
  const bool port_was_dropped = host.kind == HostKind::kLocal && host.port.empty();
  const std::string where = port_was_dropped ? std::string(authority) : asked;
  const std::string tenant = JsonSafe(TenantOf(*authorization_endpoint));
  const bool is_adfs = absl::EqualsIgnoreCase(tenant, "adfs");
  json::array metadata;
  metadata.emplace_back(
      Aliases("login.microsoftonline.com", "login.windows.net", Strings(kPublicCloudNames)));
  if (host.kind != HostKind::kLogin) {
    metadata.emplace_back(Aliases(asked, asked, Strings({asked})));
  }
  const json::object document = {
      {"tenant_discovery_endpoint",
       absl::StrCat("https://", where, "/", tenant, is_adfs ? "" : "/v2.0",
                    "/.well-known/openid-configuration")},
      {"api-version", api_version.empty() ? json::string_view("1.1") : ToJson(api_version)},
      {"metadata", std::move(metadata)},
  };
  return json::serialize(document);
}

}  // namespace lazuli::emulator

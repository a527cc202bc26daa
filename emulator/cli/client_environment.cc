#include "emulator/cli/client_environment.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

namespace {

// What of the caller's environment would lead an Azure client elsewhere: other credentials, other
// clouds, other places for managed identities.
constexpr absl::string_view kElsewhere[] = {
    "APPSETTING_WEBSITE_SITE_NAME",
    "ARM_CLOUD_METADATA_URL",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_PASSWORD",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "AZURE_REGIONAL_AUTHORITY_NAME",
    "AZURE_USERNAME",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IDENTITY_SERVER_THUMBPRINT",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "SSL_CERT_DIR",
};

std::string PortOf(absl::string_view address) {
  return std::string(address.substr(address.rfind(':') + 1));
}

std::string HostOf(absl::string_view address) {
  absl::string_view host = address.substr(0, address.rfind(':'));
  return std::string(host);
}

std::string JavaOptions(const ClientSettings& settings) {
  const std::string host = HostOf(settings.address);
  const std::string port = PortOf(settings.address);
  const std::vector<std::string> options = {
      absl::StrCat("-Djavax.net.ssl.trustStore=", settings.trust_store),
      "-Djavax.net.ssl.trustStoreType=PKCS12",
      absl::StrCat("-Dhttps.proxyHost=", host),
      absl::StrCat("-Dhttps.proxyPort=", port),
      absl::StrCat("-Dhttp.proxyHost=", host),
      absl::StrCat("-Dhttp.proxyPort=", port),
      settings.mode == NamesMode::kTransparent ? "-Dhttp.nonProxyHosts=localhost|127.*|[::1]"
                                               : "-Dhttp.nonProxyHosts=127.*|[::1]",
  };
  return absl::StrJoin(options, " ", [](std::string* out, const std::string& option) {
    absl::StrAppend(out, QuoteJavaOption(option));
  });
}

}  // namespace

absl::StatusOr<NamesMode> ParseNamesMode(absl::string_view text) {
  if (text == "transparent") return NamesMode::kTransparent;
  if (text == "local") return NamesMode::kLocal;
  return InvalidInputError("mode", "must be transparent or local");
}

std::string QuoteJavaOption(absl::string_view option) {
  bool is_plain = true;
  for (const char c : option) {
    if (c == '"' || c == '\'' || absl::ascii_isspace(static_cast<unsigned char>(c))) {
      is_plain = false;
    }
  }
  if (is_plain) return std::string(option);
  // Quoted runs may follow one another; a double quote stands between single ones.
  std::string quoted = "\"";
  for (const char c : option) {
    if (c == '"') {
      quoted += "\"'\"'\"";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

ClientEnvironment MakeClientEnvironment(const ClientSettings& settings) {
  ClientEnvironment environment;
  auto& set = environment.set;
  const std::string url = absl::StrCat("http://", settings.address);
  const std::optional<ClientSandbox>& sandbox = settings.sandbox;
  // A call that does not say who makes it says so to the proxy.
  const std::string proxy =
      sandbox.has_value() ? absl::StrCat("http://", sandbox->id, ":x@", settings.address) : url;
  const std::string local = absl::StrCat("https://localhost:", PortOf(settings.address));
  set.emplace_back("LAZULI_URL", url);
  if (!settings.ready_file.empty()) set.emplace_back("LAZULI_READY_FILE", settings.ready_file);

  // Both spellings: which one a client reads first differs, and curl reads only http_proxy.
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
    set.emplace_back(name, proxy);
  }
  // Clients match these also as suffixes: localhost would stand for kv1.vault.localhost, too.
  const std::string direct =
      settings.mode == NamesMode::kTransparent ? "localhost,127.0.0.1,::1" : "127.0.0.1,::1";
  for (const char* name : {"NO_PROXY", "no_proxy"}) set.emplace_back(name, direct);

  for (const char* name :
       {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) {
    set.emplace_back(name, settings.ca_file);
  }
  set.emplace_back("JAVA_TOOL_OPTIONS", JavaOptions(settings));

  if (sandbox.has_value()) {
    set.emplace_back("LAZULI_SANDBOX", sandbox->id);
    set.emplace_back("AZURE_TENANT_ID", sandbox->tenant_id);
    set.emplace_back("AZURE_CLIENT_ID", sandbox->client_id);
    // Unknown, it is left as it is: whoever made the sandbox may have set it.
    if (!sandbox->client_secret.empty()) {
      set.emplace_back("AZURE_CLIENT_SECRET", sandbox->client_secret);
    }
    set.emplace_back("AZURE_SUBSCRIPTION_ID", sandbox->subscription_id);
  } else {
    set.emplace_back("AZURE_TENANT_ID", kDefaultTenantId);
    set.emplace_back("AZURE_CLIENT_ID", kAdminAppId);
    set.emplace_back("AZURE_CLIENT_SECRET", settings.admin_secret);
    set.emplace_back("AZURE_SUBSCRIPTION_ID", kDefaultSubscriptionId);
  }
  set.emplace_back("AZURE_CONFIG_DIR", settings.azure_folder);
  set.emplace_back("AZURE_CORE_COLLECT_TELEMETRY", "no");

  // The SDKs ask here for a managed identity's token; az asks 169.254.169.254 through the proxy, or
  // MSI_ENDPOINT.
  // It gives tokens of the whole process's identities: not to whoever is in a sandbox.
  if (!settings.identity_secret.empty() && !sandbox.has_value()) {
    set.emplace_back("IDENTITY_ENDPOINT", absl::StrCat(url, "/msi/token"));
    set.emplace_back("IDENTITY_HEADER", settings.identity_secret);
  }
  if (settings.mode == NamesMode::kLocal) {
    if (!sandbox.has_value()) set.emplace_back("MSI_ENDPOINT", absl::StrCat(url, "/oauth2/token"));
    set.emplace_back("AZURE_AUTHORITY_HOST", local);
    set.emplace_back("ARM_CLOUD_METADATA_URL",
                     absl::StrCat(local, "/metadata/endpoints?api-version=2019-05-01"));
  }

  for (const absl::string_view name : kElsewhere) {
    bool is_set = false;
    for (const auto& [other, value] : set) is_set = is_set || other == name;
    if (!is_set) environment.unset.emplace_back(name);
  }
  return environment;
}

}  // namespace lazuli::emulator

#include "emulator/https/entra/metadata_handler.h"

#include <boost/json.hpp>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "emulator/https/entra/path_words.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_target.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

// The versions with a shape of their own: the one that az asks for, and go-autorest.
constexpr absl::string_view kFirstVersion = "2015-01-01";
constexpr absl::string_view kVersionOfGo = "1.0";

json::object PublicAuthentication() {
  json::array audiences;
  audiences.emplace_back("https://management.core.windows.net/");
  audiences.emplace_back("https://management.azure.com/");
  return {{"loginEndpoint", "https://login.microsoftonline.com/"},
          {"audiences", std::move(audiences)},
          {"tenant", "common"},
          {"identityProvider", "AAD"}};
}

// az looks up instances at login.microsoftonline.com for every authority but AD FS.
json::object LocalAuthentication(const std::string& base) {
  json::object authentication = PublicAuthentication();
  authentication["loginEndpoint"] = absl::StrCat(base, "adfs");
  authentication["tenant"] = "adfs";
  authentication["identityProvider"] = "ADFS";
  return authentication;
}

json::object PublicSuffixes() {
  return {{"acrLoginServer", "azurecr.io"},
          {"attestationEndpoint", "attest.azure.net"},
          {"azureDataLakeAnalyticsCatalogAndJob", "azuredatalakeanalytics.net"},
          {"azureDataLakeStoreFileSystem", "azuredatalakestore.net"},
          {"azureFrontDoorEndpointSuffix", "azurefd.net"},
          {"keyVaultDns", "vault.azure.net"},
          {"mariadbServerEndpoint", "mariadb.database.azure.com"},
          {"mhsmDns", "managedhsm.azure.net"},
          {"mysqlServerEndpoint", "mysql.database.azure.com"},
          {"postgresqlServerEndpoint", "postgres.database.azure.com"},
          {"sqlServerHostname", "database.windows.net"},
          {"storage", "core.windows.net"},
          {"storageSyncEndpointSuffix", "afs.azure.net"},
          {"synapseAnalytics", "dev.azuresynapse.net"}};
}

json::object PublicCloud() {
  return {{"name", "AzureCloud"},
          {"portal", "https://portal.azure.com"},
          {"authentication", PublicAuthentication()},
          {"media", "https://rest.media.azure.net"},
          {"graphAudience", "https://graph.windows.net/"},
          {"graph", "https://graph.windows.net/"},
          {"suffixes", PublicSuffixes()},
          {"batch", "https://batch.core.windows.net/"},
          {"resourceManager", "https://management.azure.com/"},
          {"vmImageAliasDoc",
           "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/"
           "quickstart-templates/aliases.json"},
          {"activeDirectoryDataLake", "https://datalake.azure.net/"},
          {"sqlManagement", "https://management.core.windows.net:8443/"},
          {"microsoftGraphResourceId", "https://graph.microsoft.com/"},
          {"appInsightsResourceId", "https://api.applicationinsights.io"},
          {"appInsightsTelemetryChannelResourceId",
           "https://dc.applicationinsights.azure.com/v2/track"},
          {"attestationResourceId", "https://attest.azure.net"},
          {"synapseAnalyticsResourceId", "https://dev.azuresynapse.net"},
          {"logAnalyticsResourceId", "https://api.loganalytics.io"},
          {"ossrDbmsResourceId", "https://ossrdbms-aad.database.windows.net"},
          {"gallery", "https://gallery.azure.com/"}};
}

// What is not emulated points here as well, so that no client of this cloud reaches another.
json::object LocalCloud(const std::string& base, const HostName& host) {
  const std::string port = host.port.empty() ? "" : absl::StrCat(":", host.port);
  json::object cloud = PublicCloud();
  json::object& suffixes = cloud["suffixes"].as_object();
  for (auto& suffix : suffixes) suffix.value() = absl::StrCat("unemulated.localhost", port);
  suffixes["keyVaultDns"] = absl::StrCat("vault.localhost", port);
  suffixes["mhsmDns"] = absl::StrCat("managedhsm.localhost", port);
  for (auto& member : cloud) {
    if (member.value().is_string()) member.value() = base;
  }
  cloud["name"] = "Lazuli";
  cloud["authentication"] = LocalAuthentication(base);
  // Audiences, which are names and are reached by nobody.
  cloud["batch"] = "https://batch.core.windows.net/";
  cloud["graphAudience"] = "https://graph.windows.net/";
  return cloud;
}

json::value Describe(const HttpRequest& request, absl::string_view api_version) {
  const HostName host = ParseHostName(request.authority);
  // Every host but Azure's own is this machine, by whatever name.
  const bool is_local = host.kind != HostKind::kResourceManager;
  const std::string base = absl::StrCat("https://", request.authority, "/");
  if (api_version == kFirstVersion || api_version == kVersionOfGo) {
    return json::object{
        {"galleryEndpoint", is_local ? base : "https://gallery.azure.com/"},
        {"graphEndpoint", "https://graph.windows.net/"},
        {"portalEndpoint", is_local ? base : "https://portal.azure.com/"},
        {"authentication", is_local ? LocalAuthentication(base) : PublicAuthentication()}};
  }
  json::array clouds;
  clouds.emplace_back(is_local ? LocalCloud(base, host) : PublicCloud());
  return clouds;
}

HttpResponse Error(int status, absl::string_view code, absl::string_view message) {
  return JsonAnswer(
      status,
      json::serialize(json::object{
          {"error", json::object{{"code", std::string(code)}, {"message", JsonSafe(message)}}}}));
}

HttpResponse Serve(const HttpRequest& request) {
  const absl::StatusOr<HttpTarget> target = ParseHttpTarget(request.target);
  if (!target.ok()) return Error(400, "BadRequest", target.status().message());
  if (!PathIs(*target, 0, {"metadata", "endpoints"})) {
    return Error(404, "NotFound", absl::StrCat("There is no '", target->path, "' here."));
  }
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse response =
        Error(405, "MethodNotAllowed",
              absl::StrCat("The requested resource does not support http method '", request.method,
                           "'."));
    response.headers.Add("Allow", "GET");
    return response;
  }
  const std::string* const version = target->FindQuery("api-version");
  if (version == nullptr || version->empty()) {
    return Error(400, "MissingApiVersionParameter",
                 "The api-version query parameter (?api-version=) is required for all requests.");
  }
  return JsonAnswer(200, json::serialize(Describe(request, *version)));
}

}  // namespace

void MetadataHandler::Handle(HttpRequest request, HttpRespond respond) {
  const RequestIds ids = request_ids_.Next(request);
  HttpResponse response = Serve(request);
  AddEntraHeaders(ids, &response);
  respond(std::move(response));
}

}  // namespace lazuli::emulator

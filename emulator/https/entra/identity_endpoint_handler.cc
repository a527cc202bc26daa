#include "emulator/https/entra/identity_endpoint_handler.h"

#include <boost/json.hpp>
#include <initializer_list>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/boringssl.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/https/entra/path_words.h"
#include "emulator/https/message/operator_rule.h"
#include "emulator/identity/client_secret.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/limits.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/utf8.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

// The value of the first parameter that has one of the names; empty when there is none.
std::string Get(const std::vector<std::pair<std::string, std::string>>& parameters,
                std::initializer_list<absl::string_view> names) {
  for (const auto& [key, value] : parameters) {
    for (const absl::string_view name : names) {
      if (absl::EqualsIgnoreCase(key, name) && !value.empty()) return value;
    }
  }
  return "";
}

// As the metadata service answers (Azure documentation, "How to use managed identities on an Azure
// VM to acquire an access token", error handling).
HttpResponse MetadataError(int status, absl::string_view error, absl::string_view description) {
  return JsonAnswer(status,
                    json::serialize(json::object{{"error", JsonSafe(error)},
                                                 {"error_description", JsonSafe(description)}}));
}

HttpResponse MetadataError(const absl::Status& error) {
  const ErrorInfo info = ErrorInfoOrDefault(error);
  return MetadataError(info.http_status, info.code, error.message());
}

HttpResponse WrongMethod(absl::string_view allowed) {
  HttpResponse response = MetadataError(
      405, "method_not_allowed", absl::StrCat("The requested resource takes ", allowed, " only."));
  response.headers.Add("Allow", allowed);
  return response;
}

// As App Service answers.
HttpResponse AppServiceError(int status, absl::string_view message, const RequestIds& ids) {
  return JsonAnswer(status, json::serialize(json::object{{"statusCode", status},
                                                         {"message", JsonSafe(message)},
                                                         {"correlationId", ids.correlation_id}}));
}

bool HasMetadataHeader(const HttpRequest& request) {
  return absl::EqualsIgnoreCase(request.headers.Get("Metadata"), "true");
}

// Both are refused as the metadata service refuses them: what carries the first went through a
// proxy that some server was tricked into using, what lacks the second was written by somebody who
// did not mean this endpoint.
absl::Status CheckMetadataHeaders(const HttpRequest& request) {
  if (request.headers.Find("X-Forwarded-For") != nullptr) return ForwardedRequestError();
  if (!HasMetadataHeader(request)) return MissingMetadataHeaderError();
  return absl::OkStatus();
}

}  // namespace

IdentityEndpointHandler::IdentityEndpointHandler(const Directory* directory,
                                                 const TokenIssuer* issuer, IdDeriver ids,
                                                 IdentityEndpointOptions options)
    : directory_(directory),
      issuer_(issuer),
      options_(
          {.default_identity = std::move(options.default_identity),
           .secret = options.secret.empty() ? ClientSecret::Generate() : std::move(options.secret),
           .owner_of_sandbox = std::move(options.owner_of_sandbox)}),
      request_ids_(ids, "managedIdentity") {}

void IdentityEndpointHandler::Handle(HttpRequest request, HttpRespond respond) {
  const RequestIds ids = request_ids_.Next(request);
  const absl::StatusOr<HttpTarget> target = ParseHttpTarget(request.target);
  HttpResponse response = target.ok()
                              ? Serve(request, *target, ids)
                              : MetadataError(400, "invalid_request", target.status().message());
  AddEntraHeaders(ids, &response);
  respond(std::move(response));
}

HttpResponse IdentityEndpointHandler::Serve(const HttpRequest& request, const HttpTarget& target,
                                            const RequestIds& ids) const {
  if (PathIs(target, 0, {"metadata", "identity", "oauth2", "token"}) ||
      PathIs(target, 0, {"metadata", "identity", "info"})) {
    return ServeMetadata(request, target);
  }
  if (!PathIs(target, 0, {"oauth2", "token"}) && !PathIs(target, 0, {"msi", "token"}) &&
      !PathIs(target, 0, {"msi"})) {
    return MetadataError(404, "not_found", absl::StrCat("There is no '", target.path, "' here."));
  }
  const bool is_app_service = request.headers.Find("X-IDENTITY-HEADER") != nullptr ||
                              request.headers.Find("secret") != nullptr ||
                              (request.method == "GET" && !HasMetadataHeader(request));
  return is_app_service ? ServeAppService(request, target, ids) : ServeCloudShell(request, target);
}

HttpResponse IdentityEndpointHandler::ServeMetadata(const HttpRequest& request,
                                                    const HttpTarget& target) const {
  if (absl::Status headers = CheckMetadataHeaders(request); !headers.ok()) {
    return MetadataError(headers);
  }
  if (request.method != "GET" && request.method != "HEAD") return WrongMethod("GET");
  if (Get(target.query, {"api-version"}).empty()) {
    return MetadataError(400, "invalid_request",
                         "Required query variable 'api-version' is missing");
  }
  if (PathIs(target, 0, {"metadata", "identity", "info"})) {
    const absl::StatusOr<Principal::Ptr> identity =
        DefaultIdentity({.is_default_only = true, .sandbox_owner = SandboxOwner(request)});
    if (!identity.ok()) return MetadataError(identity.status());
    return JsonAnswer(200, json::serialize(json::object{{"tenantId", (*identity)->tenant_id}}));
  }
  const absl::StatusOr<Reach> reach = ReachOf(request);
  if (!reach.ok()) return MetadataError(reach.status());
  absl::StatusOr<std::string> token = Token(Form::kImds, *reach, target.query);
  return token.ok() ? JsonAnswer(200, *std::move(token)) : MetadataError(token.status());
}

HttpResponse IdentityEndpointHandler::ServeAppService(const HttpRequest& request,
                                                      const HttpTarget& target,
                                                      const RequestIds& ids) const {
  if (request.method != "GET" && request.method != "HEAD") return WrongMethod("GET");
  const bool has_new_header = request.headers.Find("X-IDENTITY-HEADER") != nullptr;
  const absl::string_view secret =
      request.headers.Get(has_new_header ? "X-IDENTITY-HEADER" : "secret");
  if (!IsSecret(secret)) {
    return AppServiceError(401, "The identity header is missing or wrong.", ids);
  }
  const std::string version = Get(target.query, {"api-version"});
  if (version.empty()) return AppServiceError(400, "The api-version is missing.", ids);
  const Form form = version == "2017-09-01" ? Form::kAppService2017 : Form::kAppService2019;
  absl::StatusOr<std::string> token =
      Token(form, {.is_default_only = false, .sandbox_owner = SandboxOwner(request)}, target.query);
  if (token.ok()) return JsonAnswer(200, *std::move(token));
  return AppServiceError(ErrorInfoOrDefault(token.status()).http_status, token.status().message(),
                         ids);
}

HttpResponse IdentityEndpointHandler::ServeCloudShell(const HttpRequest& request,
                                                      const HttpTarget& target) const {
  if (absl::Status headers = CheckMetadataHeaders(request); !headers.ok()) {
    return MetadataError(headers);
  }
  Parameters parameters = target.query;
  if (request.method == "POST") {
    absl::StatusOr<Parameters> form = ParseForm(request.body);
    if (!form.ok()) return MetadataError(400, "invalid_request", form.status().message());
    // The body speaks first.
    form->insert(form->end(), parameters.begin(), parameters.end());
    parameters = *std::move(form);
  } else if (request.method != "GET" && request.method != "HEAD") {
    return WrongMethod("GET, POST");
  }
  const absl::StatusOr<Reach> reach = ReachOf(request);
  if (!reach.ok()) return MetadataError(reach.status());
  absl::StatusOr<std::string> token = Token(Form::kCloudShell, *reach, parameters);
  return token.ok() ? JsonAnswer(200, *std::move(token)) : MetadataError(token.status());
}

absl::StatusOr<IdentityEndpointHandler::Reach> IdentityEndpointHandler::ReachOf(
    const HttpRequest& request) const {
  Reach reach = {.is_default_only = false, .sandbox_owner = SandboxOwner(request)};
  if (IsLoopbackPeer(request.client_address)) return reach;
  if (options_.default_identity.empty()) return RemoteIdentityRequestError();
  reach.is_default_only = true;
  return reach;
}

Principal::Ptr IdentityEndpointHandler::SandboxOwner(const HttpRequest& request) const {
  if (request.proxy_user.empty() || !options_.owner_of_sandbox) return nullptr;
  return options_.owner_of_sandbox(request.proxy_user);
}

absl::StatusOr<std::string> IdentityEndpointHandler::Token(Form form, const Reach& reach,
                                                           const Parameters& parameters) const {
  const std::string resource = Get(parameters, {"resource"});
  if (resource.empty()) return MissingResourceError();
  if (resource.size() > limits::identity::kMaxAudienceBytes || !IsValidUtf8(resource))
    return InvalidResourceError(resource);
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr identity, Choose(reach, parameters));
  LAZULI_ASSIGN_OR_RETURN(const IssuedToken token, issuer_->Issue(*identity, AudienceOf(resource)));
  // Every number is a string, as in Azure.
  json::object answer = {
      {"access_token", token.token},
      {"expires_on", absl::StrCat(absl::ToUnixSeconds(token.issued_at + token.lifetime))},
      {"resource", resource},
      {"token_type", "Bearer"}};
  if (form != Form::kAppService2017) {
    answer["client_id"] = identity->app_id;
    answer["not_before"] = absl::StrCat(absl::ToUnixSeconds(token.issued_at));
  }
  if (form == Form::kImds || form == Form::kCloudShell) {
    answer["expires_in"] = absl::StrCat(absl::ToInt64Seconds(token.lifetime));
    answer["ext_expires_in"] = answer["expires_in"];
  }
  return json::serialize(answer);
}

absl::StatusOr<Principal::Ptr> IdentityEndpointHandler::Choose(const Reach& reach,
                                                               const Parameters& parameters) const {
  const std::string client_id = absl::AsciiStrToLower(Get(parameters, {"client_id", "clientid"}));
  const std::string object_id =
      absl::AsciiStrToLower(Get(parameters, {"object_id", "principal_id"}));
  const std::string resource_id = Get(parameters, {"mi_res_id", "msi_res_id"});
  const absl::StatusOr<Principal::Ptr> by_default = DefaultIdentity(reach);
  if (client_id.empty() && object_id.empty() && resource_id.empty()) return by_default;

  const auto matches = [&](const Principal& principal) {
    return (client_id.empty() || principal.app_id == client_id) &&
           (object_id.empty() || principal.object_id == object_id) &&
           (resource_id.empty() || absl::EqualsIgnoreCase(principal.resource_id, resource_id));
  };
  if (by_default.ok() && matches(**by_default)) return by_default;
  if (reach.is_default_only) return UnknownManagedIdentityError();
  const std::string tenant = reach.sandbox_owner == nullptr ? "" : reach.sandbox_owner->tenant_id;
  for (const Principal::Ptr& principal : directory_->ListPrincipals(tenant)) {
    // A system-assigned identity belongs to a resource and is no resource: no ARM id names it.
    const bool may_be_chosen =
        principal->type == PrincipalType::kUserAssignedIdentity ||
        (principal->type == PrincipalType::kSystemAssignedIdentity && resource_id.empty());
    if (may_be_chosen && matches(*principal)) return principal;
  }
  return UnknownManagedIdentityError();
}

absl::StatusOr<Principal::Ptr> IdentityEndpointHandler::DefaultIdentity(const Reach& reach) const {
  if (reach.sandbox_owner != nullptr) return reach.sandbox_owner;
  const std::string& text = options_.default_identity;
  Principal::Ptr principal;
  if (text.empty()) {
    principal = directory_->FindByObjectId(kAdminObjectId);
  } else if (absl::StartsWith(text, "/")) {
    const absl::StatusOr<batch::ManagedIdentity> identity = directory_->FindUserAssigned(text);
    if (identity.ok()) principal = directory_->FindByObjectId(identity->principal_id);
  } else {
    const absl::StatusOr<Principal::Ptr> found = directory_->Find(text);
    if (found.ok()) principal = *found;
  }
  if (principal == nullptr) return UnknownManagedIdentityError();
  return principal;
}

bool IdentityEndpointHandler::IsSecret(absl::string_view text) const {
  return text.size() == options_.secret.size() &&
         CRYPTO_memcmp(text.data(), options_.secret.data(), text.size()) == 0;
}

}  // namespace lazuli::emulator

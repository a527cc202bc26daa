#include "emulator/https/entra/login_handler.h"

#include <boost/json.hpp>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/https/entra/discovery_documents.h"
#include "emulator/https/entra/path_words.h"
#include "emulator/https/entra/sign_in_tenant.h"
#include "emulator/identity/errors.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

bool IsTokenPath(const HttpTarget& target) {
  return PathIs(target, 1, {"oauth2", "v2.0", "token"}) || PathIs(target, 1, {"oauth2", "token"});
}

bool IsInteractivePath(const HttpTarget& target) {
  for (const absl::string_view word : {"authorize", "devicecode", "logout"}) {
    if (PathIs(target, 1, {"oauth2", "v2.0", word}) || PathIs(target, 1, {"oauth2", word}))
      return true;
  }
  return false;
}

}  // namespace

LoginHandler::LoginHandler(const Directory* directory, const SigningKey* signing_key,
                           const TokenIssuer* issuer, const Clock* real_clock, IdDeriver ids)
    : directory_(directory),
      signing_key_(signing_key),
      real_clock_(real_clock),
      token_endpoint_(directory, issuer, real_clock),
      request_ids_(ids, "login") {}

void LoginHandler::Handle(HttpRequest request, HttpRespond respond) {
  const RequestIds ids = request_ids_.Next(request);
  absl::StatusOr<std::string> answer;
  if (absl::StatusOr<HttpTarget> target = ParseHttpTarget(request.target); target.ok()) {
    answer = Serve(request, *target);
  } else {
    answer = UnknownEndpointError(request.target);
  }
  HttpResponse response =
      answer.ok() ? JsonAnswer(200, *std::move(answer)) : ErrorAnswer(answer.status(), ids);
  AddEntraHeaders(ids, &response);
  respond(std::move(response));
}

absl::StatusOr<std::string> LoginHandler::Serve(const HttpRequest& request,
                                                const HttpTarget& target) const {
  if (target.segments.empty()) return UnknownEndpointError(target.path);
  if (IsTokenPath(target)) {
    if (request.method != "POST") return WrongMethodError("POST", request.method);
    return Post(request, target);
  }
  if (IsInteractivePath(target)) return InteractiveSignInError();
  if (request.method != "GET" && request.method != "HEAD") {
    return WrongMethodError("GET", request.method);
  }
  return Get(request, target);
}

absl::StatusOr<std::string> LoginHandler::Get(const HttpRequest& request,
                                              const HttpTarget& target) const {
  if (PathIs(target, 1, {"discovery", "instance"})) {
    const std::string* const version = target.FindQuery("api-version");
    return InstanceDiscovery(request.authority, target.FindQuery("authorization_endpoint"),
                             version == nullptr ? "" : JsonSafe(*version));
  }
  if (PathIs(target, 1, {"discovery", "v2.0", "keys"}) ||
      PathIs(target, 1, {"discovery", "keys"})) {
    LAZULI_RETURN_IF_ERROR(FindSignInTenant(*directory_, target.segments[0]).status());
    return signing_key_->JwkSetJson();
  }
  const bool is_v2 = PathIs(target, 1, {"v2.0", ".well-known", "openid-configuration"});
  if (!is_v2 && !PathIs(target, 1, {".well-known", "openid-configuration"})) {
    return UnknownEndpointError(target.path);
  }
  const absl::StatusOr<SignInTenant> tenant = FindSignInTenant(*directory_, target.segments[0]);
  if (!tenant.ok()) return InvalidTenantError(target.segments[0]);
  return OpenIdConfiguration(request.authority, *tenant, is_v2);
}

absl::StatusOr<std::string> LoginHandler::Post(const HttpRequest& request,
                                               const HttpTarget& target) const {
  TokenEndpointRequest asked;
  LAZULI_ASSIGN_OR_RETURN(asked.tenant, FindSignInTenant(*directory_, target.segments[0]));
  asked.is_v2 = PathIs(target, 1, {"oauth2", "v2.0", "token"});
  asked.authority = request.authority;
  asked.form = request.body;
  asked.authorization = request.headers.Get("Authorization");
  return token_endpoint_.Serve(asked);
}

HttpResponse LoginHandler::ErrorAnswer(const absl::Status& error, const RequestIds& ids) const {
  const ErrorInfo info = ErrorInfoOrDefault(error);
  const std::string timestamp =
      absl::FormatTime("%Y-%m-%d %H:%M:%SZ", real_clock_->Now(), absl::UTCTimeZone());
  json::object body = {
      {"error", info.code},
      {"error_description",
       JsonSafe(absl::StrCat(error.message(), " Trace ID: ", ids.request_id,
                             " Correlation ID: ", ids.correlation_id, " Timestamp: ", timestamp))},
  };
  json::array codes;
  absl::string_view number = info.inner_code;
  int64_t code = 0;
  if (absl::ConsumePrefix(&number, "AADSTS") && absl::SimpleAtoi(number, &code)) {
    codes.emplace_back(code);
    body["error_uri"] = absl::StrCat("https://login.microsoftonline.com/error?code=", code);
  }
  body["error_codes"] = std::move(codes);
  body["timestamp"] = timestamp;
  body["trace_id"] = ids.request_id;
  body["correlation_id"] = ids.correlation_id;
  HttpResponse response = JsonAnswer(info.http_status, json::serialize(body));
  if (info.http_status == 405) response.headers.Add("Allow", info.target);
  return response;
}

}  // namespace lazuli::emulator

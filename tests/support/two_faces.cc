#include "tests/support/two_faces.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "boost/json.hpp"
#include "emulator/dispatch/errors.h"
#include "emulator/identity/well_known.h"
#include "google/protobuf/text_format.h"
#include "proto/identity.pb.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

using google::protobuf::Message;

namespace {

constexpr char kNobody[] = "nobody";

std::string Member(const boost::json::value& body, const char* path) {
  boost::json::error_code error;
  const boost::json::value* found = body.find_pointer(path, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string().c_str()) : "";
}

Outcome OutcomeOf(const HttpResponse& answer) {
  Outcome outcome;
  outcome.http_status = answer.status;
  outcome.request_id = std::string(answer.headers.Get("x-ms-request-id"));
  outcome.retry_after = std::string(answer.headers.Get("retry-after"));
  if (answer.status < 400) return outcome;
  boost::json::error_code error;
  const boost::json::value body = boost::json::parse(answer.body, error);
  outcome.code = Member(body, "/error/code");
  outcome.inner_code = Member(body, "/error/innererror/code");
  outcome.message = Member(body, "/error/message");
  return outcome;
}

Outcome OutcomeOf(const absl::Status& status) {
  Outcome outcome;
  if (status.ok()) return outcome;
  const ErrorInfo info = ErrorInfoOrDefault(status);
  outcome.http_status = info.http_status;
  outcome.code = info.code;
  outcome.inner_code = info.inner_code;
  outcome.message = std::string(status.message());
  outcome.request_id = RequestIdOf(status);
  return outcome;
}

}  // namespace

std::string Outcome::Short() const {
  return absl::StrCat(http_status, code.empty() ? "" : " ", code, inner_code.empty() ? "" : "/",
                      inner_code);
}

TwoFaces::TwoFaces(Emulator* emulator) : emulator_(emulator), http_(emulator) {}

const Method& TwoFaces::Find(const std::string& method) const {
  const Method* found = emulator_->methods().Find(absl::StrCat("lazuli.v1.", method));
  if (found == nullptr) DieOf(absl::NotFoundError(method));
  return *found;
}

std::unique_ptr<Message> TwoFaces::Parse(const Method& method, const std::string& request) const {
  std::unique_ptr<Message> message(method.request_prototype->New());
  if (!google::protobuf::TextFormat::ParseFromString(request, message.get())) {
    DieOf(absl::InvalidArgumentError(request));
  }
  return message;
}

std::string TwoFaces::AddPrincipal(const std::string& name, const std::string& tenant_id) {
  v1::CreateServicePrincipalRequest request;
  request.set_display_name(name);
  if (!tenant_id.empty()) request.set_tenant_id(tenant_id);
  v1::CreateServicePrincipalResponse response;
  Must(http_.Call(Find("Directory/CreateServicePrincipal"), request, &response));
  return response.principal().object_id();
}

std::string TwoFaces::TokenOf(const std::string& principal, const std::string& resource) {
  std::string& token = tokens_[absl::StrCat(principal, " ", resource)];
  if (!token.empty()) return token;
  v1::IssueTokenForRequest request;
  request.set_principal(principal.empty() ? std::string(kAdminObjectId) : principal);
  if (!resource.empty()) request.set_resource(resource);
  v1::IssueTokenResponse response;
  Must(http_.Call(Find("Directory/IssueTokenFor"), request, &response));
  return token = response.access_token();
}

Outcome TwoFaces::Send(HttpRequest request, const std::string& as) {
  if (as != kNobody) {
    request.headers.Set("Authorization",
                        absl::StrCat("Bearer ", TokenOf(as, std::string(kKeyVaultAudience))));
  }
  return OutcomeOf(http_.Ask(std::move(request)));
}

Outcome TwoFaces::OverHttps(const std::string& method, const std::string& request,
                            const std::string& as,
                            const std::map<std::string, std::string>& headers) {
  const Method& found = Find(method);
  HttpRequest http = ToHttp(found, *Parse(found, request));
  http.headers.Set("Content-Type", "application/json");
  for (const auto& [name, value] : headers) http.headers.Set(name, value);
  return Send(std::move(http), as);
}

Outcome TwoFaces::OverGrpc(const std::string& method, const std::string& request,
                           const std::string& as, const CallOrigin& origin) {
  const Method& found = Find(method);
  const std::unique_ptr<Message> message = Parse(found, request);
  const std::unique_ptr<Message> response(found.response_prototype->New());
  const std::string token = as == kNobody ? "" : TokenOf(as, "");
  return OutcomeOf(http_.CallAs(token, found, *message, response.get(), origin));
}

void TwoFaces::Do(const std::string& method, const std::string& request) { Ask(method, request); }

std::unique_ptr<Message> TwoFaces::Ask(const std::string& method, const std::string& request) {
  const Method& found = Find(method);
  std::unique_ptr<Message> response(found.response_prototype->New());
  const absl::Status status = http_.Call(found, *Parse(found, request), response.get());
  if (!status.ok()) {
    std::cerr << method << " " << request << std::endl;
    DieOf(status);
  }
  return response;
}

}  // namespace lazuli::emulator

#include "tests/support/http_face.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/mutex.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/encoder.h"
#include "keyvault/names.h"
#include "proto/identity.pb.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// Waits for the one answer of a call.
template <typename T>
class Answer {
 public:
  void Set(T value) {
    const MutexLock lock(&mu_);
    value_ = std::move(value);
    is_set_ = true;
    changed_.SignalAll();
  }
  T Wait() {
    const MutexLock lock(&mu_);
    while (!is_set_) changed_.Wait(&mu_);
    return std::move(value_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool is_set_ ABSL_GUARDED_BY(mu_) = false;
  T value_ ABSL_GUARDED_BY(mu_);
};

std::string AudienceOf(const std::string& authority) {
  switch (ParseHostName(authority).kind) {
    case HostKind::kVault:
      return std::string(kKeyVaultAudience);
    case HostKind::kManagedHsm:
      return std::string(kManagedHsmAudience);
    case HostKind::kBatchAccount:
      return std::string(kBatchAudience);
    default:
      return std::string(kResourceManagerAudience);
  }
}

// As a query spells a value.
std::string QueryText(const Message& request, const FieldDescriptor& field) {
  const Reflection& reflection = *request.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(request, &field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(request, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(request, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(request, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(request, &field));
    default:
      return "";
  }
}

std::string ApiVersion(v1::Plane plane) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return "2025-07-01";
    case v1::PLANE_BATCH_DATA:
      return "2022-10-01.16.0";
    default:
      return "2022-10-01";
  }
}

}  // namespace

HttpRequest MakeHttpRequest(absl::string_view method, absl::string_view authority,
                            absl::string_view target) {
  HttpRequest request;
  request.method = std::string(method);
  request.authority = std::string(authority);
  request.target = std::string(target);
  request.is_tls = true;
  request.client_address = "127.0.0.1";
  return request;
}

CallOrigin LocalOrigin() {
  CallOrigin origin;
  origin.client_address = "127.0.0.1";
  return origin;
}

HttpFace::HttpFace(Emulator* emulator) : emulator_(emulator) { grpc_token_ = Token(""); }

std::string HttpFace::Token(const std::string& resource) {
  for (const auto& [known, token] : tokens_) {
    if (known == resource) return token;
  }
  const Method& method = *emulator_->methods().Find("lazuli.v1.Tokens/IssueToken");
  v1::IssueTokenRequest request;
  request.set_tenant_id(std::string(kDefaultTenantId));
  request.set_client_id(std::string(kAdminAppId));
  request.set_client_secret(std::string(kWellKnownAdminSecret));
  if (!resource.empty()) request.set_scope(absl::StrCat(resource, "/.default"));
  v1::IssueTokenResponse response;
  Must(Call(method, request, &response));
  tokens_.emplace_back(resource, response.access_token());
  return response.access_token();
}

absl::Status HttpFace::Call(const Method& method, const Message& request, Message* response) {
  return CallAs(grpc_token_, method, request, response);
}

absl::Status HttpFace::CallAs(const std::string& token, const Method& method,
                              const Message& request, Message* response, const CallOrigin& origin) {
  CallArrival arrival;
  if (!token.empty()) arrival.authorization = absl::StrCat("Bearer ", token);
  arrival.origin = origin;
  Answer<absl::Status> answer;
  emulator_->dispatcher()->Start(method, std::move(arrival), request, response,
                                 [&](absl::Status status) { answer.Set(std::move(status)); });
  return answer.Wait();
}

HttpResponse HttpFace::Ask(HttpRequest request) {
  Answer<HttpResponse> answer;
  emulator_->http_handler()->Handle(
      std::move(request), [&](HttpResponse response) { answer.Set(std::move(response)); });
  return answer.Wait();
}

HttpResponse HttpFace::AskAsAdmin(HttpRequest request) {
  request.headers.Set("Authorization",
                      absl::StrCat("Bearer ", Token(AudienceOf(request.authority))));
  return Ask(std::move(request));
}

HttpResponse HttpFace::Get(const std::string& authority, const std::string& target) {
  return AskAsAdmin(MakeHttpRequest("GET", authority, target));
}

HttpResponse HttpFace::Send(const std::string& method, const std::string& authority,
                            const std::string& target, const std::string& body) {
  HttpRequest request = MakeHttpRequest(method, authority, target);
  request.headers.Set("Content-Type", "application/json");
  request.body = body;
  return AskAsAdmin(std::move(request));
}

HttpRequest ToHttp(const Method& method, const Message& request, const std::string& api_version) {
  const google::protobuf::Descriptor& type = *request.GetDescriptor();
  const Reflection& reflection = *request.GetReflection();
  const std::pair<absl::string_view, absl::string_view> rule =
      absl::StrSplit(method.rule.http(), absl::MaxSplits(' ', 1));
  HttpRequest http = MakeHttpRequest(rule.first, "management.azure.com", "");
  std::set<const FieldDescriptor*> taken;
  for (const absl::string_view segment : absl::StrSplit(rule.second, '/', absl::SkipEmpty())) {
    if (!absl::StartsWith(segment, "{")) {
      absl::StrAppend(&http.target, "/", segment);
      continue;
    }
    const size_t close = segment.find('}');
    const FieldDescriptor* field = type.FindFieldByName(std::string(segment.substr(1, close - 1)));
    taken.insert(field);
    const std::string value = reflection.GetString(request, field);
    if (field->name() == "scope") {
      absl::StrAppend(&http.target, absl::StripSuffix(value, "/"));
    } else {
      absl::StrAppend(&http.target, "/", PercentEncode(value), segment.substr(close + 1));
    }
  }
  if (method.plane == v1::PLANE_KEY_VAULT_DATA) {
    const FieldDescriptor* field = type.FindFieldByName("vault_name");
    taken.insert(field);
    const std::string name = reflection.GetString(request, field);
    const bool is_hsm = keyvault::VaultKindOf(name) == keyvault::VaultKind::kManagedHsm;
    http.authority = absl::StrCat(name, is_hsm ? ".azure.net" : ".vault.azure.net");
  } else if (method.plane == v1::PLANE_BATCH_DATA) {
    const FieldDescriptor* field = type.FindFieldByName("account");
    taken.insert(field);
    http.authority = reflection.GetString(request, field);
  } else if (method.plane == v1::PLANE_CONTROL) {
    http.authority = "localhost:8443";
  }

  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (!absl::StartsWith(field->json_name(), "If-")) continue;
    taken.insert(field);
    if (reflection.HasField(request, field)) {
      http.headers.Set(field->json_name(), reflection.GetString(request, field));
    }
  }
  if (method.rule.body() == "*") {
    std::unique_ptr<Message> body(request.New());
    body->CopyFrom(request);
    for (const FieldDescriptor* field : taken) reflection.ClearField(body.get(), field);
    http.body = Must(EncodeJson(*body));
  } else if (!method.rule.body().empty()) {
    const FieldDescriptor* field = type.FindFieldByName(method.rule.body());
    taken.insert(field);
    if (reflection.HasField(request, field)) {
      http.body = Must(EncodeJson(reflection.GetMessage(request, field)));
    }
  }
  if (method.plane != v1::PLANE_CONTROL) {
    absl::StrAppend(&http.target,
                    "?api-version=", api_version.empty() ? ApiVersion(method.plane) : api_version);
  }
  for (int i = 0; i < type.field_count() && method.rule.body() != "*"; ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (taken.contains(&field) || field.is_repeated() || !reflection.HasField(request, &field)) {
      continue;
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) continue;
    absl::StrAppend(&http.target, absl::StrContains(http.target, "?") ? "&" : "?",
                    PercentEncode(field.json_name()), "=",
                    PercentEncode(QueryText(request, field)));
  }
  return http;
}

}  // namespace lazuli::emulator

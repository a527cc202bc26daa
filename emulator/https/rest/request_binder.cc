#include "emulator/https/rest/request_binder.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/https/rest/errors.h"
#include "emulator/json/decoder.h"
#include "emulator/json/json_text.h"
#include "emulator/json/utf8.h"
#include "keyvault/names.h"

namespace lazuli::emulator {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

absl::string_view Trimmed(absl::string_view body) {
  absl::ConsumePrefix(&body, "\xEF\xBB\xBF");  // a byte order mark
  return absl::StripAsciiWhitespace(body);
}

absl::Status BindBody(const Exchange& exchange, const Route& route, Message* request) {
  if (!route.is_whole_body && route.body_field == nullptr) return absl::OkStatus();
  const absl::string_view body = Trimmed(exchange.http.body);
  if (body.empty()) return absl::OkStatus();
  absl::Status decoded;
  if (!route.is_whole_body) {
    decoded =
        DecodeJsonField(body, *route.body_field, request, nullptr, exchange.api_version_place);
  } else if (exchange.plane == v1::PLANE_CONTROL) {
    // Azure's services pass over what they do not know; of the emulator's own calls people write
    // the bodies, and a name that was mistyped must not pass for one that was left out.
    decoded = DecodeStrictJson(body, request);
  } else {
    decoded = DecodeJson(body, request, nullptr, exchange.api_version_place);
  }
  if (decoded.ok()) return decoded;
  return InvalidBodyError(exchange.plane, ErrorInfoOrDefault(decoded).target, decoded.message());
}

// Parameters that choose or order what a list answers.
bool IsChoice(absl::string_view lower_name) {
  return lower_name == "$filter" || lower_name == "$orderby" || lower_name == "$search" ||
         lower_name == "$apply";
}

absl::Status BindQueryValue(const Exchange& exchange, const FieldDescriptor& field,
                            const std::string& name, const std::string& value, Message* request) {
  if (!IsValidUtf8(value)) return InvalidQueryValueError(exchange.plane, name, "");
  if (field.type() == FieldDescriptor::TYPE_STRING) {
    request->GetReflection()->SetString(request, &field, value);
    return absl::OkStatus();
  }
  std::string json;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    AppendJsonString(value, &json);
  } else {
    json = absl::AsciiStrToLower(value);
  }
  if (json.empty()) return absl::OkStatus();
  if (!DecodeJsonField(json, field, request, nullptr).ok()) {
    return InvalidQueryValueError(exchange.plane, name, value);
  }
  return absl::OkStatus();
}

absl::Status BindQuery(const Exchange& exchange, const Route& route, Message* request) {
  const Reflection& reflection = *request->GetReflection();
  for (const auto& [name, value] : exchange.target.query) {
    const std::string lower_name = absl::AsciiStrToLower(name);
    const auto found = route.query_fields.find(lower_name);
    if (found == route.query_fields.end()) {
      if (IsChoice(lower_name)) return NotEmulatedError(lower_name);
      continue;
    }
    // The first of several counts.
    if (reflection.HasField(*request, found->second)) continue;
    LAZULI_RETURN_IF_ERROR(BindQueryValue(exchange, *found->second, name, value, request));
  }
  return absl::OkStatus();
}

std::string HostValue(const Exchange& exchange) {
  if (exchange.host.kind == HostKind::kManagedHsm) {
    return keyvault::ManagedHsmVaultName(exchange.host.name);
  }
  if (exchange.plane != v1::PLANE_BATCH_DATA) return exchange.host.name;
  return absl::StrCat(exchange.host.name, ".", exchange.host.region, ".batch.azure.com");
}

}  // namespace

absl::Status BindRequest(const Exchange& exchange, const RouteTable::Match& match,
                         Message* request) {
  const Route& route = *match.route;
  const Reflection& reflection = *request->GetReflection();
  LAZULI_RETURN_IF_ERROR(BindBody(exchange, route, request));
  LAZULI_RETURN_IF_ERROR(BindQuery(exchange, route, request));
  for (const FieldDescriptor* field : route.path_fields) reflection.ClearField(request, field);
  for (const auto& [field, value] : match.values) reflection.SetString(request, field, value);
  for (const auto& [name, field] : route.header_fields) {
    reflection.ClearField(request, field);
    const std::string* value = exchange.http.headers.Find(name);
    if (value == nullptr || value->empty()) continue;
    if (!IsValidUtf8(*value)) return InvalidHeaderValueError(exchange.plane, name);
    reflection.SetString(request, field, *value);
  }
  if (route.host_field != nullptr) {
    reflection.SetString(request, route.host_field, HostValue(exchange));
  }
  route.request_urls.ToAzure(request);
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

#include "emulator/https/rest/answer_shapers.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/https/message/http_target.h"
#include "emulator/json/json_text.h"
#include "proto/certificates.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

using google::protobuf::DynamicCastToGenerated;
using google::protobuf::Message;

namespace {

constexpr char kRegisteringDns[] = "RegisteringDns";

std::string PurgeTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

void ShapeNewVault(Message* answer) {
  auto* vault = DynamicCastToGenerated<v1::Vault>(answer);
  if (vault == nullptr || !vault->has_properties()) return;
  v1::VaultProperties* const properties = vault->mutable_properties();
  properties->set_provisioning_state(kRegisteringDns);
  properties->set_vault_uri(std::string(absl::StripSuffix(properties->vault_uri(), "/")));
}

void ShapeVaultByVersion(absl::string_view api_version, Message* answer) {
  constexpr size_t kDateLength = 10;
  const absl::string_view date = api_version.substr(0, kDateLength);
  if (date >= "2021-06-01") return;
  const auto shape = [date](v1::Vault* vault) {
    vault->mutable_properties()->clear_public_network_access();
    if (date < "2021-04-01") vault->clear_system_data();
  };
  if (auto* vault = DynamicCastToGenerated<v1::Vault>(answer)) return shape(vault);
  if (auto* list = DynamicCastToGenerated<v1::ListVaultsResponse>(answer)) {
    for (v1::Vault& vault : *list->mutable_value()) shape(&vault);
  }
}

void AddRequestLocation(const Exchange& exchange, const Message& operation, HttpResponse* answer) {
  const auto* typed = DynamicCastToGenerated<v1::CertificateOperation>(&operation);
  if (typed == nullptr) return;
  answer->headers.Set(
      "Location", absl::StrCat(typed->id(), "?api-version=", PercentEncode(exchange.api_version),
                               "&request_id=", typed->request_id()));
  answer->headers.Set("Retry-After", "10");
}

std::string PurgedVaultStatus(absl::Time now) {
  return absl::StrCat("{\"createdDateTime\":\"", PurgeTime(now), "\",\"lastActionDateTime\":\"",
                      PurgeTime(now), "\",\"status\":\"Succeeded\"}");
}

std::string WithODataMetadata(const Exchange& exchange, const Route& route,
                              absl::string_view json) {
  absl::string_view members = json;
  absl::ConsumePrefix(&members, "{");
  std::string shaped = "{\"odata.metadata\":";
  AppendJsonString(
      absl::StrCat("https://", exchange.http.authority, "/$metadata#", route.odata_metadata),
      &shaped);
  absl::StrAppend(&shaped, members == "}" ? "" : ",", members);
  return shaped;
}

}  // namespace lazuli::emulator

#include "emulator/https/rest/answer_shapers.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/json/json_text.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

using google::protobuf::DynamicCastToGenerated;
using google::protobuf::Message;

namespace {

constexpr char kRegisteringDns[] = "RegisteringDns";

std::string PurgeTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", time, absl::UTCTimeZone());
}

template <typename Answer, typename Function>
bool OnAttributes(Message* answer, Function shape) {
  auto* typed = DynamicCastToGenerated<Answer>(answer);
  if (typed == nullptr) return false;
  if (typed->has_attributes()) shape(typed->mutable_attributes());
  return true;
}

template <typename Answer, typename Function>
bool OnListedAttributes(Message* answer, Function shape) {
  auto* typed = DynamicCastToGenerated<Answer>(answer);
  if (typed == nullptr) return false;
  for (auto& item : *typed->mutable_value()) {
    if (item.has_attributes()) shape(item.mutable_attributes());
  }
  return true;
}

}  // namespace

KeyAttributesByVersion::KeyAttributesByVersion(const ApiVersions& versions)
    : recoverable_days_from_(versions.RankOf(v1::PLANE_KEY_VAULT_DATA, "7.1")),
      exportable_from_(versions.RankOf(v1::PLANE_KEY_VAULT_DATA, "7.3-preview")),
      hsm_platform_from_(versions.RankOf(v1::PLANE_KEY_VAULT_DATA, "7.5-preview.1")) {}

void KeyAttributesByVersion::Shape(const Exchange& exchange, Message* answer) const {
  const int rank = exchange.api_version_rank;
  if (rank >= hsm_platform_from_) return;
  const auto shape = [&](v1::KeyAttributes* attributes) {
    attributes->clear_hsm_platform();
    if (rank < exportable_from_) attributes->clear_exportable();
    if (rank < recoverable_days_from_) attributes->clear_recoverable_days();
  };
  if (OnAttributes<v1::KeyBundle>(answer, shape)) return;
  if (OnAttributes<v1::DeletedKeyBundle>(answer, shape)) return;
  if (OnListedAttributes<v1::KeyListResult>(answer, shape)) return;
  OnListedAttributes<v1::DeletedKeyListResult>(answer, shape);
}

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

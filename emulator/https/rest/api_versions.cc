#include "emulator/https/rest/api_versions.h"

#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "emulator/https/rest/errors.h"
#include "google/protobuf/descriptor.h"
#include "proto/api_version.h"

namespace lazuli::emulator {

using google::protobuf::ServiceDescriptor;

bool LooksLikeDate(absl::string_view version) {
  constexpr absl::string_view kDate = "dddd-dd-dd";
  constexpr size_t kMaxLength = 40;
  if (version.size() < kDate.size() || version.size() > kMaxLength) return false;
  for (size_t i = 0; i < kDate.size(); ++i) {
    const auto c = static_cast<unsigned char>(version[i]);
    if (kDate[i] == 'd' ? !absl::ascii_isdigit(c) : c != '-') return false;
  }
  const absl::string_view suffix = version.substr(kDate.size());
  if (suffix.empty()) return true;
  if (suffix.size() == 1 || (suffix[0] != '-' && suffix[0] != '.')) return false;
  for (const char c : suffix) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.') return false;
  }
  return true;
}

ApiVersions::ApiVersions(const MethodRegistry& methods) {
  // By name: the places must not depend on where descriptors happen to lie.
  std::map<std::string, const ServiceDescriptor*> services;
  for (const Method* method : methods.methods()) {
    const ServiceDescriptor* const service = method->descriptor->service();
    services.emplace(service->full_name(), service);
  }
  for (const auto& [name, service] : services) {
    const v1::ServiceRule& rule = service->options().GetExtension(v1::service);
    for (const std::string& version : rule.api_versions()) {
      List& list = lists_[rule.plane()];
      list.places.emplace(absl::AsciiStrToLower(version), static_cast<int>(list.places.size()));
      if (!absl::StrContains(version, "preview")) list.latest = version;
    }
  }
}

absl::StatusOr<int> ApiVersions::Check(v1::Plane plane, absl::string_view version) const {
  if (plane == v1::PLANE_CONTROL) return kEveryApiVersion;
  if (version.empty()) return MissingApiVersionError(plane);
  const auto list = lists_.find(plane);
  if (list == lists_.end()) {
    if (!LooksLikeDate(version)) return UnknownApiVersionError(plane, version, "");
    return kEveryApiVersion;
  }
  const auto place = list->second.places.find(absl::AsciiStrToLower(version));
  if (place == list->second.places.end()) {
    return UnknownApiVersionError(plane, version, list->second.latest);
  }
  return place->second;
}

}  // namespace lazuli::emulator

#include "emulator/https/rest/route_table.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/dispatch/path_template.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/api_version.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::emulator {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

namespace {

// The path field that takes several segments.
constexpr char kScopeField[] = "scope";

const FieldDescriptor* FindString(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  const bool is_string =
      field != nullptr && !field->is_repeated() && field->type() == FieldDescriptor::TYPE_STRING;
  return is_string ? field : nullptr;
}

const FieldDescriptor* FindTimestamp(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  const bool is_time = field != nullptr && !field->is_repeated() &&
                       field->message_type() == google::protobuf::Timestamp::descriptor();
  return is_time ? field : nullptr;
}

// A field that a header of its name fills: those that make a request conditional.
bool IsHeaderField(const FieldDescriptor& field) {
  return absl::StartsWith(field.json_name(), "If-") &&
         field.type() == FieldDescriptor::TYPE_STRING && !field.is_repeated();
}

// A field that one text of the query can fill.
bool IsQueryField(const FieldDescriptor& field) {
  if (field.is_repeated()) return false;
  return field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE;
}

std::string HostField(v1::Plane plane) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return "vault_name";
    case v1::PLANE_BATCH_DATA:
      return "account";
    default:
      return "";
  }
}

Oddity OddityOf(const std::string& method) {
  static constexpr struct {
    absl::string_view method;
    Oddity oddity;
  } kOddities[] = {
      {"lazuli.v1.Vaults/CreateOrUpdateVault", Oddity::kPutVault},
      {"lazuli.v1.Vaults/PurgeDeletedVault", Oddity::kPurgeVault},
      {"lazuli.v1.Vaults/DeleteVault", Oddity::kDelete},
      {"lazuli.v1.ManagedHsms/PurgeDeletedManagedHsm", Oddity::kPurgeVault},
      {"lazuli.v1.ManagedHsms/DeleteManagedHsm", Oddity::kDelete},
      {"lazuli.v1.VaultProvider/DeleteVaultPrivateEndpointConnection", Oddity::kDelete},
      {"lazuli.v1.VaultProvider/DeleteManagedHsmPrivateEndpointConnection", Oddity::kDelete},
      {"lazuli.v1.BatchAccounts/DeleteBatchAccount", Oddity::kDelete},
      {"lazuli.v1.Certificates/CreateCertificate", Oddity::kCreateCertificate},
      {"lazuli.v1.ResourceGroups/CreateOrUpdateResourceGroup", Oddity::kPutOrUpdate},
      {"lazuli.v1.UserAssignedIdentities/CreateOrUpdateIdentity", Oddity::kPutOrUpdate},
  };
  for (const auto& known : kOddities) {
    if (known.method == method) return known.oddity;
  }
  return Oddity::kNone;
}

// What Batch calls the set of entities that an answer is of, or the type of the answer.
std::string ODataMetadata(const Descriptor& answer, const std::vector<std::string>& literals,
                          bool ends_with_field) {
  if (answer.name() == "TaskAddCollectionResult") return "taskaddresult";
  if (literals.empty()) return "";
  const std::string set = literals.back();
  const FieldDescriptor* value = answer.FindFieldByName("value");
  const bool is_list = value != nullptr && value->is_repeated();
  if (is_list && !ends_with_field) return set;
  return absl::StrCat(set, "/@Element");
}

}  // namespace

absl::StatusOr<RouteTable> RouteTable::Build(const MethodRegistry& methods) {
  RouteTable table;
  for (const Method* method : methods.methods()) {
    if (method->rule.http().empty() || method->descriptor->server_streaming()) continue;
    const Descriptor& request = *method->descriptor->input_type();
    const Descriptor& response = *method->descriptor->output_type();
    auto route = std::make_unique<Route>();
    route->method = method;
    if (method->rule.success_status() != 0) route->status = method->rule.success_status();
    route->oddity = OddityOf(method->name);
    route->serves_managed_hsm =
        method->plane == v1::PLANE_KEY_VAULT_DATA &&
        method->descriptor->service()->options().GetExtension(v1::service).objects() == "keys";
    route->since = ApiVersionPlace(*method->descriptor->file(), method->rule.since());
    route->is_all_headers = &response == v1::ObjectRevision::descriptor();
    route->is_empty = response.field_count() == 0 || route->is_all_headers;

    const std::pair<absl::string_view, absl::string_view> rule =
        absl::StrSplit(method->rule.http(), absl::MaxSplits(' ', 1));
    route->verb = std::string(rule.first);
    Pattern pattern;
    pattern.route = route.get();
    std::vector<std::string> literals;
    for (const absl::string_view text : absl::StrSplit(rule.second, '/', absl::SkipEmpty())) {
      if (!absl::StartsWith(text, "{")) {
        pattern.segments.push_back({absl::AsciiStrToLower(text), nullptr});
        literals.push_back(pattern.segments.back().literal);
        continue;
      }
      const size_t close = text.find('}');
      const std::string name(text.substr(1, close - 1));
      const FieldDescriptor* field = FindString(request, name);
      if (close == absl::string_view::npos || field == nullptr) {
        return InternalError(absl::StrCat(method->name, " has no string field for ", text));
      }
      route->path_fields.push_back(field);
      if (pattern.segments.empty() && pattern.scope == nullptr && name == kScopeField) {
        pattern.scope = field;
      } else {
        pattern.segments.push_back({absl::AsciiStrToLower(text.substr(close + 1)), field});
      }
    }

    std::set<const FieldDescriptor*> taken(route->path_fields.begin(), route->path_fields.end());
    const std::string host_field = HostField(method->plane);
    if (!host_field.empty()) {
      route->host_field = FindString(request, host_field);
      if (route->host_field == nullptr || taken.contains(route->host_field)) {
        return InternalError(absl::StrCat(method->name, " has no field for its host"));
      }
      taken.insert(route->host_field);
    }
    route->is_whole_body = method->rule.body() == "*";
    if (!method->rule.body().empty() && !route->is_whole_body) {
      route->body_field = request.FindFieldByName(method->rule.body());
      if (route->body_field == nullptr) {
        return InternalError(absl::StrCat(method->name, " has no field for its body"));
      }
      taken.insert(route->body_field);
    }
    for (int i = 0; i < request.field_count(); ++i) {
      const FieldDescriptor* field = request.field(i);
      if (!IsHeaderField(*field)) continue;
      route->header_fields.emplace_back(field->json_name(), field);
      taken.insert(field);
    }
    for (int i = 0; i < request.field_count() && !route->is_whole_body; ++i) {
      const FieldDescriptor* field = request.field(i);
      if (taken.contains(field) || !IsQueryField(*field)) continue;
      route->query_fields.emplace(absl::AsciiStrToLower(field->json_name()), field);
    }

    route->next_link_field = FindString(response, "next_link");
    route->etag_field = FindString(response, "e_tag");
    route->last_modified_field = FindTimestamp(response, "last_modified");
    if (method->plane == v1::PLANE_BATCH_DATA) {
      const bool ends_with_field =
          !pattern.segments.empty() && pattern.segments.back().field != nullptr;
      route->odata_metadata = ODataMetadata(response, literals, ends_with_field);
    }
    route->request_urls = UrlFields::Of(request);
    route->response_urls = UrlFields::Of(response);
    table.routes_.push_back(std::move(route));

    const auto version =
        std::find_if(pattern.segments.begin(), pattern.segments.end(), [](const Segment& segment) {
          return segment.field != nullptr && MayBeLeftOut(segment.field->name());
        });
    if (version != pattern.segments.end()) {
      Pattern latest = pattern;
      latest.segments.erase(latest.segments.begin() + (version - pattern.segments.begin()));
      LAZULI_RETURN_IF_ERROR(table.AddPattern(method->plane, std::move(latest)));
    }
    LAZULI_RETURN_IF_ERROR(table.AddPattern(method->plane, std::move(pattern)));
  }
  return table;
}

absl::Status RouteTable::AddPattern(v1::Plane plane, Pattern pattern) {
  PlaneTable& table = planes_[plane];
  const size_t size = pattern.segments.size();
  if (pattern.scope == nullptr && table.by_size.size() <= size) table.by_size.resize(size + 1);
  std::vector<Pattern>& patterns = pattern.scope == nullptr ? table.by_size[size] : table.scoped;
  // From the left, a literal comes before a field, and one with an end before one without.
  const auto is_less = [](const Pattern& a, const Pattern& b) {
    return std::lexicographical_compare(a.segments.begin(), a.segments.end(), b.segments.begin(),
                                        b.segments.end(), [](const Segment& x, const Segment& y) {
                                          if ((x.field == nullptr) != (y.field == nullptr))
                                            return x.field == nullptr;
                                          return x.literal > y.literal;
                                        });
  };
  for (const Pattern& other : patterns) {
    if (!is_less(other, pattern) && !is_less(pattern, other) &&
        other.route->verb == pattern.route->verb) {
      return InternalError(absl::StrCat(pattern.route->method->name, " and ",
                                        other.route->method->name, " have the same path"));
    }
  }
  patterns.insert(std::upper_bound(patterns.begin(), patterns.end(), pattern, is_less),
                  std::move(pattern));
  return absl::OkStatus();
}

bool RouteTable::Matches(const Pattern& pattern, const std::vector<std::string>& segments,
                         size_t offset) {
  for (size_t i = 0; i < pattern.segments.size(); ++i) {
    const Segment& expected = pattern.segments[i];
    const std::string& segment = segments[offset + i];
    const bool fits = expected.field == nullptr
                          ? absl::EqualsIgnoreCase(expected.literal, segment)
                          : segment.size() > expected.literal.size() &&
                                absl::EndsWithIgnoreCase(segment, expected.literal);
    if (!fits) return false;
  }
  return true;
}

// True when the pattern fits, verb and all.
bool RouteTable::Take(const Pattern& pattern, absl::string_view verb,
                      const std::vector<std::string>& segments, Match* match) {
  const size_t offset = segments.size() - pattern.segments.size();
  if (!Matches(pattern, segments, offset)) return false;
  const Route& route = *pattern.route;
  if (route.verb != verb) {
    if (!absl::StrContains(match->allowed_verbs, route.verb)) {
      absl::StrAppend(&match->allowed_verbs, match->allowed_verbs.empty() ? "" : ", ", route.verb);
    }
    return false;
  }
  match->route = &route;
  if (pattern.scope != nullptr) {
    std::string scope;
    for (size_t i = 0; i < offset; ++i) absl::StrAppend(&scope, "/", segments[i]);
    match->values.emplace_back(pattern.scope, scope.empty() ? "/" : std::move(scope));
  }
  for (size_t i = 0; i < pattern.segments.size(); ++i) {
    const Segment& expected = pattern.segments[i];
    if (expected.field == nullptr) continue;
    const std::string& segment = segments[offset + i];
    match->values.emplace_back(expected.field,
                               segment.substr(0, segment.size() - expected.literal.size()));
  }
  return true;
}

RouteTable::Match RouteTable::Find(v1::Plane plane, absl::string_view verb,
                                   const std::vector<std::string>& segments) const {
  Match match;
  const auto table = planes_.find(plane);
  if (table == planes_.end()) return match;
  if (segments.size() < table->second.by_size.size()) {
    for (const Pattern& pattern : table->second.by_size[segments.size()]) {
      if (Take(pattern, verb, segments, &match)) return match;
    }
  }
  for (const Pattern& pattern : table->second.scoped) {
    if (pattern.segments.size() > segments.size()) continue;
    if (Take(pattern, verb, segments, &match)) return match;
  }
  return match;
}

}  // namespace lazuli::emulator

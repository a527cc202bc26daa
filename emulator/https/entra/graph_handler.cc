#include "emulator/https/entra/graph_handler.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/https/entra/graph_errors.h"
#include "emulator/https/entra/graph_filter.h"
#include "emulator/https/entra/graph_objects.h"
#include "emulator/https/message/host_name.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

// Microsoft Graph documentation, "List servicePrincipals": pages of 100 by default, of 999 at most.
constexpr size_t kDefaultPage = 100;
constexpr size_t kLargestPage = 999;
// Microsoft Graph documentation, "directoryObject: getByIds".
constexpr size_t kMostIds = 1000;

constexpr absl::string_view kGraphApplication = "00000003-0000-0000-c000-000000000000";

json::string_view ToJson(absl::string_view text) { return {text.data(), text.size()}; }

std::string TextOf(const json::object& object, absl::string_view name) {
  const json::value* const value = object.if_contains(ToJson(name));
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str()) : "";
}

// "servicePrincipals(appId='X')" is the collection, a property and its value.
struct Selector {
  std::string collection;
  std::string property;  // "id" for "collection('X')"
  std::string value;
};

std::optional<Selector> ParseSelector(absl::string_view segment) {
  const size_t open = segment.find('(');
  if (open == absl::string_view::npos || !absl::EndsWith(segment, "')")) return std::nullopt;
  absl::string_view inner = segment.substr(open + 1, segment.size() - open - 2);
  Selector selector;
  selector.collection = std::string(segment.substr(0, open));
  const size_t equals = inner.find('=');
  selector.property =
      equals == absl::string_view::npos ? "id" : std::string(inner.substr(0, equals));
  if (equals != absl::string_view::npos) inner.remove_prefix(equals + 1);
  if (!absl::ConsumePrefix(&inner, "'")) return std::nullopt;
  absl::ConsumeSuffix(&inner, "'");
  selector.value = std::string(inner);
  return selector;
}

// Only the properties that $select names; all when there is none.
json::object Select(const json::object& object, const HttpTarget& target) {
  const std::string* const select = target.FindQuery("$select");
  if (select == nullptr || select->empty()) return object;
  json::object selected;
  for (const absl::string_view part : absl::StrSplit(*select, ',')) {
    const absl::string_view name = absl::StripAsciiWhitespace(part);
    for (const auto& member : object) {
      const absl::string_view key(member.key().data(), member.key().size());
      if (absl::EqualsIgnoreCase(key, name)) selected[member.key()] = member.value();
    }
  }
  return selected;
}

absl::Status CheckQuery(const HttpTarget& target) {
  for (const auto& [name, value] : target.query) {
    if (!absl::StartsWith(name, "$")) continue;
    const bool known = name == "$filter" || name == "$search" || name == "$select" ||
                       name == "$top" || name == "$skiptoken" || name == "$count";
    if (!known) return GraphUnsupportedQueryError(name);
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> PageSize(const HttpTarget& target) {
  const std::string* const top = target.FindQuery("$top");
  if (top == nullptr) return kDefaultPage;
  size_t size = 0;
  if (!absl::SimpleAtoi(*top, &size) || size == 0 || size > kLargestPage) {
    return GraphBadRequestError(
        absl::StrCat("Invalid page size specified. It must be between 1 and ", kLargestPage, "."));
  }
  return size;
}

// "displayName:text", in double quotes: the text that is looked for.
absl::StatusOr<std::string> SearchText(const HttpTarget& target) {
  const std::string* const search = target.FindQuery("$search");
  if (search == nullptr) return std::string();
  absl::string_view text = absl::StripAsciiWhitespace(*search);
  if (!absl::ConsumePrefix(&text, "\"displayName:") || !absl::ConsumeSuffix(&text, "\"")) {
    return GraphUnsupportedQueryError("$search");
  }
  return absl::AsciiStrToLower(text);
}

// The same request, from after `last` on.
std::string NextLink(const std::string& root, absl::string_view collection,
                     const HttpTarget& target, absl::string_view last) {
  std::string link = absl::StrCat(root, "/", collection, "?$skiptoken=", PercentEncode(last));
  for (const auto& [name, value] : target.query) {
    if (absl::EqualsIgnoreCase(name, "$skiptoken")) continue;
    const bool is_option = absl::StartsWith(name, "$");
    absl::StrAppend(&link, "&", is_option ? name : PercentEncode(name), "=", PercentEncode(value));
  }
  return link;
}

bool IsEmptyCollection(absl::string_view collection) {
  return absl::EqualsIgnoreCase(collection, "users") ||
         absl::EqualsIgnoreCase(collection, "groups") ||
         absl::EqualsIgnoreCase(collection, "oauth2PermissionGrants");
}

// What hangs on a principal: there is never any of it.
bool IsEmptyRelation(absl::string_view relation) {
  for (const absl::string_view known :
       {"owners", "ownedObjects", "memberOf", "transitiveMemberOf", "appRoleAssignments",
        "appRoleAssignedTo", "oauth2PermissionGrants", "federatedIdentityCredentials"}) {
    if (absl::EqualsIgnoreCase(relation, known)) return true;
  }
  return false;
}

absl::string_view ODataTypeOf(const json::object& object) {
  return object.contains("servicePrincipalType") ? "#microsoft.graph.servicePrincipal"
                                                 : "#microsoft.graph.application";
}

}  // namespace

GraphHandler::GraphHandler(const Directory* directory, TokenVerifier* verifier,
                           const Clock* real_clock, IdDeriver ids)
    : directory_(directory),
      verifier_(verifier),
      real_clock_(real_clock),
      ids_(ids),
      request_ids_(ids, "graph") {}

void GraphHandler::Handle(HttpRequest request, HttpRespond respond) {
  const RequestIds ids = request_ids_.Next(request);
  const absl::StatusOr<json::object> answer = Serve(request);
  HttpResponse response;
  if (answer.ok()) {
    response = JsonAnswer(200, json::serialize(*answer));
    response.headers.Set(
        "Content-Type",
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
        "charset=utf-8");
    response.headers.Add("OData-Version", "4.0");
  } else {
    response = ErrorAnswer(answer.status(), ids);
  }
  AddEntraHeaders(ids, &response);
  response.headers.Add("request-id", ids.request_id);
  respond(std::move(response));
}

absl::StatusOr<Caller> GraphHandler::Authenticate(const HttpRequest& request) const {
  const absl::StatusOr<absl::string_view> token = BearerToken(request.headers.Get("Authorization"));
  if (!token.ok()) return GraphTokenError(token.status());
  std::vector<absl::string_view> audiences = {"https://graph.microsoft.com",
                                              "https://graph.microsoft.com/", kGraphApplication};
  // A custom cloud's Graph is named by where it is.
  const std::string here = absl::StrCat("https://", request.authority);
  const std::string here_with_slash = absl::StrCat(here, "/");
  if (ParseHostName(request.authority).kind != HostKind::kGraph) {
    audiences.push_back(here);
    audiences.push_back(here_with_slash);
  }
  absl::StatusOr<Caller> caller = verifier_->Verify(*token, audiences);
  if (!caller.ok()) return GraphTokenError(caller.status());
  return caller;
}

absl::StatusOr<json::object> GraphHandler::Serve(const HttpRequest& request) const {
  LAZULI_ASSIGN_OR_RETURN(Caller caller, Authenticate(request));
  const absl::StatusOr<HttpTarget> target = ParseHttpTarget(request.target);
  if (!target.ok()) return GraphBadRequestError(target.status().message());
  const std::vector<std::string>& segments = target->segments;
  if (segments.empty() || (segments[0] != "v1.0" && segments[0] != "beta")) {
    return GraphBadRequestError("Invalid version: it has to be v1.0 or beta.");
  }
  if (segments.size() < 2) return GraphUnknownSegmentError("");
  Call call{.http = request,
            .target = *target,
            .caller = std::move(caller),
            .collection = segments[1],
            .key = "",
            .rest = "",
            .root = absl::StrCat("https://", request.authority, "/", segments[0])};
  size_t next = 2;
  if (const std::optional<Selector> selector = ParseSelector(segments[1])) {
    call.collection = selector->collection;
    call.key = selector->value;
    if (absl::EqualsIgnoreCase(selector->property, "appId")) {
      const Principal::Ptr principal =
          directory_->FindByAppId(call.caller.tenant_id, selector->value);
      if (principal == nullptr) return GraphNotFoundError(selector->value);
      call.key = absl::EqualsIgnoreCase(call.collection, "applications")
                     ? GraphApplicationId(*principal, ids_)
                     : principal->object_id;
    } else if (!absl::EqualsIgnoreCase(selector->property, "id")) {
      return GraphUnknownSegmentError(segments[1]);
    }
  } else if (segments.size() > 2) {
    call.key = segments[next++];
  }
  if (segments.size() > next) call.rest = segments[next++];
  if (segments.size() > next) return GraphNotEmulatedError(request.method, target->path);
  LAZULI_RETURN_IF_ERROR(CheckQuery(*target));
  if (request.method == "POST") return Post(call);
  if (request.method != "GET" && request.method != "HEAD") {
    return GraphNotEmulatedError(request.method, target->path);
  }
  return Get(call);
}

absl::StatusOr<json::object> GraphHandler::Get(const Call& call) const {
  if (absl::EqualsIgnoreCase(call.collection, "me")) return GraphDelegatedOnlyError();
  if (call.key.empty()) return List(call);
  LAZULI_ASSIGN_OR_RETURN(json::object member, Member(call));
  if (!call.rest.empty()) {
    if (!IsEmptyRelation(call.rest)) return GraphUnknownSegmentError(call.rest);
    return json::object{{"@odata.context", absl::StrCat(call.root, "/$metadata#directoryObjects")},
                        {"value", json::array()}};
  }
  json::object answer = {
      {"@odata.context", absl::StrCat(call.root, "/$metadata#", call.collection, "/$entity")}};
  if (absl::EqualsIgnoreCase(call.collection, "directoryObjects")) {
    answer["@odata.type"] = ToJson(ODataTypeOf(member));
  }
  for (auto& property : Select(member, call.target)) answer[property.key()] = property.value();
  return answer;
}

absl::StatusOr<json::object> GraphHandler::Post(const Call& call) const {
  if (absl::EqualsIgnoreCase(call.collection, "directoryObjects") &&
      absl::EqualsIgnoreCase(call.key, "getByIds")) {
    return GetByIds(call);
  }
  const bool asks_for_groups = absl::EqualsIgnoreCase(call.rest, "getMemberGroups") ||
                               absl::EqualsIgnoreCase(call.rest, "checkMemberGroups") ||
                               absl::EqualsIgnoreCase(call.rest, "getMemberObjects");
  if (!asks_for_groups) return GraphNotEmulatedError(call.http.method, call.target.path);
  LAZULI_RETURN_IF_ERROR(Member(call).status());
  return json::object{
      {"@odata.context", absl::StrCat(call.root, "/$metadata#Collection(Edm.String)")},
      {"value", json::array()}};
}

absl::StatusOr<json::array> GraphHandler::Members(const Call& call) const {
  const bool is_objects = absl::EqualsIgnoreCase(call.collection, "directoryObjects");
  const bool has_principals =
      is_objects || absl::EqualsIgnoreCase(call.collection, "servicePrincipals");
  const bool has_applications =
      is_objects || absl::EqualsIgnoreCase(call.collection, "applications");
  const bool has_tenants = absl::EqualsIgnoreCase(call.collection, "organization");
  if (!has_principals && !has_applications && !has_tenants && !IsEmptyCollection(call.collection)) {
    return GraphUnknownSegmentError(call.collection);
  }
  std::vector<json::object> objects;
  if (has_principals || has_applications) {
    for (const Principal::Ptr& principal : directory_->ListPrincipals(call.caller.tenant_id)) {
      const auto keys = directory_->KeyCredentials(principal->object_id);
      if (has_principals) objects.push_back(GraphServicePrincipal(*principal, keys));
      if (has_applications && principal->type == PrincipalType::kServicePrincipal) {
        objects.push_back(GraphApplication(*principal, ids_, keys));
      }
    }
  }
  if (has_tenants) {
    for (const Tenant& tenant : directory_->ListTenants()) {
      if (tenant.tenant_id == call.caller.tenant_id) objects.push_back(GraphOrganization(tenant));
    }
  }
  std::sort(objects.begin(), objects.end(), [](const json::object& a, const json::object& b) {
    return TextOf(a, "id") < TextOf(b, "id");
  });
  json::array members;
  for (json::object& object : objects) members.emplace_back(std::move(object));
  return members;
}

absl::StatusOr<json::object> GraphHandler::List(const Call& call) const {
  std::optional<GraphFilter> filter;
  if (const std::string* const text = call.target.FindQuery("$filter"); text != nullptr) {
    absl::StatusOr<GraphFilter> parsed = GraphFilter::Parse(*text);
    if (!parsed.ok()) return GraphBadRequestError(parsed.status().message());
    filter = *std::move(parsed);
  }
  LAZULI_ASSIGN_OR_RETURN(const size_t page, PageSize(call.target));
  LAZULI_ASSIGN_OR_RETURN(const std::string search, SearchText(call.target));
  LAZULI_ASSIGN_OR_RETURN(json::array members, Members(call));
  const std::string* const after = call.target.FindQuery("$skiptoken");
  json::object answer = {
      {"@odata.context", absl::StrCat(call.root, "/$metadata#", call.collection)}};
  json::array value;
  std::string last;
  for (const json::value& member : members) {
    const json::object& object = member.get_object();
    const std::string id = TextOf(object, "id");
    if (after != nullptr && id <= *after) continue;
    if (filter.has_value()) {
      const absl::StatusOr<bool> matches = filter->Matches(object);
      if (!matches.ok()) return GraphBadRequestError(matches.status().message());
      if (!*matches) continue;
    }
    if (!search.empty() &&
        !absl::StrContains(absl::AsciiStrToLower(TextOf(object, "displayName")), search)) {
      continue;
    }
    if (value.size() == page) {
      answer["@odata.nextLink"] = NextLink(call.root, call.collection, call.target, last);
      break;
    }
    value.emplace_back(Select(object, call.target));
    last = id;
  }
  answer["value"] = std::move(value);
  return answer;
}

absl::StatusOr<json::object> GraphHandler::Member(const Call& call) const {
  const std::string id = absl::AsciiStrToLower(call.key);
  LAZULI_ASSIGN_OR_RETURN(json::array members, Members(call));
  for (const json::value& member : members) {
    if (TextOf(member.get_object(), "id") == id) return member.get_object();
  }
  return GraphNotFoundError(call.key);
}

absl::StatusOr<json::object> GraphHandler::GetByIds(const Call& call) const {
  json::error_code error;
  const json::value body = json::parse(ToJson(call.http.body), error);
  const json::object* const object = error ? nullptr : body.if_object();
  const json::value* const ids = object == nullptr ? nullptr : object->if_contains("ids");
  if (ids == nullptr || !ids->is_array()) {
    return GraphBadRequestError("The body has to be an object with the array 'ids'.");
  }
  if (ids->get_array().size() > kMostIds) {
    return GraphBadRequestError(absl::StrCat("No more than ", kMostIds, " ids at once."));
  }
  const json::value* const types = object->if_contains("types");
  const auto is_asked_for = [types](absl::string_view odata_type) {
    if (types == nullptr || !types->is_array() || types->get_array().empty()) return true;
    odata_type.remove_prefix(odata_type.rfind('.') + 1);
    for (const json::value& type : types->get_array()) {
      const absl::string_view name =
          type.is_string() ? absl::string_view(type.get_string().c_str()) : absl::string_view();
      if (absl::EqualsIgnoreCase(name, odata_type) ||
          absl::EqualsIgnoreCase(name, "directoryObject")) {
        return true;
      }
    }
    return false;
  };
  std::vector<std::string> wanted;
  for (const json::value& id : ids->get_array()) {
    if (!id.is_string()) return GraphBadRequestError("Every one of 'ids' has to be a text.");
    wanted.push_back(absl::AsciiStrToLower(id.get_string().c_str()));
  }
  LAZULI_ASSIGN_OR_RETURN(json::array members, Members(call));
  json::array value;
  for (const json::value& member : members) {
    const json::object& found = member.get_object();
    const absl::string_view type = ODataTypeOf(found);
    if (!is_asked_for(type)) continue;
    if (std::find(wanted.begin(), wanted.end(), TextOf(found, "id")) == wanted.end()) continue;
    json::object shown = {{"@odata.type", ToJson(type)}};
    for (const auto& property : found) shown[property.key()] = property.value();
    value.emplace_back(std::move(shown));
  }
  return json::object{{"@odata.context", absl::StrCat(call.root, "/$metadata#directoryObjects")},
                      {"value", std::move(value)}};
}

HttpResponse GraphHandler::ErrorAnswer(const absl::Status& error, const RequestIds& ids) const {
  const ErrorInfo info = ErrorInfoOrDefault(error);
  const std::string date =
      absl::FormatTime("%Y-%m-%dT%H:%M:%S", real_clock_->Now(), absl::UTCTimeZone());
  const json::object body = {
      {"error",
       json::object{{"code", info.code},
                    {"message", JsonSafe(error.message())},
                    {"innerError", json::object{{"date", date},
                                                {"request-id", ids.request_id},
                                                {"client-request-id", ids.correlation_id}}}}}};
  HttpResponse response = JsonAnswer(info.http_status, json::serialize(body));
  if (info.http_status == 401) {
    response.headers.Add(
        "WWW-Authenticate",
        absl::StrCat("Bearer realm=\"\", "
                     "authorization_uri=\"https://login.microsoftonline.com/common/oauth2/"
                     "authorize\", client_id=\"",
                     kGraphApplication, "\""));
  }
  return response;
}

}  // namespace lazuli::emulator

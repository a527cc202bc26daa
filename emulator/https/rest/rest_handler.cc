#include "emulator/https/rest/rest_handler.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "emulator/dispatch/claimed_origin.h"
#include "emulator/dispatch/errors.h"
#include "emulator/https/batch_auth/unemulated_operations.h"
#include "emulator/https/rest/answer_headers.h"
#include "emulator/https/rest/answer_shapers.h"
#include "emulator/https/rest/challenge.h"
#include "emulator/https/rest/entity_headers.h"
#include "emulator/https/rest/envelopes.h"
#include "emulator/https/rest/errors.h"
#include "emulator/https/rest/next_link.h"
#include "emulator/https/rest/request_binder.h"
#include "emulator/https/rest/url_fields.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/encoder.h"
#include "google/protobuf/arena.h"
#include "keyvault/names.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

using google::protobuf::Message;

namespace {

constexpr absl::string_view kApiVersion = "api-version";
constexpr absl::string_view kControlPath = "emulator";
constexpr char kRecover[] = "recover";

v1::Plane PlaneOf(const HostName& host, const HttpTarget& target) {
  switch (host.kind) {
    case HostKind::kVault:
    case HostKind::kManagedHsm:
      return v1::PLANE_KEY_VAULT_DATA;
    case HostKind::kBatchAccount:
      return v1::PLANE_BATCH_DATA;
    case HostKind::kResourceManager:
      return v1::PLANE_RESOURCE_MANAGER;
    default: {
      const bool is_control =
          !target.segments.empty() && absl::EqualsIgnoreCase(target.segments[0], kControlPath);
      return is_control ? v1::PLANE_CONTROL : v1::PLANE_RESOURCE_MANAGER;
    }
  }
}

// The verb that routes. A client that cannot send another may POST and name it in a header (Key
// Vault documentation: authentication, requests and responses).
std::string RoutingVerb(const HttpRequest& http, v1::Plane plane) {
  if (http.method != "POST" || plane != v1::PLANE_KEY_VAULT_DATA) return http.method;
  for (const absl::string_view name : {"X-HTTP-Method", "X-HTTP-Method-Override"}) {
    const absl::string_view verb = http.headers.Get(name);
    for (const absl::string_view known : {"DELETE", "PATCH", "PUT", "GET"}) {
      if (absl::EqualsIgnoreCase(verb, known)) return std::string(known);
    }
  }
  return http.method;
}

// The vault's, as requests name it.
std::string VaultName(const HostName& host) {
  return host.kind == HostKind::kManagedHsm ? keyvault::ManagedHsmVaultName(host.name) : host.name;
}

// Whether `request` asks for a deleted vault to be brought back.
bool RecoversVault(const Message& request) {
  const auto* put =
      google::protobuf::DynamicCastToGenerated<v1::CreateOrUpdateVaultRequest>(&request);
  return put != nullptr &&
         absl::EqualsIgnoreCase(put->parameters().properties().create_mode(), kRecover);
}

// Of a deletion: 204.
HttpResponse NothingThere(const Exchange& exchange) {
  HttpResponse answer;
  answer.status = 204;
  AddAnswerHeaders(exchange, &answer);
  return answer;
}

// What the request is about, which may be of no method.
std::vector<std::pair<std::string, std::string>> TargetOf(const Exchange& exchange) {
  std::vector<std::pair<std::string, std::string>> target;
  if (exchange.plane == v1::PLANE_KEY_VAULT_DATA) {
    target.emplace_back("vault_name", Excerpt(VaultName(exchange.host)));
  }
  target.emplace_back("path", Excerpt(exchange.target.path));
  return target;
}

// Whether it was refused for having no token: that is how every client of Azure begins, to be told
// where to sign in, and would soon be all that is kept.
bool AsksForChallenge(const Exchange& exchange, const absl::Status& status) {
  return exchange.http.headers.Find("Authorization") == nullptr &&
         ErrorInfoOrDefault(status).http_status == 401;
}

// Whether the path goes on behind the name of a vault's object, as in /keys/k/sign.
bool NamesOperation(const Exchange& exchange) {
  const size_t size = exchange.target.segments.size();
  return exchange.plane == v1::PLANE_KEY_VAULT_DATA && (size == 3 || size == 4);
}

}  // namespace

struct RestHandler::Call {
  Exchange exchange;
  HttpRespond respond;
  Caller caller;
  CallOrigin origin;
  const Route* route = nullptr;
  google::protobuf::Arena arena;
  Message* request = nullptr;
  Message* response = nullptr;
  // See Parts::resource_exists.
  bool existed = true;
  // Set when there is nothing to call any more.
  bool is_answered = false;
  HttpResponse answer;
};

absl::StatusOr<std::unique_ptr<RestHandler>> RestHandler::Create(Parts parts) {
  LAZULI_ASSIGN_OR_RETURN(RouteTable routes, RouteTable::Build(*parts.methods));
  return std::unique_ptr<RestHandler>(new RestHandler(std::move(parts), std::move(routes)));
}

RestHandler::RestHandler(Parts parts, RouteTable routes)
    : parts_(std::move(parts)),
      routes_(std::move(routes)),
      versions_(*parts_.methods),
      callers_(parts_.token_verifier, parts_.shared_keys, parts_.control_caller),
      results_(*parts_.ids),
      request_id_prefix_(parts_.ids->Guid("https", "request", 0).substr(0, 24)) {}

// A GUID whose last twelve digits count: deriving one for each answer would cost more than the rest
// of the face.
std::string RestHandler::NewRequestId() {
  return absl::StrCat(request_id_prefix_,
                      absl::Hex(++requests_ & 0xffff'ffff'ffff, absl::kZeroPad12));
}

void RestHandler::Handle(HttpRequest request, HttpRespond respond) {
  auto call = std::make_unique<Call>();
  Exchange& exchange = call->exchange;
  exchange.http = std::move(request);
  call->origin.client_address = exchange.http.client_address;
  call->respond = std::move(respond);
  exchange.request_id = NewRequestId();
  exchange.now = parts_.clock->Now();
  if (absl::Status status = Prepare(call.get()); !status.ok()) {
    TellOfRefusal(*call, status);
    HttpResponse answer = Refuse(exchange, status);
    return call->respond(std::move(answer));
  }
  if (call->is_answered) {
    HttpResponse answer = std::move(call->answer);
    return call->respond(std::move(answer));
  }
  Dispatch(std::move(call));
}

// What never becomes a call leaves no line of its own in the dispatcher's record.
void RestHandler::TellOfRefusal(const Call& call, const absl::Status& status) {
  const Exchange& exchange = call.exchange;
  if (parts_.refusals != nullptr && !AsksForChallenge(exchange, status)) {
    parts_.refusals->OnRefused({.request_id = exchange.request_id,
                                .operation = absl::StrCat(Excerpt(exchange.http.method), " ",
                                                          Excerpt(exchange.http.authority)),
                                .caller = call.caller,
                                .origin = call.origin,
                                .time = exchange.now,
                                .target = TargetOf(exchange),
                                .status = status});
  }
  if (!IsLogged(LogLevel::kInfo)) return;
  const std::optional<Decision> decision = DecisionOf(status);
  Log(LogLevel::kInfo, "refused",
      {{"verb", exchange.http.method},
       {"host", exchange.http.authority},
       {"request_id", exchange.request_id},
       {"object_id", call.caller.object_id},
       {"address", exchange.http.client_address},
       {"code", ErrorInfoOrDefault(status).code},
       {"decision", decision.has_value() ? decision->Short() : ""}});
}

absl::Status RestHandler::Prepare(Call* call) {
  Exchange& exchange = call->exchange;
  exchange.host = ParseHostName(exchange.http.authority);
  absl::StatusOr<HttpTarget> target = ParseHttpTarget(exchange.http.target);
  const absl::Status readable = target.status();
  if (readable.ok()) exchange.target = *std::move(target);
  exchange.plane = PlaneOf(exchange.host, exchange.target);
  exchange.verb = RoutingVerb(exchange.http, exchange.plane);

  RouteTable::Match match;
  if (readable.ok()) {
    match = routes_.Find(exchange.plane, exchange.verb, exchange.target.segments);
    if (match.route == nullptr && exchange.verb == "HEAD") {
      exchange.verb = "GET";
      match = routes_.Find(exchange.plane, exchange.verb, exchange.target.segments);
    }
  }
  if (exchange.host.kind == HostKind::kManagedHsm && match.route != nullptr &&
      !match.route->serves_managed_hsm) {
    match = {};
  }
  // Who calls comes before everything that the call says: the first request of many clients is
  // empty, and made for the challenge alone.
  const bool is_anonymous = match.route != nullptr && match.route->method->rule.anonymous();
  if (!is_anonymous) LAZULI_RETURN_IF_ERROR(Identify(call));
  absl::Status status =
      readable.ok() ? Read(match, call) : InvalidUriError(exchange.plane, readable.message());
  const bool is_vault =
      exchange.host.kind == HostKind::kVault || exchange.host.kind == HostKind::kManagedHsm;
  if (status.ok() || is_anonymous || !is_vault) return status;
  // Who is not let in is not told what is wrong with the call.
  LAZULI_RETURN_IF_ERROR(parts_.dispatcher->CheckEntry(exchange.plane, VaultName(exchange.host),
                                                       call->caller, call->origin));
  return status;
}

absl::Status RestHandler::Identify(Call* call) {
  Exchange& exchange = call->exchange;
  LAZULI_ASSIGN_OR_RETURN(call->caller, callers_.Verify(exchange));
  const HttpRequest& http = exchange.http;
  LAZULI_RETURN_IF_ERROR(TakeClaimedOrigin(
      [&http](const char* name) { return http.headers.Get(name); },
      [this, &http] { return parts_.is_operator && parts_.is_operator(http); }, &call->origin));
  // From here on it is where the operator says.
  exchange.http.client_address = call->origin.client_address;
  return absl::OkStatus();
}

absl::Status RestHandler::Read(const RouteTable::Match& match, Call* call) {
  Exchange& exchange = call->exchange;
  const std::string* version = exchange.target.FindQuery(kApiVersion);
  if (version != nullptr) exchange.api_version = *version;
  LAZULI_ASSIGN_OR_RETURN(exchange.api_version_place,
                          versions_.Check(exchange.plane, exchange.api_version));
  if (match.route == nullptr) {
    const absl::string_view result_id = OperationResultId(exchange.target.segments);
    if (exchange.plane == v1::PLANE_RESOURCE_MANAGER && exchange.verb == "GET" &&
        !result_id.empty()) {
      LAZULI_ASSIGN_OR_RETURN(OperationResults::Result result,
                              results_.Find(result_id, call->caller));
      call->is_answered = true;
      call->answer.status = result.status;
      call->answer.body = std::move(result.body);
      AddAnswerHeaders(exchange, &call->answer);
      return absl::OkStatus();
    }
    if (exchange.plane == v1::PLANE_BATCH_DATA) {
      LAZULI_RETURN_IF_ERROR(
          UnemulatedBatchOperation(exchange.http.method, exchange.target.segments));
    }
    if (NamesOperation(exchange)) {
      return UnknownOperationError(exchange.verb, exchange.target.segments.back());
    }
    if (!match.allowed_verbs.empty()) return VerbNotAllowedError(exchange.plane, exchange.verb);
    return UnknownRouteError(exchange.plane, exchange.target.segments, exchange.api_version);
  }

  if (match.route->since > exchange.api_version_place) {
    return UnknownOperationError(exchange.verb, exchange.target.segments.back());
  }

  call->route = match.route;
  const Method& method = *match.route->method;
  call->request = method.request_prototype->New(&call->arena);
  call->response = method.response_prototype->New(&call->arena);
  LAZULI_RETURN_IF_ERROR(BindRequest(exchange, match, call->request));
  if (match.route->oddity != Oddity::kNone && parts_.resource_exists) {
    call->existed = parts_.resource_exists(*call->request);
  }
  return absl::OkStatus();
}

void RestHandler::Dispatch(std::unique_ptr<Call> call) {
  CallArrival arrival;
  // The call outlives its arrival.
  arrival.authenticate = [known = &call->caller]() -> absl::StatusOr<Caller> { return *known; };
  arrival.origin = std::move(call->origin);
  arrival.request_id = call->exchange.request_id;
  arrival.api_version = call->exchange.api_version;
  arrival.is_cancelled = call->exchange.http.is_cancelled;
  const Method& method = *call->route->method;
  const Message& request = *call->request;
  Message* const response = call->response;
  parts_.dispatcher->Start(
      method, std::move(arrival), request, response,
      [this, call = std::move(call)](absl::Status status) { Finish(call.get(), status); });
}

void RestHandler::Finish(Call* call, const absl::Status& status) {
  if (IsConnectionDropped(status)) {
    HttpResponse dropped;
    dropped.drops_connection = true;
    return call->respond(std::move(dropped));
  }
  if (!status.ok()) return call->respond(Refuse(call->exchange, status));
  absl::StatusOr<HttpResponse> answer = Answer(call);
  if (!answer.ok()) return call->respond(Refuse(call->exchange, answer.status()));
  call->respond(*std::move(answer));
}

HttpResponse RestHandler::Refuse(const Exchange& exchange, const absl::Status& status) const {
  HttpResponse answer = ErrorAnswer(exchange, status);
  if (answer.status != 401) return answer;
  const ServiceNames names(exchange.host);
  if (exchange.plane == v1::PLANE_KEY_VAULT_DATA) {
    const std::string tenant = parts_.tenant_of_vault
                                   ? parts_.tenant_of_vault(exchange.http, VaultName(exchange.host))
                                   : std::string(kDefaultTenantId);
    answer.headers.Set("WWW-Authenticate", VaultChallenge(names, tenant));
  } else if (exchange.plane == v1::PLANE_RESOURCE_MANAGER) {
    answer.headers.Set("WWW-Authenticate",
                       ResourceManagerChallenge(names, kDefaultTenantId, status.message()));
  } else {
    answer.headers.Set("WWW-Authenticate", "Bearer");
  }
  return answer;
}

absl::StatusOr<HttpResponse> RestHandler::Answer(Call* call) {
  const Exchange& exchange = call->exchange;
  const Route& route = *call->route;
  Message* const message = call->response;
  HttpResponse answer;
  const bool was_there = route.oddity == Oddity::kPutOrUpdate && call->existed;
  answer.status = was_there ? 200 : route.status;
  route.response_urls.ToCaller(ServiceNames(exchange.host), message);
  if (!route.is_empty) {
    if (exchange.plane == v1::PLANE_RESOURCE_MANAGER) {
      ShapeVaultByVersion(exchange.api_version, message);
    }
    if (route.oddity == Oddity::kPutVault && !call->existed && !RecoversVault(*call->request)) {
      ShapeNewVault(message);
    }
    const google::protobuf::Reflection& reflection = *message->GetReflection();
    if (route.next_link_field != nullptr && reflection.HasField(*message, route.next_link_field)) {
      const std::string token = reflection.GetString(*message, route.next_link_field);
      reflection.SetString(message, route.next_link_field, NextLink(exchange, token));
    }
    LAZULI_ASSIGN_OR_RETURN(answer.body,
                            EncodeJson(*message, {.api_version = exchange.api_version_place}));
    if (!route.odata_metadata.empty()) {
      answer.body = WithODataMetadata(exchange, route, answer.body);
    }
  }
  if (exchange.plane == v1::PLANE_BATCH_DATA) {
    AddEntityHeaders(exchange, route, *message, &answer);
  }
  // What was not there takes no time to delete.
  if (!call->existed && route.oddity == Oddity::kDelete) return NothingThere(exchange);
  if (route.method->rule.long_running() == v1::LONG_RUNNING_LOCATION) {
    return AcceptedAnswer(call, std::move(answer.body));
  }
  AddAnswerHeaders(exchange, &answer);
  if (route.oddity == Oddity::kCreateCertificate) AddRequestLocation(exchange, *message, &answer);
  return answer;
}

// 202 with the place to ask for the result, which is there already.
HttpResponse RestHandler::AcceptedAnswer(Call* call, std::string body) {
  const Exchange& exchange = call->exchange;
  HttpResponse answer;
  if (call->route->oddity == Oddity::kPurgeVault) body = PurgedVaultStatus(exchange.now);
  const std::string id = results_.Add(call->caller, {.status = 200, .body = std::move(body)});
  answer.status = 202;
  AddAnswerHeaders(exchange, &answer);
  answer.headers.Set(
      "Location",
      absl::StrCat(CallerOrigin(exchange), OperationResultsPath(exchange.target.segments), "/", id,
                   "?api-version=", PercentEncode(exchange.api_version)));
  // Without one, clients wait as long as they like between two questions; 0 they take for none.
  answer.headers.Set("Retry-After", "1");
  return answer;
}

}  // namespace lazuli::emulator

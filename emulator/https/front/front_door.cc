#include "emulator/https/front/front_door.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "emulator/https/rest/envelopes.h"
#include "emulator/https/rest/errors.h"
#include "emulator/https/rest/exchange.h"

namespace lazuli::emulator {
namespace {

// The first two segments of a path, without regard to empty ones.
struct PathHead {
  absl::string_view first;
  absl::string_view second;
};

PathHead HeadOf(absl::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  PathHead head;
  for (const absl::string_view segment : absl::StrSplit(target, '/', absl::SkipEmpty())) {
    if (head.first.empty()) {
      head.first = segment;
    } else {
      head.second = segment;
      break;
    }
  }
  return head;
}

bool Is(absl::string_view segment, absl::string_view word) {
  return absl::EqualsIgnoreCase(segment, word);
}

// Digits, or nothing. Whatever else stood there would get into URLs and headers.
bool IsPort(absl::string_view port) {
  return port.size() <= 5 && std::all_of(port.begin(), port.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

v1::Plane PlaneOf(const HostName& host) {
  switch (host.kind) {
    case HostKind::kVault:
    case HostKind::kManagedHsm:
      return v1::PLANE_KEY_VAULT_DATA;
    case HostKind::kBatchAccount:
      return v1::PLANE_BATCH_DATA;
    default:
      return v1::PLANE_UNSPECIFIED;
  }
}

HttpResponse Refusal(HttpRequest request, const HostName& host, const absl::Status& status) {
  Exchange exchange;
  exchange.plane = PlaneOf(host);
  exchange.host = host;
  exchange.verb = request.method;
  exchange.http = std::move(request);
  return ErrorAnswer(exchange, status);
}

}  // namespace

FrontDoor::FrontDoor(const Handlers& handlers, const Options& options)
    : handlers_(handlers), allow_http_batch_(options.allow_http_batch) {
  for (const std::string& host : options.allowed_hosts) {
    allowed_hosts_.insert(absl::AsciiStrToLower(host));
  }
}

HttpHandler* FrontDoor::ChooseLocal(absl::string_view target) const {
  const PathHead head = HeadOf(target);
  if (Is(head.first, "emulator")) {
    return handlers_.control != nullptr ? handlers_.control : handlers_.rest;
  }
  if (Is(head.first, "healthz")) return handlers_.control;
  if (Is(head.first, "metadata")) {
    return Is(head.second, "endpoints") ? handlers_.metadata : handlers_.identity_endpoint;
  }
  if (Is(head.first, "msi") || (Is(head.first, "oauth2") && Is(head.second, "token"))) {
    return handlers_.identity_endpoint;
  }
  if (Is(head.first, "v1.0") || Is(head.first, "beta")) return handlers_.graph;
  if (Is(head.first, "subscriptions") || Is(head.first, "providers") || Is(head.first, "tenants")) {
    return handlers_.rest;
  }
  return handlers_.login;
}

HttpHandler* FrontDoor::Choose(const HostName& host, absl::string_view target) const {
  switch (host.kind) {
    case HostKind::kVault:
    case HostKind::kManagedHsm:
    case HostKind::kBatchAccount:
      return handlers_.rest;
    case HostKind::kResourceManager: {
      const PathHead head = HeadOf(target);
      const bool is_metadata = Is(head.first, "metadata") && Is(head.second, "endpoints");
      return is_metadata ? handlers_.metadata : handlers_.rest;
    }
    case HostKind::kLogin:
      return handlers_.login;
    case HostKind::kGraph:
      return handlers_.graph;
    case HostKind::kIdentityEndpoint:
      return handlers_.identity_endpoint;
    case HostKind::kLocal:
    case HostKind::kForeign:
      return ChooseLocal(target);
  }
  return nullptr;
}

bool FrontDoor::MayComePlain(const HostName& host, const HttpRequest& request,
                             const HttpHandler* handler) const {
  if (handler == handlers_.identity_endpoint) return true;
  if (host.kind == HostKind::kBatchAccount) {
    // A signature gives nothing away, a token everything.
    return allow_http_batch_ &&
           absl::StartsWithIgnoreCase(request.headers.Get("Authorization"), "SharedKey ");
  }
  if (host.kind != HostKind::kLocal && host.kind != HostKind::kForeign) return false;
  return handler == handlers_.control;
}

void FrontDoor::Handle(HttpRequest request, HttpRespond respond) {
  const HostName host = ParseHostName(request.authority);
  const bool is_known = host.kind != HostKind::kForeign || allowed_hosts_.contains(host.host);
  if (!is_known || !IsPort(host.port)) {
    return respond(Refusal(std::move(request), host, HostNotEmulatedError(host.host)));
  }
  HttpHandler* const handler = Choose(host, request.target);
  if (handler == nullptr) {
    return respond(
        Refusal(std::move(request), host, UnknownRouteError(v1::PLANE_UNSPECIFIED, {}, "")));
  }
  if (!request.is_tls && !MayComePlain(host, request, handler)) {
    return respond(Refusal(std::move(request), host, HttpsRequiredError(PlaneOf(host))));
  }
  handler->Handle(std::move(request), std::move(respond));
}

}  // namespace lazuli::emulator

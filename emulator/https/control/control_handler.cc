#include "emulator/https/control/control_handler.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "emulator/https/control/errors.h"
#include "emulator/https/control/server_sent_events.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_target.h"
#include "emulator/https/rest/envelopes.h"
#include "emulator/https/rest/errors.h"
#include "proto/control.pb.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

namespace {

constexpr char kWatchEvents[] = "lazuli.v1.Emulator/WatchEvents";
constexpr char kEventStream[] = "text/event-stream";

// The path in lower case, "/emulator/v1/events", whatever slashes it came with.
std::string PathOf(const HttpTarget& target) {
  std::string path;
  for (const std::string& segment : target.segments) {
    absl::StrAppend(&path, "/", absl::AsciiStrToLower(segment));
  }
  return path;
}

bool AcceptsEventStream(const HttpRequest& request) {
  for (const absl::string_view type : absl::StrSplit(request.headers.Get("accept"), ',')) {
    const absl::string_view name = type.substr(0, type.find(';'));
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(name), kEventStream)) return true;
  }
  return false;
}

bool WantsEventStream(const Exchange& exchange) {
  if (exchange.verb != "GET") return false;
  const std::string path = PathOf(exchange.target);
  return path == "/emulator/v1/events:watch" ||
         (path == "/emulator/v1/events" && AcceptsEventStream(exchange.http));
}

// Where to go on: behind what a client that lost its connection saw last, or where the query says.
absl::StatusOr<v1::WatchEventsRequest> WatchRequestOf(const Exchange& exchange) {
  std::string after(exchange.http.headers.Get("last-event-id"));
  const std::string* query = exchange.target.FindQuery("after");
  if (after.empty() && query != nullptr) after = *query;
  v1::WatchEventsRequest request;
  if (after.empty()) return request;
  uint64_t sequence = 0;
  if (!absl::SimpleAtoi(after, &sequence)) {
    return InvalidQueryValueError(exchange.plane, "after", after);
  }
  request.set_after(sequence);
  return request;
}

HttpResponse Refusal(const Exchange& exchange, const absl::Status& status) {
  HttpResponse answer = ErrorAnswer(exchange, status);
  if (answer.status == 401) answer.headers.Set("WWW-Authenticate", "Bearer");
  return answer;
}

// Nothing here is for a cache, nor for a browser to guess about.
HttpResponse Success(std::string body, absl::string_view type) {
  HttpResponse answer;
  answer.headers.Set("Content-Type", type);
  answer.headers.Set("Cache-Control", "no-store");
  answer.headers.Set("X-Content-Type-Options", "nosniff");
  answer.body = std::move(body);
  return answer;
}

}  // namespace

ControlHandler::ControlHandler(Parts parts) : parts_(std::move(parts)) {}

void ControlHandler::Handle(HttpRequest request, HttpRespond respond) {
  Exchange exchange;
  exchange.http = std::move(request);
  exchange.host = ParseHostName(exchange.http.authority);
  exchange.plane = v1::PLANE_CONTROL;
  exchange.verb = exchange.http.method == "HEAD" ? "GET" : exchange.http.method;
  absl::StatusOr<HttpTarget> target = ParseHttpTarget(exchange.http.target);
  if (!target.ok()) return respond(Refusal(exchange, target.status()));
  exchange.target = *std::move(target);

  absl::Status admitted = parts_.guard->CheckOrigin(exchange.http);
  if (!admitted.ok()) return respond(Refusal(exchange, admitted));
  HttpResponse answer;
  if (AnswerAnybody(exchange, &answer)) return respond(std::move(answer));
  admitted = parts_.guard->CheckOperator(exchange.http);
  if (!admitted.ok()) return respond(Refusal(exchange, admitted));
  if (WantsEventStream(exchange)) return respond(Follow(exchange));
  // From here on an added name is as good as our own.
  if (exchange.host.kind == HostKind::kForeign) exchange.http.authority = "localhost";
  parts_.rest->Handle(std::move(exchange.http), std::move(respond));
}

bool ControlHandler::AnswerAnybody(const Exchange& exchange, HttpResponse* answer) const {
  if (exchange.verb != "GET") return false;
  const std::string path = PathOf(exchange.target);
  if (path == "/healthz") {
    const bool is_serving = !parts_.is_serving || parts_.is_serving();
    *answer = is_serving ? Success("{\"status\":\"serving\"}\n", "application/json")
                         : Refusal(exchange, NotServingError());
    return true;
  }
  if (path == "/emulator/v1/ca.pem" && !parts_.ca_pem.empty()) {
    *answer = Success(parts_.ca_pem, "application/x-pem-file");
    return true;
  }
  return false;
}

HttpResponse ControlHandler::Follow(const Exchange& exchange) {
  const absl::StatusOr<v1::WatchEventsRequest> request = WatchRequestOf(exchange);
  if (!request.ok()) return Refusal(exchange, request.status());
  CallArrival arrival;
  arrival.origin.client_address = exchange.http.client_address;
  arrival.is_cancelled = exchange.http.is_cancelled;
  arrival.authenticate = [&] { return parts_.callers->WhoCalls(exchange.http); };
  absl::StatusOr<std::unique_ptr<MessageStream>> records =
      parts_.dispatcher->Open(*parts_.methods->Find(kWatchEvents), std::move(arrival), *request);
  if (!records.ok()) return Refusal(exchange, records.status());
  HttpResponse answer = Success("", kEventStream);
  answer.stream = std::make_unique<ServerSentEvents>(*std::move(records));
  return answer;
}

}  // namespace lazuli::emulator

#include "emulator/https/entra/entra_answer.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "emulator/https/message/http_target.h"
#include "emulator/json/utf8.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kClientRequestId = "client-request-id";

// The name that the client gave the request; empty when there is none that can be echoed.
std::string ClientRequestId(const HttpRequest& request) {
  const absl::string_view header = request.headers.Get(kClientRequestId);
  if (!header.empty()) return IsGuid(header) ? std::string(header) : "";
  const absl::StatusOr<HttpTarget> target = ParseHttpTarget(request.target);
  if (!target.ok()) return "";
  const std::string* const parameter = target->FindQuery(kClientRequestId);
  return parameter != nullptr && IsGuid(*parameter) ? *parameter : "";
}

}  // namespace

RequestIdSource::RequestIdSource(IdDeriver ids, absl::string_view parent)
    : ids_(ids), parent_(parent) {}

RequestIds RequestIdSource::Next(const HttpRequest& request) {
  const uint64_t ordinal = ordinal_.fetch_add(1, std::memory_order_relaxed);
  RequestIds ids;
  ids.request_id = ids_.Guid(parent_, "request", ordinal);
  ids.correlation_id = ClientRequestId(request);
  ids.client_named = !ids.correlation_id.empty();
  if (!ids.client_named) ids.correlation_id = ids_.Guid(parent_, "correlation", ordinal);
  return ids;
}

HttpResponse JsonAnswer(int status, std::string json) {
  HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json; charset=utf-8");
  response.body = std::move(json);
  return response;
}

void AddEntraHeaders(const RequestIds& ids, HttpResponse* response) {
  response->headers.Add("Cache-Control", "no-store, no-cache");
  response->headers.Add("Pragma", "no-cache");
  response->headers.Add("Expires", "-1");
  response->headers.Add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  response->headers.Add("X-Content-Type-Options", "nosniff");
  response->headers.Add("x-ms-request-id", ids.request_id);
  if (ids.client_named) response->headers.Add(kClientRequestId, ids.correlation_id);
}

std::string JsonSafe(absl::string_view text) {
  std::string safe(text);
  if (IsValidUtf8(text)) return safe;
  for (char& c : safe) {
    if (!absl::ascii_isascii(static_cast<unsigned char>(c))) c = '?';
  }
  return safe;
}

}  // namespace lazuli::emulator

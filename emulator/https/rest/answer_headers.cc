#include "emulator/https/rest/answer_headers.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kVaultVersion = "1.9.2396.1";
// What a subscription may still ask for in this hour: nothing is counted here.
constexpr absl::string_view kRemainingReads = "11999";
constexpr absl::string_view kRemainingWrites = "1199";
constexpr absl::string_view kRemainingDeletes = "14999";

// A client's own id comes back, unless it is no line of a header.
void Echo(const Exchange& exchange, absl::string_view name, HttpHeaders* headers) {
  const std::string* value = exchange.http.headers.Find(name);
  if (value == nullptr || value->empty() || value->size() > 256) return;
  headers->Add(name, *value);
}

void AddCommon(const Exchange& exchange, HttpHeaders* headers) {
  // Browsers would from then on refuse plain HTTP on every port of localhost.
  if (exchange.http.is_tls && !exchange.host.is_local) {
    headers->Add("Strict-Transport-Security", "max-age=31536000;includeSubDomains");
  }
  headers->Add("X-Content-Type-Options", "nosniff");
}

void AddUncached(HttpHeaders* headers) {
  headers->Add("Cache-Control", "no-cache");
  headers->Add("Pragma", "no-cache");
  headers->Add("Expires", "-1");
}

void AddVaultHeaders(const Exchange& exchange, HttpHeaders* headers) {
  AddUncached(headers);
  headers->Add("x-ms-request-id", exchange.request_id);
  Echo(exchange, "x-ms-client-request-id", headers);
  headers->Add("x-ms-keyvault-service-version", kVaultVersion);
  const std::string& address = exchange.http.client_address;
  const bool is_v6 = absl::StrContains(address, ":");
  headers->Add("x-ms-keyvault-network-info",
               absl::StrCat("conn_type=", is_v6 ? "Ipv6" : "Ipv4", ";addr=", address,
                            ";act_addr_fam=", is_v6 ? "InterNetworkV6" : "InterNetwork", ";"));
}

void AddResourceManagerHeaders(const Exchange& exchange, HttpHeaders* headers) {
  AddUncached(headers);
  headers->Add("x-ms-request-id", exchange.request_id);
  const absl::string_view correlation = exchange.http.headers.Get("x-ms-correlation-request-id");
  const bool is_echoed = !correlation.empty() && correlation.size() <= 256;
  headers->Add("x-ms-correlation-request-id", is_echoed ? correlation : exchange.request_id);
  headers->Add("x-ms-routing-request-id",
               absl::StrCat("LAZULI:",
                            absl::FormatTime("%Y%m%d%ET%H%M%SZ", exchange.now, absl::UTCTimeZone()),
                            ":", exchange.request_id));
  if (exchange.verb == "GET") {
    headers->Add("x-ms-ratelimit-remaining-subscription-reads", kRemainingReads);
  } else if (exchange.verb == "DELETE") {
    headers->Add("x-ms-ratelimit-remaining-subscription-deletes", kRemainingDeletes);
  } else {
    headers->Add("x-ms-ratelimit-remaining-subscription-writes", kRemainingWrites);
  }
  Echo(exchange, "x-ms-client-request-id", headers);
}

void AddBatchHeaders(const Exchange& exchange, HttpHeaders* headers) {
  headers->Add("request-id", exchange.request_id);
  if (absl::EqualsIgnoreCase(exchange.http.headers.Get("return-client-request-id"), "true")) {
    Echo(exchange, "client-request-id", headers);
  }
  headers->Add("DataServiceVersion", "3.0");
}

}  // namespace

void AddAnswerHeaders(const Exchange& exchange, HttpResponse* answer) {
  HttpHeaders* const headers = &answer->headers;
  const bool is_batch = exchange.plane == v1::PLANE_BATCH_DATA;
  if (!answer->body.empty()) {
    headers->Set("Content-Type", is_batch ? "application/json;odata=minimalmetadata"
                                          : "application/json; charset=utf-8");
  }
  switch (exchange.plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      AddVaultHeaders(exchange, headers);
      break;
    case v1::PLANE_RESOURCE_MANAGER:
      AddResourceManagerHeaders(exchange, headers);
      break;
    case v1::PLANE_BATCH_DATA:
      AddBatchHeaders(exchange, headers);
      break;
    default:
      AddUncached(headers);
      headers->Add("x-ms-request-id", exchange.request_id);
  }
  AddCommon(exchange, headers);
}

}  // namespace lazuli::emulator

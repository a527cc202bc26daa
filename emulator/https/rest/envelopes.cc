#include "emulator/https/rest/envelopes.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "emulator/https/rest/answer_headers.h"
#include "emulator/https/rest/url_fields.h"
#include "emulator/json/json_text.h"
#include "emulator/json/utf8.h"

namespace lazuli::emulator {
namespace {

// What an error shows may come from a request, percent escapes and all.
std::string Readable(const ServiceNames& names, absl::string_view text) {
  std::string readable = names.ToCaller(text);
  if (!IsValidUtf8(readable)) {
    for (char& c : readable) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  return readable;
}

// Writes the members of one JSON object.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string* out) : out_(out) { out_->push_back('{'); }

  void Text(absl::string_view name, absl::string_view value) {
    Name(name);
    AppendJsonString(value, out_);
  }
  // Whoever calls writes the value.
  void Name(absl::string_view name) {
    if (!is_first_) out_->push_back(',');
    is_first_ = false;
    AppendJsonString(name, out_);
    out_->push_back(':');
  }
  void End() { out_->push_back('}'); }

 private:
  std::string* const out_;
  bool is_first_ = true;
};

std::string WithLines(const Exchange& exchange, absl::string_view text) {
  return absl::StrCat(text, "\nRequestId:", exchange.request_id,
                      "\nTime:", FormatIso8601Time(exchange.now, 7));
}

void WriteDetails(const ErrorInfo& info, const ServiceNames& names, absl::string_view name,
                  absl::string_view value, std::string* out) {
  out->push_back('[');
  for (size_t i = 0; i < info.details.size(); ++i) {
    if (i > 0) out->push_back(',');
    ObjectWriter detail(out);
    detail.Text(name, Readable(names, info.details[i].code));
    detail.Text(value, Readable(names, info.details[i].message));
    detail.End();
  }
  out->push_back(']');
}

void WriteInnerError(const ErrorInfo& info, ObjectWriter* error, std::string* out) {
  if (info.inner_code.empty()) return;
  error->Name("innererror");
  ObjectWriter inner(out);
  inner.Text("code", info.inner_code);
  inner.End();
}

std::string VaultEnvelope(const ErrorInfo& info, absl::string_view message) {
  std::string body = "{\"error\":";
  ObjectWriter error(&body);
  error.Text("code", info.code);
  error.Text("message", message);
  if (info.http_status != 401 && info.http_status != 404) WriteInnerError(info, &error, &body);
  error.End();
  body.push_back('}');
  return body;
}

std::string ResourceManagerEnvelope(const Exchange& exchange, const ErrorInfo& info,
                                    const ServiceNames& names, absl::string_view message) {
  // The Batch provider's own errors, which name their target; not those of Resource Manager about
  // its accounts.
  const bool is_batch = info.target == "BatchAccount" && info.code != "ResourceNotFound";
  std::string body = "{\"error\":";
  ObjectWriter error(&body);
  error.Text("code", info.code);
  error.Text("message", is_batch ? WithLines(exchange, message) : std::string(message));
  if (!info.target.empty()) error.Text("target", Readable(names, info.target));
  if (!info.details.empty() && info.http_status != 401) {
    error.Name("details");
    WriteDetails(info, names, "code", "message", &body);
  }
  if (info.http_status != 401) WriteInnerError(info, &error, &body);
  error.End();
  body.push_back('}');
  return body;
}

std::string BatchEnvelope(const Exchange& exchange, const ErrorInfo& info,
                          const ServiceNames& names, absl::string_view message) {
  std::string body;
  ObjectWriter error(&body);
  error.Text("odata.metadata",
             absl::StrCat("https://", exchange.http.authority,
                          "/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/"
                          "@Element"));
  error.Text("code", info.code);
  error.Name("message");
  ObjectWriter text(&body);
  text.Text("lang", "en-US");
  text.Text("value", WithLines(exchange, message));
  text.End();
  if (!info.details.empty()) {
    error.Name("values");
    WriteDetails(info, names, "key", "value", &body);
  }
  error.End();
  return body;
}

}  // namespace

HttpResponse ErrorAnswer(const Exchange& exchange, const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  const ServiceNames names(exchange.host);
  const std::string message = Readable(names, status.message());
  HttpResponse answer;
  answer.status = info.http_status;
  switch (exchange.plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      answer.body = VaultEnvelope(info, message);
      break;
    case v1::PLANE_BATCH_DATA:
      answer.body = BatchEnvelope(exchange, info, names, message);
      break;
    default:
      answer.body = ResourceManagerEnvelope(exchange, info, names, message);
  }
  // It only says that nothing changed (RFC 9110 section 15.4.5).
  if (answer.status == 304) answer.body.clear();
  AddAnswerHeaders(exchange, &answer);
  if (info.retry_after.has_value()) {
    // Clients take 0 for no answer, and wait for as long as they like.
    const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(*info.retry_after, absl::Seconds(1)));
    answer.headers.Set("Retry-After", absl::StrCat(std::max<int64_t>(seconds, 1)));
  }
  if (exchange.plane == v1::PLANE_RESOURCE_MANAGER && info.http_status == 404) {
    answer.headers.Set("x-ms-failure-cause", "gateway");
  }
  return answer;
}

}  // namespace lazuli::emulator

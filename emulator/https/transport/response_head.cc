#include "emulator/https/transport/response_head.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/real_time.h"

namespace lazuli::emulator::transport {

namespace {

// The reasons of RFC 9110 section 15 and RFC 6585; clients ignore them.
absl::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

void AppendField(absl::string_view name, absl::string_view value, std::string* out) {
  absl::StrAppend(out, name, ": ");
  for (const char c : value) out->push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  absl::StrAppend(out, "\r\n");
}

}  // namespace

BodyFraming FramingOf(const HttpResponse& response, bool is_http11) {
  if (response.status < 200 || response.status == 204 || response.status == 304) {
    return BodyFraming::kNone;
  }
  if (response.stream == nullptr) return BodyFraming::kLength;
  return is_http11 ? BodyFraming::kChunked : BodyFraming::kClose;
}

std::string FormatHead(const HttpResponse& response, BodyFraming framing, bool is_http11,
                       bool keeps_alive, absl::string_view date) {
  std::string head;
  head.reserve(512);
  absl::StrAppend(&head, "HTTP/1.1 ", response.status, " ", ReasonOf(response.status), "\r\n");
  for (const auto& [name, value] : response.headers.fields()) AppendField(name, value, &head);
  absl::StrAppend(&head, "Date: ", date, "\r\n");
  if (framing == BodyFraming::kLength) {
    absl::StrAppend(&head, "Content-Length: ", response.body.size(), "\r\n");
  } else if (framing == BodyFraming::kChunked) {
    absl::StrAppend(&head, "Transfer-Encoding: chunked\r\n");
  }
  // Each version's default goes without saying.
  if (!keeps_alive) {
    absl::StrAppend(&head, "Connection: close\r\n");
  } else if (!is_http11) {
    absl::StrAppend(&head, "Connection: keep-alive\r\n");
  }
  absl::StrAppend(&head, "\r\n");
  return head;
}

std::string HttpDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %E4Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

absl::string_view CurrentHttpDate() {
  // Written once a second, since every answer shows it.
  thread_local int64_t second = 0;
  thread_local std::string date;
  const absl::Time now = RealNow();
  if (absl::ToUnixSeconds(now) != second) {
    second = absl::ToUnixSeconds(now);
    date = HttpDate(now);
  }
  return date;
}

std::string FormatChunk(absl::string_view chunk) {
  if (chunk.empty()) return "";
  return absl::StrCat(absl::Hex(chunk.size()), "\r\n", chunk, "\r\n");
}

}  // namespace lazuli::emulator::transport

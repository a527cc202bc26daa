// File: emulator/https/transport/response_head.h
//
// The first bytes of an HTTP/1.1 answer.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_RESPONSE_HEAD_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_RESPONSE_HEAD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/https/message/http_message.h"

namespace lazuli::emulator::transport {

// How the answer's end is told.
enum class BodyFraming {
  kNone,     // there can be no body: 1xx, 204, 304
  kLength,   // Content-Length
  kChunked,  // chunks
  kClose,    // the end of the connection: a stream to an HTTP/1.0 client
};

BodyFraming FramingOf(const HttpResponse& response, bool is_http11);

// Status line, the handler's fields, Date, the framing's field, Connection, and the empty line.
// `date`: as CurrentHttpDate. Line ends within a field become spaces.
std::string FormatHead(const HttpResponse& response, BodyFraming framing, bool is_http11,
                       bool keeps_alive, absl::string_view date);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string HttpDate(absl::Time time);
// The same of the machine's clock. Valid until the calling thread's next call.
absl::string_view CurrentHttpDate();

// `chunk` framed; empty for the empty chunk, which would end the body.
std::string FormatChunk(absl::string_view chunk);
inline constexpr absl::string_view kLastChunk = "0\r\n\r\n";

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_RESPONSE_HEAD_H_

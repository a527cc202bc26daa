// File: emulator/https/transport/errors.h
//
// What the port refuses by itself, before any service hears of it, and how it says so.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_ERRORS_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "emulator/https/message/http_message.h"

namespace lazuli::emulator::transport {

// 400 "BadRequest": not HTTP as RFC 9110 and 9112 have it.
absl::Status MalformedRequestError(absl::string_view what);
// 403 "HostNotEmulated": a proxy's client asks for another host.
absl::Status HostNotEmulatedError(absl::string_view authority);
// 408 "RequestTimeout".
absl::Status RequestTimeoutError();
// 413 "RequestBodyTooLarge".
absl::Status BodyTooLargeError(size_t limit);
// 417 "ExpectationFailed".
absl::Status ExpectationError();
// 431 "RequestHeaderFieldsTooLarge".
absl::Status HeadersTooLargeError(size_t limit);
// 501 "NotImplemented": a transfer coding, or a way of proxying.
absl::Status UnsupportedError(absl::string_view what);
// 503 "ServerBusy", with a hint when to come again.
absl::Status TooManyBodiesError();

// The answer: {"error":{"code":...,"message":...}}.
HttpResponse RefusalOf(const absl::Status& error);

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_ERRORS_H_

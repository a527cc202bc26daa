// File: emulator/https/rest/answer_headers.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_ANSWER_HEADERS_H_
#define LAZULI_EMULATOR_HTTPS_REST_ANSWER_HEADERS_H_

#include "emulator/https/message/http_message.h"
#include "emulator/https/rest/exchange.h"

namespace lazuli::emulator {

// Adds to `answer`, whose body is complete, what every answer of the exchange's plane carries: ids,
// the echo of the caller's ids, the content type of the body, and what the service says of itself.
void AddAnswerHeaders(const Exchange& exchange, HttpResponse* answer);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_ANSWER_HEADERS_H_

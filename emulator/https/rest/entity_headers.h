// File: emulator/https/rest/entity_headers.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_ENTITY_HEADERS_H_
#define LAZULI_EMULATOR_HTTPS_REST_ENTITY_HEADERS_H_

#include "emulator/https/message/http_message.h"
#include "emulator/https/rest/exchange.h"
#include "emulator/https/rest/route_table.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Batch says in headers what an answer is about: the URL, and of one entity its ETag (without
// quotes) and Last-Modified; of a new one the Location. `response` is of the route's type, with
// URLs as the caller is to see them.
void AddEntityHeaders(const Exchange& exchange, const Route& route,
                      const google::protobuf::Message& response, HttpResponse* answer);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_ENTITY_HEADERS_H_

// File: emulator/https/rest/exchange.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_EXCHANGE_H_
#define LAZULI_EMULATOR_HTTPS_REST_EXCHANGE_H_

#include <string>

#include "absl/time/time.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "proto/api_version.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {

// One request and what was found out about it before any operation: all that an answer, good or
// bad, is written with.
struct Exchange {
  HttpRequest http;
  HostName host;
  HttpTarget target;
  v1::Plane plane = v1::PLANE_UNSPECIFIED;
  // The verb that routes: "GET" for a HEAD that has no route of its own, and what a POST's
  // X-HTTP-Method asks for.
  std::string verb;
  // As the caller gave it; empty when it gave none.
  std::string api_version;
  // Where the version stands in its service's list (proto/api_version.h).
  int api_version_place = kEveryApiVersion;
  // A GUID of this answer.
  std::string request_id;
  // Virtual time.
  absl::Time now;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_EXCHANGE_H_

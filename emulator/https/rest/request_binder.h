// File: emulator/https/rest/request_binder.h
#ifndef LAZULI_EMULATOR_HTTPS_REST_REQUEST_BINDER_H_
#define LAZULI_EMULATOR_HTTPS_REST_REQUEST_BINDER_H_

#include "absl/status/status.h"
#include "emulator/https/rest/exchange.h"
#include "emulator/https/rest/route_table.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Fills `request`, which is empty and of the route's type, from the body, the query, the path, the
// headers and the host of `exchange`, in this order, so that a body can never say what these say.
//
// - An empty body sets nothing, whatever its content type; nor does a body that no method wants.
// - A parameter of the query that the method does not know is ignored, unless it would change which
//   entities are answered ($filter and its like): that is refused as not emulated.
// - URLs that name services as the caller sees them get Azure's names.
//
// Errors are those of emulator/https/rest/errors.h: InvalidBodyError, InvalidQueryValueError,
// InvalidHeaderValueError.
absl::Status BindRequest(const Exchange& exchange, const RouteTable::Match& match,
                         google::protobuf::Message* request);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_REQUEST_BINDER_H_

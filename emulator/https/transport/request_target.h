// File: emulator/https/transport/request_target.h
//
// Whom and what a request line means, in each of its forms (RFC 9112 section 3.2).
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_REQUEST_TARGET_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_REQUEST_TARGET_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator::transport {

struct RequestTarget {
  // Begins with a slash; empty for CONNECT.
  std::string path_and_query;
  // In lower case, with the port if one was given; empty when neither the line nor a Host field
  // tells.
  std::string authority;
  bool is_absolute_form = false;
};

// `host`: the value of the Host field, or nullptr. The authority of an absolute form goes before
// it. A 400 for what is in no form, and for an authority that is none.
absl::StatusOr<RequestTarget> ResolveTarget(absl::string_view method, absl::string_view target,
                                            const std::string* host);

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_REQUEST_TARGET_H_

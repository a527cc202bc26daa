// File: emulator/dispatch/claimed_origin.h
//
// Where a call says that it comes from, in the place of where it really does: for tests of what
// vaults' networks let in. Only the operator may say so, in headers (over gRPC: metadata).
#ifndef LAZULI_EMULATOR_DISPATCH_CLAIMED_ORIGIN_H_
#define LAZULI_EMULATOR_DISPATCH_CLAIMED_ORIGIN_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// The names of the headers, in lower case.
inline constexpr char kClientAddressHeader[] = "x-lazuli-client-address";
inline constexpr char kSubnetIdHeader[] = "x-lazuli-subnet-id";
inline constexpr char kPrivateEndpointHeader[] = "x-lazuli-private-endpoint";
inline constexpr char kTrustedServiceHeader[] = "x-lazuli-trusted-service";

struct CallOrigin {
  std::string client_address;
  // See CallContext.
  std::string subnet_id;
  std::string private_endpoint;
  bool trusted_service = false;
};

// The value of a header, or "" when it is absent.
using HeaderValue = absl::FunctionRef<absl::string_view(const char* name)>;

// Puts what the headers say into `*origin`. `is_operator` is asked only when they say something;
// OriginNotAllowedError when it says no, InvalidInput for what is no address or id: then `*origin`
// is what it was.
absl::Status TakeClaimedOrigin(HeaderValue header, absl::FunctionRef<bool()> is_operator,
                               CallOrigin* origin);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_CLAIMED_ORIGIN_H_

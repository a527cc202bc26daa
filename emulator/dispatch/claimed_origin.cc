#include "emulator/dispatch/claimed_origin.h"

#include <arpa/inet.h>

#include <array>
#include <string>

#include "absl/strings/match.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "emulator/dispatch/errors.h"

namespace lazuli::emulator {
namespace {

bool IsAddress(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes = {};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

absl::Status CheckLength(const char* header, absl::string_view value) {
  if (value.size() <= limits::kMaxStringBytes) return absl::OkStatus();
  return InvalidInputError(header, "it is too long.");
}

// What refuses whoever is not the operator, for whoever is.
absl::Status RefuseClaim() {
  return WithDecision(
      OriginNotAllowedError(),
      {.by = "origin",
       .allowed = false,
       .reason = "a header says where the call comes from, and the caller is not the operator",
       .change = "call from this machine, or show the operator token in x-lazuli-operator-token",
       .facts = {}});
}

}  // namespace

absl::Status TakeClaimedOrigin(HeaderValue header, absl::FunctionRef<bool()> is_operator,
                               CallOrigin* origin) {
  const absl::string_view address = header(kClientAddressHeader);
  const absl::string_view subnet = header(kSubnetIdHeader);
  const absl::string_view endpoint = header(kPrivateEndpointHeader);
  const absl::string_view trusted = header(kTrustedServiceHeader);
  const bool says_nothing =
      address.empty() && subnet.empty() && endpoint.empty() && trusted.empty();
  if (says_nothing) return absl::OkStatus();
  if (!is_operator()) return RefuseClaim();
  if (!address.empty() && !IsAddress(std::string(address))) {
    return InvalidInputError(kClientAddressHeader, "it is no IPv4 or IPv6 address.");
  }
  if (!subnet.empty() && !absl::StartsWithIgnoreCase(subnet, "/subscriptions/")) {
    return InvalidInputError(kSubnetIdHeader, "it is no ARM id of a subnet.");
  }
  LAZULI_RETURN_IF_ERROR(CheckLength(kSubnetIdHeader, subnet));
  LAZULI_RETURN_IF_ERROR(CheckLength(kPrivateEndpointHeader, endpoint));
  if (!trusted.empty() && !absl::EqualsIgnoreCase(trusted, "true") &&
      !absl::EqualsIgnoreCase(trusted, "false")) {
    return InvalidInputError(kTrustedServiceHeader, "it is neither true nor false.");
  }
  if (!address.empty()) origin->client_address = std::string(address);
  origin->subnet_id = std::string(subnet);
  origin->private_endpoint = std::string(endpoint);
  origin->trusted_service = absl::EqualsIgnoreCase(trusted, "true");
  return absl::OkStatus();
}

}  // namespace lazuli::emulator

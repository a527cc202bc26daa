// File: keyvault/private_endpoint.h
//
// Private endpoint connections of a vault, as resources: nothing is routed through them.
#ifndef LAZULI_KEYVAULT_PRIVATE_ENDPOINT_H_
#define LAZULI_KEYVAULT_PRIVATE_ENDPOINT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// Kept by number: none ever changes its own.
enum class PrivateEndpointStatus { kPending, kApproved, kRejected, kDisconnected };

// "Pending", "Approved", "Rejected", "Disconnected". Lives for ever.
absl::string_view PrivateEndpointStatusName(PrivateEndpointStatus status);
// In any letter case.
std::optional<PrivateEndpointStatus> ParsePrivateEndpointStatus(absl::string_view text);

struct PrivateEndpointConnection {
  std::string name;         // as first written; compared without regard to letter case
  std::string endpoint_id;  // the ARM id of the private endpoint; empty: not known
  PrivateEndpointStatus status = PrivateEndpointStatus::kPending;
  std::string description;

  friend bool operator==(const PrivateEndpointConnection&,
                         const PrivateEndpointConnection&) = default;
};

// What a PUT says of a connection; absent members stay as they are.
struct PrivateEndpointConnectionInput {
  std::optional<std::string> endpoint_id;
  std::optional<std::string> status;
  std::optional<std::string> description;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_PRIVATE_ENDPOINT_H_

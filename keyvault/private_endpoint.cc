#include "keyvault/private_endpoint.h"

#include "absl/strings/match.h"

namespace lazuli::keyvault {

absl::string_view PrivateEndpointStatusName(PrivateEndpointStatus status) {
  switch (status) {
    case PrivateEndpointStatus::kPending:
      return "Pending";
    case PrivateEndpointStatus::kApproved:
      return "Approved";
    case PrivateEndpointStatus::kRejected:
      return "Rejected";
    case PrivateEndpointStatus::kDisconnected:
      return "Disconnected";
  }
  return "";
}

std::optional<PrivateEndpointStatus> ParsePrivateEndpointStatus(absl::string_view text) {
  for (const PrivateEndpointStatus status :
       {PrivateEndpointStatus::kPending, PrivateEndpointStatus::kApproved,
        PrivateEndpointStatus::kRejected, PrivateEndpointStatus::kDisconnected}) {
    if (absl::EqualsIgnoreCase(text, PrivateEndpointStatusName(status))) return status;
  }
  return std::nullopt;
}

}  // namespace lazuli::keyvault

// Private endpoint connections: parts of a vault's record.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {
namespace {

using Connections = std::vector<PrivateEndpointConnection>;

// Names of Azure's resources that have no rule of their own.
bool IsValidConnectionName(absl::string_view name) {
  return !name.empty() && name.size() <= limits::keyvault::kMaxConnectionNameLength &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

// `connections` is a vector of connections, constant or not.
template <typename Vector>
auto FindConnection(Vector& connections, absl::string_view name) {
  return std::find_if(connections.begin(), connections.end(),
                      [name](const PrivateEndpointConnection& connection) {
                        return absl::EqualsIgnoreCase(connection.name, name);
                      });
}

absl::Status CheckText(absl::string_view path, const std::optional<std::string>& text,
                       size_t longest) {
  if (!text.has_value() || text->size() <= longest) return absl::OkStatus();
  return InvalidVaultPropertyError(path,
                                   absl::StrCat("It must have at most ", longest, " characters."));
}

absl::Status ApplyInput(const PrivateEndpointConnectionInput& input,
                        PrivateEndpointConnection* connection) {
  LAZULI_RETURN_IF_ERROR(CheckText("properties.privateEndpoint.id", input.endpoint_id,
                                   limits::keyvault::kMaxResourceIdLength));
  LAZULI_RETURN_IF_ERROR(CheckText("properties.privateLinkServiceConnectionState.description",
                                   input.description, limits::keyvault::kMaxConnectionTextLength));
  if (input.status.has_value()) {
    const std::optional<PrivateEndpointStatus> status = ParsePrivateEndpointStatus(*input.status);
    if (!status.has_value()) {
      return InvalidVaultPropertyError(
          "properties.privateLinkServiceConnectionState.status",
          "It must be 'Pending', 'Approved', 'Rejected' or 'Disconnected'.");
    }
    connection->status = *status;
  }
  if (input.endpoint_id.has_value()) connection->endpoint_id = *input.endpoint_id;
  if (input.description.has_value()) connection->description = *input.description;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PrivateEndpointConnection> VaultRegistry::PutPrivateEndpointConnection(
    const CallContext& context, const VaultAddress& address, absl::string_view name,
    const PrivateEndpointConnectionInput& input) {
  if (!IsValidConnectionName(name)) {
    return InvalidVaultPropertyError(
        "privateEndpointConnectionName",
        absl::StrCat("It has 1 to ", limits::keyvault::kMaxConnectionNameLength,
                     " letters, digits, hyphens, dots and underscores."));
  }
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindAt(address));
  PrivateEndpointConnection put;
  LAZULI_RETURN_IF_ERROR(
      vault
          ->ChangeRecord(
              context.now, "PutPrivateEndpointConnection", "private endpoint connection changed",
              [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
                if (old.state != VaultState::kLive) return VaultResourceNotFoundError(address);
                VaultRecord record = old;
                Connections& connections = record.private_endpoint_connections;
                auto found = FindConnection(connections, name);
                if (found == connections.end()) {
                  if (connections.size() >= limits::keyvault::kMaxPrivateEndpointConnections) {
                    return InvalidVaultPropertyError(
                        "privateEndpointConnections",
                        absl::StrCat("A vault has at most ",
                                     limits::keyvault::kMaxPrivateEndpointConnections, "."));
                  }
                  PrivateEndpointConnection made;
                  made.name = std::string(name);
                  const auto place = std::find_if(connections.begin(), connections.end(),
                                                  [&](const PrivateEndpointConnection& other) {
                                                    return IgnoreCaseLess()(name, other.name);
                                                  });
                  found = connections.insert(place, std::move(made));
                }
                LAZULI_RETURN_IF_ERROR(ApplyInput(input, &*found));
                put = *found;
                return record;
              })
          .status());
  return put;
}

absl::StatusOr<PrivateEndpointConnection> VaultRegistry::GetPrivateEndpointConnection(
    const VaultAddress& address, absl::string_view name) const {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, Get(address));
  const auto found = FindConnection(record->private_endpoint_connections, name);
  if (found == record->private_endpoint_connections.end()) {
    return PrivateEndpointConnectionNotFoundError(address, name);
  }
  return *found;
}

absl::StatusOr<PrivateEndpointConnection> VaultRegistry::DeletePrivateEndpointConnection(
    const CallContext& context, const VaultAddress& address, absl::string_view name) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindAt(address));
  PrivateEndpointConnection deleted;
  LAZULI_RETURN_IF_ERROR(
      vault
          ->ChangeRecord(context.now, "DeletePrivateEndpointConnection",
                         "private endpoint connection deleted",
                         [&](const VaultRecord& old) -> absl::StatusOr<VaultRecord> {
                           if (old.state != VaultState::kLive) {
                             return VaultResourceNotFoundError(address);
                           }
                           VaultRecord record = old;
                           Connections& connections = record.private_endpoint_connections;
                           const auto found = FindConnection(connections, name);
                           if (found == connections.end()) {
                             return PrivateEndpointConnectionNotFoundError(address, name);
                           }
                           deleted = std::move(*found);
                           connections.erase(found);
                           return record;
                         })
          .status());
  return deleted;
}

}  // namespace lazuli::keyvault

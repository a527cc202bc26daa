// File: batch/managed_identity_client.h
//
// What Batch asks of the directory: the identities that its accounts act as.
#ifndef LAZULI_BATCH_MANAGED_IDENTITY_CLIENT_H_
#define LAZULI_BATCH_MANAGED_IDENTITY_CLIENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::batch {

// One identity that an account can act as.
struct ManagedIdentity {
  std::string tenant_id;
  std::string principal_id;  // the object id
  std::string client_id;
  std::string resource_id;  // the ARM id of a user-assigned identity, or of the account for its own
};

// Thread safe.
class ManagedIdentityClient {
 public:
  virtual ~ManagedIdentityClient() = default;

  // Makes the system-assigned identity of `account_id` (an ARM id) in `tenant_id`; its ids are
  // derived.
  virtual absl::StatusOr<ManagedIdentity> CreateSystemAssigned(absl::string_view account_id,
                                                               absl::string_view tenant_id) = 0;
  // Removes it, with its role assignments; no error if there is none.
  virtual void DeleteSystemAssigned(absl::string_view account_id) = 0;
  // The user-assigned identity of that ARM id (letter case aside). NOT_FOUND.
  virtual absl::StatusOr<ManagedIdentity> FindUserAssigned(absl::string_view resource_id) const = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_MANAGED_IDENTITY_CLIENT_H_

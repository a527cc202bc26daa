// File: batch/fake_managed_identity_client.h
//
// A directory for tests of Batch.
#ifndef LAZULI_BATCH_FAKE_MANAGED_IDENTITY_CLIENT_H_
#define LAZULI_BATCH_FAKE_MANAGED_IDENTITY_CLIENT_H_

#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "batch/managed_identity_client.h"

namespace lazuli::batch {

// Thread safe.
class FakeManagedIdentityClient final : public ManagedIdentityClient {
 public:
  // Adds or replaces a user-assigned identity; its principal id is `principal_id`.
  void AddUserAssigned(const std::string& resource_id, const std::string& principal_id,
                       const std::string& tenant_id = "tenant");
  void RemoveUserAssigned(const std::string& resource_id);
  // Called, without locks, whenever a system-assigned identity is deleted, as the real directory
  // does.
  void SetOnDeleted(std::function<void()> on_deleted);
  // The ARM ids of the accounts that have one.
  std::set<std::string> system_assigned() const;

  // Its principal id is "system:" and the account's ARM id.
  absl::StatusOr<ManagedIdentity> CreateSystemAssigned(absl::string_view account_id,
                                                       absl::string_view tenant_id) override;
  void DeleteSystemAssigned(absl::string_view account_id) override;
  absl::StatusOr<ManagedIdentity> FindUserAssigned(absl::string_view resource_id) const override;

 private:
  mutable Mutex mu_;
  std::map<std::string, ManagedIdentity> user_assigned_ ABSL_GUARDED_BY(mu_);  // by lower case
  std::set<std::string> system_assigned_ ABSL_GUARDED_BY(mu_);
  std::function<void()> on_deleted_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_FAKE_MANAGED_IDENTITY_CLIENT_H_

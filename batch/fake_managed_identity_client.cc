#include "batch/fake_managed_identity_client.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace lazuli::batch {

void FakeManagedIdentityClient::AddUserAssigned(const std::string& resource_id,
                                                const std::string& principal_id,
                                                const std::string& tenant_id) {
  MutexLock lock(&mu_);
  user_assigned_[absl::AsciiStrToLower(resource_id)] =
      ManagedIdentity{tenant_id, principal_id, absl::StrCat("client-", principal_id), resource_id};
}

void FakeManagedIdentityClient::RemoveUserAssigned(const std::string& resource_id) {
  MutexLock lock(&mu_);
  user_assigned_.erase(absl::AsciiStrToLower(resource_id));
}

void FakeManagedIdentityClient::SetOnDeleted(std::function<void()> on_deleted) {
  MutexLock lock(&mu_);
  on_deleted_ = std::move(on_deleted);
}

std::set<std::string> FakeManagedIdentityClient::system_assigned() const {
  MutexLock lock(&mu_);
  return system_assigned_;
}

absl::StatusOr<ManagedIdentity> FakeManagedIdentityClient::CreateSystemAssigned(
    absl::string_view account_id, absl::string_view tenant_id) {
  MutexLock lock(&mu_);
  system_assigned_.insert(std::string(account_id));
  return ManagedIdentity{std::string(tenant_id), absl::StrCat("system:", account_id),
                         absl::StrCat("client:", account_id), std::string(account_id)};
}

void FakeManagedIdentityClient::DeleteSystemAssigned(absl::string_view account_id) {
  std::function<void()> on_deleted;
  {
    MutexLock lock(&mu_);
    system_assigned_.erase(std::string(account_id));
    on_deleted = on_deleted_;
  }
  if (on_deleted) on_deleted();
}

absl::StatusOr<ManagedIdentity> FakeManagedIdentityClient::FindUserAssigned(
    absl::string_view resource_id) const {
  MutexLock lock(&mu_);
  const auto found = user_assigned_.find(absl::AsciiStrToLower(resource_id));
  if (found == user_assigned_.end()) return absl::NotFoundError("no such identity");
  return found->second;
}

}  // namespace lazuli::batch

// File: emulator/arm/user_assigned_identities.cc
#include "emulator/arm/user_assigned_identities.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/call_context.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/limits.h"

namespace lazuli::emulator {
namespace {

// Azure documentation, "Naming rules and restrictions for Azure resources",
// Microsoft.ManagedIdentity.
absl::Status CheckName(absl::string_view name) {
  const auto is_alnum = [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); };
  const bool proper = name.size() >= limits::arm::kMinIdentityNameBytes &&
                      name.size() <= limits::arm::kMaxIdentityNameBytes && is_alnum(name.front()) &&
                      std::all_of(name.begin(), name.end(),
                                  [&](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  if (proper) return absl::OkStatus();
  return InvalidResourceNameError(kUserAssignedIdentityType, name,
                                  "It has 3 to 128 letters, digits, hyphens and underscores, and "
                                  "begins with a letter or digit.");
}

// Where a list looks.
ResourceId Container(absl::string_view subscription_id, absl::string_view resource_group) {
  return resource_group.empty() ? ResourceId::Subscription(subscription_id)
                                : ResourceId::ResourceGroup(subscription_id, resource_group);
}

}  // namespace

UserAssignedIdentities::UserAssignedIdentities(Directory* directory, ResourceDirectory* resources,
                                               RoleAssignments* roles)
    : directory_(directory), resources_(resources), roles_(roles) {
  resources_->AddResources(
      [this](const std::string& subscription, const std::string& resource_group) {
        return ListForGroup(subscription, resource_group);
      },
      [this](const CallContext&, const ResourceId& id) {
        return Delete(id.subscription(), id.resource_group(), id.name()).status();
      });
}

absl::StatusOr<UserAssignedIdentities::PutResult> UserAssignedIdentities::CreateOrUpdate(
    absl::string_view subscription_id, absl::string_view resource_group, absl::string_view name,
    absl::string_view location, std::optional<Tags> tags) {
  LAZULI_ASSIGN_OR_RETURN(const GroupHold hold,
                          resources_->HoldResourceGroup(subscription_id, resource_group));
  LAZULI_RETURN_IF_ERROR(CheckName(name));
  LAZULI_ASSIGN_OR_RETURN(const std::string place,
                          NormalizeLocation(location, kUserAssignedIdentityType));
  if (tags.has_value()) LAZULI_RETURN_IF_ERROR(CheckTags(*tags));
  LAZULI_ASSIGN_OR_RETURN(const std::string tenant, resources_->TenantOf(subscription_id));
  LAZULI_ASSIGN_OR_RETURN(const ResourceGroup group,
                          resources_->GetResourceGroup(subscription_id, resource_group));
  const ResourceId id = ResourceId::Resource(group.id.subscription(), group.id.resource_group(),
                                             kUserAssignedIdentityType, name);

  MutexLock lock(&mu_);
  const auto found = identities_.find(id.key());
  if (found != identities_.end()) {
    Record& existing = found->second;
    if (existing.deleting) {
      return PreconditionError(absl::StrCat("The identity '", name, "' is being deleted."));
    }
    if (existing.identity.location != place) {
      return ResourceLocationChangedError(name, place, existing.identity.location);
    }
    existing.identity.tags = std::move(tags);
    changed_.Mark(id.key());
    return PutResult{.identity = existing.identity, .created = false};
  }
  LAZULI_ASSIGN_OR_RETURN(Principal::Ptr principal,
                          directory_->CreateUserAssigned(id.text(), tenant));
  Record& made = identities_[id.key()];
  changed_.Mark(id.key());
  made.identity = {
      .id = id, .location = place, .tags = std::move(tags), .principal = std::move(principal)};
  return PutResult{.identity = made.identity, .created = true};
}

absl::StatusOr<UserAssignedIdentity> UserAssignedIdentities::Get(absl::string_view subscription_id,
                                                                 absl::string_view resource_group,
                                                                 absl::string_view name) const {
  LAZULI_RETURN_IF_ERROR(resources_->CheckResourceGroup(subscription_id, resource_group));
  const ResourceId id =
      ResourceId::Resource(subscription_id, resource_group, kUserAssignedIdentityType, name);
  MutexLock lock(&mu_);
  const auto found = identities_.find(id.key());
  if (found == identities_.end() || found->second.deleting) {
    return ResourceNotFoundError(kUserAssignedIdentityType, name, resource_group);
  }
  return found->second.identity;
}

absl::StatusOr<UserAssignedIdentity> UserAssignedIdentities::Update(
    absl::string_view subscription_id, absl::string_view resource_group, absl::string_view name,
    absl::string_view location, std::optional<Tags> tags) {
  LAZULI_RETURN_IF_ERROR(resources_->CheckResourceGroup(subscription_id, resource_group));
  std::string place;
  if (!location.empty()) {
    LAZULI_ASSIGN_OR_RETURN(place, NormalizeLocation(location, kUserAssignedIdentityType));
  }
  if (tags.has_value()) LAZULI_RETURN_IF_ERROR(CheckTags(*tags));
  const ResourceId id =
      ResourceId::Resource(subscription_id, resource_group, kUserAssignedIdentityType, name);
  MutexLock lock(&mu_);
  const auto found = identities_.find(id.key());
  if (found == identities_.end() || found->second.deleting) {
    return ResourceNotFoundError(kUserAssignedIdentityType, name, resource_group);
  }
  UserAssignedIdentity& identity = found->second.identity;
  if (!place.empty() && place != identity.location) {
    return ResourceLocationChangedError(name, place, identity.location);
  }
  if (tags.has_value()) {
    identity.tags = std::move(tags);
    changed_.Mark(id.key());
  }
  return identity;
}

absl::StatusOr<std::vector<UserAssignedIdentity>> UserAssignedIdentities::List(
    absl::string_view subscription_id, absl::string_view resource_group) const {
  LAZULI_RETURN_IF_ERROR(resources_->CheckSubscription(subscription_id));
  if (!resource_group.empty()) {
    LAZULI_RETURN_IF_ERROR(resources_->CheckResourceGroup(subscription_id, resource_group));
  }
  const ResourceId container = Container(subscription_id, resource_group);
  std::vector<UserAssignedIdentity> identities;
  MutexLock lock(&mu_);
  for (const auto& [key, record] : identities_) {
    if (container.Contains(record.identity.id) && !record.deleting) {
      identities.push_back(record.identity);
    }
  }
  return identities;
}

absl::StatusOr<bool> UserAssignedIdentities::Delete(absl::string_view subscription_id,
                                                    absl::string_view resource_group,
                                                    absl::string_view name) {
  LAZULI_RETURN_IF_ERROR(resources_->CheckResourceGroup(subscription_id, resource_group));
  ResourceId id =
      ResourceId::Resource(subscription_id, resource_group, kUserAssignedIdentityType, name);
  {
    MutexLock lock(&mu_);
    const auto found = identities_.find(id.key());
    if (found == identities_.end() || found->second.deleting) return false;
    found->second.deleting = true;
    id = found->second.identity.id;
  }
  // Tells listeners, so not under the lock; the mark keeps anybody from making it anew meanwhile.
  directory_->DeleteUserAssigned(id.text());
  roles_->RemoveAssignmentsUnder(id, absl::StrCat("user-assigned identity '", name, "' deleted"));
  MutexLock lock(&mu_);
  identities_.erase(id.key());
  changed_.Mark(id.key());
  return true;
}

void UserAssignedIdentities::StartTracking() {
  MutexLock lock(&mu_);
  changed_.Start();
}

void UserAssignedIdentities::ExportAll(StateVisitor visit) const {
  MutexLock lock(&mu_);
  for (const auto& [key, record] : identities_) visit(key, &record.identity);
}

void UserAssignedIdentities::ExportChanges(StateVisitor visit) {
  MutexLock lock(&mu_);
  for (const std::string& key : changed_.Take()) {
    const auto found = identities_.find(key);
    visit(key, found == identities_.end() ? nullptr : &found->second.identity);
  }
}

absl::Status UserAssignedIdentities::Restore(UserAssignedIdentity identity) {
  const ResourceId& id = identity.id;
  if (!resources_->CheckResourceGroup(id.subscription(), id.resource_group()).ok()) {
    return absl::DataLossError("its resource group is missing");
  }
  const auto principal = directory_->FindUserAssigned(id.text());
  if (!principal.ok()) return absl::DataLossError("its principal is missing");
  identity.principal = directory_->FindByObjectId(principal->principal_id);
  const std::string key = id.key();
  MutexLock lock(&mu_);
  identities_[key].identity = std::move(identity);
  return absl::OkStatus();
}

std::vector<ListedResource> UserAssignedIdentities::ListForGroup(
    const std::string& subscription, const std::string& resource_group) const {
  const ResourceId container = Container(subscription, resource_group);
  std::vector<ListedResource> resources;
  MutexLock lock(&mu_);
  for (const auto& [key, record] : identities_) {
    const UserAssignedIdentity& identity = record.identity;
    if (!container.Contains(identity.id)) continue;
    resources.push_back({.id = identity.id.text(),
                         .location = identity.location,
                         .tags = identity.tags.value_or(Tags())});
  }
  return resources;
}

}  // namespace lazuli::emulator

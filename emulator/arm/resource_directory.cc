// File: emulator/arm/resource_directory.cc
#include "emulator/arm/resource_directory.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/limits.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {
namespace {

absl::Status CheckGroupName(absl::string_view name) {
  if (name.empty()) return InvalidResourceGroupNameError(name, "is empty");
  if (name.size() > limits::arm::kMaxResourceGroupNameBytes) {
    return InvalidResourceGroupNameError(
        name,
        absl::StrCat("has more than ", limits::arm::kMaxResourceGroupNameBytes, " characters"));
  }
  const bool proper = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' ||
           c == '(' || c == ')';
  });
  if (!proper) {
    return InvalidResourceGroupNameError(
        name,
        "has characters that are not allowed. The name can only be a letter, digit, '-', '.', '(', "
        "')' or '_'");
  }
  if (name.back() == '.') return InvalidResourceGroupNameError(name, "ends with a period");
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTags(const Tags& tags) {
  if (tags.size() > limits::arm::kMaxTags) return TooManyTagsError(tags.size());
  for (const auto& [name, value] : tags) {
    if (name.empty()) return InvalidTagError(name, "its name is empty");
    if (name.size() > limits::arm::kMaxTagNameBytes) {
      return InvalidTagError(name, "its name is too long");
    }
    // Azure documentation, "Use tags to organize your Azure resources": what names cannot contain.
    if (name.find_first_of("<>%&\\?/") != std::string::npos) {
      return InvalidTagError(name, "its name has one of the reserved characters <>%&\\?/");
    }
    if (value.size() > limits::arm::kMaxTagValueBytes) {
      return InvalidTagError(name, "its value is too long");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NormalizeLocation(absl::string_view location,
                                              absl::string_view resource_type) {
  std::string normal;
  for (const char c : location) {
    if (c == ' ') continue;
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      return InvalidLocationError(location, resource_type);
    }
    normal.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  if (normal.empty()) return LocationRequiredError();
  if (normal.size() > limits::arm::kMaxLocationBytes) {
    return InvalidLocationError(location, resource_type);
  }
  return normal;
}

ResourceDirectory::ResourceDirectory(const Directory* directory, IdDeriver ids, const Clock* clock,
                                     EventLog* events)
    : directory_(directory), ids_(ids), clock_(clock), events_(events) {
  MutexLock lock(&mu_);
  auto record = std::make_unique<SubscriptionRecord>();
  record->subscription = {.subscription_id = std::string(kDefaultSubscriptionId),
                          .tenant_id = std::string(kDefaultTenantId),
                          .display_name = "Default"};
  subscriptions_[record->subscription.subscription_id] = std::move(record);
}

void ResourceDirectory::AddResources(ResourceLister lister, ResourceRemover remover) {
  MutexLock lock(&mu_);
  domains_.push_back({.lister = std::move(lister), .remover = std::move(remover)});
}

absl::StatusOr<Subscription> ResourceDirectory::CreateOrUpdateSubscription(
    absl::string_view subscription_id, absl::string_view tenant_id,
    absl::string_view display_name) {
  if (!subscription_id.empty() && !IsGuid(subscription_id)) {
    return InvalidSubscriptionIdError(subscription_id);
  }
  if (display_name.size() > limits::arm::kMaxSubscriptionNameBytes) {
    return InvalidInputError(
        "displayName",
        absl::StrCat("It has more than ", limits::arm::kMaxSubscriptionNameBytes, " bytes."));
  }
  const std::string tenant =
      absl::AsciiStrToLower(tenant_id.empty() ? kDefaultTenantId : tenant_id);
  if (!directory_->HasTenant(tenant)) return TenantNotFoundError(tenant);

  std::string id = absl::AsciiStrToLower(subscription_id);
  Subscription subscription;
  {
    MutexLock lock(&mu_);
    while (id.empty() || (subscription_id.empty() && subscriptions_.count(id) > 0)) {
      id = ids_.Guid(tenant, "subscription", derived_subscriptions_++);
    }
    std::unique_ptr<SubscriptionRecord>& record = subscriptions_[id];
    if (record != nullptr) {
      Subscription& existing = record->subscription;
      if (!tenant_id.empty() && existing.tenant_id != tenant) {
        return SubscriptionTenantMismatchError(id, existing.tenant_id);
      }
      if (!display_name.empty()) {
        existing.display_name = std::string(display_name);
        changed_subscriptions_.Mark(id);
      }
      return existing;
    }
    record = std::make_unique<SubscriptionRecord>();
    record->subscription = {
        .subscription_id = id, .tenant_id = tenant, .display_name = std::string(display_name)};
    changed_subscriptions_.Mark(id);
    subscription = record->subscription;
  }
  AppendEvent("subscription", absl::StrCat("/subscriptions/", id), "", "Enabled",
              "subscription created");
  return subscription;
}

absl::StatusOr<ResourceDirectory::SubscriptionRecord*> ResourceDirectory::FindSubscriptionLocked(
    absl::string_view subscription_id) const {
  if (!IsGuid(subscription_id)) return InvalidSubscriptionIdError(subscription_id);
  const auto found = subscriptions_.find(absl::AsciiStrToLower(subscription_id));
  if (found == subscriptions_.end()) return SubscriptionNotFoundError(subscription_id);
  return found->second.get();
}

absl::StatusOr<ResourceDirectory::GroupRecord*> ResourceDirectory::FindGroupLocked(
    absl::string_view subscription_id, absl::string_view name) const {
  LAZULI_ASSIGN_OR_RETURN(const SubscriptionRecord* record,
                          FindSubscriptionLocked(subscription_id));
  const auto found = record->groups.find(absl::AsciiStrToLower(name));
  if (found == record->groups.end()) return ResourceGroupNotFoundError(name);
  return found->second.get();
}

absl::StatusOr<Subscription> ResourceDirectory::GetSubscription(
    absl::string_view subscription_id) const {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const SubscriptionRecord* record,
                          FindSubscriptionLocked(subscription_id));
  return record->subscription;
}

std::vector<Subscription> ResourceDirectory::ListSubscriptions() const {
  MutexLock lock(&mu_);
  std::vector<Subscription> subscriptions;
  for (const auto& [id, record] : subscriptions_) subscriptions.push_back(record->subscription);
  return subscriptions;
}

absl::Status ResourceDirectory::DeleteSubscription(absl::string_view subscription_id) {
  const std::string key = absl::AsciiStrToLower(subscription_id);
  {
    MutexLock lock(&mu_);
    const auto found = subscriptions_.find(key);
    if (found == subscriptions_.end()) return absl::OkStatus();
    if (!found->second->groups.empty()) {
      return PreconditionError(
          absl::StrCat("The subscription '", key, "' still has resource groups."));
    }
    subscriptions_.erase(found);
    changed_subscriptions_.Mark(key);
  }
  AppendEvent("subscription", absl::StrCat("/subscriptions/", key), "Enabled", "",
              "subscription deleted");
  return absl::OkStatus();
}

absl::Status ResourceDirectory::CheckSubscription(absl::string_view subscription_id) const {
  MutexLock lock(&mu_);
  return FindSubscriptionLocked(subscription_id).status();
}

absl::Status ResourceDirectory::CheckResourceGroup(absl::string_view subscription_id,
                                                   absl::string_view resource_group) const {
  MutexLock lock(&mu_);
  return FindGroupLocked(subscription_id, resource_group).status();
}

absl::StatusOr<std::string> ResourceDirectory::TenantOf(absl::string_view subscription_id) const {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const SubscriptionRecord* record,
                          FindSubscriptionLocked(subscription_id));
  return record->subscription.tenant_id;
}

absl::Status ResourceDirectory::CheckCallerTenant(const Caller& caller,
                                                  absl::string_view subscription_id) const {
  LAZULI_ASSIGN_OR_RETURN(const std::string tenant, TenantOf(subscription_id));
  if (absl::AsciiStrToLower(caller.tenant_id) != tenant) return WrongTenantError(caller, tenant);
  return absl::OkStatus();
}

absl::Status ResourceDirectory::CheckScope(const ResourceId& scope) const {
  if (scope.kind() == ResourceId::Kind::kRoot) return absl::OkStatus();
  LAZULI_RETURN_IF_ERROR(CheckSubscription(scope.subscription()));
  if (scope.kind() == ResourceId::Kind::kSubscription) return absl::OkStatus();
  const ResourceId resource = scope.TopLevel();
  if (!scope.resource_group().empty()) {
    LAZULI_RETURN_IF_ERROR(CheckResourceGroup(scope.subscription(), scope.resource_group()));
    if (scope.kind() == ResourceId::Kind::kResourceGroup) return absl::OkStatus();
    for (const ListedResource& each : Gather(scope.subscription(), scope.resource_group())) {
      if (absl::AsciiStrToLower(each.id) == resource.key()) return absl::OkStatus();
    }
  }
  return ResourceNotFoundError(resource.type(), resource.name(), resource.resource_group());
}

absl::StatusOr<ResourceDirectory::PutGroupResult> ResourceDirectory::CreateOrUpdateResourceGroup(
    absl::string_view subscription_id, absl::string_view name, absl::string_view location,
    std::optional<Tags> tags, absl::string_view managed_by) {
  LAZULI_RETURN_IF_ERROR(CheckSubscription(subscription_id));
  LAZULI_RETURN_IF_ERROR(CheckGroupName(name));
  LAZULI_ASSIGN_OR_RETURN(const std::string place, NormalizeLocation(location, ""));
  if (tags.has_value()) LAZULI_RETURN_IF_ERROR(CheckTags(*tags));

  PutGroupResult result;
  {
    MutexLock lock(&mu_);
    LAZULI_ASSIGN_OR_RETURN(SubscriptionRecord * record, FindSubscriptionLocked(subscription_id));
    const std::string key = absl::AsciiStrToLower(name);
    const auto found = record->groups.find(key);
    if (found != record->groups.end()) {
      GroupRecord& existing = *found->second;
      if (existing.deleting) return ResourceGroupInUseError(name);
      if (existing.group.location != place) {
        return ResourceGroupLocationChangedError(place, existing.group.location);
      }
      existing.group.tags = std::move(tags);
      existing.group.managed_by = std::string(managed_by);
      changed_groups_.Mark({record->subscription.subscription_id, key});
      return PutGroupResult{.group = existing.group, .created = false};
    }
    if (record->groups.size() >= limits::arm::kMaxResourceGroupsPerSubscription) {
      return ResourceGroupQuotaError(subscription_id,
                                     limits::arm::kMaxResourceGroupsPerSubscription);
    }
    auto made = std::make_unique<GroupRecord>();
    made->group = {.id = ResourceId::ResourceGroup(record->subscription.subscription_id, name),
                   .location = place,
                   .tags = std::move(tags),
                   .managed_by = std::string(managed_by)};
    result = {.group = made->group, .created = true};
    record->groups[key] = std::move(made);
    changed_groups_.Mark({record->subscription.subscription_id, key});
  }
  AppendEvent("resourceGroup", result.group.id.text(), "", "Succeeded", "resource group created");
  return result;
}

absl::StatusOr<ResourceGroup> ResourceDirectory::GetResourceGroup(absl::string_view subscription_id,
                                                                  absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const GroupRecord* record, FindGroupLocked(subscription_id, name));
  return record->group;
}

absl::StatusOr<ResourceGroup> ResourceDirectory::UpdateResourceGroup(
    absl::string_view subscription_id, absl::string_view name, std::optional<Tags> tags,
    std::optional<std::string> managed_by) {
  if (tags.has_value()) LAZULI_RETURN_IF_ERROR(CheckTags(*tags));
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(GroupRecord * record, FindGroupLocked(subscription_id, name));
  if (record->deleting) return ResourceGroupInUseError(name);
  if (tags.has_value()) record->group.tags = std::move(tags);
  if (managed_by.has_value()) record->group.managed_by = *std::move(managed_by);
  changed_groups_.Mark({absl::AsciiStrToLower(subscription_id), absl::AsciiStrToLower(name)});
  return record->group;
}

absl::StatusOr<std::vector<ResourceGroup>> ResourceDirectory::ListResourceGroups(
    absl::string_view subscription_id) const {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const SubscriptionRecord* record,
                          FindSubscriptionLocked(subscription_id));
  std::vector<ResourceGroup> groups;
  for (const auto& [key, group] : record->groups) groups.push_back(group->group);
  return groups;
}

absl::Status ResourceDirectory::DeleteResourceGroup(const CallContext& context,
                                                    absl::string_view subscription_id,
                                                    absl::string_view name) {
  ResourceId id;
  {
    MutexLock lock(&mu_);
    LAZULI_ASSIGN_OR_RETURN(GroupRecord * record, FindGroupLocked(subscription_id, name));
    // Holds are taken under this lock and refused from here on, so that none can come any more.
    if (record->deleting || record->holds->load(std::memory_order_acquire) > 0) {
      return ResourceGroupInUseError(name);
    }
    record->deleting = true;
    id = record->group.id;
  }
  const absl::Status removed = RemoveResources(context, id);
  {
    MutexLock lock(&mu_);
    LAZULI_ASSIGN_OR_RETURN(GroupRecord * record, FindGroupLocked(subscription_id, name));
    if (!removed.ok()) {
      record->deleting = false;
      return removed;
    }
    LAZULI_ASSIGN_OR_RETURN(SubscriptionRecord * subscription,
                            FindSubscriptionLocked(subscription_id));
    const std::string key = absl::AsciiStrToLower(name);
    subscription->groups.erase(key);
    changed_groups_.Mark({subscription->subscription.subscription_id, key});
  }
  AppendEvent("resourceGroup", id.text(), "Succeeded", "", "resource group deleted");
  return absl::OkStatus();
}

absl::StatusOr<GroupHold> ResourceDirectory::HoldResourceGroup(absl::string_view subscription_id,
                                                               absl::string_view resource_group) {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const GroupRecord* record,
                          FindGroupLocked(subscription_id, resource_group));
  if (record->deleting) return ResourceGroupInUseError(resource_group);
  const std::shared_ptr<std::atomic<int>> holds = record->holds;
  holds->fetch_add(1, std::memory_order_relaxed);
  return GroupHold(std::shared_ptr<void>(
      holds.get(), [holds](void*) { holds->fetch_sub(1, std::memory_order_release); }));
}

absl::StatusOr<std::vector<ListedResource>> ResourceDirectory::ListResources(
    absl::string_view subscription_id, absl::string_view resource_group) const {
  LAZULI_RETURN_IF_ERROR(CheckSubscription(subscription_id));
  if (!resource_group.empty()) {
    LAZULI_RETURN_IF_ERROR(CheckResourceGroup(subscription_id, resource_group));
  }
  std::vector<ListedResource> resources =
      Gather(std::string(subscription_id), std::string(resource_group));
  std::sort(resources.begin(), resources.end(), [](const auto& a, const auto& b) {
    return absl::AsciiStrToLower(a.id) < absl::AsciiStrToLower(b.id);
  });
  return resources;
}

std::vector<ResourceDirectory::Domain> ResourceDirectory::domains() const {
  MutexLock lock(&mu_);
  return domains_;
}

std::vector<ListedResource> ResourceDirectory::Gather(const std::string& subscription,
                                                      const std::string& resource_group) const {
  std::vector<ListedResource> resources;
  for (const Domain& domain : domains()) {
    std::vector<ListedResource> found = domain.lister(subscription, resource_group);
    std::move(found.begin(), found.end(), std::back_inserter(resources));
  }
  return resources;
}

absl::Status ResourceDirectory::RemoveResources(const CallContext& context,
                                                const ResourceId& group) const {
  const std::vector<Domain> all = domains();
  for (auto domain = all.rbegin(); domain != all.rend(); ++domain) {
    if (!domain->remover) continue;
    for (const ListedResource& resource :
         domain->lister(group.subscription(), group.resource_group())) {
      LAZULI_ASSIGN_OR_RETURN(const ResourceId id, ResourceId::Parse(resource.id));
      LAZULI_RETURN_IF_ERROR(domain->remover(context, id));
    }
  }
  std::vector<std::string> left;
  for (ListedResource& resource : Gather(group.subscription(), group.resource_group())) {
    left.push_back(std::move(resource.id));
  }
  if (!left.empty()) return ResourceGroupNotEmptyError(group.resource_group(), left);
  return absl::OkStatus();
}

void ResourceDirectory::AppendEvent(absl::string_view kind, absl::string_view resource,
                                    absl::string_view from, absl::string_view to,
                                    absl::string_view cause) {
  Event event;
  event.time = clock_->Now();
  event.kind = std::string(kind);
  event.resource = std::string(resource);
  event.from = std::string(from);
  event.to = std::string(to);
  event.cause = std::string(cause);
  events_->Append(std::move(event));
}

}  // namespace lazuli::emulator

#include <utility>

#include "absl/strings/ascii.h"
#include "emulator/arm/resource_directory.h"

namespace lazuli::emulator {

void ResourceDirectory::StartTracking() {
  MutexLock lock(&mu_);
  changed_subscriptions_.Start();
  changed_groups_.Start();
}

void ResourceDirectory::ExportAll(const StateVisitor& visitor) const {
  MutexLock lock(&mu_);
  for (const auto& [id, record] : subscriptions_) {
    visitor.on_subscription(id, &record->subscription);
    for (const auto& [name, group] : record->groups) visitor.on_group(id, name, &group->group);
  }
  visitor.on_derived(derived_subscriptions_);
}

void ResourceDirectory::ExportChanges(const StateVisitor& visitor) {
  MutexLock lock(&mu_);
  const std::set<std::string> subscriptions = changed_subscriptions_.Take();
  for (const std::string& id : subscriptions) {
    const auto found = subscriptions_.find(id);
    visitor.on_subscription(id,
                            found == subscriptions_.end() ? nullptr : &found->second->subscription);
  }
  for (const auto& [id, name] : changed_groups_.Take()) {
    const ResourceGroup* group = nullptr;
    if (const auto subscription = subscriptions_.find(id); subscription != subscriptions_.end()) {
      const auto found = subscription->second->groups.find(name);
      if (found != subscription->second->groups.end()) group = &found->second->group;
    }
    visitor.on_group(id, name, group);
  }
  // It grows with a new subscription only.
  if (!subscriptions.empty()) visitor.on_derived(derived_subscriptions_);
}

absl::Status ResourceDirectory::RestoreSubscription(const Subscription& subscription) {
  if (!IsGuid(subscription.subscription_id)) return absl::DataLossError("its id is no GUID");
  if (!directory_->HasTenant(subscription.tenant_id)) {
    return absl::DataLossError("its tenant is missing");
  }
  auto record = std::make_unique<SubscriptionRecord>();
  record->subscription = subscription;
  MutexLock lock(&mu_);
  subscriptions_[subscription.subscription_id] = std::move(record);
  return absl::OkStatus();
}

absl::Status ResourceDirectory::RestoreGroup(const ResourceGroup& group) {
  MutexLock lock(&mu_);
  const auto subscription = subscriptions_.find(absl::AsciiStrToLower(group.id.subscription()));
  if (subscription == subscriptions_.end()) {
    return absl::DataLossError("its subscription is missing");
  }
  auto record = std::make_unique<GroupRecord>();
  record->group = group;
  subscription->second->groups[absl::AsciiStrToLower(group.id.resource_group())] =
      std::move(record);
  return absl::OkStatus();
}

void ResourceDirectory::RestoreDerived(uint64_t count) {
  MutexLock lock(&mu_);
  derived_subscriptions_ = count;
}

}  // namespace lazuli::emulator

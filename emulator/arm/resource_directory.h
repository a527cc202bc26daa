// File: emulator/arm/resource_directory.h
//
// Subscriptions and resource groups: where resources lie.
#ifndef LAZULI_EMULATOR_ARM_RESOURCE_DIRECTORY_H_
#define LAZULI_EMULATOR_ARM_RESOURCE_DIRECTORY_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/change_set.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "emulator/arm/resource_id.h"
#include "emulator/identity/directory.h"

namespace lazuli::emulator {

using Tags = std::map<std::string, std::string>;

struct Subscription {
  std::string subscription_id;  // a GUID in lower case
  std::string tenant_id;
  std::string display_name;
};

struct ResourceGroup {
  ResourceId id;  // as first written
  std::string location;
  std::optional<Tags> tags;
  std::string managed_by;  // the id of a resource; empty: nobody
};

// What lists of all resources say of one.
struct ListedResource {
  std::string id;
  std::string location;
  Tags tags;
};

// The resources that a domain keeps in a resource group, or, if that is empty, in the whole
// subscription; in a fixed order. Called without a lock of the ResourceDirectory's.
using ResourceLister = std::function<std::vector<ListedResource>(
    const std::string& subscription, const std::string& resource_group)>;
// Deletes one of them, as a call for that resource alone would; one that is gone is no error.
// Called without a lock of the ResourceDirectory's.
using ResourceRemover = std::function<absl::Status(const CallContext&, const ResourceId&)>;

// Keeps a resource group from being deleted while something is being made in it. Movable; let go of
// when it is destroyed.
class GroupHold {
 public:
  GroupHold() = default;
  GroupHold(GroupHold&&) = default;
  GroupHold& operator=(GroupHold&&) = default;

 private:
  friend class ResourceDirectory;
  explicit GroupHold(std::shared_ptr<void> release) : release_(std::move(release)) {}

  std::shared_ptr<void> release_;
};

// Thread safe. Its lock is a leaf. Ids and names are compared without regard to letter case. Holds
// at start the default subscription in the default tenant.
class ResourceDirectory {
 public:
  // `clock` (virtual) dates the events. The pointers outlive this.
  ResourceDirectory(const Directory* directory, IdDeriver ids, const Clock* clock,
                    EventLog* events);

  // Adds a source of resources; without a remover they keep their group from being deleted. What is
  // added later may depend on what was added earlier, and goes first with its group. Before the
  // first call is served.
  void AddResources(ResourceLister lister, ResourceRemover remover);

  // Creates, or renames what exists; `subscription_id` is derived and `tenant_id` the default one
  // when empty. Errors: InvalidSubscriptionIdError, TenantNotFoundError,
  // SubscriptionTenantMismatchError, InvalidInput.
  absl::StatusOr<Subscription> CreateOrUpdateSubscription(absl::string_view subscription_id,
                                                          absl::string_view tenant_id,
                                                          absl::string_view display_name);
  // Errors: InvalidSubscriptionIdError, SubscriptionNotFoundError.
  absl::StatusOr<Subscription> GetSubscription(absl::string_view subscription_id) const;
  std::vector<Subscription> ListSubscriptions() const;  // by id
  // No error if there is none. A FAILED_PRECONDITION while it has resource groups. Azure cancels
  // subscriptions through billing; this is for subscriptions that the emulator made for itself.
  absl::Status DeleteSubscription(absl::string_view subscription_id);

  // What every management call needs to know first. Errors: InvalidSubscriptionIdError,
  // SubscriptionNotFoundError, ResourceGroupNotFoundError.
  absl::Status CheckSubscription(absl::string_view subscription_id) const;
  absl::Status CheckResourceGroup(absl::string_view subscription_id,
                                  absl::string_view resource_group) const;
  absl::StatusOr<std::string> TenantOf(absl::string_view subscription_id) const;
  // Errors: those above, and WrongTenantError when the caller is of another tenant.
  absl::Status CheckCallerTenant(const Caller& caller, absl::string_view subscription_id) const;
  // That the scope exists: its subscription, its group, and the top-level resource as far as the
  // listers tell. Errors: those above, and ResourceNotFoundError.
  absl::Status CheckScope(const ResourceId& scope) const;

  struct PutGroupResult {
    ResourceGroup group;
    bool created = false;
  };
  // Errors: InvalidResourceGroupNameError, LocationRequiredError, InvalidLocationError,
  // ResourceGroupLocationChangedError, ResourceGroupQuotaError, tags' errors, those of
  // CheckSubscription.
  absl::StatusOr<PutGroupResult> CreateOrUpdateResourceGroup(absl::string_view subscription_id,
                                                             absl::string_view name,
                                                             absl::string_view location,
                                                             std::optional<Tags> tags,
                                                             absl::string_view managed_by = "");
  // Changes what is given. Errors: tags' errors, ResourceGroupInUseError, those of
  // CheckResourceGroup.
  absl::StatusOr<ResourceGroup> UpdateResourceGroup(absl::string_view subscription_id,
                                                    absl::string_view name,
                                                    std::optional<Tags> tags,
                                                    std::optional<std::string> managed_by);
  // Errors: those of CheckResourceGroup.
  absl::StatusOr<ResourceGroup> GetResourceGroup(absl::string_view subscription_id,
                                                 absl::string_view name) const;
  // By name. Errors: those of CheckSubscription.
  absl::StatusOr<std::vector<ResourceGroup>> ListResourceGroups(
      absl::string_view subscription_id) const;
  // With the resources in it. Errors: those of CheckResourceGroup; ResourceGroupInUseError;
  // ResourceGroupNotEmptyError when something could not be removed, or a remover's own: the group
  // then stays, without what was removed already.
  absl::Status DeleteResourceGroup(const CallContext& context, absl::string_view subscription_id,
                                   absl::string_view name);
  // By id. `resource_group` empty: of the whole subscription. Errors: those of CheckSubscription
  // and CheckResourceGroup.
  absl::StatusOr<std::vector<ListedResource>> ListResources(absl::string_view subscription_id,
                                                            absl::string_view resource_group) const;

  // As CheckResourceGroup, and the group stays while the hold lives: for whoever makes a resource.
  absl::StatusOr<GroupHold> HoldResourceGroup(absl::string_view subscription_id,
                                              absl::string_view resource_group);

  // --- the state

  // Notes from now on what changes, for ExportChanges.
  void StartTracking();
  // Is told what there is; null: deleted. `subscription` and `name` in lower case.
  struct StateVisitor {
    absl::FunctionRef<void(const std::string& subscription, const Subscription*)> on_subscription;
    absl::FunctionRef<void(const std::string& subscription, const std::string& name,
                           const ResourceGroup*)>
        on_group;
    // How many subscriptions got a derived id.
    absl::FunctionRef<void(uint64_t count)> on_derived;
  };
  void ExportAll(const StateVisitor& visitor) const;
  // Tells of what changed since the last call. No change is under way meanwhile.
  void ExportChanges(const StateVisitor& visitor);

  // Take over what was exported, into a directory that nobody uses yet: the subscriptions, then the
  // rest. The default subscription is replaced. Without events. DATA_LOSS, saying why, for what
  // cannot be.
  absl::Status RestoreSubscription(const Subscription& subscription);
  absl::Status RestoreGroup(const ResourceGroup& group);
  void RestoreDerived(uint64_t count);

 private:
  struct GroupRecord {
    ResourceGroup group;
    // How many calls work in the group. Grows under mu_ only; holds may outlive the record.
    std::shared_ptr<std::atomic<int>> holds = std::make_shared<std::atomic<int>>(0);
    bool deleting = false;
  };
  struct SubscriptionRecord {
    Subscription subscription;
    std::map<std::string, std::unique_ptr<GroupRecord>> groups;  // by name in lower case
  };

  absl::StatusOr<SubscriptionRecord*> FindSubscriptionLocked(
      absl::string_view subscription_id) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<GroupRecord*> FindGroupLocked(absl::string_view subscription_id,
                                               absl::string_view name) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  struct Domain {
    ResourceLister lister;
    ResourceRemover remover;  // may be empty
  };
  std::vector<Domain> domains() const;
  std::vector<ListedResource> Gather(const std::string& subscription,
                                     const std::string& resource_group) const;
  absl::Status RemoveResources(const CallContext& context, const ResourceId& group) const;
  void AppendEvent(absl::string_view kind, absl::string_view resource, absl::string_view from,
                   absl::string_view to, absl::string_view cause);

  const Directory* const directory_;
  const IdDeriver ids_;
  const Clock* const clock_;
  EventLog* const events_;

  mutable Mutex mu_;
  std::vector<Domain> domains_ ABSL_GUARDED_BY(mu_);
  // By id.
  std::map<std::string, std::unique_ptr<SubscriptionRecord>> subscriptions_ ABSL_GUARDED_BY(mu_);
  uint64_t derived_subscriptions_ ABSL_GUARDED_BY(mu_) = 0;
  // Subscriptions by id, groups by the subscription's id and the name in lower case.
  ChangeSet<std::string> changed_subscriptions_ ABSL_GUARDED_BY(mu_);
  ChangeSet<std::pair<std::string, std::string>> changed_groups_ ABSL_GUARDED_BY(mu_);
};

// Errors: TooManyTagsError, InvalidTagError.
absl::Status CheckTags(const Tags& tags);
// The name of a region as Azure stores it: "West Europe" is "westeurope". Errors:
// LocationRequiredError, InvalidLocationError. Any name of letters and digits passes: the emulator
// has no list of regions.
absl::StatusOr<std::string> NormalizeLocation(absl::string_view location,
                                              absl::string_view resource_type);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RESOURCE_DIRECTORY_H_

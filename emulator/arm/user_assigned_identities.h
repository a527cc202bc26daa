// File: emulator/arm/user_assigned_identities.h
//
// User-assigned managed identities as resources; the principals behind them are in the directory.
#ifndef LAZULI_EMULATOR_ARM_USER_ASSIGNED_IDENTITIES_H_
#define LAZULI_EMULATOR_ARM_USER_ASSIGNED_IDENTITIES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/change_set.h"
#include "base/mutex.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/principal.h"

namespace lazuli::emulator {

inline constexpr absl::string_view kUserAssignedIdentityType =
    "Microsoft.ManagedIdentity/userAssignedIdentities";

struct UserAssignedIdentity {
  ResourceId id;
  std::string location;
  std::optional<Tags> tags;
  Principal::Ptr principal;
};

// Thread safe. Lock order: its own, then the directory's. Adds itself to the listers of
// `resources`, so it lives as long as those are asked.
class UserAssignedIdentities {
 public:
  // The pointers outlive this.
  UserAssignedIdentities(Directory* directory, ResourceDirectory* resources,
                         RoleAssignments* roles);

  struct PutResult {
    UserAssignedIdentity identity;
    bool created = false;
  };
  // Creates, or changes the tags of what exists. Errors: InvalidResourceNameError,
  // LocationRequiredError, InvalidLocationError, ResourceLocationChangedError, tags' errors, those
  // of ResourceDirectory::CheckResourceGroup.
  absl::StatusOr<PutResult> CreateOrUpdate(absl::string_view subscription_id,
                                           absl::string_view resource_group, absl::string_view name,
                                           absl::string_view location, std::optional<Tags> tags);
  // Errors: ResourceNotFoundError, those of ResourceDirectory::CheckResourceGroup.
  absl::StatusOr<UserAssignedIdentity> Get(absl::string_view subscription_id,
                                           absl::string_view resource_group,
                                           absl::string_view name) const;
  // Changes the tags, if any are given; `location`, if not empty, has to be the identity's own.
  // Errors: those of Get, ResourceLocationChangedError, tags' errors.
  absl::StatusOr<UserAssignedIdentity> Update(absl::string_view subscription_id,
                                              absl::string_view resource_group,
                                              absl::string_view name, absl::string_view location,
                                              std::optional<Tags> tags);
  // By id. `resource_group` empty: of the whole subscription. Errors: those of
  // ResourceDirectory::CheckSubscription and CheckResourceGroup.
  absl::StatusOr<std::vector<UserAssignedIdentity>> List(absl::string_view subscription_id,
                                                         absl::string_view resource_group) const;
  // Also deletes its principal, with all that follows, before it answers. True if there was one.
  // Errors: those of ResourceDirectory::CheckResourceGroup.
  absl::StatusOr<bool> Delete(absl::string_view subscription_id, absl::string_view resource_group,
                              absl::string_view name);

  // --- the state

  // Notes from now on what changes, for ExportChanges.
  void StartTracking();
  // Is told what there is, by ResourceId::key(); null: deleted.
  using StateVisitor = absl::FunctionRef<void(const std::string& key, const UserAssignedIdentity*)>;
  void ExportAll(StateVisitor visit) const;
  // Tells of what changed since the last call. No change is under way meanwhile.
  void ExportChanges(StateVisitor visit);
  // Takes over what was exported, but for the principal, which the directory has, into an object
  // that nobody uses yet. Without events. DATA_LOSS, saying why, for what cannot be.
  absl::Status Restore(UserAssignedIdentity identity);

 private:
  struct Record {
    UserAssignedIdentity identity;
    bool deleting = false;
  };

  // Those that are being deleted too: they keep their group until they are gone.
  std::vector<ListedResource> ListForGroup(const std::string& subscription,
                                           const std::string& resource_group) const;

  Directory* const directory_;
  ResourceDirectory* const resources_;
  RoleAssignments* const roles_;

  mutable Mutex mu_;
  std::map<std::string, Record> identities_ ABSL_GUARDED_BY(mu_);  // by ResourceId::key()
  ChangeSet<std::string> changed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_USER_ASSIGNED_IDENTITIES_H_
